"""Who knows something: since which turn, from whom, asked of a run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.conversation.knowing import Knower, Learnt, who_knows
from simulator.errors import UsageError
from simulator.record.events import (
    Event,
    PersonaJoined,
    PersonaLeft,
    PhaseEntered,
    ToolCalled,
    TurnEdited,
)
from simulator.runs.simulation import load
from tests.cli_samples import simulate
from tests.talks import cast_of, chosen, member, said, started

CAST = cast_of(
    member("rosa", secrets=["she deleted the app"], facts={"age": 58}),
    member("dev", role="engineer"),
    member("zoe", enters_here="later"),
    whispers=True,
)


def test_of_a_long_text_the_part_with_most_of_the_words_is_told() -> None:
    """Not the first place where one of them happens to stand."""
    filling = "and so on " * 40
    text = f"The app. {filling}She deleted the app in March. {filling}"
    events = [*talk()[:1], chosen(1, "dev"), said(1, "dev", text)]

    known = {one.member: one for one in who_knows(events, "deleted app march")}

    assert "She deleted the app in March." in known["dev"].learnt[0].text
    assert len(known["dev"].learnt[0].text) < 170


def talk() -> list[Event]:
    """A secret told in a whisper, something looked up, and somebody who comes in late."""
    written = {
        "scenario": CAST.scenario.model_dump(mode="json", by_alias=True),
        "personas": {one.id: one.persona.model_dump(mode="json") for one in CAST.members},
    }
    found = ToolCalled(
        turn=3,
        speaker="dev",
        tool="search_knowledge_base",
        call="c",
        request="r",
        arguments={"query": "exports"},
        result="Exports run at six.",
        sources=("rota.md#Exports",),
    )
    return [
        replace(started(CAST), definitions=written),
        chosen(1, "rosa"),
        said(1, "rosa", "Dev, I DELETED that app of yours.", to=("dev",)),
        chosen(2, "rosa"),
        said(2, "rosa", "Nice café."),
        PersonaJoined(turn=3, persona="zoe"),
        chosen(3, "dev"),
        found,
        said(3, "dev", "The exports are at six."),
    ]


def since(words: str) -> dict[str, int | None]:
    """Since which turn everybody knows it."""
    return {one.member: one.since for one in who_knows(talk(), words)}


def test_a_secret_reaches_whom_it_is_whispered_to() -> None:
    """The first occasion of each, with where it came from; who was not meant does not know."""
    rosa, dev, zoe = who_knows(talk(), "delet app")

    assert rosa.learnt[0] == Learnt(turn=0, way="secret", text="she deleted the app")
    assert rosa.learnt[1].way == "own words"
    assert dev == Knower(
        member="dev",
        learnt=(
            Learnt(turn=1, way="whispered", by="rosa", text="Dev, I DELETED that app of yours."),
        ),
    )
    assert zoe == Knower(member="zoe", learnt=())


def test_whoever_comes_late_has_missed_what_was_said() -> None:
    """And hears what is said from then on."""
    assert since("cafe") == {"rosa": 2, "dev": 2, "zoe": None}
    assert since("exports six") == {"rosa": 3, "dev": 3, "zoe": 3}


def test_what_a_tool_brings_up_is_known_to_the_speaker_first() -> None:
    """With the tool and its sources."""
    _, dev, zoe = who_knows(talk(), '"exports run"')

    assert [(one.way, one.by) for one in dev.learnt] == [
        ("tool", "search_knowledge_base, rota.md#Exports")
    ]
    assert zoe.learnt == ()


def test_public_cards_and_the_setting_are_known_from_the_start() -> None:
    """To everybody, whenever they come in."""
    assert since("engineer") == {"rosa": 0, "dev": 0, "zoe": 0}
    assert since("hospital canteen") == {"rosa": 0, "dev": 0, "zoe": 0}


def test_of_an_edited_turn_what_was_read_before_is_known_too() -> None:
    """What nobody read before it was edited, nobody knows."""
    events: list[Event] = [
        *talk(),
        TurnEdited(turn=2, speaker="rosa", text="Nice tea."),
        TurnEdited(turn=3, speaker="dev", text="The imports are at six."),
        TurnEdited(turn=3, speaker="dev", text="The backups are at six."),
        chosen(4, "rosa"),
    ]

    dev, zoe = (who_knows(events, "nice")[place] for place in (1, 2))
    assert [(one.turn, one.text) for one in dev.learnt] == [(2, "Nice café."), (4, "Nice tea.")]
    assert zoe.learnt == ()
    known = {word: who_knows(events, word)[2].since for word in ("exports", "imports", "backups")}
    assert known == {"exports": None, "imports": None, "backups": 4}


def test_a_phase_is_known_to_whoever_had_the_floor_in_it() -> None:
    """Its name and what it is for stand in the prompts of those who speak in it."""
    story = talk()
    begun = PhaseEntered(turn=2, phase="verdict", about="Say who deleted it.")
    events = [*story[:5], begun, *story[5:]]

    known = {one.member: one.since for one in who_knows(events, "verdict deleted")}

    assert known == {"rosa": None, "dev": 3, "zoe": None}


def test_ages_and_refused_tools_are_known() -> None:
    """An age stands on the own card, and what a tool said of its failure in the next prompt."""
    failed = ToolCalled(
        turn=3,
        speaker="dev",
        tool="rota",
        call="c",
        request="q",
        arguments={},
        error="KeyError: no ward of the name Alder",
    )
    events = [*talk()[:7], failed, *talk()[7:]]

    assert {one.member: one.since for one in who_knows(events, "alder")}["dev"] == 3
    assert since("age 58") == {"rosa": 0, "dev": None, "zoe": None}


@pytest.mark.parametrize("filling", ["\n" * 900, "각 " * 300, "fi " * 300])
def test_of_a_long_text_the_part_around_the_words_is_told(filling: str) -> None:
    """However much of it is blank, or longer where it is taken apart for the search."""
    said_by_dev = said(3, "dev", f"{filling}The exports are at six. {'And so on. ' * 90}")
    events = [*talk()[:-1], said_by_dev]

    zoe = who_knows(events, "exports six")[2]

    assert "The exports are at six." in zoe.learnt[0].text


def test_words_in_quotation_marks_stand_in_a_row() -> None:
    """Without them the beginnings of words are enough, in any order."""
    assert since('"at six"')["rosa"] == 3
    assert since('"six at"')["rosa"] is None
    assert since("si expo")["rosa"] == 3


@pytest.mark.parametrize("words", ["", "  ", '""', "?!"])
def test_nothing_to_look_for_is_said(words: str) -> None:
    """An empty question has no answer."""
    with pytest.raises(UsageError, match="at least one word"):
        who_knows(talk(), words)


def test_events_without_a_beginning_are_refused() -> None:
    """Who takes part stands in the first event."""
    with pytest.raises(ValueError, match="RunStarted"):
        who_knows(talk()[1:], "app")


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run of the focus group in `runs.db` of the current folder."""
    monkeypatch.chdir(tmp_path)
    return load("focus-group", database=tmp_path / "runs.db").run(seed=4).id


