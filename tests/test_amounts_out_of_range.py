"""Amounts too large, too small or no numbers: one sentence with the bound, wherever they stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simulator import Study
from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.persona import Persona
from simulator.definitions.scenario import Scenario
from simulator.definitions.tool_servers import ToolServers
from simulator.definitions.yaml_file import examine
from simulator.errors import UsageError
from simulator.record.events import RunEnded, ToolCalled
from simulator.record.store import Store
from tests.cli_samples import simulate
from tests.record_samples import AT, started
from tests.small_project import MODEL, loader, small_project

SCENARIO = "title: Tea\nsetting: A canteen.\ncast: [{persona: rosa}]\n"
MODELS = "endpoints: {own: {base_url: 'http://127.0.0.1:1/v1'}}\n"
MOST_DOLLARS, LEAST_DOLLARS = "at most 1,000,000,000", "at least 0.000000001"


def mistakes(folder: Path, text: str, model: type) -> list[tuple[int, int, str]]:
    """Line, column and words of every mistake in a file."""
    file = folder / "file.yaml"
    file.write_text(text)
    return [(one.line, one.column, one.message) for one in examine(file, model).problems]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("seconds: .inf", "`seconds` must be a number, not .inf."),
        ("turn_seconds: .inf", "`turn_seconds` must be a number, not .inf."),
        ("tool_seconds: .nan", "`tool_seconds` must be a number, not .nan."),
        ("seconds: 1.0e+30", "`seconds` must be at most 31,622,400, not 1.0e+30."),
        ("dollars: 1.0e+30", f"`dollars` must be {MOST_DOLLARS}, not 1.0e+30."),
        ("dollars: '1e9999999'", f"`dollars` must be {MOST_DOLLARS}, not the text '1e9999999'."),
        ("dollars: '1e-400'", f"`dollars` must be {LEAST_DOLLARS}, not the text '1e-400'."),
        ("dollars: .inf", "`dollars` must be a number, not .inf."),
        ("tokens: 1.0e+30", "`tokens` must be a whole number of less than 19 digits, not 1.0e+30."),
        ("tokens: 1000000000001", "`tokens` must be at most 1,000,000,000,000, not 1000000000001."),
        ("output_tokens: 10000001", "`output_tokens` must be at most 10,000,000, not 10000001."),
        ("tool_characters: .inf", "`tool_characters` must be a number, not .inf."),
    ],
)
def test_a_limit_has_bounds(written: str, said: str, tmp_path: Path) -> None:
    """They are said at the place of the value, in words of ours."""
    column = 11 + written.index(" ") + 1

    found = mistakes(tmp_path, f"{SCENARIO}limits: {{{written}}}\n", Scenario)

    assert found == [(4, column - 1, said)]


@pytest.mark.parametrize(
    ("text", "model", "said"),
    [
        (
            f"{SCENARIO}lines: [{{id: a, speaker: rosa, say: b, uses: {{clock: {{at: .inf}}}}}}]",
            Scenario,
            "`at` must be a number, not .inf.",
        ),
        (f"{SCENARIO}stop: {{seconds: .inf}}", Scenario, "`seconds` must be a number, not .inf."),
        (f"{SCENARIO}stop: {{dollars: 1.0e+30}}", Scenario, f"`dollars` must be {MOST_DOLLARS}"),
        (f"{SCENARIO}events: [{{at: {{turn: 1.0e+30}}, end: a}}]", Scenario, "`turn` must be a"),
        ("name: R\ntalkativeness: .nan", Persona, "`talkativeness` must be a number, not .nan."),
        ("name: R\ntools: [{use: clock, seconds: .inf}]", Persona, "`seconds` must be a number"),
        (
            "name: R\nfacts: {numbers: [{what: euros, value: '1e9999999'}]}",
            Persona,
            "`value` must be at most 1,000,000,000,000,000, not the text '1e9999999'.",
        ),
        ("servers: {a: {command: [b], start_seconds: .inf}}", ToolServers, "`start_seconds` must"),
        (
            f"{MODELS}budget: {{day: {{dollars: 1.0e+30}}}}",
            ModelCatalog,
            f"`dollars` must be {MOST_DOLLARS}, not 1.0e+30.",
        ),
        (f"{MODELS}routing: {{thresholds: {{complex: .inf}}}}", ModelCatalog, "`complex` must be"),
        (f"{MODELS}routing: {{weights: {{question: .nan}}}}", ModelCatalog, "`question` must be"),
        (f"{MODELS}outgoing: {{longest_text: 1.0e+30}}", ModelCatalog, "`longest_text` must be"),
        (
            f"{MODELS}models: {{own/a: {{price: {{in: '1e-400', out: 1}}}}}}",
            ModelCatalog,
            "1E-400 is too small a number",
        ),
    ],
)
def test_no_number_in_a_file_is_endless(text: str, model: type, said: str, tmp_path: Path) -> None:
    """Whatever file it stands in, also where any value may stand."""
    found = mistakes(tmp_path, text, model)

    assert [message.startswith(said) for _, _, message in found] == [True], found


def test_a_scalar_that_is_text_may_look_like_one(tmp_path: Path) -> None:
    """Where text is wanted, `.inf` without quotes is a text like any other."""
    assert mistakes(tmp_path, "name: .inf\nwont: [.nan]\n", Persona) == []


@pytest.mark.parametrize("amount", ["1e30", "1e400", "1e-400", "1000000001", "0", "-1", "inf"])
@pytest.mark.parametrize(
    "option", [("--budget",), ("--study", "s", "--study-budget")], ids=["run", "study"]
)
def test_an_option_has_the_same_bounds(option: tuple[str, ...], amount: str) -> None:
    """They are wrong usage, before anything is loaded."""
    said = f"{amount!r} is no amount of dollars from 0.000000001 to 1,000,000,000, such as 0.05."

    done = simulate("run", "focus-group", "--dry-run", *option, amount)

    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize(("amount", "code"), [("0.000000001", 5), ("1000000000", 0)])
def test_what_is_within_the_bounds_is_reckoned_with(amount: str, code: int) -> None:
    """The least and the most: the one does not reach for a question, the other for everything."""
    done = simulate("run", "focus-group", "--model", "tiers", "--dry-run", "--budget", amount)

    assert done.exit_code == code, done.stderr


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda load: load(model=MODEL, budget=1e30),
            "The limit 'dollars' cannot be '1e+30': it must be at most 1,000,000,000.",
        ),
        (
            lambda load: load(limits={"seconds": float("inf")}),
            "The limit 'seconds' cannot be inf: it must be a number.",
        ),
        (
            lambda load: load(limits={"tokens": 1e30}),
            "The limit 'tokens' cannot be 1e+30: it must be a whole number of less than 19 digits.",
        ),
        (
            lambda _: Study("a", dollars=1e30),
            "The budget of study 'a' cannot be '1e+30' dollars: it must be at most 1,000,000,000.",
        ),
        (
            lambda _: Study("a", tokens=10**13),
            (
                "The budget of study 'a' cannot be 10000000000000 tokens: it must be at most "
                "1,000,000,000,000."
            ),
        ),
    ],
)
def test_python_has_the_same_bounds(
    make: Callable[[Callable[..., object]], object], said: str, tmp_path: Path
) -> None:
    """In the same words."""
    load = loader(small_project(tmp_path))

    with pytest.raises(UsageError) as raised:
        make(load)

    assert str(raised.value) == said


@pytest.mark.parametrize(
    "words",
    [
        ("runs", "list", "--limit", "99999999999999999999999"),
        ("errors", "--limit", "99999999999999999999999"),
        ("prompt", "--run", "@last", "--turn", "99999999999999999999999"),
    ],
)
def test_a_count_on_the_command_line_has_bounds(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's numbers have 64 bits."""
    monkeypatch.chdir(tmp_path)

    done = simulate(*words)

    assert (done.exit_code, "is not in the range" in done.stderr) == (2, True), done.stderr


def test_an_event_with_an_endless_number_can_be_written(tmp_path: Path) -> None:
    """Nothing the record cannot read again keeps the end of a run out of it."""
    with Store.open(tmp_path / "runs.db") as store:
        run = store.create_run("tea")
        journal = store.journal(run)
        journal.commit(started())
        nan, endless = float("nan"), {"a": [float("inf"), {"b": -float("inf")}]}
        arguments = {"x": nan, **endless}
        called = ToolCalled(
            turn=1, at=AT, speaker="r", tool="t", call="c", request="q", arguments=arguments
        )
        journal.commit(called)
        journal.commit(RunEnded(turn=1, at=AT, stop_reason="turns"))

        kept = next(one for one in store.events(run) if isinstance(one, ToolCalled))
        status = store.run(run).status

    assert kept.arguments == {"x": "NaN", "a": ["Infinity", {"b": "-Infinity"}]}
    assert status == "done"
