"""Mistakes in a scenario's own reply fields, and in the values that lines put in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from simulator.definitions.checks.people import no_member, nobody_meant
from simulator.definitions.checks.scenario_draft import BRACES, Draft
from simulator.definitions.checks.surroundings import meant
from simulator.definitions.persona import IDENTIFIER
from simulator.definitions.reply_field import ReplyField
from simulator.definitions.scenario import Scenario
from simulator.definitions.yaml.document import Loc
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["check_reply"]

OWN = frozenset({"act", "confidence", "emotions", "expertise", "message", "reasoning", "to"})
"""What every reply has."""
NUMBERS = ("number", "integer")
LIMITS = ("least", "most")
KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "text": ((str,), "a text"),
    "member": ((str,), "a member's id"),
    "number": ((int, float, Decimal), "a number"),
    "integer": ((int,), "a whole number"),
    "yes_no": ((bool,), "true or false"),
}
"""Type of a field -> what a value of it is in a file, and in words."""


def check_reply(draft: Draft) -> Iterator[Mistake]:
    """Every mistake in the fields themselves, then in what the lines fill in."""
    for loc in draft.outline.places("reply", None):
        yield from _name(draft, loc)
        yield from _values(draft, loc)
        yield from _limits(draft, loc)
        for place, name in draft.outline.texts(*loc, "speakers", None):
            yield from nobody_meant(draft, place, name)
    if draft.outline.decided("reply", model=Scenario):
        for loc in draft.outline.places("lines", None, "reply", None):
            yield from _filled_in(draft, loc)


def _name(draft: Draft, loc: Loc) -> Iterator[Mistake]:
    name = str(loc[-1])
    if name in OWN:
        message = f"Every reply has {name!r} already."
        yield draft.mistake(loc, message, "Choose another name.", key=True)
    elif not re.match(IDENTIFIER, name):
        hint = "Use small letters, digits, - and _, a letter first."
        yield draft.mistake(loc, f"{name!r} cannot be a reply field's name.", hint, key=True)


def _values(draft: Draft, loc: Loc) -> Iterator[Mistake]:
    """`choose` names texts, each once, and needs no type."""
    first: dict[str, Loc] = {}
    for place, value in draft.outline.texts(*loc, "choose", None):
        if first.setdefault(value, place) != place:
            yield draft.mistake(place, f"{value!r} is here twice.", "Take one of them out.")
    kind = draft.outline.text(*loc, "type") or "text"
    if first and kind in KINDS and kind != "text":
        message = f"What is chosen is one of the texts in `choose`, not {KINDS[kind][1]}."
        yield draft.mistake((*loc, "type"), message, "Leave `type` out, or `choose`.")


def _limits(draft: Draft, loc: Loc) -> Iterator[Mistake]:
    outline = draft.outline
    kind = outline.text(*loc, "type") or "text"
    clear = outline.decided(*loc, "type", model=ReplyField) and kind in KINDS
    chosen = not draft.empty((*loc, "choose"))
    for limit in LIMITS:
        if not clear or draft.empty((*loc, limit)):
            continue
        if chosen:
            hint = f"Leave `{limit}` out, or `choose`."
            message = f"`{limit}` is for numbers, and this field has values to choose from."
            yield draft.mistake((*loc, limit), message, hint, key=True)
        elif kind not in NUMBERS:
            hint = f"Write `type: number` or `type: integer`, or leave `{limit}` out."
            message = f"`{limit}` is for numbers, and this field holds {KINDS[kind][1]}."
            yield draft.mistake((*loc, limit), message, hint, key=True)
    least, most = (outline.figure(*loc, limit) for limit in LIMITS)
    if least is not None and most is not None and least > most:
        written = " and ".join(f"`{one}` is {outline.text(*loc, one)}" for one in LIMITS)
        hint = "Exchange them, or leave one out."
        yield draft.mistake((*loc, "most"), f"No number fits: {written}.", hint)


def _filled_in(draft: Draft, loc: Loc) -> Iterator[Mistake]:
    """A value that a line puts in a field: there is one, the speaker may, and it fits."""
    field, outline = str(loc[-1]), draft.outline
    known = {str(place[-1]): place for place in outline.places("reply", None)}
    if field not in known:
        hint = meant(field, known, "reply fields")
        yield draft.mistake(loc, f"A reply has no field {field!r}.", hint, key=True)
        return
    speaker = outline.text(*loc[:2], "speaker") or ""
    names = [name for _, name in outline.texts("reply", field, "speakers", None)]
    allowed = {seat.id for name in names for seat in draft.meant(name)}
    clear = draft.clear and all(map(draft.meant, names)) and speaker in draft.members
    if names and clear and speaker not in allowed:
        message = f"{speaker!r} may not fill in {field!r}."
        hint = f"Add it to `reply.{field}.speakers`, or leave it out here."
        yield draft.mistake(loc, message, hint, key=True)
    if not BRACES.search(outline.text(*loc) or ""):
        yield from _fitting(draft, loc)


def _fitting(draft: Draft, loc: Loc) -> Iterator[Mistake]:
    """A value is of the field's type, and one of those to choose from."""
    field, outline = str(loc[-1]), draft.outline
    node, written = outline.document.node(loc), outline.text(*loc)
    choices = [choice for _, choice in outline.texts("reply", field, "choose", None)]
    kind = "text" if choices else outline.text("reply", field, "type") or "text"
    if node is None or written is None or kind not in KINDS:
        return
    types, words = KINDS[kind]
    if not isinstance(node.value, types) or isinstance(node.value, bool) != (kind == "yes_no"):
        quoted = kind == "text" and not isinstance(node.value, str)
        hint = f'Write it in quotes: "{written}".' if quoted else ""
        yield draft.mistake(loc, f"{field!r} holds {words}, not {written}.", hint)
    elif kind == "member":
        yield from no_member(draft, loc, written)
    elif choices and written not in choices:
        hint = meant(written, choices, "values")
        yield draft.mistake(loc, f"{written!r} is no value of {field!r}.", hint)
    elif kind in NUMBERS:
        yield from _between(draft, loc)


def _between(draft: Draft, loc: Loc) -> Iterator[Mistake]:
    """A number is neither below the least nor above the most."""
    field, outline = str(loc[-1]), draft.outline
    value = outline.figure(*loc)
    least, most = (outline.figure("reply", field, limit) for limit in LIMITS)
    if value is None:
        return
    for limit, passed in (
        ("least", least is not None and value < least),
        ("most", most is not None and value > most),
    ):
        if passed:
            bound = outline.text("reply", field, limit)
            message = f"{field!r} is at {limit} {bound}, not {outline.text(*loc)}."
            yield draft.mistake(loc, message, "Choose another value, or another limit.")
