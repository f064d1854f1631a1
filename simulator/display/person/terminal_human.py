"""A person at the terminal who plays a member: told what the member heard, asked what it says."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from os import environ
from types import MappingProxyType

from simulator.conversation.human import Heard, HumanReply, HumanTurn
from simulator.display.person.keyboard import Keyboard, Lines
from simulator.display.person.typed import Typed, called, typed, value_of, wanted
from simulator.display.short_name import short_name
from simulator.display.terminal import Terminal
from simulator.display.visible import flat, visible
from simulator.errors import UsageError

__all__ = ["TerminalHuman"]

_LAST = "Your last words (Enter: none): "
_PROMPT = "> "
_NOTHING = Typed("", "")
_PASS = HumanReply(act="pass")
"""What is said in a turn whose player has the run end."""


class TerminalHuman:
    """Plays any number of members from one terminal: `run(humans={"rosa": TerminalHuman()})`.

    Plain text is spoken; `/help` tells what else can be typed. Whatever does not fit is said in a
    sentence, and asked for again. The end of the input (Ctrl-D) pauses the run.
    """

    def __init__(
        self,
        *,
        keyboard: Keyboard | None = None,
        out: Terminal | None = None,
        tells: bool = True,
        steers: Callable[[Typed], bool] | None = None,
        around: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """Sit down at the terminal.

        Args:
            keyboard: what is typed; None: standard input.
            out: what is shown; None: standard error.
            tells: whether to tell what the member heard; False where the talk is shown already.
            steers: does what was typed if it is for steering the run, and says whether it was;
                None: nobody steers it from here.
            around: entered while somebody types, so that nothing else writes meanwhile.

        Raises:
            UsageError: standard input is no terminal.
        """
        if keyboard is None:
            keyboard = Keyboard()
            if not keyboard.is_terminal:
                raise UsageError("Nobody can be asked here: standard input is no terminal.")
        self._keyboard, self._tells, self._around = keyboard, tells, around
        self._steers, self._stops = steers, False
        self._out = out or Terminal(sys.stderr, environ=environ)
        self._turn = asyncio.Lock()
        self._met: set[str] = set()
        self._phases: dict[str, str] = {}
        """What each of them was told of the phase last."""

    async def __call__(self, turn: HumanTurn) -> HumanReply:
        """What is typed for a turn, once it fits."""
        async with self._turn:
            with self._around(), self._keyboard.taken() as lines:
                self._introduce(turn)
                while True:
                    reply = await self._reply(turn, lines)
                    if reply is not None:
                        return reply

    def _introduce(self, turn: HumanTurn) -> None:
        self._out.say()
        self._stops = False
        if turn.member not in self._met:
            self._met.add(turn.member)
            self._show(turn.setting)
            self._out.say()
            self._show(turn.card)
            self._out.say()
        if self._tells:
            for line in turn.heard:
                self._out.say(_line(turn, line))
        for moved in turn.moved:
            # A view tells that somebody comes, and not who it is.
            if self._tells or moved.startswith("(In comes"):
                self._show(moved)
        about = f"{turn.phase}: {turn.phase_about}" if turn.phase_about else ""
        if about and self._phases.get(turn.member) != about:
            self._show(about)
        self._phases[turn.member] = about
        phase = f" · {flat(turn.phase)}" if turn.phase else ""
        last = " It is the last word." if turn.last_word else ""
        self._out.say(
            f"{flat(turn.name)}, you have the floor: turn {turn.turn} of {turn.turns}{phase}."
            f"{last} (/help)",
            style="bold",
        )

    def _show(self, text: str) -> None:
        for part in visible(text).split("\n"):
            for line in self._out.fitted(part, indent=0) or [""]:
                self._out.say(line, style="dim")

    async def _ask(self, lines: Lines, prompt: str) -> str:
        self._out.raw(prompt)
        try:
            return (await lines.line()).strip()
        except (EOFError, asyncio.CancelledError):
            self._out.raw("\n")
            raise

    async def _reply(self, turn: HumanTurn, lines: Lines) -> HumanReply | None:
        """What was typed, as a reply that fits; None: something else was wanted, or it does not."""
        line = typed(await self._ask(lines, _PROMPT))
        if self._obeyed(line, turn):
            return _PASS if self._stops else None
        try:
            reply = _read(line, turn)
            if reply.act == "leave" and not reply.text:
                reply = replace(reply, text=await self._ask(lines, _LAST))
            if reply.leaves_silently:
                return reply
            turn.checked(reply)
        except ValueError as flaw:
            self._out.say(f"{flat(str(flaw))}.")
            return None
        if reply.act == "pass":
            return reply
        for name in turn.fields:
            if not self._stops:
                reply = await self._with_field(name, reply, turn, lines=lines)
        return reply

    def _obeyed(self, line: Typed, turn: HumanTurn) -> bool:
        """Whether it was a command that says nothing, and what it asks for is done."""
        told = _TOLD.get(line.command)
        if told is not None:
            self._show(told(turn))
            return True
        obeyed = bool(line.command) and self._steers is not None and self._steers(line)
        self._stops = obeyed and line.command == "stop"
        return obeyed

    async def _with_field(
        self, name: str, reply: HumanReply, turn: HumanTurn, *, lines: Lines
    ) -> HumanReply:
        """The reply with what was typed for a field, if anything; asked for until it fits."""
        field = turn.fields[name]
        about = flat(field.about).rstrip(".")
        names = {one: turn.present.get(one, one) for one in turn.form.members}
        while True:
            prompt = f"{name} ({about}; {wanted(field)}; Enter: nothing): "
            line = typed(await self._ask(lines, prompt))
            if line == _NOTHING:
                return reply
            if line.command:
                if not self._obeyed(line, turn):
                    self._out.say(_unknown(line))
                if self._stops:
                    return reply
                continue
            try:
                value = value_of(line.rest, field, names)
                filled = replace(reply, reply={**reply.reply, name: value})
                turn.checked(filled)
            except ValueError as flaw:
                said = str(flaw).removeprefix(f"{name} ").replace(" or null", "")
                self._out.say(f"{name} {flat(said)}.")
            else:
                return filled


def _read(line: Typed, turn: HumanTurn) -> HumanReply:
    """A line as a reply. Raises ValueError with a sentence for who typed it."""
    if not line.command:
        if not line.rest:
            raise ValueError("Say something, or type /pass to say nothing")
        return HumanReply(line.rest)
    if line.command == "to" and turn.whispers:
        listeners, words = line.split
        if not words:
            message = f"Type who hears it and the words: /to {_listeners(turn)} the words"
            raise ValueError(message)
        return HumanReply(
            words, to=tuple(called(one, turn.present) for one in listeners.split(",") if one)
        )
    for act in turn.acts:
        if act == line.command:
            if not line.rest and act not in {"pass", "leave"}:
                message = f"Type the words as well: /{act} the words"
                raise ValueError(message)
            return HumanReply("" if act == "pass" else line.rest, act=act)
    raise ValueError(_unknown(line).rstrip("."))


def _unknown(line: Typed) -> str:
    return (
        f"There is no command /{line.command} here: /help lists those there are, "
        f"and //{line.command} says it."
    )


def _listeners(turn: HumanTurn) -> str:
    """Two of those who are there, as they are typed; fewer where fewer are."""
    others = [member for member in turn.present if member != turn.member]
    return ",".join(others[:2]) or "NAME"


def _help(turn: HumanTurn) -> str:
    acts = [f"/{act}" for act in turn.acts if act not in {"pass", "leave", "do"}]
    lines = [
        "words             you say them; a line that ends with \\ goes on in the next",
        "/pass             you say nothing this time",
        "/leave words      your last words, if you have any; then you go",
    ]
    if turn.whispers:
        lines.append(f"{f'/to {_listeners(turn)} words':<17} only these hear it")
    if "do" in turn.acts:
        lines.append("/do words         you do something, told in the third person")
    lines += [
        f"{' '.join(acts)} words: you say what your words do",
        "/card             who you are, what you want and hide",
        "/who              who is here",
        "Ctrl-D or Ctrl-C  the run pauses; nothing that was said is lost",
    ]
    return "\n".join(lines)


def _card(turn: HumanTurn) -> str:
    return turn.card


def _who(turn: HumanTurn) -> str:
    return "\n".join(
        f"{member}: {name}{' (you)' if member == turn.member else ''}"
        for member, name in turn.present.items()
    )


_TOLD: Mapping[str, Callable[[HumanTurn], str]] = MappingProxyType(
    {"help": _help, "card": _card, "who": _who}
)


def _line(turn: HumanTurn, line: Heard) -> str:
    heard = ", ".join(
        "you" if one == turn.member else short_name(one, turn.present) for one in line.to
    )
    marks = f" to {heard}" if heard else ""
    marks += " (edited)" if line.edited else ""
    beside = "; ".join(f"{name}: {value}" for name, value in line.reply.items())
    more = f" ({beside})" if beside else ""
    return flat(f"{line.name}{marks}: {line.text}{more}")
