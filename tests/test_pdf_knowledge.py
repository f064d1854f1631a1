"""Knowledge in PDFs: pages as passages with their numbers, and a sentence for what is none."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.conversation.tools import Toolbox
from simulator.definitions.knowledge_file import KnowledgeFile
from simulator.definitions.pdf_text import MOST_PAGES
from simulator.definitions.project import Project, validate
from simulator.errors import InvalidFiles
from simulator.llm.ask import ToolRequest
from simulator.record.knowledge import Knowledge
from tests.pdf_samples import write_locked, write_pdf, write_scan
from tests.small_project import small_project

PAGES = (
    "The ward at night\nNobody sleeps before eleven.",
    "",
    "# Passwords\nThree wrong pass-\nwords lock the com-\nputer upstairs.",
)


def test_pages_are_passages_with_their_numbers(tmp_path: Path) -> None:
    """A word that is parted at a line's end is found whole, and a # heads nothing."""
    file = KnowledgeFile.read(write_pdf(tmp_path / "ward.pdf", *PAGES))
    knowledge = Knowledge.from_files([file])

    (found,) = knowledge.search("password computer")

    assert (found.source, found.category) == ("ward.pdf#page 3", None)
    assert found.text == "# Passwords\nThree wrong passwords lock the computer upstairs."
    assert [one.source for one in knowledge.search("night")] == ["ward.pdf#page 1"]


def test_a_long_page_is_cut(tmp_path: Path) -> None:
    """All its passages are of that page, and none is longer than a prompt bears."""
    page = " ".join(f"Rule {number} is about the kettle." for number in range(300))
    knowledge = Knowledge.from_files([KnowledgeFile.read(write_pdf(tmp_path / "k.pdf", page))])

    found = knowledge.search("kettle", limit=99)

    sources = [one.source for one in found]
    assert len(sources) > len(set(sources)) > 1
    assert set(sources) == {f"k.pdf#page {number + 1}" for number in range(len(set(sources)))}
    assert max(len(one.text.split()) for one in found) <= 200


async def test_a_persona_looks_into_its_pdf(tmp_path: Path) -> None:
    """The tool names the page, and the category of the persona's file holds."""
    project = small_project(tmp_path)
    write_pdf(tmp_path / "personas" / "ward.pdf", *PAGES)
    rosa = (
        "name: Rosa\ntools: [search_knowledge_base]\n"
        "knowledge: [{file: ward.pdf, category: technical}]\n"
    )
    (tmp_path / "personas" / "rosa.yaml").write_text(rosa)
    toolbox = Toolbox.of(Project(project).cast("tea"))

    async def look(category: str) -> tuple[str, ...]:
        asked = json.dumps({"query": "passwords", "category": category})
        request = ToolRequest(id="a", name="search_knowledge_base", arguments=asked)
        return (await toolbox.call("rosa", request)).sources

    assert await look("technical") == ("ward.pdf#page 3",)
    assert await look("business") == ()
    assert validate([], project=Project(project)) == []


def broken(path: Path) -> Path:
    """A file that only begins like a PDF."""
    path.write_bytes(b"%PDF-1.7\nand then nothing of the kind")
    return path


def cut(path: Path) -> Path:
    """A PDF whose second half is lost."""
    whole = write_pdf(path, *PAGES).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def long(path: Path) -> Path:
    """A PDF with more pages than are read."""
    return write_pdf(path, *[""] * (MOST_PAGES + 1))


CASES: list[tuple[Callable[[Path], Path], str, str]] = [
    (
        write_scan,
        "The PDF holds no text, only pictures of it.",
        "Run text recognition (OCR) over it, or name another file.",
    ),
    (
        lambda path: write_locked(path, "secret"),
        "The PDF is encrypted.",
        "Save it without a password.",
    ),
    (broken, "This is no PDF that can be read: ", "Save it as a PDF anew, or as text."),
    (cut, "This is no PDF that can be read: ", "Save it as a PDF anew, or as text."),
    (long, "The PDF has 2,001 pages, and at most 2,000.", "Name the parts that matter as files"),
]


