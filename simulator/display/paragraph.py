"""What each event of a run says to a reader: a pure function from events to paragraphs.

Renderers (terminal, plain, notebook) differ in looks only; what is told is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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

__all__ = ["Paragraph", "ParagraphKind", "added_to", "paragraph_of", "whispered"]

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


def added_to(event: TurnTaken) -> Paragraph | None:
    """What a speaker put in the scenario's own reply fields: `offer: 120, deal: yes`."""
    filled_in = [f"{flat(name)}: {_value(value)}" for name, value in event.reply.items()]
    return _note(event, ", ".join(filled_in)) if filled_in else None


def whispered(event: TurnTaken, names: Mapping[str, str]) -> Paragraph | None:
    """Who alone heard a turn, for where its words were shown before that was known."""
    heard = _listed(event.to, names)
    return _note(event, f"to {heard} alone") if heard else None


def _listed(members: Sequence[str], names: Mapping[str, str]) -> str:
    """Short names as a sentence lists them."""
    *others, last = [short_name(member, names) for member in members] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return flat(str(value))


def _taken(event: TurnTaken, names: Mapping[str, str]) -> Paragraph:
    name = flat(names.get(event.speaker, event.speaker))
    if event.to:
        name = f"{short_name(event.speaker, names)} to {_listed(event.to, names)}"
    return Paragraph(
        kind="said",
        text=visible(event.text),
        turn=event.turn,
        speaker=event.speaker,
        name=name,
    )


def _intervened(event: Intervened, names: Mapping[str, str]) -> Paragraph | None:
    """Words from outside as they are heard, anything else in a remark.

    Who comes in or goes is told by the event that follows.
    """
    whom = _listed(event.to, names)
    if event.effect == "goal":
        return _note(event, f"{whom} now wants: {flat(event.text)}")
    if event.effect == "next":
        return _note(event, f"{whom} is given the floor")
    if event.effect == "end":
        return _note(event, f"it ends here: {flat(event.text)}")
    if event.effect in {"join", "leave"}:
        return None
    voice = flat(event.speaker)
    name = voice[:1].upper() + voice[1:]
    return Paragraph(
        kind="outside",
        text=visible(event.text),
        turn=event.turn,
        name=f"{name} to {whom}" if whom else name,
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


def _phase(event: PhaseEntered, names: Mapping[str, str]) -> Paragraph:
    may = [short_name(member, names) for member in event.speakers]
    parts = (f"phase: {flat(event.phase)}", flat(event.about), ", ".join(may))
    return _note(event, " · ".join(part for part in parts if part))


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
        Intervened: _intervened,
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
