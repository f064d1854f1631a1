"""What a rule is made from, and what it judges: a persona in its cast, and one of its turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from simulator.conversation.fidelity.reading import Reading, Sentence, fold
from simulator.definitions.cast import Member
from simulator.definitions.facts import Facts

__all__ = ["Check", "Subject", "Turn", "clip", "names_of"]

_SHOWN = 90
"""Characters of evidence at most."""


@dataclass(frozen=True)
class Subject:
    """Whose turns are checked, and who else is there."""

    member: Member
    others: tuple[Member, ...]

    @property
    def facts(self) -> Facts:
        """The truth about the member."""
        return self.member.persona.facts

    @cached_property
    def own_names(self) -> frozenset[str]:
        """The words of the member's own name, folded."""
        return names_of(self.member)

    @cached_property
    def cast_names(self) -> frozenset[str]:
        """The words of everybody's name, folded."""
        return self.own_names.union(*(names_of(other) for other in self.others))


@dataclass(frozen=True)
class Turn:
    """Words of the member, and what was said before them."""

    said: Reading
    before: tuple[tuple[str, Reading], ...] = ()
    """The last lines before it, with who said them."""
    speaker: str = ""
    listeners: frozenset[str] = frozenset()
    """Ids of those who hear it."""
    taken: int = 0
    """Turns the member has taken before it."""

    @property
    def prompted(self) -> Reading | None:
        """The line it follows, where somebody else said that."""
        if not self.before or self.before[-1][0] == self.speaker:
            return None
        return self.before[-1][1]

    @property
    def question(self) -> Reading | None:
        """The question it follows."""
        line = self.prompted
        return line if line is not None and line.asks else None

    @cached_property
    def heard_figures(self) -> frozenset[float]:
        """The numbers others have just said."""
        heard = (line.figures for speaker, line in self.before if speaker != self.speaker)
        return frozenset[float]().union(*heard)

    @cached_property
    def heard_ideas(self) -> frozenset[str]:
        """What others have just spoken about."""
        heard = (line.ideas for speaker, line in self.before if speaker != self.speaker)
        return frozenset[str]().union(*heard)

    @cached_property
    def heard_terms(self) -> frozenset[str]:
        """The words of all the lines before it, in the singular."""
        return frozenset[str]().union(*(line.terms for _, line in self.before))


Check: TypeAlias = Callable[[Turn], Iterable[str]]
"""A compiled rule: the evidence of every breach it finds in a turn."""


def names_of(member: Member) -> frozenset[str]:
    """The words others call a member by, folded; titles and particles left out."""
    words = (fold(word) for form in member.called for word in form.replace("-", " ").split())
    return frozenset(word for word in words if len(word) > 2 and not word.endswith("."))


def clip(sentence: Sentence | str) -> str:
    """Words as evidence: on one line, not too long."""
    text = sentence if isinstance(sentence, str) else sentence.text
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 1]}…"
