"""A talk played again on paper: each time with other lengths, as often as a spread needs.

Nothing is rendered and nobody is asked: a prompt grows with the words that were drawn before it,
what a provider has cached follows from what it was asked before, and prices do the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulator.definitions.cast import Cast
from simulator.definitions.model_catalog import ModelCatalog, ModelSpec
from simulator.llm.layout import CACHE_STEP, LEAST_CACHED
from simulator.runs.quote import assumed
from simulator.runs.quote.lengths import Said, World
from simulator.runs.quote.played import Line, Played
from simulator.runs.quote.prices import WAYS, Tokens, ways_of
from simulator.runs.quote.score import Asked, Score, Size

__all__ = ["Stage", "replayed"]

_MISTAKE = 60
"""Tokens that tell what is wrong with a reply."""
_LABEL = 20
"""utf-8 bytes of a line's number and name."""
_SHARED = 2
"""Pieces that all prompts of a run begin with."""
_LOOKED_AT = 32
"""Earlier questions among which the longest beginning is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What all runs on paper have in common."""

    cast: Cast
    catalog: ModelCatalog
    score: Score
    spec_of: Callable[[Asked], ModelSpec]
    """The model that the choice takes for a question."""
    may_end: bool
    """Whether a rule may end a run before its limit of turns."""
    beside: Mapping[str, float]
    """Purpose -> how much more often it is asked for than in the read-through."""
    cache: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Model -> how much more is read from its cache, and written to it, than should be."""
    unexplained: float = 0.0
    """How much whole runs differ beyond what their turns explain, as a standard deviation."""

    def most(self, spec: ModelSpec) -> int:
        """Completion tokens of an answer at most."""
        limit = self.cast.scenario.limits.output_tokens
        return min(limit, spec.max_output or limit)


def replayed(stage: Stage, world: World) -> Played:
    """One run on paper."""
    return _Run(stage, world).play()


class _Run:
    """One run on paper, while it is played."""

    def __init__(self, stage: Stage, world: World) -> None:
        self._stage, self._world, self._played = stage, world, Played()
        self._longer = [0.0]
        self._sent: dict[str, list[Asked]] = {}
        self._round: int | None = None
        self._waited = 0.0

    def play(self) -> Played:
        """Play it to its end."""
        stage, played, score = self._stage, self._played, self._stage.score
        limit = stage.cast.scenario.limits.turns
        self._world.begin(score.turns, limit=limit, may_end=stage.may_end)
        for one in score.asked:
            if one.turn <= self._world.last and not one.at_the_end and not played.stopped:
                self._take(one)
        turns = [one for one in score.asked if one.is_turn][-len(stage.cast.members) :]
        for number in range(self._world.last - score.turns if turns else 0):
            if not played.stopped:
                self._turn(turns[number % len(turns)], turn=score.turns + number + 1)
        self._unsaid()
        for one in score.asked:
            if one.at_the_end:
                self._aside(one)
        if not played.stopped:
            played.turns = self._world.last
            played.times(self._world.factor)
        played.seconds += self._waited
        return played

    def _take(self, asked: Asked) -> None:
        if asked.is_turn:
            self._turn(asked, turn=asked.turn)
            return
        for _ in range(self._world.whole(self._stage.beside.get(asked.purpose, 1.0))):
            self._aside(asked)

    def _turn(self, asked: Asked, *, turn: int) -> None:
        """Somebody's turn; one that the read-through did not come to is like an earlier one."""
        stage, world = self._stage, self._world
        persona = world.speaker(turn) or asked.persona
        if persona not in stage.score.cards:
            persona = asked.persona
        spec = stage.spec_of(asked)
        most, words = stage.most(spec), stage.cast.member(persona).persona.style.max_words
        said = world.said(asked, spec, persona=persona, max_words=words, most=most)
        going = _Turn(asked, persona, new=turn != asked.turn)
        if not self._affordable(going, spec, most):
            self._played.stopped = True
            return
        seconds = self._rehearsed(going, spec, said) if said.rehearsed else self._real(going, said)
        self._wait(-turn if going.new else asked.round, seconds)
        place = len(self._longer) - 1 if going.new else asked.place
        if place is not None:
            self._say(place, said.words)
        self._played.turns += 1

    def _affordable(self, turn: _Turn, spec: ModelSpec, most: int) -> bool:
        """Whether what is left of the run's budget reaches for the most a question can cost."""
        limits, played = self._stage.cast.scenario.limits, self._played
        if limits.dollars is None and limits.tokens is None:
            return True
        read = round(self._whole(turn, spec) * self._world.tokens_per_byte(turn.asked, spec))
        if limits.tokens is not None and played.tokens + read + most > limits.tokens:
            return False
        way, dollars = ways_of(spec, read)[0], played.dollars[WAYS[0]]
        if limits.dollars is None or way is None or dollars is None:
            return True
        return dollars + way.dearest(read, most) <= float(limits.dollars)

    def _rehearsed(self, turn: _Turn, spec: ModelSpec, said: Said) -> float:
        """The turn with the tools that were called in the read-through."""
        (reply,), seconds = said.answers, 0.0
        asked = (turn.asked, *turn.asked.more)
        more, base = 0.0, len(turn.asked.prompt.exchange)
        for number, one in enumerate(asked):
            output = reply.output if one is asked[-1] else assumed.LOOKING_UP
            more = 0.0 if not number else _exchanged(one, since=base) * assumed.TOKENS_PER_BYTE
            self._ask(turn, spec, output, more=more, rounds=number)
            seconds += reply.seconds
        if self._world.repairs():
            more += reply.output + _MISTAKE
            self._ask(turn, spec, reply.output, more=more, rounds=len(asked))
            seconds += reply.seconds
        return seconds

    def _real(self, turn: _Turn, said: Said) -> float:
        """The turn as turns like it were."""
        answers, stage = said.answers, self._stage
        if turn.persona not in stage.score.looks_up:
            spoken = [one for one in answers if one.purpose == "speak"]
            answers = (spoken[-1], *(one for one in answers if one.purpose != "speak"))
        first = answers[0].model
        for number, one in enumerate(answers):
            spec = stage.catalog.spec(one.model)
            output = min(one.output, stage.most(spec))
            rounds = number if one.model == first else 0
            self._ask(turn, spec, output, more=one.more if number else 0.0, rounds=rounds)
        return sum(one.seconds for one in answers)

    def _aside(self, asked: Asked) -> None:
        spec = self._stage.spec_of(asked)
        answer = self._world.answered(asked, spec, most=self._stage.most(spec))
        self._ask(_Turn(asked, asked.persona), spec, answer.output)
        self._wait(asked.round, answer.seconds)

    def _wait(self, round_: int, seconds: float) -> None:
        """Let time pass; what is asked at the same time is waited for once."""
        if round_ == self._round:
            self._waited = max(self._waited, seconds)
            return
        self._played.seconds += self._waited
        self._round, self._waited = round_, seconds

    def _say(self, place: int, words: float) -> None:
        known, longer = self._stage.score.words, self._longer
        while len(longer) <= place:
            longer.append(longer[-1])
        longer.append(longer[-1] + words - (known[place] if place < len(known) else -_LABEL))

    def _unsaid(self) -> None:
        """What was said in the read-through after the end is not said."""
        for place in range(len(self._longer) - 1, len(self._stage.score.words)):
            self._say(place, -_LABEL)

    def _whole(self, turn: _Turn, spec: ModelSpec) -> float:
        """utf-8 bytes of a turn's first prompt."""
        reading, cards = self._stage.score.reading(turn.asked, spec), self._stage.score.cards
        whole = reading.size(reading.pieces)
        self._longer += [self._longer[-1]] * (whole.heard + 1 - len(self._longer))
        size = whole.at(self._longer) + self._later(turn)
        own = turn.asked.persona
        return size if turn.persona == own else size + cards[turn.persona] - cards[own]

    def _later(self, turn: _Turn) -> float:
        """utf-8 bytes of lines that stand in no prompt of the read-through."""
        if not turn.new:
            return 0.0
        begun = turn.asked.place if turn.asked.place is not None else len(self._stage.score.words)
        known = sum(self._stage.score.words[begun:])
        return known + self._longer[-1] - self._longer[min(begun, len(self._longer) - 1)]

    def _ask(
        self, turn: _Turn, spec: ModelSpec, output: float, *, more: float = 0.0, rounds: int = 0
    ) -> None:
        """Book one question; `rounds`: how many of the turn it goes on from."""
        score, asked = self._stage.score, turn.asked
        per_byte = self._world.tokens_per_byte(asked, spec)
        reading = score.reading(asked, spec)
        first = self._whole(turn, spec) * per_byte
        spoken = reading.size(reading.spoken).at(self._longer) * per_byte
        spoken += self._later(turn) * per_byte
        marks = spec.cache == "breakpoints"
        kept = first if rounds and turn.persona in score.looks_up else spoken
        if rounds:
            known = (spoken if rounds == 1 else kept) if marks else first
            again = known
        else:
            pieces = self._pieces(turn, spec)
            known = self._measured(reading.size(pieces), turn, per_byte, whole=pieces)
            shared = max(pieces, _SHARED)
            again = self._measured(reading.size(shared), turn, per_byte, whole=shared)
            self._sent.setdefault(spec.name, []).append(asked)
        read, (cold, hot) = round(first + more), self._stage.cache.get(spec.name, (1.0, 1.0))
        cached = _from_cache(spec, known)
        written = round(max(0, _least(kept) - cached) * hot) if marks else 0
        cached = min(round(cached * cold), read)
        tokens = Tokens(read, cached, min(written, read - cached), output)
        self._book(spec, tokens, again=min(_from_cache(spec, again), read))

    def _measured(self, size: Size, turn: _Turn, per_byte: float, *, whole: int) -> float:
        later = self._later(turn) if turn.new and whole > _SHARED + 1 else 0.0
        return (size.at(self._longer) + later) * per_byte

    def _pieces(self, turn: _Turn, spec: ModelSpec) -> int:
        """How many pieces of a turn's first prompt the model has read before in this run."""
        asked, score = turn.asked, self._stage.score
        sent = self._sent.get(spec.name, ())
        spoken = score.reading(asked, spec).spoken
        if turn.new:
            return spoken if sent else 0
        most = 0
        for other in reversed(sent[-_LOOKED_AT:]):
            if other.round == asked.round and other.turn != asked.turn:
                continue
            most = max(most, score.known(asked, other, spec))
            if most >= score.reading(other, spec).spoken:
                break
        return most

    def _book(self, spec: ModelSpec, tokens: Tokens, *, again: int) -> None:
        line = self._played.models.setdefault(spec.name, Line())
        line.calls += 1
        line.input += tokens.read
        line.cached += tokens.cached
        line.written += tokens.written
        line.output += tokens.output
        dollars, ways = self._played.dollars, ways_of(spec, tokens.read)
        for name, way in zip(WAYS, ways, strict=True):
            before = dollars[name]
            cost = None if way is None or before is None else before + way.dollars(tokens)
            dollars[name] = cost
        usual = ways[0]
        if usual is None or line.dollars is None:
            line.dollars = None
            return
        cost = usual.dollars(tokens)
        line.dollars += cost
        if again > tokens.cached:
            self._played.saved += cost - usual.dollars(tokens.warmer(again))


@dataclass(frozen=True, slots=True)
class _Turn:
    """A question, and who is really asked."""

    asked: Asked
    persona: str
    new: bool = False
    """Whether the read-through did not come to it."""


def _exchanged(asked: Asked, *, since: int) -> float:
    """utf-8 bytes of what tools were asked and said."""
    return float(sum(len(str(one)) for one in asked.prompt.exchange[since:]))


def _least(tokens: float) -> int:
    return int(tokens) if tokens >= LEAST_CACHED else 0


def _from_cache(spec: ModelSpec, tokens: float) -> int:
    """What a provider has of a beginning that it knows."""
    if spec.cache == "none":
        return 0
    kept = _least(tokens)
    return kept - kept % CACHE_STEP if spec.cache == "automatic" else kept
