"""Reading YAML into models: what is read as what, where it stands, and what is said of mistakes."""

from __future__ import annotations

from decimal import Decimal
from math import inf
from pathlib import Path

import pytest

from simulator.definitions.yaml_file import Document, parse, problem_at, read, read_text
from simulator.errors import Problem
from tests.yaml_cases import Member, Person, Style, cases, told

NAMES = """
| nme: x
1:1 `nme` is not a field here. Did you mean `name`?

| name: x
| wnt: [a]
2:1 `wnt` is not a field here. Did you mean `wont`?

| name: x
| Naem: y
2:1 `Naem` is not a field here. `name` is here already.

| name: x
| pirce: 1
2:1 `pirce` is not a field here. Did you mean `price`?

| name: x
| cast: [{persona: a, sa: b}]
2:21 `sa` is not a field here. Did you mean `as`?

| name: x
| cast: [{persna: a}]
2:9 `persna` is not a field here. Did you mean `persona`?

| role: x
1:1 `role` is not a field here. Did you mean `rule`?
1:1 `name` is missing: The full name others use. Add `name: ...`.

| name: x
| max_words: 3
2:1 `max_words` is not a field here. It belongs under `style`: indent it there.

| name: x
| style: {wont: [a]}
2:9 `wont` is not a field here. It belongs beside `style`, further to the left.

| name: x
| style: {zzz: 1}
2:9 `zzz` is not a field here. Fields here: `tone` and `max_words`.

| name: x
| style: {tone: a b, Greta: yes}
2:20 `Greta` is not a field here. Put quotes around text with a comma: tone: "a b, Greta: yes".

| name: x
| style: {tone: Well, Greta: "yes"}
2:21 `Greta` is not a field here. Put quotes around text with a comma or a colon in it.

| name: x
| style: {tone: dry, zzz: 1}
2:20 `zzz` is not a field here. Fields here: `tone` and `max_words`.

| wont: [a]
1:1 `name` is missing: The full name others use. Add `name: ...`.

| name: x
| cast:
|   - {as: a}
3:6 `persona` is missing. Add `persona: ...`.

| name: x
| pair: [a]
2:7 Item 2 of `pair` is missing.

| name: x
| rule: {phrase: x}
2:8 `kind` is missing. Add `kind: ...`.

| name: x
| rule: {kind: phrase, phrse: x}
2:22 `phrse` is not a field here. Did you mean `phrase`?

| name: x
| when: {afer: x}
2:8 `afer` is not a field here. Did you mean `after`?

| name: x
| when: {zzzz: x}
2:8 `zzzz` is not a field here. Fields here: `before`, `after` and `minutes`.

| name: x
| weights: {tool: 1}
2:11 `tool` is no name known here; there are `tools` or `length`. Did you mean `tools`?
"""

