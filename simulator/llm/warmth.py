"""How much of a prompt a model has read before: predicted from what a run has sent to it.

Providers bill a known beginning at the price for cached tokens: from 1,024 tokens on, by exact
prefix, in steps of 128 or up to what was marked, each model for itself, and as long as it was used
within the last minutes. What a run sent is known, so what it will pay is too, before it pays; and
where less is known than was sent, there is a reason that can be told.
"""

from __future__ import annotations

import json
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from simulator.definitions.model_entry import ModelSpec
from simulator.llm.call_context import CallContext
from simulator.llm.layout import CACHE_STEP, LEAST_CACHED
from simulator.llm.prompt import Prompt
from simulator.llm.wiring import Marks, marks_of
from simulator.record.calls import Call, PrefixBreak

__all__ = ["Sent", "SentBefore", "Warmth", "warm_share"]

_KEPT = 32
"""Prompts that are remembered; those before them begin no better."""
_KEPT_SECONDS = 300.0
"""How long providers keep what nobody uses: 5 to 10 minutes.
https://platform.openai.com/docs/guides/prompt-caching"""
_SHORT = 2
"""A prompt of less than this part of the latest one's lines, a half, is not gone on from."""
_LABEL = re.compile(r"\[\d+\] [^:]*:")
_NOTE = re.compile(r"\(|\[\d+(-\d+)?\] In short")
"""How our own lines begin: what was left out, and what was put in short."""
_LEFT_OUT = re.compile(r"\((\d+) ")
_DROPS = frozenset({"window", "sliding"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A prompt that was answered, and what a later one may find in the cache of it."""

    model: str
    """endpoint/model."""
    prompt: Prompt
    at: float
    """Seconds of a clock that never goes back."""
    tokens: int | None = None
    """What the provider counted for it; None: it did not say."""
    output: int | None = None
    """How long the answer was, in tokens; None: it did not say."""
    marks: Marks | None = None
    """Where it was marked; None where the model caches by itself."""
    broke: PrefixBreak = ""
    """Why it did not go on from one before it."""

    @property
    def tokens_per_byte(self) -> float | None:
        """What the provider counted; None: it did not say."""
        return self.tokens / max(1, _bytes(self.prompt)) if self.tokens else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Warmth:
    """What of a prompt is likely to be read from a model's cache."""

    prompt_tokens: int
    """The whole prompt, estimated by what earlier ones were counted for."""
    tokens: int = 0
    """Those of them that are likely to be cached; 0 for what is too short to be kept."""
    lines: int | None = None
    """After how many lines of the transcript an earlier request was marked, or ended; None: it has
    none of them in common."""
    broke: PrefixBreak = ""
    """Why the prompt does not go on from one before it; empty: it does, or is the first."""

    prompt_bytes: int = 0
    """utf-8 bytes of the whole prompt."""

    def noted_in(self, call: Call) -> Call:
        """The call with what was reckoned for it."""
        return replace(
            call,
            warm_tokens=self.tokens,
            prefix_break=self.broke,
            prompt_bytes=self.prompt_bytes,
        )

    @property
    def share(self) -> float:
        """The part of the prompt that is likely to be cached, 0 to 1."""
        return self.tokens / self.prompt_tokens if self.prompt_tokens else 0.0


def warm_share(
    spec: ModelSpec, prompt: Prompt, sent_before: Sequence[Sent], *, now: float
) -> Warmth:
    """How much of a prompt a model has in its cache, by what was sent to it before.

    `sent_before` is in the order in which it was answered, to whatever models; `now` is on the
    clock of `Sent.at`. It asks nobody and changes nothing, so it can be asked of every model that
    might answer.
    """
    reading = _Reading(prompt, spec)
    known, on, latest = 0, None, None
    own = [one for one in reversed(sent_before) if one.model == spec.name]
    for one in own:
        if on is not None and not reading.may_know_more(one.prompt, than=known):
            continue
        other = _Reading(one.prompt, spec)
        if now - one.at <= _KEPT_SECONDS:
            known = max(known, reading.common(other, one.marks))
        latest = latest or (other if reading.is_like(other) else None)
        if on is None and latest is not None and reading.goes_on(other, latest):
            on = one
    sizes = reading.sizes(_calibration(own))
    tokens = sum(sizes[:known]) if spec.cache != "none" else 0
    if spec.cache == "automatic":
        tokens -= tokens % CACHE_STEP
    aged = on is not None and now - on.at > _KEPT_SECONDS
    return Warmth(
        prompt_tokens=sum(sizes),
        prompt_bytes=_bytes(prompt),
        tokens=tokens if tokens >= LEAST_CACHED else 0,
        lines=reading.lines_in(known),
        broke=("aged" if aged else "") if on is not None else _break(reading, own, sent_before),
    )


@dataclass(slots=True)
class SentBefore:
    """What a run has sent, the newest last; it remembers as much as later prompts begin with."""

    clock: Callable[[], float] = time.monotonic
    _sent: deque[Sent] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def __iter__(self) -> Iterator[Sent]:
        return iter(self._sent)

    def newest(self) -> Iterator[Sent]:
        """The same, the newest first."""
        return reversed(self._sent)

    def warmth(self, spec: ModelSpec, prompt: Prompt) -> Warmth:
        """How much of a prompt a model is likely to have in its cache by now."""
        return warm_share(spec, prompt, tuple(self._sent), now=self.clock())

    def note(self, prompt: Prompt, call: CallContext) -> None:
        """Remember a prompt that was answered; one whose answer was on record was not sent."""
        if not call.outcomes:
            return
        usage = call.outcomes[-1].usage
        sent = Sent(
            model=call.spec.name,
            prompt=prompt,
            at=self.clock(),
            tokens=usage.input if usage is not None else None,
            output=usage.output if usage is not None else None,
            marks=marks_of(prompt, call.spec, known_lines=call.known_lines),
            broke=call.booking.prefix_break,
        )
        self.add(sent)

    def add(self, sent: Sent) -> None:
        """Remember one that is known to have been answered."""
        self._sent.append(sent)


class _Reading:
    """A prompt in the pieces in which a model reads it, in its layout."""

    def __init__(self, prompt: Prompt, spec: ModelSpec) -> None:
        self.prompt, self.spec = prompt, spec
        self.card, self._after = prompt.halves(spec)
        self.before = (prompt.fixed_text, prompt.common_text, self.card)
        exchange = (json.dumps(one, ensure_ascii=False, default=str) for one in prompt.exchange)
        self._rest = (self._after, *exchange)

    @property
    def pieces(self) -> tuple[str, ...]:
        """All of them, in order."""
        return (*self.before, *self.prompt.transcript, *self._rest)

    def sizes(self, tokens_per_byte: float) -> list[int]:
        """The tokens of each piece."""
        return [round(len(piece.encode()) * tokens_per_byte) for piece in self.pieces]

    def lines_in(self, pieces: int) -> int | None:
        """How many lines are among the first pieces; None: not one."""
        lines = min(pieces - len(self.before), len(self.prompt.transcript))
        return lines if lines > 0 else None

    def common(self, other: _Reading, marks: Marks | None) -> int:
        """How many pieces the prompt has in common with one before, as far as its cache goes."""
        alike = self.alike(other)
        return alike if marks is None else self._marked(alike, other, marks)

    def alike(self, other: _Reading) -> int:
        """How many pieces are the same, from the first."""
        begun = len(self.before)
        if self.before != other.before:
            return _same(self.before, other.before)
        mine, theirs = self.prompt.transcript, other.prompt.transcript
        lines = _same(mine, theirs)
        if lines < max(len(mine), len(theirs)):
            return begun + lines
        return begun + lines + _same(self._rest, other._rest)

    def is_like(self, other: _Reading) -> bool:
        """Whether it asks for the same form of the same speaker, where that stands in front."""
        return _form(self.prompt) == _form(other.prompt) and self.card == other.card

    def goes_on(self, other: _Reading, latest: _Reading) -> bool:
        """Whether all of another prompt but what changes with every turn is its beginning.

        That is one with a good part of the lines of the `latest` one like it.
        """
        lines, most = len(other.prompt.transcript), len(latest.prompt.transcript)
        return lines * _SHORT >= most and self.alike(other) >= len(other.before) + lines

    def may_know_more(self, before: Prompt, *, than: int) -> bool:
        """Whether a prompt can have more than the first pieces in common, by a short look."""
        mine, theirs, place = self.prompt.transcript, before.transcript, than - len(self.before)
        if 0 <= place < min(len(mine), len(theirs)) and mine[place] == theirs[place]:
            return True
        return bool(self.prompt.exchange) and self.prompt.private == before.private

    def _marked(self, alike: int, other: _Reading, marks: Marks) -> int:
        """The last place within the first pieces where the other prompt was marked."""
        begun = len(other.before)
        places = {2, *(begun + line for line in marks.lines)}
        if marks.card:
            places.add(begun)
        if marks.private:
            places.add(begun + len(other.prompt.transcript) + 1)
        return max((place for place in places if place <= alike), default=0)


def _same(mine: Sequence[str], theirs: Sequence[str]) -> int:
    if mine[: len(theirs)] == theirs:
        return len(theirs)
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(mine, theirs, strict=False))
    )


