"""Runs that the scenario's own rule ends: by figures, by a judge, by a wish from outside."""

from __future__ import annotations

import json
from typing import Any

from simulator.conversation.state import State
from simulator.conversation.steering import StopSwitch
from simulator.definitions.cast import Cast
from simulator.record.events import LimitReached, RunEnded
from simulator.runs.run import exit_code_of
from simulator.testing import completion
from tests.stage import Body, Stage, always, reply, stage
from tests.talks import cast_of


def ruled(rule: dict[str, Any], **more: Any) -> Cast:
    """Two people, eight turns, and a rule."""
    return cast_of("rosa", "dev", stop=rule, limits={"turns": 8}, **more)


async def end_of(there: Stage) -> tuple[str, str, int]:
    """How a run ended: word, sentence, turns."""
    record = await there.play()
    state, last = State.from_events(record.events), record.events[-1]
    return state.ended, getattr(last, "detail", ""), state.turn


def used(body: Body, **usage: int) -> Body:
    """The completion with this usage."""
    return {**body, "usage": {**usage, "total_tokens": sum(usage.values())}}


async def test_a_run_ends_by_tokens_with_its_turn_finished() -> None:
    """The turn that reaches the figure is the last; the record tells no limit."""
    answer = used(reply(), prompt_tokens=90, completion_tokens=10)

    assert await end_of(stage(ruled({"tokens": 300}), always(answer))) == (
        "tokens_rule",
        "300 tokens were used",
        3,
    )


async def test_a_run_ends_by_dollars() -> None:
    """At the prices of the models that answered."""
    answer = used(reply(), prompt_tokens=999_990, completion_tokens=5)

    word, detail, turns = await end_of(stage(ruled({"dollars": "2"}), always(answer)))

    assert (word, detail, turns) == ("dollars_rule", "$2.00 was spent", 2)


async def test_a_figure_in_a_rule_is_no_limit() -> None:
    """It has a word of its own, the record tells of no limit, and nothing has gone short."""
    there = stage(ruled({"all": [{"turns": 2}, {"speaker": "rosa"}]}), always(reply()))

    record = await there.play()

    last = record.events[-1]
    assert isinstance(last, RunEnded)
    assert (last.stop_reason, last.detail) == (
        "turns_rule",
        "3 turns were taken; rosa has spoken",
    )
    assert not any(isinstance(event, LimitReached) for event in record.events)
    words = ("turns_rule", "tokens_rule", "dollars_rule", "seconds_rule")
    assert {exit_code_of(word, failed_turns=0) for word in words} == {0}


async def test_a_run_ends_by_a_judge() -> None:
    """A cheap model is asked after each round, and the run ends when it says so."""
    verdicts: list[int] = []

    def answer(body: Body) -> Body:
        if "you judge it" not in str(body["messages"][-1]["content"]):
            return reply()
        verdicts.append(1)
        return said_by_judge(holds=len(verdicts) == 2)

    word, detail, turns = await end_of(stage(ruled({"goal": "They agree."}), answer))

    assert (word, detail, turns) == ("goal", "it was judged that: They agree.", 4)
    assert len(verdicts) == 2


def said_by_judge(*, holds: bool) -> Body:
    """A completion that is a verdict."""
    return completion(json.dumps({"reasoning": "It is so.", "holds": holds}))


async def test_a_judge_who_talks_nonsense_ends_nothing() -> None:
    """Without a valid verdict nothing is known, and the talk goes on to its limit."""
    word, _, turns = await end_of(stage(ruled({"goal": "They agree."}), always(reply())))

    assert (word, turns) == ("turns", 8)


async def test_a_judge_without_a_key_ends_the_run() -> None:
    """What the next question would meet as well is told at once."""

    def answer(body: Body) -> Body | tuple[int, Body]:
        judged = "you judge it" in str(body["messages"][-1]["content"])
        return (401, {"error": {"message": "no such key"}}) if judged else reply()

    word, _, turns = await end_of(stage(ruled({"goal": "They agree."}), answer))

    assert (word, turns) == ("key_refused", 2)


async def test_a_switch_ends_a_run_that_listens_to_it() -> None:
    """The turn under way is finished; where no rule says `external` nothing happens."""
    ends = []
    for rule in ({"external": True}, {"turns": 5}):
        switch, turns = StopSwitch(), iter(range(9))

        def answer(_: Body, switch: StopSwitch = switch, turns: Any = turns) -> Body:
            if next(turns) == 2:
                switch.throw("lunch")
            return reply()

        ends.append(await end_of(stage(ruled(rule), answer, stop=switch)))

    assert ends == [("external", "lunch", 3), ("turns_rule", "5 turns were taken", 5)]
