"""Mistakes in the rules that end a conversation or a phase of it."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.definitions.checks.course import Course
from simulator.definitions.checks.early_rules import check_first_turn
from simulator.definitions.checks.people import nobody_meant
from simulator.definitions.checks.scenario_draft import BRACES, Draft
from simulator.definitions.checks.surroundings import meant
from simulator.definitions.scenario import Scenario
from simulator.definitions.stop_rule import StopRule
from simulator.definitions.yaml.document import Loc, Plain
from simulator.definitions.yaml.source_text import Mistake
from simulator.money import in_seconds

__all__ = ["check_rules"]

SWITCHES = ("everybody_passed", "farewell", "external")
"""The rules that have no figure and no words."""


def check_rules(course: Course) -> Iterator[Mistake]:
    """Every mistake in `stop` and in the `until` of phases."""
    draft = course.draft
    yield from _too_late(course, ("stop",))
    for pattern in (("stop",), ("phases", None, "until")):
        for loc in draft.outline.places(*pattern):
            found = tuple(_rule(draft, loc))
            yield from found or check_first_turn(course, loc)


def _rule(draft: Draft, loc: Loc) -> Iterator[Mistake]:
    """Rules that say nothing or several things at once, or name what is not there."""
    yield from _one_thing(draft, loc)
    yield from _switched_off(draft, loc)
    speaker = draft.outline.text(*loc, "speaker")
    if speaker is not None:
        yield from nobody_meant(draft, (*loc, "speaker"), speaker)
    field = draft.outline.text(*loc, "agreement")
    if field is not None:
        yield from _agreement(draft, (*loc, "agreement"), field)
    yield from _contradiction(draft, loc)
    for inner in (("any", None), ("all", None), ("not",)):
        for below in draft.outline.places(*loc, *inner):
            yield from _rule(draft, below)


def _too_late(course: Course, loc: Loc) -> Iterator[Mistake]:
    """Figures that a run cannot come to, as something else surely ends it before."""
    draft, outline = course.draft, course.draft.outline
    turns = outline.number(*loc, "turns")
    finish = next((one for one in course.finishes if turns is not None and turns > one.turns), None)
    if finish is not None:
        hint = f"{finish.cure}, or choose a smaller figure."
        yield draft.mistake((*loc, "turns"), f"This never holds: {finish.why}.", hint)
    seconds, most = outline.figure(*loc, "seconds"), outline.figure("limits", "seconds")
    if seconds is not None and most is not None and seconds > most:
        message = f"This never holds: the run ends after {in_seconds(most)}."
        hint = "Raise limits.seconds, or choose a smaller figure."
        yield draft.mistake((*loc, "seconds"), message, hint)
    for several in ("any", "all"):
        for below in outline.places(*loc, several, None):
            yield from _too_late(course, below)


def _contradiction(draft: Draft, loc: Loc) -> Iterator[Mistake]:
    """Rules that must hold and not hold at once."""
    wanted: list[Plain] = []
    unwanted: list[tuple[Loc, Plain]] = []
    for below in draft.outline.places(*loc, "all", None):
        rule = draft.outline.document.node(below)
        negated = rule.child("not") if rule is not None else None
        if negated is not None and not negated.flawed:
            unwanted.append((below, negated.data()))
        elif rule is not None and not rule.flawed:
            wanted.append(rule.data())
    for below, rule_data in unwanted:
        if rule_data in wanted:
            message = "This never holds together with the others: one of them is its contrary."
            yield draft.mistake(below, message, "Take one of the two out, or write `any`.")


def _one_thing(draft: Draft, loc: Loc) -> Iterator[Mistake]:
    node = draft.outline.document.node(loc)
    if node is None or node.fields is None:
        return
    given = [key for key, rule in node.fields.items() if not rule.scalar or rule.value is not None]
    known = [info.alias or name for name, info in StopRule.model_fields.items()]
    if len(given) != 1 and not node.flawed and set(given) <= set(known):
        several = f"has {', '.join(given[:-1])} and {given[-1]}" if given else "says nothing"
        rules = ", ".join(f"{{{key}: ...}}" for key in given)
        hint = f"Join them: any: [{rules}]." if given else f"Write one of {', '.join(known)}."
        yield draft.mistake(loc, f"This rule {several}; it must have exactly one field.", hint)


def _switched_off(draft: Draft, loc: Loc) -> Iterator[Mistake]:
    """A rule that is said to be false: it would end the talk as soon as it can."""
    for name in SWITCHES:
        node = draft.outline.document.node((*loc, name))
        if node is not None and node.value is False:
            message = f"`{name}: false` holds as long as it is not so: from the first turn on."
            hint = (
                f"Leave `{name}` out if it is to end nothing; as a condition of another rule "
                f"write `all: [..., {{not: {{{name}: true}}}}]`."
            )
            yield draft.mistake((*loc, name), message, hint)


def _agreement(draft: Draft, loc: Loc, field: str) -> Iterator[Mistake]:
    """Nobody can agree on what a reply does not have, or only one may fill in."""
    known = {str(place[-1]): place for place in draft.outline.places("reply", None)}
    if BRACES.search(field) or not draft.outline.decided("reply", model=Scenario):
        return
    if field not in known:
        hint = meant(field, known, "reply fields")
        yield draft.mistake(loc, f"A reply has no field {field!r}.", hint)
        return
    names = [name for _, name in draft.outline.texts("reply", field, "speakers", None)]
    seats = {seat.id for name in names for seat in draft.meant(name)}
    if draft.clear and len(seats) == 1 and all(map(draft.meant, names)):
        (only,) = seats
        hint = "Let others fill it in as well, or choose another rule."
        yield draft.mistake(loc, f"Only {only!r} fills in {field!r}: nobody can agree.", hint)
