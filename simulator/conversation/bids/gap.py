"""The gap between two turns, in which the next speaker is found, as one member hears it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from simulator.conversation.hearing.cues import Cues, cues_of
from simulator.conversation.hearing.names import Naming, namings
from simulator.conversation.hearing.portraits import Portrait, Traits, fit_of, traits_of
from simulator.conversation.hearing.words import FIGURE, Words, fold, sentences, words_of
from simulator.conversation.state import State, Utterance
from simulator.definitions.cast import Cast

__all__ = ["Gap"]

_CONTRAST = re.compile(r"\W*(?:but|aber|pero|mais|and yet|however)\b")
_HAD_A_SAY = re.compile(
    r"\b(?:ha(?:ve|s)|we(?:'ve| have)) (?:already |all |both )?(?:had (?:their|his|her|its|a|the)"
    r" (?:say|turn|word)|spoken|been heard|heard)\b"
)
_WHO = re.compile(r"\b(?:who|whose|whom|wer|wem|wen|wessen|quien|qui)\b[^.!]*\?")
_OF_ANOTHER = re.compile(r"\W*(?:he|she|he's|she's|he'd|she'd|er|ella|el|il|elle)\b")
_CLAUSE = re.compile(r"(?<=;)")
_TITLE = re.compile(r"\b[A-Z][a-z]*\.? $")
_BACK = (1.0, 0.45, 0.2, 0.1)
"""How far a line goes back to the last speaker but one, the one before, and so on."""
_DESCRIBED = 0.7
"""How well a description must fit one, and one alone, to point there."""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """What the bids of one decision look at, each part worked out once.

    Members who heard the same lines share a gap.
    """

    state: State
    cast: Cast
    candidates: tuple[str, ...]
    line: Utterance
    """What was heard last."""
    heard: tuple[Utterance, ...]
    """The lines before it that were heard, oldest first."""
    portraits: Mapping[str, Portrait] = field(repr=False)
    """Of the whole cast."""

    @cached_property
    def cues(self) -> Cues:
        """What the line does."""
        return cues_of(self.line.text)

    @cached_property
    def asks(self) -> bool:
        """Whether the line asks for an answer."""
        return self.cues.asks or self.line.act == "ask"

    @cached_property
    def names(self) -> tuple[Naming, ...]:
        """Whom the line names."""
        return namings(self.line.text, self.cast)

    def _names_in_answer(self, member: str) -> bool:
        """Whether the line begins with a name because it was asked who: "Rosa, of course."."""
        first = self.names[0]
        asked = bool(self.heard) and _WHO.search(fold(self.heard[-1].text)) is not None
        begins = first.start == 0 and first.member == member
        return asked and begins and not self.asks and not self.cues.addresses

    def calls_another(self, member: str) -> bool:
        """Whether the line calls somebody by name, and not this member."""
        called = {one.member for one in self.names if one.how == "called"}
        called = {one for one in called if not self.answers(one)}
        return bool(called) and member not in called and not self.passes_over

    @cached_property
    def passes_over(self) -> bool:
        """Whether the line calls somebody and then, in its last sentence, for others."""
        last = sentences(self.line.text)[-1]
        start = len(self.line.text) - len(last)
        cues = cues_of(last)
        calls_others = cues.quiet or cues.others or cues.peer or cues.sends_away
        called_there = any(one.how == "called" and one.start >= start for one in self.names)
        return bool(calls_others) and start > 0 and not called_there and not cues.you

    def answers(self, member: str) -> bool:
        """Whether the line calls its last speaker only to comment, and then goes on to others.

        A name in a statement that closes what was said before is no question to its bearer, unless
        what follows says "you" (Sacks, Schegloff and Jefferson 1974, on sequence-closing thirds).
        """
        if self._names_in_answer(member):
            return True
        if not self.heard or self.heard[-1].speaker != member:
            return False
        ends, place = [], 0
        for sentence in sentences(self.line.text):
            place += len(sentence)
            ends.append((place, sentence))
        last = max(one.end for one in self.names if one.member == member and one.how == "called")
        here = next(n for n, (end, _) in enumerate(ends) if last <= end)
        after = "".join(sentence for _, sentence in ends[here + 1 :])
        return bool(after) and "?" not in ends[here][1] and not cues_of(after).addresses

    @cached_property
    def claimed(self) -> bool:
        """Whether the last speaker asked for the floor."""
        return bool(self.heard) and cues_of(self.heard[-1].text).claims

    @cached_property
    def words(self) -> Words:
        """The words of the line."""
        return words_of(self.line.text)

    @cached_property
    def speakers(self) -> tuple[str, ...]:
        """Who spoke before the line's speaker, each once, latest first."""
        order = (said.speaker for said in reversed(self.heard) if said.speaker != self.line.speaker)
        return tuple(dict.fromkeys(order))

    @cached_property
    def ranks(self) -> Mapping[str, float]:
        """How far a line goes back to each who spoke before it, past those who only chimed in."""
        order = sorted(self.speakers[: len(_BACK)], key=self._chimed_in)
        return dict(zip(order, _BACK, strict=False))

    @cached_property
    def _wishing(self) -> frozenset[str]:
        """Who wanted or lacked something when they spoke last."""
        return frozenset(one for one in self.speakers if cues_of(self.lines_of(one)[0].text).wishes)

    def _chimed_in(self, speaker: str) -> bool:
        """Whether a speaker's last words were a ruling, a comment, or a question to another."""
        place = max(n for n, said in enumerate(self.heard) if said.speaker == speaker)
        said, before = self.heard[place].text, self.heard[place - 1] if place else None
        if cues_of(said).yields and "?" not in said and self.asks:
            return True
        if self.cues.offers and self._wishing:
            return speaker not in self._wishing
        if before is None:
            return False
        if _OF_ANOTHER.match(fold(said)) and self.asks and self.cues.you:
            return before.speaker != self.line.speaker
        if len(words_of(said).tokens) <= 3 and "?" not in said and not cues_of(before.text).asks:
            return not FIGURE.search(fold(said))
        elsewhere = before.speaker != self.line.speaker
        return self.asks and said.rstrip().endswith("?") and elsewhere

    @cached_property
    def fits(self) -> Mapping[str, float]:
        """How well the line describes each candidate; 1: by a word that fits no one else."""
        parts = self._parts()
        return {
            member: max(weight * self._fit(member, traits) for weight, traits in parts)
            for member in self.candidates
        }

    def _parts(self) -> tuple[tuple[float, Traits], ...]:
        """The line's sentences; its last question and what is beside it weigh most."""
        whole = sentences(self._unnamed)
        parts = [part for sentence in whole for part in _CLAUSE.split(sentence)][-5:]
        asked = [n for n, part in enumerate(parts) if "?" in part]
        centre = asked[-1] if asked else len(parts) - 1
        contrast = _CONTRAST.match(fold(parts[centre])) is not None
        weights = {0: 1.0, -1: 0.4 if contrast else 0.75, 1: 0.75, 2: 0.5}
        return tuple(
            (weights.get(n - centre, 0.35), traits_of(_first_called(part)))
            for n, part in enumerate(parts)
            if n == centre or not _HAD_A_SAY.search(fold(part))
        )

    @cached_property
    def _unnamed(self) -> str:
        """The line without names and their titles: what is left may describe somebody."""
        said, place = [], 0
        for one in sorted(self.names, key=lambda one: one.start):
            said.append(_TITLE.sub("", self.line.text[place : one.start]))
            place = max(place, one.end)
        return "".join([*said, self.line.text[place:]])

    def _fit(self, member: str, traits: Traits) -> float:
        others = {one: self.portraits[one] for one in self.candidates if one != member}
        return fit_of(traits, self.portraits[member], others=tuple(others.values()))

    @cached_property
    def points_at(self) -> str:
        """The one candidate whom the line describes and no other; empty if there is none."""
        best = max(self.candidates, key=lambda member: self.fits[member])
        rest = max((fit for member, fit in self.fits.items() if member != best), default=0.0)
        clear = self.fits[best] >= _DESCRIBED and rest < _DESCRIBED * self.fits[best]
        return best if clear else ""

    @cached_property
    def matter(self) -> frozenset[str]:
        """Stems of what the line is about, with those of a question right before it."""
        before = self.heard[-1] if self.heard else None
        if before is not None and self.asks and before.text.rstrip().endswith("?"):
            return self.words.stems | words_of(before.text).stems
        return self.words.stems

    @cached_property
    def _users(self) -> Mapping[str, set[str]]:
        used: dict[str, set[str]] = {}
        for said in self.heard:
            for stem in words_of(said.text).stems & self.matter:
                used.setdefault(stem, set()).add(said.speaker)
        return used

    def users_of(self, stem: str) -> int:
        """How many others have used a word of the line, at least 1."""
        return max(len(self._users.get(stem, set()) - {self.line.speaker}), 1)

    @cached_property
    def turns(self) -> Mapping[str, int]:
        """Turns each member had of late."""
        window = self.state.finished[-4 * len(self.state.present) :]
        speakers = [one.speaker for one in window]
        return {member: speakers.count(member) for member in self.state.members}

    def lines_of(self, member: str) -> tuple[Utterance, ...]:
        """What a member said of late, latest first."""
        return tuple(said for said in reversed(self.heard) if said.speaker == member)

    def rivals(self, member: str) -> tuple[Portrait, ...]:
        """The portraits of the other candidates."""
        return tuple(self.portraits[one] for one in self.candidates if one != member)

    def name_of(self, speaker: str) -> str:
        """What others call a speaker."""
        return self.cast.member(speaker).name if speaker in self.portraits else speaker

    @cached_property
    def by(self) -> str:
        """The name of the line's speaker."""
        return self.name_of(self.line.speaker)

    @cached_property
    def exchange(self) -> str:
        """With whom alone the line's speaker has been talking for three turns; else empty."""
        said = (*self.heard, self.line)
        pair = {one.speaker for one in said[-3:]}
        run = 0
        for one, before in zip(reversed(said), (*reversed(self.heard), None), strict=True):
            run += one.speaker in pair
            if before is None or before.speaker not in pair or before.speaker == one.speaker:
                break
        partner = "".join(pair - {self.line.speaker})
        if len(pair) != 2 or run < 3 or partner not in self.portraits:
            return ""
        figures = all(FIGURE.search(fold(one.text)) for one in said[-2:])
        return partner if run > 3 or figures else ""

    @cached_property
    def circling(self) -> int:
        """Turns for which two alone, or one alone, have had the floor."""
        pair: set[str] = set()
        for run, one in enumerate(reversed(self.state.finished)):
            pair.add(one.speaker)
            if len(pair) > 2:
                return run
        return len(self.state.finished)

    @cached_property
    def round_start(self) -> tuple[int, bool]:
        """Where the last round began, -1 if there is none, and whether it was announced.

        A round is announced ("one after the other"), or it is a question to nobody by name that
        two or more have answered.
        """
        lines = (*self.heard, self.line)
        places = [n for n, said in enumerate(lines) if cues_of(said.text).starts_round]
        again = len(places) > 1 and places[-1] == len(self.heard)
        if again and lines[places[-2]].speaker == self.line.speaker:
            places.pop()
        if places:
            return places[-1], True
        asking = (n for n in range(len(lines) - 2, -1, -1) if self._asks_all(lines[n]))
        place = next(asking, -1)
        answers = [said for said in lines[place + 1 :] if said.speaker != lines[place].speaker]
        plain = place >= 0 and not any("?" in said.text for said in answers)
        return (place if plain and len({a.speaker for a in answers}) >= 2 else -1), False

    def _asks_all(self, said: Utterance) -> bool:
        return cues_of(said.text).asks and not namings(said.text, self.cast)

    @cached_property
    def leads_round(self) -> bool:
        """Whether the line's speaker leads an announced round that is under way."""
        start, announced = self.round_start
        return announced and start < len(self.heard) and self._led_by_speaker(start)

    def _led_by_speaker(self, start: int) -> bool:
        return self.heard[start].speaker == self.line.speaker


def _first_called(part: str) -> str:
    """The part up to "first": of two who are called up in one breath the second waits."""
    before, found, after = part.partition(" first")
    return before if found and "then" in after else part
