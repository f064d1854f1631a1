"""Studies: runs that are played under one name, what they cost, and what they may together."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from simulator import Simulation, Study
from simulator.definitions.limits import Budget
from simulator.definitions.outgoing import Outgoing
from simulator.definitions.project import Project
from simulator.errors import BudgetExhausted, NotFound, UsageError
from simulator.llm.session import Session
from simulator.record.events import LimitReached, ToolCalled
from simulator.record.store import Store
from simulator.record.usage import Spent, from_nano
from simulator.runs.study import StudyStanding, account_of
from simulator.testing import LoopbackServer, ScriptedTransport, Scripts, completion
from tests.cli_samples import lines_of, simulate
from tests.llm_samples import catalog
from tests.record_samples import AT, UNKNOWN, book, paid, question, started
from tests.small_project import MODEL, loader, small_project
from tests.stage import reply

LIMIT = Decimal("0.0012")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two people, thirty turns; commands are given in its folder."""
    folder = small_project(tmp_path)
    scenario = folder / "scenarios" / "tea.yaml"
    text = scenario.read_text().replace("{turns: 6}", "{turns: 30}")
    scenario.write_text(text.replace("stop: {phrase: more tea}\n", ""))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def server(project: Path) -> Iterator[LoopbackServer]:
    """A server that bills."""
    found = Project.find(project)
    with LoopbackServer(Scripts.of(found), found.catalog()) as running:
        yield running


@pytest.fixture
def simulation(project: Path) -> Simulation:
    """The talk, on a model with a price."""
    return loader(project)(model=MODEL)


def session_at(server: LoopbackServer) -> Session:
    """What the runs of one program share."""
    return Session(environ=environment(server))


def environment(server: LoopbackServer) -> dict[str, str]:
    """Where the server is."""
    return {"OPENAI_API_KEY": "sk-any-key", "OPENAI_BASE_URL": server.url}


def billed(server: LoopbackServer) -> Decimal:
    """Dollars of all requests."""
    return from_nano(server.stats()["totals"]["billed_nano"])


def called(turn: int, tool: str, call: str) -> ToolCalled:
    """A tool that the answer to a call asked for."""
    return ToolCalled(
        turn=turn, at=AT, speaker="rosa", tool=tool, call=call, request="r", arguments={}
    )


async def test_a_run_knows_the_study_it_was_played_for(project: Path) -> None:
    """In Python, in its first event, in the list of runs and in the views; without one it says so.

    Whoever takes its events up goes on in the same study.
    """
    simulation = loader(project)(turns=2)
    run = await simulation.arun(seed=1, study=Study("pilot"))
    other = await simulation.arun(seed=1)

    with Store.open(run.database) as store:
        branch = store.create_run("tea", parent_run=run.id, parent_turn=0)
        store.journal(branch).commit(run.started)
        listed = {row.id: row.study for row in store.runs()}
        viewed = store.query("SELECT DISTINCT study FROM v_cost ORDER BY study")
        known = store.studies()
    assert (run.study, run.started.study, other.study) == ("pilot", "pilot", "")
    assert listed == {run.id: "pilot", other.id: "", branch: "pilot"}
    assert (viewed, known) == ([{"study": ""}, {"study": "pilot"}], ["pilot"])


async def test_what_a_study_costs_is_told(simulation: Simulation, server: LoopbackServer) -> None:
    """By study, and of one study by anything else; it reconciles with the bill of its runs."""
    short = replace(simulation, cast=loader(simulation.cast.folder)(turns=2).cast)
    async with session_at(server) as session:
        for seed, study in enumerate((Study("a"), Study("a"), Study("b"), None)):
            await short.arun(seed=seed, session=session, study=study)

    with Store.open(simulation.database) as store:
        by_study = {row.group[0]: row for row in store.cost(["study"])}
        of_a = store.cost((), study="a")[0]
        by_persona = store.cost(["persona"], study="a")
        with pytest.raises(NotFound) as caught:
            store.cost((), study="c")
    assert {name: row.calls for name, row in by_study.items()} == {"": 2, "a": 4, "b": 2}
    assert sum((row.counted for row in by_study.values()), Decimal(0)) == billed(server)
    assert replace(of_a, group=("a",)) == by_study["a"]
    assert [(row.group, row.calls) for row in by_persona] == [(("dev",), 2), (("rosa",), 2)]
    assert str(caught.value) == "No study is called 'c'. There are: a, b."


