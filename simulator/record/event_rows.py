"""Events as rows of the database keep them: kind, turn and time apart, the rest as JSON."""

from __future__ import annotations

import json
from dataclasses import MISSING, Field, fields
from datetime import datetime
from functools import lru_cache
from math import isfinite, isnan
from typing import Annotated, Any

from pydantic import Discriminator, TypeAdapter

from simulator.record.events import Event

__all__ = ["event_from_row", "event_payload"]


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Event]:
    return TypeAdapter(Annotated[Event, Discriminator("kind")])


@lru_cache(maxsize=64)
def _payload_fields(cls: type[Any]) -> tuple[tuple[str, Any], ...]:
    apart = {"kind", "turn", "at"}
    return tuple((f.name, _default_of(f)) for f in fields(cls) if f.name not in apart)


def _default_of(one: Field[Any]) -> Any:
    return one.default if one.default_factory is MISSING else one.default_factory()


def event_payload(event: Event) -> str:
    """The event's own fields as compact JSON, without kind, turn and time; defaults left out."""
    cls: Any = type(event)
    own = ((name, getattr(event, name), default) for name, default in _payload_fields(cls))
    data = {name: value for name, value, default in own if value != default}
    try:
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except ValueError:
        return json.dumps(_finite(data), ensure_ascii=False, separators=(",", ":"))


def _finite(value: Any) -> Any:
    """The value with a word where a number is none: JSON, and so SQLite, knows no infinity."""
    if isinstance(value, float) and not isfinite(value):
        return "NaN" if isnan(value) else f"{'-' if value < 0 else ''}Infinity"
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def event_from_row(kind: str, *, turn: int, at: datetime, payload: str) -> Event:
    """The event that was stored.

    Raises:
        ValueError: the row holds no event of this version.
    """
    data = {"kind": kind, "turn": turn, "at": at, **json.loads(payload)}
    return _adapter().validate_python(data)
