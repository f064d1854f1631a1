"""`simulator run` and `demo`: what is shown where, and what the exit code says."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from simulator.cli.program import Program
from simulator.definitions.project import Project
from simulator.display.json_lines import event_object
from simulator.llm.stand_in.script import Scripts
from simulator.llm.stand_in.server import LoopbackServer
from simulator.record.events import TurnTaken
from simulator.record.store import Store
from tests.cli_samples import LABEL, ROOT, lines_of, simulate

SCENARIO = """
title: Short
setting: A room.
limits: {turns: 4, LIMIT}
cast: [{persona: ann}, {persona: bob}]
lines:
  - {id: hello, speaker: ann, act: open, say: "Hello."}
  - {id: well, speaker: bob, act: open, say: "Well."}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test starts in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    """A server that plays OpenAI's models and accepts one key."""
    project = Project.find(ROOT)
    with LoopbackServer(Scripts.of(project), project.catalog(), keys=["sk-right"]) as running:
        yield running


def write_project(folder: Path, *, limit: str = "output_tokens: 100", persona: str = "") -> None:
    """A project with one short scenario, `short`."""
    for name in ("personas", "scenarios"):
        (folder / name).mkdir()
    (folder / "scenarios" / "short.yaml").write_text(SCENARIO.replace("LIMIT", limit))
    for name in ("ann", "bob"):
        (folder / "personas" / f"{name}.yaml").write_text(f"name: {name.title()}\n{persona}")


def the_run(folder: Path) -> str:
    """The id of the only run in `runs.db`."""
    with Store.open(folder / "runs.db", create=False) as store:
        (row,) = store.runs()
    return row.id


def test_the_demo_shows_the_talk_on_stdout_and_how_it_ended_on_stderr(here: Path) -> None:
    """Both streams say stand-in in their first line; the last lines say how to go on."""
    result = simulate("demo", "--seed", "44")

    run = the_run(here)
    talk, told = result.stdout.splitlines(), result.stderr.splitlines()
    assert (result.exit_code, talk[0], told[0]) == (0, LABEL, LABEL)
    assert talk[2].startswith("Ilse Maes        Rosa has eleven minutes")
    assert told[2] == "Ended: Ilse said 'that is our eleven minutes'."
    assert told[4].startswith("spent $0.00 · a stand-in spoke; would cost about $0.0")
    assert told[4].endswith(" on the models of the tiers")
    assert told[6:] == [
        f"Run {run} in runs.db",
        f"Look again:          simulator runs show {run}",
        f"What it cost:        simulator cost --run {run}",
        "The same talk again: simulator demo focus-group --seed 44",
    ]


def test_the_command_that_is_suggested_plays_the_same_talk() -> None:
    """What `The same talk again` names does what it says, inputs and limits included."""
    words = ("--max-turns", "5", "--set", "idea=Two steps, a = b", "--db", "my.db")
    first = simulate("run", "focus-group", *words)
    suggestion = first.stderr.splitlines()[-1].partition(": simulator ")[2]

    again = simulate(*shlex.split(suggestion))

    assert again.stdout == first.stdout
    assert "Two steps, a = b" in first.stdout


def test_json_is_every_event_and_a_summary(here: Path) -> None:
    """A line per event as it was recorded; the first names run and stand-in."""
    result = simulate("run", "focus-group", "--seed", "44", "--json")

    *events, summary = lines_of(result)
    run = the_run(here)
    with Store.open(here / "runs.db", create=False) as store:
        stored = store.events(run)
    assert events == [json.loads(json.dumps(event_object(event, run))) for event in stored]
    assert list(events[0])[:3] == ["kind", "run", "stand_in"]
    assert (events[0]["run"], events[0]["stand_in"]) == (run, True)
    assert (summary["kind"], summary["run"], summary["stand_in"]) == ("summary", run, True)
    assert (summary["stop_reason"], summary["dollars"], summary["exit_code"]) == ("phrase", "0", 0)


def test_plain_is_a_line_per_turn(here: Path) -> None:
    """`Name: words`, remarks in parentheses, the label in the first line."""
    result = simulate("run", "focus-group", "--seed", "44", "--display", "plain")

    label, *lines = result.stdout.splitlines()
    with Store.open(here / "runs.db", create=False) as store:
        turns = [turn for turn in store.turns(the_run(here)) if isinstance(turn, TurnTaken)]
    names = {"ilse": "Ilse Maes", "rosa": "Rosa Lindqvist"}
    names |= {"tomi": "Tomi Horvat", "dev": "Dev Moreau"}
    spoken = [line for line in lines if not line.startswith(("(", "Narrator: "))]
    assert label == LABEL
    assert spoken == [f"{names[turn.speaker]}: {turn.text}" for turn in turns]
    assert [line for line in lines if line not in spoken] == [
        "Narrator: What if there were no password at all?",
        (
            '(Dev looked up "password screen" in rota-sign-up.md#How many get through, '
            "rota-sign-up.md#Step three: password)"
        ),
    ]


