"""The remarks under a turn in the full display: act, origin of the words, model, tokens, cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from simulator.display.label import provenance
from simulator.display.money import count, dollars
from simulator.display.prefix_break import broken_prefix
from simulator.display.short_name import short_name
from simulator.display.visible import flat
from simulator.record.events import TurnFailed, TurnPassed, TurnTaken
from simulator.record.rows import CallRow

__all__ = ["turn_details"]


def turn_details(
    event: TurnTaken | TurnPassed | TurnFailed,
    calls: Iterable[CallRow],
    *,
    names: Mapping[str, str] = MappingProxyType({}),
) -> tuple[str, ...]:
    """One remark on the turn and one for each question asked for it, in order.

    `names`: member id -> the name others use.
    """
    asked = [call for call in calls if call.call.turn == event.turn]
    return (*_words(event, names), *(_question(call) for call in asked))


def _words(event: TurnTaken | TurnPassed | TurnFailed, names: Mapping[str, str]) -> Sequence[str]:
    if not isinstance(event, TurnTaken):
        return ()
    listeners = ", ".join(short_name(member, names) for member in event.to)
    heard = f"to {listeners} alone" if event.to else ""
    parts = (f"turn {event.turn}", event.act, provenance(event.provenance, event.source), heard)
    return (" · ".join(part for part in parts if part),)


def _question(row: CallRow) -> str:
    call, usage = row.call, row.usage
    cached = _cached(row)
    sent = (
        f"{count(usage.input)} tokens in{cached}, {count(usage.output)} out",
        dollars(row.dollars, at_least=row.at_least),
        f"{row.attempts} attempts" if row.attempts > 1 else "",
    )
    why = flat(row.message) or row.error
    parts = (
        f"{call.purpose} by {row.call.model}",
        f"{call.tier} tier" if call.tier else "",
        _route(row),
        *(sent if row.attempts else ("nothing was sent",)),
        broken_prefix(row) and f"cache broken: {broken_prefix(row)}",
        "" if row.state == "answered" else f"{row.state}: {why}" if why else row.state,
    )
    return " · ".join(part for part in parts if part)


def _route(row: CallRow) -> str:
    """How hard the question was held to be, and what else decided on who was asked, and how."""
    score, reasons = row.call.score, ", ".join(row.call.reasons)
    return reasons if score is None else f"score {score:.2f}: {reasons}"


def _cached(row: CallRow) -> str:
    """How much came from the provider's cache, and how much was foreseen."""
    read, foreseen = row.usage.cached, row.call.warm_tokens
    if not read and not foreseen:
        return ""
    expected = "" if foreseen is None else f", {count(foreseen)} foreseen"
    return f" ({count(read)} cached{expected})"
