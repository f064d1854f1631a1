"""What a value has to be, in our words for what pydantic says of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pydantic import ValidationError

from simulator.definitions.yaml.model_finding import MISFITS

__all__ = ["RANGES", "in_range", "unfit"]

RANGES: Mapping[str, tuple[str, str]] = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
    "multiple_of": ("a multiple of", "multiple_of"),
}
"""Errors about the size of a number: what is wanted of it, and where the error has the bound."""


def in_range(kind: str, context: Mapping[str, object]) -> str:
    """What an error about a size wants: `at most 1,000,000,000`."""
    words, key = RANGES[kind]
    bound = context.get(key)
    if isinstance(bound, float):
        bound = int(bound) if bound.is_integer() else f"{bound:g}"
    if isinstance(bound, Decimal):
        return f"{words} {bound:,f}"
    return f"{words} {bound:,}" if isinstance(bound, int) else f"{words} {bound}"


def unfit(error: ValidationError) -> tuple[str, object, str]:
    """The first of the values that do not fit: its name, itself, and why it cannot be that."""
    first = error.errors(include_url=False)[0]
    kind, name = first["type"], ".".join(map(str, first["loc"]))
    wanted = in_range(kind, first.get("ctx", {})) if kind in RANGES else MISFITS.get(kind)
    return name, first["input"], f"it must be {wanted}" if wanted else first["msg"]
