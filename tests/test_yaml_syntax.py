"""Broken YAML, and YAML that says something else than was meant: cause, place and cure."""

from __future__ import annotations

import pytest

from simulator.definitions.yaml.source_text import SourceText
from simulator.definitions.yaml_file import parse
from simulator.errors import InvalidFiles
from tests.yaml_cases import cases, told

TRAPS = """
| name: x
| wont: [a]
| name: y
3:1 `name` is here twice: line 1 has it already. Keep one of them.

| name: x
| style: {tone: dry, practical}
2:20 `practical` has no value; put quotes around text with a comma: tone: "dry, practical"

| name: x
| style: {tone: dry, practical, warm, max_words: 3}
2:20 `practical` has no value; put quotes around text with a comma: tone: "dry, practical, warm"

| name: x
| style: {tone: dry, practical", max_words: 3}
2:15 This text ends with a quote, but does not begin with one.
Write "dry, practical", or no quote at all.

| name: x
| style: {tone:dry, max_words: 3}
2:9 `tone:dry` lacks a space after its colon. Write `tone: dry`.

| name: x
| style: {tone "dry", max_words: 3}
2:9 `tone` has no colon after it. Write `tone: ...`.

| name: x
| wont: [be #1, win]
2:8 This text ends before `#1, win]`, which is taken as a comment.
Put quotes around text with ` #`, or a space after the # of a comment.

| name: &Rosa Lindqvist
1:7 `&Rosa` is taken as a YAML anchor, which nothing repeats.
Put quotes around text that starts with `&`.

| name: *Rosa
1:7 `*Rosa` repeats what `&Rosa` marks, and nothing here is marked so.
Put quotes around text that starts with `*`.

| name: !important Rosa
1:7 `!important` is taken as a YAML tag, which has no meaning here.
Put quotes around text that starts with `!`.

| name: !!python/name:os.system x
1:7 `!!python/name:os.system` is taken as a YAML tag, which has no meaning here.
Put quotes around text that starts with `!`.

| name: {{ idea }}
1:7 Text that starts with `{{` needs quotes. Write "{{ idea }}", quotes included.

| name: x
| wont:
|   - a
|    - b
4:4 This line is not indented as the other items are: they become one text.
Begin every dash of a list in the same column.

| name: x
| wont:
|   a
|   - b
3:3 This item has no dash, but the items below it have. Begin it with `- `.

| name: x
| wont:
|   -a
|   - b
3:3 This dash lacks a space after it. Write `- `.

| name: x
| cast:
|   - persona: a
|     as: b
|     persona: c
|     as: d
5:5 `persona` is here twice: line 3 has it already.
Keep one of them, or begin a new item with `- `.

| name: x
| <<: {wont: [a]}
2:1 `<<` merges fields only in YAML 1.1. Write the fields out here.

| name: x
| ---
| name: y
2:1 A second document begins here, but a file holds only one.
Delete this line, or make two files.

| name: !!int x
1:7 `x` is no value for its tag `!!int`.

| name: x
| talkative: 1e999
2:12 `1e999` is too long, too large or too small for a number. Put quotes around it if it is text.

| name: "Rosa
| tier: simple
| style: {tone: "dry"}
1:7 The quote that opens here is not closed where the line ends.
Close it, or indent the lines it goes on in.
"""

