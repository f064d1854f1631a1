"""The end of a run in a few lines: why it ended, what it took, and what it cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from simulator.definitions.model_catalog import ANY_TIER, TIERS, ModelCatalog, ModelSpec
from simulator.definitions.persona import TierName
from simulator.definitions.project import Project
from simulator.display.label import label
from simulator.display.money import count, dollars, exact
from simulator.display.named import named_ending
from simulator.display.prefix_break import cache_warning
from simulator.display.unused import Unused, unused_of
from simulator.display.visible import flat
from simulator.display.votes import Votes, vote_line, votes_of
from simulator.errors import NotFound, UsageError
from simulator.money import plural
from simulator.record.rows import CallRow, CostRow, RunStatus
from simulator.record.usage import cost_of
from simulator.runs.run import Run

__all__ = ["Comparison", "Summary", "comparison", "summary_of"]

_OPENINGS = {
    "dollars": "Stopped by money",
    "budgets": "Stopped by money",
    "tokens": "Stopped by tokens",
    "seconds": "Stopped by time",
    "failed": "Failed",
    "key_missing": "Failed",
    "key_refused": "Failed",
    "paused": "Interrupted",
    "created": "Not begun",
    "running": "Not ended",
    "broken_off": "Broken off",
}
_WORDS = {
    "turns": "the turn limit was reached",
    "paused": "what was said until then is kept",
    "created": "nothing was said yet",
    "running": "it is still going on, as far as can be seen from here",
    "broken_off": "the program that played it is gone; what was said until then is kept",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a stand-in's run would cost if its tokens were a model's."""

    model: str
    """The model, or `tiers` where several would have answered."""
    dollars: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One run, summed up."""

    run: str
    label: str
    stand_in: bool
    stop_reason: str
    """Empty where it has not ended."""
    status: RunStatus
    ending: str
    """Why it ended, as a sentence."""
    turns: int
    """Turns taken, passed or failed."""
    passed_turns: int
    failed_turns: int
    total: CostRow
    tiers: Mapping[str, int]
    """Calls that were sent, by tier, the cheapest first."""
    routed: bool = True
    """Whether the router chose among models; if one is fixed, tiers say nothing."""
    comparison: Comparison | None = None
    cache_warning: str = ""
    """What broke the beginning of prompts that providers cache; empty: nothing unforeseen."""
    votes: Votes = field(default_factory=dict)
    """How votes came out."""
    unused: Unused | None = None
    """What of the script was not played; None where a model spoke."""

    def lines(self, *, whole: bool = False) -> tuple[str, ...]:
        """The summary as sentences, safe for any terminal; the `whole` of it as `full` shows it."""
        tiers = self.tiers if self.routed else {}
        by_tier = ", ".join(f"{count(number)} {tier}" for tier, number in tiers.items())
        calls = plural(self.total.calls, "call") + (f" ({by_tier})" if by_tier else "")
        usage = self.total.usage
        tokens = f"{count(usage.input)} tokens in, {count(usage.output)} out"
        return (
            self.ending,
            f"{self._turns()} · {calls} · {tokens}",
            self._money(),
            *(vote_line(name, counted) for name, counted in self.votes.items()),
            *([self.cache_warning] if self.cache_warning else ()),
            *(self.unused.sentences() if whole and self.unused is not None else ()),
        )

    def _turns(self) -> str:
        """How many there were, and in how many of them nothing was said."""
        unsaid = {"passed": self.passed_turns, "failed": self.failed_turns}
        told = ", ".join(f"{count(number)} {word}" for word, number in unsaid.items() if number)
        return plural(self.turns, "turn") + (f" ({told})" if told else "")

    def _money(self) -> str:
        amount = dollars(self.total.dollars, at_least=self.total.at_least)
        unsure = self.total.unknown + self.total.open
        most = dollars(self.total.reserved)
        rest = f" · {plural(unsure, 'request')} of unknown cost, at most {most}" if unsure else ""
        if not self.stand_in:
            return f"spent {amount}{rest}"
        if self.total.spoken_by == "both":
            return f"{self._of_both()}{rest}"
        if self.total.dollars:
            return f"booked {amount} at list prices{rest} · a stand-in spoke, nothing was paid"
        if not self.turns - self.passed_turns - self.failed_turns:
            return f"spent {amount}{rest}"
        would = self.comparison
        than = f"; would cost about {dollars(would.dollars)} on {_models(would)}" if would else ""
        return f"spent {amount}{rest} · a stand-in spoke{than}"

    def _of_both(self) -> str:
        """What the models cost, and that not all is theirs."""
        total, played = self.total, self.total.stand_in_dollars
        paid = None if total.dollars is None else total.dollars - played
        part = f"{count(total.stand_in_calls)} of {count(total.answered_calls)}"
        said = f"a stand-in gave {part} answers"
        booked = f" ({dollars(played)} booked for it at list prices, not paid)" if played else ""
        return f"spent {dollars(paid, at_least=total.at_least)} on models · {said}{booked}"

    def data(self) -> dict[str, Any]:
        """The summary as plain data; money as exact decimal text, unknown as null."""
        usage, cost = self.total.usage, self.total
        compared = self.comparison
        return {
            "kind": "summary",
            "run": self.run,
            "stand_in": self.stand_in,
            "spoken_by": self.total.spoken_by,
            "stop_reason": self.stop_reason,
            "status": self.status,
            "ending": self.ending,
            "turns": self.turns,
            "passed_turns": self.passed_turns,
            "failed_turns": self.failed_turns,
            "calls": cost.calls,
            "calls_by_tier": dict(self.tiers),
            "input_tokens": usage.input,
            "cached_tokens": usage.cached,
            "output_tokens": usage.output,
            "dollars": exact(cost.dollars),
            "dollars_at_least": cost.at_least,
            "votes": {name: dict(counted) for name, counted in self.votes.items()},
            "script": self.unused.data() if self.unused is not None else None,
            "cache_warning": self.cache_warning or None,
            "would_cost": compared
            and {"model": compared.model, "dollars": exact(compared.dollars)},
        }


def summary_of(
    run: Run, *, catalog: ModelCatalog | None = None, project: Project | None = None
) -> Summary:
    """Sum a run up; with a catalog, a stand-in's run is compared with a model's price.

    With a project, events that did not happen are told with the lines of its files.
    """
    status = run.status
    kinds = Counter(event.kind for event in run.events)
    found = Counter(row.call.tier for row in run.calls if row.call.tier and row.attempts)
    compared = (
        comparison(run.calls, catalog) if catalog and run.total.spoken_by == "stand-in" else None
    )
    return Summary(
        run=run.id,
        label=flat(label(run.started)),
        stand_in=run.stand_in,
        stop_reason=run.stop_reason,
        status=status,
        ending=_ending(run, run.stop_reason or status),
        turns=kinds["turn_taken"] + kinds["turn_passed"] + kinds["turn_failed"],
        passed_turns=kinds["turn_passed"],
        failed_turns=kinds["turn_failed"],
        total=run.total,
        tiers={tier: found[tier] for tier in TIERS if tier in found},
        routed="/" not in run.started.model,
        comparison=compared,
        cache_warning=cache_warning(run.calls),
        votes=votes_of(run),
        unused=unused_of(run, project),
    )


def comparison(calls: Iterable[CallRow], catalog: ModelCatalog) -> Comparison | None:
    """What the calls' tokens cost at the first model of each call's tier, as `--model tiers` asks.

    None where nothing was asked, a price is unknown, or the tiers have no model.
    """
    models, total = set(), Decimal(0)
    for row in calls:
        spec = _first(catalog, row)
        cost = None if spec is None else cost_of(row.usage, spec.price_for(row.usage.input))
        if spec is None or cost is None:
            return None
        models.add(spec.name)
        total += cost
    named = models.pop() if len(models) == 1 else ANY_TIER
    return Comparison(model=named, dollars=total) if total else None


def _first(catalog: ModelCatalog, row: CallRow) -> ModelSpec | None:
    tiers = catalog.choose(ANY_TIER)
    tier: TierName = next((tier for tier in TIERS if tier == row.call.tier), "standard")
    try:
        return catalog.candidates(tiers, tier, today=row.call.at.date())[0]
    except (NotFound, UsageError):
        return None


def _models(would: Comparison) -> str:
    return "the models of the tiers" if would.model == ANY_TIER else would.model


def _ending(run: Run, reason: str) -> str:
    told = named_ending(reason, run.detail, run.started.members)
    words = _WORDS.get(reason) or told or reason
    return f"{_OPENINGS.get(reason, 'Ended')}: {flat(words).rstrip('.')}."
