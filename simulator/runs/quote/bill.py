"""The bill of a run on paper: how long each question is, how much is cached, what it costs.

A prompt grows with the words that were said before it; what a provider has cached follows from what
it was asked before, and prices do the rest. Where budgets count, each question is paid from a till.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from simulator.definitions.model_catalog import ModelSpec
from simulator.definitions.persona import TierName, TierRange
from simulator.llm.economy import Plan
from simulator.llm.layout import CACHE_STEP, LEAST_CACHED
from simulator.llm.router import Route
from simulator.llm.routing.choosing import Candidate
from simulator.llm.routing.routed import reckoned
from simulator.record.calls import Purpose
from simulator.record.usage import Usage
from simulator.runs.quote.lengths import World
from simulator.runs.quote.played import Line, Played
from simulator.runs.quote.prices import WAYS, Tokens, ways_of
from simulator.runs.quote.score import SHARED, Asked, Size
from simulator.runs.quote.stage import Stage
from simulator.runs.quote.till import Buyer, Sizes, Till

__all__ = ["Answering", "Asking", "Bill"]

_LABEL = 20
"""utf-8 bytes of a line's number and name."""
_LOOKED_AT = 32
"""Earlier questions among which the longest beginning is looked for."""
_ONE_TIER = TierRange(floor="simple", ceiling="simple")
"""Where questions beside the turns are asked."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question, and who is really asked."""

    asked: Asked
    persona: str
    turn: int
    new: bool = False
    """Whether the read-through did not come to it."""
    closing: bool = False
    """Whether it is the last word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """How a question of a turn is answered."""

    output: float
    """Completion tokens."""
    more: float = 0.0
    """Prompt tokens beyond those of the turn's first question."""
    rounds: int = 0
    """How many questions of the turn it goes on from."""
    purpose: Purpose = "speak"


