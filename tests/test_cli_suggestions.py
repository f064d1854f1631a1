"""The last lines of a run: what they suggest can be pasted without a surprise."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.definitions.project import Project
from simulator.llm.stand_in.script import Scripts
from simulator.llm.stand_in.server import LoopbackServer
from tests.cli_samples import ROOT, simulate

AGAIN = "The same talk again: "


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test starts in an empty folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    """A server that plays OpenAI's models and accepts one key."""
    project = Project.find(ROOT)
    with LoopbackServer(Scripts.of(project), project.catalog(), keys=["sk-right"]) as running:
        yield running


def suggested(stderr: str, word: str) -> list[str]:
    """The lines that begin so, without their beginning."""
    return [line.removeprefix(word) for line in stderr.splitlines() if line.startswith(word)]


def test_the_same_talk_needs_the_same_address(server: LoopbackServer) -> None:
    """Pasted elsewhere, the command asks the stand-in again and no model that is paid."""
    environ = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "sk-right"}
    words = ("run", "focus-group", "--model", "tiers", "--max-turns", "2", "--display", "none")

    result = simulate(*words, "--seed", "7", env=environ)

    assert result.exit_code == 0
    again = f"simulator {shlex.join(words[:-2])} --seed 7"
    assert suggested(result.stderr, AGAIN) == [f"OPENAI_BASE_URL={server.url} {again}"]
    assert suggested(result.stderr, "What went wrong:") == []


def test_a_failed_run_is_not_suggested_again(server: LoopbackServer) -> None:
    """It says where to read what went wrong; nobody spoke, so nobody is said to have spoken."""
    environ = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "sk-wrong"}

    result = simulate("run", "focus-group", "--model", "tiers", "--display", "none", env=environ)
    cost = simulate("cost", "--run", "@last")

    (errors,) = suggested(result.stderr, "What went wrong:     ")
    assert result.exit_code == 6
    assert suggested(result.stderr, AGAIN) == []
    assert errors.startswith("simulator errors --run focus-group-")
    assert simulate(*errors.split()[1:]).stdout.count("key_refused") >= 1
    assert "a stand-in spoke" not in result.stderr
    assert cost.stdout.splitlines()[-1].endswith("nobody")


def test_costs_of_all_runs_say_so() -> None:
    """Who asks without a run is told that it is the sum, and how to ask for one."""
    simulate("demo", "--display", "none")

    whole, one = simulate("cost"), simulate("cost", "--run", "@last")

    told = "All runs on record together; --run ID or --run @last takes one.\n"
    assert [whole.stderr, one.stderr] == [told, ""]


def test_a_rehearsal_with_the_stand_in_says_that_it_is_free() -> None:
    """The first line names the model that is priced and how real ones are."""
    result = simulate("run", "focus-group", "--dry-run")

    assert result.stderr.splitlines()[0] == (
        "Priced: offline/stand-in. The stand-in costs nothing; --model tiers prices real models."
    )


def test_init_suggests_a_rehearsal_at_real_prices() -> None:
    """A dry run of the stand-in would say nothing but zero."""
    result = simulate("init", "mine")

    assert result.stderr.splitlines()[-1] == "  simulator run focus-group --model tiers --dry-run"
