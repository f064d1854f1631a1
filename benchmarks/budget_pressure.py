"""How far runs get with too little money, with budget pressure and without.

The talks of `benchmarks/routing.py`, cut to some numbers of turns, are played by `complexity` with
a part of what they cost without a limit. A turn is asked only where the most that it can cost is
left, else of a cheaper tier; where not even that is left the talk ends. `quality` is that of all
turns together as a share of what it is without a limit, and is assumed as it is there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from statistics import mean

from routing import TODAY, Scored, drawn, prompt_of

from simulator.definitions.model_catalog import TIERS, ModelCatalog
from simulator.definitions.persona import TierRange
from simulator.definitions.project import Project
from simulator.llm.budget import dearest
from simulator.llm.prompt import Prompt
from simulator.llm.purse import Purse, Turns
from simulator.llm.routing import Models, Sending, expected, policy_named, routed
from simulator.llm.warmth import Sent, SentBefore
from simulator.llm.wiring import marks_of

TURNS = (12, 40, 100)
PARTS = ("0.15", "0.3", "0.5", "0.7", "0.9", "1.5", "3")
"""Budgets, as parts of what a talk costs without a limit."""
MOST = 300
"""Completion tokens an answer may have."""
NEW = 200
"""Tokens by which a reservation is larger than its prompt turns out to be."""


@dataclass(slots=True)
class Talk:
    """One talk on its way, and what it has come to."""

    models: Models
    sent: SentBefore
    budget: Decimal | None
    pressed: bool
    spent: Decimal = Decimal(0)
    quality: float = 0.0
    turns: int = 0

    def play(self, turns: Sequence[Scored]) -> Talk:
        """Turn by turn, to the end or as far as the money goes."""
        for number, one in enumerate(turns):
            asked = prompt_of(number)
            place = self._tier(one, asked, left=len(turns) - number)
            if place < 0:
                break
            self._answered(one, asked, place)
        return self

    def _tier(self, one: Scored, asked: Prompt, *, left: int) -> int:
        """The tier that is asked; -1: there is money for none."""
        sending = Sending(asked, self.sent, MOST)
        if self.budget is not None and self.pressed:
            rest, done = self.budget - self.spent, self.turns
            purse = Purse(scope="run", left=rest, turns=left, spent=self.spent, done=done)
            turns = Turns(done=done, left=left)
            sending = replace(sending, turns=turns, purses=(purse,))
        way = routed(one.features, TierRange(), models=self.models, sending=sending)
        place = TIERS.index(way.tier)
        while self.budget is not None and place >= 0:
            spec = self.models.of(TIERS[place])[0]
            prompt = self.sent.warmth(spec, asked).prompt_tokens + NEW
            most = dearest(spec, prompt=prompt, output=MOST).dollars or Decimal(0)
            if most <= self.budget - self.spent:
                break
            place -= 1
        return place

    def _answered(self, one: Scored, asked: Prompt, place: int) -> None:
        tier = TIERS[place]
        spec = self.models.of(tier)[0]
        warmth = self.sent.warmth(spec, asked)
        paid = expected(tier, spec, prompt=asked, warmth=warmth, output=one.output)
        self.spent += paid.dollars or Decimal(0)
        self.quality += one.quality[place]
        self.turns += 1
        self.sent.add(
            Sent(
                model=spec.name,
                prompt=asked,
                at=0.0,
                tokens=warmth.prompt_tokens,
                output=one.output,
                marks=marks_of(asked, spec, known_lines=warmth.lines),
            )
        )


def talk(catalog: ModelCatalog, *, budget: Decimal | None, pressed: bool) -> Talk:
    """A talk that has not begun."""
    models = Models(
        catalog=catalog,
        choice=catalog.choose("tiers"),
        today=TODAY,
        policy=policy_named("complexity"),
    )
    return Talk(models, SentBefore(clock=lambda: 0.0), budget, pressed)


def rows(talks: Sequence[Sequence[Scored]], catalog: ModelCatalog) -> Iterator[str]:
    """A row of the table for each number of turns and each budget."""
    for turns in TURNS:
        cut = [one[:turns] for one in talks]
        free = [talk(catalog, budget=None, pressed=False).play(one) for one in cut]
        for part in PARTS:
            figures = []
            for pressed in (False, True):
                budgets = [one.spent * Decimal(part) for one in free]
                done = [
                    talk(catalog, budget=budget, pressed=pressed).play(one)
                    for one, budget in zip(cut, budgets, strict=True)
                ]
                pairs = list(zip(done, free, strict=True))
                whole = sum(one.turns == turns for one in done)
                quality = mean(one.quality / other.quality for one, other in pairs)
                used = mean(
                    float(one.spent / budget) for one, budget in zip(done, budgets, strict=True)
                )
                figures.append((f"{whole}", f"{quality:.2f}", f"{used:.0%}"))
            told = " | ".join(f"{one} -> {two}" for one, two in zip(*figures, strict=True))
            yield f"| {turns} | {part} | {told} |"


def main() -> int:
    """Play all of them and print what became of them."""
    catalog = Project.find(Path(__file__).parent).catalog()
    drawn_turns = drawn(1, catalog.routing)
    talks = [tuple(group) for _, group in groupby(drawn_turns, key=lambda one: one.talk)]
    head = f"| turns | budget | talks of {len(talks)} that ended by their turns | quality | used |"
    sys.stdout.write(f"{head}\n|---|---|---|---|---|\n")
    for row in rows(talks, catalog):
        sys.stdout.write(f"{row}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
