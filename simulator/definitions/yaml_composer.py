"""Composing a document out of YAML's events, and the traps that YAML itself lets pass.

Duplicate keys, a comma that cut a text in two, ` #` that cut one short, text that became an
anchor or a tag: all of them are valid YAML that says something else than its author meant. They
are collected, and the rest of the file is still read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from simulator.definitions.source_text import Mistake, SourceText
from simulator.definitions.yaml_document import (
    Document,
    Node,
    NumberOutOfRange,
    Scalar,
    clip,
    read_events,
    resolve,
)

__all__ = ["Composition", "compose", "swallows_lines"]

DEEPEST = 64
"""Lists and mappings one in the other; pydantic and people stop following long before."""
REPEATED = 10_000
"""Values that aliases may repeat in one file, written out: what keeps ten lines from becoming a
billion values."""
CORE = "tag:yaml.org,2002:"
TAGGED: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "null": (type(None),),
}
CRAMPED_COMMENT = re.compile(r"[ \t]+(#[^\s#].*)")
NEW_ENTRY = re.compile(r" *(?:-(?: |$)|[^\s#\"'-][^\"':]*:(?: |$)|\"[^\"]*\":(?: |$))")
KEY_COLUMN = re.compile(r" *(?:- +)*")
UNSPACED = re.compile(r"([A-Za-z_][\w-]*):(\S.*)")
TWO_WORDS = re.compile(r"([A-Za-z_][\w-]*) +(\S.*)")
INVISIBLE = re.compile(r"[\u00a0\u00ad\u1680\u2000-\u200b\u202f\u205f\u2060\u3000]")


@dataclass(frozen=True, slots=True)
class Composition:
    """What became of a text: a document unless it is broken, and every mistake met on the way."""

    document: Document | None
    mistakes: tuple[Mistake, ...]
    failure: Exception | None = None
    """What the scanner or parser said, where YAML itself is broken."""


def compose(
    source: SourceText, *, events: Callable[[str], Iterator[Event]] = read_events
) -> Composition:
    """Read a text as one YAML document; never raises, whatever the text."""
    composer = _Composer(source, events(source.text))
    try:
        root = composer.document()
    except _Unreadable as stop:
        return Composition(None, (*composer.mistakes, stop.mistake))
    except (yaml.YAMLError, ValueError, OverflowError) as failure:
        return Composition(None, tuple(composer.mistakes), failure)
    return Composition(Document(source, root), tuple(composer.mistakes))


def swallows_lines(source: SourceText, start: int, end: int) -> bool:
    """Whether a quoted text runs over what looks like the next key or item of its block.

    YAML 1.2 wants every further line of a quoted text indented deeper than its key; a line that
    is not, and begins an entry of its own, shows that the quote was never closed.
    """
    first, last = source.position(start)[0], source.position(end)[0]
    column = _key_column(source.lines[first - 1])
    return any(
        NEW_ENTRY.match(line) and len(line) - len(line.lstrip(" ")) <= column
        for line in source.lines[first:last]
    )


def _key_column(line: str) -> int:
    found = KEY_COLUMN.match(line)
    return found.end() if found else 0


class _Unreadable(Exception):
    """A mistake after which the rest of the file cannot be understood."""

    def __init__(self, index: int, message: str, hint: str = "") -> None:
        self.mistake = Mistake(index, message, hint)
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    start: int
    node: Node
    valued: bool
    """Whether there is a colon; in braces a comma can end an entry before it."""


class _Composer:
    def __init__(self, source: SourceText, events: Iterator[Event]) -> None:
        self.source, self.text, self.events = source, source.text, events
        self.mistakes: list[Mistake] = []
        self.anchors: dict[str, Node | None] = {}
        self.unused: dict[str, int] = {}
        self.repeated = 0

    def document(self) -> Node:
        """The root of the only document."""
        next(self.events)
        if isinstance(next(self.events), StreamEndEvent):
            raise _Unreadable(0, "The file is empty.")
        root = self._node(next(self.events), 0)
        if root.plain and not root.source:
            raise _Unreadable(0, "The file is empty.")
        next(self.events)
        after = next(self.events)
        if isinstance(after, DocumentStartEvent):
            message = "A second document begins here, but a file holds only one."
            raise _Unreadable(_start(after), message, "Delete this line, or make two files.")
        for name, index in self.unused.items():
            message = f"`&{name}` is taken as a YAML anchor, which nothing repeats."
            self._note(index, message, "Put quotes around text that starts with `&`.")
        return root

    def _note(self, index: int, message: str, hint: str = "") -> None:
        self.mistakes.append(Mistake(index, message, hint))

    def _node(self, event: Event, depth: int) -> Node:
        if isinstance(event, AliasEvent):
            return self._alias(event, depth)
        if depth > DEEPEST:
            message = f"Lists and fields stand one in another more than {DEEPEST} deep here."
            raise _Unreadable(_start(event), message, "Check for brackets that are never closed.")
        anchor: str | None = getattr(event, "anchor", None)
        if anchor:
            self.anchors[anchor] = None
            self.unused.pop(anchor, None)
        if isinstance(event, MappingStartEvent):
            node = self._mapping(event, depth)
        elif isinstance(event, SequenceStartEvent):
            node = self._list(event, depth)
        else:
            node = self._scalar(event)
        if anchor:
            self.anchors[anchor] = node
            if node.plain:
                self.unused[anchor] = node.start
        return node

    def _alias(self, event: AliasEvent, depth: int) -> Node:
        start, name = _start(event), str(event.anchor)
        if name not in self.anchors:
            message = f"`*{name}` repeats what `&{name}` marks, and nothing here is marked so."
            raise _Unreadable(start, message, "Put quotes around text that starts with `*`.")
        node = self.anchors[name]
        if node is None:
            raise _Unreadable(start, f"`*{name}` repeats the very thing it stands in.")
        self.unused.pop(name, None)
        self.repeated += node.size
        if self.repeated > REPEATED or depth + node.height > DEEPEST:
            message = f"The aliases up to `*{name}` repeat more than {REPEATED} values"
            raise _Unreadable(start, f"{message}, or nest too deeply.", "Write them out.")
        return replace(node, start=start)

    def _check_tag(self, event: Event, *known: str) -> None:
        tag = getattr(event, "tag", None)
        if tag is None or tag.removeprefix(CORE) in known:
            return
        index = self.text.find("!", _start(event))
        written = clip(self.text[index:].split(maxsplit=1)[0])
        message = f"`{written}` is taken as a YAML tag, which has no meaning here."
        self._note(index, message, "Put quotes around text that starts with `!`.")

    def _list(self, start: SequenceStartEvent, depth: int) -> Node:
        self._check_tag(start, "seq")
        items = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Node(
            start=_start(start),
            items=tuple(items),
            size=1 + sum(item.size for item in items),
            height=1 + max((item.height for item in items), default=0),
        )

    def _mapping(self, start: MappingStartEvent, depth: int) -> Node:
        self._check_tag(start, "map")
        entries: list[_Entry] = []
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self._key(event, start)
            value = next(self.events)
            node = self._node(value, depth + 1)
            if node.plain and node.source == "":
                node = replace(node, start=_start(event))
            there = not start.flow_style or _end(value) > _start(value)
            there = there or ":" in self.text[_end(event) : _start(value)]
            entries.append(_Entry(key, _start(event), node, there))
        self._note_commas(entries)
        return self._fields(_start(start), entries)

    def _key(self, event: Event, mapping: MappingStartEvent) -> str:
        start = _start(event)
        if not isinstance(event, ScalarEvent):
            if mapping.flow_style and self.text[start - 1 : start + 1] == "{{":
                message = "Text that starts with `{{` needs quotes."
                raise _Unreadable(start - 1, message, 'Write "{{ ... }}", quotes included.')
            message = "A name is wanted before the colon, not a list, fields or an alias."
            raise _Unreadable(start, message, "Put quotes around text with brackets in it.")
        if not event.style and not event.value:
            colon = self.text.find(":", start)
            raise _Unreadable(max(start, colon), "There is no name before this colon.")
        if not event.style and INVISIBLE.search(event.value):
            message = f"`{clip(event.value)}` contains a space or mark that is not an ordinary one."
            self._note(start, message, "Type the line again, with the space bar.")
        if event.anchor or event.tag:
            message = "A name cannot begin with `&` or `!` unless it stands in quotes."
            self._note(start, message, "Put quotes around it.")
        return str(event.value)

    def _fields(self, start: int, entries: list[_Entry]) -> Node:
        fields: dict[str, Node] = {}
        keys: dict[str, int] = {}
        flawed = False
        for entry in entries:
            if self.text.startswith("<<", entry.start):
                message = "`<<` merges fields only in YAML 1.1."
                self._note(entry.start, message, "Write the fields out here.")
                flawed = True
            elif entry.key in fields:
                line = self.source.position(keys[entry.key])[0]
                message = f"`{entry.key}` is here twice: line {line} has it already."
                self._note(entry.start, message, "Keep one of them.")
            elif entry.valued:
                fields[entry.key], keys[entry.key] = entry.node, entry.start
            else:
                flawed = True
        return Node(
            start=start,
            fields=fields,
            keys=keys,
            flawed=flawed,
            size=1 + sum(entry.node.size for entry in entries),
            height=1 + max((entry.node.height for entry in entries), default=0),
        )

    def _note_commas(self, entries: list[_Entry]) -> None:
        before: _Entry | None = None
        for valued, run in groupby(entries, key=lambda entry: entry.valued):
            group = list(run)
            if not valued:
                self._note_comma(before, group)
            before = group[-1]

    def _note_comma(self, before: _Entry | None, cut: list[_Entry]) -> None:
        first, unspaced = cut[0], UNSPACED.fullmatch(cut[0].key)
        if unspaced:
            message = f"`{clip(first.key)}` lacks a space after its colon."
            self._note(first.start, message, f"Write `{unspaced[1]}: {clip(unspaced[2])}`.")
            return
        if before is None or not before.node.source:
            words = TWO_WORDS.fullmatch(first.key)
            meant = f"{words[1]}: {clip(words[2])}" if words else f"{clip(first.key)}: ..."
            self._note(first.start, f"`{clip(first.key)}` has no value.", f"Write `{meant}`.")
            return
        whole = ", ".join([before.node.source, *(entry.key for entry in cut)])
        if before.node.plain and whole.endswith('"') and whole.count('"') % 2:
            message = "This text ends with a quote, but does not begin with one."
            self._note(before.node.start, message, f'Write "{clip(whole)}.')
            return
        words = TWO_WORDS.fullmatch(first.key)
        self._note(
            first.start,
            f"`{clip(first.key)}` has no value; put quotes around text with a comma: "
            f'{before.key}: "{clip(whole)}"',
            f"Or is a colon missing: `{words[1]}: {clip(words[2])}`?" if words else "",
        )

    def _scalar(self, event: Event) -> Node:
        start, end = _start(event), _end(event)
        text = str(getattr(event, "value", ""))
        style, tag = getattr(event, "style", None), getattr(event, "tag", None)
        self._check_tag(event, "str", *TAGGED)
        plain = not style and tag is None
        value: Scalar = text
        if plain or (tag and tag.removeprefix(CORE) in TAGGED):
            value = self._resolved(start, text)
        if plain and isinstance(value, str):
            self._check_plain(start, end, text)
        elif tag and not isinstance(value, TAGGED.get(tag.removeprefix(CORE), (str,))):
            self._note(start, f"`{clip(text)}` is no value for its tag `!!{tag[len(CORE) :]}`.")
        if style in {'"', "'"} and swallows_lines(self.source, start, end):
            message = "The quote that opens here is not closed where the line ends."
            raise _Unreadable(start, message, "Close it, or indent the lines it goes on in.")
        return Node(start=start, value=value, source=text, plain=plain)

    def _resolved(self, start: int, text: str) -> Scalar:
        try:
            return resolve(text)
        except NumberOutOfRange:
            message = f"`{clip(text)}` is too long, too large or too small for a number."
            self._note(start, message, "Put quotes around it if it is text.")
            return text

    def _check_plain(self, start: int, end: int, text: str) -> None:
        comment = CRAMPED_COMMENT.match(self.text, end)
        if comment:
            self._note(
                start,
                f"This text ends before `{clip(comment[1])}`, which is taken as a comment.",
                "Put quotes around text with ` #`, or a space after the # of a comment.",
            )
        elif text.endswith('"') and text.count('"') % 2 and not text[-2:-1].isdigit():
            message = "This text ends with a quote, but does not begin with one."
            self._note(start, message, f'Write "{clip(text)}, or no quote at all.')


def _start(event: Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end(event: Event) -> int:
    return event.end_mark.index if event.end_mark else 0
