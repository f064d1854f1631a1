"""What `simulator stand-in serve` advises fits the project it was started in."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.definitions.project import Project
from simulator.display.stand_in_advice import how_to_use
from tests.small_project import small_project

URL = "http://127.0.0.1:8765/stand-in/v1"
OPENAI = (
    "openai: {base_url: https://example.org/v1, base_url_variable: OPENAI_BASE_URL, "
    "key_variable: OPENAI_API_KEY}"
)
ACME = "acme: {base_url: https://example.org/v1, key_variable: ACME_KEY}"
MODELS = "models: {openai/small: {}, acme/fox: {}}"
TIERS = "tiers: {simple: [openai/small], standard: [openai/small], complex: [openai/small]}"
FIXED = "tiers: {simple: [acme/fox], standard: [openai/small], complex: [acme/fox]}"


def advice(folder: Path, text: str, *, checks_keys: bool) -> str:
    """What is said to somebody with this models.yaml."""
    project = small_project(folder)
    (project / "models.yaml").write_text(f"default: acme/fox\n{text}\n")
    catalog = Project(project).catalog()
    return how_to_use(catalog, URL, scenario="tea", checks_keys=checks_keys)


@pytest.mark.parametrize(
    ("tiers", "model"), [(TIERS, "tiers"), (FIXED, "openai"), ("", "openai/MODEL")]
)
def test_the_command_fits_the_project(tmp_path: Path, tiers: str, model: str) -> None:
    """No model is asked that answers elsewhere."""
    told = advice(
        tmp_path, f"endpoints: {{{OPENAI}, {ACME}}}\n{MODELS}\n{tiers}", checks_keys=False
    )

    assert told == (
        f"Use it with\n  OPENAI_BASE_URL={URL} OPENAI_API_KEY=any simulator run tea --model {model}"
    )


def test_a_key_that_is_asked_for_is_named(tmp_path: Path) -> None:
    """With any other the server refuses."""
    told = advice(tmp_path, f"endpoints: {{{OPENAI}, {ACME}}}\n{MODELS}\n{TIERS}", checks_keys=True)

    assert told.splitlines() == [
        "Use it (KEY is one of those it accepts) with",
        f"  OPENAI_BASE_URL={URL} OPENAI_API_KEY=KEY simulator run tea --model tiers",
    ]


@pytest.mark.parametrize(
    ("checks_keys", "entry"),
    [
        (False, f"base_url: {URL}, stand_in: true"),
        (True, f"base_url: {URL}, stand_in: true, key_variable: STAND_IN_KEY"),
    ],
)
def test_a_project_without_such_an_endpoint_is_told_what_to_write(
    tmp_path: Path, entry: str, *, checks_keys: bool
) -> None:
    """No variable is advised that nobody reads."""
    told = advice(tmp_path, f"endpoints: {{{ACME}}}", checks_keys=checks_keys)

    assert "OPENAI" not in told
    assert "no endpoint in models.yaml has a base_url_variable" in told.lower()
    assert told.splitlines()[-1] == f"  endpoints: {{here: {{{entry}}}}}"
