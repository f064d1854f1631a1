"""What every test may count on: a quiet environment, and counts that `make proof` raises."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import hypothesis
import pytest

PROOF = os.environ.get("SIMULATOR_PROOF") == "1"
"""Whether the tests run at full counts."""

FOREIGN = re.compile(
    r"(?!SIMULATOR_PROOF$)"
    r"(OPENAI_|LANGSMITH_|LANGCHAIN_|LANGGRAPH_|SIMULATOR_|.*_API_KEY$|.*_PROXY$"
    r"|ENCRYPTION_KEY$|COLUMNS$|LINES$|NO_COLOR$|FORCE_COLOR$|CLICOLOR)",
    re.IGNORECASE,
)
"""Variables of the machine that could change what a test sees: keys, tracing, proxies, looks."""

hypothesis.settings.register_profile(
    "ci",
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=30,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "proof", parent=hypothesis.settings.get_profile("ci"), max_examples=2_000
)
hypothesis.settings.load_profile("proof" if PROOF else "ci")


def pytest_xdist_auto_num_workers() -> int:
    """A worker more than there are cores: many tests wait for programs, servers and clocks."""
    return (os.cpu_count() or 1) + 1


def pytest_configure() -> None:
    """Forget what the machine sets, before anything is imported that reads it, and its keys."""
    for name in [name for name in os.environ if FOREIGN.match(name)]:
        del os.environ[name]
    os.environ["SIMULATOR_KEYS"] = os.path.join(os.devnull, "keys")  # noqa: PTH118 - no such file


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what takes minutes, unless asked for."""
    if PROOF:
        return
    for item in items:
        if item.get_closest_marker("proof"):
            item.add_marker(pytest.mark.skip(reason="takes minutes: make proof"))


@pytest.fixture(scope="session")
def counts() -> Callable[[int, int], int]:
    """How often to do a thing: `counts(ci, proof)` is `ci`, or `proof` under `make proof`."""

    def choose(ci: int, proof: int) -> int:
        return proof if PROOF else ci

    return choose
