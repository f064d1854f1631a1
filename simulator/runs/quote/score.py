"""The score of a talk: what was asked in a read-through, measured so that it can be played again.

A prompt is a part that does not change and the words of turns, which other models would say at
another length. So a prompt's size is a number of bytes and the turns whose words stand in it, and
what two prompts have in common is a number of pieces, whatever is said in them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from statistics import fmean

from simulator.conversation.prompts import line_of
from simulator.conversation.state import State
from simulator.definitions.cast import Cast
from simulator.definitions.model_catalog import TIERS, ModelSpec
from simulator.definitions.persona import TierName, TierRange
from simulator.llm.bulk import bulk_of
from simulator.llm.economy import SHORTEST, bulk_of_request
from simulator.llm.prompt import Prompt
from simulator.llm.wiring import arranged, cache_key, wire
from simulator.record.calls import Purpose
from simulator.record.events import Event, PhaseEntered, SpeakerChosen
from simulator.runs.rehearsal import ReadThrough

__all__ = ["ALOUD", "SHARED", "Asked", "Reading", "Score", "Size", "Wrapped"]

ALOUD = frozenset({"speak", "repair"})
"""Purposes of the questions that make a turn."""
_AT_THE_END = frozenset({"extract"})
"""Purposes of what is asked when the talk is over."""
SHARED = 2
"""Pieces that all prompts of a run begin with: tools and schema, what all read first."""
_BEGUN = 3
"""Pieces before the transcript: the same, and the speaker's card."""


@dataclass(frozen=True, slots=True)
class Size:
    """How long a part of a prompt is."""

    fixed: int
    """utf-8 bytes as they were in the read-through, words included."""
    words: tuple[tuple[int, int], ...] = ()
    """Ranges of lines, by their places in the talk, whose words may be longer or shorter."""

    @property
    def heard(self) -> int:
        """How many lines of the talk are over; a person's stay as long as they were."""
        return max((end for _, end in self.words), default=0)

    def at(self, longer: Sequence[float]) -> float:
        """Bytes where words are longer: `longer` sums that up, line by line from the first."""
        size: float = self.fixed
        for first, end in self.words:
            size += longer[end] - longer[first]
        return size


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One question of the read-through."""

    number: int
    turn: int
    persona: str
    purpose: Purpose
    tier: TierName
    model: str
    """Who was asked in the read-through: endpoint/model."""
    prompt: Prompt
    round: int
    """Questions of one round are asked at the same time, but for those of one turn."""
    place: int | None
    """The place of the line that is said; None: nobody says one."""
    score: float = 0.0
    """How complex the router found it, 0 to 1."""
    tiers: TierRange | None = None
    """The range of the scenario's phase that the talk is in; None: it names none."""
    more: tuple[Asked, ...] = ()
    """The questions after it in the same turn: what tools said is in them."""

    @property
    def is_turn(self) -> bool:
        """Whether somebody speaks."""
        return self.purpose in ALOUD

    @property
    def at_the_end(self) -> bool:
        """Whether it is asked when the talk is over."""
        return self.purpose in _AT_THE_END

    def thinks(self, spec: ModelSpec) -> bool:
        """Whether a model reasons at its own length: it can, and no effort is named."""
        has_tools = bool(self.prompt.tools) and "tools" in spec.supports
        named = has_tools and spec.effort_with_tools is not None
        return "reasoning" in spec.supports and not named


class Reading:
    """A question in the pieces in which a model reads it."""

    def __init__(self, asked: Asked, spec: ModelSpec, lines: Mapping[str, int]) -> None:
        prompt = asked.prompt
        before, after = prompt.halves(spec)
        exchange = (json.dumps(one, ensure_ascii=False, default=str) for one in prompt.exchange)
        begun = (prompt.fixed_text, prompt.common_text, before)
        pieces = (*begun, *prompt.transcript, after, *exchange)
        self._bytes = (0, *accumulate(len(piece.encode()) for piece in pieces))
        self._places = [lines.get(piece) for piece in pieces]
        self._sizes: dict[int, Size] = {}
        self.names = _names(pieces)
        """A name for each beginning, the shortest first."""
        self.pieces = len(pieces)
        self.spoken = _BEGUN + len(prompt.transcript)
        """Pieces up to the last line of the transcript."""
        self.settled = _BEGUN if before else SHARED
        """Pieces that are the same in all turns of the speaker."""

    def size(self, pieces: int) -> Size:
        """How long so many pieces are, from the first."""
        if pieces not in self._sizes:
            places = (place for place in self._places[:pieces] if place is not None)
            self._sizes[pieces] = Size(self._bytes[pieces], _ranges(places))
        return self._sizes[pieces]

    def alike(self, other: Reading) -> int:
        """How many pieces are the same as in another, from the first."""
        low, high = 0, min(self.pieces, other.pieces)
        while low < high:
            middle = (low + high + 1) // 2
            if self.names[middle - 1] == other.names[middle - 1]:
                low = middle
            else:
                high = middle - 1
        return low

    def known(self, other: Reading, *, marked: bool) -> int:
        """How many pieces of it a model knows that has read another.

        One that keeps what is marked knows the other's transcript as a whole, or what never
        changes.
        """
        alike = self.alike(other)
        if not marked or alike == other.pieces:
            return alike
        places = (other.spoken, other.settled, SHARED)
        return next((place for place in places if place <= alike), 0)


@dataclass(frozen=True, slots=True)
class Wrapped:
    """How long a question was in the read-through."""

    text: int
    """utf-8 bytes of all that is said in it."""
    request: int
    """The bulk of the request that says it."""
    shared: int
    """The bulk of the request's beginning that later ones repeat."""


