"""What `simulator run --dry-run` prints: calls, tokens and dollars of a run that is not made."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from os import environ
from typing import Any

from simulator.definitions.model_catalog import OFFLINE
from simulator.display.json_lines import json_line
from simulator.display.money import count, dollars, exact
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.runs.rehearsal import Rehearsal, RehearsedModel, rehearse
from simulator.runs.simulation import Simulation
from simulator.sync import run_sync

__all__ = ["tell"]

_COLUMNS = (
    Column("model", cut=True),
    Column("calls", right=True),
    Column("tokens in", right=True),
    Column("cached", right=True),
    Column("tokens out", right=True),
    Column("about", right=True),
    Column("at most", right=True),
)


def tell(simulation: Simulation, *, seed: int, as_json: bool) -> None:
    """Rehearse the simulation and print what it would take.

    Raises:
        UsageError: no model of the choice serves a tier, or the graph does not fit the cast.
        UserCodeFailed: a user's graph or tool cannot be loaded.
    """
    out, err = (Terminal(stream, environ=environ) for stream in (sys.stdout, sys.stderr))
    cast, catalog, choice = simulation.cast, simulation.catalog, simulation.choice
    rehearsed = run_sync(rehearse(cast, catalog, choice, seed=seed))
    if as_json:
        out.raw(json_line(_data(simulation, rehearsed)))
        return
    err.say(_priced(simulation))
    print_table(out, _COLUMNS, [*map(_row, rehearsed.models), _total(rehearsed)], total=True)
    for sentence in _assumptions(simulation, rehearsed):
        err.say(sentence)


def _priced(simulation: Simulation) -> str:
    choice = simulation.choice
    if choice.kind == "tiers":
        return "Priced: the models of the tiers, as the router picks them."
    told = f"Priced: {choice.name}."
    if choice.name != OFFLINE:
        return told
    return f"{told} The stand-in costs nothing; --model tiers prices real models."


def _row(model: RehearsedModel) -> tuple[str, ...]:
    usage = model.usage
    figures = (model.calls, usage.input, usage.cached, usage.output)
    return (model.model, *map(count, figures), dollars(model.dollars), dollars(model.most))


def _total(rehearsed: Rehearsal) -> tuple[str, ...]:
    models = rehearsed.models
    figures = (
        sum(model.calls for model in models),
        sum(model.usage.input for model in models),
        sum(model.usage.cached for model in models),
        sum(model.usage.output for model in models),
    )
    amounts = (dollars(rehearsed.dollars), dollars(rehearsed.most))
    return ("in all", *map(count, figures), *amounts)


def _assumptions(simulation: Simulation, rehearsed: Rehearsal) -> Iterable[str]:
    limits = simulation.scenario.limits
    yield ""
    yield f"A rehearsal of {rehearsed.turns} turns: nothing was sent, nothing was recorded."
    for member, turns in rehearsed.human_turns.items():
        name = simulation.cast.member(member).name
        told = f"turns {', '.join(map(str, turns))}" if turns else "no turn"
        yield f"{name} is played by a human, who has {told}: no model is asked for that."
    yield (
        "about: list prices, replies as long as the stand-in's lines, prompts cached as the "
        "provider says."
    )
    yield f"at most: every reply of {count(rehearsed.output_tokens)} tokens, no repairs."
    if limits.dollars is None:
        yield "The run has no limit of dollars; --budget sets one."
    elif rehearsed.most is not None and rehearsed.most > limits.dollars:
        yield (
            f"The limit is {dollars(limits.dollars)}: a run that would cost more than that ends "
            "before it does."
        )


def _data(simulation: Simulation, rehearsed: Rehearsal) -> dict[str, Any]:
    models = [
        {
            "model": model.model,
            "calls": model.calls,
            **{f"{name}_tokens": value for name, value in asdict(model.usage).items()},
            "dollars": exact(model.dollars),
            "at_most": exact(model.most),
        }
        for model in rehearsed.models
    ]
    return {
        "kind": "rehearsal",
        "scenario": simulation.cast.scenario_id,
        "turns": rehearsed.turns,
        "human_turns": {name: list(turns) for name, turns in rehearsed.human_turns.items()},
        "output_tokens_per_reply": rehearsed.output_tokens,
        "budget": exact(simulation.scenario.limits.dollars),
        "models": models,
        "dollars": exact(rehearsed.dollars),
        "at_most": exact(rehearsed.most),
    }
