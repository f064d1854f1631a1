"""How long replies are: drawn from past ones, the nearest first, else from what is assumed.

this persona in this scenario -> this persona -> this model -> assumed. Of n past replies one is
taken with a chance of n / (n + `SHRINKAGE`), else the next wider circle is asked. A world draws
from its past anew, with replacement, so that few replies make a wide quote.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import exp, sqrt
from random import Random
from typing import TypeVar

from simulator.definitions.model_catalog import ModelSpec
from simulator.record.past_calls import Past, PastCall, PastRun
from simulator.runs.quote import assumed
from simulator.runs.quote.score import ALOUD, Asked

__all__ = ["Answered", "Evidence", "Said", "World", "chance"]

T = TypeVar("T")
_NEARLY = 0.8
"""The part of a run's turns that has to be there for the whole of it to be known."""
_ALIKE = 0.6
"""The part of a run's turns that has to go to the same models for its costs to be comparable."""
_LIMIT = "turns"
"""The stop reason of a run that took all its turns."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer: completion tokens, and seconds until it was there."""

    output: float
    seconds: float
    more: float = 0.0
    """Prompt tokens beyond those of the turn's first question."""
    model: str = ""
    """Who answered, where that is on record."""
    purpose: str = "speak"


@dataclass(frozen=True, slots=True)
class Said:
    """One turn: its answers in order, and how long its words were."""

    answers: tuple[Answered, ...]
    words: float
    """utf-8 bytes that others read."""
    rehearsed: bool = False
    """Whether tools are called as in the read-through."""

    def in_full(self, most: int) -> Said:
        """The same with answers that take all the room there is, the last of them a repair."""
        words = (most - assumed.FRAME_TOKENS) / assumed.TOKENS_PER_WORD * assumed.BYTES_PER_WORD
        answers = [replace(one, output=max(one.output, float(most))) for one in self.answers]
        first, last = answers[0], answers[-1]
        if not self.rehearsed and last.purpose != "repair":
            answers.append(
                replace(last, more=last.more + most, model=first.model, purpose="repair")
            )
        return replace(self, answers=tuple(answers), words=max(self.words, words))


class Evidence:
    """What past runs tell about a scenario and its models.

    Which models took their turns depends on a router whose policy no run names, so that is not
    learned: lengths are, model by model, and how complex turns were.
    """

    def __init__(self, past: Past, scenario: str, *, limit: int) -> None:
        """`limit` is the number of turns that the runs to come may have.

        A run that was broken off, or whose money was short, tells how long replies are and how
        tokens are counted, and nothing of courses or costs of runs; so does one that had fewer
        turns to take, and nothing does one in which nobody spoke.
        """
        self.scenario = scenario
        self._scenes = {run.run: run.scenario for run in past.runs}
        self.turns: Mapping[Hashable, list[Said]] = self._turns(past)
        """Past turns by model, by model and persona, and by both in this scenario."""
        self.asides: Mapping[Hashable, list[Answered]] = self._asides(past)
        """Answers to other questions by model and purpose."""
        self.read: Mapping[Hashable, list[tuple[int, int]]] = self._read(past)
        """Tokens and bytes of prompts."""
        spoken = {run for (run, _, _), size in past.said.items() if size}
        here = (one for one in past.runs if one.scenario == scenario and not one.short)
        own = {one.run: one for one in here if one.run in spoken}
        self.runs = tuple(one for one in own.values() if _is_told(one, limit))
        """Past runs of the scenario that tell how many turns it takes."""
        self.courses = _courses(past, own)
        """Run -> who spoke at which turn."""
        self._calls = tuple(one for one in past.calls if one.run in own)
        self.scores = _scores(self._calls)
        """Run -> how complex the router found which turn."""

    def _here(self, run: int) -> bool:
        return self._scenes.get(run) == self.scenario

    def _turns(self, past: Past) -> dict[Hashable, list[Said]]:
        groups: dict[tuple[int, int, str], list[PastCall]] = defaultdict(list)
        for call in past.calls:
            if call.purpose in ALOUD:
                groups[call.run, call.turn, call.persona].append(call)
        found: dict[Hashable, list[Said]] = defaultdict(list)
        for (run, turn, persona), calls in groups.items():
            first = calls[0]
            if first.purpose != "speak":
                continue
            answers = tuple(_answered(one, since=first.input) for one in calls)
            said = Said(answers, past.said.get((run, turn, persona), 0))
            found[first.model].append(said)
            found[first.model, persona].append(said)
            if self._here(run):
                found[first.model, persona, self.scenario].append(said)
        return found

    def _asides(self, past: Past) -> dict[Hashable, list[Answered]]:
        found: dict[Hashable, list[Answered]] = defaultdict(list)
        for call in past.calls:
            if call.purpose not in ALOUD:
                answered = _answered(call, since=call.input)
                found[call.model, call.purpose].append(answered)
                if self._here(call.run):
                    found[call.model, call.purpose, self.scenario].append(answered)
        return found

    def _read(self, past: Past) -> dict[Hashable, list[tuple[int, int]]]:
        found: dict[Hashable, list[tuple[int, int]]] = defaultdict(list)
        for call in past.calls:
            if call.prompt_bytes:
                pair = (call.input, call.prompt_bytes)
                found[call.model].append(pair)
                found[call.model, call.purpose].append(pair)
                if self._here(call.run):
                    found[call.model, call.purpose, self.scenario].append(pair)
        return found

    def turns_of(self, model: str) -> tuple[int, int]:
        """How many past turns of a model there are, and how many of them in this scenario."""
        own = (key for key in self.turns if isinstance(key, tuple) and key[0] == model)
        here = sum(len(self.turns[key]) for key in own if len(key) == 3 and key[2] == self.scenario)
        return len(self.turns.get(model, ())), here

    def cache_use(self, model: str, alike: Collection[int]) -> tuple[int, float, float]:
        """How many past calls of a model there are in these runs of the scenario.

        And which parts of their prompts were read from the cache and written to it.
        """
        own = [one for one in self._calls if one.model == model and one.run in alike]
        read = sum(one.input for one in own) or 1
        cached, written = (sum(one.cached for one in own), sum(one.cache_write for one in own))
        return len(own), cached / read, written / read

    def alike(self, shares: Mapping[str, float]) -> frozenset[int]:
        """Runs of the scenario whose turns went to much the same models.

        What a model finds in its cache and what a run costs depend on who else is asked. `shares`:
        model -> the part, 0 to 1, of the turns that it is to take.
        """
        took: dict[int, Counter[str]] = defaultdict(Counter)
        for run, _, model in {
            (one.run, one.turn, one.model) for one in self._calls if _speaks(one)
        }:
            took[run][model] += 1
        found = set()
        for run, counts in took.items():
            same = (min(n / counts.total(), shares.get(name, 0.0)) for name, n in counts.items())
            if sum(same) >= _ALIKE:
                found.add(run)
        return frozenset(found)

    @cached_property
    def turns_taken(self) -> int:
        """Turns of past runs of the scenario by these models."""
        return len({(one.run, one.turn) for one in self._calls if one.purpose in ALOUD})

    @cached_property
    def asked_beside(self) -> Mapping[str, int]:
        """Questions beside the turns of these runs, by purpose."""
        return Counter(one.purpose for one in self._calls if one.purpose not in ALOUD)

    def whole_runs(
        self, alike: Collection[int]
    ) -> tuple[tuple[PastRun, tuple[PastCall, ...]], ...]:
        """Of these runs those that came to their end, with what these models were asked."""
        calls: dict[int, list[PastCall]] = defaultdict(list)
        for call in self._calls:
            calls[call.run].append(call)
        wanted = (one for one in self.runs if one.run in alike)
        pairs = ((one, tuple(calls.get(one.run, ()))) for one in wanted)
        return tuple(pair for pair in pairs if _is_whole(*pair))


