"""A person at a terminal: plays a member, steers a run, and loses nothing of what is typed."""

from __future__ import annotations

import asyncio
import os
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from simulator import HumanReply, HumanTurn, TerminalHuman
from simulator.conversation.state import State
from simulator.definitions.cast import Cast
from simulator.display.person.desk import Desk
from simulator.display.person.typed import Typed, called, typed
from simulator.record.events import Event, PhaseEntered
from tests.cli_samples import simulate
from tests.keyboard import Paper, in_order, seat
from tests.small_project import small_project
from tests.talks import cast_of, chosen, member, said, started

FIELDS: dict[str, Any] = {
    "offer": {"about": "Your price.", "type": "number", "least": 0, "most": 500},
    "sure": {"about": "Are you sure?", "type": "yes_no"},
    "vote": {"about": "Your vote", "choose": ["For", "Against"]},
    "chair": {"about": "Who chairs", "type": "member"},
    "note": {"about": "Anything else"},
    "secret": {"about": "Not yours", "speakers": ["dev"]},
}


def room(**more: Any) -> Cast:
    """Two people; somebody plays Rosa."""
    rosa = member("rosa", goals=["finish the form"], secrets=["she deleted the app"])
    return cast_of(rosa, "dev", **more).with_humans(["rosa"])


def turn_of(cast: Cast) -> HumanTurn:
    """Rosa's turn, after Dev has spoken."""
    events: list[Event] = [
        started(cast),
        chosen(1, "dev"),
        said(1, "dev", "Well?\x1b[2J"),
        chosen(2, "rosa"),
    ]
    return HumanTurn.of(State.from_events(events), cast, "rosa")


async def typing(turn: HumanTurn, keys: str) -> tuple[HumanReply, str]:
    """What comes of typing this when a person is asked, and what the terminal shows."""
    paper = Paper()
    with seat() as (keyboard, terminal):
        human = TerminalHuman(keyboard=keyboard, out=paper.terminal())
        os.write(terminal, keys.encode())
        async with asyncio.timeout(10):
            reply = await human(turn)
    return reply, paper.getvalue()


@pytest.mark.parametrize(
    ("keys", "reply"),
    [
        ("Nine steps.\n", HumanReply("Nine steps.")),
        ("  //pass it on\n", HumanReply("/pass it on")),
        ("one\\\ntwo\n", HumanReply("one\ntwo")),
        ("Grüße, 世界 😀\n", HumanReply("Grüße, 世界 😀")),
        ("/pass\n", HumanReply(act="pass")),
        ("/OBJECT No wheels.\n", HumanReply("No wheels.", act="object")),
        ("/leave\nGoodbye.\n", HumanReply("Goodbye.", act="leave")),
        ("/leave\n\n", HumanReply(act="leave")),
        ("/leave Goodbye.\n", HumanReply("Goodbye.", act="leave")),
        ("/do shrugs\n", HumanReply("shrugs", act="do")),
        ("/to dev Hush.\n", HumanReply("Hush.", to=("dev",))),
        ("/to Moreau,DEV x\n/to Dev x\n", HumanReply("x", to=("dev",))),
    ],
)
async def test_what_is_typed_becomes_a_reply(keys: str, reply: HumanReply) -> None:
    """Plain text is spoken, commands do something else, a doubled slash is a slash."""
    found, _ = await typing(turn_of(room(whispers=True, actions=True)), keys)

    assert found == reply


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ("\n", "Say something, or type /pass to say nothing."),
        ("/nonsense x\n", "There is no command /nonsense here: /help lists those there are, and"),
        ("/object\n", "Type the words as well: /object the words."),
        ("/do shrugs\n", "There is no command /do here"),
        ("/to dev x\n", "There is no command /to here"),
    ],
)
async def test_what_does_not_fit_is_said_and_asked_again(keys: str, sentence: str) -> None:
    """One clear sentence, and what is typed next counts."""
    reply, shown = await typing(turn_of(room()), f"{keys}Then this.\n")

    assert reply == HumanReply("Then this.")
    assert sentence in shown


