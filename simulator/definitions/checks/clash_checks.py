"""Mistakes between two events: what one of them does, the other undoes or has done already."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.definitions.checks.course import Course, Happening
from simulator.definitions.checks.presence import brought_in_before
from simulator.definitions.yaml.document import Loc
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["UNHEARD", "check_clashes"]

UNHEARD = ("join", "goal", "next")
"""Effects that come to nothing where the conversation ends."""


def check_clashes(course: Course) -> Iterator[Mistake]:
    """Every mistake between an event and those that happen before it or at its moment."""
    for event in course.happenings:
        if course.ended_by(event) is not None:
            continue
        yield from _done_already(course, event)
        for other in course.happenings[: event.index]:
            if course.same_moment(other, event):
                yield from _contradicting(course, other, event)


def _done_already(course: Course, event: Happening) -> Iterator[Mistake]:
    """Goings of those who have gone, comings of those who have come."""
    draft = course.draft
    for loc, name in draft.outline.texts(*event.at, "leave", None):
        away = course.away(name, event, going=True)
        if away is not None:
            message, _ = away
            yield draft.mistake(loc, message, "Leave it out here, or bring them in before.")
    for loc, name in draft.outline.texts(*event.at, "join", None):
        earlier = brought_in_before(course, name, event)
        if earlier is not None:
            line = draft.line(earlier.at)
            message = f"{name!r} is there by then: the event in line {line} brings them in."
            yield draft.mistake(loc, message, "Take one of the two out.")


def _contradicting(course: Course, one: Happening, other: Happening) -> Iterator[Mistake]:
    """What the first of two events of one moment does and the second one undoes."""
    draft = course.draft
    outline, line = draft.outline, draft.line(one.at)
    hint = "Take one of the two out, or let one happen at another moment."
    given, taken = (outline.text(*event.at, "next") for event in (one, other))
    if given is not None and taken is not None and given != taken:
        message = f"At the same moment the event in line {line} gives {given!r} the floor."
        yield draft.mistake((*other.at, "next"), message, hint)
    for loc, name in outline.texts(*other.at, "leave", None):
        if name == given:
            message = f"At the same moment the event in line {line} gives {name!r} the floor."
            yield draft.mistake(loc, message, hint)
    for loc, wish in outline.texts(*other.at, "goal", None):
        before = outline.text(*one.at, *_within(other, loc))
        if before is not None and before != wish:
            message = f"At the same moment the event in line {line} gives {loc[-1]!r} another goal."
            yield draft.mistake(loc, message, hint, key=True)
    if draft.empty((*other.at, "end")):
        return
    for effect in UNHEARD:
        if not draft.empty((*one.at, effect)):
            end = draft.line(other.at)
            message = (
                f"At the same moment the event in line {end} ends it all, so `{effect}` comes "
            )
            yield draft.mistake((*one.at, effect), f"{message}to nothing.", hint, key=True)


def _within(event: Happening, loc: Loc) -> Loc:
    """A place within an event, as it is called in any."""
    return loc[len(event.at) :]
