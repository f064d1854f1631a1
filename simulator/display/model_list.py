"""The models of a project: where they stand in the tiers, what they cost, when they go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from simulator.definitions.model_catalog import TIERS, ModelCatalog, ModelSpec
from simulator.display.money import count, price
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal

__all__ = ["model_objects", "print_models"]

_COLUMNS = (
    Column("tier"),
    Column("model"),
    Column("in", right=True),
    Column("cached", right=True),
    Column("write", right=True, spare=2),
    Column("out", right=True),
    Column("context", right=True, spare=1),
    Column("cache", spare=3),
    Column("shut down"),
)


def print_models(out: Terminal, catalog: ModelCatalog) -> None:
    """The tiers first, each in the order it is tried, then all other models by endpoint."""
    print_table(out, _COLUMNS, (_row(tier, spec) for tier, spec in _models(catalog)))


def _models(catalog: ModelCatalog) -> Iterator[tuple[str, ModelSpec]]:
    named = [(tier, name) for tier in TIERS for name in catalog.tiers.of(tier)]
    yield from ((tier, catalog.spec(name)) for tier, name in named)
    in_tiers = {name for _, name in named}
    specs = [catalog.spec(name) for name in catalog.models if name not in in_tiers]
    order = list(catalog.endpoints)
    yield from (("-", spec) for spec in sorted(specs, key=lambda s: order.index(s.endpoint_id)))


def _row(tier: str, spec: ModelSpec) -> tuple[str, ...]:
    cost = spec.price
    prices = (cost.input, cost.cached, cost.cache_write, cost.output) if cost else (None,) * 4
    return (
        tier,
        spec.name,
        *(map(price, prices) if cost else ("unknown", "-", "-", "unknown")),
        "-" if spec.context is None else count(spec.context),
        spec.cache,
        "-" if spec.retires_on is None else str(spec.retires_on),
    )


def model_objects(catalog: ModelCatalog, *, today: date) -> Iterator[dict[str, Any]]:
    """The models as plain data; prices per million tokens as exact decimal text."""
    for tier, spec in _models(catalog):
        cost = spec.price
        yield {
            "model": spec.name,
            "endpoint": spec.endpoint_id,
            "tier": None if tier == "-" else tier,
            "stand_in": spec.is_stand_in,
            "price": cost and cost.model_dump(mode="json", by_alias=True),
            "context": spec.context,
            "max_output": spec.max_output,
            "supports": sorted(spec.supports),
            "cache": spec.cache,
            "retires_on": spec.retires_on and spec.retires_on.isoformat(),
            "retired": spec.retired(today),
            "replaced_by": spec.replaced_by,
        }
