"""Why a text is no YAML at all, as its author would say it: the cause, its place and the cure.

YAML's own message names what the parser wanted where it gave up, which is often lines below the
mistake. Here the tokens up to that place are read again and compared with the lines as they
stand: what was left open, which line lacks its colon, which text begins with a special character.
A mistake stands at the character that is wrong where it is: the second colon of a text, what
follows a closing quote; where the first character is what needs quotes, it stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from simulator.definitions.yaml.source_text import Mistake, SourceText, clip
from simulator.definitions.yaml.syntax_scene import (
    BEYOND_UNICODE,
    ENTRY,
    PAIRS,
    QUOTES,
    SyntaxScene,
    Thing,
)
from simulator.definitions.yaml.trap import COLONLESS, UNSPACED, swallows_lines

__all__ = ["explain"]

NEW_ENTRY = re.compile(r"-(?:\s|$)|[^\s#\[\]{},:][^\[\]{},:]*:(?:\s|$)")
QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:''|[^'])*'")
LEADING = {
    "[": re.compile(r" *(?:- +)*(?:[\w.-]+: +)?"),
    "{": re.compile(r" *(?:- +)*(?:[\w.-]+: +(?=[^\s,\[{]+:\s))?"),
}
"""What stands on a line before a list, or before fields, that lost the opening bracket."""
UNMARKED = re.compile(r"[A-Za-z_][\w-]*(?::| *= *)[\[{]")
"""A name and an opening bracket, with `:` or `=` between them instead of `: `."""
LAST_WORD = re.compile(r"\s([A-Za-z_][\w-]*)\s*$")
FIRST_CHARACTERS = "@`%*&!|>"


def explain(
    source: SourceText, failure: Exception, *, names: frozenset[str] = frozenset()
) -> Mistake:
    """The mistake behind an error of YAML's scanner or parser.

    `names` are the fields that the file may have: they tell a field from a word in a text.
    """
    scene = SyntaxScene(source, failure, names)
    found = (mistake for check in CHECKS for mistake in check(scene))
    message = "This cannot be read: something before it is unfinished, or it needs quotes."
    return next(found, Mistake(scene.at, message))


def _unclosed_quote(scene: SyntaxScene) -> Iterator[Mistake]:
    quoted = (thing for thing in scene.things if thing.style in QUOTES and thing.start < scene.at)
    starts = [one.start for one in quoted if swallows_lines(scene.source, one.start, one.end)]
    quoting = scene.text[scene.context_at : scene.context_at + 1] in QUOTES
    if quoting and "scalar" in scene.context and "escape" not in scene.problem:
        starts.append(scene.context_at)
    for start in starts:
        message = "The quote that opens here is never closed."
        if scene.line(start) != scene.line(scene.at):
            message = "The quote that opens here is not closed where the line ends."
        yield Mistake(start, message, "Close it, or indent the lines it goes on in.")


def _unclosed_bracket(scene: SyntaxScene) -> Iterator[Mistake]:
    closing = scene.text[scene.at : scene.at + 1]
    if scene.open and closing in PAIRS.values():
        bracket = scene.open[-1]
        message = f"The `{bracket.kind}` that opens here is closed by a `{closing}`."
        yield Mistake(bracket.start, message, f"Close it with `{PAIRS[bracket.kind]}` before that.")
    ended = scene.at >= len(scene.text.rstrip())
    for bracket in scene.open:
        if _next_entry(scene, bracket) or (ended and bracket is scene.open[-1]):
            yield from _hidden_bracket(scene, bracket)
            message = f"The `{bracket.kind}` that opens here is never closed."
            hint = f"Close it with `{PAIRS[bracket.kind]}`; put quotes around text with brackets."
            yield Mistake(bracket.start, message, hint)


def _next_entry(scene: SyntaxScene, bracket: Thing) -> bool:
    """Whether a line after the bracket begins an entry of the block that the bracket stands in."""
    line, source = scene.line(bracket.start), scene.source
    found = ENTRY.match(source.lines[line - 1])
    column = found.end() if found else 0
    below = range(line + 1, scene.line(scene.at) + 1)
    near = (source.lines[n - 1].lstrip(" ") for n in below if source.indent(n) <= column)
    return any(NEW_ENTRY.match(text) for text in near)


def _hidden_bracket(scene: SyntaxScene, bracket: Thing) -> Iterator[Mistake]:
    """The bracket is closed after ` #`, where everything is a comment."""
    text = scene.rest(bracket.start)
    found = re.search(r"\s#", text)
    if found and PAIRS[bracket.kind] in text[found.end() :]:
        hash_at = bracket.start + found.end() - 1
        cut = [thing for thing in scene.things if thing.kind == "text" and thing.end <= hash_at]
        start = max(cut[-1].start if cut else 0, bracket.start)
        message = f"Everything after `{clip(text[found.end() - 1 :], 12)}` is taken as a comment."
        yield Mistake(start, message, "Put quotes around text with ` #`.")


def _tab(scene: SyntaxScene) -> Iterator[Mistake]:
    line = scene.line(scene.at)
    indent = re.match(r" *\t", scene.source.lines[line - 1])
    if indent:
        message = "This line is indented with a tab, and YAML knows only spaces there."
        yield Mistake(scene.source.offset(line) + indent.end() - 1, message, "Use spaces instead.")


def _escape(scene: SyntaxScene) -> Iterator[Mistake]:
    if "escape" in scene.problem or BEYOND_UNICODE.match(scene.text, scene.at):
        backslash = max(0, scene.text.rfind("\\", 0, scene.at + 1))
        written = scene.text[backslash : backslash + 2]
        message = f"`{written}` is no escape that text in double quotes knows."
        yield Mistake(backslash, message, r"Write `\\` for a backslash, or use single quotes.")


def _template(scene: SyntaxScene) -> Iterator[Mistake]:
    here = scene.line(scene.at)
    starts = [
        one.start
        for one, two in zip(scene.things, scene.things[1:], strict=False)
        if one.kind == two.kind == "{" and one.end == two.start and here - 1 <= scene.line(one.end)
    ]
    percent = scene.text[max(0, scene.at - 1) : scene.at + 1]
    if percent == "{%":
        starts.append(scene.at - 1)
    for start in starts[-1:]:
        opening = scene.text[start : start + 2]
        message = f"Text that starts with `{opening}` needs quotes."
        yield Mistake(start, message, _in_quotes(scene, start))


def _first_character(scene: SyntaxScene) -> Iterator[Mistake]:
    scanning = scene.context.startswith(("while scanning a", "while parsing a "))
    places = [scene.at if "cannot start" in scene.problem else -1]
    if scanning and scene.context_at < len(scene.text):
        places.append(scene.context_at)
    if "<document start>" in scene.problem and scene.text.startswith("%"):
        places.append(0)
    if scene.before and scene.before.kind in {"alias", "anchor", "tag"}:
        places.append(scene.before.start)
    for place in places:
        char = scene.text[place] if place >= 0 else ""
        if char and char in FIRST_CHARACTERS:
            name = "a backtick" if char == "`" else f"`{char}`"
            message = f"Text that starts with {name} needs quotes."
            hint = _in_quotes(scene, place)
            if char in "|>":
                hint = f"{hint} A long text after `{char}` begins on the next line."
            yield Mistake(place, message, hint)


def _stray_closing(scene: SyntaxScene) -> Iterator[Mistake]:
    char = scene.text[scene.at : scene.at + 1]
    if char == ",":
        yield Mistake(scene.at, "Nothing stands before this comma.", "Leave it out.")
    elif char and char in "]}" and not scene.open:
        message = f"This `{char}` closes nothing: no bracket is open here."
        yield Mistake(scene.at, message, "Put quotes around text with brackets in it.")


def _lost_mark(scene: SyntaxScene) -> Iterator[Mistake]:
    """`style {tone: dry}` lacks its colon, `-{tone: dry}` a space, an item its dash."""
    surprising = "<block end>" in scene.problem and scene.rest(scene.at).startswith("- ")
    dashless = scene.dashless if surprising and scene.begins_entry(scene.at) else None
    for place in (scene.entry, dashless):
        if place is not None and re.match(r"-[^\s-]", scene.rest(place)) and place <= scene.at:
            yield from _without_colon(scene, place)
    if dashless is not None:
        message = "This item has no dash, but the items below it have."
        yield Mistake(dashless, message, "Begin it with `- `.")
    name = COLONLESS.match(scene.rest(scene.entry))
    if name and not scene.open and scene.at > scene.entry:
        message = f"`{name[1]}` has no colon after it."
        yield Mistake(scene.entry, message, f"Write `{name[1]}: ...`.")


def _unopened(scene: SyntaxScene) -> Iterator[Mistake]:
    """A line with a closing bracket that nothing on it opens."""
    line = scene.line(scene.at)
    text = QUOTED.sub(lambda found: "_" * len(found[0]), scene.source.lines[line - 1])
    closing = scene.text[scene.at : scene.at + 1] if scene.open else text.rstrip()[-1:]
    opening = {"]": "[", "}": "{"}.get(closing)
    if opening is None or text.count(closing) <= text.count(opening):
        return
    if _closes_wrongly(scene, text):
        return
    before = scene.unopened(opening) if scene.open else None
    entry = LEADING[opening].match(text)
    start = scene.source.offset(line) + (entry.end() if entry else 0)
    message = f"A `{opening}` is missing before this: a `{closing}` further on closes nothing."
    hint = "Add it, or put the text in quotes."
    yield Mistake(start if before is None else before, message, hint)


def _closes_wrongly(scene: SyntaxScene, text: str) -> bool:
    """Whether the bracket is one too many or of the wrong kind, and none is missing before it."""
    if scene.open:
        last = scene.open[-1].kind
        return text.count(PAIRS[last]) < text.count(last)
    before = scene.before
    follows = before is not None and before.kind in {":", "-", *PAIRS.values()}
    return follows and scene.text[scene.at : scene.at + 1] in PAIRS.values()


def _goes_on(scene: SyntaxScene) -> Iterator[Mistake]:
    """Something follows a closing quote or bracket on its line."""
    before = scene.before
    if before is None or not scene.after or not scene.same_line(before.end, scene.at):
        return
    apart = scene.text[before.end : scene.at] != ""
    if before.style in QUOTES:
        quotes = scene.source.lines[scene.line(before.start) - 1].count(before.style)
        if before.style == '"' and quotes % 2 and scene.open:
            yield Mistake(before.start, "The quote that opens here is not closed.", "Close it.")
        elif not (scene.open and apart):
            message = f"The text in quotes ends before this `{clip(scene.rest(scene.at), 20)}`."
            inner = "Write '' for an apostrophe in it, or put double quotes around it."
            if before.style == '"':
                inner = r"Write \" for a quote inside the text, or put single quotes around it."
            yield Mistake(scene.at, message, inner)
    elif before.kind in PAIRS.values() and not scene.open:
        start = scene.opening_of(before)
        message = f"Text that starts with `{scene.text[start]}` needs quotes."
        yield Mistake(start, message, _in_quotes(scene, start))


def _colon(scene: SyntaxScene) -> Iterator[Mistake]:
    """A second colon: in a text, below a line that lacks its own, or on a line too far right."""
    text = scene.before
    if scene.text[scene.at : scene.at + 1] != ":" or text is None or text.kind != "text":
        return
    lines = scene.text[text.start : text.end].splitlines()
    if "unexpected" in scene.problem:
        yield Mistake(scene.at, "A space is missing after this colon.", "Add it.")
    elif not scene.same_line(text.end, scene.at):
        yield Mistake(scene.at, "There is no name before this colon.", "Write `name: value`.")
    elif len(lines) == 1:
        missing_comma = LAST_WORD.search(lines[0])
        if scene.open and missing_comma and scene.is_name(missing_comma[1]):
            start = text.start + missing_comma.start(1)
            yield Mistake(start, f"A comma is missing before `{missing_comma[1]}`.", "Add it.")
        yield from _earlier_colon(scene)
        yield from _needs_quotes(scene, text.start)
    elif _lacks_colon(scene, text):
        yield from _without_colon(scene, text.start)
    elif _is_key(scene, lines[-1].strip().strip("\"'")):
        yield _out_of_line(scene.source, scene.source.odd_line(scene.line(scene.at)))
    else:
        yield from _needs_quotes(scene, text.start)


def _is_key(scene: SyntaxScene, word: str) -> bool:
    """Whether a word that goes on with the text above was to begin an entry of its own."""
    if scene.is_name(word):
        return True
    line, source = scene.line(scene.at), scene.source
    odd = source.odd_line(line) != line or source.columns[source.indent(line)] == 1
    return " " not in word and odd


def _earlier_colon(scene: SyntaxScene) -> Iterator[Mistake]:
    """`tier:{floor: a, ceiling: b}`: the line's own colon is missing, or the space behind it."""
    if UNMARKED.match(scene.rest(scene.entry)):
        yield from _without_colon(scene, scene.entry)


