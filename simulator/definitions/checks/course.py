"""The course a scenario takes, as far as its file decides it: turns of phases, who is there when.

All figures are bounds. What people, models and a user's own code decide is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from simulator.definitions.checks.scenario_draft import Draft
from simulator.definitions.phase import Phase
from simulator.definitions.yaml.document import Loc

__all__ = ["ENDINGS", "Course", "Happening", "Span"]

ENDINGS = ("turns", "rounds", "until")
"""The fields that end a phase."""
_FOREVER = 10**18


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The turns that a phase can have."""

    at: Loc
    """Where its name stands, or else the phase."""
    name: str
    """Empty where the file does not say it."""
    first: int
    """No turn before this one can be its first."""
    last: int | None
    """No turn after this one can be its last; None: that cannot be told."""
    after: str | None = None
    """The phase before it that never ends; None: there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One of the scenario's events."""

    at: Loc
    index: int
    first: int
    """It happens right before this turn at the earliest."""
    certain: bool
    """Whether it happens right then, whatever is said."""

    @property
    def place(self) -> tuple[int, int]:
        """Its place among those that are certain: by turn, then as they are written."""
        return self.first, self.index


@dataclass(frozen=True, kw_only=True)
class Course:
    """A scenario's file as a sequence of phases and events."""

    draft: Draft

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The phases in their order."""
        return tuple(self._spans())

    def span(self, name: str) -> Span | None:
        """The first phase of this name."""
        return next((span for span in self.spans if span.name == name), None)

    def reached(self, span: Span) -> bool:
        """Whether a phase can begin before the run ends."""
        turns = self.draft.turns()
        return span.after is None and (turns is None or span.first <= turns)

    def _spans(self) -> Iterator[Span]:
        least, most, after = 0, 0, None
        around = max(0, len(self.draft.members) - 1)
        for loc in self.draft.outline.places("phases", None):
            name = self.draft.outline.text(*loc, "name") or ""
            at = (*loc, "name") if name else loc
            own = self._turns(loc)
            most = _FOREVER if own is None else most + own
            last = most if most < _FOREVER else None
            yield Span(at=at, name=name, first=least + 1, last=last, after=after)
            least += self._least(loc)
            # Several may be given the floor at once in the last turn of a phase.
            most += around
            if after is None and self._never_ends(loc):
                after = name or "the phase before"

    def _turns(self, loc: Loc) -> int | None:
        """What a phase says in `turns`."""
        return self.draft.outline.number(*loc, "turns") or None

    def _least(self, loc: Loc) -> int:
        """Turns that a phase takes at the least; none where all its speakers may be away."""
        names = [name for _, name in self.draft.outline.texts(*loc, "speakers", None)]
        limited = not self.draft.empty((*loc, "speakers"))
        seats = [seat for name in names for seat in self.draft.meant(name)]
        ids = {s.id for s in (seats if limited else self.draft.members.values())}
        there = {one for one in ids if not self._may_be_away(one)}
        if limited and not there:
            return 0
        rounds = self.draft.outline.number(*loc, "rounds")
        bounds = [self._turns(loc), rounds * max(1, len(there)) if rounds else None]
        if not self.draft.empty((*loc, "until")) or not self._decided(loc):
            bounds.append(1)
        return min((bound for bound in bounds if bound is not None), default=1)

    def _decided(self, loc: Loc) -> bool:
        outline = self.draft.outline
        return all(outline.decided(*loc, field, model=Phase) for field in ENDINGS)

    def _never_ends(self, loc: Loc) -> bool:
        """Whether nothing ends a phase; it is over as well when all its own speakers are gone."""
        nodes = (self.draft.outline.document.node((*loc, end)) for end in ENDINGS)
        ended = any(node is not None and (not node.scalar or node.value) for node in nodes)
        if ended or not self._decided(loc):
            return False
        names = [name for _, name in self.draft.outline.texts(*loc, "speakers", None)]
        seats = {seat.id for name in names for seat in self.draft.meant(name)}
        return not seats or any(not self._goes(one) for one in seats)

    def _goes(self, member: str) -> bool:
        """Whether an event or a line takes a member out."""
        return bool(self.of("leave", member)) or member in self._leavers

    def _may_be_away(self, member: str) -> bool:
        return self.draft.members[member].late or self._goes(member)

    @cached_property
    def _leavers(self) -> frozenset[str]:
        """Members who have a line with which they go."""
        outline = self.draft.outline
        going = (loc for loc, act in outline.texts("lines", None, "act") if act == "leave")
        return frozenset(outline.text(*loc[:2], "speaker") or "" for loc in going)

    @cached_property
    def happenings(self) -> tuple[Happening, ...]:
        """The events in the order in which they are written."""
        return tuple(self._happenings())

    def _happenings(self) -> Iterator[Happening]:
        outline = self.draft.outline
        for index, loc in enumerate(outline.places("events", None)):
            at = (*loc, "at")
            given = {str(p[-1]) for p in outline.places(*at, None) if not self.draft.empty(p)}
            turn = outline.number(*at, "turn") or 1
            moment = outline.document.node(at)
            certain = given == {"turn"} and moment is not None and not moment.flawed
            yield Happening(at=loc, index=index, first=turn, certain=certain)

    def of(self, effect: str, member: str) -> tuple[Happening, ...]:
        """The events that do this to a member: `join` or `leave`."""
        return tuple(self._effects[effect].get(member, ()))

    @cached_property
    def _effects(self) -> Mapping[str, Mapping[str, list[Happening]]]:
        """Effect -> member -> the events that have it."""
        found: dict[str, dict[str, list[Happening]]] = {"join": {}, "leave": {}}
        for effect, members in found.items():
            for one in self.happenings:
                for _, name in self.draft.outline.texts(*one.at, effect, None):
                    members.setdefault(name, []).append(one)
        return found

    def away(self, member: str, then: Happening) -> tuple[str, str] | None:
        """Why a member is surely not there when an event has let people in and out, and a hint.

        None where the member is, or may be, there.
        """
        seat = self.draft.members.get(member)
        joins, leaves = self.of("join", member), self.of("leave", member)
        if seat is None or then in joins or self._unclear("join"):
            return None
        if seat.late and not joins:
            hint = f"Write an event with `join: [{member}]` that comes before."
            return f"{member!r} is never there.", hint
        early = then.certain and all(one.place > then.place for one in joins)
        if seat.late and early:
            turn = min(one.first for one in joins)
            hint = "Let this happen later, or bring them in earlier."
            return f"{member!r} is not there before turn {turn}.", hint
        gone = [one for one in leaves if self._for_good(one, joins, then)]
        if gone:
            line = self.draft.line(gone[0].at)
            hint = f"Let this happen earlier, or bring them back with `join: [{member}]`."
            return f"{member!r} has gone by then: the event in line {line} takes them out.", hint
        return None

    def _for_good(self, leave: Happening, joins: tuple[Happening, ...], then: Happening) -> bool:
        """Whether a member who has gone by this event is surely not back by another."""
        before = leave == then or (leave.certain and leave.place < then.place)
        return before and all(one.certain and one.place < leave.place for one in joins)

    def _unclear(self, effect: str) -> bool:
        """Whether a mistake, or an input without a value, may hide on whom this has an effect."""
        return self._flawed or any(name not in self.draft.members for name in self._effects[effect])

    @cached_property
    def _flawed(self) -> bool:
        nodes = map(self.draft.outline.document.node, self.draft.outline.places("events", None))
        return any(node is None or node.flawed for node in nodes)

    def same_moment(self, one: Happening, other: Happening) -> bool:
        """Whether two events are one, or wait for the very same."""
        moments = (self.draft.outline.document.node((*event.at, "at")) for event in (one, other))
        first, second = (moment.data() if moment is not None else None for moment in moments)
        return one == other or (first is not None and first == second)

    def brought_in(self, member: str) -> bool:
        """Whether some event brings a member in, or may but for a mistake."""
        return bool(self.of("join", member)) or self._unclear("join")

    def comes_back(self, member: str) -> bool:
        """Whether a member who is there from the beginning can be brought in all the same."""
        return self._goes(member) or self._unclear("leave")