async def test_a_budget_holds_over_several_programs(
    simulation: Simulation, server: LoopbackServer
) -> None:
    """Each has a session of its own; the record knows what the others' runs have cost."""
    ends: list[str] = []
    simulation = loader(simulation.cast.folder)(model=MODEL, turns=8)
    study = Study("pilot", dollars="0.004")
    for seed in range(10):
        async with session_at(server) as session:
            try:
                run = await simulation.arun(seed=seed, session=session, study=study)
            except BudgetExhausted as error:
                ends.append(error.scope)
            else:
                reached = [one for one in run.events if isinstance(one, LimitReached)]
                ends.append(reached[-1].scope + " " + reached[-1].unit)
    total = billed(server)
    async with session_at(server) as session:
        free = await simulation.arun(seed=1, session=session, study=Study("other", dollars=1))

    assert Decimal("0.0032") <= total <= Decimal("0.004")
    assert ends[0] == "run turns"
    assert ends[-1] == "study"
    assert "study dollars" in ends
    assert free.stop_reason == "turns"


async def test_runs_side_by_side_share_it(simulation: Simulation, server: LoopbackServer) -> None:
    """Ten at once spend no more than the study may, by the server's bill, and nearly all of it."""
    study = Study("pilot", dollars="0.004")
    async with session_at(server) as session:
        runs = await asyncio.gather(
            *(simulation.arun(seed=n, session=session, study=study) for n in range(10))
        )

    assert Decimal("0.0032") <= billed(server) <= Decimal("0.004")
    assert {run.stop_reason for run in runs} <= {"dollars", "turns"}
    assert "dollars" in {run.stop_reason for run in runs}


def test_studies_of_one_session_share_no_budget() -> None:
    """However alike they are written; a study of one name and budget is one wherever it is used."""
    session = Session(environ={})
    with Store.open(":memory:") as store:
        one, again, other = (
            account_of(Study(name, dollars=1), session, store, catalog=catalog())
            for name in ("a", "a", "b")
        )

    assert one is again is not other


async def test_different_budgets_of_one_name_see_each_other(
    simulation: Simulation, server: LoopbackServer
) -> None:
    """Whatever a run may spend of a study, all that was spent on it counts."""
    studies = [Study("pilot", dollars=one) for one in ("0.002", "0.0021", "0.0022")] * 2

    async with session_at(server) as session:
        with Store.open(simulation.database) as store:
            runs = (
                simulation.arun(seed=n, session=session, store=store, study=study)
                for n, study in enumerate(studies)
            )
            await asyncio.gather(*runs, return_exceptions=True)

    assert Decimal("0.0017") < billed(server) <= Decimal("0.0022")


async def test_a_name_that_is_not_recorded_is_none(simulation: Simulation) -> None:
    """What the record blots out could not be found again, and its budget would hold nothing."""
    outgoing = Outgoing(patterns={"a badge": r"EMP-\d{6}"})
    catalog = simulation.catalog.model_copy(update={"outgoing": outgoing})

    with pytest.raises(UsageError, match="cannot be called that"):
        await replace(simulation, catalog=catalog).arun(study=Study("EMP-123456"))
    with Store.open(simulation.database) as store:
        assert store.runs() == []


async def test_a_study_that_is_spent_refuses_the_next_run(
    simulation: Simulation, server: LoopbackServer
) -> None:
    """What cannot even begin is not begun."""
    study = Study("pilot", dollars=Decimal("0.00001"))
    async with session_at(server) as session:
        with pytest.raises(BudgetExhausted, match=r"^The study's limit of \$0.00001 "):
            await simulation.arun(session=session, study=study)

    with Store.open(simulation.database) as store:
        assert store.runs() == []
    assert billed(server) == Decimal(0)


