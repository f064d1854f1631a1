"""Runs that are steered, for tests: orders are given as soon as so many turns are over."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from simulator import Steering
from simulator.definitions.cast import Cast
from simulator.record.events import Event, TurnFailed, TurnPassed, TurnTaken
from tests.stage import Body, Film, Stage, asked, reply
from tests.talks import cast_of


def echo(body: Body) -> Body:
    """A model whose words depend on every byte of its prompt."""
    speaker, turn = asked(body)
    digest = hashlib.blake2b(str(body["messages"]).encode(), digest_size=6).hexdigest()
    return reply(f"{speaker} in turn {turn}: {digest}")


def trio(**more: Any) -> Cast:
    """Three people who may whisper."""
    return cast_of("rosa", "dev", "ilse", **{"limits": {"turns": 6}, "whispers": True, **more})


Order = Callable[[Steering], None]
OVER = (TurnTaken, TurnPassed, TurnFailed)


@dataclass(slots=True)
class Watched(Film):
    """A film of a run in which orders are given as soon as so many turns are over."""

    steering: Steering = field(default_factory=Steering)
    orders: Mapping[int, Sequence[Order]] = field(default_factory=dict)

    def commit(self, event: Event) -> None:
        """Append the event, and give the orders that are due after it."""
        super(Watched, self).commit(event)
        over = [one for one in self.events if isinstance(one, OVER)]
        if isinstance(event, OVER):
            for order in self.orders.get(len(over), ()):
                order(self.steering)


async def steered(there: Stage, orders: Mapping[int, Sequence[Order]]) -> Watched:
    """A run in which orders are given after turns."""
    steering = Steering()
    film = Watched(steering=steering, orders=orders)
    await replace(there, steering=steering).play(film)
    return film