def test_none_shows_no_talk() -> None:
    """Only how it ended, on stderr; with --json one object."""
    quiet = simulate("run", "focus-group", "--seed", "44", "--display", "none")
    data = simulate("run", "focus-group", "--seed", "44", "--display", "none", "--json")

    (summary,) = lines_of(data)
    assert (quiet.stdout, quiet.stderr.splitlines()[0]) == ("", LABEL)
    assert (summary["kind"], summary["stand_in"]) == ("summary", True)


def test_full_adds_reasons_models_and_costs() -> None:
    """Each turn tells why this speaker, the origin of the words, the route and its price."""
    result = simulate(
        "run", "focus-group", "--seed", "44", "--display", "full", "--max-turns", "5",
        env={"COLUMNS": "200"},
    )  # fmt: skip

    first = result.stdout.splitlines()[2:6]
    assert first[0] == "                 next Ilse: has waited longest"
    assert first[1].startswith("Ilse Maes        Rosa has eleven minutes")
    assert first[3] == "                 turn 1 · open · written line ilse-van"
    assert "speak by offline/stand-in · simple tier · score 0.10: phase +0.10" in result.stdout


def test_a_dry_run_asks_and_records_nothing(here: Path) -> None:
    """It prints what the chosen models would cost, and says what it assumed."""
    told = simulate("run", "focus-group", "--model", "tiers", "--dry-run")
    data = simulate("run", "focus-group", "--model", "tiers", "--dry-run", "--json")

    heading, *_, total = told.stdout.splitlines()
    quote = json.loads(data.stdout)
    assert (told.exit_code, data.exit_code) == (0, 0)
    assert told.stderr.startswith("Priced: the models of the tiers, as the router picks them.\n")
    assert heading.split("  ")[0] == "model"
    assert total.startswith("in all")
    assert "nothing was sent, nothing was recorded" in told.stderr
    assert {model["model"] for model in quote["models"]} <= {
        "openai/gpt-6-luna",
        "openai/gpt-6.1-terra",
        "openai/gpt-6-sol",
    }
    assert 0 < float(quote["dollars"]["p50"]) <= float(quote["dollars"]["p90"])
    assert float(quote["dollars"]["p90"]) < float(quote["at_most"])
    assert [one["choice"] for one in quote["choices"]] == [
        "openai/gpt-6-luna",
        "openai/gpt-6.1-terra",
        "openai/gpt-6-sol",
    ]
    assert list(here.iterdir()) == []


def test_many_runs_are_quoted_and_not_played(here: Path) -> None:
    """--runs multiplies a dry run; a run is one, and a budget too small for it is refused."""
    several = simulate("run", "focus-group", "--model", "tiers", "--dry-run", "--runs", "20")
    played = simulate("run", "focus-group", "--runs", "20")
    poor = simulate("run", "focus-group", "--model", "tiers", "--dry-run", "--budget", "0.00001")

    assert (several.exit_code, played.exit_code, poor.exit_code) == (0, 2, 5)
    assert "A quote for 20 runs of about" in several.stderr
    assert "--runs belongs to --dry-run" in played.stderr
    assert poor.stderr.startswith("Error: The run's limit of $0.00001 leaves $0.00001")
    assert (played.stdout, poor.stdout) == ("", "")
    assert list(here.iterdir()) == []


def test_the_turn_limit_is_an_ordinary_end(here: Path) -> None:
    """Exit code 0."""
    write_project(here)

    result = simulate("run", "short")

    assert (result.exit_code, result.stderr.splitlines()[2]) == (
        0,
        "Ended: the turn limit was reached.",
    )


def test_a_spent_budget_stops_a_run(here: Path) -> None:
    """Exit code 5, and the reason in words."""
    write_project(here, limit="tokens: 1500")

    result = simulate("run", "short")

    assert result.exit_code == 5
    assert "Stopped by tokens: The run's limit of 1,500 tokens leaves" in result.stderr


def test_a_run_that_cannot_go_on_has_failed(here: Path) -> None:
    """Exit code 1; replies of 16 tokens are no replies, and each failed turn says so."""
    write_project(here, limit="output_tokens: 16")

    result = simulate("run", "short", "--display", "plain")

    failures = [line for line in result.stdout.splitlines() if "turn failed" in line]
    assert (result.exit_code, len(failures)) == (1, 2)
    assert failures[0].startswith("(Ann's turn failed: offline/stand-in gave no valid speak answer")
    assert "\nFailed: " in result.stderr


