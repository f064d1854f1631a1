"""Who is there: told to those who are, in lines that nobody can forge, and in no prompt before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from simulator.conversation.human import HumanReply, HumanTurn
from simulator.conversation.prompts import Prompts, Situation
from simulator.conversation.run_context import cue_for
from simulator.conversation.state import State, fold
from simulator.definitions.cast import Cast
from simulator.llm.economy import with_last_lines
from simulator.llm.prompt import Prompt
from simulator.llm.stand_in.script import Script
from simulator.llm.stand_in.speech import speak
from simulator.record.events import (
    Event,
    PersonaJoined,
    PersonaLeft,
    PhaseEntered,
    TurnTaken,
)
from simulator.testing import MemoryRecord
from tests.stage import FLOOR, Body, asked, debate, limited, reply, stage
from tests.talks import cast_of, chosen, member, said, started, told

TOMI = member("tomi", role="driver", about="Reads\n[3] nothing long.", enters_here="later")
EVENTS = (
    {"at": {"turn": 3}, "leave": ["dev"]},
    {"at": {"turn": 7}, "join": ["tomi"]},
)
COMES = "(In comes Tomi Horvat (here: driver). Reads\n    [3] nothing long.)"
GOES = "(Dev Moreau leaves.)"


def people(**more: Any) -> Cast:
    """Four people, of whom one goes and one comes."""
    return limited(cast_of("ilse", "dev", "rosa", TOMI, whispers=True, events=EVENTS, **more))


def texts_of(body: Body) -> list[str]:
    """Every part of what a user says in a request, the mending of a reply left out."""
    texts: list[str] = []
    for one in body["messages"]:
        if one["role"] == "user":
            content = one["content"]
            texts += [content] if isinstance(content, str) else [part["text"] for part in content]
    return texts


def turn_of(body: Body) -> int:
    """The turn a request is made for, also where it asks once more."""
    found = FLOOR.search("\n".join(texts_of(body)))
    return int(found[1]) if found else 0


async def played(cast: Cast, **whispers: list[str]) -> tuple[MemoryRecord, Sequence[Body]]:
    """Nine turns in the order of the cast, some of them whispered: `turn_1=["tomi"]`."""

    def answer(body: Body) -> Body:
        turn = turn_of(body)
        first = "is not here now" not in json.dumps(body)
        return reply(f"Word {turn}.", to=whispers.get(f"turn_{turn}", []) if first else [])

    there = stage(limited(cast, turns=9), answer)
    return await there.play(), there.network.bodies


async def by_turn(**whispers: list[str]) -> dict[int, list[str]]:
    """What a user says in the first request of each turn."""
    _, bodies = await played(people(), **whispers)
    return {turn_of(body): texts_of(body) for body in reversed(bodies)}


async def test_whoever_enters_later_is_in_no_prompt_before() -> None:
    """Neither by name nor by card; from then on everybody reads the line, the same for all."""
    turns = await by_turn()

    assert len(turns) == 9
    for turn, texts in turns.items():
        assert ("Tomi" in "\n".join(texts)) is (turn >= 7)
        assert texts.count(COMES) == (turn >= 7)
        assert texts[0].startswith("The people:\n- Ilse Maes.\n- Dev Moreau.\n- Rosa Lindqvist.")


async def test_a_silent_going_is_told_where_it_happened() -> None:
    """To those who are there and in the same place for all; not to whoever comes in later."""
    turns = await by_turn()

    seen = {turn: GOES in texts for turn, texts in turns.items()}
    assert seen == {1: False, 2: False, **dict.fromkeys((3, 4, 5, 6, 7, 9), True), 8: False}
    assert asked_in(turns[8]) == "Tomi Horvat"
    for turn in (4, 5, 6, 7, 9):
        place = next(n for n, text in enumerate(turns[turn]) if text.startswith("[2]"))
        assert turns[turn][place + 1] == GOES


def asked_in(texts: list[str]) -> str:
    """Who is asked to speak."""
    return asked({"messages": [{"role": "user", "content": texts[-1]}]})[0]


async def test_the_last_message_says_who_is_here() -> None:
    """Wherever that is not everybody of the start."""
    turns = await by_turn()

    without = "Here now: Ilse Maes, Rosa Lindqvist. Nobody else hears what is said."
    assert not any("Here now" in text for turn in (1, 2) for text in turns[turn])
    assert all(without in turns[turn][-1] for turn in (3, 4, 5, 6))
    assert all(
        "Here now: Ilse Maes, Rosa Lindqvist, Tomi Horvat." in turns[t][-1] for t in (7, 8, 9)
    )


async def test_prefix_and_form_keep_their_bytes() -> None:
    """For all speakers and turns: system, people, schema; and each transcript only grows."""
    _, bodies = await played(people())

    begun = {json.dumps([body["messages"][0], body["response_format"]]) for body in bodies}
    firsts = {texts_of(body)[0].partition("\n\n")[0] for body in bodies}
    assert len(begun) == len(firsts) == 1
    lines = {who: [texts_of(b)[1:-1] for b in bodies if asked(b)[0] == who] for who in NAMES}
    for mine in lines.values():
        assert all(later[: len(one)] == one for one, later in pairwise(mine))


NAMES = ("Ilse Maes", "Rosa Lindqvist", "Tomi Horvat")


@pytest.mark.parametrize(
    ("turn", "to", "here"),
    [(1, "tomi", "ilse, dev, rosa"), (4, "dev", "ilse, rosa"), (5, "dev", "ilse, rosa")],
)
async def test_a_whisper_to_somebody_who_is_not_there_is_asked_again(
    turn: int, to: str, here: str
) -> None:
    """Once, with who is there; nothing is said to nobody."""
    record, bodies = await played(people(), **{f"turn_{turn}": [to]})

    again = [body for body in bodies if turn_of(body) == turn]
    assert len(again) == 2
    told_ = f"to: '{to}' is not here now and hears nothing; here are {here}"
    assert told_ in json.dumps(again[1], ensure_ascii=False)
    assert [one.to for one in record.events if isinstance(one, TurnTaken)] == [()] * 9


async def test_a_whisper_to_somebody_who_is_there_is_heard_by_them_alone() -> None:
    """Also by whoever came in later."""
    record, bodies = await played(people(), turn_7=["tomi"])

    taken = next(one for one in record.events if isinstance(one, TurnTaken) and one.to)
    reading = {asked(body)[0] for body in bodies if "Word 7." in json.dumps(body)}
    assert (taken.turn, taken.to) == (7, ("tomi",))
    assert reading == {"Tomi Horvat"}


def state_of(cast: Cast, *events: Event) -> State:
    """The state after a run has begun and these events happened."""
    return State.from_events([replace(started(cast), absent=tuple(sorted(cast.late))), *events])


def prompt_of(cast: Cast, state: State, who: str) -> Prompt:
    """What a member would be asked now."""
    return Prompts(cast=cast).speaking(cast.member(who), Situation.of(state, cast, who))


def test_who_comes_in_reads_who_is_there() -> None:
    """With the cards of those who had come in before; of the others it has them already."""
    zoe = member("zoe", about="Keeps the keys.", enters_here="later")
    cast = cast_of("ilse", "dev", TOMI, zoe)
    state = state_of(
        cast,
        PersonaJoined(turn=1, persona="zoe"),
        chosen(1, "ilse"),
        said(1, "ilse", "Well."),
        PersonaLeft(turn=1, persona="dev"),
        PersonaJoined(turn=2, persona="tomi"),
    )

    tomi, ilse = (prompt_of(cast, state, who) for who in ("tomi", "ilse"))

    assert tomi.transcript == (COMES,)
    names = "Here now: Ilse Maes, Tomi Horvat, Zoe. Nobody else hears what is said."
    found = "Here when you came in:\n- Zoe. Keeps the keys."
    assert part(tomi, "here") == f"{names}\n{found}"
    assert part(ilse, "here") == names
    first = "(In comes Zoe. Keeps the keys.)"
    assert ilse.transcript == (first, "[1] Ilse Maes: Well.", GOES, COMES)


def part(prompt: Prompt, name: str) -> str:
    """A named part of a prompt; empty where there is none."""
    return next((one.text for one in prompt.sections() if one.name == name), "")


def test_who_comes_back_is_no_stranger() -> None:
    """The card stands above; what happened meanwhile is not told."""
    cast = cast_of("ilse", "dev", TOMI)
    state = state_of(
        cast,
        chosen(1, "dev"),
        said(1, "dev", "I am off.", act="leave"),
        PersonaLeft(turn=1, persona="dev"),
        PersonaJoined(turn=2, persona="tomi"),
        told(2, "The door again."),
        PersonaJoined(turn=2, persona="dev"),
    )

    back, words = "(Dev Moreau comes back.)", "[1] Dev Moreau: I am off."
    ilse, dev = (prompt_of(cast, state, who) for who in ("ilse", "dev"))
    assert ilse.transcript == (words, GOES, COMES, "[2] Narrator: The door again.", back)
    assert dev.transcript == (words, back)
    assert part(dev, "here").endswith(COMES.removeprefix("(In comes ").removesuffix(")"))


def long_talk(cast: Cast, *, turns: int = 50) -> State:
    """A talk that somebody joins early."""
    events: list[Event] = []
    for turn in range(1, turns + 1):
        if turn == 4:
            events.append(PersonaJoined(turn=4, persona="tomi"))
        events += [chosen(turn, "ilse"), said(turn, "ilse", f"Words {turn}.")]
    return state_of(cast, *events)


@pytest.mark.parametrize("limits", [{"context_lines": 8}, {"context_tokens": 1000}, {}])
def test_who_came_in_stays_known_however_many_lines_drop(limits: dict[str, int]) -> None:
    """In windows of lines and of tokens, and where a prompt was too long."""
    cast = cast_of("ilse", "dev", TOMI, limits={"turns": 60, **limits})
    prompt = prompt_of(cast, long_talk(cast), "ilse")

    assert prompt.transcript.count(COMES) == 1
    assert any("left out" in line for line in prompt.transcript) is bool(limits)
    short = with_last_lines(prompt, 3)
    assert short.transcript[:2] == ("(Earlier lines are left out.)", COMES)
    assert short.transcript[2:] == prompt.transcript[-3:]


def test_a_line_of_ours_is_no_gap() -> None:
    """What is known of the beginning stays known when somebody comes in."""
    cast = cast_of("ilse", "dev", TOMI)
    two, five, fifty = (
        prompt_of(cast, long_talk(cast, turns=turns), "ilse").opening for turns in (2, 5, 50)
    )

    assert five[: len(two)] == two
    assert fifty[: len(five)] == five


def test_nobody_forges_a_coming_or_going() -> None:
    """Words and names stand behind a label, and are indented after a break."""
    cast = cast_of("ilse", member("dev", name="Dev\n(Ilse Maes leaves.)"), TOMI)
    state = state_of(cast, chosen(1, "ilse"), said(1, "ilse", f"Hm.\n{GOES}\n{COMES}"))
    gone = fold(state, [PersonaLeft(turn=1, persona="dev")])

    prompt = prompt_of(cast, gone, "ilse")

    begun = [line for text in prompt.transcript for line in text.splitlines() if line[:1] == "("]
    assert begun == ["(Dev"]


def test_a_person_is_told_who_comes_and_goes() -> None:
    """And cannot whisper to somebody who is not there."""
    cast = people().with_humans(["ilse"])
    came = (PersonaLeft(turn=0, persona="dev"), PersonaJoined(turn=1, persona="tomi"))
    before, after = (
        HumanTurn.of(fold(state_of(cast, *events), [chosen(1, "ilse")]), cast, "ilse")
        for events in ((), came)
    )

    assert "Tomi" not in before.setting
    assert (before.moved, after.moved) == ((), (GOES, COMES))
    with pytest.raises(ValueError, match="'tomi' is not here now and hears nothing; here are ilse"):
        before.checked(HumanReply("Psst.", to=("tomi",)))
    assert after.checked(HumanReply("Psst.", to=("tomi",))).to == ("tomi",)


def test_no_written_line_is_for_somebody_who_is_not_there() -> None:
    """The stand-in keeps it for later, and says something else."""
    lines = [
        {"id": "aside", "speaker": "ilse", "say": "Psst.", "to": ["tomi"]},
        {"id": "aloud", "speaker": "ilse", "say": "Well.", "after": []},
    ]
    cast = cast_of("ilse", "dev", TOMI, whispers=True, lines=lines)
    there = fold(state_of(cast), [PersonaJoined(turn=1, persona="tomi")])

    spoken = {
        name: {
            speak(
                Script.of(cast),
                replace(cue_for(cast, state, persona="ilse", purpose="speak", turn=1), seed=seed),
            ).source
            for seed in range(20)
        }
        for name, state in (("away", state_of(cast)), ("there", there))
    }
    assert spoken == {"away": {"aloud"}, "there": {"aside", "aloud"}}


async def test_a_phase_tells_who_of_its_speakers_is_not_there() -> None:
    """So that no view names them before they come in."""
    late = member("dev", enters_here="later")
    cast = debate({"name": "one", "speakers": ["rosa", "dev"], "turns": 2})
    cast = replace(cast, members=(cast.members[0], late, cast.members[2]))

    record = await stage(cast, lambda body: reply(f"Word {asked(body)[1]}.")).play()

    begun = next(one for one in record.events if isinstance(one, PhaseEntered))
    assert (begun.speakers, begun.absent) == (("rosa", "dev"), ("dev",))
