"""What a persona knows: files cut into passages, found by their words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.definitions.knowledge_entry import CATEGORIES
from simulator.definitions.knowledge_file import KnowledgeFile
from simulator.errors import InvalidFiles, Problem
from simulator.record.full_text import STOP_WORDS
from simulator.record.knowledge import Knowledge, Passage

LETTERS = st.characters(max_codepoint=0x5FF, categories=["L", "N"]) | st.sampled_from(
    "한글日本あア"
)
"""Latin, Greek, Cyrillic, Armenian, Hebrew; some of what stands further up."""
WARD = KnowledgeFile(
    "personas/knowledge/ward.md",
    """---
category: technical
---
# Ward 4

Night shift, two nurses.

## Handover

Handover is at six. What is not passed on at six is stuck between two floors at seven.

## Medication

The trolley is locked. The key hangs at the nurses' station.

```
# no heading, but a note in the log
```
""",
)
ROTA = KnowledgeFile("rota.md", "---\ncategory: business\n---\nShifts are swapped at the station.")
DIARY = KnowledgeFile("diary.txt", "The station café closes at six. Café crème, 3 €.")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """Three small files: technical, business, and one without a category."""
    return Knowledge.from_files([WARD, ROTA, DIARY])


def sources(found: list[Passage]) -> list[str]:
    """Where passages come from."""
    return [passage.source for passage in found]


def test_a_passage_tells_its_text_and_source(knowledge: Knowledge) -> None:
    """A search gives the words, the file with the heading, and the category."""
    (passage,) = knowledge.search("When is the handover?")

    assert passage == Passage(
        text="Handover is at six. What is not passed on at six is stuck between two floors "
        "at seven.",
        source="ward.md#Handover",
        category="technical",
        rank=passage.rank,
    )


def test_words_are_found_by_stem_without_case_and_accents(knowledge: Knowledge) -> None:
    """Endings, capitals and accents do not matter."""
    assert sources(knowledge.search("LOCKING")) == ["ward.md#Medication"]
    assert sources(knowledge.search("cafe creme")) == ["diary.txt"]
    assert sources(knowledge.search("swap a shift")) == ["rota.md", "ward.md#Ward 4"]


def test_headings_are_searched_and_outer_ones_too(knowledge: Knowledge) -> None:
    """A passage is found by the headings it stands under."""
    assert sources(knowledge.search("medication")) == ["ward.md#Medication"]
    assert set(sources(knowledge.search("ward"))) == {
        "ward.md#Ward 4",
        "ward.md#Handover",
        "ward.md#Medication",
    }


@pytest.mark.parametrize(
    ("category", "found"),
    [
        (None, ["diary.txt", "rota.md", "ward.md#Medication"]),
        ("technical", ["diary.txt", "ward.md#Medication"]),
        ("business", ["diary.txt", "rota.md"]),
        ("creative", ["diary.txt"]),
    ],
)
def test_a_category_leaves_out_the_others(
    knowledge: Knowledge, category: str | None, found: list[str]
) -> None:
    """What has no category is found under each."""
    assert sorted(sources(knowledge.search("station", category=category))) == found


def test_a_limit_keeps_the_best(knowledge: Knowledge) -> None:
    """The first of many is the first of few."""
    every = knowledge.search("six station", limit=9)

    assert knowledge.search("six station", limit=1) == every[:1]
    assert [passage.rank for passage in every] == sorted(passage.rank for passage in every)


def test_passages_that_fit_equally_keep_the_order_of_the_files() -> None:
    """The same files give the same answer, always."""
    twins = [KnowledgeFile(f"{name}.md", "The lift is broken.") for name in "cab"]

    assert sources(Knowledge.from_files(twins).search("lift")) == ["c.md", "a.md", "b.md"]


@pytest.mark.parametrize("query", ["", "  ", "what is the?", "?!", '"', "\x00", "and or not"])
def test_a_query_without_a_telling_word_finds_nothing(knowledge: Knowledge, query: str) -> None:
    """Stop words alone are no question."""
    assert knowledge.search(query) == []


@given(query=st.text(max_size=200))
def test_no_text_breaks_a_search(knowledge: Knowledge, query: str) -> None:
    """Whatever a model asks, it gets passages or none."""
    assert isinstance(knowledge.search(query), list)


@given(words=st.lists(st.text(LETTERS, min_size=1, max_size=12), min_size=1, max_size=30))
def test_every_telling_word_of_a_text_finds_it(words: list[str]) -> None:
    """In every script that has words, however it is capitalised and accented."""
    knowledge = Knowledge.from_files([KnowledgeFile("a.md", " ".join(words))])

    asked = [word for word in words if knowledge.search(word) == []]

    assert {word.lower() for word in asked} <= STOP_WORDS


def test_very_long_queries_are_cut(knowledge: Knowledge) -> None:
    """A whole page may be the question."""
    assert sources(knowledge.search("handover " + "word" * 50 + " lorem ipsum " * 5_000)) == [
        "ward.md#Handover"
    ]


def test_a_long_text_is_cut_into_passages_of_a_prompt_size() -> None:
    """Passages have 80 to 200 words where the paragraphs allow it; nothing is lost."""
    paragraphs = [" ".join([f"p{n}"] * n) for n in (30, 40, 50, 120, 190, 5, 60)]
    endless = " ".join(f"Sentence {n} says so." for n in range(100))
    unbroken = " ".join(["word"] * 450)
    text = "\n\n".join([*paragraphs, endless, unbroken])

    found = Knowledge.from_files([KnowledgeFile("long.txt", text)]).search(
        "p30 p40 p50 p120 p190 p5 p60 sentence word", limit=99
    )

    lengths = [len(passage.text.split()) for passage in found]
    assert sum(lengths) == len(text.split())
    assert max(lengths) <= 200
    assert sum(length < 80 for length in lengths) <= 3


def test_a_heading_begins_a_passage() -> None:
    """Short sections stay apart, so that their source is right."""
    text = "Before.\n# One #\nFirst lift.\n### Deep\nSecond lift.\n## Two\nThird lift.\n#hash lift"

    found = Knowledge.from_files([KnowledgeFile("a.md", text)]).search("lift before", limit=9)

    assert {passage.source: passage.text for passage in found} == {
        "a.md": "Before.",
        "a.md#One": "First lift.",
        "a.md#Deep": "Second lift.",
        "a.md#Two": "Third lift.\n#hash lift",
    }


def test_code_is_no_heading(knowledge: Knowledge) -> None:
    """A `#` inside a fence is text."""
    (passage,) = knowledge.search("log")

    assert passage.source == "ward.md#Medication"
    assert "# no heading" in passage.text


def test_knowledge_may_be_empty() -> None:
    """No files, and files without words, are known and never found."""
    assert Knowledge.from_files([]).search("anything") == []
    assert Knowledge.from_files([KnowledgeFile("a.md", "\n\n")]).search("anything") == []


def test_knowledge_is_searched_from_any_thread(knowledge: Knowledge) -> None:
    """Tools run in worker threads, several at once."""
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(knowledge.search, ["handover"] * 40))

    assert found == [knowledge.search("handover")] * 40


@pytest.mark.parametrize("matter", ["category: creative", 'category : "creative"  # mine'])
def test_front_matter_names_the_category(matter: str) -> None:
    """Other keys are left to other programs; Windows line ends and quotes do not matter."""
    text = f"---\ntitle: Songs\n{matter}\n---\nA song about rain."

    for written in (text, text.replace("\n", "\r\n")):
        (passage,) = Knowledge.from_files([KnowledgeFile("a.md", written)]).search("rain")
        assert (passage.category, passage.text) == ("creative", "A song about rain.")


def test_a_rule_is_no_front_matter() -> None:
    """Lines of dashes further down separate, and begin nothing."""
    text = "A song.\n\n---\ncategory: nonsense\n---\nA dance."

    (passage,) = Knowledge.from_files([KnowledgeFile("a.md", text)]).search("dance")

    assert passage.category is None


def test_unknown_categories_are_told_all_at_once() -> None:
    """Every file with a mistake is named, with the line."""
    files = [
        KnowledgeFile("a.md", "---\ncategory: tecnical\n---\n"),
        KnowledgeFile("b.md", "---\ncategory: creative\n---\n"),
        KnowledgeFile("c.md", "---\ntitle: x\ncategory: [a, b]\n---\n"),
    ]

    with pytest.raises(InvalidFiles) as caught:
        Knowledge.from_files(files)

    assert caught.value.problems == (
        Problem(
            "a.md", 2, 1, "'tecnical' is no category of knowledge.", "Did you mean 'technical'?"
        ),
        Problem(
            "c.md",
            3,
            1,
            "'[a, b]' is no category of knowledge.",
            f"Choose from {', '.join(CATEGORIES)}.",
        ),
    )


def test_a_file_is_read_as_utf_8(tmp_path: Path) -> None:
    """Umlauts are right, and a byte-order mark is no text."""
    path = tmp_path / "ward.md"
    path.write_bytes(b"\xef\xbb\xbf---\ncategory: creative\n---\nGr\xc3\xbc\xc3\x9fe")

    file = KnowledgeFile.read(path)

    assert file == KnowledgeFile(str(path), "---\ncategory: creative\n---\nGrüße")
    assert Knowledge.from_files([file]).search("grüße")[0].category == "creative"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Gr\xfc\xdfe", "This is no UTF-8 text (byte 2 does not fit)."),
        (None, "There is no such file."),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    """What is no text, or is not there, is a problem with the file's name."""
    path = tmp_path / "ward.md"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(InvalidFiles) as caught:
        KnowledgeFile.read(path)

    assert [(problem.file, problem.message) for problem in caught.value.problems] == [
        (str(path), message)
    ]


def test_a_folder_is_no_knowledge(tmp_path: Path) -> None:
    """Other failures of the file system are told in its words."""
    with pytest.raises(InvalidFiles, match=r"The file cannot be read: Is a directory"):
        KnowledgeFile.read(tmp_path)


def test_front_matter_without_an_end_is_told() -> None:
    """Where a category would be lost; a ruler at the top of a text is none."""
    lost = KnowledgeFile("a.md", "---\ntitle: x\ncategory: business\n\nThe ward.\n")
    ruler = KnowledgeFile("b.md", "---\n\ncategory: business\n")

    assert (lost.problem(), ruler.problem()) == (
        Problem(
            *("a.md", 3, 1, "The front matter has no end, so its category is lost."),
            "Write --- on a line of its own below it.",
        ),
        None,
    )
