"""The phases of a talk, as far as its scenario's file shows them by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.definitions.checks.scenario_draft import Draft
from simulator.definitions.phase import Phase
from simulator.definitions.yaml.document import Loc

__all__ = ["ENDINGS", "Part", "parts_in", "turns_until"]

ENDINGS = ("turns", "rounds", "until")
"""The fields that end a phase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What can be told of one phase, whether a scenario or a graph has it."""

    at: Loc
    """Where a mistake about it stands in the scenario."""
    name: str = ""
    """Empty where it cannot be told."""
    speakers: tuple[str, ...] = ()
    """Those who are named, as far as they can be told."""
    limited: bool = False
    """Whether only those who are named may speak."""
    order: str | None = None
    """None: the graph's; empty where it cannot be told."""
    turns: int | None = None
    rounds: int | None = None
    ends: bool = False
    """Whether `turns`, `rounds` or `until` is given."""
    ruled: bool = False
    """Whether `until` may end it."""
    within: int | None = None
    """Turns after which `until` surely holds; None: that cannot be told."""
    decided: bool = True
    """Whether no mistake hides what ends it."""


def parts_in(draft: Draft) -> Iterator[Part]:
    """The phases a scenario has of its own."""
    outline = draft.outline
    for loc in outline.places("phases", None):
        name = outline.text(*loc, "name") or ""
        nodes = (outline.document.node((*loc, end)) for end in ENDINGS)
        ends = any(node is not None and (not node.scalar or node.value) for node in nodes)
        known = outline.decided(*loc, "order", model=Phase)
        yield Part(
            at=(*loc, "name") if name else loc,
            name=name,
            speakers=tuple(one for _, one in outline.texts(*loc, "speakers", None)),
            limited=not draft.empty((*loc, "speakers")),
            order=outline.text(*loc, "order") if known else "",
            turns=outline.number(*loc, "turns") or None,
            rounds=outline.number(*loc, "rounds") or None,
            ends=ends,
            ruled=not draft.empty((*loc, "until")),
            within=turns_until(draft, (*loc, "until")),
            decided=all(outline.decided(*loc, field, model=Phase) for field in ENDINGS),
        )


def turns_until(draft: Draft, rule: Loc) -> int | None:
    """The turns after which a rule surely holds; None: that cannot be told."""
    own = draft.outline.number(*rule, "turns")
    every = [turns_until(draft, loc) for loc in draft.outline.places(*rule, "all", None)]
    some = [turns_until(draft, loc) for loc in draft.outline.places(*rule, "any", None)]
    known = [one for one in every if one is not None]
    together = max(known) if known and len(known) == len(every) else None
    bounds = (own, together, *some)
    return min((bound for bound in bounds if bound is not None), default=None)
