"""Who knows something: since which turn, from whom, asked of the events of any run."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from simulator.conversation.state import State
from simulator.definitions.facts import as_secret
from simulator.definitions.persona import Persona
from simulator.definitions.scenario import CastEntry, Scenario
from simulator.errors import UsageError
from simulator.record.events import (
    Event,
    Intervened,
    MemoryRecalled,
    PhaseEntered,
    RunStarted,
    SpeakerChosen,
    ToolCalled,
    TurnEdited,
    TurnTaken,
)

__all__ = ["Knower", "Learnt", "Way", "who_knows"]

_SHOWN = 160
"""Characters of a text that are told."""
_FOLLOWING = _SHOWN - _SHOWN // 3 - 20
"""Of them those that surely stand behind the place it is about, whole words only."""
_QUOTED = re.compile(r'"([^"]*)"')

Way = Literal[
    "setting", "people", "own card", "secret", "said", "whispered", "own words", "tool", "memory"
]
"""How somebody came to know it. `people` is what the cards say to everybody, `said` and
`whispered` include voices from outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """One occasion on which somebody came to know something, or met it again."""

    turn: int
    """0: before the first turn."""
    way: Way
    by: str = ""
    """Who or what it came from: a member's id, a voice from outside, a tool and its sources."""
    text: str
    """The words it stands in; of a long text the part around them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knower:
    """A member, and all occasions on which the words came to it, the first one first."""

    member: str
    learnt: tuple[Learnt, ...]
    """Empty: it does not know."""

    @property
    def since(self) -> int | None:
        """The turn since which the member knows; 0: from the start. None: it does not."""
        return self.learnt[0].turn if self.learnt else None


def who_knows(events: Iterable[Event], words: str) -> tuple[Knower, ...]:
    """For everybody of the cast, in its order, whether and how these words came to them.

    All words must stand in one text, each at the beginning of a word of it, whatever case and
    accents: `delet app` finds "she deleted the app"; words in quotation marks stand in a row and
    are whole. It tells what reached a member's prompt, not what a model made of it; of a turn that
    was edited what was read before and what is read since. Knowledge files are counted from when a
    tool has brought them up.

    Raises:
        ValueError: the events do not begin a run.
        UsageError: there is no word to look for.
    """
    happened = tuple(events)
    started = next((event for event in happened if isinstance(event, RunStarted)), None)
    if started is None:
        raise ValueError("who_knows needs a run's events from its first, RunStarted, on")
    part = _finder(words)
    given = _Given(started)
    state, readings = State.from_events(happened), _readings(happened)

    def later(member: str) -> Iterator[Learnt]:
        yield from given.met(member, state)
        yield from _heard(member, state, readings=readings, scenario=given.scenario)
        yield from _alone(member, happened)

    return tuple(
        Knower(member=member, learnt=_met(part, given.known_by(member), later(member)))
        for member in started.members
    )


def _finder(words: str) -> Callable[[str], str | None]:
    """From a text to the part of it that has the words; None where it does not have them all."""
    phrases = [re.findall(r"\w+", _plain(part)) for part in _QUOTED.findall(words)]
    singles = re.findall(r"\w+", _plain(_QUOTED.sub(" ", words)))
    wanted = [re.compile(rf"\b{re.escape(word)}") for word in singles]
    rows = (r"\W+".join(phrase) for phrase in phrases if phrase)
    wanted += [re.compile(rf"\b{row}\b") for row in rows]
    if not wanted:
        raise UsageError("Say what to look for: at least one word.")

    def part(text: str) -> str | None:
        flat = " ".join(text.split())
        found = [[hit.start() for hit in word.finditer(_plain(flat))] for word in wanted]
        return _around(flat, _densest(found)) if all(found) else None

    return part


def _densest(found: Sequence[Sequence[int]]) -> int:
    """The place after which most of the words follow within what is shown; the first of several."""

    def held(start: int) -> int:
        return sum(any(0 <= at - start < _FOLLOWING for at in places) for places in found)

    return max(sorted(at for places in found for at in places), key=held)


def _around(flat: str, plain: int) -> str:
    """The text, or where it is long the words around a place in it, counted in its plain form."""
    if len(flat) <= _SHOWN:
        return flat
    place = bisect_right(range(len(flat)), plain, key=lambda end: len(_plain(flat[:end]))) - 1
    start = max(0, min(place - _SHOWN // 3, len(flat) - _SHOWN))
    cut = flat[start : start + _SHOWN]
    before = "\N{HORIZONTAL ELLIPSIS} " + cut.split(" ", 1)[-1] if start else cut
    after = start + _SHOWN < len(flat)
    return before.rsplit(" ", 1)[0] + " \N{HORIZONTAL ELLIPSIS}" if after else before


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


def _met(
    part: Callable[[str], str | None], given: Iterable[Learnt], later: Iterable[Learnt]
) -> tuple[Learnt, ...]:
    """The occasions with the words: those before the first turn, then turn by turn."""
    found = ((one, part(one.text)) for one in (*given, *later))
    met = (replace(one, text=text) for one, text in found if text is not None)
    return tuple(sorted(met, key=lambda one: one.turn))


def _readings(events: Iterable[Event]) -> dict[int, list[tuple[int, str]]]:
    """The number of a turn that was taken -> its words, and since which turn they read so.

    Words that were edited before anybody had the floor again were read by nobody.
    """
    readings: dict[int, list[tuple[int, str]]] = {}
    last, written = 0, dict[int, int]()
    for event in events:
        if isinstance(event, SpeakerChosen):
            last = max(last, *event.turns)
        elif isinstance(event, TurnTaken | TurnEdited):
            earlier = readings.get(event.turn, [])
            since = last + 1 if earlier else event.turn
            kept = earlier[:-1] if written.get(event.turn) == last else earlier
            readings[event.turn] = [*kept, (since, event.text)]
            written[event.turn] = last
    return readings


def _heard(
    member: str,
    state: State,
    *,
    readings: Mapping[int, Sequence[tuple[int, str]]],
    scenario: Scenario,
) -> Iterator[Learnt]:
    """What was said where the member could hear it; of private fields it knows its own."""
    for said in state.utterances:
        if said.heard_by(member):
            way: Way = "whispered" if said.to else "said"
            own = said.speaker == member
            fields = said.reply if own else scenario.public(said.reply)
            words = readings[said.turn] if said.act is not None else [(said.turn, said.text)]
            for turn, text in words:
                yield Learnt(
                    turn=turn,
                    way="own words" if own else way,
                    by="" if own else said.speaker,
                    text=_with_fields(text, fields),
                )


def _with_fields(text: str, fields: Mapping[str, Any]) -> str:
    beside = "; ".join(f"{name}: {value}" for name, value in fields.items())
    return f"{text} ({beside})" if beside else text


def _alone(member: str, events: Sequence[Event]) -> Iterator[Learnt]:
    """What reached only some prompts: goals, tools, memories, phases in which it had the floor."""
    phase: PhaseEntered | None = None
    for event in events:
        match event:
            case PhaseEntered():
                phase = event
            case SpeakerChosen(names=names) if phase is not None and member in names:
                about = f"{phase.phase}: {phase.about}" if phase.about else phase.phase
                yield Learnt(turn=event.heard + 1, way="setting", text=about)
                phase = None
            case Intervened(effect="goal", to=to) if member in to:
                yield Learnt(turn=event.turn, way="whispered", by=event.speaker, text=event.text)
            case ToolCalled(speaker=speaker) if speaker == member:
                source = ", ".join((event.tool, *event.sources))
                text = event.error or event.result or ""
                yield Learnt(turn=event.turn, way="tool", by=source, text=text)
            case MemoryRecalled(speaker=speaker) if speaker == member:
                yield Learnt(turn=event.turn, way="memory", by=event.source, text=event.text)


class _Given:
    """What everybody knew before the first word, as the run's own record of its files says."""

    def __init__(self, started: RunStarted) -> None:
        written, self._late = started.definitions, frozenset(started.absent)
        self.scenario = Scenario.model_validate(written["scenario"])
        self._personas = {
            name: Persona.model_validate(persona) for name, persona in written["personas"].items()
        }
        self._entries = {entry.name or entry.persona: entry for entry in self.scenario.cast}

    def known_by(self, member: str) -> Iterator[Learnt]:
        """Setting, public cards, and the member's own card and secrets."""
        yield from self._to_all()
        yield from self._to(member)

    def _to_all(self) -> Iterator[Learnt]:
        for text in (self.scenario.title, self.scenario.setting):
            yield Learnt(turn=0, way="setting", text=text)
        for member in self._entries:
            if member not in self._late:
                yield self._public(member, turn=0)

    def met(self, member: str, state: State) -> Iterator[Learnt]:
        """Public cards of those who came later: read when they came in, or when the member did."""
        for move in state.moves:
            if move.comes and member not in move.missed:
                there = set(state.members) - move.missed
                new = there if move.member == member else {move.member}
                for one in sorted(new & self._late):
                    yield self._public(one, turn=move.after + 1)

    def _public(self, member: str, *, turn: int) -> Learnt:
        entry = self._entries[member]
        one = self._personas[entry.persona]
        knows = "; ".join(one.expertise)
        parts = (one.name, one.role, entry.role, one.about, knows)
        text = ". ".join(part.rstrip(".") for part in parts if part)
        return Learnt(turn=turn, way="people", by=member, text=text)

    def _to(self, member: str) -> Iterator[Learnt]:
        entry = self._entries[member]
        persona = self._personas[entry.persona]
        for text in (*_card(persona, entry), *self._relations(member, persona)):
            yield Learnt(turn=0, way="own card", text=text)
        for secret in (*persona.secrets, *entry.secrets):
            yield Learnt(turn=0, way="secret", text=as_secret(secret).text)

    def _relations(self, member: str, persona: Persona) -> Iterator[str]:
        others = {entry.persona for one, entry in self._entries.items() if one != member}
        if persona.system_prompt is None:
            yield from (text for one, text in persona.relationships.items() if one in others)


def _card(persona: Persona, entry: CastEntry) -> Iterator[str]:
    facts = persona.facts
    if persona.system_prompt is not None:
        yield persona.system_prompt
    else:
        yield from (*persona.traits, *persona.goals, *entry.goals, *persona.wont)
        yield persona.style.tone
    if facts.age is not None:
        yield f"age: {facts.age}"
    yield from (f"{number.what}: {number.value}" for number in facts.numbers)
    yield from (f"{name.what}: {name.value}" for name in facts.names)
    yield from (text for text in (facts.opinion, *facts.does_not_know) if text)
    yield from (sample.say for sample in persona.samples)
