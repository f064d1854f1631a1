"""A scenario's file as far as it can be understood, with what its names can stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from simulator.definitions.checks.outline import Outline
from simulator.definitions.checks.surroundings import Surroundings
from simulator.definitions.limits import Limits
from simulator.definitions.persona import Persona
from simulator.definitions.scenario import CastEntry, Scenario
from simulator.definitions.yaml.document import Loc
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["Draft", "Seat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One entry of `cast:` that says who it is."""

    at: Loc
    """Where its id stands: at `as`, else at `persona`."""
    id: str
    persona: str
    """The persona's id; empty where the file does not say it."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A scenario's file with its surroundings."""

    outline: Outline
    around: Surroundings

    def mistake(self, loc: Loc, message: str, hint: str = "") -> Mistake:
        """A mistake at the first character of a value."""
        return Mistake(self.outline.document.offset(loc), message, hint)

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """The entries of the cast that say who they are, in the file's order."""
        return tuple(self._seats())

    def _seats(self) -> Iterator[Seat]:
        for entry in self.outline.places("cast", None):
            persona = self.outline.text(*entry, "persona")
            name = self.outline.text(*entry, "as")
            known = name or persona
            if known and self.outline.decided(*entry, "as", model=CastEntry):
                at = (*entry, "as" if name else "persona")
                yield Seat(at=at, id=known, persona=persona or "")

    @cached_property
    def members(self) -> Mapping[str, Seat]:
        """The members by their ids; of two with the same id, the first."""
        return {seat.id: seat for seat in reversed(self.seats)}

    def may_be_member(self, name: str) -> bool:
        """Whether a name is a member's, or could be but for a mistake in the cast."""
        entries = tuple(self.outline.places("cast", None))
        if name in self.members or len(entries) != len(self.seats) or not entries:
            return True
        unknown = [seat for seat in self.seats if seat.persona not in self.around.personas]
        return name in self.around.personas and any(seat.at[-1] == "persona" for seat in unknown)

    def tools_of(self, member: str) -> tuple[str, ...] | None:
        """The tools a member's persona may call, as they are written; None if that is unclear."""
        seat = self.members.get(member)
        persona = self.around.personas.get(seat.persona) if seat else None
        if persona is None or not persona.decided("tools", model=Persona):
            return None
        return tuple(tool for _, tool in persona.texts("tools", None))

    def turns(self) -> int | None:
        """The turns after which a run ends; None where a mistake hides them."""
        limits_decided = self.outline.decided("limits", model=Scenario)
        if limits_decided and not any(self.outline.places("limits")):
            return Limits().turns
        if not self.outline.decided("limits", "turns", model=Limits):
            return None
        if not any(self.outline.places("limits", "turns")):
            return Limits().turns
        return self.outline.number("limits", "turns") or None
