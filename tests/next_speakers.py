"""Talks whose next speaker is evident, one folder of YAML files a corpus.

Rules and weights may be tuned on all of `DEVELOPMENT`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from simulator.conversation.state import State
from simulator.definitions.act import Act
from simulator.definitions.cast import Cast, Member, member_from
from simulator.definitions.persona import Persona
from simulator.definitions.scenario import CastEntry
from simulator.record.events import Event
from tests.talks import cast_of, chosen, member, said, started

__all__ = ["DEVELOPMENT", "HELD_OUT", "ILSE", "Case", "cases", "panel", "person"]

CORPORA = Path(__file__).parent / "corpora"
DEVELOPMENT = CORPORA / "next_speaker"
"""The folder of the cases that rules were written and weights tuned on."""
HELD_OUT = CORPORA / "next_speaker_held_out"
"""The folder of cases that somebody else wrote and nobody looked at while making rules."""
ACTS: Mapping[str, Act] = {"question": "ask", "statement": "answer"}

ILSE = "ilse"
"""The moderator of `panel`."""


@dataclass(frozen=True, slots=True)
class Case:
    """A talk that stands, who may speak in its phase, and who evidently speaks next."""

    file: str
    id: str
    cast: Cast
    state: State
    allowed: tuple[str, ...]
    next: str


def cases(folder: Path = DEVELOPMENT) -> Iterator[Case]:
    """The cases of a folder, file by file."""
    for path in sorted(folder.glob("*.yaml")):
        for written in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield _case(path.stem, written)


def _case(file: str, written: Mapping[str, Any]) -> Case:
    people = [dict(person) for person in written["people"]]
    ids = [person.pop("id") for person in people]
    members = [
        member_from(
            CastEntry.model_validate({"persona": one}), Persona.model_validate(person), home=Path()
        )
        for one, person in zip(ids, people, strict=True)
    ]
    cast = cast_of(*members)
    events: list[Event] = [started(cast)]
    for turn, line in enumerate(written["lines"], start=1):
        act = line.get("act", "answer")
        events += [
            chosen(turn, line["speaker"]),
            said(
                turn,
                line["speaker"],
                line["text"],
                act=ACTS.get(act, act),
                to=tuple(line.get("to", ())),
            ),
        ]
    return Case(
        file=file,
        id=written["id"],
        cast=cast,
        state=State.from_events(events),
        allowed=tuple(written.get("phase", {}).get("speakers", ids)),
        next=written["next"],
    )


def panel() -> Cast:
    """A moderator, a nurse, an engineer, a treasurer."""
    return cast_of(
        member("ilse", role="moderator"),
        member("rosa", expertise=["triage"], relationships={"dev": "her old rival"}),
        person("dev", "software engineer, 31", expertise=["databases"]),
        person("tomi", "treasurer, 64", relationships={"rosa": "his wife"}),
    )


def person(name: str, job: str, **more: Any) -> Member:
    """A member whose persona has a role of its own."""
    made = member(name, **more)
    written = made.persona.model_copy(update={"role": job})
    return Member(id=made.id, persona_id=made.persona_id, persona=written, name=made.name)