VALUES = """
| name: ~
1:7 `name` has no value; it must be text.

| name:
1:1 `name` has no value; it must be text.

| name: [a]
1:7 `name` must be text, not a list.

| name: x
| wont: [Rosa: hi]
2:8 Item 1 of `wont` must be text, not fields (`name: value`).
Put quotes around text with a colon.

| name: x
| wont: later
2:7 `wont` must be a list, not the text 'later'. Write [later].

| name: x
| wont:
|   -a
|   -b
3:3 `wont` must be a list, not the text '-a -b'. Put a space after each dash.

| name: x
| style: dry
2:8 `style` must be fields (`name: value`), not the text 'dry'.
Fields here: `tone` and `max_words`.

| name: x
| style:
|   tone:dry
3:3 `style` must be fields (`name: value`), not the text 'tone:dry'.
Put a space after the colon: `tone: dry`.

| name: x
| style:
|   - tone: dry
3:3 `style` must be fields (`name: value`), not a list. Leave out the dashes.

| name: x
| style: {max_words: 40 words}
2:20 `max_words` must be a whole number, not the text '40 words'. Write only the number: 40.

| name: x
| style: {max_words: 1.5}
2:20 `max_words` must be a whole number, not 1.5.

| name: x
| style: {max_words: 0}
2:20 `max_words` must be at least 1, not 0.

| name: x
| style: {max_words: true}
2:20 `max_words` must be a number, not true.

| name: x
| talkative: 1.5
2:12 `talkative` must be at most 1, not 1.5.

| name: x
| in: 0,05
2:5 `in` must be a number, not the text '0,05'. Write only the number: 0.05.

| name: x
| reasoning: maybe
2:12 `reasoning` must be true or false, not the text 'maybe'.

| name: x
| born: tomorrow
2:7 `born` must be a date such as 2026-10-23, not the text 'tomorrow'.

| name: x
| tier: smple
2:7 `tier` must be one of `simple`, `standard` or `complex`, not the text 'smple'.
Did you mean `simple`?

| name: x
| colour: blue
2:9 `colour` must be one of `red` or `green`, not the text 'blue'.

| name: x
| goals: [a, b, c, d]
2:8 `goals` must have at most 3 items, not 4.

| name: x
| goals: [shout]
2:8 nobody shouts here.

| name: x
| cast: []
2:7 `cast` must not be empty.

| name: x
| cast: [{persona: ''}]
2:18 `persona` must not be empty.

| name: x
| cast: [{persona: a, as: Rosa 2}]
2:25 `as` cannot be 'Rosa 2': it has to consist of small letters, digits, `-`,
and begin with a small letter. Write `rosa-2`, for example.

| name: x
| weights: {tools: x}
2:18 `tools` must be a number, not the text 'x'.

| name: x
| when: 3
2:7 `when` must be fields (`name: value`), not 3. Fields here: `before`, `after` and `minutes`.

| name: x
| count: x
2:8 `count` must be a whole number or a list, not the text 'x'. Write [x].

| name: x
| count: [1, x]
2:12 Item 2 of `count` must be a whole number, not the text 'x'.

| name: x
| amount: 0
2:9 `amount` must be at least 1, not 0.

| name: x
| rule: {kind: phrse}
2:14 `kind` must be one of `phrase` or `turns`, not the text 'phrse'. Did you mean `phrase`?

| name: x
| rule: {kind: turns, turns: x}
2:28 `turns` must be a whole number, not the text 'x'.

| name: x
| when: {after: x, minutes: y}
2:27 `minutes` must be a whole number, not the text 'y'.

| # nothing
1:1 The file is empty.

| - a
1:1 The file must be fields (`name: value`), not a list. Leave out the dashes.
"""


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[("true", True), ("True", True), ("FALSE", False), ("yes", "yes"), ("NO", "NO")],
        *[("on", "on"), ("off", "off"), ("null", None), ("~", None), ("", None), ("Null", None)],
        *[("17", 17), ("017", 17), ("0o17", 15), ("0x1F", 31), ("-3", -3), ("+3", 3)],
        *[("1_000", "1_000"), ("12:30", "12:30"), ("2026-10-23", "2026-10-23"), ("0b1", "0b1")],
        *[("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("-.inf", -inf), ("0.10", 0.1)],
        *[("1.", 1.0), ("1.2.3", "1.2.3"), ("-", ["-"]), ("'17'", "17"), ('"true"', "true")],
        *[("!!str 17", "17"), ('!!int "17"', 17), ("!!float 3", 3), ("=", "="), ("<<", "<<")],
        ("0.12345678901234567890", Decimal("0.12345678901234567890")),
    ],
)
def test_scalars_are_read_by_the_core_schema(written: str, value: object) -> None:
    """Only what YAML 1.2 calls a boolean, null or number is one."""
    text = f"a: {written}\n" if written != "-" else "a: ['-']\n"

    data = parse(text, "f").data

    assert data == {"a": value}
    assert isinstance(data, dict)
    assert type(data["a"]) is type(value)


@pytest.mark.parametrize("written", ["0.05", "1.25", "0.1", "123456.789012345", "1e-7", "12.50"])
def test_a_price_is_exactly_what_was_written(written: str) -> None:
    """A figure becomes the Decimal of its text, whether by way of a float or not."""
    person = read_text(f"name: x\nin: {written}\n", file="f", model=Person)

    assert person.price == Decimal(written)


def test_scalars_without_quotes_stand_for_text_where_text_is_wanted() -> None:
    """People write names and not types: the text as written counts."""
    text = (
        "name: 007\nwont: [no, 1, 2.50, true, 0x1F]\nlevel: 1\namount: 3\n"
        "style: {tone: 12:30}\nextra: {1: 2, no: true}\ncast: [{persona: 17}]\n"
    )

    person = read_text(text, file="f", model=Person)

    assert person == Person(
        name="007",
        wont=("no", "1", "2.50", "true", "0x1F"),
        level="1",
        amount=3,
        style=Style(tone="12:30"),
        extra={"1": 2, "no": True},
        cast=(Member(persona="17"),),
    )


