"""What is spoken: a written line, else a written sample, else a stage direction; never prose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.definitions.act import Act, acts_of
from simulator.definitions.persona import Persona, Sample
from simulator.llm.stand_in.cue import Cue
from simulator.llm.stand_in.direction import label, stage_direction
from simulator.llm.stand_in.lines import choose_line, seeded_index
from simulator.llm.stand_in.script import Script
from simulator.record.events import Provenance

__all__ = ["UNCUED", "UNWRITTEN", "Speech", "read_fingerprint", "sample_id", "speak"]

_Numbered = Sequence[tuple[int, Sample]]
_MARK = "stand-in"
_SPOKEN: Mapping[str, Provenance] = {
    "line": "line",
    "sample": "sample",
    "stage-direction": "stage-direction",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Words with where they come from."""

    words: str
    act: Act
    provenance: Provenance
    source: str = ""
    """The id of the line or sample, as later cues list it under `spoken`; else empty."""
    uses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Tools to call before it is spoken: tool name -> arguments."""
    to: tuple[str, ...] = ()
    """Members who alone hear it; empty: everybody."""
    reply: Mapping[str, str | float | bool] = field(default_factory=dict)
    """What it puts in the scenario's own reply fields."""

    @property
    def fingerprint(self) -> str:
        """The `system_fingerprint` of the answer: `stand-in:<provenance>:<source>`."""
        return f"{_MARK}:{self.provenance}:{self.source}"


UNCUED = Speech(
    words="[stand-in: this request carries no script line; a written scenario speaks here]",
    act="answer",
    provenance="stage-direction",
)
"""What anybody hears who asks without a script."""
UNWRITTEN = Speech(
    words="[stand-in: nothing is written for this]", act="answer", provenance="stage-direction"
)
"""What is answered where something else than a turn is asked for in plain words."""


def read_fingerprint(text: str) -> tuple[Provenance, str] | None:
    """What a `system_fingerprint` says was spoken: provenance and source; None if no stand-in did.

    The source is the id of a written line (`rosa-breaks`) or of a sample (`sample:rosa:2`), to
    be listed under `spoken` in later cues; a stage direction has none.
    """
    mark, _, rest = text.partition(":")
    provenance, _, source = rest.partition(":")
    if mark != _MARK or provenance not in _SPOKEN:
        return None
    return _SPOKEN[provenance], source


def sample_id(persona: str, number: int) -> str:
    """The id of a persona's n-th sample, from 1; its colons keep it apart from ids of lines."""
    return f"sample:{persona}:{number}"


def speak(script: Script | None, cue: Cue) -> Speech:
    """What the member of the cue says now."""
    if script is None:
        return _direction(f"[stand-in: the scenario '{label(cue.scenario)}' is not known here]")
    persona = script.members.get(cue.persona)
    if persona is None:
        where = f"'{label(cue.scenario)}' has no member '{label(cue.persona)}'"
        return _direction(f"[stand-in: the scenario {where}]")
    line = choose_line(script.scenario.lines, cue.moment)
    if line is not None:
        return Speech(
            words=line.say,
            act=line.act,
            provenance="line",
            source=line.id,
            uses=line.uses,
            to=line.to,
            reply=line.reply,
        )
    acts = acts_of(actions=script.scenario.actions)
    possible = [(n, one) for n, one in enumerate(persona.samples, start=1) if one.act in acts]
    sample = _sample(possible, script.persona_id(cue.persona), cue)
    return sample or _would(persona, cue)


def _sample(samples: _Numbered, persona_id: str, cue: Cue) -> Speech | None:
    """A sample not spoken yet that fits; first those for the season, then those for the act."""
    fitting = list(_fitting(samples, persona_id, cue))
    for act in ("close", "open"):
        fitting = [one for one in fitting if one[1].act == act] or fitting
    fitting = [one for one in fitting if one[1].after is not None] or fitting
    if not fitting:
        return None
    source, sample = fitting[seeded_index(cue.seed, cue.turn, "sample", size=len(fitting))]
    return Speech(words=sample.say, act=sample.act, provenance="sample", source=source)


def _fitting(samples: _Numbered, persona_id: str, cue: Cue) -> Iterator[tuple[str, Sample]]:
    """Samples that answer anything or the last act; `leave` is kept for the last round."""
    for number, sample in samples:
        source = sample_id(persona_id, number)
        in_season = cue.moment.in_season("close" if sample.act == "leave" else sample.act)
        answers = sample.after is None or sample.after == cue.last_act
        if source not in cue.spoken and in_season and answers:
            yield source, sample


def _would(persona: Persona, cue: Cue) -> Speech:
    told = stage_direction(persona, cue)
    return Speech(words=told.words, act=told.act, provenance="stage-direction")


def _direction(words: str) -> Speech:
    return Speech(words=words, act="answer", provenance="stage-direction")
