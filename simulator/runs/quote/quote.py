"""A quote: what some runs will cost, what else they might, and what it was told by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal

from simulator.runs.quote.figures import Figures, Spread
from simulator.runs.quote.within import Within
from simulator.runs.study import StudyStanding

__all__ = ["Alternative", "Known", "Quote"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """The same runs with another choice of models, or with another window."""

    name: str
    """What `--model` takes, or the window in words."""
    figures: Figures


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record of a model."""

    model: str
    turns: int
    """Past turns it was asked for."""
    here: int
    """Those of them in this scenario."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What some runs of a scenario will cost, and what it might be instead."""

    scenario: str
    choice: str
    """What `--model` was."""
    runs: int
    figures: Figures
    models: tuple[Alternative, ...] = ()
    """Other choices of models."""
    policies: tuple[Alternative, ...] = ()
    """The same choice by other policies of the router."""
    windows: tuple[Alternative, ...] = ()
    """Other windows on the same models."""
    known: tuple[Known, ...] = ()
    """What the lengths of replies are drawn from, model by model."""
    past_runs: int = 0
    """Past runs of the scenario that tell how many turns it takes."""
    may_end: bool = False
    """Whether a rule may end a run before its limit of turns."""
    output_tokens: int
    """The most tokens a reply may have."""
    budget: Decimal | None = None
    """Dollars that one run may spend; None: no limit."""
    budget_tokens: int | None = None
    ends_after: int | None = None
    """After about how many turns the run's budget is spent; None: it reaches for half of all runs.
    """
    within: tuple[Within, ...] = ()
    """How far the budgets of the run, its members and purposes reach."""
    cheaper: int = 0
    """About how many turns of a run go to a cheaper model for lack of money."""
    silent: Mapping[str, int] = field(default_factory=dict)
    """Member whom what is left for all does not reach for -> after about how many turns of a run.
    """
    usual_turns: Spread[int]
    """Turns of one run: what half of all runs do not exceed, and nine of ten."""
    mean_turns: float
    """The same on average."""
    stand_in: bool = False
    """Whether a stand-in answers for the models, and its past replies are what is quoted."""
    at_most: Decimal | None = None
    """Dollars of one run up to its last turn in which every reply takes all the room it may have
    and is asked for again, or what its budgets leave if that is less; None: a price is unknown."""
    members: Mapping[str, str] = field(default_factory=dict)
    """Member -> name."""
    human_turns: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Member whom a person plays -> its turns; no model is asked for them."""
    study: StudyStanding | None = None
    """What their study has spent and may spend; None: they are played for none."""
    day: StudyStanding | None = None
    """What was spent today and may be; None: the day has no budget."""

    @property
    def dollars(self) -> Spread[Decimal] | None:
        """At list price; None: a price is unknown."""
        return self.figures.dollars

    @property
    def tokens(self) -> Spread[int]:
        """Prompt and completion tokens."""
        return self.figures.tokens

    @property
    def calls(self) -> Spread[int]:
        """Questions that are answered."""
        return self.figures.calls

    @property
    def minutes(self) -> Spread[float]:
        """One run after the other."""
        return self.figures.minutes

    def __repr__(self) -> str:
        dollars, several = self.dollars, f"{self.runs} runs, " if self.runs > 1 else ""
        told = "price unknown"
        if dollars is not None:
            told = f"about ${_plain(dollars.p50)}, nine of ten up to ${_plain(dollars.p90)}"
        return (
            f"Quote({self.scenario!r} on {self.choice}: {several}{told}; "
            f"{self.tokens.p50:,} tokens, {self.calls.p50:,} calls, {self.minutes.p50:g} minutes)"
        )


def _plain(dollars: Decimal) -> str:
    """Three digits that say something."""
    return format(Context(prec=3).plus(dollars).normalize(), "f")