class Bill:
    """What one run on paper has been asked until now."""

    def __init__(self, stage: Stage, world: World, *, played: Played, till: Till | None) -> None:
        """What is asked is booked to `played`; without a till budgets do not count."""
        self._stage, self._world, self._played, self._till = stage, world, played, till
        self._longer = [0.0]
        self._sent: dict[str, list[Asked]] = {}
        self._answers, self._answered = 0.0, 0
        self.last = ""
        """The model that took the last turn."""
        self.cheaper: set[int] = set()
        """Turns that were asked of a cheaper model since there was no money for theirs."""

    def say(self, place: int | None, words: float) -> None:
        """So many utf-8 bytes are said as a line; None: after all those of the read-through."""
        place = len(self._longer) - 1 if place is None else place
        known, longer = self._stage.score.words, self._longer
        while len(longer) <= place:
            longer.append(longer[-1])
        longer.append(longer[-1] + words - (known[place] if place < len(known) else -_LABEL))

    def leave_unsaid(self) -> None:
        """What was said in the read-through after the end is not said."""
        for place in range(len(self._longer) - 1, len(self._stage.score.words)):
            self.say(place, -_LABEL)

    def ask(self, asking: Asking, spec: ModelSpec, answer: Answering) -> tuple[ModelSpec, float]:
        """Book one question: who answered it, and which part of the answer there was room for.

        Raises BudgetExhausted where it cannot be paid.
        """
        if self._till is None:
            self._book(spec, *self._read(asking, spec, answer))
            return spec, 1.0
        plan = self._planned(asking, spec)
        sizes = partial(self._sizes, asking, answer.more)
        buyer = self._buyer(asking, answer)
        plan, context = self._till.reserved(plan, buyer, sizes)
        if asking.asked.is_turn and plan.way.spec.name != spec.name:
            self.cheaper.add(asking.turn)
        spec, whole = plan.way.spec, len(plan.prompt.transcript) == len(_lines(asking))
        output = min(answer.output * self._world.factor, plan.max_output)
        tokens, again = self._read(asking, spec, answer, plan=None if whole else plan)
        tokens = replace(_times(tokens, self._world.factor), output=output)
        again = min(round(again * self._world.factor), tokens.read)
        usage = Usage(
            input=tokens.read,
            cached=tokens.cached,
            cache_write=tokens.written,
            output=round(output),
        )
        self._played.paid |= {buyer.persona, f"purpose:{buyer.purpose}"}
        self._till.settle(context, usage, self._book(spec, tokens, again))
        return spec, output / max(1.0, answer.output * self._world.factor)

    def candidate(self, asking: Asking, tier: TierName, spec: ModelSpec) -> Candidate:
        """What a turn is expected to cost on a model."""
        per_byte = self._world.tokens_per_byte(asking.asked, spec)
        whole = self._whole(asking, spec)
        pieces = self._pieces(asking, spec)
        size = self._stage.score.reading(asking.asked, spec).size(pieces)
        warm = _from_cache(spec, self._measured(size, asking, per_byte, whole=pieces))
        tokens = round(whole * per_byte), warm
        shared = min(1.0, self._spoken(asking, spec) / whole)
        return reckoned(tier, spec, tokens=tokens, shared=shared, output=self.usual_output)

    @property
    def usual_output(self) -> int:
        """Tokens of an answer, by those of the run until now; half of what it may have before."""
        if self._answered:
            return round(self._answers / self._answered)
        return self._stage.cast.scenario.limits.output_tokens // 2

    def transcript(self, asking: Asking, spec: ModelSpec) -> float:
        """The part of a prompt's bytes, 0 to 1, that are lines of the talk."""
        reading = self._stage.score.reading(asking.asked, spec)
        lines = self._spoken(asking, spec) - reading.size(reading.settled).at(self._longer)
        return max(0.0, lines) / self._whole(asking, spec)

    def _planned(self, asking: Asking, spec: ModelSpec) -> Plan:
        asked = asking.asked
        way = Route(tier=asked.tier, spec=spec, score=asked.score, reasons=())
        tier = self._stage.tier_of(spec)
        way = way if tier is None else replace(way, tier=tier)
        return Plan(way=way, prompt=asked.prompt, max_output=self._stage.most(spec))

    def _buyer(self, asking: Asking, answer: Answering) -> Buyer:
        asked = asking.asked
        own = self._stage.cast.member(asking.persona).persona.tier if asked.is_turn else _ONE_TIER
        purpose = answer.purpose if asked.is_turn else asked.purpose
        persona = asking.persona if asked.is_turn else asked.persona
        return Buyer(persona=persona, purpose=purpose, tiers=own, closing=asking.closing)

    def _sizes(self, asking: Asking, more: float, plan: Plan) -> Sizes:
        """The bulk of the request for a plan; more words count as those that are known."""
        spec, asked = plan.way.spec, asking.asked
        wrapped = self._stage.score.wrapped(asked, spec)
        grown = (
            self._whole(asking, spec)
            - wrapped.text
            + more / self._world.tokens_per_byte(asked, spec)
        )
        lines = self._later(asking) + self._grown(asking, spec)
        each = self._stage.score.bulk_per_byte
        dropped = 0.0 if plan.prompt is asked.prompt else self._dropped(asking, plan)
        return Sizes(
            request=round(wrapped.request + (grown - dropped) * each),
            shared=round(wrapped.shared + (lines - dropped) * each),
        )

    def _dropped(self, asking: Asking, plan: Plan) -> float:
        """utf-8 bytes of lines that a plan leaves out."""
        before, kept = len(_lines(asking)), len(plan.prompt.transcript) - 1
        if kept >= before or len(plan.prompt.transcript) == before:
            return 0.0
        spec = plan.way.spec
        lines = self.transcript(asking, spec) * self._whole(asking, spec)
        said = max(before, self._stage.score.heard(asking.asked, spec) if not asking.new else 0)
        if asking.new:
            said += asking.turn - self._stage.score.turns
        return lines * max(0.0, 1 - kept / said)

    def _whole(self, asking: Asking, spec: ModelSpec) -> float:
        """utf-8 bytes of a turn's first prompt."""
        score = self._stage.score
        reading, cards = score.reading(asking.asked, spec), score.cards
        whole = reading.size(reading.pieces)
        self._longer += [self._longer[-1]] * (whole.heard + 1 - len(self._longer))
        size = whole.at(self._longer) + self._later(asking)
        own = asking.asked.persona
        return size if asking.persona == own else size + cards[asking.persona] - cards[own]

    def _later(self, asking: Asking) -> float:
        """utf-8 bytes of lines that stand in no prompt of the read-through."""
        if not asking.new:
            return 0.0
        words, place = self._stage.score.words, asking.asked.place
        begun = place if place is not None else len(words)
        known = sum(words[begun:])
        return known + self._longer[-1] - self._longer[min(begun, len(self._longer) - 1)]

    def _spoken(self, asking: Asking, spec: ModelSpec) -> float:
        """utf-8 bytes up to the last line of the transcript."""
        reading = self._stage.score.reading(asking.asked, spec)
        return reading.size(reading.spoken).at(self._longer) + self._later(asking)

    def _grown(self, asking: Asking, spec: ModelSpec) -> float:
        """utf-8 bytes by which the lines of the read-through have become longer."""
        reading = self._stage.score.reading(asking.asked, spec)
        size = reading.size(reading.spoken)
        return size.at(self._longer) - size.fixed

    def _read(
        self, asking: Asking, spec: ModelSpec, answer: Answering, *, plan: Plan | None = None
    ) -> tuple[Tokens, int]:
        """The tokens of a question, and how many of them another run would have in the cache.

        `plan` leaves lines out: then only what stands before them is known.
        """
        score, asked, rounds = self._stage.score, asking.asked, answer.rounds
        per_byte = self._world.tokens_per_byte(asked, spec)
        reading = score.reading(asked, spec)
        first = self._whole(asking, spec) * per_byte
        spoken = self._spoken(asking, spec) * per_byte
        marks = spec.cache == "breakpoints"
        kept = first if rounds and asking.persona in score.looks_up else spoken
        if plan is not None:
            left_out = self._dropped(asking, plan) * per_byte
            first, kept = first - left_out, kept - left_out
            known = again = self._measured(reading.size(SHARED), asking, per_byte, whole=SHARED)
        elif rounds:
            known = again = (spoken if rounds == 1 else kept) if marks else first
        else:
            pieces = self._pieces(asking, spec)
            known = self._measured(reading.size(pieces), asking, per_byte, whole=pieces)
            shared = max(pieces, SHARED)
            again = self._measured(reading.size(shared), asking, per_byte, whole=shared)
            self._sent.setdefault(spec.name, []).append(asked)
        read, (cold, hot) = round(first + answer.more), self._stage.cache.get(spec.name, (1.0, 1.0))
        cached = _from_cache(spec, known)
        written = round(max(0, _least(kept) - cached) * hot) if marks else 0
        cached = min(round(cached * cold), read)
        tokens = Tokens(read, cached, min(written, read - cached), answer.output)
        return tokens, min(_from_cache(spec, again), read)

    def _measured(self, size: Size, asking: Asking, per_byte: float, *, whole: int) -> float:
        later = self._later(asking) if asking.new and whole > SHARED + 1 else 0.0
        return (size.at(self._longer) + later) * per_byte

    def _pieces(self, asking: Asking, spec: ModelSpec) -> int:
        """How many pieces of a turn's first prompt the model has read before in this run."""
        asked, score = asking.asked, self._stage.score
        sent = self._sent.get(spec.name, ())
        spoken = score.reading(asked, spec).spoken
        if asking.new:
            return spoken if sent else 0
        most = 0
        for other in reversed(sent[-_LOOKED_AT:]):
            if other.round == asked.round and other.turn != asked.turn:
                continue
            most = max(most, score.known(asked, other, spec))
            if most >= score.reading(other, spec).spoken:
                break
        return most

    def _book(self, spec: ModelSpec, tokens: Tokens, again: int) -> float | None:
        """Dollars at list price; None: unknown."""
        line = self._played.models.setdefault(spec.name, Line())
        line.add(tokens)
        dollars, ways = self._played.dollars, ways_of(spec, tokens.read)
        for name, way in zip(WAYS, ways, strict=True):
            before = dollars[name]
            cost = None if way is None or before is None else before + way.dollars(tokens)
            dollars[name] = cost
            if way is not None and again > tokens.cached:
                less = way.dollars(tokens) - way.dollars(tokens.warmer(again))
                self._played.saved[name] += less
        usual = ways[0]
        if usual is None or line.dollars is None:
            line.dollars = None
            return None
        cost = usual.dollars(tokens)
        line.dollars += cost
        return cost

    def answered(self, spec: ModelSpec, output: float) -> None:
        """A turn was answered at this length."""
        self._answers, self._answered = self._answers + output, self._answered + 1
        self.last = spec.name
        self._played.took[spec.name] += 1


def _lines(asking: Asking) -> tuple[str, ...]:
    return asking.asked.prompt.transcript


def _times(tokens: Tokens, factor: float) -> Tokens:
    """So much more of what is read."""
    read, cached = round(tokens.read * factor), round(tokens.cached * factor)
    written = min(round(tokens.written * factor), read - min(cached, read))
    return replace(tokens, read=read, cached=min(cached, read), written=written)


def _least(tokens: float) -> int:
    return int(tokens) if tokens >= LEAST_CACHED else 0


def _from_cache(spec: ModelSpec, tokens: float) -> int:
    """What a provider has of a beginning that it knows."""
    if spec.cache == "none":
        return 0
    kept = _least(tokens)
    return kept - kept % CACHE_STEP if spec.cache == "automatic" else kept
