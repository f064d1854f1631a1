"""A talk as HTML for notebooks and pages: every word escaped, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from simulator.display.in_order import in_turn_order
from simulator.display.label import label, provenance
from simulator.display.paragraph import Paragraph, edited_later, paragraph_of
from simulator.display.reply_fields import ReplyFields
from simulator.display.visible import flat, visible
from simulator.record.edits import edited_turns
from simulator.record.events import Event, RunStarted, TurnTaken

__all__ = ["html_of_talk"]

_COLOURS = ("#0b7285", "#9c36b5", "#2b8a3e", "#b35900", "#1864ab", "#c2255c", "#5f3dc4")
_HEADER = (
    "position:sticky;top:0;z-index:1;padding:.4em .6em;font-weight:600;"
    "background:#fff3bf;color:#212529;border-bottom:1px solid #ced4da"
)
_PLAIN_HEADER = _HEADER.replace("#fff3bf", "#e9ecef")
_TURN = "display:flex;gap:1em;margin:.6em 0"
_NAME = "flex:0 0 9em;font-weight:600;text-align:right"
_WORDS = "flex:1;max-width:42em;white-space:pre-wrap"
_STYLES = {
    "said": _WORDS,
    "outside": f"{_WORDS};font-style:italic",
    "note": f"{_WORDS};opacity:.65",
    "failed": f"{_WORDS};color:#c92a2a;font-weight:600",
}


def html_of_talk(events: Sequence[Event], *, footer: Iterable[str] = ()) -> str:
    """A run's talk as one HTML fragment; its header stays in sight and says who spoke.

    Raises:
        StopIteration: the run never started.
    """
    started = next(event for event in events if isinstance(event, RunStarted))
    header = _HEADER if started.stand_in else _PLAIN_HEADER
    end = "<br>".join(escape(flat(line)) for line in footer)
    parts = (
        '<div style="max-height:40em;overflow:auto;line-height:1.45">',
        f'<div style="{header}">{escape(flat(label(started)))}</div>',
        *_turns(events, started),
        f'<div style="margin:.8em .6em;opacity:.75">{end}</div>' if end else "",
        "</div>",
    )
    return "\n".join(part for part in parts if part)


def _turns(events: Sequence[Event], started: RunStarted) -> Iterator[str]:
    names, edited, fields = started.members, edited_turns(events), ReplyFields.of(started)
    for event in in_turn_order(events):
        paragraph = paragraph_of(event, names)
        if paragraph is not None and paragraph.kind != "detail":
            yield _turn(event, paragraph, tuple(names))
        if isinstance(event, TurnTaken):
            for remark in (fields.told(event, handoffs=False), edited_later(event, edited)):
                if remark is not None:
                    yield _turn(event, remark, tuple(names))


def _turn(event: Event, paragraph: Paragraph, members: Sequence[str]) -> str:
    known = paragraph.speaker in members
    place = members.index(paragraph.speaker) if known else -1
    colour = f";color:{_COLOURS[place % len(_COLOURS)]}" if known else ""
    name = f'<div style="{_NAME}{colour}">{escape(paragraph.name)}</div>'
    text = escape(visible(paragraph.text))
    words = f'<div style="{_STYLES[paragraph.kind]}">{text}</div>'
    return f'<div style="{_TURN}"{_origin(event)}>{name}{words}</div>'


def _origin(event: Event) -> str:
    """Where the words come from, told when the pointer rests on them."""
    if not isinstance(event, TurnTaken):
        return ""
    told = f"turn {event.turn} · {event.act} · {provenance(event.provenance, event.source)}"
    return f' title="{escape(told)}"'
