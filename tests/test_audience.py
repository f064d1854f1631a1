"""What somebody who plays a member sees of a run: what the member perceives, and no more."""

from __future__ import annotations

import io
from collections.abc import Iterable
from random import Random
from typing import Any

import pytest

from simulator.conversation.human import HumanTurn
from simulator.conversation.perception import perceive
from simulator.conversation.speech import SpeechDelta
from simulator.conversation.state import State
from simulator.conversation.turn_taking import Policy
from simulator.definitions.cast import Cast
from simulator.display.person.audience import AudienceView
from simulator.display.plain import PlainView
from simulator.display.talk import TalkView
from simulator.display.terminal import Terminal
from simulator.record.events import (
    Event,
    FidelityFlagged,
    Intervened,
    MemoryRecalled,
    PersonaJoined,
    PersonaLeft,
    RunEnded,
    SpeakerChosen,
    SummaryMade,
    ToolCalled,
    TurnEdited,
    TurnFailed,
    TurnPassed,
    TurnTaken,
)
from tests.stage import Body, all_at_once, asked, reply, stage
from tests.talks import cast_of, chosen, member, said, started

VOTE: dict[str, Any] = {
    "offer": {"about": "Your price", "type": "number"},
    "vote": {"about": "Your vote", "private": True},
}


class Seen:
    """A view that keeps what it is shown."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def event(self, event: Event) -> None:
        """Keep what happened."""
        self.events.append(event)

    def words(self, delta: SpeechDelta) -> None:
        """Keep words on their way."""
        raise AssertionError(delta)


def room(**more: Any) -> Cast:
    """Four people, of whom somebody plays Rosa and one comes later."""
    late = member("kim", enters_here="later")
    cast = cast_of("rosa", "dev", "ilse", late, whispers=True, reply=VOTE, **more)
    return cast.with_humans(["rosa"])


def seen(events: Iterable[Event], cast: Cast) -> list[Event]:
    """What Rosa's player is shown of these events."""
    view = Seen()
    audience = AudienceView(view, cast)
    for event in events:
        audience.event(event)
    return view.events


HIDDEN: dict[str, Event] = {
    "a whisper among others": said(2, "dev", "canary", to=("ilse",)),
    "words for another": Intervened(turn=2, speaker="n", text="canary", to=("dev",), effect="tell"),
    "a wish of another": Intervened(turn=2, speaker="n", text="canary", to=("dev",), effect="goal"),
    "a search": ToolCalled(
        turn=2, speaker="dev", tool="search", call="c", request="r", arguments={"query": "canary"}
    ),
    "a memory": MemoryRecalled(turn=2, speaker="dev", text="canary", source="earlier"),
    "a summary": SummaryMade(turn=2, first=1, last=2, text="canary"),
    "a breach": FidelityFlagged(turn=2, speaker="dev", rule="secret", evidence="canary"),
    "why somebody is chosen": SpeakerChosen(
        turn=3, names=("dev",), reason="canary", turns=(3,), heard=2
    ),
}
"""What no member but those it is for perceives."""


@pytest.mark.parametrize("case", HIDDEN)
def test_what_others_keep_to_themselves_is_hidden(case: str) -> None:
    """Nothing of it reaches the view, whatever the view does with it."""
    cast = room()

    events = seen([started(cast), chosen(2, "dev"), HIDDEN[case]], cast)

    assert [one.kind for one in events] == ["run_started"]


def test_private_fields_and_reasons_of_others_are_taken_out() -> None:
    """A vote, why somebody passed and what a failed turn held stay with them."""
    cast = room()
    story: list[Event] = [
        started(cast),
        chosen(1, "dev"),
        said(1, "dev", "To all.", offer=3, vote="canary"),
        chosen(2, "dev"),
        TurnPassed(turn=2, speaker="dev", reason="canary"),
        chosen(3, "dev"),
        TurnFailed(turn=3, speaker="dev", error="invalid_reply", message="vote: canary"),
        chosen(4, "rosa"),
        said(4, "rosa", "Mine.", vote="for"),
    ]

    events = seen(story, cast)

    assert "canary" not in repr(events)
    assert [one.reply for one in events if isinstance(one, TurnTaken)] == [
        {"offer": 3},
        {"vote": "for"},
    ]


def test_what_is_for_the_member_is_shown() -> None:
    """Whispers and words to it, wishes of its own, the end, and edits of what it heard."""
    cast = room()
    story: list[Event] = [
        started(cast),
        chosen(1, "dev"),
        said(1, "dev", "To you.", to=("rosa",)),
        Intervened(turn=2, speaker="n", text="Rosa, listen.", to=("rosa",), effect="tell"),
        Intervened(turn=2, speaker="n", text="go home", to=("rosa",), effect="goal", index=1),
        TurnEdited(turn=1, speaker="dev", text="To you alone."),
        RunEnded(turn=1, stop_reason="turns"),
    ]

    assert seen(story, cast) == [story[0], *story[2:]]