def test_anchors_and_aliases_repeat_values() -> None:
    """An alias has the value of its anchor, and its own place."""
    document = parse("a: &x [1, two]\nb: *x\n", "f")

    assert document.data == {"a": [1, "two"], "b": [1, "two"]}
    assert document.mark(("b",)) == (2, 4)
    assert document.mark(("b", 1)) == (1, 11)


def test_a_file_may_carry_marks_and_comments(tmp_path: Path) -> None:
    """A byte order mark, a schema comment, a document start and CRLF are no part of the data."""
    path = tmp_path / "rosa.yaml"
    path.write_bytes(b"\xef\xbb\xbf# yaml-language-server: $schema=x.json\r\n---\r\nname: R\r\n")

    assert read(path, Person) == Person(name="R")


def test_a_document_finds_places_by_loc() -> None:
    """Keys, items, aliases, union tags, unknown steps and `[key]` lead to lines and columns."""
    document = parse("a:\n  - {b: 1, 'c': [x, y]}\n  - phrase: {phrase: 2}\nd:\n", "f")

    def both(*loc: str | int) -> tuple[tuple[int, int], tuple[int, int]]:
        return document.mark(loc), document.mark(loc, key=True)

    assert both() == ((1, 1), (1, 1))
    assert both("a") == ((2, 3), (1, 1))
    assert both("a", 0, "c", 1) == ((2, 21), (2, 21))
    assert both("a", 0, "Model", "c") == ((2, 17), (2, 12))
    assert both("a", 1, "phrase", "phrase") == ((3, 22), (3, 14))
    assert both("a", 1, "tag", "phrase") == ((3, 13), (3, 5))
    assert both("a", 0, "b", "[key]") == ((2, 6), (2, 6))
    assert both("a", 7, "missing") == ((2, 3), (1, 1))
    assert both("d") == ((4, 1), (4, 1))


def test_deep_locs_with_many_repeats_are_found_quickly() -> None:
    """Steps that could be keys or labels at every level do not multiply."""
    document = parse("{a: " * 60 + "1" + "}" * 60, "f")

    assert document.mark(("a", "x") * 60) == (1, 241)


def test_other_checks_can_place_their_own_problems() -> None:
    """`problem_at` gives a place, the sentences and a picture of the place."""
    document: Document = parse("cast:\n  - {persona: rosa}\nlines: []\n", "scenarios/x.yaml")

    problem = problem_at(document, ("cast", 0, "persona"), "No such persona.", "Write one.")
    at_key = problem_at(document, ("lines",), "No lines.", at_key=True)

    assert problem == Problem(
        file="scenarios/x.yaml",
        line=2,
        column=15,
        message="No such persona.",
        hint="Write one.",
        frame=("  1 | cast:\n> 2 |   - {persona: rosa}\n    |               ^\n  3 | lines: []"),
    )
    assert str(at_key) == "scenarios/x.yaml:3:1: No lines."


@pytest.mark.parametrize(("text", "sentences"), cases(NAMES))
def test_missing_and_unknown_fields(text: str, sentences: list[str]) -> None:
    """A misspelt field is one mistake, even if it is required; others say where they belong."""
    assert told(text) == sentences


def test_an_unknown_field_behind_a_text_may_be_the_rest_of_it() -> None:
    """Both are said where either can be meant."""
    assert told("name: x\nstyle: {tone: dry as dust, zzz: 1}\n") == [
        (
            "2:28 `zzz` is not a field here. Fields here: `tone` and `max_words`. "
            'Or put quotes around text with a comma: tone: "dry as dust, zzz: 1".'
        )
    ]


@pytest.mark.parametrize(("text", "sentences"), cases(VALUES))
def test_wrong_values(text: str, sentences: list[str]) -> None:
    """Each wrong value is one sentence for people, at its first character."""
    assert told(text) == sentences


def test_every_mistake_is_told_at_once_in_the_order_of_the_file() -> None:
    """Traps of YAML, unknown fields and wrong values come together, sorted by place."""
    cure = 'put quotes around text with a comma: tone: "dry, practical"'
    text = "tier: x\nname: a\nstyle: {tone: dry, practical}\nname: b\nwnt: [a]\ntalkative: 2\n"

    assert told(text) == [
        "1:7 `tier` must be one of `simple`, `standard` or `complex`, not the text 'x'.",
        f"3:20 `practical` has no value; {cure}",
        "4:1 `name` is here twice: line 2 has it already. Keep one of them.",
        "5:1 `wnt` is not a field here. Did you mean `wont`?",
        "6:12 `talkative` must be at most 1, not 2.",
    ]
