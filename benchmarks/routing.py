"""What each routing policy costs and how good its turns are, on scored turns that can be replayed.

A scored turn says what made it hard (the router's features), how long its answer was, and how good
the answer of each tier was, 0 to 1. `--turns FILE` replays turns of your own: a line of JSON for
each, such as {"talk": 1, "features": {"question": 1}, "output": 120, "quality": [0.4, 0.9, 1]}.

Without a file they are drawn, and the quality of a drawn turn is an ASSUMPTION, not a measurement:
a turn needs a tier, by the router's own score and a chance that the score does not see (standard
deviation 0.2); a tier below it is worth 0.6, two below 0.2, anything else 1. Dollars are reckoned
from the prices of models.yaml and from what was warm on which model by then.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from random import Random

from simulator.definitions.model_catalog import TIERS, ModelCatalog, Routing, Thresholds
from simulator.definitions.persona import TierRange
from simulator.definitions.project import Project
from simulator.llm.prompt import Prompt, Section
from simulator.llm.router import TurnFeatures, score
from simulator.llm.routing import (
    Candidate,
    Choosing,
    Models,
    Sending,
    expected,
    policy_named,
    routed,
)
from simulator.llm.warmth import Sent, SentBefore
from simulator.llm.wiring import marks_of

TODAY = date(2026, 11, 20)
TALKS, TURNS = 12, 100
LINE = "word " * 60
"""A line of 75 tokens."""
CARD = "word " * 240
SYSTEM = "word " * 700
PEOPLE = 4
UNSEEN = 0.2
WORTH = (1.0, 0.6, 0.2)
"""How good an answer is by how many tiers it lies below the one the turn needs."""
NEAR = {
    "small": {"in": 0.25, "cached": 0.025, "out": 2},
    "middle": {"in": 0.75, "cached": 0.075, "out": 6},
    "big": {"in": 1.25, "cached": 0.125, "out": 10},
}
"""Prices that lie near each other: a warm big model can cost less than a cold small one."""
BLIND = "by tier, blind to the cache"
CURVE = ((0.2, 0.4), (0.35, 0.7), (0.5, 0.9), (0.7, 1.1))
"""Thresholds of `standard` and `complex`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One turn: what made it hard, and how good each tier answered it."""

    talk: int
    features: TurnFeatures
    output: int
    quality: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What all turns cost and were worth under one policy."""

    name: str
    dollars: Decimal
    quality: float
    shares: tuple[float, ...]
    """Of the turns, for each tier."""
    moves: int
    """How often a talk changed its model."""


def drawn(seed: int, routing: Routing) -> Iterator[Scored]:
    """Turns of talks in which easy, inventive and disputed stretches follow each other."""
    for talk in range(TALKS):
        chance = Random(f"{seed}/{talk}")  # noqa: S311 - figures that can be drawn again
        heat = 0.0
        for turn in range(TURNS):
            heat = min(1.0, max(0.0, heat + chance.uniform(-0.25, 0.25)))
            features = TurnFeatures(
                requires_reasoning=float(turn % PEOPLE == 0 and talk % 4 == 0),
                question=float(chance.random() < 0.4),
                conflict=heat,
                expertise=chance.random() * float(chance.random() < 0.5),
                length=turn / TURNS,
                phase=float(turn < PEOPLE or turn >= TURNS - PEOPLE),
                creative=float(chance.random() < 0.15),
            )
            found = score(features, routing).value + chance.gauss(0, UNSEEN)
            needed = sum(found >= threshold for threshold in (0.35, 0.7))
            quality = tuple(WORTH[max(0, needed - tier)] for tier in range(len(TIERS)))
            output = chance.randint(60, 240)
            yield Scored(talk=talk, features=features, output=output, quality=quality)


