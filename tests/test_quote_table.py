"""What a dry run prints: two tables on stdout, what was assumed on stderr, all of it as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.definitions.project import Project
from tests.cli_samples import simulate


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, so that the starter is played and nothing is on record."""
    monkeypatch.chdir(tmp_path)


def dry(*options: str) -> tuple[dict[str, list[str]], str]:
    """The first row of what is printed for each first cell, and what is said beside it."""
    told = simulate("run", *options, "--dry-run")
    assert told.exit_code == 0
    rows = [line.split("  ") for line in told.stdout.splitlines() if line]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    found: dict[str, list[str]] = {}
    for name, *row in cells:
        found.setdefault(name, row)
    return found, told.stderr


def without_dollars(scenario: str) -> str:
    """A file with the shipped scenario, its limit of dollars taken out."""
    shipped = Project.find(Path(__file__).parent).files.scenarios[scenario]
    file = Path(f"{scenario}.yaml")
    file.write_text(shipped.read_text().replace("dollars: 0.05, ", ""))
    return str(file)


def test_each_choice_has_a_row_and_the_middle_run_one_per_model() -> None:
    """Amounts at once, flex and batch, turns, tokens and minutes."""
    rows, said = dry("courtroom", "--model", "openai/gpt-4.1-mini")

    headings = ["half below", "9 of 10 below", "flex", "batch", "turns", "tokens", "minutes"]
    assert rows["model"] == headings
    assert rows["openai/gpt-6-luna"][2] == rows["openai/gpt-6-luna"][3]
    assert len(rows["in all"]) == 5
    assert "openai/gpt-4.1-mini: no run is on record" in said
    assert "batch: many runs side by side" in said
    assert "flex:" not in said


def test_what_is_unknown_or_not_offered_is_told_apart() -> None:
    """A price nobody knows is unknown, a way that a model does not have is a dash."""
    unknown, said = dry(without_dollars("focus-group"), "--model", "openai/gpt-of-tomorrow")
    known, _ = dry("interview-practice", "--model", "openai/gpt-4o-mini")

    assert unknown["openai/gpt-of-tomorrow"][:4] == ["unknown"] * 4
    assert unknown["in all"][-1] == "unknown"
    assert known["openai/gpt-4o-mini"][2] == "-"
    assert known["tiers"][2].startswith("$")
    assert "At most unknown a run" in said


def test_a_model_that_the_budget_does_not_reach_for_cannot_begin() -> None:
    """The choice itself is told how far it comes, dearer ones that they cannot begin."""
    rows, said = dry("design-review", "--model", "tiers", "--budget", "0.004")

    assert rows["openai/gpt-6-sol"][0] == "cannot begin"
    assert "of a run would go to a cheaper model." in said
    assert "At most $0.004 a run, which is its limit." in said


def test_a_limit_that_ends_a_run_is_told() -> None:
    """After about how many turns, in words that fit the number."""
    rows, said = dry("design-review", "--model", "tiers", "--budget", "0.0006")

    assert "The limit of $0.0006 would end a run after about 1 turn." in said
    assert "A quote for 1 run of about 1 turn: nothing was sent" in said
    assert rows["tiers"][6] != "0.0"


def test_a_limit_that_no_choice_can_begin_with_is_refused() -> None:
    """With the exit code of a budget, and in the words of the run."""
    told = simulate("run", "design-review", "--model", "tiers", "--budget", "0.0002", "--dry-run")

    assert told.exit_code == 5
    assert "The run's limit of $0.0002 leaves $0.0002" in told.stderr


def test_an_unknown_price_and_a_limit_of_dollars_are_refused() -> None:
    """With the exit code of the run."""
    told = simulate("run", "courtroom", "--model", "openai/gpt-x", "--budget", "1", "--dry-run")

    assert told.exit_code == 2
    assert "The price of 'openai/gpt-x' is unknown" in told.stderr


def test_json_holds_the_figures_and_the_assumptions() -> None:
    """One object; the sentences are those of stderr."""
    _, said = dry("focus-group", "--model", "tiers", "--runs", "3")
    told = simulate("run", "focus-group", "--model", "tiers", "--runs", "3", "--dry-run", "--json")
    quote = json.loads(told.stdout)

    assert (quote["kind"], quote["choice"], quote["runs"]) == ("quote", "tiers", 3)
    assert set(quote["dollars"]) == set(quote["minutes"]) == {"p50", "p90"}
    assert quote["known"][0] == {"model": "openai/gpt-6-luna", "turns": 0, "turns_here": 0}
    assert said.splitlines()[2:] == quote["assumed"]
    assert told.stderr == ""
