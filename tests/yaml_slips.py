"""Slips of the hand in a YAML file: what spoils its form whatever it says, and what does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from tests.yaml_anchors import Anchor
from tests.yaml_mistakes import FINE
from tests.yaml_source import Edit, Source, Spoilt, spread

__all__ = ["slips"]

SAFE = re.compile(r'"[A-Za-z0-9][A-Za-z0-9 ,.\'-]*"')
"""Quoted text that would do without its quotes, but for commas."""
PER_SOURCE = 3


def slips(sources: Sequence[Source]) -> Iterator[Spoilt]:
    """Every slip in every file, at a few places each."""
    at_entries: dict[str, Callable[[Source, Anchor], Edit | None]] = {
        "unclosed quote": _unclosed('"', '"'),
        "unclosed bracket": _unclosed("[", "]"),
        "unclosed brace": _unclosed("{", "}"),
        "stray bracket": _stray("[", "^]"),
        "stray brace": _stray("{", "^}"),
        "stray quote": _stray('"', '^"'),
        "text behind a quoted text": _stray('"', " ^again"),
        "stray word": _stray_word,
        "missing comma": _missing_comma,
        "missing space": _missing_space,
        "equals sign": _equals_sign,
        "tab for indentation": _tab,
        "wrong indentation": _shifted,
        "text with a comma": _bare_comma,
        "text with a colon": _bare_colon,
        "empty value": _empty,
    }
    for number, source in enumerate(sources):
        for kind, slip in at_entries.items():
            edits = [edit for anchor in source.anchors if (edit := slip(source, anchor))]
            yield from (Spoilt(source, kind, edit) for edit in spread(edits, PER_SOURCE))
        yield from _whole_files(source)
        yield from (Spoilt(source, FINE, (text, None)) for text in _fine(source, number))


def _unclosed(opening: str, closing: str) -> Callable[[Source, Anchor], Edit | None]:
    def slip(source: Source, anchor: Anchor) -> Edit | None:
        if not (source.on_one_line(anchor) and source.value(anchor)[0] == opening):
            return None
        if source.value(anchor)[-1] != closing:
            return None
        return source.edit(anchor.end - 1, anchor.end, "")[0], anchor.value

    return slip


def _stray(opening: str, extra: str) -> Callable[[Source, Anchor], Edit | None]:
    def slip(source: Source, anchor: Anchor) -> Edit | None:
        if anchor.flow or not source.value(anchor).startswith(opening):
            return None
        return source.edit(anchor.end, anchor.end, extra)

    return slip


def _later_top(source: Source, anchor: Anchor) -> bool:
    return len(anchor.path) == 1 and anchor != source.inside(())[0]


def _stray_word(source: Source, anchor: Anchor) -> Edit | None:
    if not _later_top(source, anchor):
        return None
    return source.edit(anchor.start, anchor.start, "^oops\n")


def _missing_comma(source: Source, anchor: Anchor) -> Edit | None:
    together = source.inside(anchor.path[:-1])
    before = together[together.index(anchor) - 1]
    if not anchor.flow or before.start >= anchor.start or source.text[before.end - 1] not in '"]}':
        return None
    return source.edit(before.end, anchor.start, " ^")


def _missing_space(source: Source, anchor: Anchor) -> Edit | None:
    blank = source.text[anchor.after : anchor.value]
    if not blank or blank.strip(" ") or not source.on_one_line(anchor):
        return None
    if anchor.flow and source.text[anchor.value] in "[{":
        return None
    return source.edit(anchor.after, anchor.value, "")[0], anchor.start


def _equals_sign(source: Source, anchor: Anchor) -> Edit | None:
    if not (_later_top(source, anchor) and source.on_one_line(anchor)):
        return None
    return source.edit(anchor.after - 1, anchor.after, " =")[0], anchor.start


def _begins_line(source: Source, anchor: Anchor) -> bool:
    indent = source.text[source.line_start(anchor.start) : anchor.start]
    return not anchor.flow and not indent.strip(" ")


def _tab(source: Source, anchor: Anchor) -> Edit | None:
    start = source.line_start(anchor.start)
    indent = source.text[start : anchor.start].removesuffix("- ")
    if anchor.flow or not indent or indent.strip(" "):
        return None
    return source.edit(start, start + len(indent), "^\t")


def _shifted(source: Source, anchor: Anchor) -> Edit | None:
    if anchor == source.inside(anchor.path[:-1])[0] or not _begins_line(source, anchor):
        return None
    start = source.line_start(anchor.start)
    if anchor.start - start > 1 and len(anchor.path) % 2:
        return source.edit(start, start + 1, "")[0], anchor.start - 1
    return source.edit(start, start, " ")[0], anchor.start + 1


def _bare_comma(source: Source, anchor: Anchor) -> Edit | None:
    written = source.value(anchor)
    if not (anchor.flow and anchor.after > anchor.start and SAFE.fullmatch(written)):
        return None
    if ", " not in written:
        return None
    bare = written[1:-1].replace(", ", ", ^", 1)
    return source.edit(anchor.value, anchor.end, bare)


def _bare_colon(source: Source, anchor: Anchor) -> Edit | None:
    written = source.value(anchor)
    if anchor.flow or not re.fullmatch(r'"\w[^"\\#]*"', written) or ": " not in written:
        return None
    if anchor.after == anchor.start:
        return source.edit(anchor.value, anchor.end, "^" + written[1:-1])
    return source.edit(anchor.value, anchor.end, written[1:-1].replace(": ", "^: ", 1))


def _empty(source: Source, anchor: Anchor) -> Edit | None:
    if anchor.path[-1] not in {"name", "title", "setting", "cast", "say", "persona"}:
        return None
    start = anchor.value if anchor.flow else anchor.after
    return source.edit(start, anchor.end, "")[0], anchor.start


def _whole_files(source: Source) -> Iterator[Spoilt]:
    top = source.inside(())
    middle, first = top[len(top) // 2].start, top[0]
    yield Spoilt(source, "two documents", source.edit(middle, middle, "^---\n"))
    yield Spoilt(source, "not a mapping", ("- one\n- two\n", 0))
    yield Spoilt(source, "not a mapping", ("Just a few words.\n", 0))
    text, at = source.edit(middle, middle, "^nmae: Ada\n")
    if at is not None:
        crlf = text.replace("\n", "\r\n")
        yield Spoilt(source, "CRLF line ends", (crlf, at + text.count("\n", 0, at)))
        yield Spoilt(source, "byte order mark", ("\ufeff" + text, at + 1))
    text, at = source.edit(first.start, first.start, "^wrods: 1\n")
    if at is not None:
        yield Spoilt(source, "byte order mark", ("\ufeff" + text, at + 1))


def _fine(source: Source, number: int) -> Iterator[str]:
    crlf = source.text.replace("\n", "\r\n")
    looks = (
        crlf,
        "\ufeff" + source.text,
        "\ufeff" + crlf,
        "---\n" + source.text,
        source.text + "...\n",
        source.text.rstrip("\n"),
        _at_top(source, behind="   "),
        _at_top(source, behind="  # a note"),
        _at_top(source, before="\n# a note: of two words\n"),
    )
    yield from (source.text, looks[number % 9], looks[(number + 3) % 9])


def _at_top(source: Source, *, before: str = "", behind: str = "") -> str:
    text = source.text
    for anchor in reversed(source.inside(())):
        end = source.line_end(anchor.end) if before else anchor.end
        if source.on_one_line(anchor) and source.text[anchor.end : end].strip() == "":
            text = text[: anchor.end] + behind + text[anchor.end :]
        text = text[: anchor.start] + before + text[anchor.start :]
    return text
