"""The events of a YAML text: by libyaml, or by PyYAML's own parser taught to read the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.events import Event
from yaml.scanner import ScannerError
from yaml.tokens import ScalarToken

__all__ = ["PortableLoader", "portable_events", "read_events"]

BLOCK_WORD = re.compile(r"(?:[^ \t\r\n\0:]|:(?![ \t\r\n\0]))+")
FLOW_WORD = re.compile(r"(?:[^ \t\r\n\0:,\[\]{}]|:(?![ \t\r\n\0,?\[\]{}]))+")
"""What stands between spaces in a text without quotes; in brackets, these end it too."""
CRAMPED_COLON = re.compile(r":(?=[,?\[\]{}])")
"""libyaml refuses what YAML 1.2 would let pass: a colon right before a comma or bracket."""
BLANKS = re.compile(r"[ \t]*")
BREAK = re.compile(r"\r\n?|\n")
SURROGATE = re.compile("[\ud800-\udfff]")
BOUNDARY = re.compile(r"(?:---|\.\.\.)(?=[ \t\r\n\0])")


class PortableLoader(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """PyYAML's scanner and parser with two points of YAML 1.2 that libyaml has and they lack.

    Tabs may stand between values and inside texts, and a text in brackets may hold a question
    mark. Where libyaml is missing this reads the files; and it explains what libyaml refused.
    """

    def __init__(self, stream: str) -> None:
        yaml.reader.Reader.__init__(self, stream)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)

    def scan_to_next_token(self) -> None:
        """Skip spaces, comments, line breaks, and tabs where they are no indentation."""
        super().scan_to_next_token()
        while self.peek() == "\t" and (self.flow_level or not self.allow_simple_key):
            self.forward()
            super().scan_to_next_token()

    def scan_plain(self) -> ScalarToken:
        """A text without quotes, its lines folded into one."""
        word = FLOW_WORD if self.flow_level else BLOCK_WORD
        start = end = self.get_mark()
        indent = self.indent + 1
        text = gap = ""
        while self.peek() != "#" and (found := word.match(self.buffer, self.pointer)):
            self.allow_simple_key = False
            text += gap + found[0]
            self.forward(len(found[0]))
            end = self.get_mark()
            if self.flow_level and CRAMPED_COLON.match(self.buffer, self.pointer):
                problem = "found unexpected ':'"
                raise ScannerError("while scanning a plain scalar", start, problem, end)
            gap = self._gap(indent)
            if not gap or (not self.flow_level and self.column < indent):
                break
        return ScalarToken(text, plain=True, start_mark=start, end_mark=end)

    def scan_flow_scalar(self, style: str) -> ScalarToken:
        """A text in quotes. Raises ValueError for escapes that are half a character."""
        token = super().scan_flow_scalar(style)
        if SURROGATE.search(token.value):
            raise ValueError("an escape names half of a surrogate pair")
        return token

    def _gap(self, indent: int) -> str:
        """What stands between two words: blanks as they are, line breaks folded."""
        blanks = self._skip(BLANKS)
        if not BREAK.match(self.buffer, self.pointer):
            return blanks
        self.allow_simple_key = True
        breaks = 0
        while BREAK.match(self.buffer, self.pointer):
            self._skip(BREAK)
            breaks += 1
            if BOUNDARY.match(self.buffer, self.pointer):
                return ""
            leading = BLANKS.match(self.buffer, self.pointer)
            if leading and "\t" in leading[0][:indent]:
                problem = "found a tab character that violates indentation"
                raise ScannerError("while scanning a plain scalar", None, problem, self.get_mark())
            self._skip(BLANKS)
        return " " if breaks == 1 else "\n" * (breaks - 1)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.buffer, self.pointer)
        skipped = found[0] if found else ""
        self.forward(len(skipped))
        return skipped


def read_events(text: str) -> Iterator[Event]:
    """The events of a YAML text, by libyaml where PyYAML was built with it.

    Raises yaml.YAMLError, and ValueError or OverflowError for escapes beyond Unicode.
    """
    return _events(getattr(yaml, "CSafeLoader", PortableLoader)(text))


def portable_events(text: str) -> Iterator[Event]:
    """The same events without libyaml, ten times slower."""
    return _events(PortableLoader(text))


def _events(loader: Any) -> Iterator[Event]:
    while loader.check_event():
        yield loader.get_event()
