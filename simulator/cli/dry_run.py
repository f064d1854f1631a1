"""What `simulator run --dry-run` prints: what runs would cost that are not made."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from os import environ

from simulator.definitions.model_catalog import OFFLINE, TIERS
from simulator.definitions.study import Study
from simulator.display.json_lines import json_line
from simulator.display.quote_table import print_quote, quote_object, quote_sentences
from simulator.display.terminal import Terminal
from simulator.errors import UsageError
from simulator.runs.simulation import Simulation

__all__ = ["tell"]


def tell(
    simulation: Simulation, *, seed: int, runs: int, study: Study | None, as_json: bool
) -> None:
    """Quote the simulation and print what it would take.

    Raises:
        UsageError: no model of the choice serves a tier, or the graph does not fit the cast.
        UserCodeFailed: a user's graph or tool cannot be loaded.
        UnknownPrice: there is a dollar limit and a model without a price.
        BudgetExhausted: the budget of the run, the study or the day does not reach for the first
            question.
    """
    out, err = (Terminal(stream, environ=environ) for stream in (sys.stdout, sys.stderr))
    quote = simulation.quote(runs=runs, models=_compared(simulation), seed=seed, study=study)
    if as_json:
        out.raw(json_line(quote_object(quote)))
        return
    err.say(_priced(simulation))
    print_quote(out, quote)
    err.say("")
    for sentence in quote_sentences(quote):
        err.say(sentence)


def _compared(simulation: Simulation) -> tuple[str, ...]:
    """The router, and the model that it takes first in each tier."""
    catalog, today = simulation.catalog, datetime.now(UTC).date()
    routed = catalog.choose("tiers")
    names = ["tiers"]
    try:
        names += [catalog.candidates(routed, tier, today=today)[0].name for tier in TIERS]
    except UsageError:
        return ()
    known = (simulation.choice.text, simulation.choice.name)
    return tuple(name for name in dict.fromkeys(names) if name not in known)


def _priced(simulation: Simulation) -> str:
    choice = simulation.choice
    if choice.kind == "tiers":
        return "Priced: the models of the tiers, as the router picks them."
    told = f"Priced: {choice.name}."
    if choice.name != OFFLINE:
        return told
    return f"{told} The stand-in costs nothing; --model tiers prices real models."
