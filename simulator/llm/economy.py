"""What is tried before a question is given up for lack of money: cheaper, then shorter.

    as routed -> a cheaper model of its tier -> a lower tier -> fewer output tokens
              -> fewer lines of the transcript -> given up

An answer that is cut off is paid for in vain, so it never gets much less room than the longest one
that the run has seen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil
from typing import Any

from simulator.definitions.model_catalog import TIERS, ModelSpec
from simulator.definitions.persona import TierName, TierRange
from simulator.errors import BudgetExhausted
from simulator.llm.budget import dearest
from simulator.llm.bulk import TOKENS_PER_BULK, bulk_of
from simulator.llm.call_context import Room
from simulator.llm.prompt import LEFT_OUT, Prompt
from simulator.llm.router import Route

__all__ = [
    "FEWEST_LINES",
    "SHORTEST",
    "Plan",
    "bulk_of_request",
    "cheaper_plans",
    "cheaper_ways",
    "least_output",
    "short_of",
    "with_last_lines",
]

FEWEST_LINES = 5
"""Lines of a transcript that are always kept."""
SHORTEST = 64
"""Tokens that an answer with its form needs, however short its words are."""
_LONGER = 11, 10
"""As many times the longest answer so far is room enough for the next one: 1.1."""
_UNTRIED = 2
"""Where no answer was had yet, this part of what it may have: a half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a question is asked."""

    way: Route
    prompt: Prompt
    max_output: int
    """Completion tokens the answer may have."""
    reasons: tuple[str, ...] = ()
    """Why not as the way would have it, for the record."""

    def because(self, reason: str) -> Plan:
        """The same plan with one reason more."""
        return replace(self, reasons=(*self.reasons, reason))


def bulk_of_request(body: Mapping[str, Any], *, model: str, streams: bool) -> int:
    """The bulk of the request for a body, before it is sent."""
    more = {"stream": True, "stream_options": {"include_usage": True}} if streams else {}
    whole = {"model": model, **body, **more}
    return bulk_of(json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode())


def cheaper_ways(
    refused: Plan,
    *,
    tiers: TierRange,
    models: Callable[[TierName], Sequence[ModelSpec]],
    bulk: int,
) -> tuple[Route, ...]:
    """The same question on models on which it can cost less, in the order they are tried.

    Those of its own tier, then of each lower one down to where the range ends; in a tier in its
    order, as whoever wrote it prefers them. `models` are those of a tier that can be asked, `bulk`
    is that of the request as it was refused.
    """
    way, prompt = refused.way, ceil(bulk * TOKENS_PER_BULK)
    own = _most(way.spec, prompt=prompt, output=refused.max_output)
    found: dict[str, Route] = {}
    for tier in reversed(TIERS[TIERS.index(tiers.floor) : TIERS.index(way.tier) + 1]):
        for spec in models(tier):
            most = _most(spec, prompt=prompt, output=refused.max_output)
            if own is not None and most is not None and most < own:
                found.setdefault(spec.name, replace(way, tier=tier, spec=spec))
    return tuple(found.values())


def _most(spec: ModelSpec, *, prompt: int, output: int) -> Decimal | None:
    """Dollars that a question of so many tokens can cost on a model; None: it has no price."""
    return dearest(spec, prompt=prompt, output=min(output, spec.max_output or output)).dollars


def cheaper_plans(
    refused: Plan,
    error: BudgetExhausted,
    *,
    lower: Sequence[Route],
    room: Callable[[Plan], Room],
    narrow: bool,
) -> Iterator[Plan]:
    """Plans that there is room for, the best first; what is left is looked at before each.

    `lower` are the ways to cheaper models, `narrow` says whether lines may be left out. The last
    one asks for the least there is, with room or without: its refusal says whose budget it is
    that cannot pay for any.
    """
    short = short_of(error)
    plans = [refused]
    for cheap in lower:
        way = replace(cheap, reasons=(*cheap.reasons, f"{_instead(cheap, refused.way)}: {short}"))
        plans.append(replace(refused, way=way, max_output=_allowed(refused, way)))
    for plan in plans[1:]:
        if room(plan).most >= plan.max_output:
            yield plan
    for plan in plans:
        yield from _shorter(plan, room(plan), short)
    least = _cheapest(plans, room)
    for lines in _fewer(refused.prompt) if narrow else ():
        prompt, told = with_last_lines(refused.prompt, lines), f"the last {lines} lines only"
        narrow_plans = [replace(plan, prompt=prompt).because(f"{told}: {short}") for plan in plans]
        for plan in narrow_plans:
            there = room(plan)
            if there.most >= plan.max_output:
                yield plan
            yield from _shorter(plan, there, short)
        least = _cheapest((least, *narrow_plans), room)
    yield _least(least, room(least), short, refused=refused)


def _instead(cheap: Route, way: Route) -> str:
    """What is asked instead of what: a tier, or another model of the same one."""
    if cheap.tier == way.tier:
        return f"{cheap.spec.name} instead of {way.spec.name}"
    return f"{cheap.tier} instead of {way.tier}"


def _least(plan: Plan, room: Room, short: str, *, refused: Plan) -> Plan:
    """The least there is, with the step that it takes; one that lies behind it is told already."""
    needed = _needed(plan, room)
    if needed < plan.max_output:
        told = f"{needed} output tokens instead of {plan.max_output}: {short}"
        return replace(plan, max_output=needed).because(told)
    return plan.because(f"nothing cheaper is left to try: {short}") if plan is refused else plan


def _cheapest(plans: Sequence[Plan], room: Callable[[Plan], Room]) -> Plan:
    """The one that leaves the most room; of those that leave as much, the one tried last."""
    return max(reversed(plans), key=lambda plan: room(plan).most)


def with_last_lines(prompt: Prompt, lines: int) -> Prompt:
    """The prompt with so many lines of its transcript, and a word that there were others.

    What no number stands before are no words: who came in stays known.
    """
    gone, kept = prompt.transcript[:-lines], prompt.transcript[-lines:]
    moved = (line for line in gone if line.startswith("(") and not LEFT_OUT.fullmatch(line))
    return replace(prompt, transcript=("(Earlier lines are left out.)", *moved, *kept))


def _shorter(plan: Plan, room: Room, short: str) -> Iterator[Plan]:
    """The plan with as many output tokens as there is room for, if an answer fits into them."""
    if _needed(plan, room) <= room.most < plan.max_output:
        told = f"{room.most} output tokens instead of {plan.max_output}: {short}"
        yield replace(plan, max_output=room.most).because(told)


def least_output(allowed: int, *, longest: int = 0) -> int:
    """Tokens without which an answer might be cut off, of those it is allowed.

    `longest` is what the longest answer to such a question had; 0: there was none yet.
    """
    times, of = _LONGER
    least = -(-longest * times // of) if longest else allowed // _UNTRIED
    return min(max(least, SHORTEST), allowed)


def _needed(plan: Plan, room: Room) -> int:
    return least_output(plan.max_output, longest=room.longest)


def _fewer(prompt: Prompt) -> tuple[int, ...]:
    """Numbers of lines that are worth trying."""
    size = len(prompt.transcript)
    wanted = dict.fromkeys((max(size // 2, FEWEST_LINES), FEWEST_LINES))
    return tuple(lines for lines in wanted if lines < size - 1)


def _allowed(plan: Plan, way: Route) -> int:
    return min(plan.max_output, way.spec.max_output or plan.max_output)


def short_of(error: BudgetExhausted) -> str:
    """What there is not enough of, as a reason on the record."""
    kind, _, purpose = error.scope.partition(":")
    if purpose and kind == "purpose":
        what = "speaking" if purpose == "speak" else f"{purpose} questions"
        return f"the {error.unit} for {what} do not reach"
    shared = error.scope in {"study", "day", "run"}
    return f"{'the ' if shared else ''}{error.scope}'s {error.unit} do not reach"
