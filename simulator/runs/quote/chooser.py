"""Who takes a turn on paper: the router's own choice, by its policy, among what models would cost.

how complex it is (by the past run that is followed, or the read-through) -> candidates, each
with its expected dollars -> a lower tier where money would end before the turns do -> policy
"""

from __future__ import annotations

from dataclasses import replace

from simulator.definitions.model_catalog import ModelSpec
from simulator.llm.purse import Turns
from simulator.llm.router import TurnFeatures, tier_of
from simulator.llm.routing.choosing import Candidate, Choosing
from simulator.llm.routing.policies import complexity
from simulator.llm.routing.pressure import Costs, pressed
from simulator.runs.quote.bill import Asking, Bill
from simulator.runs.quote.stage import Stage
from simulator.runs.quote.till import Till

__all__ = ["Chooser"]


class Chooser:
    """The router of one run on paper."""

    def __init__(self, stage: Stage, bill: Bill, *, till: Till | None) -> None:
        """Without a till there is no lack of money."""
        self._stage, self._bill, self._till = stage, bill, till
        self.cheaper: set[int] = set()
        """Turns that were given to a cheaper model for lack of money."""

    def taken(self, asking: Asking, score: float) -> ModelSpec:
        """The model that a turn of such a score goes to."""
        stage, buying = self._stage, self._stage.buying
        tiers = stage.cast.member(asking.persona).persona.tier.narrowed(asking.asked.tiers)
        specs = [(tier, spec) for tier in tiers.tiers for spec in buying.models[tier]]
        tier = tier_of(score, tiers, stage.catalog.routing)
        if buying.policy is None or not buying.models[tier]:
            return stage.spec_of(asking.asked)
        if len({spec.name for _, spec in specs}) == 1:
            return specs[0][1]
        choosing = Choosing(
            features=TurnFeatures(),
            score=score,
            tier=tier,
            candidates=tuple(self._bill.candidate(asking, *one) for one in specs),
            last=self._bill.last,
            routing=stage.catalog.routing,
        )
        chosen = buying.policy(choosing)
        found = chosen if isinstance(chosen, Candidate) else choosing.preferred
        if not buying.presses or self._till is None or asking.closing:
            return found.spec
        return self._spared(choosing, found, asking)

    def _spared(self, choosing: Choosing, found: Candidate, asking: Asking) -> ModelSpec:
        """What is taken where money would end before the turns do."""
        stage, till = self._stage, self._till
        heard = asking.turn - 1 if asking.new else min(asking.asked.round, asking.turn) - 1
        turns = Turns(
            done=heard,
            left=max(1, stage.cast.scenario.limits.turns - heard),
            members=len(stage.cast.members),
            people=len(stage.cast.humans),
        )
        purses = () if till is None else till.purses(asking.persona, turns)
        if not purses:
            return found.spec
        lines = self._bill.transcript(asking, found.spec)
        most = stage.cast.scenario.limits.output_tokens
        costs = Costs(turns=turns, transcript=lines, most=most)
        lower, _ = pressed(replace(choosing, purses=purses), costs)
        spared = complexity(lower)
        if spared.spec.name != found.spec.name:
            self.cheaper.add(asking.turn)
        return spared.spec
