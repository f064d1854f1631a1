"""What runs will cost, before they are made: played through once, then many times on paper.

The read-through renders every prompt as a run would; how long replies will be is drawn from past
runs, or from what is assumed where there are none (`assumed`), and history grows with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Context, Decimal
from functools import partial

from simulator.definitions.cast import Cast
from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import TIERS, ModelCatalog, ModelChoice, ModelSpec
from simulator.definitions.stop_rule import StopRule
from simulator.errors import UsageError
from simulator.llm.budget import Day
from simulator.llm.layout import without_discount
from simulator.record.past_calls import Past
from simulator.record.tally import Counted
from simulator.runs.quote.figures import Figures, Spread, figures_of
from simulator.runs.quote.lengths import Evidence, chance
from simulator.runs.quote.paper import play_on_paper
from simulator.runs.quote.played import Played
from simulator.runs.quote.score import Asked, Score
from simulator.runs.quote.stage import Purchasing
from simulator.runs.quote.within import Within, ends_after, half_of, require_turns, within
from simulator.runs.rehearsal import ReadThrough, human_turns, most_of, read_through, require_start
from simulator.runs.study import StudyStanding

__all__ = ["Alternative", "Known", "Quote", "Wanted", "Within", "models_of", "quote"]

_WORLDS, _RUNS = 25, 8
"""Runs on paper: 200 of what was chosen."""
_FEWER = 10, 4
"""And of everything that it is compared with: 40."""
_POLICIES = ("complexity", "sticky", "cheapest")
"""Policies that are compared; `always:TIER` is a model of that tier."""
_LONG = 30
"""Turns from which on a window is worth a look."""
_WINDOW = 20
"""Lines of a window to compare with, where the scenario has none."""
_SURE = frozenset({"goal", "turns"})
"""Stop rules that are kept in a read-through: turns are counted, and goals are asked for."""


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
    """Other choices of models, and the one that was made."""
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
    at_most: Decimal | None = None
    """Dollars of one run in which every reply takes all the room it may have, with nothing asked
    for again, or its limit if that is less; None: a price is unknown."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a quote is asked for."""

    today: date
    """Decides which models are retired."""
    past: Past = field(default_factory=Past.nothing)
    runs: int = 1
    seed: int = 0
    compared: tuple[ModelChoice, ...] = ()
    """Other choices of models."""
    windows: bool = True
    """Whether other windows are compared."""
    routed: bool = True
    """Whether past runs of the same choice tell which models the router takes."""
    policies: bool = True
    """Whether other policies of the router are compared, where it decides."""
    study: StudyStanding | None = None
    """What the runs would be played for, with what others of it have spent."""
    day: StudyStanding | None = None
    """What is left of the day's budget; None: it has none."""


async def quote(cast: Cast, catalog: ModelCatalog, choice: ModelChoice, *, wanted: Wanted) -> Quote:
    """What runs of the cast with these models will cost.

    Raises:
        UsageError: no model of the choice serves a tier, or the graph does not fit the cast.
        UserCodeFailed: a user's graph or tool cannot be loaded.
        UnknownPrice: there is a dollar limit and a model without a price.
        BudgetExhausted: a budget does not reach for the first question.
    """
    study = None if wanted.study is None else wanted.study.account
    await require_start(cast, catalog, choice, study=study, day=_day(wanted.day))
    whole = _to_the_limit(cast)
    played = await read_through(whole, catalog, choice, seed=wanted.seed)
    paper = _Paper(cast, catalog, played=played, wanted=wanted)
    worlds = paper.played(choice, draws=(_WORLDS, _RUNS))
    require_turns(worlds)
    limits = cast.scenario.limits
    return Quote(
        scenario=cast.scenario_id,
        choice=choice.text,
        runs=wanted.runs,
        figures=paper.figures(worlds),
        models=await _models(cast, catalog, paper, wanted=wanted),
        policies=await _policies(cast, catalog, choice, wanted=wanted),
        windows=await _windows(cast, catalog, choice, wanted=wanted),
        known=paper.known(worlds, choice),
        past_runs=paper.past_runs(choice),
        may_end=paper.may_end,
        output_tokens=limits.output_tokens,
        budget=limits.dollars,
        budget_tokens=limits.tokens,
        ends_after=ends_after(worlds),
        within=within(cast, worlds),
        cheaper=half_of(one.cheaper for world in worlds for one in world),
        at_most=_at_most(cast, catalog, played),
        members={member.id: member.name for member in cast.members},
        human_turns=human_turns(cast, played.record),
        study=wanted.study,
        day=wanted.day,
    )


