"""Mistakes of scenarios in which a speaker hands the floor on, and has no field to do it in."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.definitions.checks.graph_code import graph_code
from simulator.definitions.checks.reply_checks import KINDS
from simulator.definitions.checks.scenario_draft import Draft
from simulator.definitions.scenario import Scenario
from simulator.definitions.yaml.document import Loc
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["check_handoff"]

HANDOFF = "handoff"
"""The order in which the speaker names who comes next."""
FIELD = "next"
"""The reply field that names them."""


def check_handoff(draft: Draft) -> Iterator[Mistake]:
    """The first place that asks for this order, where no reply can name a member."""
    outline = draft.outline
    place = next(_handing_over(draft), None)
    if place is None or not outline.decided("reply", model=Scenario):
        return
    kind = outline.text("reply", FIELD, "type") or "text"
    if FIELD not in {loc[-1] for loc in outline.places("reply", None)}:
        message = f"A speaker hands over in a reply's field {FIELD!r}, and there is none."
        hint = f"Write `reply: {{{FIELD}: {{type: member, about: Who speaks next.}}}}`."
        yield draft.mistake(place, message, hint)
    elif kind != "member" and kind in KINDS:
        message = f"A speaker hands over in {FIELD!r}, and it holds {KINDS[kind][1]}."
        yield draft.mistake(("reply", FIELD), message, "Write `type: member`.", key=True)


def _handing_over(draft: Draft) -> Iterator[Loc]:
    """Where a phase takes this order, or else the graph gives it to some of the talk."""
    outline = draft.outline
    for loc, order in outline.texts("phases", None, "order"):
        if order == HANDOFF:
            yield loc
    own = [draft.empty((*loc, "order")) for loc in outline.places("phases", None)]
    if (any(own) or not own) and graph_code(draft).turn_taking == HANDOFF:
        yield ("graph",)
