"""What follows from a choice of models: what it costs, and which keys it needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from simulator.definitions.model_catalog import TIERS, ModelCatalog, ModelSpec
from simulator.errors import SimulatorError, UsageError
from simulator.llm.credentials import Credentials
from simulator.llm.keys import Environment, KeyRing

__all__ = ["consequences"]


def consequences(catalog: ModelCatalog, choice: str, *, environ: Environment) -> Iterator[str]:
    """Sentences for whoever makes this choice the default."""
    specs = _models(catalog, choice)
    stand_ins = [spec for spec in specs if spec.endpoint.speaks_stand_in(environ)]
    paid = [spec.name for spec in specs if spec not in stand_ins and not spec.endpoint.free]
    if paid:
        yield f"From now on runs without --model cost money: they take {', '.join(paid)}."
        yield "What a run would cost: simulator run SCENARIO --dry-run"
        yield "To spend no more on one than five cents: simulator run SCENARIO --budget 0.05"
    else:
        yield "Runs without --model cost no dollars."
    if stand_ins:
        yield "The stand-in speaks then: written lines, no model."
    for spec in specs:
        if spec.retired(datetime.now(UTC).date()):
            yield f"Warning: {spec.name!r} was shut down on {spec.retires_on}."
    ring = KeyRing(environ, credentials=Credentials())
    for variables in dict.fromkeys(spec.endpoint.key_variables for spec in specs):
        if variables:
            yield f"They need a key in {' or '.join(variables)}, which {_found(ring, variables)}."


def _models(catalog: ModelCatalog, choice: str) -> list[ModelSpec]:
    """The first model of each tier under the choice, each once."""
    chosen, today = catalog.choose(choice), datetime.now(UTC).date()
    found: dict[str, ModelSpec] = {}
    for tier in TIERS:
        try:
            spec = catalog.candidates(chosen, tier, today=today)[0]
        except UsageError:
            continue
        found[spec.name] = spec
    return list(found.values())


def _found(ring: KeyRing, variables: tuple[str, ...]) -> str:
    """Whether one of them holds a key; not a word of what it is."""
    try:
        return "is there" if any(map(ring.key, variables)) else "is not there yet"
    except SimulatorError as error:
        return f"cannot be used: {error}"
