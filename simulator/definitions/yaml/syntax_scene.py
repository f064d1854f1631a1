"""The place where YAML's parser gave up, and the tokens and lines that lead there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Any

import yaml
from yaml import tokens

from simulator.definitions.yaml.parser_events import PortableLoader
from simulator.definitions.yaml.source_text import SourceText

__all__ = ["BEYOND_UNICODE", "ENTRY", "PAIRS", "QUOTES", "SyntaxScene", "Thing"]

VISIBLE: dict[type[tokens.Token], str] = {
    tokens.FlowSequenceStartToken: "[",
    tokens.FlowSequenceEndToken: "]",
    tokens.FlowMappingStartToken: "{",
    tokens.FlowMappingEndToken: "}",
    tokens.FlowEntryToken: ",",
    tokens.ValueToken: ":",
    tokens.BlockEntryToken: "-",
    tokens.AliasToken: "alias",
    tokens.AnchorToken: "anchor",
    tokens.TagToken: "tag",
    tokens.ScalarToken: "text",
}
PAIRS = {"[": "]", "{": "}"}
"""Opening brackets and what closes them."""
QUOTES = ("'", '"')
ENTRY = re.compile(r" *(?:- +)*")
"""What may stand on a line before a key or an item."""
BEYOND_UNICODE = re.compile(r"\\(?:U(?!000|0010)|(?:U0000|u)(?=[dD][89a-fA-F]))[0-9A-Fa-f]{4}")
"""An escape for a character that does not exist."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A visible token: what it is, from where to where, and a scalar's quotes."""

    kind: str
    start: int
    end: int
    style: str = ""


class SyntaxScene:
    """Where the parser gave up, and what stands before that place."""

    def __init__(self, source: SourceText, failure: Exception, names: frozenset[str]) -> None:
        self.source, self.text, self.names = source, source.text, names
        error = _portable_failure(source.text) or failure
        self.problem = str(getattr(error, "problem", "") or "")
        self.context = str(getattr(error, "context", "") or "")
        context = getattr(error, "context_mark", None)
        problem = getattr(error, "problem_mark", None) or context
        beyond = BEYOND_UNICODE.search(source.text)
        unmarked = beyond.start() if beyond else 0
        self.at = min(problem.index if problem else unmarked, len(source.text))
        self.context_at = context.index if context else self.at

    @cached_property
    def things(self) -> list[Thing]:
        """The visible tokens up to the end of the line where the parser gave up."""
        last = self.line(self.at)
        return list(_things(self.source, last))

    @cached_property
    def before(self) -> Thing | None:
        """The last thing that ends before the place."""
        return next((thing for thing in reversed(self.things) if thing.end <= self.at), None)

    @cached_property
    def after(self) -> Thing | None:
        """The first thing from the place on, if it stands on the same line."""
        return next((thing for thing in self.things if thing.start >= self.at), None)

    @cached_property
    def open(self) -> list[Thing]:
        """The brackets that are open at the place, outermost first."""
        stack: list[Thing] = []
        for thing in self.things:
            if thing.end > self.at:
                break
            if thing.kind in PAIRS:
                stack.append(thing)
            elif stack and thing.kind == PAIRS[stack[-1].kind]:
                stack.pop()
        return stack

    def opening_of(self, closing: Thing) -> int:
        """Where the bracket stands that a closing one belongs to; its own place without one."""
        depth = 0
        for thing in reversed(self.things[: self.things.index(closing) + 1]):
            depth += _closed_by(thing)
            if depth == 0:
                return thing.start
        return closing.start

    def unopened(self, opening: str) -> int | None:
        """Where the value (of a list) or item (of fields) begins that is closed but not opened."""
        marks = {":"} if opening == "[" else {",", "["}
        depth, start = 0, None
        for thing in reversed([thing for thing in self.things if thing.end <= self.at]):
            depth += _closed_by(thing)
            if (depth == 0 and thing.kind in marks) or depth < 0:
                return start
            start = thing.start
        return start

    @cached_property
    def entry(self) -> int:
        """Where the first entry on the line of the place begins, behind spaces and dashes."""
        line = self.line(self.at)
        found = ENTRY.match(self.source.lines[line - 1])
        return self.source.offset(line) + (found.end() if found else 0)

    @property
    def dashless(self) -> int | None:
        """Where the first item of a list begins that has no dash, if a dash below it surprised."""
        source, line = self.source, self.line(self.at)
        depth = source.indent(line)
        above = [n for n in range(line - 1, 0, -1) if source.is_content(n)]
        block = list(takewhile(lambda n: source.indent(n) >= depth, above))
        key = above[len(block) : len(block) + 1]
        if not block or not key or not source.lines[key[0] - 1].rstrip().endswith(":"):
            return None
        first = source.offset(block[-1]) + source.indent(block[-1])
        return None if self.text.startswith("- ", first) else first

    def line(self, index: int) -> int:
        """The line of an offset."""
        return self.source.position(index)[0]

    def rest(self, index: int) -> str:
        """What stands on the line from an offset on."""
        line, column = self.source.position(index)
        return self.source.lines[line - 1][column - 1 :]

    def is_name(self, word: str) -> bool:
        """Whether a word is a field of the model, or a key on some other line of the file."""
        if word in self.names:
            return True
        key = re.compile(rf"(?:^|[{{,]) *(?:- +)*{re.escape(word)}:(?=\s|$)")
        here = self.line(self.at)
        return any(key.search(text) for n, text in enumerate(self.source.lines, 1) if n != here)

    def begins_entry(self, index: int) -> bool:
        """Whether nothing but spaces and dashes stands before it on its line."""
        line, column = self.source.position(index)
        return ENTRY.fullmatch(self.source.lines[line - 1][: column - 1]) is not None

    def same_line(self, one: int, other: int) -> bool:
        """Whether two offsets lie on one line."""
        return self.line(one) == self.line(other)


def _closed_by(thing: Thing) -> int:
    """1 for a closing bracket, -1 for an opening one, 0 for anything else."""
    return (thing.kind in PAIRS.values()) - (thing.kind in PAIRS)


def _portable_failure(text: str) -> yaml.MarkedYAMLError | None:
    """What PyYAML's own parser says: one wording and one place, whatever read the file first."""
    loader: Any = PortableLoader(text)
    try:
        while loader.check_event():
            loader.get_event()
    except yaml.MarkedYAMLError as error:
        return error
    except (yaml.YAMLError, ValueError, OverflowError):
        return None
    return None


def _things(source: SourceText, last: int) -> Iterator[Thing]:
    loader: Any = PortableLoader(source.text)
    try:
        while loader.check_token():
            token = loader.get_token()
            if source.position(token.start_mark.index)[0] > last:
                return
            yield from _visible(token)
    except (yaml.YAMLError, ValueError, OverflowError):
        for token in loader.tokens:
            yield from _visible(token)


def _visible(token: tokens.Token) -> Iterator[Thing]:
    kind = VISIBLE.get(type(token))
    if kind is not None:
        style = getattr(token, "style", "") or ""
        yield Thing(kind, token.start_mark.index, token.end_mark.index, style)
