"""Figures about a talk: what its own steps depend on, and who took part how much."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from simulator.conversation.hearing.cues import cues_of
from simulator.conversation.hearing.names import namings_among
from simulator.definitions.act import Act
from simulator.record.edits import as_edited
from simulator.record.events import Event, RunStarted, TurnTaken

__all__ = [
    "Participation",
    "Share",
    "conflict",
    "gini",
    "invites_invention",
    "is_question",
    "mentions",
    "participation",
]

_DISAGREEING: frozenset[Act] = frozenset({"object", "challenge"})
_INVENTION = re.compile(
    r"\b(?:imagine|what if|invent|idea|brainstorm|slogan|story|come up with|suppose)\b"
)
_WORD = re.compile(r"\w{3,}")


def conflict(acts: Sequence[Act | None], *, recent: int = 6) -> float:
    """Share of the last turns that object or challenge, 0 to 1."""
    last = [act for act in acts if act is not None][-recent:]
    return sum(act in _DISAGREEING for act in last) / len(last) if last else 0.0


def is_question(text: str, act: Act | None) -> bool:
    """Whether the words ask for an answer."""
    return act == "ask" or "?" in text[-80:]


def invites_invention(text: str) -> bool:
    """Whether the words ask for something new rather than something known."""
    return _INVENTION.search(text.casefold()) is not None


def mentions(text: str, terms: Iterable[str]) -> float:
    """Share of the terms of which the text has a word, capped at 1 from the second on."""
    words = {word.casefold() for word in _WORD.findall(text)}
    hits = sum(any(word.casefold() in words for word in _WORD.findall(term)) for term in terms)
    return min(1.0, hits / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How much one member took part."""

    member: str
    turns: int
    words: int
    of_turns: float
    """Share of everybody's turns, 0 to 1."""
    of_words: float
    """Share of everybody's words, 0 to 1."""
    addressed: int
    """How often others called the member by name; calls before an answer count once."""
    answered: int
    """How many of those calls the member answered."""
    latency: float | None
    """Turns until the member answered, on average; 1: right away. None: it never did."""
    interruptions: int
    """Turns taken right after somebody else's broke off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """Who took part how much in a talk."""

    shares: tuple[Share, ...]
    """One for each member, in cast order, those who never spoke among them."""
    gini_turns: float
    """How unevenly the turns are spread: 0, all alike, to (n - 1) / n, one has them all."""
    gini_words: float
    """The same of words."""
    interruptions: int
    """Turns taken right after somebody else's broke off, by anybody."""


def gini(amounts: Sequence[float]) -> float:
    """How unevenly amounts are spread, 0 to (n - 1) / n; 0 where there is nothing to spread.

    Half the mean absolute difference of all pairs, over the mean (Gini 1912, "Variabilita e
    mutabilita"); with x in ascending order that is sum((2 i - n - 1) x_i) / (n sum(x)).
    """
    whole, count = sum(amounts), len(amounts)
    if not whole:
        return 0.0
    ranked = enumerate(sorted(amounts), start=1)
    return sum((2 * place - count - 1) * amount for place, amount in ranked) / (count * whole)


def participation(events: Iterable[Event]) -> Participation:
    """Who took part how much, by the events of one run.

    Words are what stands between blanks; what is done has none. A call is a name as `addressed`
    and `open_floor` hear it.

    Raises:
        ValueError: the events do not begin a run.
    """
    happened = as_edited(events)
    started = next((event for event in happened if isinstance(event, RunStarted)), None)
    if started is None:
        raise ValueError("participation needs a run's events from its first, RunStarted, on")
    said = sorted((e for e in happened if isinstance(e, TurnTaken)), key=lambda event: event.turn)
    turns = {member: sum(one.speaker == member for one in said) for member in started.members}
    words = {
        member: sum(_spoken(one) for one in said if one.speaker == member)
        for member in started.members
    }
    waits = _waits(said, tuple(started.members.items()))
    cuts = _interruptions(said)
    return Participation(
        shares=tuple(
            Share(
                member=member,
                turns=turns[member],
                words=words[member],
                of_turns=turns[member] / max(sum(turns.values()), 1),
                of_words=words[member] / max(sum(words.values()), 1),
                addressed=len(waits[member]),
                answered=sum(wait is not None for wait in waits[member]),
                latency=_mean([wait for wait in waits[member] if wait is not None]),
                interruptions=cuts.count(member),
            )
            for member in started.members
        ),
        gini_turns=gini(tuple(turns.values())),
        gini_words=gini(tuple(words.values())),
        interruptions=len(cuts),
    )


def _spoken(one: TurnTaken) -> int:
    return 0 if one.act == "do" else len(one.text.split())


def _waits(
    said: Sequence[TurnTaken], people: tuple[tuple[str, str], ...]
) -> dict[str, list[int | None]]:
    """For each member the turns between each call and its answer; None: not answered."""
    waits: dict[str, list[int | None]] = {member: [] for member, _ in people}
    called: dict[str, int] = {}
    for turn in said:
        if turn.speaker in called:
            waits[turn.speaker].append(turn.turn - called.pop(turn.speaker))
        for one in namings_among(turn.text, people):
            if one.how == "called" and one.member != turn.speaker:
                called.setdefault(one.member, turn.turn)
    for member in called:
        waits[member].append(None)
    return waits


def _interruptions(said: Sequence[TurnTaken]) -> list[str]:
    """Who spoke right after somebody else's words broke off, once for each time."""
    return [
        after.speaker
        for before, after in pairwise(said)
        if before.speaker != after.speaker and cues_of(before.text).breaks_off
    ]


def _mean(values: Sequence[int]) -> float | None:
    return sum(values) / len(values) if values else None
