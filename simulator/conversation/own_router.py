"""A user's own routing policy: the function that `routing.policy` in models.yaml names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.conversation.tools.user_code import load_user_code, raised
from simulator.definitions.model_catalog import Routing
from simulator.errors import UserCodeFailed
from simulator.llm.routing import Candidate, Choosing, Policy, policy_named

__all__ = ["policy_of"]


def policy_of(routing: Routing, *, folder: Path) -> Policy:
    """The policy that models.yaml names: one of ours, or the user's from the project's folder.

    Raises:
        UserCodeFailed: the user's own cannot be loaded, or cannot be called.
        UsageError: there is none of this name.
    """
    name = routing.policy
    if not routing.own_policy:
        return policy_named(name)
    found: Any = load_user_code(name, folder=folder)
    if not callable(found):
        kind = type(found).__name__
        raise UserCodeFailed(f"{name!r} must be a function that chooses a model, not a {kind}.")
    return _Own(name, found, folder)


@dataclass(frozen=True, slots=True)
class _Own:
    """A user's function; what it raises is told with its place in the user's code."""

    name: str
    choose: Policy
    folder: Path

    def __call__(self, choosing: Choosing, /) -> Candidate | str:
        try:
            return self.choose(choosing)
        except Exception as error:
            told = f"the routing policy {self.name!r} raised {raised(error, folder=self.folder)}"
            raise UserCodeFailed(told) from error
