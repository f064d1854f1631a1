"""Mistakes in YAML are found where a person sees them, and misspelt keys are understood."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from simulator.definitions.project import Project, validate
from simulator.errors import Problem
from tests.yaml_anchors import scan
from tests.yaml_corpus import FINE, MISSPELT, Case, cases

ROOT = Path(__file__).parent.parent
QUOTED = re.compile(r"""['"`]([\w./:-]+)['"`]""")
"""A name between quotes or backticks; an apostrophe opens none."""


def shipped() -> dict[str, str]:
    """The YAML files of the project: path -> text."""
    paths = [*ROOT.glob("personas/*.yaml"), *ROOT.glob("scenarios/*.yaml"), ROOT / "models.yaml"]
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted(paths)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was said about one case."""

    case: Case
    problems: tuple[Problem, ...]
    """Everything reported, by file and place."""
    raised: str
    """The exception that came out, empty if none did."""

    @property
    def first(self) -> Problem | None:
        """The first problem in the spoilt file."""
        here = (problem for problem in self.problems if problem.file.endswith(self.case.file))
        return min(here, key=lambda problem: (problem.line, problem.column), default=None)

    @property
    def in_place(self) -> bool:
        """Whether the first problem stands where a person sees it; for `fine`: there is none."""
        if self.case.kind == FINE or self.first is None:
            return self.case.kind == FINE and not self.problems and not self.raised
        return (self.first.line, self.first.column) == (self.case.line, self.case.column)

    @property
    def suggested(self) -> bool:
        """Whether the first problem offers the right word, and not a list of all words."""
        if self.first is None or len(set(QUOTED.findall(self.first.hint))) > 3:
            return False
        return self.case.suggestion in QUOTED.findall(f"{self.first.hint} {self.first.message}")

    def __str__(self) -> str:
        case = self.case
        said = self.raised or (self.problems and str(self.first or self.problems[0])) or "nothing"
        wanted = f"{case.file}:{case.line}:{case.column}"
        hint = f" ({case.suggestion})" if case.suggestion else ""
        return f"{case.id:42} {wanted}{hint}\n{'':10}said: {said}"


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    """Every case, put into a copy of the project and validated."""
    root = tmp_path_factory.mktemp("project")
    for folder in ("personas", "scenarios", "graphs"):
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, root / folder, ignore=unwanted)
    shutil.copy(ROOT / "models.yaml", root)
    return [outcome(root, case) for case in cases(shipped())]


def outcome(root: Path, case: Case) -> Outcome:
    """What `validate` says about one case; the file is restored."""
    path = root / case.file
    before = path.read_bytes()
    path.write_bytes(case.text.encode())
    try:
        problems, raised = tuple(validate([path], project=Project(root))), ""
    except Exception as error:  # noqa: BLE001 - whatever comes out is what the test is about
        problems, raised = (), f"{type(error).__name__}: {error}"
    path.write_bytes(before)
    return Outcome(case, problems, raised)


def table(of: Iterable[Outcome], misses: Sequence[Outcome]) -> str:
    """Every miss, and how many there are of each kind."""
    every, missed = Counter(one.case.kind for one in of), Counter(one.case.kind for one in misses)
    kinds = [f"{kind:38} {missed[kind]:3} of {every[kind]:3}" for kind in every if missed[kind]]
    return "\n".join(
        ["", *map(str, misses), "", *kinds, f"{len(misses)} of {every.total()} missed"]
    )


def test_the_corpus_is_large_and_always_the_same() -> None:
    """There are hundreds of cases of many kinds, each with a place that its text has."""
    files = shipped()

    corpus = cases(files)

    wrong = [case.id for case in corpus if case.kind != FINE]
    assert (len(wrong) >= 260, len({case.kind for case in corpus}) >= 25) == (True, True)
    assert len({case.id for case in corpus}) == len(corpus)
    assert cases(dict(reversed(files.items()))) == corpus
    assert [case.id for case in corpus if (case.kind != FINE) != has_place(case)] == []


def has_place(case: Case) -> bool:
    """Whether the case's line has a character in its column."""
    lines = case.text.split("\n")
    return 0 < case.line <= len(lines) and 0 < case.column <= len(lines[case.line - 1])


def test_the_anchors_stand_where_yaml_puts_them() -> None:
    """The corpus knows the places of every key and value of the shipped files."""
    files = shipped()

    found = {
        file: {anchor.path: (anchor.start, anchor.value) for anchor in scan(text)}
        for file, text in files.items()
    }

    assert found == {
        file: dict(composed((), yaml.compose(text, yaml.CSafeLoader)))
        for file, text in files.items()
    }


def composed(
    path: tuple[str | int, ...], node: yaml.Node | None
) -> Iterator[tuple[tuple[str | int, ...], tuple[int, int]]]:
    """The offsets of every key and value below a node."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*path, key.value), (key.start_mark.index, value.start_mark.index)
            yield from composed((*path, key.value), value)
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield (*path, index), (item.start_mark.index, item.start_mark.index)
            yield from composed((*path, index), item)


@pytest.mark.slow
def test_no_mistake_raises(outcomes: list[Outcome]) -> None:
    """Whatever is written, validating answers with problems and never with an exception."""
    misses = [one for one in outcomes if one.raised]

    quiet = not misses
    assert quiet, table(outcomes, misses)


@pytest.mark.slow
def test_the_first_problem_stands_where_a_person_sees_it(outcomes: list[Outcome]) -> None:
    """Line and column are right in 98 of 100 cases."""
    wrong = [one for one in outcomes if one.case.kind != FINE]

    misses = [one for one in wrong if not one.in_place]

    enough = len(misses) <= 0.02 * len(wrong)
    assert enough, table(wrong, misses)


@pytest.mark.slow
def test_misspelt_keys_are_understood(outcomes: list[Outcome]) -> None:
    """The right key is suggested for 9 of 10 misspelt ones."""
    misspelt = [one for one in outcomes if one.case.kind.startswith(MISSPELT)]

    misses = [one for one in misspelt if not one.suggested]

    enough = len(misses) <= 0.1 * len(misspelt)
    assert enough, table(misspelt, misses)


@pytest.mark.slow
def test_misspelt_names_and_words_are_understood(outcomes: list[Outcome]) -> None:
    """So is the right one for 9 of 10 misspelt names and words that stand as values."""
    others = [one for one in outcomes if one.case.suggestion]
    named = [one for one in others if not one.case.kind.startswith(MISSPELT)]

    misses = [one for one in named if not one.suggested]

    enough = len(misses) <= 0.1 * len(named)
    assert enough, table(named, misses)


@pytest.mark.slow
def test_what_only_looks_odd_is_accepted(outcomes: list[Outcome]) -> None:
    """Quoted words, `no`, 007, comments, anchors, line ends and byte order marks are fine."""
    odd = [one for one in outcomes if one.case.kind == FINE]

    misses = [one for one in odd if not one.in_place]

    accepted = not misses
    assert accepted, table(odd, misses)
