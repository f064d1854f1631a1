"""Prompts: what all speakers share stands first, byte for byte; each model gets what it knows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.definitions.model_catalog import ModelSpec
from simulator.llm.bulk import bulk_of
from simulator.llm.economy import bulk_of_request
from simulator.llm.prompt import Prompt, Section, estimate_tokens
from simulator.llm.wiring import arranged, wire
from tests.llm_samples import CLOCK, SCHEMA, SEARCH, model_spec, prompt

LINES = ("[1] Rosa: You have eleven minutes.", "[2] Dev: Make it skippable.")
ALL = ["json_schema", "tools", "allowed_tools"]
FULL = model_spec(supports=ALL)
MARK = {"prompt_cache_breakpoint": {"mode": "explicit"}}
TOOLS = (SEARCH, CLOCK)

texts = st.text(max_size=40)
prompts = st.builds(
    Prompt,
    system=st.tuples(st.builds(Section, st.just("scenario"), texts)),
    transcript=st.lists(texts, max_size=8).map(tuple),
    tools=st.sampled_from([(), (SEARCH,), TOOLS]),
    schema=st.sampled_from([None, SCHEMA]),
)
specs = st.sampled_from(
    [
        model_spec(endpoint={"content": content, "schema": schema}, cache=cache, supports=ALL)
        for content in ("parts", "text")
        for schema in ("json_schema", "json_object", "none")
        for cache in ("automatic", "breakpoints")
    ]
)


def wired(asked: Prompt, spec: ModelSpec = FULL, **more: Any) -> dict[str, Any]:
    """The body for a model that may write 300 tokens."""
    return wire(asked, spec, max_output=300, **more)


def text_of(message: Mapping[str, Any]) -> str:
    """What a message says, with every part closed by a line break."""
    content = message["content"]
    parts = [content] if isinstance(content, str) else [part["text"] for part in content]
    return "".join(f"{part}\n" for part in parts)


@given(prompts, specs, texts, texts)
def test_every_speaker_sends_the_same_prefix(
    shared: Prompt, spec: ModelSpec, one: str, other: str
) -> None:
    """Tools, schema, system and transcript are the same bytes, whoever speaks."""
    rosa = replace(shared, private=(Section("card", one),), allowed_tools=("clock",))
    dev = replace(shared, private=(Section("card", other),))

    bodies = [wired(rosa, spec, cue="<stand-in>{}</stand-in>"), wired(dev, spec)]

    prefixes = [
        json.dumps([body.get("tools"), body.get("response_format"), body["messages"][:-1]])
        for body in bodies
    ]
    assert prefixes[0] == prefixes[1]
    assert (rosa.prefix_hash, rosa.shared_bytes) == (dev.prefix_hash, dev.shared_bytes)
    assert (rosa.hash == dev.hash) == (one == other)


@given(prompts, specs, texts)
def test_a_longer_transcript_begins_like_the_shorter_one(
    shorter: Prompt, spec: ModelSpec, line: str
) -> None:
    """A new line is put behind the others; nothing before it changes."""
    shorter = replace(shorter, transcript=("[1] Rosa: Well?", *shorter.transcript))
    longer = replace(shorter, transcript=(*shorter.transcript, line))

    before, after = (wired(one, spec)["messages"] for one in (shorter, longer))

    read = "\n".join(("The conversation so far:", *shorter.transcript))
    assert text_of(after[0]) == text_of(before[0])
    assert [text_of(messages[1])[: len(read)] for messages in (before, after)] == [read, read]
    assert len(after) == len(before)
    assert after[2:] == before[2:]
    assert longer.prefix_hash == shorter.prefix_hash
    assert longer.shared_bytes == shorter.shared_bytes + len(line.encode())


@given(prompts, specs, texts)
def test_what_is_known_of_a_request_is_never_more_than_its_beginning(
    shared: Prompt, spec: ModelSpec, private: str
) -> None:
    """So that what is left of its bulk holds all that is new."""
    asked = arranged(replace(shared, private=(Section("card", private),)), spec)
    other = arranged(replace(shared, private=()), spec)

    whole = bulk_of_request(wired(asked, spec), model=spec.model, streams=True)

    assert whole - asked.known_bulk(spec) >= bulk_of(private.strip().encode())
    assert asked.known_bulk(spec) == other.known_bulk(spec)


def test_a_model_reads_system_transcript_private_exchange() -> None:
    """The order is that of the cache: what changes least stands first."""
    result = {"role": "tool", "tool_call_id": "t1", "content": "12:30"}
    asked = prompt(*LINES, exchange=(result,), tools=(CLOCK,), schema=SCHEMA)

    body = wired(replace(asked, allowed_tools=("clock",)))

    parts = [{"type": "text", "text": text} for text in ("The conversation so far:", *LINES)]
    assert body == {
        "messages": [
            {"role": "system", "content": "Three people try an app.\n\nBe yourself."},
            {"role": "user", "content": parts},
            {"role": "user", "content": "You are Rosa."},
            result,
        ],
        "max_completion_tokens": 300,
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "clock",
                    "description": "What time is it?",
                    "parameters": {"type": "object"},
                    "strict": True,
                },
            }
        ],
        "tool_choice": {
            "type": "allowed_tools",
            "allowed_tools": {
                "mode": "auto",
                "tools": [{"type": "function", "function": {"name": "clock"}}],
            },
        },
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "reply", "strict": True, "schema": SCHEMA.schema},
        },
    }


def test_an_endpoint_of_plain_text_gets_plain_text() -> None:
    """Where parts are not understood a user sends one string, and nothing is marked.

    The templates of some models refuse two messages of one role in a row.
    """
    spec = model_spec(endpoint={"content": "text"}, cache="breakpoints")

    messages = wired(prompt(*LINES), spec)["messages"]

    assert [message["content"] for message in messages] == [
        "Three people try an app.\n\nBe yourself.",
        "\n".join(("The conversation so far:", *LINES)) + "\n\nYou are Rosa.",
    ]


def test_the_first_turn_has_no_transcript() -> None:
    """Before anybody spoke there is no empty message about it."""
    messages = wired(prompt())["messages"]

    assert [text_of(message) for message in messages] == [
        "Three people try an app.\n\nBe yourself.\n",
        "You are Rosa.\n",
    ]


@pytest.mark.parametrize(
    ("schema", "supports", "expected"),
    [
        ("json_schema", ["json_schema"], "json_schema"),
        ("json_schema", [], None),
        ("json_object", ["json_schema"], "json_object"),
        ("none", ["json_schema"], None),
    ],
)
def test_the_form_is_asked_for_as_the_model_understands_it(
    schema: str, supports: list[str], expected: str | None
) -> None:
    """By schema; or as JSON, or not at all, with the schema in words in the last message."""
    spec = model_spec(endpoint={"schema": schema}, supports=supports)

    body = wired(prompt(*LINES, schema=SCHEMA), spec)

    assert body.get("response_format", {}).get("type") == expected
    in_words = json.dumps(SCHEMA.schema) in body["messages"][-1]["content"]
    assert in_words == (expected != "json_schema")
    assert "response_format" not in wired(prompt(*LINES), spec)


@given(st.integers(0, 30))
def test_at_most_four_breakpoints_stand_at_the_end_of_what_is_known(lines: int) -> None:
    """The system message and the last three lines are marked; the heading never is."""
    spec = model_spec(cache="breakpoints", endpoint={"cache_key": True})
    asked = prompt(*(f"[{turn}] Rosa: hm" for turn in range(1, lines + 1)))

    body = wired(asked, spec, cache_key="k1")

    parts = [
        part
        for message in body["messages"]
        if not isinstance(message["content"], str)
        for part in message["content"]
    ]
    marked = [part["text"] for part in parts if MARK.items() <= part.items()]
    last_lines = asked.transcript[-3:]
    assert marked == [asked.system_text, *last_lines]
    assert (body["prompt_cache_key"], body["prompt_cache_options"]) == ("k1", {"mode": "explicit"})


@pytest.mark.parametrize("cache", ["automatic", "none"])
def test_other_models_get_no_breakpoints_and_no_cache_key(cache: str) -> None:
    """Fields of one provider go to no model that does not know them."""
    body = wired(prompt(*LINES), model_spec(cache=cache), cache_key="k1")

    assert "prompt_cache" not in json.dumps(body)


@pytest.mark.parametrize(
    ("supports", "allowed", "expected"),
    [
        (["tools", "allowed_tools"], (), "none"),
        (["tools"], (), "none"),
        (["tools"], ("clock",), None),
    ],
)
def test_who_may_call_no_tool_is_told_so(
    supports: list[str], allowed: tuple[str, ...], expected: str | None
) -> None:
    """The tools stay in the prefix; the choice forbids them, or is left to the model."""
    asked = prompt(*LINES, tools=TOOLS, allowed_tools=allowed)

    body = wired(asked, model_spec(supports=supports))

    assert [tool["function"]["name"] for tool in body["tools"]] == [tool.name for tool in TOOLS]
    assert body.get("tool_choice") == expected


def test_a_model_without_tools_gets_none() -> None:
    """Neither tools nor a choice nor an effort for them are sent."""
    asked = prompt(*LINES, tools=TOOLS, allowed_tools=("clock",))

    body = wired(asked, model_spec(effort_with_tools="none"))

    assert sorted(body) == ["max_completion_tokens", "messages"]


def test_the_effort_that_tools_need_is_named_with_tools_only() -> None:
    """A model that refuses tools at its usual effort gets the one it takes."""
    spec = model_spec(supports=["tools"], effort_with_tools="none")

    efforts = [
        wired(asked, spec).get("reasoning_effort") for asked in (prompt(tools=TOOLS), prompt())
    ]

    assert efforts == ["none", None]


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_the_output_limit_bears_the_endpoints_name(name: str) -> None:
    """Every request bounds its answer, in the one field the endpoint obeys."""
    body = wired(prompt(), model_spec(endpoint={"output_limit": name}))

    assert body == {"messages": body["messages"], name: 300}


@pytest.mark.parametrize(
    ("model", "role"),
    [("o3", "developer"), ("o4-mini", "developer"), ("gpt-6-luna", "system"), ("olmo", "system")],
)
def test_the_o_series_is_addressed_by_a_developer(model: str, role: str) -> None:
    """ChatOpenAI's own rewriting is passed by, so the prompt does it."""
    assert wired(prompt(), model_spec(model))["messages"][0]["role"] == role


