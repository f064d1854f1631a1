"""Who is there for sure, or surely not, when something happens."""

from __future__ import annotations

from simulator.definitions.checks.course import Course, Happening
from simulator.definitions.scenario import Scenario

__all__ = ["brought_in_before", "gone_at_the_end", "may_come", "silent_since"]


def brought_in_before(course: Course, member: str, then: Happening) -> Happening | None:
    """The event by which a member is in when another brings them in, with nobody's going between.

    That a model lets its member go, as any can, is not reckoned with.
    """
    joins, leaves = course.of("join", member), course.of("leave", member)
    if member in course.leavers or course.unclear("leave"):
        return None
    for join in joins:
        at_once = any(course.same_moment(one, join) for one in leaves)
        stays = all(course.before(one, join) or course.before(then, one) for one in leaves)
        if stays and not at_once and course.before(join, then):
            return join
    return None


def may_come(course: Course, member: str) -> bool:
    """Whether a member may be there some time; else all that brings them in waits for them.

    Such an event waits for somebody's words, and nobody speaks before being there.
    """
    members = course.draft.members
    if course.unclear("join"):
        return True
    there = {one for one, seat in members.items() if not seat.late}
    more = there
    while more:
        more = {
            one
            for one in members.keys() - there
            if any(_awaited(course, event) in {None, *there} for event in course.of("join", one))
        }
        there |= more
    return member in there


def silent_since(course: Course, member: str, then: Happening) -> Happening | None:
    """The event that took a member out for good at least a turn before another happens.

    Or before anybody spoke: then there are no words of theirs to wait for.
    """
    turn = course.earliest(then) - course.together
    gone = _for_good(course, member)
    return next((one for one in gone if one.first < turn or one.first == 1), None)


def gone_at_the_end(course: Course, member: str) -> Happening | None:
    """The event that takes a member out for good before the run has all its turns.

    None where a rule or a phase may end it earlier, so that the member may be there.
    """
    decided = [course.draft.outline.decided(one, model=Scenario) for one in ("stop", "phases")]
    if not all(decided) or not course.draft.empty(("stop",)):
        return None
    turns = course.draft.turns()
    if course.own or course.led.phases != () or turns is None:
        return None
    left = turns - course.together
    return next((one for one in _for_good(course, member) if one.first < left), None)


def _for_good(course: Course, member: str) -> tuple[Happening, ...]:
    """The events that surely take a member out whom nothing brings back."""
    joins = course.of("join", member)
    if course.unclear("join"):
        return ()
    return tuple(
        one
        for one in course.of("leave", member)
        if one.certain and all(course.before(join, one) for join in joins)
    )


def _awaited(course: Course, event: Happening) -> str | None:
    """The member whose words an event waits for; None where it waits for nobody who is known."""
    name = course.draft.outline.text(*event.at, "at", "speaker")
    return name if name in course.draft.members else None
