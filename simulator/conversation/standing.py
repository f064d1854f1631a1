"""All that can decide how a conversation goes on: what was said, what it took, what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from simulator.conversation.prompts import Prompts, Situation
from simulator.conversation.reply import Verdict, parse_verdict
from simulator.conversation.state import State
from simulator.definitions.cast import Cast
from simulator.definitions.persona import TierRange
from simulator.llm.ask import Question

__all__ = ["Answers", "Standing", "judged"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answers:
    """What models have answered for the decision under way, found by the question."""

    values: Mapping[str, Any] = field(default_factory=dict)
    """The prompt's hash -> the answer's value; None where no valid answer could be had."""

    def knows(self, question: Question[Any]) -> bool:
        """Whether it was asked."""
        return question.prompt.hash in self.values

    def to(self, question: Question[T]) -> T | None:
        """The answer's value; None where there is none."""
        value: T | None = self.values.get(question.prompt.hash)
        return value

    def with_one(self, question: Question[T], value: T | None) -> Answers:
        """One answer more."""
        return Answers({**self.values, question.prompt.hash: value})


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a conversation stands, for stop conditions and events."""

    state: State
    cast: Cast
    seconds: float = 0.0
    """How long the run has lasted."""
    tokens: int = 0
    """What it has used, prompt and completion."""
    dollars: Decimal = Decimal(0)
    """What it has cost; what could not be settled counts at its most."""
    asked_to_stop: str = ""
    """Why somebody outside asked for the end; empty: nobody did."""
    answers: Answers = Answers()


def judged(statement: str, standing: Standing) -> Question[Verdict] | bool | None:
    """Whether a statement about the talk is true: asked once a round, of a cheap model.

    None where it is not known: between two rounds, and where the model gave no valid answer.
    """
    state, cast = standing.state, standing.cast
    if not _round_is_over(state):
        return None
    situation = Situation.outside(state, cast, until=state.finished[-1].turn)
    prompt = Prompts(cast=cast).verdict(statement, situation)
    question = Question(
        persona="",
        purpose="judge",
        prompt=prompt,
        parse=parse_verdict,
        topic=prompt.hash,
        tiers=TierRange(floor="simple", ceiling="simple"),
    )
    if not standing.answers.knows(question):
        return question
    verdict = standing.answers.to(question)
    return None if verdict is None else verdict.holds


def _round_is_over(state: State) -> bool:
    """Whether the last turns, simultaneous ones together, have filled a round.

    A round has as many turns as members are there. Words from outside that come before the next
    turn change nothing, so that a question stays the same until somebody speaks.
    """
    if not state.finished or not state.utterances:
        return False
    size = max(1, len(state.here))
    before = state.turn - sum(one.turn > state.heard for one in state.finished)
    return state.turn // size > before // size
