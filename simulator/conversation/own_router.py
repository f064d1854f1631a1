"""A user's own routing policy: the function that `routing.policy` in models.yaml names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simulator.conversation.tools.user_code import load_user_code
from simulator.definitions.model_catalog import Routing
from simulator.errors import UserCodeFailed
from simulator.llm.routing import Policy, policy_named

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
    policy: Policy = found
    return policy
