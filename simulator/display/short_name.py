"""What remarks call a member: the first name where it can mean nobody else."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.definitions.cast import name_words
from simulator.display.visible import flat

__all__ = ["short_name"]


def short_name(member: str, names: Mapping[str, str]) -> str:
    """The member's first name, its whole name where another bears the same, or else its id.

    `names`: member id -> the name others use, as `RunStarted.members` has it.
    """
    name = flat(names.get(member, member))
    first = _first(name)
    alone = all(_first(flat(other)) != first for one, other in names.items() if one != member)
    return (first if alone else name) or member


def _first(name: str) -> str:
    return next(iter(name_words(name)), "")
