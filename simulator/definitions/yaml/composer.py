"""Composing a document out of YAML's events, with every trap that YAML itself lets pass.

Mistakes that leave the rest of a file readable are collected, and reading goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Never

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from simulator.definitions.yaml.document import (
    Document,
    Node,
    NumberOutOfRange,
    Scalar,
    resolve,
)
from simulator.definitions.yaml.parser_events import read_events
from simulator.definitions.yaml.source_text import Mistake, SourceText, clip
from simulator.definitions.yaml.trap import (
    Entry,
    odd_characters,
    plain_traps,
    swallows_lines,
    valueless,
)

__all__ = ["Composition", "compose"]

PLACEHOLDER_TEXT = re.compile(r"\{\{[^{}\n]*\}\}(?:[^,\]}#\n]*[^,\]}#\s])?")
DEEPEST = 64
"""Lists and mappings one in the other; pydantic and people stop following long before."""
TOO_DEEP = f"Lists and fields stand one in another more than {DEEPEST} deep here."
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
    composer = _Composer(source, _lazily(events, source.text))
    try:
        root = composer.document()
    except _Unreadable as stop:
        return Composition(None, (*composer.mistakes, stop.mistake))
    except (yaml.YAMLError, ValueError, OverflowError) as failure:
        return Composition(None, tuple(composer.mistakes), failure)
    return Composition(Document(source, root), tuple(composer.mistakes))


def _lazily(events: Callable[[str], Iterator[Event]], text: str) -> Iterator[Event]:
    """The events; what opening the text raises is raised by the first of them."""
    yield from events(text)


class _Unreadable(Exception):
    """A mistake after which the rest of the file cannot be understood."""

    def __init__(self, index: int, message: str, hint: str = "") -> None:
        self.mistake = Mistake(index, message, hint)
        super().__init__(message)


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
            hint = "Check for brackets that are never closed."
            raise _Unreadable(_start(event), TOO_DEEP, hint)
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
        if depth + node.height > DEEPEST:
            raise _Unreadable(start, TOO_DEEP, f"Write out what `*{name}` repeats.")
        if self.repeated > REPEATED:
            message = f"The aliases up to `*{name}` repeat more than {REPEATED} values."
            raise _Unreadable(start, message, "Write them out.")
        return replace(node, start=start, end=_end(event))

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
            end=_behind(start, event, items),
            items=tuple(items),
            size=1 + sum(item.size for item in items),
            height=1 + max((item.height for item in items), default=0),
        )

    def _mapping(self, start: MappingStartEvent, depth: int) -> Node:
        self._check_tag(start, "map")
        entries: list[Entry] = []
        while not isinstance(event := next(self.events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self._refuse_key(_start(event), start, entries)
            noted = len(self.mistakes)
            entry = self._entry(event, start, depth)
            if entry.colonless:
                # Its value was cut off at the wrong colon: what that showed is no mistake.
                del self.mistakes[noted:]
            entries.append(entry)
        self.mistakes += valueless(entries)
        end = _behind(start, event, [entry.node for entry in entries])
        return replace(self._fields(_start(start), entries), end=end)

    def _entry(self, event: ScalarEvent, mapping: MappingStartEvent, depth: int) -> Entry:
        start, key, quoted = _start(event), str(event.value), bool(event.style)
        if not quoted and not key:
            colon = max(start, self.text.find(":", start))
            raise _Unreadable(colon, "There is no name before this colon.", "Write `name: value`.")
        if not quoted:
            self.mistakes += odd_characters(key, start)
        if event.anchor or event.tag:
            message = "A name cannot begin with `&` or `!` unless it stands in quotes."
            self._note(start, message, "Put quotes around it.")
        value = next(self.events)
        node = self._node(value, depth + 1)
        if node.plain and node.source == "":
            node = replace(node, start=start, end=max(node.end, _end(event)))
        valued = not mapping.flow_style or _end(value) > _start(value)
        valued = valued or ":" in self.text[_end(event) : _start(value)]
        entry = Entry(key, start, node, valued, quoted)
        return replace(entry, valued=False) if entry.colonless else entry

    def _refuse_key(self, start: int, mapping: MappingStartEvent, entries: list[Entry]) -> Never:
        """A list or fields where a key is wanted: text in braces, or a bracket left out."""
        char = self.text[start]
        if mapping.flow_style and self.text[start - 1 : start + 1] == "{{":
            message = "Text that starts with `{{` needs quotes."
            whole = PLACEHOLDER_TEXT.match(self.text, start - 1)
            shown = clip(whole[0]) if whole else "{{ ... }}"
            raise _Unreadable(start - 1, message, f'Write "{shown}", quotes included.')
        if mapping.flow_style and entries and entries[-1].node.fields is not None:
            message = f"A `[` is missing before this, or a `}}` before the next `{char}`."
            raise _Unreadable(entries[-1].node.start, message, "Add it.")
        if mapping.flow_style and entries:
            message = f"The `{{` that opens here is not closed before the next `{char}`."
            raise _Unreadable(_start(mapping), message, "Close it with `}`.")
        message = "A name is wanted before the colon, not a list, fields or an alias."
        raise _Unreadable(start, message, "Put quotes around text with brackets in it.")

    def _fields(self, start: int, entries: list[Entry]) -> Node:
        fields: dict[str, Node] = {}
        keys: dict[str, int] = {}
        restarted = False
        for entry in entries:
            if entry.key == "<<" and not entry.quoted:
                message = "`<<` merges fields only in YAML 1.1."
                self._note(entry.start, message, "Write the fields out here.")
            elif entry.key in fields:
                if not restarted:
                    self._note_twice(entry, keys)
                restarted = restarted or entry.key == entries[0].key
            elif entry.valued:
                fields[entry.key], keys[entry.key] = entry.node, entry.start
        return Node(
            start=start,
            fields=fields,
            keys=keys,
            flawed=any(entry.key not in fields for entry in entries),
            size=1 + sum(entry.node.size for entry in entries),
            height=1 + max((entry.node.height for entry in entries), default=0),
        )

    def _note_twice(self, entry: Entry, keys: dict[str, int]) -> None:
        line = self.source.position(keys[entry.key])[0]
        message = f"`{clip(entry.key)}` is here twice: line {line} has it already."
        first = entry.key == next(iter(keys)) and self.source.position(entry.start)[1] > 1
        hint = "Keep one of them, or begin a new item with `- `." if first else "Keep one of them."
        self._note(entry.start, message, hint)

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
            self.mistakes += plain_traps(self.source, start, end)
        elif tag and not isinstance(value, TAGGED.get(tag.removeprefix(CORE), (str,))):
            self._note(start, f"`{clip(text)}` is no value for its tag `!!{tag[len(CORE) :]}`.")
        if style in {'"', "'"} and swallows_lines(self.source, start, end):
            message = "The quote that opens here is not closed where the line ends."
            raise _Unreadable(start, message, "Close it, or indent the lines it goes on in.")
        behind = start + len(self.text[start:end].rstrip())
        return Node(start=start, end=behind, value=value, source=text, plain=plain)

    def _resolved(self, start: int, text: str) -> Scalar:
        try:
            return resolve(text)
        except NumberOutOfRange:
            message = f"`{clip(text)}` is too long, too large or too small for a number."
            self._note(start, message, "Put quotes around it if it is text.")
            return text


def _start(event: Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end(event: Event) -> int:
    return event.end_mark.index if event.end_mark else 0


def _behind(start: CollectionStartEvent, end: Event, inside: list[Node]) -> int:
    """Where a list or mapping ends: at its bracket, or with the last thing in it."""
    if start.flow_style:
        return _end(end)
    return max((node.end for node in inside), default=_start(start))
