"""What each event of a run says to a reader: a pure function from events to paragraphs.

Renderers (terminal, plain, notebook) differ in looks only; what is told is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from simulator.display.money import count
from simulator.display.short_name import short_name
from simulator.display.visible import flat, visible
from simulator.record.events import (
    Event,
    FidelityFlagged,
    Intervened,
    LimitReached,
    MemoryRecalled,
    PersonaJoined,
    PersonaLeft,
    PhaseEntered,
    SpeakerChosen,
    SpeechRestarted,
    SummaryMade,
    ToolCalled,
    TurnFailed,
    TurnPassed,
    TurnTaken,
)

__all__ = ["Paragraph", "ParagraphKind", "paragraph_of"]

ParagraphKind = Literal["said", "outside", "note", "detail", "failed"]
"""Words of a member, words from outside, a remark, a remark for the full display, a failure."""

_LONGEST = 160
"""Characters of a tool's arguments or error that a note shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One thing to show, safe for any terminal."""

    kind: ParagraphKind
    text: str
    turn: int = 0
    speaker: str = ""
    """The member's id; empty where nobody of the cast speaks."""
    name: str = ""
    """The name to show in front of words."""


def paragraph_of(event: Event, names: Mapping[str, str]) -> Paragraph | None:
    """What an event says, or None for one that only frames a run; `names`: member id -> name."""
    tell = _TOLD.get(type(event))
    return tell(event, names) if tell else None


def _taken(event: TurnTaken, names: Mapping[str, str]) -> Paragraph:
    return Paragraph(
        kind="said",
        text=visible(event.text),
        turn=event.turn,
        speaker=event.speaker,
        name=flat(names.get(event.speaker, event.speaker)),
    )


def _outside(event: Intervened, _names: Mapping[str, str]) -> Paragraph:
    name = flat(event.speaker)
    return Paragraph(
        kind="outside",
        text=visible(event.text),
        turn=event.turn,
        name=name[:1].upper() + name[1:],
    )


def _passed(event: TurnPassed, names: Mapping[str, str]) -> Paragraph:
    why = f": {flat(event.reason)}" if event.reason else ""
    return _note(event, f"{short_name(event.speaker, names)} passes{why}")


def _failed(event: TurnFailed, names: Mapping[str, str]) -> Paragraph:
    text = f"{short_name(event.speaker, names)}'s turn failed: {flat(event.message)}"
    return Paragraph(kind="failed", text=text, turn=event.turn, speaker=event.speaker)


def _restarted(event: SpeechRestarted, names: Mapping[str, str]) -> Paragraph:
    return _note(event, f"the connection broke; {short_name(event.speaker, names)} starts again")


def _tool(event: ToolCalled, names: Mapping[str, str]) -> Paragraph:
    who = short_name(event.speaker, names)
    asked = _shortened(", ".join(_argument(value) for value in event.arguments.values() if value))
    if event.error is not None:
        used = f"{event.tool} with {asked}" if asked else event.tool
        return _note(event, f"{who} tried {used}, in vain: {_shortened(flat(event.error))}")
    if event.tool != "search_knowledge_base":
        return _note(event, f"{who} used {event.tool}" + (f" with {asked}" if asked else ""))
    query = _shortened(_argument(event.arguments.get("query", "")))
    if not event.sources:
        return _note(event, f"{who} looked up {query} and found nothing")
    return _note(event, f"{who} looked up {query} in {flat(', '.join(event.sources))}")


def _argument(value: Any) -> str:
    return f'"{flat(value)}"' if isinstance(value, str) else flat(str(value))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"


def _joined(event: PersonaJoined, names: Mapping[str, str]) -> Paragraph:
    return _note(event, f"{short_name(event.persona, names)} comes in")


def _left(event: PersonaLeft, names: Mapping[str, str]) -> Paragraph:
    why = f": {flat(event.reason)}" if event.reason else ""
    return _note(event, f"{short_name(event.persona, names)} leaves{why}")


def _limit(event: LimitReached, names: Mapping[str, str]) -> Paragraph | None:
    if event.unit == "context_tokens":
        return _note(
            event, f"{flat(event.used)}; from here on prompts have at most {_figure(event)}"
        )
    if event.scope not in names:
        return None
    who = short_name(event.scope, names)
    return _note(event, f"{who}'s own limit of {_figure(event)} {event.unit} is reached")


def _figure(event: LimitReached) -> str:
    return count(int(event.limit)) if event.limit.isdecimal() else event.limit


def _phase(event: PhaseEntered, _names: Mapping[str, str]) -> Paragraph:
    return _note(event, f"phase: {flat(event.phase)}")


def _flagged(event: FidelityFlagged, names: Mapping[str, str]) -> Paragraph:
    who = short_name(event.speaker, names)
    return _note(event, f"{who} broke character ({flat(event.rule)}): {flat(event.evidence)}")


def _chosen(event: SpeakerChosen, names: Mapping[str, str]) -> Paragraph:
    who = ", ".join(short_name(name, names) for name in event.names)
    return _detail(event, f"next {who}: {flat(event.reason)}")


def _recalled(event: MemoryRecalled, names: Mapping[str, str]) -> Paragraph:
    who = short_name(event.speaker, names)
    return _detail(event, f"{who} remembers, from {flat(event.source)}: {flat(event.text)}")


def _summary(event: SummaryMade, _names: Mapping[str, str]) -> Paragraph:
    return _detail(event, f"turns {event.first} to {event.last} in short: {flat(event.text)}")


def _note(event: Event, text: str) -> Paragraph:
    return Paragraph(kind="note", text=text, turn=event.turn)


def _detail(event: Event, text: str) -> Paragraph:
    return Paragraph(kind="detail", text=text, turn=event.turn)


_TOLD: Mapping[type, Callable[[Any, Mapping[str, str]], Paragraph | None]] = MappingProxyType(
    {
        FidelityFlagged: _flagged,
        Intervened: _outside,
        LimitReached: _limit,
        MemoryRecalled: _recalled,
        PersonaJoined: _joined,
        PersonaLeft: _left,
        PhaseEntered: _phase,
        SpeakerChosen: _chosen,
        SpeechRestarted: _restarted,
        SummaryMade: _summary,
        ToolCalled: _tool,
        TurnFailed: _failed,
        TurnPassed: _passed,
        TurnTaken: _taken,
    }
)