def _needs_quotes(scene: SyntaxScene, start: int) -> Iterator[Mistake]:
    """A text that began at `start` has a colon at the place."""
    message = "Text with a colon and a space after it needs quotes."
    yield Mistake(scene.at, message, _in_quotes(scene, start))


def _in_quotes(scene: SyntaxScene, start: int) -> str:
    """How to write the text that begins there, as far as it goes on that line."""
    text = re.split(r"\s#", scene.rest(start))[0].rstrip()
    if scene.open:
        found = re.match(r"\{\{.*?\}\}[^,\]}]*|\{%.*?%\}[^,\]}]*|[^,\]}]*", text)
        text = found[0].rstrip() if found else text
    quote = "'" if '"' in text else '"'
    return f"Write {quote}{clip(text)}{quote}, quotes included."


def _lacks_colon(scene: SyntaxScene, text: Thing) -> bool:
    """Whether a text over several lines began where a key belongs, not a value."""
    if not scene.begins_entry(text.start):
        return False
    line, column = scene.source.position(text.start)
    if "-" not in scene.source.lines[line - 1][: column - 1]:
        return True
    below = scene.source.lines[line]
    return len(below) - len(below.lstrip(" ")) < column


def _missing_colon(scene: SyntaxScene) -> Iterator[Mistake]:
    if "could not find expected ':'" in scene.problem:
        yield from _without_colon(scene, scene.context_at)


