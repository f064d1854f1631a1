"""Mistakes between the phases of a scenario: their names, their people, their order."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.definitions.checks.calls import fault_in_order
from simulator.definitions.checks.code_name import CodeName
from simulator.definitions.checks.course import Course, Span
from simulator.definitions.checks.people import nobody_meant
from simulator.definitions.checks.scenario_draft import BRACES, Draft
from simulator.definitions.checks.surroundings import POLICIES, meant
from simulator.definitions.model_catalog import TIERS
from simulator.definitions.yaml.document import Loc
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["check_phases"]

MODERATED = "moderated"
"""The order that asks somebody of the cast who speaks, and the role that one must have."""
MODERATOR = "moderator"


def check_phases(course: Course) -> Iterator[Mistake]:
    """Every mistake between the phases, and between a phase and what it names."""
    draft = course.draft
    yield from _names(draft)
    for loc, name in draft.outline.texts("phases", None, "speakers", None):
        yield from nobody_meant(draft, loc, name)
    for loc, order in draft.outline.texts("phases", None, "order"):
        yield from _order(draft, loc, order)
    for loc, floor in draft.outline.texts("phases", None, "tier", "floor"):
        yield from _tier(draft, loc, floor)
    yield from _never_reached(course)


def _tier(draft: Draft, loc: Loc, floor: str) -> Iterator[Mistake]:
    ceiling = draft.outline.text(*loc[:-1], "ceiling")
    order: dict[str | None, int] = {tier: rank for rank, tier in enumerate(TIERS)}
    if floor in order and ceiling in order and order[floor] > order[ceiling]:
        message = f"The floor {floor!r} is above the ceiling {ceiling!r}."
        yield draft.mistake(loc, message, f"The tiers, from below: {', '.join(TIERS)}.")


def _names(draft: Draft) -> Iterator[Mistake]:
    first: dict[str, Loc] = {}
    for loc, name in draft.outline.texts("phases", None, "name"):
        if first.setdefault(name, loc) != loc:
            message = f"{name!r} is here twice: line {draft.line(first[name])} has it already."
            yield draft.mistake(loc, message, "Each phase has a name of its own.")


def _order(draft: Draft, loc: Loc, order: str) -> Iterator[Mistake]:
    if BRACES.search(order):
        return
    code = CodeName.parse(order)
    if code is not None:
        fault = code.fault(draft.around.root) or fault_in_order(code, draft.around.root)
        if fault is not None:
            yield draft.mistake(loc, *fault)
    elif order not in POLICIES:
        hint = meant(order, POLICIES, "orders")
        yield draft.mistake(loc, f"No order is called {order!r}.", hint)
    elif order == MODERATED and not draft.may_be_meant(MODERATOR):
        hint = f"Give one member of the cast `role: {MODERATOR}`, or choose another order."
        yield draft.mistake(loc, "Nobody in the cast is a moderator.", hint)


def _never_reached(course: Course) -> Iterator[Mistake]:
    """The first phase that cannot begin; those behind it fare the same."""
    span = next((one for one in course.spans if not course.reached(one)), None)
    if span is None:
        yield from _beyond_default(course)
        return
    what, finish = _named(course, span), course.finish_before(span.first)
    if span.after is not None or finish is None:
        message = f"{what} is never reached: {span.after!r} never ends."
        hint = f"Give {span.after!r} `turns`, `rounds` or `until`, or put it last."
    else:
        taken = f"what comes before takes {span.first - 1} turns"
        message = f"{what} is never reached: {taken}, and {finish.why}."
        hint = f"{finish.cure}, or shorten the phases before."
        if not course.own and finish.limit:
            hint = f"Write `limits: {{turns: {course.planned}}}`, or take another graph."
    yield course.draft.mistake(span.at, message, hint)


def _beyond_default(course: Course) -> Iterator[Mistake]:
    """A phase of the graph's own that comes too late where nobody has said how long the run is.

    A rule may end a phase before its turns are over, so with `limits.turns` it is no mistake.
    """
    turns = course.draft.turns()
    said = any(course.draft.outline.places("limits", "turns"))
    if course.own or said or turns is None:
        return
    span = next((one for one in course.spans if one.planned > turns), None)
    if span is not None:
        message = (
            f"{_named(course, span)} comes after {span.planned - 1} turns unless one before it is "
            f"over earlier, and without `limits.turns` the run ends after {turns} turns."
        )
        hint = f"Write `limits: {{turns: {course.planned}}}`, or how many you want."
        yield course.draft.mistake(span.at, message, hint)


def _named(course: Course, span: Span) -> str:
    """A phase as a sentence begins with it."""
    if course.own:
        return f"{span.name!r}" if span.name else "This phase"
    graph = course.draft.outline.text("graph")
    name = f" {span.name!r}" if span.name else ""
    return f"The phase{name} of the graph {graph!r}"
