"""Events that give the floor to somebody who may not speak then."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.definitions.checks.course import Course, Happening, Span
from simulator.definitions.checks.parts import Part
from simulator.definitions.checks.scenario_draft import Draft
from simulator.definitions.scenario import Scenario
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["check_right_to_speak"]


def check_right_to_speak(course: Course, event: Happening, member: str) -> Iterator[Mistake]:
    """The mistake where an event gives a member the floor, and no phase it can be then does."""
    draft = course.draft
    if not draft.clear or member not in draft.members:
        return
    if not draft.outline.decided("phases", model=Scenario):
        return
    possible = [(part, span) for part, span in _phases(course) if _may_be(course, span, event)]
    if not possible or any(_lets_speak(draft, part, member) for part, _ in possible):
        return
    where = f"in {possible[0][1].name!r}" if len(possible) == 1 else "in any phase it may be then"
    message = f"{member!r} may not speak {where}: `speakers` leaves them out."
    hint = f"Add {member} to its `speakers`, or give the floor to somebody who may speak then."
    yield draft.mistake((*event.at, "next"), message, hint)


def _phases(course: Course) -> Iterator[tuple[Part, Span]]:
    yield from zip(course.parts, course.spans, strict=True)


def _may_be(course: Course, span: Span, event: Happening) -> bool:
    """Whether an event may happen in a phase."""
    name = course.draft.outline.text(*event.at, "at", "phase")
    if name is not None and span.name not in {name, ""}:
        return False
    over = span.last is not None and span.last < event.first
    return not over and (not event.certain or span.first <= event.first + course.together)


def _lets_speak(draft: Draft, part: Part, member: str) -> bool:
    """Whether a phase lets a member speak, or may, where it cannot be told whom it does."""
    meant = [draft.meant(name) for name in part.speakers]
    if not part.limited or not meant or not all(meant):
        return True
    return any(seat.id == member for seats in meant for seat in seats)
