"""Names of people in what users write: ids of members, and roles they have in a scenario."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.definitions.checks.scenario_draft import BRACES, Draft
from simulator.definitions.checks.surroundings import meant
from simulator.definitions.yaml.document import Loc
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["no_member", "nobody_meant"]


def no_member(draft: Draft, loc: Loc, name: str, *, key: bool = False) -> Iterator[Mistake]:
    """The mistake where a name, or the key at a place, is no member's id."""
    if draft.may_be_member(name) or BRACES.search(name):
        return
    plays = [seat.id for seat in draft.seats if seat.persona == name]
    hint = meant(name, draft.members, "members")
    if plays:
        hint = f"Here that persona is {' and '.join(map(repr, plays))}."
    yield draft.mistake(loc, f"{name!r} is not in the cast.", hint, key=key)


def nobody_meant(draft: Draft, loc: Loc, name: str) -> Iterator[Mistake]:
    """The mistake where a name is neither a member's id nor the beginning of a role."""
    if draft.may_be_meant(name) or BRACES.search(name):
        return
    hint = meant(name, {*draft.members, *draft.roles}, "members and roles")
    yield draft.mistake(loc, f"{name!r} is neither in the cast nor a role there.", hint)