def _is_told(run: PastRun, limit: int) -> bool:
    """Whether it tells after how many turns a run to come is over."""
    return run.finished and (run.stop_reason != _LIMIT or run.turns >= limit)


def _speaks(call: PastCall) -> bool:
    return call.purpose == "speak"


def _scores(calls: Sequence[PastCall]) -> dict[int, dict[int, float]]:
    found: dict[int, dict[int, float]] = defaultdict(dict)
    for one in calls:
        if _speaks(one) and one.score is not None:
            found[one.run].setdefault(one.turn, one.score)
    return found


def _is_whole(run: PastRun, calls: Sequence[PastCall]) -> bool:
    """Whether these are all that was asked for the run's turns, but for a few that failed."""
    turns = {one.turn for one in calls if one.purpose in ALOUD}
    return len(turns) >= _NEARLY * run.turns


def _courses(past: Past, runs: Collection[int]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for run, turn, speaker in past.said:
        if run in runs:
            found[run][turn] = speaker
    return found


def chance(*use: object) -> Random:
    """Chance that depends on nothing but what it is used for."""
    key = "\x1f".join(map(str, use)).encode()
    return Random(hashlib.blake2b(key, digest_size=8).digest())  # noqa: S311 - nothing is secret


class World:
    """One way things might be, of the many that fit what is on record."""

    def __init__(
        self, evidence: Evidence, random: Random, *, unexplained: float = 0.0, runs: int = 0
    ) -> None:
        """`unexplained` is how much whole runs differ beyond what their turns explain.

        So many `runs` on record tell how much they take on average.
        """
        self._evidence, self._scenario, self._random = evidence, evidence.scenario, random
        self._pools: dict[tuple[str, Hashable], Sequence[object]] = {}
        self._talkative: dict[str, float] = {}
        self._read: dict[tuple[str, str], float] = {}
        self._speakers: Mapping[int, str] = {}
        self._scores: Mapping[int, float] = {}
        self._unexplained = unexplained
        usual = unexplained / sqrt(runs or 1)
        self._dear = random.gauss(0, usual)
        self.factor = 1.0
        """How much more than its turns explain the run under way takes."""
        self.last = 0
        """The last turn of the run under way."""

    def begin(self, most: int, *, limit: int, may_end: bool) -> None:
        """Let a run begin; the read-through had `most` turns."""
        self.factor = exp(self._dear + self._random.gauss(0, self._unexplained))
        self._speakers, self._scores, self.last = {}, {}, most
        runs = self._pool("runs", self._scenario, self._evidence.runs)
        if runs and self._random.random() < len(runs) / (len(runs) + assumed.SHRINKAGE_OF_COURSES):
            run = self._random.choice(runs)
            self._speakers = self._evidence.courses.get(run.run, {})
            self._scores = self._evidence.scores.get(run.run, {})
            self.last = limit if run.stop_reason == _LIMIT else min(run.turns, limit)
        elif may_end and self._random.random() >= assumed.TO_THE_LIMIT:
            self.last = self._random.randint(max(1, most // 2), most)

    def speaker(self, turn: int) -> str:
        """Who speaks in the run under way, where a past run tells."""
        return self._speakers.get(turn, "")

    def score(self, turn: int) -> float | None:
        """How complex a turn of the run under way is, where a past run tells."""
        return self._scores.get(turn)

    def said(
        self, asked: Asked, spec: ModelSpec, *, persona: str, max_words: int | None, most: int
    ) -> Said:
        """A turn's answers and words."""
        model = spec.name
        near = ((model, persona, self._scenario), (model, persona), model)
        said = self._drawn("turns", near, self._evidence.turns)
        if said is not None:
            return said
        return self._assumed(max_words, spec.name, most=most, thought=self._thought(asked, spec))

    def answered(self, asked: Asked, spec: ModelSpec, *, most: int) -> Answered:
        """The answer to a question beside the turns."""
        key = (spec.name, asked.purpose)
        found = self._drawn("asides", ((*key, self._scenario), key), self._evidence.asides)
        if found is not None:
            return found
        median = assumed.ANSWERS.get(asked.purpose, assumed.ANSWER) * self._talking(spec.name)
        output = median * exp(self._random.gauss(0, assumed.SPREAD_OF_REPLIES))
        return self._timed(min(output + self._thought(asked, spec), most))

    def tokens_per_byte(self, asked: Asked, spec: ModelSpec) -> float:
        """Prompt tokens per byte, the same for all prompts of a purpose."""
        key = (spec.name, asked.purpose)
        if key not in self._read:
            self._read[key] = self._counted(key)
        return self._read[key]

    def whole(self, number: float) -> int:
        """A number of questions whose mean is this."""
        return int(number) + (self._random.random() < number % 1)

    def repairs(self) -> bool:
        """Whether a reply has to be asked for once more, where no run tells."""
        return self._random.random() < assumed.REPAIRS

    def _drawn(
        self, kind: str, near: Sequence[Hashable], known: Mapping[Hashable, list[T]]
    ) -> T | None:
        """Something from the nearest circle that has enough; None: nobody knows."""
        for key in near:
            size = len(known[key]) if key in known else 0
            if size and self._random.random() < size / (size + assumed.SHRINKAGE):
                return self._random.choice(self._pool(kind, key, known[key]))
        return None

    def _pool(self, kind: str, key: Hashable, found: Sequence[T]) -> Sequence[T]:
        pool = self._pools.get((kind, key))
        if pool is None:
            pool = self._pools[kind, key] = (
                self._random.choices(found, k=len(found)) if found else ()
            )
        return pool  # type: ignore[return-value]  # what is under a key was made of what is found

    def _counted(self, key: tuple[str, str]) -> float:
        model, _ = key
        for name in ((*key, self._scenario), key, model):
            found = self._evidence.read.get(name)
            if found:
                pairs = self._random.choices(found, k=len(found))
                return sum(read for read, _ in pairs) / sum(size for _, size in pairs)
        return assumed.TOKENS_PER_BYTE * exp(self._random.gauss(0, assumed.SPREAD_OF_TOKENS))

    def _assumed(self, max_words: int | None, model: str, *, most: int, thought: float) -> Said:
        median = max_words * assumed.SHARE_OF_LIMIT if max_words else assumed.WORDS
        spread = exp(self._random.gauss(0, assumed.SPREAD_OF_REPLIES))
        words = median * spread * self._talking(model)
        words = min(words, max_words or words, most / assumed.TOKENS_PER_WORD)
        output = words * assumed.TOKENS_PER_WORD + assumed.FRAME_TOKENS + thought
        answer = self._timed(min(output, most))
        return Said((answer,), words * assumed.BYTES_PER_WORD, rehearsed=True)

    def _talking(self, model: str) -> float:
        if model not in self._talkative:
            self._talkative[model] = exp(self._random.gauss(0, assumed.SPREAD_OF_MODELS))
        return self._talkative[model]

    def _thought(self, asked: Asked, spec: ModelSpec) -> float:
        if not asked.thinks(spec):
            return 0.0
        return assumed.REASONING * exp(self._random.gauss(0, assumed.SPREAD_OF_REASONING))

    def _timed(self, output: float) -> Answered:
        return Answered(output, assumed.SECONDS_BEFORE + output / assumed.TOKENS_PER_SECOND)


def _answered(call: PastCall, *, since: int) -> Answered:
    more = max(0, call.input - since)
    return Answered(call.output, call.seconds, more, call.model, call.purpose)
