"""Mistakes in what happens from outside: moments that never come, effects that come to nothing."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator

from simulator.definitions.cast import is_voice_of
from simulator.definitions.checks.clash_checks import UNHEARD, check_clashes
from simulator.definitions.checks.course import Course, Happening
from simulator.definitions.checks.people import no_member
from simulator.definitions.checks.presence import may_come, silent_since
from simulator.definitions.checks.right_to_speak import check_right_to_speak
from simulator.definitions.checks.scenario_draft import BRACES, Draft, Seat
from simulator.definitions.checks.surroundings import meant
from simulator.definitions.intervention import EFFECTS, Intervention, Moment
from simulator.definitions.scenario import Scenario
from simulator.definitions.yaml.document import Loc
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["check_events"]

OF_A_MEMBER: tuple[tuple[str | None, ...], ...] = (
    ("join", None),
    ("leave", None),
    ("next",),
    ("at", "speaker"),
    ("at", "when", "of"),
)
"""Where an event names a member; `tell` and `goal` have them as keys."""

SILENCE = "silence"
"""The measure that counts turns."""
MEASURES = {"conflict": 1.0, "share": 1.0, "silence": float("inf")}
"""Each measure, with the greatest figure it can have."""


def check_events(course: Course) -> Iterator[Mistake]:
    """Every mistake in the events, and in members who wait for one."""
    yield from _entries(course)
    for happening in course.happenings:
        yield from _something(course.draft, happening.at)
        yield from _people(course.draft, happening.at)
        yield from _moment(course, happening)
        yield from _coming_and_going(course, happening)
        if course.ended_by(happening) is None:
            yield from _there(course, happening)
    yield from check_clashes(course)


def _entries(course: Course) -> Iterator[Mistake]:
    """Members who wait to be brought in."""
    draft = course.draft
    entries = tuple(draft.outline.places("cast", None))
    seats = [seat for seat in draft.seats if draft.members[seat.id] == seat]
    late = [(seat, (*seat.at[:2], "enters")) for seat in seats if seat.late]
    if late and len(late) == len(entries):
        message = "Nobody is there at the beginning: everybody enters later."
        yield draft.mistake(late[0][1], message, "Leave `enters` out where somebody begins.")
        late = late[1:]
    for seat, loc in late:
        if not course.brought_in(seat.id):
            hint = f"Write an event with `join: [{seat.id}]`, or leave `enters` out."
            yield draft.mistake(loc, f"No event brings in {seat.id!r}.", hint)


def _something(draft: Draft, loc: Loc) -> Iterator[Mistake]:
    """An event says when, and what."""
    outline = draft.outline
    moment = outline.document.node((*loc, "at"))
    conditions = tuple(Moment.model_fields)
    if moment is not None and moment.fields is not None and not moment.flawed:
        given = [key for key in moment.fields if not draft.empty((*loc, "at", key))]
        if not given:
            hint = f"Write one of {', '.join(conditions)}."
            yield draft.mistake((*loc, "at"), "Nothing says when this happens.", hint)
    decided = all(outline.decided(*loc, name, model=Intervention) for name in EFFECTS)
    if decided and all(draft.empty((*loc, name)) for name in EFFECTS):
        hint = f"Write one of {', '.join(EFFECTS)}."
        yield draft.mistake(loc, "Nothing happens in this event.", hint)


def _people(draft: Draft, loc: Loc) -> Iterator[Mistake]:
    outline = draft.outline
    speaker = outline.text(*loc, "as")
    if speaker is not None and any(is_voice_of(speaker, _names(draft, one)) for one in draft.seats):
        hint = "Write a line for it, or choose a name that is not in the cast."
        message = f"{speaker!r} is in the cast and speaks for itself."
        yield draft.mistake((*loc, "as"), message, hint)
    for pattern in OF_A_MEMBER:
        for place, name in outline.texts(*loc, *pattern):
            yield from no_member(draft, place, name)
    for effect in ("tell", "goal"):
        for place in outline.places(*loc, effect, None):
            yield from no_member(draft, place, str(place[-1]), key=True)


def _names(draft: Draft, seat: Seat) -> tuple[str, ...]:
    """What a member is called in full."""
    persona = draft.around.personas.get(seat.persona)
    name = persona.text("name") if persona is not None else None
    return (seat.id,) if name is None else (seat.id, name, f"{name} ({seat.id})")


def _moment(course: Course, event: Happening) -> Iterator[Mistake]:
    draft, outline = course.draft, course.draft.outline
    at = (*event.at, "at")
    turn = outline.number(*at, "turn")
    finish = next((one for one in course.figures if turn is not None and turn > one.last), None)
    end = course.ended_by(event)
    if finish is not None:
        hint = f"{finish.cure}, or choose an earlier turn."
        message = f"Turn {turn} is never reached: {finish.why}."
        yield draft.mistake((*at, "turn"), message, hint)
        turn = None
    elif end is not None:
        message = f"This never happens: {course.why_after(end)}."
        hint = "Let this happen earlier, or that event later."
        yield draft.mistake((*at, "turn") if turn is not None else event.at, message, hint)
        turn = None
    else:
        yield from _awaited(course, event)
    phase = outline.text(*at, "phase")
    if phase is not None and not BRACES.search(phase):
        yield from _phase(course, at, phase, turn=turn)
    pattern = outline.text(*at, "said")
    if pattern is not None and not BRACES.search(pattern):
        yield from _pattern(draft, (*at, "said"), pattern)
    yield from _figure(course, (*at, "when"))


def _awaited(course: Course, event: Happening) -> Iterator[Mistake]:
    """Events that wait for the words of somebody who cannot have spoken right before."""
    draft, loc = course.draft, (*event.at, "at", "speaker")
    name = draft.outline.text(*loc)
    if name is None or name not in draft.members:
        return
    gone = silent_since(course, name, event)
    if gone is not None:
        message = (
            f"{name!r} has gone by then: the event in line {draft.line(gone.at)} takes them out."
        )
        yield draft.mistake(loc, message, "Let this happen earlier, or wait for somebody else.")
    elif course.of("join", name) and not may_come(course, name):
        message = f"This never happens: all that brings {name!r} in waits for them."
        hint = f"Wait for somebody who is there, or write another event with `join: [{name}]`."
        yield draft.mistake(loc, message, hint)


def _phase(course: Course, at: Loc, name: str, *, turn: int | None) -> Iterator[Mistake]:
    """A phase that is not there, or not at that turn."""
    draft = course.draft
    known = [span.name for span in course.spans]
    if not course.own and course.graph.phases == ():
        message = f"There is no phase {name!r}: neither this file nor its graph has phases."
        yield draft.mistake((*at, "phase"), message, "Write `phases:`, or leave `phase` out.")
    if not known or not all(known) or not draft.outline.decided("phases", model=Scenario):
        return
    span = course.span(name)
    if span is None:
        hint = meant(name, known, "phases")
        yield draft.mistake((*at, "phase"), f"No phase is called {name!r}.", hint)
    elif not course.reached(span):
        message = f"The phase {name!r} is never reached."
        yield draft.mistake((*at, "phase"), message, "Choose an earlier one.")
    elif turn is not None and span.last is not None and turn > span.last:
        message = f"{name!r} is over before turn {turn}: its last can be turn {span.last}."
        yield draft.mistake((*at, "turn"), message, "Choose an earlier turn, or another phase.")


def _pattern(draft: Draft, loc: Loc, pattern: str) -> Iterator[Mistake]:
    try:
        with warnings.catch_warnings(action="ignore"):
            re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        where = f" (character {error.pos + 1})" if error.pos is not None else ""
        message = f"This is no regular expression: {error.msg}{where}."
    except (OverflowError, RecursionError, ValueError) as error:
        message = f"This is no regular expression: {error}."
    else:
        return
    hint = "A sign that means itself has a \\ before it: . ^ $ * + ? { } [ ] ( ) | \\"
    yield draft.mistake(loc, message, hint)


def _figure(course: Course, loc: Loc) -> Iterator[Mistake]:
    """A measure is about somebody, or about everybody, and has a threshold it can pass."""
    draft = course.draft
    node = draft.outline.document.node(loc)
    measure = draft.outline.text(*loc, "measure")
    if node is None or node.fields is None or node.flawed or measure not in MEASURES:
        return
    whom = (*loc, "of")
    if measure == "conflict" and not draft.empty(whom):
        message = "`conflict` is a figure about everybody."
        yield draft.mistake(whom, message, "Leave `of` out.", key=True)
    if measure != "conflict" and draft.empty(whom):
        hint = f"Write whom: {{measure: {measure}, of: ...}}."
        yield draft.mistake(loc, f"`{measure}` is a figure about one member.", hint)
    if draft.empty((*loc, "above")) and draft.empty((*loc, "below")):
        hint = "Write `above: ...` or `below: ...`."
        yield draft.mistake(loc, "Nothing says what the figure has to pass.", hint)
    yield from _threshold(course, loc, measure)


def _threshold(course: Course, loc: Loc, measure: str) -> Iterator[Mistake]:
    draft = course.draft
    written = {name: draft.outline.text(*loc, name) for name in ("above", "below")}
    above, below = (_number(text) for text in written.values())
    finish = next(iter(course.finishes), None) if measure == SILENCE else None
    if above is not None and above >= MEASURES[measure]:
        message = f"`{measure}` is never above {written['above']}: it goes from 0 to 1."
        yield draft.mistake((*loc, "above"), message, "A half is 0.5.")
    elif above is not None and finish is not None and above >= finish.last - 1:
        message = f"`{measure}` is never above {written['above']}: {finish.why}."
        yield draft.mistake((*loc, "above"), message, f"{finish.cure}, or choose a smaller figure.")
    elif below is not None and below <= 0:
        message = f"`{measure}` is never below {written['below']}: it begins at 0."
        yield draft.mistake((*loc, "below"), message, "Choose a greater figure.")
    elif above is not None and below is not None and above >= below:
        message = f"No figure is above {written['above']} and below {written['below']}."
        yield draft.mistake((*loc, "below"), message, "Exchange them, or leave one out.")
    elif (
        measure == SILENCE
        and above is not None
        and below is not None
        and (math.floor(above) + 1 >= below)
    ):
        message = f"No number of turns is above {written['above']} and below {written['below']}."
        yield draft.mistake((*loc, "below"), message, "Choose a greater figure.")


def _number(text: str | None) -> float | None:
    """The number a text is; None where it is none, or none that ends."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _coming_and_going(course: Course, event: Happening) -> Iterator[Mistake]:
    """Comings of those who are there, goings of those who are not, both at once, after the end."""
    draft, outline = course.draft, course.draft.outline
    for loc, name in outline.texts(*event.at, "join", None):
        seat = draft.members.get(name)
        if seat is None:
            continue
        at_once = [one for one in course.of("leave", name) if course.same_moment(one, event)]
        if at_once:
            message = f"{name!r} comes in and goes at the same moment."
            yield draft.mistake(loc, message, "Take one of the two out.")
        elif not seat.late and not course.comes_back(name):
            hint = "Write `enters: later` in the cast, or leave it out here."
            yield draft.mistake(loc, f"{name!r} is there from the beginning.", hint)
    if draft.empty((*event.at, "end")):
        return
    for effect in UNHEARD:
        if not draft.empty((*event.at, effect)):
            message = f"The conversation ends here, so `{effect}` comes to nothing."
            hint = f"Leave `end` out, or `{effect}`."
            yield draft.mistake((*event.at, effect), message, hint, key=True)


def _there(course: Course, event: Happening) -> Iterator[Mistake]:
    """Whoever is told something or given the floor is there."""
    draft, outline = course.draft, course.draft.outline
    told = [(loc, str(loc[-1])) for loc in outline.places(*event.at, "tell", None)]
    for loc, name in (*told, *outline.texts(*event.at, "next")):
        away = course.away(name, event)
        if away is not None:
            yield draft.mistake(loc, *away, key=loc[-1] != "next")
        elif loc[-1] == "next":
            yield from check_right_to_speak(course, event, name)
