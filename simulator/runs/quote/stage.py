"""What all runs on paper of one choice of models have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from simulator.definitions.cast import Cast
from simulator.definitions.model_catalog import TIERS, ModelCatalog, ModelChoice, ModelSpec
from simulator.definitions.persona import TierName
from simulator.llm.routing.choosing import Policy
from simulator.llm.routing.policies import complexity, policy_named
from simulator.runs.quote.score import Asked, Score
from simulator.runs.study import StudyStanding

__all__ = ["Purchasing", "Stage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchasing:
    """Which models there are, how one of them is chosen, and what else pays for them."""

    choice: ModelChoice
    today: date
    """Decides which models are retired."""
    models: Mapping[TierName, tuple[ModelSpec, ...]]
    """Those of each tier, in order."""
    policy: Policy | None
    """The router's; None: one model is asked, or the user's own function chooses, which is asked in
    the read-through alone."""
    shared: tuple[StudyStanding, ...] = ()
    """The study and the day, as far as they pay for the runs."""

    @classmethod
    def of(
        cls,
        catalog: ModelCatalog,
        choice: ModelChoice,
        *,
        today: date,
        shared: tuple[StudyStanding, ...] = (),
    ) -> Purchasing:
        """As the catalog has it; a day does not pay for what is answered in this process."""
        models = {tier: catalog.living(choice, tier, today=today) for tier in TIERS}
        routed = choice.kind != "model" and not catalog.routing.own_policy
        free = all(one.endpoint.in_process for own in models.values() for one in own)
        return cls(
            choice=choice,
            today=today,
            models=models,
            policy=policy_named(catalog.routing.policy) if routed else None,
            shared=tuple(one for one in shared if one.scope == "study" or not free),
        )

    @property
    def presses(self) -> bool:
        """Whether the router saves where money would end before the turns do."""
        return self.policy is complexity


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What all runs on paper have in common."""

    cast: Cast
    catalog: ModelCatalog
    score: Score
    spec_of: Callable[[Asked], ModelSpec]
    """The model that the choice took for a question in the read-through."""
    buying: Purchasing
    may_end: bool
    """Whether a rule may end a run before its limit of turns."""
    beside: Mapping[str, float] = field(default_factory=dict)
    """Purpose -> how much more often it is asked for than in the read-through."""
    cache: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Model -> how much more is read from its cache, and written to it, than should be."""
    unexplained: float = 0.0
    """How much whole runs differ beyond what their turns explain, as a standard deviation."""
    told: int = 0
    """How many runs on record tell what runs take on average."""
    pays: bool = False
    """Whether budgets count."""
    in_full: bool = False
    """Whether every run goes to its limit of turns, and every reply takes all its room and is asked
    for again."""

    def most(self, spec: ModelSpec) -> int:
        """Completion tokens of an answer at most."""
        limit = self.cast.scenario.limits.output_tokens
        return min(limit, spec.max_output or limit)

    def tier_of(self, spec: ModelSpec) -> TierName | None:
        """The highest tier that has a model; None: none has."""
        models = self.buying.models
        return next((tier for tier in reversed(TIERS) if spec in models.get(tier, ())), None)
