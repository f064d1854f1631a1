"""Budgets of single purposes: a talk goes on without judges, selectors and menders, not mute."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.conversation.state import State
from simulator.definitions.limits import Limits
from simulator.record.events import LimitReached, RunEnded, SpeakerChosen, TurnFailed
from simulator.testing import MemoryRecord, completion
from tests.stage import (
    Body,
    asked_to_choose,
    choice,
    kinds,
    reply,
    stage,
)
from tests.talks import cast_of

LITTLE = {"tokens": 1_400}


def with_usage(body: Body) -> Body:
    """An answer that costs something."""
    return {
        **body,
        "usage": {"prompt_tokens": 500, "completion_tokens": 20, "total_tokens": 520},
    }


def answering(body: Body) -> Body:
    """Somebody speaks, chooses or judges."""
    if asked_to_choose(body)[0]:
        return with_usage(choice("dev"))
    if "you judge it" in str(body["messages"][-1]["content"]):
        verdict = {"reasoning": "Not yet.", "holds": False}
        return with_usage(completion(json.dumps(verdict)))
    return with_usage(reply())


async def played(purposes: dict[str, Any], **more: Any) -> MemoryRecord:
    """A talk of three with budgets for its purposes."""
    policy = more.pop("policy", "round_robin")
    limits = {"turns": 9, "purposes": purposes}
    cast = cast_of("rosa", "dev", "ilse", limits=limits, **more)
    return await stage(cast, answering, policy=policy).play()


def reached(record: MemoryRecord) -> list[tuple[str, str, str]]:
    """The limits that were reached: scope, unit and limit."""
    limits = (one for one in record.events if isinstance(one, LimitReached))
    return [(one.scope, one.unit, one.limit) for one in limits]


def answered(record: MemoryRecord, purpose: str) -> int:
    """How many questions of a purpose were answered."""
    calls = (record.calls[key] for key, state in record.states.items() if state == "answered")
    return sum(call.purpose == purpose for call in calls)


async def test_without_a_judge_the_talk_goes_on_to_its_limit() -> None:
    """The record says once since when nobody judges; whoever speaks has all the money."""
    record = await played({"judge": LITTLE}, stop={"goal": "They have agreed."})

    assert reached(record) == [("purpose:judge", "tokens", "1400"), ("run", "turns", "9")]
    assert answered(record, "judge") in {1, 2}
    assert answered(record, "speak") == 9


async def test_without_a_selector_whoever_has_waited_longest_speaks() -> None:
    """The reason is recorded, and the talk goes on to its limit."""
    record = await played({"select": LITTLE}, policy="selected")

    chosen = [one for one in record.events if isinstance(one, SpeakerChosen)]
    unasked = [one for one in chosen if one.reason.endswith("; has waited longest")]
    assert reached(record) == [("purpose:select", "tokens", "1400"), ("run", "turns", "9")]
    assert answered(record, "speak") == 9
    assert unasked
    assert unasked[0].reason.startswith(
        "nobody could be asked: The run's limit for the purpose 'select' of 1,400 tokens leaves"
    )


async def test_without_money_to_speak_it_is_over() -> None:
    """That budget bounds the talk itself."""
    record = await played({"speak": {"tokens": 3_000}})

    assert reached(record) == [("purpose:speak", "tokens", "3000")]
    assert kinds(record.events)[-3:] == ["limit_reached", "turn_passed", "run_ended"]
    last = record.events[-1]
    assert isinstance(last, RunEnded)
    assert last.stop_reason == "tokens"
    assert answered(record, "speak") in {4, 5}


async def test_without_money_to_mend_a_reply_fails() -> None:
    """An unfit answer is a failed turn then, and nobody's budget is reached."""
    cast = cast_of("rosa", limits={"turns": 2, "purposes": {"repair": {"tokens": 20}}})

    record = await stage(cast, lambda _: with_usage(completion("no JSON"))).play()

    failed = [one for one in record.events if isinstance(one, TurnFailed)]
    assert [one.error for one in failed] == ["invalid_reply"] * 2
    assert reached(record) == []
    assert answered(record, "speak") == 2


async def test_a_resumed_run_knows_which_purposes_are_spent() -> None:
    """The state is made of the events."""
    record = await played({"judge": LITTLE}, stop={"goal": "They have agreed."})

    state = State.from_events(record.events)

    assert state.unpaid == {"purpose:judge"}
    assert state.members == ("rosa", "dev", "ilse")
    assert state.spent == frozenset()


@pytest.mark.parametrize("written", [{"judges": {"dollars": 1}}, {"judge": {"dollar": 1}}])
def test_only_known_purposes_and_units_have_budgets(written: dict[str, Any]) -> None:
    """A slip of the pen is a mistake, not a budget that nobody keeps."""
    with pytest.raises(ValueError, match="purposes"):
        Limits.model_validate({"purposes": written})
