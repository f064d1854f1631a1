"""Whispers: what was meant for a few, or said while somebody was away, stays with those few."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from random import Random

import pytest

from simulator.conversation.interventions import events_of
from simulator.conversation.knowing import who_knows
from simulator.conversation.prompts import Prompts, Situation
from simulator.conversation.run_context import cue_for
from simulator.conversation.standing import judged
from simulator.conversation.state import State, fold
from simulator.conversation.turn_taking import policy_named
from simulator.definitions.act import Act
from simulator.definitions.cast import Cast, Member
from simulator.llm.ask import Question
from simulator.llm.wiring import wire
from simulator.record.events import Event, PersonaJoined, PersonaLeft
from tests.llm_samples import model_spec
from tests.stage import Body, asked, limited, reply, stage
from tests.talks import cast_of, chosen, member, passed, said, standing_of, started

SPEC = model_spec(supports=["json_schema"])
CANARY = re.compile(r"canary-\d+")


def secretive(place: int, random: Random, canaries: Callable[[], str]) -> Member:
    """A member whose every private field holds a canary; some come later."""
    card = {"system_prompt": canaries()} if random.random() < 0.3 else {"traits": [canaries()]}
    late = place > 0 and random.random() < 0.3
    return member(
        f"m{place}",
        role="moderator" if place == 0 else "guest",
        goals=[canaries()],
        goals_here=[canaries()],
        secrets=[canaries()],
        secrets_here=[canaries()],
        relationships={f"m{place + 1}": canaries()},
        samples=[{"say": canaries()}],
        enters_here="later" if late else "at_once",
        about=canaries() if late else "",
        **card,
    )


def written(cast: Cast) -> dict[str, object]:
    """The definitions of a cast as a run records them."""
    entries = [
        {
            "persona": one.id,
            "role": one.role,
            "goals": one.goals[len(one.persona.goals) :],
            "secrets": [kept.text for kept in one.kept[len(one.persona.secrets) :]],
        }
        for one in cast.members
    ]
    scenario = cast.scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {
        "scenario": {**scenario, "cast": entries},
        "personas": {one.id: one.persona.model_dump(mode="json") for one in cast.members},
    }


@dataclass
class Leaks:
    """A random talk in the making, and who may know which canary."""

    random: Random
    cast: Cast
    state: State
    may_know: dict[str, frozenset[str]]
    events: list[Event]
    """Everything that happened."""

    @classmethod
    def of(cls, seed: int) -> Leaks:
        """A cast with secrets, a scenario with an intervention for each of its members."""
        may_know: dict[str, frozenset[str]] = {}
        random = Random(seed)  # noqa: S311 - the seed is the point: a talk anew

        def canary_of(*who: str) -> str:
            canary = f"canary-{len(may_know)}"
            may_know[canary] = frozenset(who)
            return canary

        size = random.randint(2, 6)
        people = [secretive(n, random, partial(canary_of, f"m{n}")) for n in range(size)]
        ids = [one.id for one in people]
        told = [{"at": {"turn": 99}, "tell": {one: canary_of(one)}} for one in ids]
        wishes = [{"at": {"turn": 99}, "goal": {one: canary_of(one)}} for one in ids]
        fields = {"vote": {"about": "Your secret vote.", "private": True}}
        cast = cast_of(*people, whispers=True, events=[*told, *wishes], reply=fields)
        for one in cast.members:
            if one.id in cast.late:
                # Nobody reads of somebody who has not come in yet, themselves among them.
                may_know[one.persona.about] = frozenset()
        opening: list[Event] = [replace(started(cast), definitions=written(cast))]
        return cls(random, cast, State.from_events(opening), may_know, opening)

    def canary(self, *who: str) -> str:
        """A new canary that these may know."""
        name = f"canary-{len(self.may_know)}"
        self.may_know[name] = frozenset(who)
        return name

    def go_on(self) -> None:
        """Something happens: words for all or some, a pass, a coming, a going, an event."""
        state, random = self.state, self.random
        kind = random.choice(("say", "say", "whisper", "whisper", "pass", "come", "go", "event"))
        left = [n for n in range(len(self.cast.scenario.events)) if n not in state.interventions]
        away = sorted(state.absent)
        if kind == "come" and away:
            joined = PersonaJoined(turn=state.turn + 1, persona=random.choice(away))
            self._happen(joined)
        elif kind == "go" and len(state.here) > 1:
            gone = PersonaLeft(turn=state.turn, persona=random.choice(state.here))
            self._happen(gone)
        elif kind == "event" and left:
            index = random.choice(left)
            event = self.cast.scenario.events[index]
            self._happen(*events_of(index, event, state))
        else:
            self._turns(kind)

    def _turns(self, kind: str) -> None:
        """Some speak at once; who hears them is settled before the first has spoken."""
        state, random, turn = self.state, self.random, self.state.turn
        speakers = random.sample(state.here, random.randint(1, min(2, len(state.here))))
        ends = []
        for place, who in enumerate(speakers, start=turn + 1):
            to = tuple(random.sample(self.cast.ids, random.randint(1, len(self.cast.ids))))
            to = () if kind == "say" else tuple(one for one in to if one != who)
            there = set(state.here)
            heard = {who, *(set(to) & there if to else there)}
            words = f"Well, {self.canary(*heard)}."
            vote = {"vote": self.canary()}
            act: Act = "leave" if random.random() < 0.05 and len(state.here) > 2 else "answer"
            ends.append(
                passed(place, who)
                if kind == "pass"
                else said(place, who, words, act=act, to=to, **vote)
            )
        random.shuffle(ends)
        self._happen(chosen(turn + 1, *speakers), *ends)

    def _happen(self, *events: Event) -> None:
        self.events.extend(events)
        for event in events:
            self.state = fold(self.state, [event])
            if isinstance(event, PersonaJoined):
                self._meet(event.persona)

    def _meet(self, who: str) -> None:
        """Whoever comes in meets those who are there, and is met by them."""
        there = set(self.cast.ids) - self.state.absent
        for late in self.cast.late & there:
            about = self.cast.member(late).persona.about
            self.may_know[about] |= there if late == who else {who}

    def prompts(self) -> Iterator[tuple[str, str]]:
        """Every request that could be made now, and who is asked."""
        prompts, moderated = Prompts(cast=self.cast), policy_named("moderated")
        for one in self.cast.members:
            question = prompts.speaking(one, Situation.of(self.state, self.cast, one.id))
            cue = cue_for(self.cast, self.state, persona=one.id, purpose="speak", turn=9)
            body = wire(question, SPEC, max_output=300, cue=cue.as_line())
            yield one.id, json.dumps(body)
        if self.state.finished:
            choice = moderated(self.state, self.cast, [])
            if isinstance(choice, Question):
                yield choice.persona, json.dumps(wire(choice.prompt, SPEC, max_output=300))

    def found(self) -> Iterator[tuple[str, str]]:
        """Canaries in a request to somebody who may not know them."""
        for who, text in self.prompts():
            for canary in set(CANARY.findall(text)):
                if who not in self.may_know[canary]:
                    yield who, canary


def test_no_canary_is_read_outside_its_audience(counts: Callable[[int, int], int]) -> None:
    """Whispers, secrets, cards, goals, votes, things told, late arrivals and leaving: 0 leaks."""
    rendered = 0
    for seed in range(counts(150, 600)):
        leaks = Leaks.of(seed)
        for step in range(leaks.random.randint(4, 9)):
            leaks.go_on()
            if step % 2:
                rendered += len(leaks.cast.ids)
                assert list(leaks.found()) == []

    assert rendered >= counts(1_200, 5_000)


@pytest.mark.slow
@pytest.mark.proof
def test_no_canary_is_read_in_ten_thousand_prompts() -> None:
    """The same for longer talks: at least 10,000 prompts, 0 canaries."""
    rendered = seed = 0
    while rendered < 10_000:
        seed += 1
        leaks = Leaks.of(100_000 + seed)
        for _ in range(12):
            leaks.go_on()
            rendered += sum(1 for _ in leaks.prompts())
            assert list(leaks.found()) == []


def test_canaries_are_read_by_their_audience() -> None:
    """The search would find a leak: whoever may know a whisper has it in the next question."""
    read = 0
    for seed in range(40):
        leaks = Leaks.of(seed)
        for _ in range(6):
            leaks.go_on()
        texts = dict(reversed(list(leaks.prompts())))
        for said_ in leaks.state.utterances:
            for canary in CANARY.findall(said_.text):
                for who in leaks.may_know[canary]:
                    read += 1
                    assert canary in texts[who]

    assert read > 300


def test_who_knows_what_is_who_reads_it() -> None:
    """Asked of the record, for every canary: those whose next prompt holds it, and no others."""
    found = 0
    for seed in range(30):
        leaks = Leaks.of(seed)
        for _ in range(6):
            leaks.go_on()
        texts = dict(reversed(list(leaks.prompts())))
        for canary in leaks.may_know:
            knowers = {
                one.member
                for one in who_knows(leaks.events, f'"{canary}"')
                if any(learnt.way != "own words" for learnt in one.learnt)
            }
            reading = {who for who, text in texts.items() if re.search(rf"{canary}\b", text)}
            said_it = {
                u.speaker for u in leaks.state.utterances if re.search(rf"{canary}\b", u.text)
            }
            assert knowers == reading - said_it
            found += len(knowers)

    assert found > 300


def test_a_judge_reads_no_card_and_no_vote() -> None:
    """What was said, whispers among it, who came in, and nothing that was never said."""
    asked_ = 0
    for seed in range(60):
        leaks = Leaks.of(seed)
        for _ in range(8):
            leaks.go_on()
            question = judged("They agree.", standing_of(leaks.state, leaks.cast))
            if isinstance(question, Question):
                asked_ += 1
                spoken = " ".join(one.text for one in leaks.state.utterances)
                text = json.dumps(wire(question.prompt, SPEC, max_output=300))
                come = [leaks.cast.member(one.member) for one in leaks.state.moves if one.comes]
                public = " ".join(one.persona.about for one in come)
                assert set(CANARY.findall(text)) <= set(CANARY.findall(f"{spoken} {public}"))

    assert asked_ > 50


async def test_a_whisper_is_sent_to_nobody_else() -> None:
    """In a run over the wire: only the request to whoever is meant, and to the speaker, has it."""
    cast = limited(cast_of("rosa", "dev", "ilse", whispers=True), turns=6)

    def answer(body: Body) -> Body:
        turn = asked(body)[1]
        return reply("Psst, forty.", to=["dev"]) if turn == 1 else reply(f"Turn {turn}.", to=[])

    there = stage(cast, answer)
    await there.play()

    reading = {asked(body)[0] for body in there.network.bodies if "Psst" in json.dumps(body)}
    assert reading == {"Rosa Lindqvist", "Dev Moreau"}


async def test_a_latecomer_is_sent_nothing_from_before() -> None:
    """In a run over the wire: the first request to a latecomer has no line but the newest."""
    late = member("ilse", enters_here="later")
    event = {"at": {"turn": 3}, "join": ["ilse"], "next": "ilse", "say": "A door opens."}
    cast = limited(cast_of("rosa", "dev", late, events=[event]), turns=4)

    there = stage(cast, lambda body: reply(f"Word {asked(body)[1]}."))
    await there.play()

    words = {asked(body)[0]: json.dumps(body) for body in there.network.bodies}
    assert "Word" not in words["Ilse Maes"]
    assert "A door opens." in words["Ilse Maes"]


def test_a_call_in_a_whisper_calls_only_those_who_heard_it() -> None:
    """Who was named behind their back does not answer for it."""
    cast = cast_of("rosa", "dev", "ilse", "tomi")
    events: list[Event] = [started(cast), chosen(1, "ilse"), said(1, "ilse", "Well.")]
    whispered = "Tomi, what do you think of that?"
    for to, order in ((("tomi",), "tomi"), (("dev",), "dev")):
        turn: list[Event] = [chosen(2, "rosa"), said(2, "rosa", whispered, to=to)]
        state = State.from_events([*events, *turn])

        found = policy_named("addressed")(state, cast, [])

        assert getattr(found, "names", ()) == (order,)
