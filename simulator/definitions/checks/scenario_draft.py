"""A scenario's file as far as it can be understood, with what its names can stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from simulator.definitions.cast import is_role
from simulator.definitions.checks.outline import Outline
from simulator.definitions.checks.surroundings import Surroundings
from simulator.definitions.limits import Limits
from simulator.definitions.persona import Persona
from simulator.definitions.scenario import CastEntry, Scenario
from simulator.definitions.yaml.document import Loc
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["BRACES", "Draft", "Seat"]

BRACES = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
"""An input's place in a text that stays as it is, as no value is known for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One entry of `cast:` that says who it is."""

    at: Loc
    """Where its id stands: at `as`, else at `persona`."""
    id: str
    persona: str
    """The persona's id; empty where the file does not say it."""
    role: str | None = ""
    """The role here; None where a mistake hides it."""
    late: bool = False
    """Whether only an event brings it in."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A scenario's file with its surroundings."""

    outline: Outline
    around: Surroundings

    def mistake(self, loc: Loc, message: str, hint: str = "", *, key: bool = False) -> Mistake:
        """A mistake at the first character of a value, or of its key."""
        return Mistake(self.outline.document.offset(loc, key=key), message, hint)

    def empty(self, loc: Loc) -> bool:
        """Whether nothing stands at a place: no key, no value, or an empty list or mapping."""
        node = self.outline.document.node(loc)
        if node is None:
            return True
        return node.value is None if node.scalar else not (node.items or node.fields or node.flawed)

    def line(self, loc: Loc) -> int:
        """The line a value begins on."""
        return self.outline.document.mark(loc)[0]

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
                role = self.outline.text(*entry, "role") or ""
                clear = self.outline.decided(*entry, "role", model=CastEntry)
                yield Seat(
                    at=at,
                    id=known,
                    persona=persona or "",
                    role=role if clear and not BRACES.search(role) else None,
                    late=self.outline.text(*entry, "enters") == "later",
                )

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

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles that members are known to have here."""
        return frozenset(seat.role for seat in self.seats if seat.role)

    @cached_property
    def clear(self) -> bool:
        """Whether no mistake hides who is in the cast, and as what."""
        entries = tuple(self.outline.places("cast", None))
        return len(entries) == len(self.seats) and all(s.role is not None for s in self.seats)

    def meant(self, name: str) -> tuple[Seat, ...]:
        """The members that an id or a role names."""
        if name in self.members:
            return (self.members[name],)
        return self.having(name)

    def having(self, role: str) -> tuple[Seat, ...]:
        """The members who have a role here."""
        return tuple(s for s in self.members.values() if is_role(s.role or "", role))

    def may_be_meant(self, name: str) -> bool:
        """Whether a name is a member's or a role's, or could be but for a mistake in the cast."""
        unclear = any(seat.role is None for seat in self.seats)
        return unclear or bool(self.meant(name)) or self.may_be_member(name)

    def tools_of(self, member: str) -> tuple[str, ...] | None:
        """The tools a member's persona may call, as they are written; None if that is unclear."""
        seat = self.members.get(member)
        persona = self.around.personas.get(seat.persona) if seat else None
        if persona is None or not persona.decided("tools", model=Persona):
            return None
        written = (*persona.texts("tools", None), *persona.texts("tools", None, "use"))
        return tuple(tool for _, tool in written)

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
