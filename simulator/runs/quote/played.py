"""What a run on paper came to, all in all and model by model."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from simulator.errors import BudgetExhausted
from simulator.runs.quote.prices import WAYS, Tokens

__all__ = ["Line", "Played"]


@dataclass(slots=True)
class Line:
    """What one model was asked in one run."""

    calls: int = 0
    input: int = 0
    cached: int = 0
    written: int = 0
    output: float = 0.0
    dollars: float | None = 0.0
    """None: the price is unknown."""

    def add(self, tokens: Tokens) -> None:
        """One question more."""
        self.calls += 1
        self.input += tokens.read
        self.cached += tokens.cached
        self.written += tokens.written
        self.output += tokens.output

    def times(self, factor: float) -> None:
        """Let it take so much more."""
        self.input, self.cached = round(self.input * factor), round(self.cached * factor)
        self.output *= factor
        self.dollars = None if self.dollars is None else self.dollars * factor


@dataclass(slots=True)
class Played:
    """One run on paper."""

    turns: int = 0
    dollars: dict[str, float | None] = field(default_factory=lambda: dict.fromkeys(WAYS, 0.0))
    """By `WAYS`; None: unknown, or not offered."""
    saved: dict[str, float] = field(default_factory=lambda: dict.fromkeys(WAYS, 0.0))
    """Dollars by `WAYS` that it costs less where another run of the scenario went before."""
    seconds: float = 0.0
    models: dict[str, Line] = field(default_factory=dict)
    took: Counter[str] = field(default_factory=Counter)
    """Turns by the model that took them."""
    stopped: bool = False
    """Whether a budget ended it."""
    paid: set[str] = field(default_factory=set)
    """Members and purposes, as scopes of budgets, of whom a question was paid."""
    reached: dict[str, int] = field(default_factory=dict)
    """Budgets that left no room for a question, by scope -> after how many turns."""
    silent: dict[str, int] = field(default_factory=dict)
    """Members whom the run's, the study's or the day's budget did not reach for, while others went
    on -> after how many turns."""
    refusal: BudgetExhausted | None = None
    """Why the run is over, where its budget ended it."""
    cheaper: int = 0
    """Turns that went to a cheaper model for lack of money."""

    def times(self, factor: float) -> None:
        """Let it take so much more, all in all."""
        self.saved = {name: one * factor for name, one in self.saved.items()}
        self.dollars = {n: one if one is None else one * factor for n, one in self.dollars.items()}
        for line in self.models.values():
            line.times(factor)

    @property
    def tokens(self) -> int:
        """Prompt and completion tokens."""
        return round(sum(line.input + line.output for line in self.models.values()))
