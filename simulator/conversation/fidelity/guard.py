"""The guard of one persona: its facts compiled into rules, and each turn held against them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from simulator.conversation.fidelity.age import age
from simulator.conversation.fidelity.assistant_speak import assistant_speak
from simulator.conversation.fidelity.names import names
from simulator.conversation.fidelity.not_known import not_known
from simulator.conversation.fidelity.numbers import numbers
from simulator.conversation.fidelity.opinion import opinion
from simulator.conversation.fidelity.reading import LONGEST, reading_of
from simulator.conversation.fidelity.role_reversal import role_reversal
from simulator.conversation.fidelity.secrets import secrets
from simulator.conversation.fidelity.speaks_for_other import speaks_for_other
from simulator.conversation.fidelity.turn import Check, Subject, Turn
from simulator.conversation.state import Utterance
from simulator.definitions.cast import Cast, Member

__all__ = ["RULES", "Breach", "Guard", "Rule", "compile_guard"]

Rule: TypeAlias = Literal[
    "age",
    "assistant_speak",
    "name",
    "not_known",
    "number",
    "opinion",
    "role_reversal",
    "secret",
    "speaks_for_other",
]
"""What a turn can break."""
RULES: Mapping[Rule, Callable[[Subject], Check | None]] = MappingProxyType(
    {
        "age": age,
        "number": numbers,
        "name": names,
        "not_known": not_known,
        "opinion": opinion,
        "speaks_for_other": speaks_for_other,
        "role_reversal": role_reversal,
        "assistant_speak": assistant_speak,
        "secret": secrets,
    }
)
"""Each rule, and what compiles it for a persona."""
_REMEMBERED = 4
"""Lines before a turn that can explain it: what was asked, named or argued."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One way in which a turn is not faithful to its persona."""

    rule: Rule
    evidence: str
    """The words that break it, on one line."""


@dataclass(frozen=True)
class Guard:
    """What one persona's turns are checked against; compiled once, asked every turn."""

    member_id: str
    checks: Mapping[Rule, Check]
    present: frozenset[str]
    """Ids of the others in the cast."""

    def check(
        self,
        text: str,
        *,
        said_before: Sequence[Utterance] = (),
        listeners: Iterable[str] | None = None,
    ) -> tuple[Breach, ...]:
        """What is wrong with a turn, at most one breach for each rule; most often nothing.

        `said_before` is what the persona heard up to now, the last of it last; `listeners` are the
        ids of those who hear the turn; None: everybody in the cast.
        """
        before = said_before[-_REMEMBERED:]
        turn = Turn(
            said=reading_of(text[:LONGEST]),
            before=tuple((said.speaker, reading_of(said.text[:LONGEST])) for said in before),
            speaker=self.member_id,
            listeners=self.present
            if listeners is None
            else frozenset(listeners) - {self.member_id},
            taken=[said.speaker for said in said_before].count(self.member_id),
        )
        found = ((rule, next(iter(check(turn)), None)) for rule, check in self.checks.items())
        return tuple(Breach(rule, evidence) for rule, evidence in found if evidence is not None)


def compile_guard(member: Member, cast: Cast) -> Guard:
    """The guard for a member of a cast; takes some milliseconds, so do it once in a run."""
    others = tuple(other for other in cast.members if other.id != member.id)
    subject = Subject(member, others)
    compiled = {rule: make(subject) for rule, make in RULES.items()}
    checks = {rule: check for rule, check in compiled.items() if check is not None}
    return Guard(member.id, MappingProxyType(checks), frozenset(other.id for other in others))
