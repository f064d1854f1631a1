"""Changing one value of a YAML file: everything else stays as it was written, or it is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.authoring.yaml_edit import Change, edited, written
from simulator.definitions.yaml_file import Document, parse
from simulator.errors import InvalidFiles

MODELS = parse((Path(__file__).parent.parent / "models.yaml").read_text(), "models.yaml")


def scalars(document: Document) -> list[tuple[str | int, ...]]:
    """Where the file's single values stand."""
    found: list[tuple[str | int, ...]] = []

    def walk(data: object, loc: tuple[str | int, ...]) -> None:
        if isinstance(data, dict):
            for key, value in data.items():
                walk(value, (*loc, key))
        elif isinstance(data, list):
            for number, value in enumerate(data):
                walk(value, (*loc, number))
        else:
            found.append(loc)

    walk(document.data, ())
    return found


@pytest.mark.parametrize(
    ("text", "loc", "new"),
    [
        ("a: 1  # c\n", ("a",), "a: 2  # c\n"),
        ("a: 1", ("b",), "a: 1\nb: 2"),
        ("a: 'x'\r\nc: 1\r\n", ("a",), "a: 2\r\nc: 1\r\n"),
        ("a:\n  x: 1 # c\n\n# end\n", ("a", "y"), "a:\n  x: 1 # c\n  y: 2\n\n# end\n"),
        ("a: {x: 1,\n  y: 2} # c\n", ("a", "z"), "a: {x: 1,\n  y: 2, z: 2} # c\n"),
        ("a: {x: 1,}\n", ("a", "z"), "a: {x: 1, z: 2,}\n"),
        ("{}\n", ("z",), "{z: 2}\n"),
        ("a: |\n  hi\n  ho\n# c\nb: 1\n", ("a",), "a: 2\n# c\nb: 1\n"),
        ("a: [1, {x: 3}]\n", ("a", 1, "x"), "a: [1, {x: 2}]\n"),
        ("a:\n  - x: 1\n    y: 3\n", ("a", 0, "z"), "a:\n  - x: 1\n    y: 3\n    z: 2\n"),
        ("--- # x\na: 1\n...\n", ("b",), "--- # x\na: 1\nb: 2\n...\n"),
        ("a:\nb: 1\n", ("a",), "a: 2\nb: 1\n"),
    ],
)
def test_one_value_changes(text: str, loc: tuple[str | int, ...], new: str) -> None:
    """In blocks and in brackets, there already or new."""
    assert edited(parse(text, "f"), [Change(loc=loc, text="2")]) == new


def test_a_new_field_stands_in_the_usual_order() -> None:
    """Behind those that come before it, or as the first."""
    order = ("a", "b", "c")

    def put(text: str, field: str) -> str:
        return edited(parse(text, "f"), [Change(loc=(field,), text="2", order=order)])

    assert put("a: 1\nc: 3\n", "b") == "a: 1\nb: 2\nc: 3\n"
    assert put("# top\nb: 1\n", "a") == "# top\na: 2\nb: 1\n"
    assert put("{b: 1}", "a") == "{a: 2, b: 1}"
    assert put("x: 1\n", "b") == "b: 2\nx: 1\n"


@pytest.mark.parametrize(
    ("text", "loc"),
    [("a: &k 1\nb: *k\n", ("a",)), ("a: []\n", ("a", "z")), ("a: &k {x: 1}\nb: *k\n", ("b", "x"))],
)
def test_what_cannot_change_alone_is_refused(text: str, loc: tuple[str, ...]) -> None:
    """With the place and what to write by hand."""
    with pytest.raises(InvalidFiles, match=rf"f:\d+:\d+: `{loc[-1]}` cannot be changed here"):
        edited(parse(text, "f"), [Change(loc=loc, text="2")])


@given(st.sampled_from(scalars(MODELS)), st.integers(0, 10**6))
def test_every_value_of_the_shipped_models_can_change(
    loc: tuple[str | int, ...], value: int
) -> None:
    """One line differs, and what is read from it is what was meant."""
    old = MODELS.source.text

    text = edited(MODELS, [Change(loc=loc, text=str(value))])

    pairs = zip(old.splitlines(), text.splitlines(), strict=True)
    assert sum(before != after for before, after in pairs) <= 1
    node = parse(text, "models.yaml").node(loc)
    assert node is not None
    assert node.value == value


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Z")), max_size=20))
def test_a_text_is_written_so_that_it_is_read_again(text: str) -> None:
    """In a line, and in brackets."""
    for source in (f"a: {written(text)}", f"a: {{b: {written(text)}}}"):
        node = parse(source, "f").node(("a",))
        assert node is not None
        assert (node.fields["b"] if node.fields else node).value == text


def test_figures_are_written_as_prices() -> None:
    """Whole ones short, others with cents at least; lists and mappings in one line."""
    assert written(Decimal("2.00")) == "2"
    assert written(Decimal("0.1")) == "0.10"
    assert written(Decimal("0.0125")) == "0.0125"
    assert written({"in": Decimal(1), "above": 200_000}) == "{in: 1, above: 200000}"
    assert written(["json_schema", "no"]) == "[json_schema, no]"
    assert written("true") == '"true"'
