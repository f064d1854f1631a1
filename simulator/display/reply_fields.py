"""What speakers put in a scenario's own reply fields, as a remark under their words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from simulator.display.paragraph import Paragraph
from simulator.display.short_name import short_name
from simulator.display.visible import flat
from simulator.record.events import RunStarted, TurnTaken

__all__ = ["ReplyFields"]

_HANDOFF = "next"
"""The field by which a speaker hands the talk on: whoever speaks next is seen anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyFields:
    """The scenario's own reply fields, as the run's first event tells them."""

    members: Mapping[str, str] = field(default_factory=dict)
    """Member id -> name."""
    private: frozenset[str] = frozenset()
    """Fields that nobody but the speaker reads."""
    naming: frozenset[str] = frozenset()
    """Fields that name a member."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What may be chosen in fields that are a choice."""

    @classmethod
    def of(cls, started: RunStarted) -> ReplyFields:
        """The fields of a run."""
        written: Mapping[str, Mapping[str, Any]] = (
            started.definitions.get("scenario", {}).get("reply") or {}
        )
        return cls(
            members=MappingProxyType(started.members),
            private=frozenset(name for name, one in written.items() if one.get("private")),
            naming=frozenset(n for n, one in written.items() if one.get("type") == "member"),
            choices={n: tuple(one["choose"]) for n, one in written.items() if one.get("choose")},
        )

    def told(self, event: TurnTaken, *, handoffs: bool = True) -> Paragraph | None:
        """What a speaker filled in: `offer: 120, verdict: guilty (private)`; None for nothing.

        Without `handoffs` the member whom it hands the talk on to is left out.
        """
        shown = ", ".join(self._filled_in(event, handoffs=handoffs))
        return Paragraph(kind="note", text=shown, turn=event.turn) if shown else None

    def _filled_in(self, event: TurnTaken, *, handoffs: bool) -> Iterator[str]:
        for name, value in event.reply.items():
            if name == _HANDOFF and name in self.naming and not handoffs:
                continue
            mark = " (private)" if name in self.private else ""
            yield f"{flat(name)}: {self._value(name, value)}{mark}"

    def _value(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        if name in self.naming:
            return short_name(str(value), self.members)
        return flat(str(value))