def read(path: Path) -> Iterator[Scored]:
    """The scored turns of a file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        yield Scored(
            talk=given["talk"],
            features=TurnFeatures(**given["features"]),
            output=given["output"],
            quality=tuple(given["quality"]),
        )


def prompt_of(turn: int) -> Prompt:
    """What a speaker reads after so many lines."""
    lines = tuple(f"[{n}] Rosa: {LINE}" for n in range(1, turn + 1))
    card = (Section("card", f"{turn % PEOPLE} {CARD}"),)
    return Prompt(system=(Section("scenario", SYSTEM),), transcript=lines, private=card)


def blind(choosing: Choosing, /) -> Candidate:
    """The first choice of the tier, whatever is warm."""
    return choosing.preferred


def played(turns: Sequence[Scored], catalog: ModelCatalog, name: str) -> Result:
    """All turns, talk by talk, by the catalog's policy."""
    choice = catalog.choose("tiers")
    policy = blind if name == BLIND else policy_named(catalog.routing.policy)
    models = Models(catalog=catalog, choice=choice, today=TODAY, policy=policy)
    dollars, quality, tiers, moves = Decimal(0), 0.0, [0] * len(TIERS), 0
    for _, talk in groupby(turns, key=lambda one: one.talk):
        sent, last = SentBefore(clock=lambda: 0.0), ""
        for turn, one in enumerate(talk):
            asked = prompt_of(turn)
            way = routed(
                one.features, TierRange(), models=models, sending=Sending(asked, sent, 300)
            )
            warmth = sent.warmth(way.spec, asked)
            paid = expected(way.tier, way.spec, prompt=asked, warmth=warmth, output=one.output)
            dollars += paid.dollars or Decimal(0)
            quality += one.quality[TIERS.index(way.tier)]
            tiers[TIERS.index(way.tier)] += 1
            moves += bool(last) and last != way.spec.name
            last, marks = way.spec.name, marks_of(asked, way.spec, known_lines=warmth.lines)
            sent.add(
                Sent(
                    model=last,
                    prompt=asked,
                    at=0.0,
                    tokens=warmth.prompt_tokens,
                    output=one.output,
                    marks=marks,
                )
            )
    shares = tuple(number / len(turns) for number in tiers)
    return Result(
        name=name, dollars=dollars, quality=quality / len(turns), shares=shares, moves=moves
    )


def policies(catalog: ModelCatalog) -> Iterator[tuple[str, ModelCatalog]]:
    """Every policy that is compared, and the catalog that asks for it."""
    routing = catalog.routing

    def with_(**changes: object) -> ModelCatalog:
        return catalog.model_copy(update={"routing": routing.model_copy(update=changes)})

    for tier in TIERS:
        yield f"always:{tier}", with_(policy=f"always:{tier}")
    yield BLIND, catalog
    yield "sticky", with_(policy="sticky")
    yield "cheapest", with_(policy="cheapest")
    for standard, complex_ in CURVE:
        limits = Thresholds(standard=standard, complex=complex_)
        told = f"complexity, thresholds {standard} and {complex_}"
        yield told, with_(policy="complexity", thresholds=limits)
    yield "complexity, hysteresis 0", with_(policy="complexity", hysteresis=0.0)
    yield "complexity, look_ahead 5", with_(policy="complexity", look_ahead=5)
    yield "complexity, look_ahead 20", with_(policy="complexity", look_ahead=20)


def table(results: Sequence[Result]) -> str:
    """The results as Markdown; `mix` is the quality of chance between the outer tiers, per dollar.

    That is what so many dollars buy without looking at the turns.
    """
    rows = ["| policy | $ | quality | mix | simple / standard / complex | changes of model |"]
    rows.append("|---|---|---|---|---|---|")
    small, _, big, *_ = results
    for one in results:
        paid = float((one.dollars - small.dollars) / (big.dollars - small.dollars))
        mix = small.quality + paid * (big.quality - small.quality)
        shares = " / ".join(f"{share:.0%}" for share in one.shares)
        figures = f"{one.dollars:.3f} | {one.quality:.3f} | {mix:.3f}"
        rows.append(f"| {one.name} | {figures} | {shares} | {one.moves} |")
    return "\n".join(rows)


def near() -> ModelCatalog:
    """A catalog with a model for each tier at those prices."""
    return ModelCatalog.model_validate(
        {
            "endpoints": {"near": {"base_url": "http://127.0.0.1:1/v1"}},
            "models": {f"near/{name}": {"price": price} for name, price in NEAR.items()},
            "tiers": {
                "simple": ["near/small"],
                "standard": ["near/middle"],
                "complex": ["near/big"],
            },
            "default": "tiers",
        }
    )


def main() -> int:
    """Play all policies and print what they cost and what they are worth."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--turns", type=Path, help="scored turns of your own, as JSON lines")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    catalog = Project.find(Path(__file__).parent).catalog()
    turns = tuple(read(given.turns) if given.turns else drawn(given.seed, catalog.routing))
    for told, prices in (("models.yaml", catalog), ("prices 1 : 3 : 5", near())):
        results = [played(turns, one, name) for name, one in policies(prices)]
        sys.stdout.write(f"{told}\n\n{table(results)}\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
