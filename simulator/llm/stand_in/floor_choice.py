"""Who speaks next, where a stand-in is asked instead of a moderator: decided from the script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from simulator.llm.stand_in.cue import Cue
from simulator.llm.stand_in.lines import choose_line, recency, seeded_index
from simulator.llm.stand_in.script import Script
from simulator.llm.stand_in.speech import sample_id

__all__ = ["FloorChoice", "choose_next"]

_NO_LINE = -2
"""Below a line that answers nothing."""


@dataclass(frozen=True, slots=True)
class FloorChoice:
    """The member who gets the floor, and why."""

    name: str
    reason: str


def choose_next(script: Script | None, cue: Cue, names: Sequence[str]) -> FloorChoice:
    """Whoever has a line for what was said most recently; then who said least; then the seed.

    Nobody is chosen twice in a row where there is anybody else.
    """
    candidates = [name for name in names if name != cue.last_speaker] or list(names)
    fit = {name: _fit(script, cue, name) for name in candidates}
    best = max(fit.values())
    candidates = [name for name in candidates if fit[name] == best]
    said = {name: _said(script, cue, name) for name in candidates}
    candidates = [name for name in candidates if said[name] == min(said.values())]
    name = candidates[seeded_index(cue.seed, cue.turn, "next", size=len(candidates))]
    written = best > _NO_LINE
    return FloorChoice(name, f"has {'a written line for this moment' if written else 'said least'}")


def _fit(script: Script | None, cue: Cue, name: str) -> int:
    if script is None:
        return _NO_LINE
    line = choose_line(script.scenario.lines, replace(cue.moment, speaker=name))
    return _NO_LINE if line is None else recency(line, cue.spoken)


def _said(script: Script | None, cue: Cue, name: str) -> int:
    """How many lines and samples of this member were spoken."""
    if script is None:
        return 0
    speakers = {line.id: line.speaker for line in script.scenario.lines}
    samples = sample_id(script.persona_id(name), 0).removesuffix("0")
    return sum(speakers.get(source) == name or source.startswith(samples) for source in cue.spoken)
