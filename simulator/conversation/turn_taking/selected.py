"""A cheap model that takes no part picks who speaks next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from simulator.conversation.prompts import Prompts, Situation
from simulator.conversation.reply import Choice, parse_choice
from simulator.conversation.state import State
from simulator.conversation.turn_taking.addressed import called_by_last_turn
from simulator.conversation.turn_taking.policy import NextSpeakers, others
from simulator.definitions.cast import Cast
from simulator.definitions.persona import TierRange
from simulator.llm.ask import Answer, Question

__all__ = ["selected"]


def selected(
    state: State, cast: Cast, answers: Sequence[Answer[Any]], /
) -> NextSpeakers | Question[Choice]:
    """Whoever is called by name speaks; else a model is asked, and its reason is recorded.

    A call by name needs no decision, nor does a talk with only one who could speak.
    """
    candidates = others(state)
    if answers:
        choice: Any = answers[-1].value
        return NextSpeakers((choice.next,), choice.reasoning)
    if len(candidates) == 1:
        return NextSpeakers(candidates, "nobody else can speak")
    called = called_by_last_turn(state, cast, candidates)
    if called is not None:
        return called
    return Question(
        persona="",
        purpose="select",
        prompt=Prompts(cast=cast).selection(Situation.outside(state, cast), candidates=candidates),
        parse=partial(parse_choice, names=candidates),
        tiers=TierRange(floor="simple", ceiling="simple"),
    )