BROKEN = """
| name: Rosa: hello
1:11 Text with a colon and a space after it needs quotes. Write "Rosa: hello", quotes included.

| name: x
| style: {tone: Rosa: "hi", max_words: 3}
2:19 Text with a colon and a space after it needs quotes. Write 'Rosa: "hi"', quotes included.

| name: {{ idea }} again
1:7 Text that starts with `{{` needs quotes. Write "{{ idea }} again", quotes included.

| name: x
| wont: [{{ a }} b, c]
2:8 Text that starts with `{{` needs quotes. Write "{{ a }} b", quotes included.

| name: @rosa
1:7 Text that starts with `@` needs quotes. Write "@rosa", quotes included.

| name: `rosa`
1:7 Text that starts with a backtick needs quotes. Write "`rosa`", quotes included.

| name: %x%
1:7 Text that starts with `%` needs quotes. Write "%x%", quotes included.

| name: *rosa* x
1:7 Text that starts with `*` needs quotes. Write "*rosa* x", quotes included.

| name: & co
1:7 Text that starts with `&` needs quotes. Write "& co", quotes included.

| name: | x
1:7 Text that starts with `|` needs quotes. Write "| x", quotes included.
A long text after `|` begins on the next line.

| name: [x] y
1:7 Text that starts with `[` needs quotes. Write "[x] y", quotes included.

| name: 'it's x'
1:11 The text in quotes ends before this `s x'`.
Write '' for an apostrophe in it, or put double quotes around it.

| name: "C:\\path"
1:10 `\\p` is no escape that text in double quotes knows.
Write `\\\\` for a backslash, or use single quotes.

| name: x
| wont: ["a, "b"]
2:8 The quote that opens here is not closed. Close it.

| name: "x
| tier: simple
1:7 The quote that opens here is not closed where the line ends.
Close it, or indent the lines it goes on in.

| name: x
| wont: [a, b
| tier: simple
2:7 The `[` that opens here is never closed.
Close it with `]`; put quotes around text with brackets.

| name: x
| style: {tone: dry
| wont: [a]
2:8 The `{` that opens here is never closed.
Close it with `}`; put quotes around text with brackets.

| name: x
| cast: [{persona: a]
2:8 The `{` that opens here is closed by a `]`. Close it with `}` before that.

| name: x
| cast: [persona: a}, {persona: b}]
2:8 A `{` is missing before this: a `}` further on closes nothing.
Add it, or put the text in quotes.

| name: x
| wont: [a]]
2:10 This `]` closes nothing: no bracket is open here. Put quotes around text with brackets in it.

| name: x
| wont: [a, , b]
2:11 Nothing stands before this comma. Leave it out.

| name: x
| style: {tone: "dry" max_words: 3}
2:21 A comma is missing before this. Add it.

| name: x
| style: {tone: dry max_words: 3}
2:19 A comma is missing before `max_words`. Add it.

| name:Rosa
| tier: simple
1:1 `name:` lacks a space after its colon. Write `name: Rosa`.

| name: x
| tier:simple
| wont: [a]
2:1 `tier:` lacks a space after its colon. Write `tier: simple`.

| name: x
| style:{tone: dry, max_words: 3}
2:1 `style:` lacks a space after its colon. Write `style: {tone: dry, max_words: 3}`.

| name: x
| style = {tone: dry, max_words: 3}
2:1 `style` has no colon after it. Write `style: ...`.

| name: x
| style
|   tone: dry
2:1 `style` has no colon after its name.
Write `name: value`, or indent the line if it continues the text above.

| name: x
| style {tone: dry}
2:1 `style` has no colon after it. Write `style: ...`.

| name: x
| wont:
|   - a
|   -b
4:3 This dash lacks a space after it. Write `- b`.

| name: x
| cast:
|   -{persona: a}
|   - {persona: b}
3:3 This dash lacks a space after it. Write `- {persona: a}`.

| name: x
| cast:
|   persona: a
|   - persona: b
3:3 This item has no dash, but the items below it have. Begin it with `- `.

| name: x
| cast:
|     persona: a
|   - persona: b
3:5 This item has no dash, but the items below it have. Begin it with `- `.

| name: x
| wont: - a
2:7 A list cannot begin on the line of its key.
Put each item on a line of its own, or write [a, b].

| name: x
| - a
2:1 A list item stands here among fields.
Indent it under the key it belongs to, or leave the dash out.

| name: x
| cast:
|   - persona: a
|   as: b
4:3 This line stands in a list, but has no dash.
Begin it with `- `, or indent it as the fields of the item above are indented.

| name: x
|  tier: simple
2:2 `tier: simple` is not indented as the lines around it are.
Begin it in the column of the fields it belongs to.

|   name: x
| tier: simple
1:3 `name: x` is not indented as the lines around it are.
Begin it in the column of the fields it belongs to.

| name: x
| style:
|  tone: dry
|   max_words: 3
| cast:
|   - persona: a
3:2 `tone: dry` is not indented as the lines around it are.
Begin it in the column of the fields it belongs to.

| name: x
| style:
|   tone: dry
| max_words: 3
|   min_words: 1
|   words: 2
4:1 `max_words: 3` is not indented as the lines around it are.
Begin it in the column of the fields it belongs to.

| name: x
| style:
| tone: dry
|   max_words: 3
|   min_words: 1
3:1 `tone: dry` is not indented as the lines around it are.
Begin it in the column of the fields it belongs to.

| name: x
| style:
| →tone: dry
3:1 This line is indented with a tab, and YAML knows only spaces there. Use spaces instead.

| name: x
| : y
2:1 There is no name before this colon. Write `name: value`.
"""


