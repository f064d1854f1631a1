"""Turns that go a tier up: too unsure, or out of character; and phases that name a tier."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator.conversation.phases import phases_of
from simulator.definitions.cast import Cast
from simulator.definitions.model_catalog import ModelCatalog, Routing
from simulator.definitions.persona import TierRange
from simulator.definitions.phase import Phase
from simulator.errors import UserCodeFailed
from simulator.record.events import FidelityFlagged, TurnFailed, TurnTaken
from simulator.testing import MemoryRecord
from tests.llm_samples import catalog
from tests.stage import Body, Improvised, always, reply, stage
from tests.talks import cast_of, member

YOUNGER, TRUE = "I'm thirty-eight.", "I'm fifty-eight."


def models(**routing: Any) -> ModelCatalog:
    """A model for each tier, and how it is chosen."""
    return catalog().model_copy(update={"routing": Routing(**routing)})


def cast(**scenario: Any) -> Cast:
    """Rosa, who is 58, and Dev; one turn."""
    return cast_of(member("rosa", facts={"age": 58}), "dev", **{"limits": {"turns": 1}, **scenario})


def by_model(**answers: Body) -> Improvised:
    """Another answer from each model."""
    return lambda body: answers[body["model"]]


def asked(record: MemoryRecord) -> list[tuple[str, str]]:
    """Purpose and model of each call."""
    return [(call.purpose, call.model) for call in record.calls.values()]


def said(record: MemoryRecord) -> list[str]:
    """What was said."""
    return [one.text for one in record.events if isinstance(one, TurnTaken)]


async def test_an_unsure_reply_is_asked_for_a_tier_up() -> None:
    """Where models.yaml says how sure is sure enough; the reason stands on the call."""
    answers = by_model(
        small=reply("Maybe.", confidence=0.3), middle=reply("Surely.", confidence=0.9)
    )

    record = await stage(cast(), answers, model="tiers", models=models(escalate_below=0.4)).play()

    assert said(record) == ["Surely."]
    assert asked(record) == [("speak", "test/small"), ("repair", "test/middle")]
    told = "escalated from simple: the confidence of 0.3 is below 0.4"
    assert told in list(record.calls.values())[-1].reasons
    (turn,) = (one for one in record.events if isinstance(one, TurnTaken))
    assert turn.calls == tuple(record.calls)


@pytest.mark.parametrize(("least", "model"), [(None, "tiers"), (0.3, "tiers"), (0.4, "test/small")])
async def test_otherwise_an_unsure_reply_stands(least: float | None, model: str) -> None:
    """By default, where it is sure enough, and where there is no tier above."""
    answers = always(reply("Maybe.", confidence=0.3))

    record = await stage(cast(), answers, model=model, models=models(escalate_below=least)).play()

    assert (said(record), len(record.calls)) == (["Maybe."], 1)


async def test_who_passes_is_not_asked_again_for_being_unsure() -> None:
    """Nothing is said that a dearer model could say better."""
    answers = always(reply("", act="pass", confidence=0.1))

    record = await stage(cast(), answers, model="tiers", models=models(escalate_below=0.4)).play()

    assert asked(record) == [("speak", "test/small")]


async def test_a_turn_that_stays_out_of_character_goes_a_tier_up() -> None:
    """After the same model was shown its mistake in vain; nothing is flagged then."""
    answers = by_model(small=reply(YOUNGER), middle=reply(TRUE))

    record = await stage(cast(), answers, model="tiers").play()

    assert said(record) == [TRUE]
    assert asked(record) == [
        ("speak", "test/small"),
        ("repair", "test/small"),
        ("repair", "test/middle"),
    ]
    told = "escalated from simple: out of character (age)"
    assert told in list(record.calls.values())[-1].reasons
    assert not [one for one in record.events if isinstance(one, FidelityFlagged)]


async def test_a_phase_names_the_tier_that_answers() -> None:
    """Within what the persona allows."""
    opening = Phase(name="opening", turns=1, tier=TierRange(floor="complex"))
    talk = Phase(name="talk", turns=1)
    there = stage(
        cast(limits={"turns": 2}, phases=[opening.model_dump(), talk.model_dump()]),
        always(reply()),
        model="tiers",
    )

    record = await there.play()

    assert asked(record) == [("speak", "test/big"), ("speak", "test/small")]
    told = "simple asked for, complex by the persona's tier range"
    assert told in next(iter(record.calls.values())).reasons


def test_a_phase_of_a_graph_names_no_tier() -> None:
    """It would be told nobody, so it is refused."""
    with pytest.raises(UserCodeFailed, match="only a scenario's phases can"):
        phases_of(cast(), (Phase(name="talk", tier=TierRange()),))


async def test_a_policy_that_raises_fails_the_turn(tmp_path: Path) -> None:
    """Visibly, with what it said."""
    (tmp_path / "mine.py").write_text("def f(turn):\n    raise KeyError('gone')\n")
    known = models(policy="mine.py:f")
    record = await stage(
        replace(cast(), folder=tmp_path), always(reply()), model="tiers", models=known
    ).play()

    (failed,) = (one for one in record.events if isinstance(one, TurnFailed))
    assert (failed.error, failed.message) == (
        "user_code_failed",
        "the routing policy 'mine.py:f' raised KeyError: 'gone' (mine.py:2)",
    )
