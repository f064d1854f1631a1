"""What an answer cost, and what the same tokens would have cost in other ways."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from simulator.definitions.model_entry import ModelSpec, Processing
from simulator.record.usage import Usage, cost_of

__all__ = ["Priced", "priced"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """Dollars for the same tokens, each None where a price is unknown.

    From one figure to the next is what was saved: by the router, the cache, slower processing.
    """

    top: Decimal | None = None
    """On the first model of the highest tier that could be chosen, uncached."""
    list: Decimal | None = None
    """At the list price of the model that answered, uncached."""
    standard: Decimal | None = None
    """With what was read from and written to the cache at its own price."""
    charged: Decimal | None = None
    """As it was processed: what the answer costs."""


def priced(
    usage: Usage,
    spec: ModelSpec,
    *,
    processing: Processing = "standard",
    top: ModelSpec | None = None,
) -> Priced:
    """Price an answer of a model; without `top` the model itself is the highest there was."""
    tokens, dearest = usage.input, top or spec
    usual, price = spec.price_for(tokens), spec.price_for(tokens, processing=processing)
    with_cache = usual
    if usual is not None and processing == "batch" and not spec.batch_cache:
        with_cache = usual.uncached()
    highest = dearest.price_for(tokens)
    return Priced(
        top=cost_of(usage, None if highest is None else highest.uncached()),
        list=cost_of(usage, None if usual is None else usual.uncached()),
        standard=cost_of(usage, with_cache),
        charged=cost_of(usage, price),
    )