def test_a_command_asks_it(demo: str) -> None:
    """A row each, as data with all occasions; the label stands above."""
    table = simulate("runs", "knows", demo, "delet", "app")
    data = json.loads(simulate("runs", "knows", "@last", "delet", "app", "--json").stdout)

    lines = table.stdout.splitlines()
    assert lines[0].endswith("stand-in: written lines, no model · seed 4")
    assert lines[1].split() == ["who", "since", "from", "words"]
    rows = {line.split("  ")[0]: line for line in lines[2:]}
    assert "an own secret  she already deleted the app once" in rows["Rosa Lindqvist"]
    assert "does not know" in rows["Tomi Horvat"]
    assert {one["member"]: one["since"] for one in data}["rosa"] == 0
    assert simulate("runs", "knows", demo, "?").exit_code == 2


def test_a_command_tells_who_took_part_how_much(demo: str) -> None:
    """Shares and their spread, marked as a stand-in's."""
    table = simulate("runs", "participation", demo)
    data = json.loads(simulate("runs", "participation", demo, "--json").stdout)

    lines = table.stdout.splitlines()
    assert lines[1].split()[:3] == ["who", "turns", "share"]
    assert len(lines) == 2 + len(data["shares"]) + 1
    assert lines[-1].endswith("stand-in values, not findings")
    assert sum(one["of_turns"] for one in data["shares"]) == pytest.approx(1)


def test_the_card_of_a_latecomer_is_known_when_they_come_in() -> None:
    """To those who are there then, and to whoever comes in while they are there."""
    zoe = member("zoe", about="Keeps the keys.", enters_here="later")
    cast = cast_of("rosa", "dev", zoe, member("kim", enters_here="later"))
    written = {
        "scenario": cast.scenario.model_dump(mode="json", by_alias=True),
        "personas": {one.id: one.persona.model_dump(mode="json") for one in cast.members},
    }
    begun = replace(started(cast), definitions=written)
    events: list[Event] = [
        begun,
        chosen(1, "rosa"),
        said(1, "rosa", "Bye.", act="leave"),
        PersonaLeft(turn=1, persona="rosa"),
        PersonaJoined(turn=2, persona="zoe"),
        chosen(2, "zoe"),
        said(2, "zoe", "Well."),
        PersonaJoined(turn=3, persona="kim"),
    ]

    known = {one.member: one.since for one in who_knows(events, "keeps keys")}

    assert known == {"rosa": None, "dev": 2, "zoe": 2, "kim": 3}
