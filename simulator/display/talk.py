"""A talk on a terminal: a column of names, a column of words, remarks in between.

```text
Rosa Lindqvist   I got to the password. My coffee went cold somewhere between the code
                 and the second wheel, and it was a large coffee.
```
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from rich.cells import cell_len
from rich.text import Text

from simulator.conversation.speech import SpeechDelta
from simulator.display.label import label
from simulator.display.paragraph import (
    Paragraph,
    brought,
    edited_later,
    human,
    paragraph_of,
    whispered,
)
from simulator.display.reply_fields import ReplyFields
from simulator.display.streamed_words import StreamedWords
from simulator.display.terminal import Terminal
from simulator.display.turn_detail import turn_details
from simulator.display.visible import flat, visible
from simulator.record.events import (
    Event,
    FidelityFlagged,
    RunStarted,
    ToolCalled,
    TurnFailed,
    TurnPassed,
    TurnTaken,
)
from simulator.record.rows import CallRow

__all__ = ["TalkView"]

_GAP = 3
_LEAST_GAP = 2
"""Cells between words and a name that is longer than any member's."""
_LONGEST_NAME = 24
_NARROW = 60
"""Below this many cells words stand under the name, not beside it."""
_SPEAKERS = ("cyan", "magenta", "green", "yellow", "blue", "bright_cyan", "bright_magenta")
_STYLES = {"said": "", "outside": "italic", "note": "dim", "detail": "dim", "failed": "bold red"}


class TalkView:
    """Shows a run's events as they come; the first line says what is shown."""

    def __init__(
        self,
        out: Terminal,
        *,
        calls: Callable[[], Sequence[CallRow]] | None = None,
        edited: Collection[int] = (),
    ) -> None:
        """With `calls`, which reads the run's calls, it tells everything: the full display.

        `edited` are the turns of which it is known that they are edited later.
        """
        self._out, self._calls, self._edited = out, calls, edited
        self._names: dict[str, str] = {}
        self._fields = ReplyFields()
        self._heads: tuple[str, ...] = ()
        self._last: Paragraph | None = None
        self._stream: StreamedWords | None = None
        self._streamed = ""
        self._flags: list[Paragraph | None] = []

    def event(self, event: Event) -> None:
        """Show what happened."""
        if isinstance(event, RunStarted):
            self._names, self._fields = event.members, ReplyFields.of(event)
            names = ((one, flat(name)) for one, name in event.members.items())
            self._heads = tuple(human(n) if one in event.humans else n for one, n in names)
            self._out.say(flat(label(event)), style="bold")
        elif isinstance(event, TurnTaken) and self._was_streamed(event):
            self._end_stream()
            self._add(whispered(event, self._names))
        elif isinstance(event, FidelityFlagged) and self._stream is not None:
            self._flags.append(paragraph_of(event, self._names))
        else:
            taken_back = self._stream is not None and isinstance(event, TurnTaken | TurnPassed)
            self._end_stream()
            if taken_back:
                self._aside("(taken back)", style=_STYLES["note"])
            paragraph = paragraph_of(event, self._names)
            if paragraph is not None and (paragraph.kind != "detail" or self._calls):
                self._show(paragraph)
        if isinstance(event, TurnTaken):
            self._add(self._fields.told(event, handoffs=self._calls is not None))
            self._add(edited_later(event, self._edited))
            self._add_flags()
        if self._calls and isinstance(event, ToolCalled):
            self._add(brought(event))
        if self._calls and isinstance(event, TurnTaken | TurnPassed | TurnFailed):
            for detail in turn_details(event, self._calls(), names=self._names):
                self._aside(detail, style="dim")

    def _add_flags(self) -> None:
        """What is out of character in words that were shown before that was known."""
        for flag in self._flags:
            self._add(flag)
        self._flags = []

    def _add(self, remark: Paragraph | None) -> None:
        """A remark right under the words it belongs to."""
        if remark is not None:
            self._aside(remark.text, style=_STYLES[remark.kind])

    def words(self, delta: SpeechDelta) -> None:
        """Show words of a turn that is on its way."""
        if self._stream is None:
            opening = Paragraph(kind="said", text="", turn=delta.turn, speaker=delta.speaker)
            self._separate(opening)
            self._last = opening
            name = flat(self._names.get(delta.speaker, delta.speaker))
            self._out.print(self._head(name, delta.speaker), end="", soft_wrap=True)
            self._stream = StreamedWords(width=self._text_width, indent=self._indent)
        self._streamed += delta.text
        self._out.print(self._stream.feed(visible(delta.text)), end="", soft_wrap=True)

    @property
    def _indent(self) -> int:
        if self._out.columns < _NARROW:
            return _GAP
        longest = max(map(cell_len, self._heads), default=0)
        return min(longest, _LONGEST_NAME) + _GAP

    @property
    def _text_width(self) -> int:
        return self._out.columns - self._indent

    def _was_streamed(self, event: TurnTaken) -> bool:
        return self._stream is not None and self._streamed.strip() == event.text

    def _end_stream(self) -> None:
        if self._stream is not None:
            self._out.print(self._stream.rest(), soft_wrap=True)
        self._stream, self._streamed = None, ""

    def _show(self, paragraph: Paragraph) -> None:
        self._separate(paragraph)
        if paragraph.kind in {"said", "outside"}:
            self._speech(paragraph)
        else:
            self._aside(paragraph.text, style=_STYLES[paragraph.kind])
        self._last = paragraph

    def _separate(self, paragraph: Paragraph) -> None:
        """An empty line before whatever does not belong to the remarks right above it."""
        last = self._last
        remark = last is not None and last.kind in {"note", "detail"}
        if last is None or not remark or last.turn != paragraph.turn:
            self._out.say()

    def _speech(self, paragraph: Paragraph) -> None:
        head = self._head(paragraph.name, paragraph.speaker)
        first, *more = self._wrapped(paragraph.text, style=_STYLES[paragraph.kind]) or [Text()]
        self._out.say(Text.assemble(head, first))
        for line in more:
            self._out.say(Text.assemble(" " * self._indent, line))

    def _head(self, name: str, speaker: str) -> Text:
        """The name, and the way from it to where words begin: beside it, or on the next line."""
        members = tuple(self._names)
        place = members.index(speaker) if speaker in members else -1
        style = f"bold {_SPEAKERS[place % len(_SPEAKERS)]}" if place >= 0 else "bold italic"
        room = self._indent - cell_len(name)
        way = " " * room if room >= _LEAST_GAP else "\n" + " " * self._indent
        return Text.assemble((name, style), way)

    def _aside(self, text: str, *, style: str) -> None:
        for line in self._wrapped(text, style=style):
            self._out.say(Text.assemble(" " * self._indent, line))

    def _wrapped(self, text: str, *, style: str) -> list[Text]:
        lines = Text(text, style=style).wrap(self._out, self._text_width)
        for line in lines:
            line.rstrip()
        return list(lines)
