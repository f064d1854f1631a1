"""A talk as plain lines, one a turn: for files, `grep` and `diff`."""

from __future__ import annotations

from collections.abc import Collection

from simulator.conversation.speech import SpeechDelta
from simulator.display.label import label
from simulator.display.paragraph import Paragraph, edited_later, paragraph_of
from simulator.display.reply_fields import ReplyFields
from simulator.display.terminal import Terminal
from simulator.display.visible import flat
from simulator.record.events import Event, RunStarted, TurnTaken

__all__ = ["PlainView"]


class PlainView:
    """Shows turns as `Name: words`, remarks in parentheses; the first line says what is shown."""

    def __init__(self, out: Terminal, *, edited: Collection[int] = ()) -> None:
        """`edited` are the turns of which it is known that they are edited later."""
        self._out, self._edited = out, edited
        self._names: dict[str, str] = {}
        self._fields = ReplyFields()

    def event(self, event: Event) -> None:
        """Show what happened."""
        if isinstance(event, RunStarted):
            self._names, self._fields = event.members, ReplyFields.of(event)
            self._out.raw(f"{flat(label(event))}\n")
            return
        paragraph = paragraph_of(event, self._names)
        if paragraph is not None and paragraph.kind != "detail":
            self._show(paragraph)
        if isinstance(event, TurnTaken):
            for remark in (self._fields.told(event), edited_later(event, self._edited)):
                if remark is not None:
                    self._show(remark)

    def _show(self, paragraph: Paragraph) -> None:
        said = paragraph.kind in {"said", "outside"}
        words = flat(paragraph.text)
        self._out.raw(f"{paragraph.name}: {words}\n" if said else f"({words})\n")

    def words(self, delta: SpeechDelta) -> None:
        """Whole turns are shown, not words."""
