"""Who knows something: since which turn, from whom, asked of the events of any run."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from simulator.conversation.state import State, Utterance
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
    ToolCalled,
)

__all__ = ["Knower", "Learnt", "Way", "who_knows"]

_SHOWN = 160
"""Characters of a text that are told."""
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
    are whole. It tells what reached a member's prompt, not
    what a model made of it. Knowledge files are counted from when a tool has brought them up.

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
    state = State.from_events(happened)

    def later(member: str) -> Iterator[Learnt]:
        yield from _heard(member, state, private=given.private)
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
        found = [word.search(_plain(text)) for word in wanted]
        places = [one.start() for one in found if one is not None]
        return _around(text, min(places)) if len(places) == len(wanted) else None

    return part


def _around(text: str, place: int) -> str:
    """The text, or where it is long the words around a place in it."""
    flat = " ".join(text.split())
    if len(flat) <= _SHOWN:
        return flat
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


def _heard(member: str, state: State, *, private: frozenset[str]) -> Iterator[Learnt]:
    """What was said where the member could hear it; of private fields it knows its own."""
    for said in state.utterances:
        if said.heard_by(member):
            way: Way = "whispered" if said.to else "said"
            own = said.speaker == member
            yield Learnt(
                turn=said.turn,
                way="own words" if own else way,
                by="" if own else said.speaker,
                text=_with_fields(said, hidden=frozenset() if own else private),
            )


def _with_fields(said: Utterance, *, hidden: frozenset[str]) -> str:
    shown = (f"{name}: {value}" for name, value in said.reply.items() if name not in hidden)
    beside = "; ".join(shown)
    return f"{said.text} ({beside})" if beside else said.text


def _alone(member: str, events: Sequence[Event]) -> Iterator[Learnt]:
    """What reached only some prompts: goals, phases, tools, memories."""
    for event in events:
        match event:
            case Intervened(effect="goal", to=to) if member in to:
                yield Learnt(turn=event.turn, way="whispered", by=event.speaker, text=event.text)
            case PhaseEntered(about=about) if about:
                yield Learnt(turn=event.turn + 1, way="setting", text=about)
            case ToolCalled(speaker=speaker, result=str(result)) if speaker == member:
                source = ", ".join((event.tool, *event.sources))
                yield Learnt(turn=event.turn, way="tool", by=source, text=result)
            case MemoryRecalled(speaker=speaker) if speaker == member:
                yield Learnt(turn=event.turn, way="memory", by=event.source, text=event.text)


class _Given:
    """What everybody knew before the first word, as the run's own record of its files says."""

    def __init__(self, started: RunStarted) -> None:
        written = started.definitions
        self._scenario = Scenario.model_validate(written["scenario"])
        self._personas = {
            name: Persona.model_validate(persona) for name, persona in written["personas"].items()
        }
        self._entries = {entry.name or entry.persona: entry for entry in self._scenario.cast}

    @property
    def private(self) -> frozenset[str]:
        """Reply fields that only their speaker knows."""
        return frozenset(name for name, one in self._scenario.reply.items() if one.private)

    def known_by(self, member: str) -> Iterator[Learnt]:
        """Setting, public cards, and the member's own card and secrets."""
        yield from self._to_all()
        yield from self._to(member)

    def _to_all(self) -> Iterator[Learnt]:
        for text in (self._scenario.title, self._scenario.setting):
            yield Learnt(turn=0, way="setting", text=text)
        for member, entry in self._entries.items():
            one = self._personas[entry.persona]
            knows = "; ".join(one.expertise)
            parts = (one.name, one.role, entry.role, one.about, knows)
            text = ". ".join(part.rstrip(".") for part in parts if part)
            yield Learnt(turn=0, way="people", by=member, text=text)

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
    yield from (f"{number.what}: {number.value}" for number in facts.numbers)
    yield from (f"{name.what}: {name.value}" for name in facts.names)
    yield from (text for text in (facts.opinion, *facts.does_not_know) if text)
    yield from (sample.say for sample in persona.samples)