class Score:
    """What was asked in a read-through, to be measured for any models."""

    def __init__(self, cast: Cast, played: ReadThrough) -> None:
        state = State.from_events(played.record.events)
        said = [one for one in state.utterances if one.act is not None]
        self._lines = {line_of(cast, one): place for place, one in enumerate(said)}
        self._readings: dict[tuple[int, str], Reading] = {}
        self._alike: dict[tuple[int, int, str], int] = {}
        self._wrapped: dict[tuple[int, str], Wrapped] = {}
        self.words = tuple(len(one.text.encode()) for one in said)
        """utf-8 bytes of what was said, by place."""
        text = "".join(one.text for one in said).encode()
        self.bulk_per_byte = bulk_of(text) / len(text) if text else 1.0
        """Of what is said; figures and capitals count for more than a byte."""
        self.turns = state.turn
        self.asked = _together(_asked(cast, played, {one.turn: at for at, one in enumerate(said)}))
        """The questions in their order; those after a turn's first stand with it."""
        turns = [one for one in self.asked if one.is_turn]
        self.looks_up = frozenset(one.persona for one in turns if one.prompt.allowed_tools)
        """Who has tools."""
        self.cards = {name: _card(turns, name) for name in {one.persona for one in turns}}
        """utf-8 bytes of what only a speaker reads."""

    def reading(self, asked: Asked, spec: ModelSpec) -> Reading:
        """How a model reads a question."""
        key = asked.number, spec.name
        if key not in self._readings:
            self._readings[key] = Reading(asked, spec, self._lines)
        return self._readings[key]

    def wrapped(self, asked: Asked, spec: ModelSpec) -> Wrapped:
        """How long the request for a question is."""
        key = asked.number, spec.name
        if key not in self._wrapped:
            reading, prompt = self.reading(asked, spec), arranged(asked.prompt, spec)
            body = wire(prompt, spec, max_output=SHORTEST, cache_key=cache_key(""))
            self._wrapped[key] = Wrapped(
                text=reading.size(reading.pieces).fixed,
                request=bulk_of_request(body, model=spec.model, streams=True),
                shared=prompt.known_bulk(spec),
            )
        return self._wrapped[key]

    def heard(self, asked: Asked, spec: ModelSpec) -> int:
        """How many lines of the talk stand in a question's prompt."""
        reading = self.reading(asked, spec)
        return reading.spoken - _BEGUN

    def known(self, asked: Asked, other: Asked, spec: ModelSpec) -> int:
        """How many pieces of a question a model knows that was asked another before."""
        key = asked.number, other.number, spec.name
        if key not in self._alike:
            mine, theirs = self.reading(asked, spec), self.reading(other, spec)
            self._alike[key] = mine.known(theirs, marked=spec.cache == "breakpoints")
        return self._alike[key]


def _asked(cast: Cast, played: ReadThrough, places: Mapping[int, int]) -> Iterator[Asked]:
    rounds, ranges = _rounds(played), dict(_by_phase(cast, played.record.events))
    for number, call in enumerate(played.record.calls.values()):
        prompt = played.prompts.get(call.prompt_hash)
        if prompt is None:
            continue
        aloud, at_the_end = call.purpose in ALOUD, call.purpose in _AT_THE_END
        beside = 0 if at_the_end else -number - 1
        yield Asked(
            number=number,
            turn=call.turn,
            persona=call.persona,
            purpose=call.purpose,
            tier=next(one for one in TIERS if one == (call.tier or TIERS[0])),
            model=call.model,
            prompt=prompt,
            round=rounds.get(call.turn, call.turn) if aloud else beside,
            place=places.get(call.turn) if aloud else None,
            score=call.score or 0.0,
            tiers=ranges.get(call.turn),
        )


def _together(asked: Iterable[Asked]) -> tuple[Asked, ...]:
    """The questions, those of one turn put into one place."""
    found: dict[tuple[int, str, int], list[Asked]] = {}
    for one in asked:
        own = -1 if one.is_turn else one.number
        found.setdefault((one.turn, one.persona, own), []).append(one)
    return tuple(_with(one[0], tuple(one[1:])) for one in found.values())


def _with(asked: Asked, more: tuple[Asked, ...]) -> Asked:
    return replace(asked, more=more)


def _card(turns: Sequence[Asked], persona: str) -> float:
    own = [one.prompt for one in turns if one.persona == persona]
    return fmean(len(one.private_text.encode()) for one in own)


def _rounds(played: ReadThrough) -> Mapping[int, int]:
    """Turn -> the first of the turns that were taken together with it."""
    chosen = (event for event in played.record.events if isinstance(event, SpeakerChosen))
    return {turn: event.turns[0] for event in chosen for turn in event.turns}


def _by_phase(cast: Cast, events: Iterable[Event]) -> Iterator[tuple[int, TierRange | None]]:
    """Turn -> from where to where the scenario's phase lets it be asked."""
    phases = {one.name: one.tier for one in cast.scenario.phases}
    now: TierRange | None = None
    for event in events:
        if isinstance(event, PhaseEntered):
            now = phases.get(event.phase)
        elif isinstance(event, SpeakerChosen):
            yield from ((turn, now) for turn in event.turns)


def _names(pieces: Iterable[str]) -> list[int]:
    names, name = [], 0
    for piece in pieces:
        name = hash((name, piece))
        names.append(name)
    return names


def _ranges(places: Iterable[int]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for place in places:
        if found and found[-1][1] == place:
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return tuple(found)