async def test_nobody_can_whisper_to_strangers() -> None:
    """The sentence says who is there."""
    reply, shown = await typing(turn_of(room(whispers=True)), "/to kim x\n/to dev\nTo all.\n")

    assert reply == HumanReply("To all.")
    assert "to: 'kim' is nobody here; there are rosa, dev." in shown
    assert "Type who hears it and the words: /to dev the words." in shown


async def test_fields_of_the_reply_are_asked_for_until_they_fit() -> None:
    """Typed values of each type; a wrong one is explained; nothing typed leaves it empty."""
    keys = "Here.\nabc\n900\n120\nmaybe\nyes\nfor\nkim\nDev Moreau\n\n"
    reply, shown = await typing(turn_of(room(reply=FIELDS)), keys)

    assert reply.reply == {"offer": 120.0, "sure": True, "vote": "For", "chair": "dev"}
    assert in_order(
        shown,
        [
            "offer (Your price; a number from 0 to 500; Enter: nothing): ",
            "offer must be a number, not 'abc'.",
            "offer must be at most 500, not 900.0.",
            "sure (Are you sure?; yes or no; Enter: nothing): ",
            "sure must be yes or no, not 'maybe'.",
            "vote (Your vote; For, Against; Enter: nothing): ",
            "chair (Who chairs; somebody's name; Enter: nothing): ",
            'chair must be one of rosa, dev, not "kim".',
            "note (Anything else; words; Enter: nothing): ",
        ],
    )
    assert "secret" not in shown.split("Enter: nothing")[-1]


async def test_commands_work_where_a_field_is_asked_for() -> None:
    """Those that tell something, and those for steering; a doubled slash is a slash."""
    cast, ordered = room(reply={"note": {"about": "Anything"}, "more": {"about": "More"}}), []

    def steers(line: Typed) -> bool:
        ordered.append(line.command)
        return line.command in {"pause", "stop"}

    async def asked(keys: str) -> HumanReply:
        with seat() as (keyboard, terminal):
            human = TerminalHuman(keyboard=keyboard, out=paper.terminal(), steers=steers)
            os.write(terminal, keys.encode())
            async with asyncio.timeout(10):
                return await human(turn_of(cast))

    paper = Paper()
    replies = [
        await asked("Words.\n/who\n/pause\n/nonsense\n//pass on\n\n"),
        await asked("Words.\nnoted\n/stop\n"),
        await asked("Words.\n/stop\n"),
        await asked("/stop\n"),
    ]

    assert replies == [
        HumanReply("Words.", reply={"note": "/pass on"}),
        HumanReply("Words.", reply={"note": "noted"}),
        HumanReply("Words."),
        HumanReply(act="pass"),
    ]
    assert ordered == ["pause", "nonsense", "stop", "stop", "stop"]
    assert "There is no command /nonsense here" in paper.getvalue()


async def test_whoever_sits_down_is_told_who_they_are() -> None:
    """The scene and the card once, then what was heard; `/card`, `/who` and `/help` at any time."""
    paper, turn = Paper(), turn_of(room())
    with seat() as (keyboard, terminal):
        human = TerminalHuman(keyboard=keyboard, out=paper.terminal())
        os.write(terminal, b"/who\n/card\n/help\nOne.\nTwo.\n")
        replies = [await human(turn), await human(turn)]

    shown = paper.getvalue()
    assert replies == [HumanReply("One."), HumanReply("Two.")]
    assert in_order(shown, ["The canteen of a hospital", "finish the form", "she deleted the app"])
    assert shown.count("The canteen of a hospital") == 1
    assert shown.count("she deleted the app") == 2
    assert "Dev Moreau: Well?\N{REPLACEMENT CHARACTER}[2J\n" in shown
    assert "rosa: Rosa Lindqvist (you)\ndev: Dev Moreau\n" in shown
    assert "/pass             you say nothing this time" in shown
    assert "\x1b" not in shown