def _calibration(own: Sequence[Sent]) -> float:
    """Tokens per byte, by what the provider counted last; a quarter until it has."""
    for one in own:
        if one.tokens_per_byte:
            return one.tokens_per_byte
    return 0.25


def _bytes(prompt: Prompt) -> int:
    exchange = (json.dumps(one, ensure_ascii=False, default=str) for one in prompt.exchange)
    return prompt.shared_bytes + sum(
        len(text.encode()) for text in (prompt.private_text, *exchange)
    )


def _break(reading: _Reading, own: Sequence[Sent], sent: Sequence[Sent]) -> PrefixBreak:
    """Why the prompt goes on from none of its model's own, the newest first; empty: it is new."""
    form = _form(reading.prompt)
    alike = [one for one in own if _form(one.prompt) == form]
    if not alike:
        return "model" if any(_form(one.prompt) == form for one in sent) else ""
    others = [(one, _Reading(one.prompt, reading.spec)) for one in alike]
    same = (pair for pair in others if pair[1].card == reading.card)
    last, other = next(same, others[0])
    return _changed_part(reading, other) or _changed_lines(reading, other, last)


def _form(prompt: Prompt) -> str:
    return prompt.schema.name if prompt.schema else ""


def _changed_part(reading: _Reading, other: _Reading) -> PrefixBreak:
    mine, before = reading.prompt, other.prompt
    if mine.tools != before.tools:
        return "tools"
    if mine.schema != before.schema:
        return "schema"
    return "system" if (mine.system, mine.people) != (before.system, before.people) else ""


def _changed_lines(reading: _Reading, other: _Reading, last: Sent) -> PrefixBreak:
    mine, before = reading.prompt.transcript, other.prompt.transcript
    place = _same(mine, before)
    if reading.card != other.card or place >= min(len(mine), len(before)):
        return ""
    old, new = before[place], mine[place]
    if _NOTE.match(new):
        return "sliding" if last.broke in _DROPS and _one_more(old, new) else "window"
    label = _LABEL.match(new)
    same_line = label is not None and old.startswith(label[0])
    return "edited" if same_line else "heard"


def _one_more(old: str, new: str) -> bool:
    """Whether one line more is left out than before."""
    before, now = (_LEFT_OUT.match(note) for note in (old, new))
    return before is not None and now is not None and int(now[1]) - int(before[1]) == 1
