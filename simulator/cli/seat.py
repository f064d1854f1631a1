"""Who sits at the terminal of a run: somebody who plays members, somebody who steers, or nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from simulator.conversation.human import Human
from simulator.conversation.steering import Steering
from simulator.definitions.cast import Cast
from simulator.display.person.audience import AudienceView
from simulator.display.person.desk import Desk
from simulator.display.person.keyboard import Keyboard
from simulator.display.person.terminal_human import TerminalHuman
from simulator.display.terminal import Terminal
from simulator.display.view import View
from simulator.errors import UsageError

__all__ = ["Seat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """What whoever sits at the terminal does in the run, and may see of it."""

    cast: Cast
    humans: Mapping[str, Human] = field(default_factory=dict)
    """Who plays members; empty where nobody can be asked, so that the run says what it needs."""
    desk: Desk | None = None

    @classmethod
    def of(
        cls,
        cast: Cast,
        *,
        steers: bool,
        as_json: bool,
        out: Terminal,
        tells: bool,
        around: Callable[[], AbstractContextManager[object]],
    ) -> Seat:
        """The seat for a run of this cast.

        `steers`: whether somebody wants to steer; `tells`: whether members who are played have to
        be told what they heard, since no talk is shown; `around` is entered while somebody types.

        Raises:
            UsageError: somebody wants to steer, and there is no terminal to type at.
        """
        keyboard = Keyboard()
        there = keyboard.is_terminal and not as_json
        if steers and not there:
            raise UsageError(
                "Steering needs a terminal to type at: leave out --steer, or leave out --json and "
                "do not redirect the input."
            )
        desk = Desk(keyboard=keyboard, out=out, around=around) if steers else None
        humans: Mapping[str, Human] = {}
        if there and cast.humans:
            person = TerminalHuman(
                keyboard=keyboard,
                out=out,
                tells=tells,
                steers=desk.obeys if desk is not None else None,
                around=around,
            )
            humans = dict.fromkeys(cast.humans, person)
        return cls(cast=cast, humans=humans, desk=desk)

    @property
    def steering(self) -> Steering | None:
        """What steers the run; None: nobody does."""
        return self.desk.steering if self.desk is not None else None

    @property
    def sees_all(self) -> bool:
        """Whether the whole talk may be shown, also while it streams in."""
        return not self.humans

    def sees(self, view: View | None) -> View | None:
        """The view as whoever sits here may see it."""
        if self.desk is not None:
            view = self.desk.beside(view)
        return view if self.sees_all or view is None else AudienceView(view, self.cast)

    def open(self) -> AbstractAsyncContextManager[None]:
        """Listen to whoever steers while the block runs."""
        return self.desk.open() if self.desk is not None else nullcontext()
