"""A run as its record tells it: how it stands, what was said in which order, what to return."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from simulator import Observer, Run, Session, StopSwitch, Store
from simulator.definitions.stop_rule import StopRule
from simulator.errors import NotFound, UsageError
from simulator.record.events import Event, Intervened, LimitReached, RunEnded, RunPaused
from simulator.runs.run import exit_code_of
from simulator.testing import Scripted, ScriptedTransport, completion
from tests.llm_samples import ONCE
from tests.small_project import MODEL, loader, small_project
from tests.stage import reply
from tests.talks import AT, cast_of, chosen, failed, said, started, told

CAST = cast_of("rosa", "dev")
ENDED = RunEnded(turn=1, at=AT, stop_reason="turns", detail="1 turns were taken")
PAUSED = RunPaused(turn=1, at=AT, reason="interrupted")
FIRST: Sequence[Event] = (started(CAST), chosen(1, "rosa"), said(1, "rosa", "Hm."))


@pytest.fixture
def run_of(tmp_path: Path) -> Callable[..., Run]:
    """Makes a run of these events."""

    def make(*events: Event) -> Run:
        with Store.open(tmp_path / "runs.db") as store:
            run = store.create_run("onboarding")
            journal = store.journal(run)
            for event in events:
                journal.commit(event)
        return Run(run, tmp_path / "runs.db")

    return make


@pytest.mark.parametrize(
    ("events", "stop_reason", "detail", "exit_code"),
    [
        ([], "", "", 1),
        ([*FIRST], "", "", 1),
        ([*FIRST, ENDED], "turns", "1 turns were taken", 0),
        (
            [*FIRST, RunEnded(turn=1, at=AT, stop_reason="goal", detail="It is so")],
            "goal",
            "It is so",
            0,
        ),
        ([*FIRST, PAUSED], "paused", "", 130),
        ([*FIRST, PAUSED, chosen(2, "dev")], "", "", 1),
        ([*FIRST, PAUSED, chosen(2, "dev"), ENDED], "turns", "1 turns were taken", 0),
        ([*FIRST, chosen(2, "dev"), failed(2, "dev"), ENDED], "turns", "1 turns were taken", 4),
    ],
)
def test_a_run_stands_where_its_last_event_left_it(
    events: list[Event],
    stop_reason: str,
    detail: str,
    exit_code: int,
    run_of: Callable[..., Run],
) -> None:
    """Ended, paused, or still going on; a run that was taken up again is not paused."""
    run = run_of(*events)

    assert (run.stop_reason, run.detail, run.exit_code) == (stop_reason, detail, exit_code)


def test_a_transcript_holds_what_was_heard_and_by_whom(run_of: Callable[..., Run]) -> None:
    """Whispers name who heard them; what changes without words leaves no line."""
    wish = Intervened(turn=1, at=AT, speaker="narrator", text="tea", to=("dev",), effect="goal")
    hint = Intervened(turn=1, at=AT, speaker="narrator", text="A hint.", to=("dev",), effect="tell")
    run = run_of(
        started(CAST), wish, hint, chosen(1, "rosa"), said(1, "rosa", "Psst.", to=("dev",))
    )

    assert run.transcript == (
        "Narrator to Dev Moreau: A hint.\n\nRosa Lindqvist to Dev Moreau: Psst."
    )


async def test_a_switch_ends_a_run_whose_rule_is_external(tmp_path: Path) -> None:
    """Thrown while somebody speaks, the turn is finished and the run ends as planned."""
    simulation, switch = loader(small_project(tmp_path))(), StopSwitch()
    scenario = simulation.scenario.model_copy(update={"stop": StopRule(external=True)})
    ending = replace(simulation, cast=replace(simulation.cast, scenario=scenario))
    observer = Observer(asking=lambda *_: switch.throw("it is late"))

    run = await ending.arun(seed=3, observer=observer, stop=switch)

    assert (len(run.turns), run.stop_reason, run.detail, run.exit_code) == (
        *(1, "external", "it is late"),
        0,
    )


def test_turns_are_told_in_their_order(run_of: Callable[..., Run]) -> None:
    """Simultaneous turns may end in any order; words from outside come before their turn."""
    events: list[Event] = [started(CAST), told(1, "It is ten to four."), chosen(1, "rosa", "dev")]
    events += [said(2, "dev", "Second."), said(1, "rosa", "First."), ENDED]

    run = run_of(*events)

    assert [turn.text for turn in run.turns] == ["First.", "Second."]
    assert run.transcript == (
        "Narrator: It is ten to four.\n\nRosa Lindqvist: First.\n\nDev Moreau: Second."
    )


def test_what_was_reached_and_what_failed_can_be_asked_for(run_of: Callable[..., Run]) -> None:
    """Limits and failed turns, as they stand in the record."""
    limit = LimitReached(turn=1, at=AT, scope="rosa", unit="dollars", limit="1", used="1")
    failure = failed(2, "dev")

    run = run_of(*FIRST, limit, chosen(2, "dev"), failure, ENDED)

    assert (run.limits_reached, run.failed_turns) == ((limit,), (failure,))


def test_a_run_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Reading makes no database, and knows its runs."""
    with pytest.raises(UsageError):
        _ = Run("onboarding-7f3a", tmp_path / "none.db").events
    Store.open(tmp_path / "runs.db").close()
    with pytest.raises(NotFound):
        _ = Run("onboarding-7f3a", tmp_path / "runs.db").events


@pytest.mark.parametrize(
    ("stop_reason", "failed_turns", "code"),
    [
        ("turns", 0, 0),
        ("phrase", 0, 0),
        ("everybody_passed", 0, 0),
        ("everybody_left", 0, 0),
        ("rule", 0, 0),
        ("turns", 2, 4),
        ("dollars", 0, 5),
        ("tokens", 1, 5),
        ("seconds", 0, 5),
        ("budgets", 0, 5),
        ("key_missing", 1, 6),
        ("key_refused", 1, 6),
        ("paused", 0, 130),
        ("failed", 0, 1),
        ("failed", 3, 1),
        ("", 0, 1),
    ],
)
def test_exit_codes(stop_reason: str, failed_turns: int, code: int) -> None:
    """Done, done with failures, stopped by money or time, by a key, interrupted, failed."""
    assert exit_code_of(stop_reason, failed_turns=failed_turns) == code


REFUSED: Scripted = (401, {}, {"error": {"message": "no such key"}})
DOWN: Scripted = (503, {}, {"error": {"message": "out of order"}})
DEAR = completion("x", usage={"prompt_tokens": 10**7, "completion_tokens": 1})


@pytest.mark.parametrize(
    ("answers", "stop_reason", "code"),
    [
        ([reply(), reply()], "turns", 0),
        ([DOWN, reply()], "turns", 4),
        ([DOWN, DOWN], "failed", 1),
        ([REFUSED], "key_refused", 6),
        ([DEAR], "dollars", 5),
    ],
)
async def test_models_decide_how_a_run_ends(
    answers: list[Scripted], stop_reason: str, code: int, tmp_path: Path
) -> None:
    """From answers on the wire to what a command returns."""
    simulation = loader(small_project(tmp_path))(model=MODEL, turns=2, budget="0.05")
    network = ScriptedTransport(answers)

    async with Session(
        environ={"OPENAI_API_KEY": "sk-anything"}, retry=ONCE, network=network
    ) as session:
        run = await simulation.arun(seed=3, session=session)

    assert (run.stop_reason, run.exit_code) == (stop_reason, code)
    assert run.stand_in is False
