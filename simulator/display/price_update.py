"""What list prices would change: sentences beside a diff, or plain data."""

from __future__ import annotations

from typing import Any

from simulator.authoring.list_prices import ListPrices
from simulator.authoring.price_update import PriceUpdate
from simulator.display.money import count
from simulator.display.terminal import Terminal

__all__ = ["print_update", "update_object"]


def print_update(
    err: Terminal, update: PriceUpdate, listed: ListPrices, *, file: str, written: bool
) -> None:
    """Where the prices come from, what is new, what is not known, and what was done."""
    err.say(f"List prices of a third party: {listed.source}, prices up to {listed.as_of}.")
    err.say("Your provider's own page is what counts: look through the diff before you write it.")
    models, known = len({price.model for price in update.prices}), len(update.known)
    err.say(f"{count(len(update.prices))} new figures for {models} of {known} models it knows.")
    if update.unknown:
        err.say(f"Not in the list, left as they are: {', '.join(update.unknown)}.")
    notes: dict[str, list[str]] = {}
    for model, note in update.notes:
        notes.setdefault(note, []).append(model)
    for note, names in notes.items():
        err.say(f"{', '.join(names)}: {note}.")
    if written:
        err.say(f"Written: {file}.")
    elif update.differs:
        err.say("Nothing was written; --write does.")
    else:
        err.say("Nothing to change.")


def update_object(update: PriceUpdate, listed: ListPrices, *, written: bool) -> dict[str, Any]:
    """The comparison as plain data; figures are as models.yaml writes them."""
    return {
        "source": listed.source,
        "as_of": listed.as_of.isoformat(),
        "written": written,
        "prices": [
            {"model": one.model, "field": one.field, "old": one.old or None, "new": one.new}
            for one in update.prices
        ],
        "known": list(update.known),
        "unknown": list(update.unknown),
        "notes": [{"model": model, "note": note} for model, note in update.notes],
    }
