"""A moderator decides: the member whose role here is moderator is asked who speaks next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from simulator.conversation.prompts import Prompts, Situation
from simulator.conversation.reply import Choice, parse_choice
from simulator.conversation.state import State
from simulator.conversation.turn_taking.addressed import addressed, called_by_last_turn
from simulator.conversation.turn_taking.policy import NextSpeakers, others
from simulator.definitions.cast import Cast, Member
from simulator.llm.ask import Answer, Question
from simulator.llm.router import TurnFeatures

__all__ = ["moderated"]


def moderated(
    state: State, cast: Cast, answers: Sequence[Answer[Any]], /
) -> NextSpeakers | Question[Choice]:
    """The moderator opens; whoever is called by name answers; else the moderator is asked.

    A call by name needs no decision, so it costs no question. Where the moderator has left or
    has nothing left to spend, whoever has waited longest speaks.

    Raises:
        UsageError: nobody in the cast is a moderator.
    """
    moderator, candidates = cast.needed("moderator")[0], others(state)
    if answers:
        choice: Any = answers[-1].value
        return NextSpeakers((choice.next,), choice.reasoning)
    if moderator.id not in state.present:
        return addressed(state, cast, answers)
    if not state.finished:
        return NextSpeakers((moderator.id,), "opens")
    if len(candidates) == 1:
        return NextSpeakers(candidates, "nobody else is there")
    called = called_by_last_turn(state, cast, candidates)
    if called is not None:
        return called
    return _question(state, cast, moderator=moderator, candidates=candidates)


def _question(
    state: State, cast: Cast, *, moderator: Member, candidates: tuple[str, ...]
) -> Question[Choice]:
    situation = Situation.of(state, cast, moderator.id)
    return Question(
        persona=moderator.id,
        purpose="select",
        prompt=Prompts(cast=cast).choice(moderator, situation, candidates=candidates),
        parse=partial(parse_choice, names=candidates),
        features=TurnFeatures(),
        tiers=moderator.persona.tier,
    )
