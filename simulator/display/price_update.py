"""What list prices would change: sentences beside a diff, or plain data."""

from __future__ import annotations

from typing import Any

from simulator.authoring.list_prices import ListPrices
from simulator.authoring.price_update import NewPrice, PriceUpdate
from simulator.display.money import count
from simulator.display.terminal import Terminal

__all__ = ["print_update", "update_object"]


def print_update(
    err: Terminal, update: PriceUpdate, listed: ListPrices, *, file: str, written: bool
) -> None:
    """Where the prices come from, what is new, what is not known, and what was done."""
    err.say(f"List prices of a third party: {listed.source}, prices up to {listed.as_of}.")
    err.say("Your provider's own page is what counts: look through the diff before you write it.")
    figures, models = len(update.prices), len({price.model for price in update.prices})
    known = f"{count(len(update.known))} of your models"
    new = f"{count(figures)} new figure{'' if figures == 1 else 's'}, in {count(models)} of them"
    err.say(f"The list knows {known}: {new if figures else 'no new figure'}.")
    if update.unknown:
        err.say(f"Not in the list, left as they are: {', '.join(update.unknown)}.")
    notes: dict[str, list[str]] = {}
    for model, note in update.notes:
        notes.setdefault(note, []).append(model)
    for note, names in notes.items():
        err.say(f"{', '.join(names)}: {note}.")
    _print_kept(err, update, listed)
    if written:
        err.say(f"Written: {file}.")
    elif update.differs:
        err.say("Nothing was written; --write does.")
    else:
        err.say("Nothing to change.")


def _print_kept(err: Terminal, update: PriceUpdate, listed: ListPrices) -> None:
    """What stays because models.yaml is newer, a line for each model."""
    if not update.kept:
        return
    err.say(f"Kept, since `checked_on` in models.yaml is later than {listed.as_of}:")
    models: dict[str, list[str]] = {}
    for price in update.kept:
        models.setdefault(price.model, []).append(_kept(price))
    for model, told in models.items():
        err.say(f"  {model}: {', '.join(told)}")
    err.say("--overwrite-newer takes the list's figures there, too.")


def _kept(price: NewPrice) -> str:
    return f"{price.field} {price.old or 'left out'} (list: {price.new})"


def update_object(update: PriceUpdate, listed: ListPrices, *, written: bool) -> dict[str, Any]:
    """The comparison as plain data; figures are as models.yaml writes them."""
    return {
        "source": listed.source,
        "as_of": listed.as_of.isoformat(),
        "written": written,
        "prices": [_figure_object(one) for one in update.prices],
        "kept": [_figure_object(one) for one in update.kept],
        "known": list(update.known),
        "unknown": list(update.unknown),
        "notes": [{"model": model, "note": note} for model, note in update.notes],
    }


def _figure_object(price: NewPrice) -> dict[str, Any]:
    """A figure as it stands and as the list has it."""
    old = price.old or None
    return {"model": price.model, "field": price.field, "old": old, "new": price.new}