async def test_what_is_done_in_a_phase_is_told_once() -> None:
    """Where the scenario says it, when the person first speaks in that phase."""
    cast, paper = room(), Paper()
    first = PhaseEntered(phase="questions", about="Everybody asks one.", speakers=("rosa", "dev"))
    events: list[Event] = [
        started(cast),
        first,
        chosen(1, "dev"),
        said(1, "dev", "Well?"),
        chosen(2, "rosa"),
    ]
    turn = HumanTurn.of(State.from_events(events), cast, "rosa")
    with seat() as (keyboard, terminal):
        human = TerminalHuman(keyboard=keyboard, out=paper.terminal())
        os.write(terminal, b"One.\nTwo.\n")
        for _ in range(2):
            await human(turn)

    assert (turn.phase, turn.phase_about) == ("questions", "Everybody asks one.")
    assert paper.getvalue().count("questions: Everybody asks one.\n") == 1
    assert paper.getvalue().count("· questions.") == 2


def test_a_card_tells_a_person_nothing_that_is_for_models() -> None:
    """The samples are examples of how the member talks, not lines to be avoided."""
    mine = member("rosa", samples=[{"act": "object", "say": "I close it."}])
    cast = cast_of(mine, "dev").with_humans(["rosa"])

    turn = HumanTurn.of(State.from_events([started(cast), chosen(1, "rosa")]), cast, "rosa")

    assert 'How you talk, for instance:\n- "I close it."' in turn.card
    assert "do not repeat" not in turn.card


async def test_two_are_asked_one_after_the_other() -> None:
    """Whoever plays two members that speak at once types for one, then for the other."""
    cast = room().with_humans(["dev"])
    state = State.from_events([started(cast), chosen(1, "rosa", "dev")])
    paper = Paper()
    with seat() as (keyboard, terminal):
        human = TerminalHuman(keyboard=keyboard, out=paper.terminal())
        asked = [human(HumanTurn.of(state, cast, one)) for one in ("rosa", "dev")]
        os.write(terminal, b"First.\nSecond.\n")
        replies = await asyncio.gather(*asked)

    assert replies == [HumanReply("First."), HumanReply("Second.")]
    assert in_order(paper.getvalue(), ["Rosa Lindqvist, you have", "Dev Moreau, you have"])


@pytest.mark.parametrize("keys", ["\x04", "half\x04\x04"])
async def test_the_end_of_the_input_is_raised(keys: str) -> None:
    """Ctrl-D, on an empty line or after half a one that nobody finished."""
    turn = turn_of(room(reply={"note": {"about": "Anything"}}))

    with pytest.raises(EOFError):
        await typing(turn, keys)


async def test_what_was_typed_is_kept_for_whoever_reads_next() -> None:
    """Cancelling whoever waits loses no line."""
    with seat() as (keyboard, terminal):
        with keyboard.taken() as lines:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(lines.line(), 0.05)
            os.write(terminal, b"one\ntwo\n")
            first = await lines.line()
        with keyboard.taken() as lines:
            second = await lines.line()

    assert (first, second) == ("one", "two")


