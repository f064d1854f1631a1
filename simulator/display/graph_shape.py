"""The shape of a graph in words and beats: who may speak when, for a cast.

Made from a `Conversation` and a `Cast`, without playing anything; `graph_svg` draws it, the command
`simulator graphs` tells it.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from simulator.conversation.graph import Conversation
from simulator.conversation.turn_taking import Policy
from simulator.definitions.cast import Cast, Member
from simulator.definitions.phase import Phase
from simulator.definitions.stop_rule import StopRule

__all__ = ["GraphShape", "Lane", "Part", "shape_of"]

_ORDERS: Mapping[str, str] = MappingProxyType(
    {
        "addressed": "whoever is called by name, else who has waited longest",
        "alternating": "the last of the cast answers each of the others",
        "handoff": "whom the last speaker names",
        "moderated": "whoever is called by name, else whom the moderator picks",
        "open_floor": "whoever has most reason to",
        "phased": "in turn",
        "random": "drawn by the seed",
        "round_robin": "in turn",
        "selected": "whoever is called by name, else whom a cheap model picks",
        "simultaneous": "together",
    }
)
_MOST_BEATS = 8
"""Turns that are drawn one by one; more are drawn once, with the number of times."""
_RULES: Mapping[str, str] = MappingProxyType(
    {
        "phrase": "somebody says “{}”",
        "speaker": "{} has spoken",
        "everybody_passed": "everybody passes",
        "turns": "{} turns were taken",
        "tokens": "{} tokens are used",
        "dollars": "${} is spent",
        "seconds": "{} seconds are over",
        "goal": "this is so: {}",
        "agreement": "all name the same {}",
        "stale": "{} turns bring nothing new",
        "loop": "the same is said {} times",
        "farewell": "everybody says goodbye",
        "external": "a program asks for it",
    }
)
_TIMES: Mapping[int, str] = MappingProxyType({1: "once", 2: "twice"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One member of the cast."""

    member: str
    name: str
    role: str
    """The role here; empty: none."""
    late: bool
    """Whether only an event brings the member in."""
    leads: bool
    """Whether the role is moderator, whom some turn-takings ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A phase, or the whole of a talk that has none."""

    name: str
    """The phase's; empty: the whole talk."""
    about: str
    speakers: tuple[str, ...]
    """Ids of those who may speak, in the order of the cast."""
    order: str
    """How turns are taken, in words; empty where only one may speak."""
    turn_taking: str
    """The policy's name; of a user's own the function's."""
    beats: tuple[tuple[str, ...], ...]
    """Who speaks, turn by turn, where that is known beforehand; empty: it shows as they talk."""
    repeats: bool
    """Whether the beats are taken again and again."""
    end: str
    """What ends it, in words; empty: only the end of the talk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphShape:
    """Who may speak when."""

    name: str
    about: str
    scenario: str
    """The id of the scenario whose cast it is."""
    lanes: tuple[Lane, ...]
    parts: tuple[Part, ...]
    end: str
    """What ends the talk, in words."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """The shape as text: one sentence a part, and the end."""
        names = {lane.member: lane.name for lane in self.lanes}
        told = [_sentence(part, names, everybody=len(self.lanes)) for part in self.parts]
        return (*told, f"Over {self.end}.")


def shape_of(conversation: Conversation, cast: Cast, *, name: str, about: str = "") -> GraphShape:
    """The shape a conversation has for a cast.

    Raises:
        NotFound: it names a turn-taking that there is not.
        UserCodeFailed: its own phases cannot be made.
    """
    phases = conversation.phases_for(cast)
    taking = conversation.turn_taking
    parts = tuple(_part(phase, cast, taking) for phase in phases) or (_whole(cast, taking),)
    return GraphShape(
        name=name,
        about=about,
        scenario=cast.scenario_id,
        lanes=tuple(map(_lane, cast.members)),
        parts=parts,
        end=_ending(cast, phased=bool(phases)),
    )


def _lane(member: Member) -> Lane:
    return Lane(
        member=member.id,
        name=member.name,
        role=member.role,
        late=member.enters == "later",
        leads=member.role.casefold().startswith("moderator"),
    )


def _whole(cast: Cast, taking: str | Policy) -> Part:
    members = cast.ids
    return Part(
        name="",
        about="",
        speakers=members,
        order=_in_words(taking),
        turn_taking=_name_of(taking),
        beats=_cycle(_name_of(taking), members),
        repeats=True,
        end="",
    )


def _part(phase: Phase, cast: Cast, taking: str | Policy) -> Part:
    speakers = tuple(member.id for member in cast.meant(phase.speakers))
    order = phase.order or taking
    cycle = _cycle(_name_of(order), speakers)
    times = _rounds(phase, cycle)
    whole = len(cycle) * times if times else 0
    drawn_out = 0 < whole <= _MOST_BEATS
    return Part(
        name=phase.name,
        about=phase.about,
        speakers=speakers,
        order=_in_words(order) if len(speakers) > 1 else "",
        turn_taking=_name_of(order),
        beats=cycle * times if drawn_out else cycle,
        repeats=not drawn_out,
        end=_phase_end(phase, cast),
    )


def _rounds(phase: Phase, cycle: tuple[tuple[str, ...], ...]) -> int:
    """How often the cycle is gone through; 0 where that is not known."""
    if phase.rounds is not None and phase.turns is None:
        return phase.rounds
    turns = sum(map(len, cycle))
    if phase.turns and phase.rounds is None and turns and phase.turns % turns == 0:
        return phase.turns // turns
    return 0


def _cycle(taking: str, speakers: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    if taking == "simultaneous":
        return (speakers,)
    if taking in {"round_robin", "phased"}:
        return tuple((one,) for one in speakers)
    if taking == "alternating" and len(speakers) > 1:
        *others, last = speakers
        return tuple((one,) for other in others for one in (other, last))
    return ()


def _name_of(taking: str | Policy) -> str:
    if isinstance(taking, str):
        return taking.rpartition(":")[2]
    return str(getattr(taking, "__name__", type(taking).__name__))


def _in_words(taking: str | Policy) -> str:
    if isinstance(taking, str):
        return _ORDERS.get(taking, f"as {_name_of(taking)} decides")
    first = (inspect.getdoc(taking) or "").split("\n\n")[0].replace("\n", " ").strip()
    first = first.rstrip(".") or f"as {_name_of(taking)} decides"
    return first[0].lower() + first[1:]


def _phase_end(phase: Phase, cast: Cast) -> str:
    ends = []
    if phase.rounds is not None:
        ends.append(_TIMES.get(phase.rounds, f"{phase.rounds} times"))
    if phase.until is not None:
        ends.append(f"until {_rule(phase.until, cast)}")
    if phase.turns is not None:
        ends.append(f"{phase.turns} turns" + (" at most" if ends else ""))
    return ", ".join(ends)


def _ending(cast: Cast, *, phased: bool) -> str:
    scenario = cast.scenario
    ends = ["after the last part"] if phased else []
    if scenario.stop is not None:
        ends.append(f"when {_rule(scenario.stop, cast)}")
    ends.append(f"after {scenario.limits.turns} turns")
    told = ", or ".join(ends)
    if scenario.last_word is None:
        return told
    keeper = cast.meant((scenario.last_word,))[0].name.split()[0]
    return f"{told}; then {keeper} has the last word"


def _rule(rule: StopRule, cast: Cast) -> str:
    """A stop rule in words: "everybody passes or somebody says “we are done”"."""
    if rule.any:
        return " or ".join(_rule(one, cast) for one in rule.any)
    if rule.all:
        return _together(rule.all, cast)
    if rule.negated:
        return f"not: {_rule(rule.negated, cast)}"
    (name,) = rule.given
    value = getattr(rule, name)
    return _RULES[name].format(_first_name(value, cast) if name == "speaker" else value)


def _together(rules: Sequence[StopRule], cast: Cast) -> str:
    """Several rules at once; words and who says them make one."""
    phrases = [one.phrase for one in rules if one.phrase]
    speakers = [one.speaker for one in rules if one.speaker]
    if len(rules) == len(phrases) + len(speakers) and len(phrases) == len(speakers) == 1:
        return f"{_first_name(speakers[0], cast)} says “{phrases[0]}”"
    return " and ".join(_rule(one, cast) for one in rules)


def _first_name(who: str, cast: Cast) -> str:
    """Of a member, or of the only one with a role; else the role."""
    meant = cast.meant((who,))
    return meant[0].name.split()[0] if len(meant) == 1 else who


def _sentence(part: Part, names: Mapping[str, str], *, everybody: int) -> str:
    who = "everybody" if len(part.speakers) == everybody else _listed(part.speakers, names)
    told = who + (f", {part.order}" if part.order else "") + (f"; {part.end}" if part.end else "")
    return f"{part.name}: {told}." if part.name else f"{told[0].upper()}{told[1:]}."


def _listed(speakers: tuple[str, ...], names: Mapping[str, str]) -> str:
    told = [names[one] for one in speakers]
    rest, last = ", ".join(told[:-1]), "".join(told[-1:])
    return f"{rest} and {last}" if rest else last
