"""What is tried before a question is given up for lack of money: cheaper, then shorter.

    as routed -> a cheaper tier -> fewer output tokens -> fewer lines of the transcript -> given up

An answer that is cut off is paid for in vain, so it never gets much less room than the longest one
that the run has seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from simulator.errors import BudgetExhausted
from simulator.llm.call_context import Room
from simulator.llm.prompt import Prompt
from simulator.llm.router import Route

__all__ = ["FEWEST_LINES", "SHORTEST", "Plan", "cheaper_plans", "with_last_lines"]

FEWEST_LINES = 5
"""Lines of a transcript that are always kept."""
SHORTEST = 64
"""Tokens that an answer with its form needs, however short its words are."""
_LONGER = 1.1
"""As many times the longest answer so far is room enough for the next one."""
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


def cheaper_plans(
    refused: Plan,
    error: BudgetExhausted,
    *,
    lower: Sequence[Route],
    room: Callable[[Plan], Room],
    narrow: bool,
) -> Iterator[Plan]:
    """Plans that there is room for, the best first; what is left is looked at before each.

    `lower` are the ways to cheaper models, `narrow` says whether lines may be left out.
    """
    short = _short_of(error)
    plans = [refused]
    for cheap in lower:
        reason = f"{cheap.tier} instead of {refused.way.tier}: {short}"
        way = replace(cheap, reasons=(*cheap.reasons, reason))
        plans.append(replace(refused, way=way, max_output=_allowed(refused, way)))
    for plan in plans[1:]:
        if room(plan).most >= plan.max_output:
            yield plan
    for plan in plans:
        yield from _shorter(plan, room(plan), short)
    for lines in _fewer(refused.prompt) if narrow else ():
        for plan in plans:
            less = replace(plan, prompt=with_last_lines(plan.prompt, lines))
            less = less.because(f"the last {lines} lines only: {short}")
            there = room(less)
            if there.most >= less.max_output:
                yield less
            else:
                yield from _shorter(less, there, short)


def with_last_lines(prompt: Prompt, lines: int) -> Prompt:
    """The prompt with so many lines of its transcript, and a word that there were others."""
    kept = prompt.transcript[-lines:]
    return replace(prompt, transcript=("(Earlier lines are left out.)", *kept))


def _shorter(plan: Plan, room: Room, short: str) -> Iterator[Plan]:
    """The plan with as many output tokens as there is room for, if an answer fits into them."""
    least = ceil(room.longest * _LONGER) if room.longest else plan.max_output // _UNTRIED
    if min(max(least, SHORTEST), plan.max_output) <= room.most < plan.max_output:
        told = f"{room.most} output tokens instead of {plan.max_output}: {short}"
        yield replace(plan, max_output=room.most).because(told)


def _fewer(prompt: Prompt) -> tuple[int, ...]:
    """Numbers of lines that are worth trying."""
    size = len(prompt.transcript)
    wanted = dict.fromkeys((max(size // 2, FEWEST_LINES), FEWEST_LINES))
    return tuple(lines for lines in wanted if lines < size - 1)


def _allowed(plan: Plan, way: Route) -> int:
    return min(plan.max_output, way.spec.max_output or plan.max_output)


def _short_of(error: BudgetExhausted) -> str:
    """What there is not enough of, as a reason on the record."""
    kind, _, purpose = error.scope.partition(":")
    whose = f"{purpose} questions" if purpose and kind == "purpose" else error.scope
    return f"the {error.unit} left to {whose} do not reach"