def _without_colon(scene: SyntaxScene, start: int) -> Iterator[Mistake]:
    text = scene.rest(start)
    unspaced = UNSPACED.match(text)
    if unspaced:
        hint = f"Write `{unspaced[1]}: {clip(unspaced[2])}`."
        yield Mistake(start, f"`{unspaced[1]}:` lacks a space after its colon.", hint)
    elif re.match(r"-[^\s-]", text):
        hint = f"Write `- {clip(text[1:])}`."
        yield Mistake(start, "This dash lacks a space after it.", hint)
    else:
        hint = "Write `name: value`, or indent the line if it continues the text above."
        yield Mistake(start, f"`{clip(text)}` has no colon after its name.", hint)


def _inside_brackets(scene: SyntaxScene) -> Iterator[Mistake]:
    before, after = scene.before, scene.after
    if not scene.open or before is None or after is None or "expected ','" not in scene.problem:
        return
    if before.kind == "text" and not before.style and after.kind in PAIRS:
        yield Mistake(before.start, "Text with a bracket in it needs quotes.", "Add them.")
    elif after.start == scene.at:
        yield Mistake(scene.at, "A comma is missing before this.", "Add it.")


def _list_item(scene: SyntaxScene) -> Iterator[Mistake]:
    if "sequence entries are not allowed" in scene.problem:
        if scene.open:
            yield Mistake(scene.at, "A list in brackets needs no dashes.", "Leave the dash out.")
        else:
            hint = "Put each item on a line of its own, or write [a, b]."
            yield Mistake(scene.at, "A list cannot begin on the line of its key.", hint)
    elif "but found '-'" in scene.problem:
        hint = "Indent it under the key it belongs to, or leave the dash out."
        yield Mistake(scene.at, "A list item stands here among fields.", hint)
    elif "block collection" in scene.context and "found '?'" in scene.problem:
        hint = "Begin it with `- `, or indent it as the fields of the item above are indented."
        yield Mistake(scene.at, "This line stands in a list, but has no dash.", hint)


def _indentation(scene: SyntaxScene) -> Iterator[Mistake]:
    line = scene.line(scene.at)
    if "expected '<document start>'" in scene.problem:
        source = scene.source
        first = next((n for n in range(1, line + 1) if source.is_content(n)), line)
        if source.indent(first) > source.indent(line):
            yield _out_of_line(source, first)
        else:
            message = "The file is complete before this, so nothing can stand here."
            yield Mistake(scene.at, message, "A file holds fields: `name: value` on each line.")
    elif "expected <block end>" in scene.problem and scene.begins_entry(scene.at):
        yield _out_of_line(scene.source, scene.source.odd_line(line))


def _out_of_line(source: SourceText, line: int) -> Mistake:
    start = source.offset(line) + source.indent(line)
    name = clip(source.lines[line - 1].strip(), 24)
    message = f"`{name}` is not indented as the lines around it are."
    return Mistake(start, message, "Begin it in the column of the fields it belongs to.")


CHECKS = (
    _escape,
    _unclosed_quote,
    _tab,
    _template,
    _lost_mark,
    _unopened,
    _unclosed_bracket,
    _first_character,
    _stray_closing,
    _goes_on,
    _colon,
    _missing_colon,
    _inside_brackets,
    _list_item,
    _indentation,
)
