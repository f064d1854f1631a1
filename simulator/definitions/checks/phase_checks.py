"""Mistakes between the phases of a scenario: their names, their people, their order."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.definitions.checks.code_name import CodeName
from simulator.definitions.checks.course import Course
from simulator.definitions.checks.people import nobody_meant
from simulator.definitions.checks.scenario_draft import BRACES, Draft
from simulator.definitions.checks.surroundings import POLICIES, meant
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
    yield from _never_reached(course)


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
        fault = code.fault(draft.around.root)
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
        return
    what = f"{span.name!r}" if span.name else "This phase"
    if span.after is not None:
        message = f"{what} is never reached: {span.after!r} never ends."
        hint = f"Give {span.after!r} `turns`, `rounds` or `until`, or put it last."
    else:
        turns = course.draft.turns()
        message = (
            f"{what} is never reached: what comes before takes {span.first - 1} turns, and the "
            f"run ends after {turns} turns."
        )
        hint = "Raise limits.turns, or shorten the phases before."
    yield course.draft.mistake(span.at, message, hint)