def test_a_missing_key_stops_before_anything_is_recorded(here: Path) -> None:
    """Exit code 6, one sentence, no database row."""
    result = simulate("run", "focus-group", "--model", "tiers")

    assert (result.exit_code, result.stdout) == (6, "")
    assert result.stderr == (
        "Error: No API key for 'openai': set OPENAI_API_KEY in the environment, in .env or with "
        "`simulator keys set`, or use the stand-in, which needs no key: --model stand-in.\n"
    )
    assert simulate("runs").stdout == ""


def test_a_refused_key_ends_the_run(here: Path, server: LoopbackServer) -> None:
    """Exit code 6; the failed turn tells the reason."""
    env = {"OPENAI_API_KEY": "sk-wrong", "OPENAI_BASE_URL": server.url}

    result = simulate("run", "focus-group", "--model", "tiers", env=env)

    assert result.exit_code == 6
    assert "Ilse's turn failed: openai/gpt-6-luna: the endpoint refuses the key" in " ".join(
        result.stdout.split()
    )


def test_a_served_stand_in_is_labelled_and_nothing_counts_as_paid(
    here: Path, server: LoopbackServer
) -> None:
    """Its tokens are booked at list prices, and the last lines say that nothing was paid."""
    env = {"OPENAI_API_KEY": "sk-right", "OPENAI_BASE_URL": server.url}

    result = simulate("run", "focus-group", "--model", "tiers", "--seed", "44", env=env)

    told = result.stderr.splitlines()
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, LABEL)
    assert told[4].startswith("booked $0.0")
    assert told[4].endswith(" at list prices · a stand-in spoke, nothing was paid")


def test_mistakes_in_files_are_shown_where_they_stand(here: Path) -> None:
    """Exit code 3, every mistake with the lines around it."""
    write_project(here, persona="wnt: [x]\n")

    result = simulate("run", "short")

    assert (result.exit_code, result.stdout) == (3, "")
    assert "personas/ann.yaml:2:1: `wnt` is not a field here." in result.stderr
    assert "> 2 | wnt: [x]\n    | ^" in result.stderr
    assert "personas/bob.yaml:2:1: " in result.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "focus-grup"), "Did you mean 'focus-group'?"),
        (("run", "focus-group", "--model", "nosuch"), "No model is called 'nosuch'."),
        (("run", "focus-group", "--set", "ide=x"), "Did you mean 'idea'?"),
        (("run", "focus-group", "--set", "idea"), "'idea' is not NAME=VALUE"),
        (("run", "focus-group", "--budget", "0"), "'0' is no amount of dollars from 0.000000001"),
        (("run", "focus-group", "--budget", "nan"), "'nan' is no amount of dollars from 0.0"),
        (("run", "focus-group", "--seed", "-1"), "'-1' is no whole number"),
        (("run",), "Missing argument 'SCENARIO'"),
        (("rum",), "No such command 'rum'"),
        (("runs", "show", "x"), "There is no database 'runs.db' yet: run `simulator demo`, or"),
    ],
)
def test_wrong_usage_is_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    """Exit code 2, nothing on stdout."""
    result = simulate(*words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_the_demos_are_listed() -> None:
    """Each with its title and what it is about; data on stdout, how to go on on stderr."""
    listed = simulate("demo", "--list")
    data = json.loads(simulate("demo", "--list", "--json").stdout)

    names = [
        *("classroom", "courtroom", "design-review", "focus-group", "interview-practice"),
        *("later-button", "negotiation", "pager-weeks", "support-escalation", "until-six"),
    ]
    assert [line.split()[0] for line in listed.stdout.splitlines()] == names
    assert [one["scenario"] for one in data] == names
    assert listed.stderr == "\nPlay one: simulator demo focus-group\n"


@pytest.mark.parametrize("debug", ["", "1"])
def test_a_bug_is_said_to_be_one(debug: str) -> None:
    """One sentence with the last line of the traceback, all of it under SIMULATOR_DEBUG=1."""
    broken = click.Command("divide", callback=lambda: 1 // 0)
    group = Program(commands={"divide": broken})

    result = CliRunner().invoke(group, ["divide"], env={"SIMULATOR_DEBUG": debug})

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("This is a bug in the simulator")
    assert result.stderr.endswith("ZeroDivisionError: integer division or modulo by zero\n")
    assert ("Traceback" in result.stderr) == bool(debug)
