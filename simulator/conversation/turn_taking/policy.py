"""The shape of a turn-taking policy, and how one is found by its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Protocol, cast

from simulator.conversation.state import State
from simulator.definitions.cast import Cast
from simulator.errors import NotFound
from simulator.llm.ask import Answer, Question

__all__ = ["NextSpeakers", "Policy", "longest_waiting", "others", "policy_named", "policy_names"]


@dataclass(frozen=True, slots=True)
class NextSpeakers:
    """Who gets the floor and why; several names speak without hearing each other."""

    names: tuple[str, ...]
    reason: str


class Policy(Protocol):
    """Decides who speaks next. Pure: what it must ask a model, it returns as a question."""

    def __call__(
        self, state: State, cast: Cast, answers: Sequence[Answer[Any]], /
    ) -> NextSpeakers | Question[Any]:
        """The next speakers, all of them present and each named once; or a question.

        After the question's answer the policy is called again, with one answer more.
        """


def others(state: State) -> tuple[str, ...]:
    """Everybody present but the one who spoke last; that one only where nobody else is."""
    return tuple(m for m in state.present if m != state.last_on_floor) or state.present


def longest_waiting(state: State, cast: Cast) -> NextSpeakers:
    """Of all who could speak whoever has waited longest; of several the first of the cast."""
    order = cast.ids
    longest = max(others(state), key=lambda m: (state.waited(m), -order.index(m)))
    return NextSpeakers((longest,), "has waited longest")


def policy_names() -> tuple[str, ...]:
    """The policies there are: the files of this family."""
    folder = str(Path(__file__).parent)
    return tuple(sorted(m.name for m in iter_modules([folder]) if m.name != "policy"))


def policy_named(name: str) -> Policy:
    """The policy whose file bears this name.

    Raises:
        NotFound: there is none.
    """
    if name not in policy_names():
        raise NotFound("turn-taking policy", name, known=policy_names())
    module = import_module(f"simulator.conversation.turn_taking.{name}")
    return cast("Policy", getattr(module, name))