@pytest.mark.parametrize(
    ("make", "message", "hint"), CASES, ids=["scan", "locked", "broken", "cut", "long"]
)
def test_what_is_no_readable_pdf_is_told(
    make: Callable[[Path], Path],
    message: str,
    hint: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """By the run and by `validate`, at the place where the persona names it."""
    project = small_project(tmp_path)
    file = make(tmp_path / "personas" / "ward.pdf")
    (tmp_path / "personas" / "rosa.yaml").write_text("name: Rosa\nknowledge: [ward.pdf]\n")

    with pytest.raises(InvalidFiles) as raised:
        KnowledgeFile.read(file)
    (told,) = validate([], project=Project(project))

    (problem,) = raised.value.problems
    assert problem.message.startswith(message)
    assert problem.hint.startswith(hint)
    assert (told.line, told.column) == (2, 13)
    lower = f"{message[:1].lower()}{message[1:]}"
    assert told.message.startswith(f"'ward.pdf': {lower}")
    assert told.hint == problem.hint
    assert capfd.readouterr() == ("", "")


def test_a_pdf_that_opens_without_a_password_is_read(tmp_path: Path) -> None:
    """It is encrypted for those who would change it only."""
    file = KnowledgeFile.read(write_locked(tmp_path / "ward.pdf", ""))

    assert file.pages == ("Three wrong passwords.",)


def test_without_pypdf_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence, from `validate` too."""
    project = small_project(tmp_path)
    write_pdf(tmp_path / "personas" / "ward.pdf", *PAGES)
    (tmp_path / "personas" / "rosa.yaml").write_text("name: Rosa\nknowledge: [ward.pdf]\n")
    monkeypatch.setitem(sys.modules, "pypdf", None)

    (told,) = validate([], project=Project(project))

    assert told.message == "'ward.pdf': a PDF is read by pypdf, which is not installed."
    assert told.hint.endswith("-m pip install pypdf")


@pytest.mark.parametrize(
    ("matter", "entry", "message"),
    [
        ("technical", "{file: ward.md, category: technical}", ""),
        ("technical", "{file: ward.md}", ""),
        ("", "{file: ward.md, category: business}", ""),
        (
            "technical",
            "{file: ward.md, category: business}",
            "'ward.md', line 2: the category is 'technical' here, and 'business' in the persona's",
        ),
        ("tecnical", "ward.md", "'ward.md', line 2: 'tecnical' is no category of knowledge."),
    ],
)
def test_two_categories_must_agree(matter: str, entry: str, message: str, tmp_path: Path) -> None:
    """The front matter's and the persona's."""
    project = small_project(tmp_path)
    front = f"---\ncategory: {matter}\n---\n" if matter else ""
    (tmp_path / "personas" / "ward.md").write_text(f"{front}# Night\n\nNobody sleeps.\n")
    (tmp_path / "personas" / "rosa.yaml").write_text(f"name: Rosa\nknowledge: [{entry}]\n")

    found = validate([], project=Project(project))

    assert len(found) == bool(message)
    assert all(one.message.startswith(message) for one in found)
    assert [(one.line, one.file[-9:]) for one in found] == [(2, "rosa.yaml")] * len(found)


def test_a_missing_file_is_told_at_its_place(tmp_path: Path) -> None:
    """With the one that was meant."""
    project = small_project(tmp_path)
    write_pdf(tmp_path / "personas" / "ward.pdf", *PAGES)
    (tmp_path / "personas" / "rosa.yaml").write_text("name: Rosa\nknowledge: [{file: wart.pdf}]\n")

    (told,) = validate([], project=Project(project))

    assert (told.line, told.column) == (2, 20)
    assert told.message == "There is no file 'wart.pdf'."
    assert told.hint == "Did you mean 'ward.pdf'?"
