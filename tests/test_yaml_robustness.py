"""Whatever a file holds, reading it returns or tells its mistakes, and soon: nothing else."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from simulator.definitions.yaml.composer import Composition, compose
from simulator.definitions.yaml.document import Node
from simulator.definitions.yaml.parser_events import portable_events
from simulator.definitions.yaml.source_text import SourceText
from simulator.definitions.yaml_file import parse, read, read_text
from simulator.errors import InvalidFiles, Problem
from tests.yaml_cases import Member, Person, Style, told

WHOLE = """\
# yaml-language-server: $schema=person.json
name: Rosa Lindqvist
wont: [invent a password, "wait, and see"]
goals:
  - >-
    finish the form
    before the break ends
  - 'say: no'
style: {tone: "dry, practical", max_words: 40}
talkative: 0.6   # of 1
cast:
  - persona: rosa
    as: nurse
  - {persona: ilse}
extra: &all {a: [1, 2.50, ~], b: {c: yes}}
"""
PIECES = st.sampled_from(
    [
        *"{}[]:,#&*!|>'\"%@`-? \n\t\r\\~<=.019abcN\x00\x85\ufeff\u2028\u00e9\u65e5",
        *("{{", "}}", ": ", " #", "- ", "---\n", "...\n", "\n  ", "<<: ", "*a", "&a ", "!!str "),
        *("name: ", '"a": ', "%YAML 1.1\n", "? ", "\\U00110000", '"\\ud800"', "1e999", "0x", "a:,"),
    ]
)
NOISE = st.lists(PIECES, max_size=40).map("".join)


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """A good file with a few pieces cut out, put in or moved."""
    text = WHOLE
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        cut = draw(st.integers(0, 6))
        text = text[:at] + draw(NOISE.map(lambda noise: noise[:8])) + text[at + cut :]
    return text


def check(problems: tuple[Problem, ...], text: str) -> None:
    """Every problem has sentences on one line, a place inside the text, and a picture of it."""
    lines = SourceText("f", text.removeprefix("\ufeff")).lines

    assert problems
    for problem in problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        assert "\n" not in problem.message + problem.hint
        assert problem.message.endswith((".", '"'))
        assert re.search(rf"^> +{problem.line} \|", problem.frame, re.MULTILINE)
        assert "^" in problem.frame


@given(st.one_of(NOISE, spoilt(), st.text(st.characters(), max_size=60)))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Parsing and validating a text raise InvalidFiles or nothing."""
    try:
        parse(text, "f")
        read_text(text, file="f", model=Person)
    except InvalidFiles as error:
        check(error.problems, text)


@given(st.one_of(NOISE, spoilt()))
def test_problems_come_in_the_order_of_the_file(text: str) -> None:
    """Whoever mends a file goes through it from top to bottom."""
    try:
        read_text(text, file="f", model=Person)
    except InvalidFiles as error:
        places = [(problem.line, problem.column) for problem in error.problems]
    else:
        places = []

    assert places == sorted(places)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    """A file of any bytes becomes a model or InvalidFiles."""
    path = tmp_path_factory.mktemp("bytes") / "x.yaml"
    path.write_bytes(raw)

    with pytest.raises(InvalidFiles) as caught:
        read(path, Member)

    assert caught.value.problems


@given(st.one_of(NOISE, spoilt()))
def test_the_portable_parser_never_raises_anything_else(text: str) -> None:
    """Without libyaml too, a text is composed, or its failure is kept to be explained."""
    assert isinstance(compose(SourceText("f", text), events=portable_events), Composition)


def tree(node: Node) -> object:
    """All that is known of a value: its place, its text and what is in it."""
    parts = {**(node.fields or {}), **{str(n): item for n, item in enumerate(node.items or ())}}
    own = (node.start, node.value, node.source, node.plain, node.keys)
    return own, {key: tree(child) for key, child in parts.items()}


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        "a: \u65e5\u672c \N{GRINNING FACE}\r\nb: [x,\r\n  {c: 'd\r\n    e'}]\r\n",
        "- - a\n  -\n  - |\n    b\n\n- ? c\n  : d\n- &x {e: , f: [*x0]}\n".replace("*x0", "g"),
        "a:\n- b\n- why? not\nc: {d: who?, e: f\tg}\n\th: i\n".replace("\n\th: i", ""),
        "a: one\n  two\n\n  three\n\n\n  four # end\nb:\tc\n",
    ],
)
def test_marks_are_the_same_with_and_without_libyaml(text: str) -> None:
    """Both parsers see the same values at the same places."""
    fast, portable = (
        compose(SourceText("f", text)),
        compose(SourceText("f", text), events=portable_events),
    )

    assert fast.document is not None
    assert portable.document is not None
    assert tree(fast.document.root) == tree(portable.document.root)


