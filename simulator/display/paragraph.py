"""What each event of a run says to a reader: a pure function from events to paragraphs.

Renderers (terminal, plain, notebook) differ in looks only; what is told is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from simulator.display.named import named, named_ending
from simulator.display.short_name import short_name
from simulator.display.visible import flat, visible
from simulator.money import amount_of
from simulator.record.events import (
    AnsweredByOther,
    CredentialFound,
    Event,
    FidelityFlagged,
    Intervened,
    LimitNeared,
    LimitReached,
    MemoryKept,
    MemoryRecalled,
    PersonaJoined,
    PersonaLeft,
    PhaseEntered,
    RunClosing,
    SeenIn,
    SpeakerChosen,
    SpeechRestarted,
    SummaryMade,
    ToolBegun,
    ToolCalled,
    TurnEdited,
    TurnFailed,
    TurnPassed,
    TurnTaken,
    UsageMissing,
)

__all__ = [
    "Paragraph",
    "ParagraphKind",
    "brought",
    "edited_later",
    "human",
    "paragraph_of",
    "whispered",
]

ParagraphKind = Literal["said", "outside", "note", "detail", "failed"]
"""Words of a member, words from outside, a remark, a remark for the full display, a failure."""

_HANDLED = MappingProxyType(
    {
        "warn": "it is sent and kept as it stands",
        "redact": "*** is sent and kept instead",
        "block": "the prompt is not sent, and *** is kept instead",
    }
)
_PLACES: Mapping[SeenIn, str] = MappingProxyType(
    {"said": "in what is said", "prompt": "in a prompt", "files": "in the scenario's files"}
)
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


def brought(event: ToolCalled) -> Paragraph | None:
    """How the result of a tool begins; None where it has none, or failed."""
    lines = filter(None, map(flat, (event.result or "").split("\n")))
    first = next(lines, "")
    return _detail(event, f"{event.tool}: {_shortened(first)}") if first else None


def whispered(event: TurnTaken, names: Mapping[str, str]) -> Paragraph | None:
    """Who alone heard a turn, for where its words were shown before that was known."""
    heard = _listed(event.to, names)
    return _note(event, f"to {heard} alone") if heard else None


def _listed(members: Sequence[str], names: Mapping[str, str]) -> str:
    """Short names as a sentence lists them."""
    *others, last = [short_name(member, names) for member in members] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def _taken(event: TurnTaken, names: Mapping[str, str]) -> Paragraph:
    name = flat(names.get(event.speaker, event.speaker))
    if event.to:
        name = f"{short_name(event.speaker, names)} to {_listed(event.to, names)}"
    if event.provenance == "human":
        name = human(name)
    return Paragraph(
        kind="said",
        text=f"*{visible(event.text)}*" if event.act == "do" else visible(event.text),
        turn=event.turn,
        speaker=event.speaker,
        name=name,
    )


def human(name: str) -> str:
    """A name as it stands before words that a person put in its bearer's mouth."""
    return f"{name} (human)"


def _edited(event: TurnEdited, names: Mapping[str, str]) -> Paragraph:
    name = flat(names.get(event.speaker, event.speaker))
    return Paragraph(
        kind="said",
        text=visible(event.text),
        turn=event.turn,
        speaker=event.speaker,
        name=f"{name}, turn {event.turn} (edited)",
    )


def edited_later(event: TurnTaken, edited: Collection[int]) -> Paragraph | None:
    """That a turn reads otherwise now, if it is one of those that were edited."""
    return _note(event, "edited later") if event.turn in edited else None


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


def _begun(event: ToolBegun, names: Mapping[str, str]) -> Paragraph:
    asked = _arguments(event)
    used = f"{event.tool} with {asked}" if asked else event.tool
    return _detail(event, f"{short_name(event.speaker, names)} begins {used}")


def _tool(event: ToolCalled, names: Mapping[str, str]) -> Paragraph:
    who, asked = short_name(event.speaker, names), _arguments(event)
    if event.error is not None:
        used = f"{event.tool} with {asked}" if asked else event.tool
        return _note(event, f"{who} tried {used}, in vain: {_shortened(flat(event.error))}")
    if event.tool != "search_knowledge_base":
        cited = f", from {_shortened(flat(', '.join(event.sources)))}" if event.sources else ""
        used = f"{event.tool} with {asked}" if asked else event.tool
        return _note(event, f"{who} used {used}{cited}")
    query = _shortened(_argument(event.arguments.get("query", "")))
    if not event.sources:
        return _note(event, f"{who} looked up {query} and found nothing")
    return _note(event, f"{who} looked up {query} in {flat(', '.join(event.sources))}")


def _arguments(event: ToolBegun | ToolCalled) -> str:
    return _shortened(", ".join(_argument(value) for value in event.arguments.values() if value))


def _argument(value: Any) -> str:
    return f'"{flat(value)}"' if isinstance(value, str) else flat(str(value))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"


def _found(event: CredentialFound, names: Mapping[str, str]) -> Paragraph:
    what = " and ".join(flat(name) for name in event.names)
    were = "was" if len(event.names) == 1 else "were"
    where, done = _PLACES[event.place], _HANDLED[event.handling]
    if event.place == "prompt" and event.member:
        where = f"in {short_name(event.member, names)}'s prompt"
    return _note(event, f"warning: {what} {were} found {where}; {done}")


def _joined(event: PersonaJoined, names: Mapping[str, str]) -> Paragraph:
    return _note(event, f"{short_name(event.persona, names)} comes in")


def _left(event: PersonaLeft, names: Mapping[str, str]) -> Paragraph:
    why = f": {flat(event.reason)}" if event.reason else ""
    return _note(event, f"{short_name(event.persona, names)} leaves{why}")


