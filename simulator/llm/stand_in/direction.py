"""Stage directions: what a persona would do here, told in brackets from its YAML alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd
from types import MappingProxyType

from simulator.definitions.act import Act
from simulator.definitions.persona import Persona
from simulator.llm.stand_in.cue import Cue
from simulator.llm.stand_in.lines import seeded_index

__all__ = ["StageDirection", "label", "stage_direction"]

_LONGEST = 160
"""Characters of a quotation."""
_ANSWERS = MappingProxyType[str, tuple[Act, ...]](
    {
        "ask": ("answer", "explain"),
        "propose": ("object", "ask"),
        "explain": ("challenge", "ask"),
        "object": ("propose", "explain"),
        "challenge": ("explain", "answer", "propose"),
        "agree": ("ask", "reflect"),
        "concede": ("propose", "reflect"),
    }
)
"""What commonly follows an act; after any other, everything does."""


@dataclass(frozen=True, slots=True)
class StageDirection:
    """Words in square brackets, and the act they stand for."""

    words: str
    act: Act


@dataclass(frozen=True, slots=True)
class _Ground:
    """One thing the YAML says, and the acts it is a ground for."""

    verb: str
    text: str
    acts: tuple[Act, ...]


def stage_direction(persona: Persona, cue: Cue) -> StageDirection:
    """What the persona would do at this moment, and why, in words from its own file.

    It quotes what the persona refuses, knows or is like, and what is said about it, another of
    them turn by turn; never goals, secrets, relationships, or anything from the scenario.
    """
    name = label(persona.name.partition(" ")[0] or persona.name)
    grounds = sorted(
        _grounds(persona), key=lambda g: seeded_index(cue.seed, g.verb, g.text, size=2**32)
    )
    if not grounds:
        return StageDirection(f"[{name} would speak here]", "answer")
    ground = grounds[cue.turn % _period(len(grounds), cue.cast)]
    act = _act(ground, cue)
    words = f'[{name} would {act} here, {ground.verb} "{label(ground.text)}"]'
    return StageDirection(words, act)


def label(text: str) -> str:
    """A text that may stand in quotation marks and brackets: on one line, not too long."""
    flat = " ".join(text.split()).translate(_QUOTABLE)
    if len(flat) <= _LONGEST:
        return flat
    return flat[:_LONGEST].rsplit(" ", 1)[0] + " …"


_QUOTABLE = str.maketrans('"[]', "'()")


def _grounds(persona: Persona) -> Iterator[_Ground]:
    for text in persona.wont:
        yield _Ground("unwilling to", text, ("object", "challenge"))
    for text in persona.expertise:
        yield _Ground("knowing about", text, ("explain", "answer"))
    for text in persona.traits:
        yield _Ground("being", text, ("reflect", "answer"))
    if persona.about:
        yield _Ground("described as", persona.about, ("answer", "reflect"))


def _period(grounds: int, cast: int) -> int:
    """After how many turns the same ground comes again.

    It shares no factor with the turns between two of a speaker's own (one round, or every other
    turn), so that a speaker runs through all grounds before one comes back.
    """
    return next(n for n in range(grounds, 0, -1) if gcd(n, 2 * cast) == 1)


def _act(ground: _Ground, cue: Cue) -> Act:
    if cue.moment.last_round:
        return "close"
    if cue.moment.first_round:
        return "open"
    fitting = [act for act in ground.acts if act in _ANSWERS.get(cue.last_act, ())] or ground.acts
    return fitting[seeded_index(cue.seed, cue.turn, "act", size=len(fitting))]
