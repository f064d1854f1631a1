"""The one machine-readable line a stand-in reads: who speaks, where the conversation stands."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from simulator.llm.stand_in.lines import Moment

__all__ = ["Cue", "find_cue", "without_cues"]

_MARK = "<stand-in>"
_CUE = re.compile(r"^<stand-in>(\{.*\})</stand-in>$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """What a stand-in must know to speak; no persona's words, goals or secrets are in it."""

    scenario: str
    """The scenario's id."""
    persona: str
    """The member who speaks, or for whom something is decided."""
    purpose: str
    turn: int
    turns: int
    """The run's limit of turns."""
    cast: int
    """How many members there are."""
    seed: int
    spoken: tuple[str, ...] = ()
    """Ids of the lines spoken so far, oldest first."""
    last_speaker: str = ""
    last_act: str = ""
    away: tuple[str, ...] = ()
    """Ids of members who are not there: no line is for them."""
    inputs: dict[str, str] = field(default_factory=dict)
    """Values for the scenario's `{{ inputs }}`."""

    @property
    def moment(self) -> Moment:
        """The cue as the line chooser wants it."""
        return Moment(
            speaker=self.persona,
            turn=self.turn,
            turns=self.turns,
            cast=self.cast,
            seed=self.seed,
            spoken=self.spoken,
            away=self.away,
        )

    @property
    def of_endpoint(self) -> bool:
        """Whether no talk is going on, and what is asked is what the endpoint can do."""
        return self.purpose == "probe" and not self.scenario

    def as_line(self) -> str:
        """The line as it stands in the last block of a prompt."""
        data = json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))
        return f"<stand-in>{data}</stand-in>"


def find_cue(text: str) -> Cue | None:
    """The last cue in a text, or None; a line that only looks like one counts for nothing."""
    if _MARK not in text:
        return None
    for found in reversed(_CUE.findall(text)):
        cue = _read(found)
        if cue is not None:
            return cue
    return None


def without_cues(text: str) -> str:
    """The text as every other endpoint gets it."""
    return _CUE.sub("", text).rstrip("\n") if _MARK in text else text


def _read(text: str) -> Cue | None:
    try:
        data: dict[str, Any] = json.loads(text)
        lists: dict[str, Any] = {name: tuple(data.get(name, ())) for name in ("spoken", "away")}
        lists["inputs"] = dict(data.get("inputs", {}))
        cue = Cue(**{**data, **lists})
    except (TypeError, ValueError):
        return None
    return cue if _is_sound(cue) else None


def _is_sound(cue: Cue) -> bool:
    """Whether every field holds what it should; the line came from outside."""
    words = (cue.scenario, cue.persona, cue.purpose, cue.last_speaker, cue.last_act)
    every_word = (*words, *cue.spoken, *cue.away, *cue.inputs, *cue.inputs.values())
    numbers = (cue.turn, cue.turns, cue.cast, cue.seed)
    return all(isinstance(word, str) for word in every_word) and all(
        type(number) is int for number in numbers
    )