def models_of(
    catalog: ModelCatalog, choices: Sequence[ModelChoice], *, today: date
) -> frozenset[str]:
    """Every model that one of the choices may ask."""
    found = (_first(catalog, one, tier, today=today) for one in choices for tier in TIERS)
    return frozenset(spec.name for spec in found if spec is not None)


def _first(
    catalog: ModelCatalog, choice: ModelChoice, tier: str, *, today: date
) -> ModelSpec | None:
    name = next(one for one in TIERS if one == tier)
    try:
        return catalog.candidates(choice, name, today=today)[0]
    except UsageError:
        return None


class _Paper:
    """A read-through, and what runs like it come to on paper."""

    def __init__(
        self, cast: Cast, catalog: ModelCatalog, *, played: ReadThrough, wanted: Wanted
    ) -> None:
        self._cast, self._catalog, self._wanted = cast, catalog, wanted
        self._score = Score(cast, played)
        self.may_end = _may_end(cast)

    def evidence(self, choice: ModelChoice) -> Evidence:
        """What past runs tell about the models of a choice."""
        wanted = self._wanted
        routed = choice.text if choice.kind != "model" and wanted.routed else ""
        models = models_of(self._catalog, (choice,), today=wanted.today)
        return Evidence(wanted.past.of(models), self._cast.scenario_id, choice=routed)

    def played(self, choice: ModelChoice, *, draws: tuple[int, int]) -> list[list[Played]]:
        """Runs on paper with the models of a choice."""
        return play_on_paper(
            self._score,
            partial(self._spec, choice),
            setting=(self._cast, self._catalog, self._buying(choice)),
            evidence=self.evidence(choice),
            draws=(self._wanted.seed, *draws),
            may_end=self.may_end,
        )

    def _buying(self, choice: ModelChoice) -> Purchasing:
        return Purchasing.of(self._catalog, choice, today=self._wanted.today)

    def fits(self, choice: ModelChoice) -> bool:
        """Whether a model gets the tools that those of the read-through got."""
        read = {_tools_sent(self._catalog.spec(one.model)) for one in self._score.asked}
        return read <= {_tools_sent(self._catalog.spec(choice.name))}

    def figures(self, worlds: list[list[Played]]) -> Figures:
        """What as many runs as are wanted come to."""
        random = chance(self._wanted.seed, "sums", self._wanted.runs)
        limits = self._cast.scenario.limits
        most = Budget(dollars=limits.dollars, tokens=limits.tokens)
        return figures_of(worlds, runs=self._wanted.runs, random=random, most=most)

    def alternative(self, name: str, choice: ModelChoice) -> Alternative:
        """The same runs with other models."""
        return Alternative(name, self.figures(self.played(choice, draws=_FEWER)))

    def known(self, worlds: Sequence[Sequence[Played]], choice: ModelChoice) -> tuple[Known, ...]:
        """What is on record of the models that are asked."""
        evidence = self.evidence(choice)
        names = {name for world in worlds for one in world for name in one.models}
        return tuple(Known(name, *evidence.turns_of(name)) for name in sorted(names))

    def past_runs(self, choice: ModelChoice) -> int:
        """How many runs of the scenario are on record."""
        return len(self.evidence(choice).runs)

    def _spec(self, choice: ModelChoice, asked: Asked) -> ModelSpec:
        """One model, whoever was asked; the router's choices are those of the read-through."""
        return self._catalog.spec(choice.name if choice.kind == "model" else asked.model)


