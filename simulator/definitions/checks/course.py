"""The course a scenario takes, as far as its file decides it: turns of phases, who is there when.

All figures are bounds. What people, models and a user's own code decide is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from simulator.definitions.checks.graph_code import GraphCode, graph_code
from simulator.definitions.checks.parts import Part, parts_in, turns_until
from simulator.definitions.checks.scenario_draft import Draft
from simulator.definitions.checks.surroundings import POLICIES
from simulator.definitions.scenario import Scenario
from simulator.definitions.yaml.document import Loc, Plain

__all__ = ["Course", "Finish", "Happening", "Span"]

IN_TURN = frozenset({"phased", "round_robin", "simultaneous"})
"""The orders that give everybody the floor once before anybody has it twice."""
ONE_BY_ONE = frozenset(POLICIES) - {"simultaneous"}
"""The orders that never give the floor to several at once."""
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
    planned: int
    """The same, if no phase before it is over earlier by its `until`."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """Something that surely ends the run."""

    last: int
    """Nothing can happen right before a later turn than this."""
    turns: int
    """The run has no more turns than this."""
    why: str
    """What ends it, as the end of a sentence."""
    cure: str
    """What puts it off, as the beginning of a hint."""
    limit: bool = False
    """Whether it is `limits.turns`."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """A scenario's file as a sequence of phases and events."""

    draft: Draft

    @cached_property
    def graph(self) -> GraphCode:
        """What the file of its graph says."""
        return graph_code(self.draft)

    @cached_property
    def led(self) -> GraphCode:
        """The same, and what the ordinary graph's file says where the scenario names none."""
        return graph_code(self.draft, default=Scenario.model_fields["graph"].default)

    @cached_property
    def own(self) -> bool:
        """Whether the scenario has phases of its own, or may have but for a mistake."""
        decided = self.draft.outline.decided("phases", model=Scenario)
        return not decided or not self.draft.empty(("phases",))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Its phases: the scenario's, else those of the graph, as far as they can be told."""
        return tuple(parts_in(self.draft)) if self.own else self.graph.phases or ()

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The phases in their order."""
        return tuple(self._spans())

    def span(self, name: str) -> Span | None:
        """The first phase of this name."""
        return next((span for span in self.spans if span.name == name), None)

    def reached(self, span: Span) -> bool:
        """Whether a phase can begin before the run ends."""
        return span.after is None and self.finish_before(span.first) is None

    def finish_before(self, turn: int) -> Finish | None:
        """What surely ends the run before anything can happen right before a turn."""
        return next((one for one in self.finishes if one.last < turn), None)

    @cached_property
    def finishes(self) -> tuple[Finish, ...]:
        """All that surely ends the run, what ends it first at the head."""
        found = list(self.figures)
        for one in self._last_ones:
            last, why = one.first + self.together, self.why_after(one)
            cure = "Let that event happen later"
            found.append(Finish(last=last, turns=last - 1, why=why, cure=cure))
        return tuple(sorted(found, key=lambda one: one.last))

    @cached_property
    def figures(self) -> tuple[Finish, ...]:
        """The limit and the rule that surely end the run, what ends it first at the head."""
        turns, ruled = self.draft.turns(), turns_until(self.draft, ("stop",))
        found = []
        if turns is not None:
            why, cure = f"the run ends after {_turns(turns)}", "Raise limits.turns"
            found.append(Finish(last=turns, turns=turns, why=why, cure=cure, limit=True))
        if ruled is not None:
            why = f"`stop` ends the run after {_turns(ruled)}"
            most, cure = ruled + self.together, "Raise the figure in `stop`"
            found.append(Finish(last=ruled, turns=most, why=why, cure=cure))
        return tuple(sorted(found, key=lambda one: one.last))

    @cached_property
    def together(self) -> int:
        """Turns that may be given out at once, beside the first of them."""
        parts = self.parts if self.own else self.led.phases
        several = len(tuple(self.draft.outline.places("cast", None))) - 1
        if parts is None or not self.draft.outline.decided("phases", model=Scenario):
            return max(0, several)
        orders = {self.led.turn_taking, *(one.order for one in parts if one.order is not None)}
        return 0 if orders <= ONE_BY_ONE else max(0, several)

    @cached_property
    def planned(self) -> int:
        """Turns that all phases take at the least if none is over earlier by its `until`."""
        return sum(self._planned(part) for part in self.parts)

    def _spans(self) -> Iterator[Span]:
        least, planned, most, after = 0, 0, 0, None
        around = max(0, len(self.draft.members) - 1)
        for part in self.parts:
            own = self._most(part, around)
            most = _FOREVER if own is None else most + own
            yield Span(
                at=part.at,
                name=part.name,
                first=least + 1,
                planned=planned + 1,
                last=most if most < _FOREVER else None,
                after=after,
            )
            least += self._least(part)
            planned += self._planned(part)
            # Several may be given the floor at once in the last turn of a phase.
            most += around
            if after is None and self._never_ends(part):
                after = part.name or "the phase before"

    def _least(self, part: Part) -> int:
        """Turns that a phase takes at the least; none where all its speakers may be away."""
        planned = self._planned(part)
        return min(planned, 1) if part.ruled or not part.decided else planned

    def _planned(self, part: Part) -> int:
        """The same, if no rule ends it before."""
        there = {one for one in self._speakers(part) if not self._may_be_away(one)}
        if part.limited and not there:
            return 0
        rounds = part.rounds * max(1, len(there)) if part.rounds else None
        bounds = [bound for bound in (part.turns, rounds) if bound is not None]
        return min(bounds, default=1)

    def _most(self, part: Part, around: int) -> int | None:
        """Turns that a phase can take at the most; None: that cannot be told."""
        rounds = None
        order = self.graph.turn_taking if part.order is None else part.order
        if part.rounds and part.decided and order in IN_TURN and self._undisturbed:
            rounds = part.rounds * len(self._speakers(part))
        within = None if part.within is None else part.within + around
        bounds = [bound for bound in (part.turns, rounds, within) if bound is not None]
        return min(bounds, default=None)

    def _speakers(self, part: Part) -> frozenset[str]:
        """Those who may speak in a phase."""
        seats = [seat for name in part.speakers for seat in self.draft.meant(name)]
        named = seats if part.limited else self.draft.members.values()
        return frozenset(seat.id for seat in named)

    @cached_property
    def _undisturbed(self) -> bool:
        """Whether no event gives anybody the floor out of turn, or brings anybody in."""
        effects = [(*one.at, name) for one in self.happenings for name in ("join", "next")]
        entries = tuple(self.draft.outline.places("cast", None))
        clear = self.draft.clear and len(entries) == len(self.draft.members)
        return clear and not self._flawed and all(map(self.draft.empty, effects))

    def _never_ends(self, part: Part) -> bool:
        """Whether nothing ends a phase; it is over as well when all its own speakers are gone."""
        if part.ends or not part.decided:
            return False
        named = [seat.id for name in part.speakers for seat in self.draft.meant(name)]
        return not named or any(not self._goes(one) for one in named)

    def _goes(self, member: str) -> bool:
        """Whether an event or a line takes a member out."""
        return bool(self.of("leave", member)) or member in self.leavers

    def _may_be_away(self, member: str) -> bool:
        return self.draft.members[member].late or self._goes(member)

    @cached_property
    def leavers(self) -> frozenset[str]:
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
            turn, moment = outline.number(*at, "turn"), outline.document.node(at)
            known = turn is not None and moment is not None and not moment.flawed
            certain = known and given == {"turn"}
            yield Happening(at=loc, index=index, first=turn or 1, certain=certain)

    def before(self, one: Happening, other: Happening) -> bool:
        """Whether an event has surely happened when another one happens, if that ever does.

        Where several turns are given out at once, events of different turns can meet; they happen
        as they are written then.
        """
        first, earlier = self.earliest(other), one.index < other.index
        if not one.certain or one == other:
            return earlier and self.same_moment(one, other)
        return one.first + self.together < first or (one.first <= first and earlier)

    def earliest(self, event: Happening) -> int:
        """The turn before which an event happens at the earliest, its phase considered."""
        return self._earliest[event.index]

    @cached_property
    def _earliest(self) -> tuple[int, ...]:
        phases = (self.draft.outline.text(*one.at, "at", "phase") for one in self.happenings)
        spans = [self.span(name) if name else None for name in phases]
        return tuple(
            one.first if span is None else max(one.first, span.first)
            for one, span in zip(self.happenings, spans, strict=True)
        )

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

    def away(self, member: str, then: Happening, *, going: bool = False) -> tuple[str, str] | None:
        """Why a member is surely not there when an event has let people in and out, and a hint.

        With `going`, when it has not let anybody out yet. None where the member is, or may be,
        there.
        """
        seat = self.draft.members.get(member)
        joins, leaves = self.of("join", member), self.of("leave", member)
        if seat is None or then in joins or self.unclear("join"):
            return None
        if seat.late and not joins:
            hint = f"Write an event with `join: [{member}]` that comes before."
            return f"{member!r} is never there.", hint
        if seat.late and all(self.before(then, one) for one in joins):
            turn = min(one.first for one in joins)
            hint = "Let this happen later, or bring them in earlier."
            return f"{member!r} is not there before turn {turn}.", hint
        earlier = [one for one in leaves if one != then or not going]
        gone = [one for one in earlier if self._for_good(one, joins, then)]
        if gone:
            line = self.draft.line(gone[0].at)
            hint = f"Let this happen earlier, or bring them back with `join: [{member}]`."
            return f"{member!r} has gone by then: the event in line {line} takes them out.", hint
        return None

    def _for_good(self, leave: Happening, joins: tuple[Happening, ...], then: Happening) -> bool:
        """Whether a member who has gone by this event is surely not back by another."""
        before = leave == then or self.before(leave, then)
        return before and all(self.before(one, leave) or self.before(then, one) for one in joins)

    def unclear(self, effect: str) -> bool:
        """Whether a mistake, or an input without a value, may hide on whom this has an effect."""
        return self._flawed or any(name not in self.draft.members for name in self._effects[effect])

    @cached_property
    def _flawed(self) -> bool:
        nodes = map(self.draft.outline.document.node, self.draft.outline.places("events", None))
        return any(node is None or node.flawed for node in nodes)

    def same_moment(self, one: Happening, other: Happening) -> bool:
        """Whether two events are one, or wait for the very same."""
        first, second = self._moments[one.index], self._moments[other.index]
        return one == other or (first is not None and first == second)

    @cached_property
    def _moments(self) -> tuple[Plain, ...]:
        """What each event waits for; None where that is unclear."""
        nodes = (self.draft.outline.document.node((*one.at, "at")) for one in self.happenings)
        clear = (node if node is not None and not node.flawed else None for node in nodes)
        return tuple(node.data() if node is not None else None for node in clear)

    def brought_in(self, member: str) -> bool:
        """Whether some event brings a member in, or may but for a mistake."""
        return bool(self.of("join", member)) or self.unclear("join")

    def comes_back(self, member: str) -> bool:
        """Whether a member who is there from the beginning can be brought in all the same."""
        return self._goes(member) or self.unclear("leave")

    def all_gone(self, event: Happening) -> bool:
        """Whether after this event, or with it, nobody is there any more."""
        entries = tuple(self.draft.outline.places("cast", None))
        leaving = any(event in self.of("leave", one) for one in self.draft.members)
        known = len(entries) == len(self.draft.members)
        gone = event.certain and leaving and known
        return gone and all(self.away(one, event) is not None for one in self.draft.members)

    def ended_by(self, event: Happening) -> Happening | None:
        """The event that surely ends the run, or leaves nobody there, before another can happen."""
        sure = (one for one in self._last_ones if self.before(one, event))
        met = (one for one in self.happenings[: event.index] if self.same_moment(one, event))
        return next(sure, None) or next(filter(self._ends, met), None)

    @cached_property
    def _last_ones(self) -> tuple[Happening, ...]:
        """The events that surely end the run, or leave nobody there; the first one first."""
        sure = sorted((one for one in self.happenings if one.certain), key=lambda one: one.first)
        return tuple(one for one in sure if self._ends(one) or self.all_gone(one))

    def _ends(self, event: Happening) -> bool:
        return not self.draft.empty((*event.at, "end"))

    def why_after(self, event: Happening) -> str:
        """What an event that ends the run does, as the end of a sentence."""
        line = self.draft.line(event.at)
        if self._ends(event):
            return f"the event in line {line} ends the run"
        return f"after the event in line {line} nobody is there any more"


def _turns(number: int) -> str:
    return "1 turn" if number == 1 else f"{number} turns"
