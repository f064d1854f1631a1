"""What a model reads of a tool's result, bounded as it is quoted, and what people see of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.quoting import quoted
from simulator.conversation.reply import storable
from simulator.conversation.tools import Toolbox
from simulator.conversation.tools.tool_result import fitted
from simulator.display.paragraph import paragraph_of
from simulator.llm.ask import ToolRequest
from simulator.record.events import Event, ToolBegun, ToolCalled
from tests.talks import cast_of, member


@pytest.mark.parametrize("characters", [100, 1_000])
@given(
    text=st.text(
        st.sampled_from("a\n\r\x0b\x0c\x1c\x85\u2028 <stand-in>\ud83d\U0001f600"), max_size=3_000
    )
)
def test_what_a_model_reads_of_a_result_is_bounded_as_it_is_quoted(
    characters: int, text: str
) -> None:
    """Quoting indents every line; what is left out is told, and the rest is as it came."""
    told = fitted(text, characters=characters)

    assert len(quoted(told)) <= characters
    assert told == storable(told)
    kept, note, _ = told.partition("\n(The rest is left out: ")
    assert storable(text).startswith(kept)
    assert bool(note) == (len(quoted(storable(text))) > characters or len(text) > characters)


async def test_a_result_of_line_feeds_does_not_grow(tmp_path: Path) -> None:
    """Neither do errors; the scenario says how much is read."""
    (tmp_path / "lines.py").write_text(
        'def many() -> str:\n    "Ask."\n    return "\\n" * 20_000\n'
        'def wrong() -> str:\n    "Ask."\n    raise ValueError("x\\n" * 20_000)\n'
    )
    rosa = member("rosa", tools=["lines.py:many", "lines.py:wrong"])
    cast = cast_of(rosa, limits={"tool_characters": 500})
    toolbox = Toolbox.of(replace(cast, folder=tmp_path))

    many = await toolbox.call("rosa", ToolRequest(id="a", name="many", arguments=""))
    wrong = await toolbox.call("rosa", ToolRequest(id="b", name="wrong", arguments=""))

    assert 400 < len(quoted(many.result or "")) <= 500
    assert 400 < len(quoted(wrong.error or "")) <= 500


def test_a_scenario_bounds_what_is_read_and_how_long_it_takes() -> None:
    """Its limits hold for all tools."""
    limits = {"tool_seconds": 3, "tool_characters": 500}
    cast = cast_of(member("rosa", tools=["clock"]), limits=limits)

    toolbox = Toolbox.of(cast)

    assert (toolbox.seconds, toolbox.characters) == (3.0, 500)


RULES = ToolCalled(
    speaker="rosa",
    tool="ward_rules",
    call="c",
    request="r",
    arguments={"topic": "night"},
    result="No visits.",
    sources=("ward://rules/night", "ward://plan"),
)
BOOKS = ToolBegun(speaker="rosa", tool="book", call="c", request="r", arguments={"bed": 4})


@pytest.mark.parametrize(
    ("event", "kind", "text"),
    [
        (
            RULES,
            "note",
            'Rosa used ward_rules with "night", from ward://rules/night, ward://plan',
        ),
        (BOOKS, "detail", "Rosa begins book with 4"),
        (replace(BOOKS, arguments={}), "detail", "Rosa begins book"),
    ],
)
def test_people_see_sources_and_beginnings(event: Event, kind: str, text: str) -> None:
    """Sources of any tool; a beginning in the full display only."""
    paragraph = paragraph_of(event, {"rosa": "Rosa Lindqvist"})

    assert paragraph is not None
    assert (paragraph.kind, paragraph.text) == (kind, text)
