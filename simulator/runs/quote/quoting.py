"""What runs will cost, before they are made: played through once, then many times on paper.

The read-through renders every prompt as a run would; how long replies will be is drawn from past
runs, or from what is assumed where there are none (`assumed`), and history grows with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from statistics import fmean

from simulator.definitions.cast import Cast
from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import TIERS, ModelCatalog, ModelChoice, ModelSpec
from simulator.errors import UsageError
from simulator.llm.layout import without_discount
from simulator.record.past_calls import Past
from simulator.runs.quote.ending import may_end, to_the_limit
from simulator.runs.quote.figures import Figures, Spread, exactly, figures_of, spread_of
from simulator.runs.quote.lengths import Evidence, chance
from simulator.runs.quote.paper import most_on_paper, play_on_paper, staged
from simulator.runs.quote.played import Played
from simulator.runs.quote.quote import Alternative, Known, Quote
from simulator.runs.quote.score import Asked, Score
from simulator.runs.quote.stage import Purchasing, Stage
from simulator.runs.quote.till import day_with
from simulator.runs.quote.within import (
    ends_after,
    half_of,
    require_turns,
    silenced,
    within,
)
from simulator.runs.rehearsal import ReadThrough, human_turns, read_through, require_start
from simulator.runs.study import StudyStanding

__all__ = ["Wanted", "models_of", "quote"]

_DRAWS = 25, 4
"""Worlds, and runs on paper in each: the same for all, so that what is alike costs alike."""
_POLICIES = ("complexity", "sticky", "cheapest")
"""Policies that are compared; `always:TIER` is a model of that tier."""
_LONG = 30
"""Turns from which on a window is worth a look."""
_WINDOW = 20
"""Lines of a window to compare with, where the scenario has none."""


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
    stand_in: bool = False
    """Whether a stand-in answers for the models, so that `past` is what it said."""
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
    day = None if wanted.day is None else day_with(wanted.day.account)
    await require_start(cast, catalog, choice, study=study, day=day)
    whole = to_the_limit(cast)
    played = await read_through(whole, catalog, choice, seed=wanted.seed)
    paper = _Paper(cast, catalog, played=played, wanted=wanted)
    return replace(
        paper.quoted(choice),
        models=await _models(cast, catalog, paper, wanted=wanted),
        policies=await _policies(cast, catalog, choice, wanted=wanted),
        windows=await _windows(cast, catalog, choice, wanted=wanted),
        human_turns=human_turns(cast, played.record),
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
        self._stages: dict[str, tuple[Stage, Evidence]] = {}
        self.may_end = may_end(cast)

    def quoted(self, choice: ModelChoice) -> Quote:
        """The quote, as yet compared with nothing. Raises BudgetExhausted where no run begins."""
        worlds, wanted, cast = self.played(choice), self._wanted, self._cast
        require_turns(worlds)
        turns, limits = [one.turns for world in worlds for one in world], cast.scenario.limits
        return Quote(
            scenario=cast.scenario_id,
            choice=choice.text,
            runs=wanted.runs,
            figures=self.figures(choice, worlds),
            known=self.known(worlds, choice),
            past_runs=len(self._staged(choice)[1].runs),
            may_end=self.may_end,
            output_tokens=limits.output_tokens,
            budget=limits.dollars,
            budget_tokens=limits.tokens,
            ends_after=ends_after(worlds),
            within=within(cast, self.shared(choice), worlds),
            cheaper=half_of(one.cheaper for world in worlds for one in world),
            silent=silenced(cast, worlds),
            usual_turns=Spread(*map(round, spread_of(turns))),
            mean_turns=round(fmean(turns), 1),
            stand_in=wanted.stand_in,
            at_most=self.at_most(choice, worlds),
            members={member.id: member.name for member in cast.members},
            study=wanted.study,
            day=wanted.day,
        )

    def played(self, choice: ModelChoice) -> list[list[Played]]:
        """Runs on paper with the models of a choice."""
        return play_on_paper(*self._staged(choice), draws=(self._wanted.seed, *_DRAWS))

    def at_most(self, choice: ModelChoice, worlds: Sequence[Sequence[Played]]) -> Decimal | None:
        """Dollars of one run whose replies take all their room, within its budgets."""
        limits = self._cast.scenario.limits
        found = most_on_paper(*self._staged(choice), seed=self._wanted.seed)
        seen = [one.dollars["standard"] for world in worlds for one in world]
        if found is None or None in seen:
            return None
        most = exactly(max(found, *(one or 0.0 for one in seen)))
        left = (one.dollars_left for one in self.shared(choice))
        return min(one for one in (most, limits.dollars, *left) if one is not None)

    def shared(self, choice: ModelChoice) -> tuple[StudyStanding, ...]:
        """The study and the day, as far as they pay for runs with these models."""
        given = (self._wanted.study, self._wanted.day)
        shared = tuple(one for one in given if one is not None and one.budget != Budget())
        return self._buying(choice, shared).shared

    def _buying(self, choice: ModelChoice, shared: tuple[StudyStanding, ...]) -> Purchasing:
        today = self._wanted.today
        return Purchasing.of(self._catalog, choice, today=today, shared=shared)

    def _staged(self, choice: ModelChoice) -> tuple[Stage, Evidence]:
        if choice.text not in self._stages:
            wanted, cast = self._wanted, self._cast
            past = wanted.past.of(models_of(self._catalog, (choice,), today=wanted.today))
            evidence = Evidence(past, cast.scenario_id, limit=cast.scenario.limits.turns)
            stage = staged(self._stage(choice), evidence, seed=wanted.seed)
            self._stages[choice.text] = stage, evidence
        return self._stages[choice.text]

    def _stage(self, choice: ModelChoice) -> Stage:
        return Stage(
            cast=self._cast,
            catalog=self._catalog,
            score=self._score,
            spec_of=partial(self._spec, choice),
            buying=self._buying(choice, self.shared(choice)),
            may_end=self.may_end,
        )

    def fits(self, choice: ModelChoice) -> bool:
        """Whether a model gets the tools that those of the read-through got."""
        read = {_tools_sent(self._catalog.spec(one.model)) for one in self._score.asked}
        return read <= {_tools_sent(self._catalog.spec(choice.name))}

    def figures(self, choice: ModelChoice, worlds: list[list[Played]]) -> Figures:
        """What as many runs as are wanted come to."""
        random = chance(self._wanted.seed, "sums", self._wanted.runs)
        limits, shared = self._cast.scenario.limits, self.shared(choice)
        most = Budget(dollars=limits.dollars, tokens=limits.tokens)
        left = Budget.model_construct(
            dollars=min((a for one in shared if (a := one.dollars_left) is not None), default=None),
            tokens=min((n for one in shared if (n := one.tokens_left) is not None), default=None),
        )
        return figures_of(worlds, runs=self._wanted.runs, random=random, most=most, left=left)

    def alternative(self, name: str, choice: ModelChoice) -> Alternative:
        """The same runs with other models."""
        return Alternative(name, self.figures(choice, self.played(choice)))

    def known(self, worlds: Sequence[Sequence[Played]], choice: ModelChoice) -> tuple[Known, ...]:
        """What is on record of the models that are asked."""
        _, evidence = self._staged(choice)
        names = {name for world in worlds for one in world for name in one.models}
        return tuple(Known(name, *evidence.turns_of(name)) for name in sorted(names))

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
            played = await read_through(to_the_limit(cast), catalog, choice, seed=wanted.seed)
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
        played = await read_through(to_the_limit(cast), other, choice, seed=wanted.seed)
        paper = _Paper(cast, other, played=played, wanted=wanted)
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
    played = await read_through(to_the_limit(other), catalog, choice, seed=wanted.seed)
    paper = _Paper(other, catalog, played=played, wanted=wanted)
    return (paper.alternative(name, choice),)