def _tools_sent(spec: ModelSpec) -> tuple[bool, bool]:
    """Whether any are, and whether those that belong to others are."""
    return "tools" in spec.supports, not without_discount(spec)


async def _models(
    cast: Cast, catalog: ModelCatalog, paper: _Paper, *, wanted: Wanted
) -> tuple[Alternative, ...]:
    """The same runs with other models; where a router decides, it has to be let."""
    found = []
    for choice in wanted.compared:
        own = paper
        if choice.kind != "model" or not paper.fits(choice):
            played = await read_through(_to_the_limit(cast), catalog, choice, seed=wanted.seed)
            own = _Paper(cast, catalog, played=played, wanted=wanted)
        found.append(own.alternative(choice.text, choice))
    return tuple(found)


async def _policies(
    cast: Cast, catalog: ModelCatalog, choice: ModelChoice, *, wanted: Wanted
) -> tuple[Alternative, ...]:
    """The same runs by other policies of the router; none where it decides nothing."""
    found = []
    for name in _POLICIES if choice.kind != "model" and wanted.policies else ():
        if name == catalog.routing.policy:
            continue
        routing = catalog.routing.model_copy(update={"policy": name})
        other = catalog.model_copy(update={"routing": routing})
        played = await read_through(_to_the_limit(cast), other, choice, seed=wanted.seed)
        paper = _Paper(cast, other, played=played, wanted=replace(wanted, routed=False))
        found.append(paper.alternative(f"{choice.text}, {name}", choice))
    return tuple(found)


async def _windows(
    cast: Cast, catalog: ModelCatalog, choice: ModelChoice, *, wanted: Wanted
) -> tuple[Alternative, ...]:
    """The same runs with all lines in every prompt, or with the last ones where all are now."""
    limits, memory = cast.scenario.limits, cast.scenario.memory
    windowed = limits.context_lines is not None or memory.window == "summary"
    if not wanted.windows or not (windowed or limits.turns > _LONG):
        return ()
    lines = None if windowed else _WINDOW
    name = "all lines in every prompt" if windowed else f"the last {_WINDOW} lines"
    changed = {
        "limits": limits.model_copy(update={"context_lines": lines}),
        "memory": memory.model_copy(update={"window": "blocks"}),
    }
    other = replace(cast, scenario=cast.scenario.model_copy(update=changed))
    played = await read_through(_to_the_limit(other), catalog, choice, seed=wanted.seed)
    paper = _Paper(other, catalog, played=played, wanted=wanted)
    return (paper.alternative(name, choice),)


def _at_most(cast: Cast, catalog: ModelCatalog, played: ReadThrough) -> Decimal | None:
    limit = cast.scenario.limits.dollars
    amount = most_of(played.record, catalog, cast.scenario.limits.output_tokens)
    return amount if amount is None or limit is None else min(amount, limit)


def _day(standing: StudyStanding | None) -> Day | None:
    """The day's budget with what is spent of it."""
    if standing is None:
        return None
    day = Day(standing.budget)
    day.account.on_record(Counted(spent=standing.spent, unpriced=standing.unpriced))
    return day


def _may_end(cast: Cast) -> bool:
    """Whether a rule may end a run before its limit of turns."""
    stop = cast.scenario.stop
    return stop is not None and _surely(stop) != stop


def _to_the_limit(cast: Cast) -> Cast:
    """The cast, going on to its limit of turns: whether a rule ends it before nobody knows."""
    stop = cast.scenario.stop
    kept = None if stop is None else _surely(stop)
    return replace(cast, scenario=cast.scenario.model_copy(update={"stop": kept}))


def _surely(rule: StopRule) -> StopRule | None:
    """What of a rule holds or not whatever is said, and what asks a model."""
    for name in ("any", "all"):
        parts: Sequence[StopRule] | None = getattr(rule, name)
        if parts is None:
            continue
        sure = [one for part in parts if (one := _surely(part)) is not None]
        if name == "all" and len(sure) < len(parts):
            sure = [one for one in sure if one.goal is not None]
        return StopRule.model_validate({name: sure}) if sure else None
    return rule if any(getattr(rule, name) is not None for name in _SURE) else None
