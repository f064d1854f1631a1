"""Mistakes in the rules that end a conversation or a phase of it."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.definitions.checks.people import no_member
from simulator.definitions.checks.scenario_draft import BRACES, Draft
from simulator.definitions.checks.surroundings import meant
from simulator.definitions.scenario import Scenario
from simulator.definitions.stop_rule import StopRule
from simulator.definitions.yaml.document import Loc
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["check_rules"]


def check_rules(draft: Draft) -> Iterator[Mistake]:
    """Every mistake in `stop` and in the `until` of phases."""
    for pattern in (("stop",), ("phases", None, "until")):
        for loc in draft.outline.places(*pattern):
            yield from _rule(draft, loc)


def _rule(draft: Draft, loc: Loc) -> Iterator[Mistake]:
    """Rules that say nothing or several things at once, or name what is not there."""
    yield from _one_thing(draft, loc)
    speaker = draft.outline.text(*loc, "speaker")
    if speaker is not None:
        yield from no_member(draft, (*loc, "speaker"), speaker)
    field = draft.outline.text(*loc, "agreement")
    if field is not None:
        yield from _agreement(draft, (*loc, "agreement"), field)
    for inner in (("any", None), ("all", None), ("not",)):
        for below in draft.outline.places(*loc, *inner):
            yield from _rule(draft, below)


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