@pytest.mark.parametrize(("text", "sentences"), cases(TRAPS))
def test_traps_that_yaml_accepts_are_mistakes(text: str, sentences: list[str]) -> None:
    """What PyYAML takes silently is told with its cause and cure."""
    assert told(text) == sentences


@pytest.mark.parametrize(("text", "sentences"), cases(BROKEN))
def test_broken_yaml_is_explained(text: str, sentences: list[str]) -> None:
    """One sentence names the cause, at the place where a person sees the mistake."""
    assert told(text) == sentences


@pytest.mark.parametrize(
    "text",
    [
        'name: "a long text\n  that goes on"\n',
        "name: >-\n  Rosa: hello\n  - not an item\n",
        "name: x # a comment\nwont: # another\n  - it's\n  - a:b and {c}\n  - height 5'10\"\n",
        "name: x\nwont: [\n  a,\n  b\n]\nstyle: {\n  tone: dry\n}\n",
        "name:\tx\nwont: [a,\tb]\n",
        "name: Who? Me?\nwont: [why?, so what]\n",
        "{name: x, style: {tone: , max_words: 3}}\n".replace("tone: ,", "tone: '',"),
        "? name\n: x\n",
        "name: x\nwont: &all [a]\ngoals: *all\n",
        "%YAML 1.2\n---\nname: x\n...\n",
    ],
)
def test_ordinary_yaml_is_no_mistake(text: str) -> None:
    """Long texts, comments, folded lists, tabs between values and anchors are fine."""
    assert told(text) == []


def test_a_frame_keeps_its_caret_under_the_place() -> None:
    """Tabs become spaces, wide characters take two cells, and invisible ones are shown."""
    source = SourceText("f", "a\nb:\t\u65e5\u672c: e\u0301 \u202ex\nc\n")

    frame = source.frame(2, 9)

    assert frame == (
        "  1 | a\n"
        "> 2 | b:  \u65e5\u672c: e\u0301 \N{REPLACEMENT CHARACTER}x\n"
        "    |            ^\n"
        "  3 | c"
    )


def test_a_frame_cuts_long_lines_around_the_caret() -> None:
    """All three lines show the same window, and the caret stays under its character."""
    source = SourceText("f", "short\n" + "x" * 200 + "!" + "y" * 200 + "\n" + "z" * 300)

    lines = source.frame(2, 201).splitlines()

    assert [len(line) for line in lines] == [7, 98, 53, 98]
    assert lines[1][lines[2].index("^")] == "!"
    assert [line[6:7] for line in lines] == ["\N{HORIZONTAL ELLIPSIS}"] * 2 + [" "] + [
        "\N{HORIZONTAL ELLIPSIS}"
    ]


def test_places_count_as_editors_count() -> None:
    """Lines end at LF, CRLF or CR; wide and combined characters count one each."""
    text = "a: 1\r\nb: \N{GRINNING FACE}x\rc: [e\u0301, @]\n"

    with pytest.raises(InvalidFiles) as caught:
        parse(text, "f")

    assert [(problem.line, problem.column) for problem in caught.value.problems] == [(3, 9)]