def test_an_edit_of_a_whisper_among_others_is_hidden() -> None:
    """Whoever did not hear the words does not see what becomes of them."""
    cast = room()
    story: list[Event] = [
        started(cast),
        chosen(1, "dev"),
        said(1, "dev", "canary", to=("ilse",)),
        TurnEdited(turn=1, speaker="dev", text="canary"),
    ]

    assert [one.kind for one in seen(story, cast)] == ["run_started"]


def test_whoever_is_away_sees_nothing_of_the_room() -> None:
    """Before it comes in and after it has gone a member perceives nothing."""
    late = member("kim", enters_here="later")
    cast = cast_of("dev", "ilse", late).with_humans(["kim"])
    story: list[Event] = [
        started(cast),
        chosen(1, "dev"),
        said(1, "dev", "canary"),
        PersonaLeft(turn=1, persona="ilse", reason="canary"),
        PersonaJoined(turn=2, persona="kim"),
        chosen(2, "dev"),
        said(2, "dev", "Welcome."),
        PersonaLeft(turn=2, persona="kim"),
        chosen(3, "dev"),
        said(3, "dev", "canary"),
    ]

    events = seen(story, cast)

    assert "canary" not in repr(events)
    assert [one.text for one in events if isinstance(one, TurnTaken)] == ["Welcome."]


def test_of_a_round_the_words_come_after_the_audience_has_spoken() -> None:
    """Nobody hears the others of a round in which all speak at once, and whoever plays neither."""
    cast = room()
    view = Seen()
    audience = AudienceView(view, cast)
    for event in (started(cast), chosen(1, "rosa", "dev", "ilse"), said(2, "dev", "Dev's.")):
        audience.event(event)
    before = [one.kind for one in view.events]
    audience.event(said(1, "rosa", "Mine."))
    audience.event(said(3, "ilse", "Ilse's."))

    assert before == ["run_started"]
    texts = [one.text for one in view.events if isinstance(one, TurnTaken)]
    assert texts == ["Dev's.", "Mine.", "Ilse's."]


def test_words_that_stream_in_are_not_shown() -> None:
    """Whom they are for is known at their end only."""
    AudienceView(Seen(), room()).words(SpeechDelta(1, "dev", "canary"))


@pytest.mark.parametrize("policy", ["round_robin", "addressed", all_at_once])
async def test_no_canary_reaches_the_screen(policy: str | Policy) -> None:
    """A whole talk full of whispers: the screen shows exactly the words the member perceives."""
    random = Random(7)  # noqa: S311 - no secret
    cast = room(
        limits={"turns": 24},
        events=[
            {"at": {"turn": 3}, "tell": {"dev": "canary-told"}},
            {"at": {"turn": 5}, "join": ["kim"], "say": "heard-door"},
            {"at": {"turn": 9}, "leave": ["rosa"], "say": "canary-gone"},
            {"at": {"turn": 13}, "join": ["rosa"]},
        ],
    )

    def answer(body: Body) -> Body:
        _, turn = asked(body)
        to = random.choice([[], ["dev"], ["ilse"], ["rosa"], ["rosa", "ilse"]])
        return reply(
            f"word-{turn}.", to=to, vote=f"canary-{turn}", act=random.choice(["ask", "answer"])
        )

    heard: list[str] = []

    def rosa(turn: HumanTurn) -> str:
        heard.extend(line.text for line in turn.heard)
        return "Mine."

    there = stage(cast, answer, policy=policy, humans={"rosa": rosa})
    record = await there.play()

    shown = screens_of(record.events, cast)
    perceived = perceive(State.from_events(record.events), "rosa").in_order
    words = {one.text for one in perceived}
    everything = {one.text for one in record.events if isinstance(one, TurnTaken)}
    for screen in shown:
        assert "canary" not in screen
        assert {one for one in everything if one in screen} == words & everything
    assert set(heard) <= words
    assert "canary" not in "".join(heard)


def screens_of(events: Iterable[Event], cast: Cast) -> list[str]:
    """What the terminal's views show of a run to whoever plays in it."""
    happened, shown = tuple(events), []
    for view in (TalkView, PlainView):
        paper = io.StringIO()
        audience = AudienceView(view(Terminal(paper, environ={})), cast)
        for event in happened:
            audience.event(event)
        shown.append(paper.getvalue())
    return shown
