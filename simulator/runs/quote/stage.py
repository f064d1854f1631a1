"""What all runs on paper of one choice of models have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from simulator.definitions.cast import Cast
from simulator.definitions.model_catalog import TIERS, ModelCatalog, ModelChoice, ModelSpec
from simulator.definitions.persona import TierName
from simulator.runs.quote.score import Asked, Score

__all__ = ["Purchasing", "Stage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchasing:
    """Which models there are for runs whose budgets count."""

    choice: ModelChoice
    today: date
    """Decides which models are retired."""
    models: Mapping[TierName, tuple[ModelSpec, ...]]
    """Those of each tier, in order."""
    presses: bool
    """Whether the router saves where money would end before the turns do."""

    @classmethod
    def of(cls, catalog: ModelCatalog, choice: ModelChoice, *, today: date) -> Purchasing:
        """As the catalog has it."""
        models = {tier: catalog.living(choice, tier, today=today) for tier in TIERS}
        presses = choice.kind != "model" and catalog.routing.policy == "complexity"
        return cls(choice=choice, today=today, models=models, presses=presses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What all runs on paper have in common."""

    cast: Cast
    catalog: ModelCatalog
    score: Score
    spec_of: Callable[[Asked], ModelSpec]
    """The model that the choice takes for a question."""
    may_end: bool
    """Whether a rule may end a run before its limit of turns."""
    beside: Mapping[str, float]
    """Purpose -> how much more often it is asked for than in the read-through."""
    cache: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Model -> how much more is read from its cache, and written to it, than should be."""
    unexplained: float = 0.0
    """How much whole runs differ beyond what their turns explain, as a standard deviation."""
    buying: Purchasing | None = None
    """None: budgets do not count."""

    def most(self, spec: ModelSpec) -> int:
        """Completion tokens of an answer at most."""
        limit = self.cast.scenario.limits.output_tokens
        return min(limit, spec.max_output or limit)

    def tier_of(self, spec: ModelSpec) -> TierName | None:
        """The highest tier that has a model; None: none has."""
        models = {} if self.buying is None else self.buying.models
        return next((tier for tier in reversed(TIERS) if spec in models.get(tier, ())), None)
