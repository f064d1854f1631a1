"""Who knows something: since which turn, from whom, asked of a run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.conversation.knowing import Knower, Learnt, who_knows
from simulator.errors import UsageError
from simulator.record.events import Event, PersonaJoined, ToolCalled
from simulator.runs.simulation import load
from tests.cli_samples import simulate
from tests.talks import cast_of, chosen, member, said, started

CAST = cast_of(
    member("rosa", secrets=["she deleted the app"]),
    member("dev", role="engineer"),
    member("zoe", enters_here="later"),
    whispers=True,
)


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