def test_a_cue_stands_in_the_last_message_and_only_if_asked_for() -> None:
    """The machine-readable line is the last thing said, where there is one."""
    cue = '<stand-in>{"turn":1}</stand-in>'
    asked = prompt(*LINES, schema=SCHEMA)

    with_cue, without = (json.dumps(wired(asked, cue=line)) for line in (cue, ""))

    assert wired(asked, cue=cue)["messages"][-1]["content"] == f"You are Rosa.\n\n{cue}"
    assert with_cue.replace(json.dumps(f"\n\n{cue}")[1:-1], "") == without


def test_sections_tell_what_a_prompt_is_made_of() -> None:
    """Every part that says something is named once, in the order a model reads it."""
    told = {"role": "user", "content": "Again, please."}
    asked = prompt(*LINES, tools=TOOLS, schema=SCHEMA, exchange=(told,))

    sections = asked.sections()

    assert [section.name for section in sections] == [
        *("tools", "reply schema", "scenario", "rules", "transcript", "card", "exchange")
    ]
    assert asked.estimated_tokens() == sum(estimate_tokens(section.text) for section in sections)
    assert [section.name for section in prompt().sections()] == ["scenario", "rules", "card"]


def test_every_part_of_a_question_shows_in_its_hash() -> None:
    """Two questions that differ anywhere have two names; the prefix has its own."""
    asked = prompt(*LINES)
    other = [
        replace(asked, system=(Section("rules", "Be brief."),)),
        replace(asked, tools=TOOLS),
        replace(asked, schema=SCHEMA),
        replace(asked, transcript=LINES[:1]),
        replace(asked, private=(Section("card", "You are Dev."),)),
        replace(asked, exchange=({"role": "user", "content": "Again."},)),
    ]

    hashes = [one.hash for one in (asked, *other)]

    assert len(set(hashes)) == 7
    assert [one.prefix_hash == asked.prefix_hash for one in other] == [False] * 3 + [True] * 3


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2)])
def test_tokens_are_estimated_by_bytes(text: str, tokens: int) -> None:
    """Four bytes are about one token, and nothing is rounded down."""
    assert estimate_tokens(text) == tokens
