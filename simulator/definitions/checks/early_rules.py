"""Rules that hold as soon as anybody has spoken, and so end what has hardly begun."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.definitions.checks.course import Course
from simulator.definitions.yaml.document import Loc
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["check_first_turn"]

IN_A_ROW = ("turns", "stale", "loop")
"""The rules that count turns."""
OF_SEVERAL = ("agreement", "everybody_passed", "farewell")
"""The rules that take the turns of two people at least."""


def check_first_turn(course: Course, loc: Loc) -> Iterator[Mistake]:
    """The `not` by which a rule surely holds after the first turn; of several the first."""
    found = next(_early(course, loc), None)
    if found is not None:
        message = "This holds after the first turn already: nothing in it can be so by then."
        hint = "Say what else has to be so: all: [..., {not: ...}]."
        yield course.draft.mistake((*found, "not"), message, hint)


def _early(course: Course, loc: Loc) -> Iterator[Loc]:
    """The places of `not` by which a rule surely holds then; none where it may not."""
    places = course.draft.outline.places
    for below in places(*loc, "not"):
        if _later(course, below):
            yield loc
    for below in places(*loc, "any", None):
        yield from _early(course, below)
    every = [list(_early(course, below)) for below in places(*loc, "all", None)]
    if every and all(every):
        yield every[0][0]


def _later(course: Course, loc: Loc) -> bool:
    """Whether a rule surely does not hold after the first turn, or those taken with it."""
    draft = course.draft
    places, number = draft.outline.places, draft.outline.number
    at_once = 1 + course.together
    if any((number(*loc, name) or 0) > at_once for name in IN_A_ROW):
        return True
    several = len(draft.members) > 1 and at_once == 1
    if several and any(
        not draft.empty((*loc, name)) and draft.outline.text(*loc, name) != "false"
        for name in OF_SEVERAL
    ):
        return True
    some = [_later(course, below) for below in places(*loc, "any", None)]
    return any(_later(course, below) for below in places(*loc, "all", None)) or (
        bool(some) and all(some)
    )
