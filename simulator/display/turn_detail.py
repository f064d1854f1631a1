"""The remarks under a turn in the full display: act, origin of the words, model, tokens, cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from simulator.display.label import provenance
from simulator.display.money import count, dollars
from simulator.display.visible import flat
from simulator.record.events import TurnFailed, TurnPassed, TurnTaken
from simulator.record.rows import CallRow

__all__ = ["turn_details"]


def turn_details(
    event: TurnTaken | TurnPassed | TurnFailed, calls: Iterable[CallRow]
) -> tuple[str, ...]:
    """One remark on the turn and one for each question asked for it, in order."""
    asked = [call for call in calls if call.call.turn == event.turn]
    return (*_words(event), *(_question(call) for call in asked))


def _words(event: TurnTaken | TurnPassed | TurnFailed) -> Sequence[str]:
    if not isinstance(event, TurnTaken):
        return ()
    heard = f"to {', '.join(event.to)} alone" if event.to else ""
    parts = (f"turn {event.turn}", event.act, provenance(event.provenance, event.source), heard)
    return (" · ".join(part for part in parts if part),)


def _question(row: CallRow) -> str:
    call, usage = row.call, row.usage
    cached = f" ({count(usage.cached)} cached)" if usage.cached else ""
    sent = (
        f"{count(usage.input)} tokens in{cached}, {count(usage.output)} out",
        dollars(row.dollars, at_least=row.at_least),
        f"{row.attempts} attempts" if row.attempts > 1 else "",
    )
    why = flat(row.message) or row.error
    parts = (
        f"{call.purpose} by {row.call.model}",
        f"{call.tier} tier" if call.tier else "",
        "" if call.score is None else f"score {call.score:.2f}: {', '.join(call.reasons)}",
        *(sent if row.attempts else ("nothing was sent",)),
        "" if row.state == "answered" else f"{row.state}: {why}" if why else row.state,
    )
    return " · ".join(part for part in parts if part)