def test_files_are_read_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML was built without libyaml, files read the same."""
    expected = read_text(WHOLE, file="f", model=Person)
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)

    person = read_text(WHOLE, file="f", model=Person)

    assert person == expected
    assert person.style == Style(tone="dry, practical", max_words=40)
    assert person.extra == {"a": [1, 2.5, None], "b": {"c": "yes"}}


NESTED = "Lists and fields stand one in another more than 64 deep here."
CHECK = "Check for brackets that are never closed."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[" * 100_000, f"1:66 {NESTED} {CHECK}"),
        ("- " * 10_000 + "x", f"1:131 {NESTED} {CHECK}"),
        (
            "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
            + "".join(
                f"{one}: &{one} [{', '.join([f'*{below}'] * 10)}]\n"
                for below, one in zip("abcdefgh", "bcdefghi", strict=True)
            ),
            "4:36 The aliases up to `*c` repeat more than 10000 values. Write them out.",
        ),
        (
            "a: &a [x]\n"
            + "".join(f"a{n + 1}: &a{n + 1} [*a{n}]\n" for n in range(70)).replace("[*a0]", "[*a]"),
            f"64:12 {NESTED} Write out what `*a62` repeats.",
        ),
        ("a: &a [*a]\n", "1:8 `*a` repeats the very thing it stands in."),
        ("name: x\n" * 3 + "#" * 4_000_000, "1:1 The file is larger than 4 MB. "),
    ],
)
def test_bombs_are_refused(text: str, sentence: str) -> None:
    """Deep nesting, multiplying aliases and huge files end in a sentence, at once."""
    begun = time.perf_counter()

    sentences = told(text)

    assert len(sentences) == 1
    assert sentences[0].startswith(sentence)
    assert time.perf_counter() - begun < 2


SAVE = "Save it as UTF-8 (in Windows-1252 that byte is '\u00e9')."


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (
            b"name: Ren\xe9\n",
            f"f:1:10: The file is not UTF-8 text: the byte 0xE9 stands here. {SAVE}",
        ),
        ("name: x\n".encode("utf-16"), "f:1:1: The file is UTF-16, not UTF-8. Save it as UTF-8."),
        (b"a: b\n\x00", "f:2:1: A character that cannot be seen stands here: U+0000. Delete it."),
        (b"", "f:1:1: The file is empty."),
    ],
)
def test_files_that_are_no_text(tmp_path: Path, raw: bytes, sentence: str) -> None:
    """Another encoding, binary data and nothing at all are told apart."""
    path = tmp_path / "x.yaml"
    path.write_bytes(raw)

    with pytest.raises(InvalidFiles) as caught:
        read(path, Person, file="f")

    assert str(caught.value) == sentence


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    """A missing file, a folder and a name no file can have are mistakes like others."""
    cases = {
        tmp_path / "none.yaml": "There is no such file.",
        tmp_path: "This is a folder, not a file.",
        tmp_path / "a\0b": "The file cannot be read: embedded null byte.",
    }

    for path, sentence in cases.items():
        with pytest.raises(InvalidFiles) as caught:
            read(path, Person)
        assert caught.value.problems == (Problem(str(path), 0, 0, sentence),)


@pytest.mark.parametrize("ending", ["", "wnt: [a]\n", "role: a: b\n"])
def test_three_hundred_lines_are_read_in_thirty_milliseconds(
    ending: str, counts: Callable[[int, int], int]
) -> None:
    """A long file, good or not, is read before anybody notices; the best of some tries counts."""
    member = "  - persona: somebody\n    as: number-{}\n"
    text = "name: x\ncast:\n" + "".join(member.format(n) for n in range(149)) + ending

    def seconds() -> float:
        begun = time.process_time()
        told(text)
        return time.process_time() - begun

    assert text.count("\n") >= 300
    assert min(seconds() for _ in range(counts(10, 50))) < 0.030
