"""Steering a run from the terminal: Enter pauses it between two turns, commands change it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, suppress

from simulator.conversation.speech import SpeechDelta
from simulator.conversation.steering import Steering
from simulator.display.person.keyboard import Keyboard
from simulator.display.person.typed import Typed, typed
from simulator.display.terminal import Terminal
from simulator.display.view import View
from simulator.display.visible import flat
from simulator.errors import SimulatorError
from simulator.record.events import Event, RunStarted, TurnEdited, TurnTaken

__all__ = ["Desk"]

_HINT = "Steering: Enter pauses between two turns; then /help tells what you can do."
_PAUSED_HINT = (
    "Steering: the run waits, since a stand-in answers at once. Enter plays one turn, /go plays "
    "on, /help tells the rest."
)
_HELP = """\
/say words       a moderator says it before the next turn; everybody hears it
/as NAME words   another voice from outside says it
/turns           what was said so far, with the numbers of turns
/edit N words    what was said in turn N reads so from now on, for everybody who heard it
Enter or /step   the next turn is played, then it waits again
/pause           it waits before the next turn, as Enter does while it goes on
/go              the run goes on
/stop why        the run ends here
Ctrl-C           the run is interrupted; nothing that was said is lost"""
_COMMANDS = frozenset({"as", "edit", "go", "pause", "say", "step", "stop", "turns"})
"""What may also be typed where somebody plays a member."""
_PROMPT = "> "
_ENTER = Typed("", "")
_SHOWN = 72
"""Characters of a turn that `/turns` shows."""


class Desk:
    """Where somebody sits who steers a run; `steering` is what to give the run."""

    def __init__(
        self,
        *,
        keyboard: Keyboard,
        out: Terminal,
        around: Callable[[], AbstractContextManager[object]],
    ) -> None:
        """`around` is entered while the run waits, so that nothing else writes meanwhile."""
        self.steering = Steering(waits=self._wait)
        """Steers the run as commands are typed."""
        self._keyboard, self._out, self._around = keyboard, out, around
        self._waiting = ExitStack()
        self._waits = self._told = False
        self._names: dict[str, str] = {}
        self._turns: dict[int, tuple[str, str]] = {}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen to what is typed while the block runs."""
        self._out.say(_PAUSED_HINT if self.steering.paused else _HINT)
        listening = asyncio.create_task(self._listen())
        try:
            yield
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            self._waiting.close()

    def beside(self, view: View | None) -> View:
        """A view of the run that shows what `view` does, and lets the desk look on."""
        return _Beside(self, view)

    def obeys(self, line: Typed) -> bool:
        """Do what was typed where somebody plays a member; False where it is not for the desk."""
        if line.command not in _COMMANDS:
            return False
        self._obey(line)
        return True

    def look(self, event: Event) -> None:
        """Keep what can be edited."""
        if isinstance(event, RunStarted):
            self._names = event.members
        elif isinstance(event, TurnTaken | TurnEdited):
            self._turns[event.turn] = (event.speaker, event.text)

    def _wait(self, waiting: bool) -> None:  # noqa: FBT001 - Steering calls it so
        """The run has begun to wait, or does no more."""
        self._waits = waiting
        if not waiting:
            self._waiting.close()
            return
        self._waiting.enter_context(self._around())
        if not self._told:
            turn = max(self._turns, default=0)
            where = f"after turn {turn}" if turn else "before the first turn"
            self._out.say(
                f"\nPaused {where}: /say, /as, /turns, /edit, /stop, /help; Enter plays one turn, "
                "/go plays on.",
                style="bold",
            )
        self._told = True
        self._out.raw(_PROMPT)

    async def _listen(self) -> None:
        with self._keyboard.taken() as lines:
            while True:
                try:
                    line = await lines.line()
                except EOFError:
                    self._out.say("\nNobody steers any more; the run goes on.")
                    self.steering.go_on()
                    return
                self._obey(typed(line))

    def _obey(self, line: Typed) -> None:
        """Do what was typed; where the run still waits, ask for more."""
        waited = self._waits
        try:
            ordered = self._order(line)
        except SimulatorError as error:
            self._out.say(flat(str(error)))
            ordered = False
        if waited and not ordered:
            self._out.raw(_PROMPT)

    def _order(self, line: Typed) -> bool:
        """Give the run an order; False where something else was typed."""
        steering, (first, others) = self.steering, line.split
        if line.command == "say":
            steering.say(line.rest)
        elif line.command == "as":
            steering.say(others, speaker=first)
        elif line.command == "edit" and first.isdecimal():
            steering.edit(int(first), others)
        elif line.command == "stop":
            steering.stop(*([line.rest] if line.rest else []))
        elif line.command == "go":
            self._told = False
            steering.go_on()
        elif self._waits and (line.command == "step" or line == _ENTER):
            steering.step()
        else:
            self._tell(line)
            return False
        return True

    def _tell(self, line: Typed) -> None:
        """Answer what changes nothing at once."""
        if line.command == "help":
            self._out.say(_HELP)
        elif line.command == "turns":
            for turn, (speaker, text) in sorted(self._turns.items()):
                name = self._names.get(speaker, speaker)
                told = flat(f"{name}: {text}")
                cut = told if len(told) <= _SHOWN else f"{told[: _SHOWN - 3]}..."
                self._out.say(f"{turn:>3}  {cut}")
        elif line.command == "edit":
            self._out.say("Type the turn's number and its new words: /edit 3 the words")
        elif line.command in {"pause", "step"} or line == _ENTER:
            if not self._waits:
                self.steering.pause()
                self._out.say("(pauses before the next turn)")
        elif line.command:
            self._out.say(f"There is no command /{line.command}: /help lists those there are.")
        else:
            self._out.say("Type what to do with it: /say words; /help lists what you can do.")


class _Beside:
    """A view, and a desk that sees what it shows."""

    def __init__(self, desk: Desk, view: View | None) -> None:
        self._desk, self._view = desk, view

    def event(self, event: Event) -> None:
        """Show what happened."""
        self._desk.look(event)
        if self._view is not None:
            self._view.event(event)

    def words(self, delta: SpeechDelta) -> None:
        """Show words of a turn that is on its way."""
        if self._view is not None:
            self._view.words(delta)
