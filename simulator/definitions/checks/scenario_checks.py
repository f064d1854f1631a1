"""Mistakes of a scenario's file that show only beside its other parts and other files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from simulator.definitions.checks.course import Course
from simulator.definitions.checks.event_checks import check_events
from simulator.definitions.checks.graph_checks import check_graph
from simulator.definitions.checks.handoff_checks import check_handoff
from simulator.definitions.checks.line_checks import check_lines
from simulator.definitions.checks.memory_checks import check_memory
from simulator.definitions.checks.people import nobody_meant
from simulator.definitions.checks.phase_checks import check_phases
from simulator.definitions.checks.presence import gone_at_the_end
from simulator.definitions.checks.reply_checks import check_reply
from simulator.definitions.checks.role_checks import check_roles
from simulator.definitions.checks.rule_checks import check_rules
from simulator.definitions.checks.scenario_draft import BRACES, Draft, Seat
from simulator.definitions.checks.surroundings import meant
from simulator.definitions.persona import IDENTIFIER
from simulator.definitions.scenario import PLACEHOLDER, Scenario
from simulator.definitions.yaml.document import Node
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["check_scenario"]

RESERVED = frozenset({"day", "floor", "narrator", "run", "study"})
"""Ids no member can have: a node of every graph, the voice of events, and what else has a budget,
for a limit that is reached names whose it is."""


def check_scenario(draft: Draft) -> Iterator[Mistake]:
    """Every mistake between the parts of a scenario and between it and what it names."""
    course = Course(draft=draft)
    yield from _cast(draft)
    yield from check_graph(course)
    yield from _inputs(draft)
    yield from _placeholders(draft)
    yield from check_phases(course)
    yield from check_roles(draft)
    yield from check_handoff(draft)
    yield from check_reply(draft)
    yield from check_events(course)
    yield from check_rules(course)
    yield from check_memory(draft)
    yield from _last_word(course)
    yield from check_lines(draft)


def _cast(draft: Draft) -> Iterator[Mistake]:
    for loc, persona in draft.outline.texts("cast", None, "persona"):
        if persona not in draft.around.personas and not BRACES.search(persona):
            hint = meant(persona, draft.around.personas, "personas")
            yield draft.mistake(loc, f"No persona is called {persona!r}.", hint)
    for loc, other in draft.outline.texts("cast", None, "secrets", None, "tell", None):
        if other not in draft.members and not BRACES.search(other):
            hint = meant(other, draft.members, "members")
            yield draft.mistake(loc, f"Nobody in the cast is called {other!r}.", hint)
    for seat in draft.seats:
        first = draft.members[seat.id]
        if seat.id in RESERVED:
            message = f"{seat.id!r} cannot be a member's id: it has a meaning of its own."
            yield draft.mistake(seat.at, message, "Choose another with `as: ...`.")
        elif first != seat:
            yield draft.mistake(seat.at, *_twice(draft, first, seat))


def _twice(draft: Draft, first: Seat, second: Seat) -> tuple[str, str]:
    message = f"{second.id!r} is in the cast twice: line {draft.line(first.at)} has it already."
    if second.at[-1] == "as":
        return message, "Choose another id."
    free = next(name for n in count(2) if (name := f"{second.id}-{n}") not in draft.members)
    return message, f"Give one of them an id of its own, such as `as: {free}`."


def _last_word(course: Course) -> Iterator[Mistake]:
    """Somebody who is there, or may be, has the last word."""
    draft = course.draft
    for loc, name in draft.outline.texts("last_word"):
        yield from nobody_meant(draft, loc, name)
        seats = draft.meant(name)
        late = [seat.id for seat in seats if seat.late and not course.brought_in(seat.id)]
        if draft.clear and late and len(late) == len(seats):
            hint = f"Write an event with `join: [{late[0]}]`, or let somebody else have it."
            yield draft.mistake(loc, f"{late[0]!r} is never there to have the last word.", hint)
        gone = [event for seat in seats if (event := gone_at_the_end(course, seat.id)) is not None]
        if draft.clear and gone and len(gone) == len(seats):
            line = draft.line(gone[0].at)
            message = f"{seats[0].id!r} has gone by then: the event in line {line} takes them out."
            hint = f"Bring them back with `join: [{seats[0].id}]`, or let somebody else have it."
            yield draft.mistake(loc, message, hint)


def _inputs(draft: Draft) -> Iterator[Mistake]:
    for loc in draft.outline.places("inputs", None):
        name = str(loc[-1])
        if not re.match(IDENTIFIER, name):
            hint = "Use small letters, digits, - and _, a letter first."
            yield draft.mistake(loc, f"{name!r} cannot be an input's name.", hint, key=True)


def _placeholders(draft: Draft) -> Iterator[Mistake]:
    """Every `{{ name }}` that stays as it is because no input has that name."""
    if not draft.outline.decided("inputs", model=Scenario):
        return
    inputs = {str(loc[-1]): loc for loc in draft.outline.places("inputs", None)}
    root = draft.outline.document.root
    for key, section in (root.fields or {}).items():
        for node in _scalars(section) if key != "inputs" else ():
            for found in BRACES.finditer(node.source):
                if PLACEHOLDER.fullmatch(found[0]) and found[1] in inputs:
                    continue
                hint = meant(found[1], inputs, "inputs")
                index = _offset(draft, node, found[1])
                yield Mistake(index, f"No input is called {found[1]!r}.", hint)


def _scalars(node: Node) -> Iterator[Node]:
    if node.scalar:
        yield node
    for child in (*(node.fields or {}).values(), *(node.items or ())):
        yield from _scalars(child)


def _offset(draft: Draft, node: Node, name: str) -> int:
    """Where `{{ name }}` stands in a value; the value's beginning where that cannot be told."""
    text = draft.outline.document.source.text
    spaced = r"\s+".join(re.escape(word) for word in name.split())
    found = re.compile(rf"\{{\{{\s*{spaced}\s*\}}\}}").search(text, node.start)
    root = draft.outline.document.root
    behind = min((one.start for one in _scalars(root) if one.start > node.start), default=len(text))
    return found.start() if found and found.start() < behind else node.start
