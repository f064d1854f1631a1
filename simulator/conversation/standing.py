"""All that can decide how a conversation goes on: what was said, what it took, what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from simulator.conversation.perception import Perceived
from simulator.conversation.prompts import Prompts, Situation
from simulator.conversation.reply import Verdict, parse_verdict
from simulator.conversation.state import State
from simulator.definitions.cast import Cast
from simulator.definitions.persona import TierRange
from simulator.llm.ask import Question

__all__ = ["Answers", "Standing", "judged"]


@dataclass(frozen=True, slots=True)
class Answers:
    """What models have answered for the decision under way, found by the question."""

    values: Mapping[str, Any] = field(default_factory=dict)
    """The prompt's hash -> the answer's value."""

    def to(self, question: Question[Any]) -> Any:
        """The answer's value; None where it was not asked yet."""
        return self.values.get(question.prompt.hash)

    def with_one(self, question: Question[Any], value: Any) -> Answers:
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


def judged(statement: str, standing: Standing) -> Question[Verdict] | bool:
    """Whether a statement about the talk is true: asked once a round, of a cheap model.

    Between two rounds nothing is asked and nothing holds.
    """
    state, cast = standing.state, standing.cast
    if not state.utterances or state.turn % max(1, len(state.here)):
        return False
    limits = cast.scenario.limits
    situation = Situation(
        turn=state.turn,
        turns=limits.turns,
        perceived=Perceived(
            public=tuple(said for said in state.utterances if not said.to),
            private=tuple(said for said in state.utterances if said.to),
        ),
        context_tokens=state.prompt_tokens(limits.context_tokens),
    )
    question = Question(
        persona="",
        purpose="judge",
        prompt=Prompts(cast=cast).verdict(statement, situation),
        parse=parse_verdict,
        tiers=TierRange(floor="simple", ceiling="simple"),
    )
    verdict = standing.answers.to(question)
    return question if verdict is None else bool(verdict.holds)