def _limit(event: LimitReached, names: Mapping[str, str]) -> Paragraph | None:
    if event.unit == "context_tokens":
        most = amount_of(event.limit, "tokens")
        return _note(event, f"{flat(event.sentence)}; from here on prompts have at most {most}")
    purpose = event.scope.partition(":")[2]
    if purpose == "speak" or not (purpose or event.scope in names):
        return None
    who, limit = short_name(event.scope, names), amount_of(event.limit, event.unit)
    if not event.needed:
        whose = f"the {purpose} questions'" if purpose else f"{who}'s own"
        return _note(event, f"{whose} limit of {limit} is reached")
    what = f"no more {purpose} questions are asked" if purpose else f"{who} falls silent"
    coming = "the next" if purpose else "the next turn"
    shared = "speaking budget" if event.whose == "purpose:speak" else event.whose
    whose = f"the {shared}'s" if shared else "their"
    used, asked = f"{_used_of(event, whose)} used", _bare(event.needed, event.unit)
    takes = "cost" if event.unit == "dollars" else "take"
    return _note(event, f"{what}: {used}, and {coming} could {takes} {asked}")


def _used_of(event: LimitReached | LimitNeared, whose: str) -> str:
    """How much of a budget is gone, with the verb: an amount of money is one thing."""
    limit = amount_of(event.limit, event.unit)
    many = event.unit != "dollars" and event.used != "1"
    return f"{_bare(event.used, event.unit)} of {whose} {limit} {'are' if many else 'is'}"


def _bare(figure: str, unit: str) -> str:
    """A figure beside one that bears the unit."""
    return amount_of(figure, unit if unit == "dollars" else "")


def _neared(event: LimitNeared, names: Mapping[str, str]) -> Paragraph:
    purpose = event.scope.partition(":")[2]
    whose = f"the {event.scope}'s"
    if purpose:
        whose = f"the {purpose} questions'"
    elif event.scope in names:
        whose = f"{short_name(event.scope, names)}'s own"
    return _detail(event, f"{_used_of(event, whose)} spent")


def _usage_missing(event: UsageMissing, _: Mapping[str, str]) -> Paragraph:
    told = f"no usage comes with the answers of {flat(event.model)}; they count at their most"
    return _detail(event, told)


def _answered_by_other(event: AnsweredByOther, _: Mapping[str, str]) -> Paragraph:
    other, asked = flat(event.answered_as), flat(event.model)
    return _detail(event, f"{other} answers where {asked} was asked, and is paid at its own price")


def _phase(event: PhaseEntered, names: Mapping[str, str]) -> Paragraph:
    there = (member for member in event.speakers if member not in event.absent)
    may = [short_name(member, names) for member in there]
    parts = (f"phase: {flat(event.phase)}", flat(event.about), ", ".join(may))
    return _note(event, " · ".join(part for part in parts if part))


def _flagged(event: FidelityFlagged, names: Mapping[str, str]) -> Paragraph:
    who = short_name(event.speaker, names)
    return _note(event, f"{who} broke character ({flat(event.rule)}): {flat(event.evidence)}")


def _chosen(event: SpeakerChosen, names: Mapping[str, str]) -> Paragraph:
    who = ", ".join(short_name(name, names) for name in event.names)
    # What a model was asked for is its own sentence.
    reason = event.reason if event.calls else named(event.reason, names)
    return _detail(event, f"next {who}: {flat(reason)}")


def _recalled(event: MemoryRecalled, names: Mapping[str, str]) -> Paragraph:
    who = short_name(event.speaker, names)
    return _detail(event, f"{who} remembers, from {flat(event.source)}: {flat(event.text)}")


def _kept(event: MemoryKept, names: Mapping[str, str]) -> Paragraph:
    who = short_name(event.speaker, names)
    turn = f", from turn {event.said_in}" if event.said_in else ""
    return _detail(event, f"{who} takes along{turn}: {flat(event.text)}")


def _summary(event: SummaryMade, names: Mapping[str, str]) -> Paragraph:
    turns = f"turns {event.first} to {event.last}"
    if event.member:
        who = short_name(event.member, names)
        told = f"of {turns}: {flat(event.text)}" if event.text else "nothing: there was no answer"
        return _detail(event, f"{who} notes {told}")
    if not event.text:
        return _detail(event, f"{turns} drop out: no summary could be had")
    return _detail(event, f"{turns} in short: {flat(event.text)}")


def _closing(event: RunClosing, names: Mapping[str, str]) -> Paragraph:
    who = short_name(event.speaker, names)
    why = named_ending(event.stop_reason, event.detail, names)
    return _detail(event, f"{flat(why)}; {who} has the last word")


def _note(event: Event, text: str) -> Paragraph:
    return Paragraph(kind="note", text=text, turn=event.turn)


def _detail(event: Event, text: str) -> Paragraph:
    return Paragraph(kind="detail", text=text, turn=event.turn)


_TOLD: Mapping[type, Callable[[Any, Mapping[str, str]], Paragraph | None]] = MappingProxyType(
    {
        CredentialFound: _found,
        FidelityFlagged: _flagged,
        Intervened: _intervened,
        LimitNeared: _neared,
        LimitReached: _limit,
        MemoryKept: _kept,
        MemoryRecalled: _recalled,
        PersonaJoined: _joined,
        PersonaLeft: _left,
        PhaseEntered: _phase,
        RunClosing: _closing,
        SpeakerChosen: _chosen,
        SpeechRestarted: _restarted,
        SummaryMade: _summary,
        ToolBegun: _begun,
        ToolCalled: _tool,
        TurnEdited: _edited,
        TurnFailed: _failed,
        TurnPassed: _passed,
        TurnTaken: _taken,
        UsageMissing: _usage_missing,
        AnsweredByOther: _answered_by_other,
    }
)