def test_what_is_unknown_counts_at_its_most(simulation: Simulation) -> None:
    """As budgets count it; other studies' runs do not."""
    with Store.open(simulation.database) as store:
        runs = [store.create_run("tea") for _ in range(3)]
        for run, name in zip(runs, ("pilot", "pilot", "other"), strict=True):
            store.journal(run).commit(replace(started(), study=name))
            book(store, question(run, 1), paid("0.25"))
            book(store, question(run, 2), UNKNOWN)
        (one,) = store.cost((), run=runs[2])

    quote = simulation.quote(study=Study("pilot", dollars=2, tokens=10**6))

    assert one.counted > Decimal("0.25")
    assert quote.study == StudyStanding(
        name="pilot",
        budget=Budget(dollars=Decimal(2), tokens=10**6),
        spent=Spent(2 * one.counted_tokens, 2 * one.counted),
    )
    assert quote.study.dollars_left == 2 - 2 * one.counted
    assert simulation.quote().study is None


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Study(""), "A study cannot be called '': take 1 to 100 characters on one line"),
        (lambda: Study(" a"), "A study cannot be called ' a': take"),
        (lambda: Study("a\nb"), r"A study cannot be called 'a\nb': take"),
        (lambda: Study("a" * 101), "take 1 to 100 characters"),
        (lambda: Study("a", dollars=0), "The budget of study 'a' cannot be '0' dollars"),
        (lambda: Study("a", dollars="much"), "The budget of study 'a' cannot be 'much' dollars"),
        (lambda: Study("a", tokens=-1), "The budget of study 'a' cannot be -1 tokens"),
    ],
)
def test_a_study_that_cannot_be_is_told(make: Callable[[], Study], sentence: str) -> None:
    """Before anything is played."""
    with pytest.raises(UsageError) as caught:
        make()

    assert sentence in str(caught.value)


def test_the_command_plays_and_tells(project: Path) -> None:
    """`run --study`, `cost --by study`, `cost --study` and `runs list` belong together."""
    played = simulate("run", "tea", "--study", "pilot", "--max-turns", "2", "--seed", "4")
    other = simulate("run", "tea", "--max-turns", "2")
    by_study = simulate("cost", "--by", "study", "--json")
    table = simulate("cost", "--by", "study")
    of_it = simulate("cost", "--study", "pilot", "--by", "study,persona", "--json")
    runs = simulate("runs", "list")
    data = simulate("runs", "list", "--json")

    results = (played, other, by_study, table, of_it, runs, data)
    assert [result.exit_code for result in results] == [0] * 7
    first = played.stdout.splitlines()[0]
    assert first.endswith("written lines, no model · study pilot · seed 4")
    assert "simulator run tea --max-turns 2 --study pilot" in played.stderr
    groups = [(row["study"], row["calls"]) for row in json.loads(by_study.stdout)]
    assert groups == [("", 2), ("pilot", 2)]
    assert [line.split()[0] for line in table.stdout.splitlines()[1:4]] == ["study", "-", "pilot"]
    told = [(row["study"], row["persona"]) for row in json.loads(of_it.stdout)]
    assert told == [("pilot", "dev"), ("pilot", "rosa")]
    heading, *rows = runs.stdout.splitlines()
    assert heading.split()[-1] == "study"
    assert [row.split()[-1] for row in rows] == ["-", "pilot"]
    assert [row["study"] for row in json.loads(data.stdout)] == ["", "pilot"]


@pytest.mark.parametrize(("unit", "shown"), [("budget", "$0.0012"), ("tokens", "3,000")])
def test_commands_share_a_budget(server: LoopbackServer, unit: str, shown: str) -> None:
    """They stop with exit code 5 when it is spent; the next one is refused and not recorded."""
    option, amount = f"--study-{unit}", re.sub(r"[^\d.]", "", shown)
    words = ("run", "tea", "--model", MODEL, "--study", "pilot", option, amount)
    told = f"The study's limit of {shown}{' tokens' * (unit == 'tokens')} leaves"
    env = environment(server)
    first = simulate(*words, "--seed", "1", env=env)
    recorded = simulate("runs", "list", "--json").stdout
    second = simulate(*words, "--seed", "2", env=env)
    third = simulate(*words, "--dry-run", env=env)

    assert [result.exit_code for result in (first, second, third)] == [5, 5, 5]
    assert billed(server) <= LIMIT
    assert told in second.stderr
    assert told in third.stderr
    assert simulate("runs", "list", "--json").stdout == recorded
    assert len(json.loads(recorded)) == 1


