"""What is put in short, noted and remembered keeps to its audience, as the words it is made of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from simulator.conversation.memory import (
    episode_of,
    facts_of,
    facts_question,
    reflection_due,
    summary_due,
)
from simulator.conversation.memory.forms import Fact
from simulator.conversation.perception import perceive
from simulator.conversation.prompts import Prompts
from simulator.conversation.state import fold
from simulator.definitions.memory import Memory
from simulator.llm.ask import Question
from simulator.llm.wiring import wire
from simulator.record.events import MemoryRecalled, SummaryMade
from tests.talks import AT, chosen, passed
from tests.test_whispers import CANARY, SPEC, Leaks

MEMORY = Memory(window="summary", across_runs=True, recall=1, reflect=2)


class Remembered(Leaks):
    """A random talk whose members also sum up, note down, recall and take along."""

    @classmethod
    def made(cls, seed: int) -> Remembered:
        """The talk, in prompts that have hardly any room for lines."""
        talk = cls.of(seed)
        limits = talk.cast.scenario.limits.model_copy(update={"context_tokens": 1})
        scenario = talk.cast.scenario.model_copy(update={"memory": MEMORY, "limits": limits})
        talk.cast = replace(talk.cast, scenario=scenario)
        assert isinstance(talk, Remembered)
        return talk

    def canaries(self, question: Question[Any]) -> tuple[str, ...]:
        """The canaries that a question holds."""
        text = json.dumps(wire(question.prompt, SPEC, max_output=300))
        return tuple(sorted(set(CANARY.findall(text))))

    def sum_up(self) -> Iterator[str]:
        """Make the summary that is due, of all canaries in its question; those not said to all."""
        due = summary_due(self.state, self.cast, Prompts(cast=self.cast))
        if due is not None:
            told = self.canaries(due.question)
            public = " ".join(one.text for one in self.state.utterances if not one.to)
            self.state = fold(self.state, [due.made(" ".join(told))])
            yield from set(told) - set(CANARY.findall(public))

    def note_down(self) -> Iterator[str]:
        """One has the floor, notes what is due and remembers something; what it may not know."""
        who = self.random.choice(self.state.here)
        turn = self.state.turn + 1
        self.state = fold(self.state, [chosen(turn, who)])
        due = reflection_due(
            self.state, self.cast, Prompts(cast=self.cast), pending=self.state.pending[0]
        )
        if due is not None:
            told = self.canaries(due.question)
            own = self.canary(who)
            self.state = fold(self.state, [due.made(" ".join((own, *told[-5:])))])
            yield from (one for one in told if who not in self.may_know[one])
        memory = MemoryRecalled(
            turn=turn, at=AT, speaker=who, text=self.canary(who), source="Tea, 2026-11-19"
        )
        self.state = fold(self.state, [memory, passed(turn, who)])

    def taken_along(self) -> Iterator[tuple[str, str]]:
        """What each takes along that it may not know."""
        for one in self.cast.members:
            question = facts_question(self.state, self.cast, Prompts(cast=self.cast), member=one)
            asked = self.canaries(question) if question is not None else ()
            episode = episode_of(perceive(self.state, one.id), self.cast, member=one)
            for canary in {*asked, *CANARY.findall(episode)}:
                if one.id not in self.may_know[canary]:
                    yield one.id, canary


@pytest.mark.slow
def test_no_memory_holds_what_its_owner_did_not_hear(counts: Callable[[int, int], int]) -> None:
    """Summaries, reflections, recall, facts and episodes in random talks: 0 leaks."""
    summaries = notes = 0
    for seed in range(counts(40, 600)):
        talk = Remembered.made(seed)
        for _ in range(talk.random.randint(25, 45)):
            talk.go_on()
            assert list(talk.sum_up()) == []
            assert list(talk.note_down()) == []
            assert list(talk.found()) == []
        assert list(talk.taken_along()) == []
        summaries += len(talk.state.summaries)
        notes += len(talk.state.reflections)

    assert summaries > counts(40, 600)
    assert notes > counts(100, 1_500)


def test_a_leak_would_be_found() -> None:
    """Whoever may read a summary, a note or a memory has its canaries in the next question."""
    read = 0
    for seed in range(30):
        talk = Remembered.made(seed)
        for _ in range(30):
            talk.go_on()
            list(talk.sum_up())
            list(talk.note_down())
        texts = dict(reversed(list(talk.prompts())))
        for who, note in talk.state.reflections.items():
            assert set(CANARY.findall(note.text)) <= set(CANARY.findall(texts[who]))
            read += 1
        newest: SummaryMade | None = talk.state.summaries[-1] if talk.state.summaries else None
        readers = [who for who, text in texts.items() if newest and newest.text in text]
        read += len(readers) if newest and newest.text else 0

    assert read > 100


def test_a_fact_of_a_turn_nobody_told_it_is_none() -> None:
    """A model cannot smuggle in what the member did not hear: the turn must be one it heard."""
    talk = Remembered.made(3)
    for _ in range(12):
        talk.go_on()
    for one in talk.cast.members:
        heard = {said.turn for said in talk.state.utterances if said.heard_by(one.id)}
        facts = [Fact(turn=turn, fact=f"Turn {turn}.") for turn in range(40)]

        kept = facts_of(facts, talk.state, one, calls=())

        assert {fact.said_in for fact in kept} == heard
