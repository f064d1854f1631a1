"""Why a model answered: the reasons of each question of a turn, and what it cost in the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.display.money import count, dollars, exact
from simulator.display.prefix_break import broken_prefix
from simulator.display.terminal import Terminal
from simulator.display.visible import flat
from simulator.record.rows import CallRow

__all__ = ["print_why", "why_object"]


def print_why(out: Terminal, asked: Sequence[CallRow]) -> None:
    """A heading for each question of a turn, a line for each reason, and one for the outcome."""
    for place, row in enumerate(asked):
        call = row.call
        if place:
            out.say()
        who = f"{call.persona}, turn {call.turn}" if call.persona else f"turn {call.turn}"
        out.say(flat(f"{who}: {call.purpose} by {call.model}"), "bold")
        score = "" if call.score is None else f", score {call.score:.2f}"
        out.say(f"{call.tier or 'no'} tier{score}")
        for reason in call.reasons:
            out.say(flat(f"- {reason}"))
        broken = broken_prefix(row)
        if broken:
            out.say(f"- cache broken: {broken}")
        out.say(flat(_outcome(row)))


def _outcome(row: CallRow) -> str:
    if not row.attempts:
        return f"{row.state}: nothing was sent"
    usage, warm = row.usage, row.call.warm_tokens
    foreseen = "" if warm is None else f", {count(warm)} foreseen"
    tokens = f"{count(usage.input)} tokens in ({count(usage.cached)} cached{foreseen})"
    paid = dollars(row.dollars, at_least=row.at_least)
    tries = f", {row.attempts} attempts" if row.attempts > 1 else ""
    return f"{row.state}: {tokens}, {count(usage.output)} out, {paid}{tries}"


def why_object(row: CallRow) -> dict[str, Any]:
    """The same as plain data."""
    call, usage = row.call, row.usage
    return {
        "run": call.run,
        "turn": call.turn,
        "persona": call.persona,
        "purpose": call.purpose,
        "call": call.id,
        "request_model": call.model,
        "response_model": row.response_model,
        "tier": call.tier,
        "score": call.score,
        "reasons": list(call.reasons),
        "state": row.state,
        "attempts": row.attempts,
        "usage_input_tokens": usage.input,
        "usage_cache_read_input_tokens": usage.cached,
        "predicted_cache_read_input_tokens": call.warm_tokens,
        "usage_output_tokens": usage.output,
        "dollars": exact(row.dollars),
        "at_least": row.at_least,
        "prefix_break": row.prefix_break,
    }