@pytest.mark.parametrize(
    ("budget", "sentence"),
    [
        ((), "Study 'pilot' has spent $0.50 until now; no budget is given."),
        (("--study-budget", "2"), "Study 'pilot' has $1.50 left of $2.00, which reaches for this."),
        (
            ("--study-budget", "0.502"),
            "Study 'pilot' has $0.002 left of $0.502, which would end a run after about 4 turns.",
        ),
    ],
)
def test_a_dry_run_tells_what_is_left(
    project: Path, budget: tuple[str, ...], sentence: str
) -> None:
    """And whether it reaches for the runs that are asked about."""
    with Store.open(project / "runs.db") as store:
        run = store.create_run("tea")
        store.journal(run).commit(replace(started(), study="pilot"))
        book(store, question(run, 1), paid("0.5"))
    words = ("run", "tea", "--model", MODEL, "--dry-run", "--study", "pilot", *budget)

    told = simulate(*words)
    (data,) = lines_of(simulate(*words, "--json"))

    assert sentence in " ".join(told.stderr.split())
    assert (data["study"]["name"], data["study"]["spent"]) == ("pilot", "0.5")
    assert data["assumed"][-1] == sentence
    left = {"2": "1.5", "0.502": "0.002"}
    assert data["study"]["left"] == (left[budget[1]] if budget else None)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "tea", "--study-budget", "1"), "--study-budget belongs to --study"),
        (("run", "tea", "--study-tokens", "9"), "--study-tokens belongs to --study"),
        (("run", "tea", "--study", ""), "A study cannot be called ''"),
        (("run", "tea", "--study", "a", "--study-budget", "0"), "'0' is no amount of dollars"),
        (("cost", "--study", "pilo"), "No study is called 'pilo'. Did you mean 'pilot'?"),
        (("cost", "--study", "pilot", "--run", "@last"), "--run goes without --study"),
        (("cost", "--reconcile", "--study", "pilot"), "--study goes without --reconcile."),
    ],
)
def test_what_does_not_fit_together_is_told(
    project: Path, words: tuple[str, ...], sentence: str
) -> None:
    """Exit code 2, and nothing is played."""
    simulate("run", "tea", "--study", "pilot", "--max-turns", "1")

    result = simulate(*words)

    with Store.open(project / "runs.db") as store:
        assert len(store.runs()) == 1
    assert result.exit_code == 2
    assert sentence in result.stderr


async def test_what_calling_tools_cost_is_told_apart(project: Path) -> None:
    """A question that was answered by calling tools bears their names; what was said does not."""
    persona = project / "personas" / "rosa.yaml"
    persona.write_text(persona.read_text() + "tools: [clock]\n")
    network = ScriptedTransport(
        [completion(tools=[("call_1", "clock", "{}")]), reply("Nine."), reply("So late?")]
    )
    async with Session(environ={"OPENAI_API_KEY": "sk-any"}, network=network) as session:
        run = await loader(project)(model=MODEL, turns=2).arun(seed=1, session=session)

    table = simulate("cost", "--by", "purpose")
    with Store.open(run.database) as store:
        viewed = store.query("SELECT tool, usage_output_tokens FROM v_calls ORDER BY at")
    (spoken, asked) = run.cost("purpose", "tool")
    (tool,) = [event for event in run.events if isinstance(event, ToolCalled)]
    assert (spoken.group, spoken.calls) == (("speak", ""), 2)
    assert (asked.group, asked.calls) == (("speak", "clock"), 1)
    assert tool.call == run.calls[0].call.id
    assert viewed == [{"tool": name, "usage_output_tokens": 20} for name in ("clock", "", "")]
    assert table.stdout.splitlines()[-1] == f"Of this, tools ${asked.dollars} (1 call)."


def test_several_tools_of_one_answer_are_one_group() -> None:
    """By name; a repair that calls tools is told as a repair."""
    with Store.open(":memory:") as store:
        run = store.create_run("tea")
        journal = store.journal(run)
        journal.commit(started())
        for turn, names in enumerate((("weather", "clock", "clock"), ("clock",)), start=1):
            call = question(run, turn, purpose="speak" if turn == 1 else "repair")
            book(store, call, paid("0.5"))
            for name in names:
                journal.commit(called(turn, name, call.id))

        groups = [(row.group, row.dollars) for row in store.cost(["purpose", "tool"], run=run)]

    assert groups == [
        (("repair", "clock"), Decimal("0.5")),
        (("speak", "clock, weather"), Decimal("0.5")),
    ]