async def test_a_loop_that_waits_for_no_terminal_has_a_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The event loop of Windows knows no readers; lines come all the same."""

    def unknown(*_: object) -> None:
        raise NotImplementedError

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "add_reader", unknown)
    monkeypatch.setattr(loop, "remove_reader", unknown)
    with seat() as (keyboard, terminal), keyboard.taken() as lines:
        os.write(terminal, b"one\ntwo\n\x04")
        found = [await lines.line(), await lines.line()]
        with pytest.raises(EOFError):
            await lines.line()

    assert found == ["one", "two"]


def test_names_are_understood_as_people_write_them() -> None:
    """Ids, whole names and first names, whatever their case; a doubtful one stays as it is."""
    names = {"rosa": "Rosa Lindqvist", "second-rosa": "Rosa Berg", "dev": "Dev Moreau"}

    found = [called(name, names) for name in ("DEV", "dev moreau", "Dev", "rosa", "Berg")]

    assert found == ["dev", "dev", "dev", "rosa", "Berg"]
    assert typed(" /AS  clerk  two words ").split == ("clerk", "two words")


async def test_a_desk_steers_what_is_played() -> None:
    """Enter pauses; commands become orders; what cannot be done is one sentence."""
    paper = Paper()
    with seat() as (keyboard, terminal):
        desk = Desk(keyboard=keyboard, out=paper.terminal(), around=nullcontext)
        view = desk.beside(None)
        cast = room()
        for event in (started(cast), chosen(1, "dev"), said(1, "dev", "Original.")):
            view.event(event)
            desk.steering.note(event)
        state = State.from_events([started(cast), chosen(1, "dev"), said(1, "dev", "Original.")])
        desk.steering.follow(cast, state)
        async with desk.open():
            os.write(terminal, b"\n")
            await paper.shows("(pauses before the next turn)")
            due = asyncio.create_task(desk.steering.due(state))
            await paper.shows("Paused after turn 1: /say, /as")
            for keys in ("/help", "/turns", "/nonsense", "words", "/edit 9 x", "/edit", "/say"):
                os.write(terminal, f"{keys}\n".encode())
            await paper.shows("> ", times=8)
            os.write(terminal, b"/as clerk Time!\n/edit 1 New words.\n/stop\n/go\n")
            events = [await due, await desk.steering.due(state), await desk.steering.due(state)]
            rest = await desk.steering.due(state)

    assert rest is None
    assert [one.kind for one in events if one] == ["intervened", "turn_edited", "run_ended"]
    assert in_order(
        paper.getvalue(),
        [
            "Steering: Enter pauses between two turns",
            "/say words       a moderator says it",
            "  1  Dev Moreau: Original.",
            "There is no command /nonsense",
            "Type what to do with it: /say words",
            "Nothing was said in turn 9 that could be edited",
            "Type the turn's number and its new words",
            "There are no words",
        ],
    )


async def test_a_desk_that_is_left_lets_the_run_go_on() -> None:
    """Ctrl-D while the run is paused must not leave it waiting for ever."""
    paper = Paper()
    with seat() as (keyboard, terminal):
        desk = Desk(keyboard=keyboard, out=paper.terminal(), around=nullcontext)
        desk.steering.pause()
        async with desk.open(), asyncio.timeout(10):
            due = asyncio.create_task(desk.steering.due(State()))
            await paper.shows("Paused before the first turn")
            os.write(terminal, b"\x04")

            assert await due is None

    assert "Nobody steers any more; the run goes on." in paper.getvalue()


@pytest.mark.parametrize(
    "words", [("run", "--play", "rosa"), ("run", "--steer"), ("demo", "--steer")]
)
def test_programs_that_read_json_are_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Neither to play nor to steer, whatever the input is."""
    monkeypatch.chdir(small_project(tmp_path))
    verb, *options = words

    told = simulate(verb, "tea", *options, "--json")

    assert (told.exit_code, told.stdout) == (2, "")
    assert "(without --json)" in told.stderr or "leave out --json" in told.stderr


def test_a_dry_run_says_which_turns_are_a_persons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No terminal is needed, and no model is priced for these turns."""
    monkeypatch.chdir(small_project(tmp_path))

    told = simulate("run", "tea", "--play", "dev", "--dry-run", "--max-turns", "4")

    assert told.exit_code == 0
    assert "Dev Moreau is played by a human, who has turns 2, 4: no model is asked" in told.stderr


async def test_the_help_names_those_who_are_there() -> None:
    """And nobody who is not in the cast."""
    _, shown = await typing(turn_of(room(whispers=True)), "/help\nWell.\n")

    assert "/to dev words     only these hear it" in shown
    assert "ilse" not in shown
