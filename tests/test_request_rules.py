"""What OpenAI's API refuses the stand-in refuses too, with the same parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.reply import reply_schema
from tests.request_samples import ASKED, CALL, GOOD, QUERY, TOLD, TOOL, USER, refused


def good(**changes: Any) -> dict[str, Any]:
    """The good request with other fields; what is None is left out."""
    body = {**deepcopy(GOOD), **changes}
    return {name: value for name, value in body.items() if value is not None}


def saying(*messages: Mapping[str, Any]) -> dict[str, Any]:
    """A request of these messages only."""
    return {"model": "gpt-4.1-mini", "messages": list(messages)}


def tool(**function: Any) -> dict[str, Any]:
    """A request that offers one tool, changed so."""
    return good(tools=[{"type": "function", "function": {**TOOL["function"], **function}}])


def answer(schema: object) -> dict[str, Any]:
    """A request for an answer that keeps strictly to a schema."""
    form = {"name": "reply", "strict": True, "schema": schema}
    return good(response_format={"type": "json_schema", "json_schema": form})


def holding(schema: object, **more: Any) -> dict[str, Any]:
    """A strict object with one property."""
    return {**QUERY, "properties": {"query": schema}, **more}


def nested(levels: int) -> dict[str, Any]:
    """Objects in objects."""
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = holding(schema)
    return schema


PLAIN = {"model": "gpt-4.1-mini", "messages": [USER]}
BAD: dict[str, tuple[dict[str, Any], str | None, str]] = {
    "an unknown field": ({**PLAIN, "max_length": 5}, None, "Unrecognized request argument"),
    "an unknown field of a message": (
        saying({**USER, "reasoning_content": "x"}),
        "messages[0].reasoning_content",
        "Unknown parameter: 'messages[0].reasoning_content'.",
    ),
    "no message": (saying(), "messages", "Invalid 'messages': empty array."),
    "too many messages": (saying(*[USER] * 2_049), "messages", "maximum length 2048"),
    "an unknown role": (saying({"role": "boss", "content": "Hi."}), "messages[0].role", "'boss'"),
    "no content": (saying({"role": "user"}), "messages.[0].content", "got null"),
    "empty content": (saying({"role": "user", "content": []}), "messages[0].content", "empty"),
    "a part without its text": (
        saying({"role": "user", "content": [{"type": "text"}]}),
        "messages[0].content[0].text",
        "Missing required parameter",
    ),
    "a part of another role": (
        saying({"role": "system", "content": [{"type": "image_url", "image_url": {}}]}),
        "messages[0].content[0].type",
        "Supported values are: 'text'.",
    ),
    "a name with spaces": (saying({**USER, "name": "Rosa L"}), "messages[0].name", "pattern"),
    "an orphaned result": (saying(USER, TOLD), "messages.[1].role", "must be a response to"),
    "an unanswered call": (saying(USER, ASKED, USER), "messages.[2].role", "messages: t1"),
    "an unanswered call at the end": (saying(USER, ASKED), "messages.[2].role", "messages: t1"),
    "an answer to another call": (
        saying(USER, ASKED, {**TOLD, "tool_call_id": "t2"}),
        "messages.[2].tool_call_id",
        "'t2' not found",
    ),
    "a result without an id": (
        saying(USER, ASKED, {"role": "tool", "content": "x"}),
        "messages.[2].tool_call_id",
        "Missing parameter 'tool_call_id'",
    ),
    "calls of a user": (saying({**USER, "tool_calls": [CALL]}, TOLD), "messages[0].tool_calls", ""),
    "no calls": (saying({**ASKED, "tool_calls": []}), "messages[0].tool_calls", "empty array"),
    "a long id": (
        saying({**ASKED, "tool_calls": [{**CALL, "id": "t" * 41}]}),
        "messages[0].tool_calls[0].id",
        "maximum length 40",
    ),
    "two roles for instructions": (
        {
            "model": "o3",
            "messages": [
                {"role": "system", "content": "a"},
                {"role": "developer", "content": "b"},
                USER,
            ],
        },
        "messages",
        "not both",
    ),
    "no tools": (good(tools=[]), "tools", "Invalid 'tools': empty array."),
    "a choice without tools": (good(tools=None), "tool_choice", "only allowed when 'tools'"),
    "a choice of another tool": (
        good(tool_choice={"type": "function", "function": {"name": "radio"}}),
        "tool_choice",
        "Tool choice 'function radio' not found in 'tools' parameter.",
    ),
    "leave to call another tool": (
        good(
            tool_choice={
                "type": "allowed_tools",
                "allowed_tools": {
                    "mode": "auto",
                    "tools": [{"type": "function", "function": {"name": "radio"}}],
                },
            }
        ),
        "tool_choice.allowed_tools.tools[0]",
        "not found in 'tools'",
    ),
    "leave to call no tool": (
        good(
            tool_choice={
                "type": "allowed_tools",
                "allowed_tools": {"mode": "auto", "tools": []},
            }
        ),
        "tool_choice.allowed_tools.tools",
        "empty array",
    ),
    "a choice that is none": (good(tool_choice="maybe"), "tool_choice", "'maybe'"),
    "a tool's name": (tool(name="such süß"), "tools[0].function.name", "pattern"),
    "a tool's long name": (tool(name="s" * 65), "tools[0].function.name", "maximum length 64"),
    "a tool's description": (
        tool(description="x" * 1_025),
        "tools[0].function.description",
        "maximum length 1024",
    ),
    "a tool's list of parameters": (
        tool(parameters={"type": "array"}, strict=False),
        "tools[0].function.parameters",
        "got 'type: \"array\"'",
    ),
    "a tool without properties": (
        tool(parameters={"type": "object"}, strict=False),
        "tools[0].function.parameters",
        "object schema missing properties",
    ),
    "a tool's default": (
        tool(parameters=holding({"type": "string", "default": "x"})),
        "tools[0].function.parameters",
        "In context=('properties', 'query'), 'default' is not permitted.",
    ),
    "an answer that may have more": (
        answer(holding({"type": "string"}, additionalProperties=True)),
        "response_format",
        "'additionalProperties' is required to be supplied and to be false",
    ),
    "an answer that may have less": (
        answer(holding({"type": "string"}, required=[])),
        "response_format",
        "Missing 'query'",
    ),
    "an answer that must have more": (
        answer(holding({"type": "string"}, required=["query", "x"])),
        "response_format",
        "Extra required key 'x'",
    ),
    "an answer that is a list": (answer({"type": "array"}), "response_format", '"array"'),
    "an answer of one or another": (
        answer({**QUERY, "anyOf": [QUERY]}),
        "response_format",
        "'anyOf' is not permitted at the root",
    ),
    "parts without a type": (answer(holding({})), "response_format", "must have a 'type' key"),
    "a type there is not": (answer(holding({"type": "date"})), "response_format", "'date' is not"),
    "a format there is not": (
        answer(holding({"type": "string", "format": "uri"})),
        "response_format",
        "'uri' is not a valid format",
    ),
    "a list of nothing": (answer(holding({"type": "array"})), "response_format", "missing items"),
    "a choice of nothing": (answer(holding({"enum": []})), "response_format", "at least one"),
    "a reference to nothing": (
        answer(holding({"$ref": "#/$defs/word"})),
        "response_format",
        "reference can only point",
    ),
    "a reference and more": (
        answer(holding({"$ref": "#", "description": "x"})),
        "response_format",
        "$ref cannot have keywords {'description'}",
    ),
    "eleven levels": (answer(nested(11)), "response_format", "11 levels of nesting exceeds"),
    "too many properties": (
        answer(
            {
                "type": "object",
                "properties": {f"p{n}": {"type": "string"} for n in range(5_001)},
                "required": [f"p{n}" for n in range(5_001)],
                "additionalProperties": False,
            }
        ),
        "response_format",
        "5001 object properties",
    ),
    "too many values": (
        answer(holding({"enum": list(range(1_001))})),
        "response_format",
        "1001 enum values",
    ),
    "a large choice": (
        answer(holding({"enum": [f"{'x' * 60}{n}" for n in range(251)]})),
        "response_format",
        "15000 characters",
    ),
    "an answer's name": (
        good(response_format={"type": "json_schema", "json_schema": {"name": "a b", "schema": {}}}),
        "response_format.json_schema.name",
        "pattern",
    ),
    "JSON that nobody speaks of": (
        {**PLAIN, "response_format": {"type": "json_object"}},
        "messages",
        "must contain the word 'json'",
    ),
    "options of no stream": (good(stream=None), "stream_options", "only allowed when 'stream'"),
    "five stops": ({**PLAIN, "stop": list("abcde")}, "stop", "maximum length 4"),
    "two limits": (good(max_tokens=5), "max_tokens", "at the same time"),
    "heat": ({**PLAIN, "temperature": 2.5}, "temperature", "less than or equal to 2"),
    "chances without leave": ({**PLAIN, "top_logprobs": 2}, "top_logprobs", "'logprobs'"),
    "a long cache key": ({**PLAIN, "prompt_cache_key": "k" * 65}, "prompt_cache_key", "64"),
    "much metadata": (
        {**PLAIN, "metadata": {str(n): "x" for n in range(17)}},
        "metadata",
        "16",
    ),
    "long metadata": ({**PLAIN, "metadata": {"a": "x" * 513}}, "metadata.a", "512"),
    "an effort where none is made": (
        {**PLAIN, "reasoning_effort": "low"},
        None,
        "Unrecognized request argument supplied: reasoning_effort",
    ),
    "marks where none are kept": (
        {**PLAIN, "prompt_cache_options": {"mode": "explicit"}},
        "prompt_cache_options",
        "not supported with this model",
    ),
}
FOR_MODELS: list[tuple[str, dict[str, Any], str]] = [
    ("o3", {"max_tokens": 5}, "Use 'max_completion_tokens' instead."),
    ("gpt-5", {"max_tokens": 5}, "Use 'max_completion_tokens' instead."),
    ("gpt-6-luna", {"temperature": 0.7}, "'temperature' does not support 0.7"),
    ("o4-mini", {"top_p": 0.5}, "'top_p' is not supported"),
    ("gpt-5.4", {"stop": ["."]}, "'stop' is not supported"),
    ("gpt-5-mini", {"logprobs": True}, "'logprobs' is not supported"),
    ("o3", {"reasoning_effort": "minimal"}, "are: 'low', 'medium', and 'high'."),
    ("gpt-5.6-luna", {"reasoning_effort": "minimal"}, "does not support 'minimal'"),
    ("gpt-6.1-sol", {"reasoning_effort": "none"}, "does not support 'none'"),
    ("gpt-5.6-luna", {"tools": [TOOL]}, "set reasoning_effort to 'none'."),
    ("gpt-5.4", {"tools": [TOOL], "reasoning_effort": "low"}, "set reasoning_effort to 'none'."),
    ("o3", {"tools": [TOOL], "parallel_tool_calls": True}, "'parallel_tool_calls' is not"),
    ("gpt-5.4", {"prompt_cache_options": {}}, "'prompt_cache_options' is not supported"),
    ("gpt-4", {"response_format": GOOD["response_format"]}, "'json_schema' is not supported"),
]


def test_a_good_request_is_not_refused() -> None:
    """Tools, schema, exchange and stream as we send them."""
    assert refused(GOOD) is None


@pytest.mark.parametrize(("body", "param", "says"), BAD.values(), ids=BAD.keys())
def test_a_bad_request_is_refused(body: dict[str, Any], param: str | None, says: str) -> None:
    """Each with the parameter the API names, and its words."""
    refusal = refused(body)

    assert refusal is not None
    assert (refusal.status, refusal.kind, refusal.param) == (400, "invalid_request_error", param)
    assert says in refusal.message


@pytest.mark.parametrize(("model", "fields", "says"), FOR_MODELS)
def test_a_model_refuses_what_others_take(model: str, fields: dict[str, Any], says: str) -> None:
    """By the published rules of its family; a model nobody knows takes all of it."""
    refusal = refused({**PLAIN, "model": model, **fields})

    assert refusal is not None
    assert says in refusal.message
    assert refused({**PLAIN, "model": "qwen3:8b", **fields}) is None


def without_required(body: dict[str, Any], draw: st.DataObject) -> str | None:
    """Leave out what a schema demands."""
    schema = body["response_format"]["json_schema"]["schema"]
    schema["required"].remove(draw.draw(st.sampled_from(schema["required"])))
    return "response_format"


def with_keyword(body: dict[str, Any], draw: st.DataObject) -> str | None:
    """Add a keyword that strict schemas do not know."""
    schema = body["response_format"]["json_schema"]["schema"]
    keywords = ["default", "allOf", "not", "if", "oneOf", "uniqueItems", "patternProperties"]
    place = draw.draw(st.sampled_from([schema, *schema["properties"].values()]))
    place[draw.draw(st.sampled_from(keywords))] = draw.draw(st.sampled_from([1, "x", [], {}]))
    return "response_format"


def with_unknown(body: dict[str, Any], draw: st.DataObject) -> str | None:
    """Add a field that nobody published."""
    body[draw.draw(st.text("abcxyz", min_size=12))] = 1
    return None


def orphaned(body: dict[str, Any], draw: st.DataObject) -> str | None:
    """Take away the call that a result answers, or the result."""
    gone = draw.draw(st.sampled_from([2, 3]))
    del body["messages"][gone]
    return f"messages.[{2 if gone == 2 else 3}].role"


def renamed(body: dict[str, Any], draw: st.DataObject) -> str | None:
    """Offer a tool under another name than the choice says."""
    body["tools"][0]["function"]["name"] = draw.draw(st.text("abc", min_size=1, max_size=9))
    return "tool_choice.allowed_tools.tools[0]"


@given(
    st.sampled_from([without_required, with_keyword, with_unknown, orphaned, renamed]), st.data()
)
def test_a_good_request_that_is_broken_is_refused(
    breaks: Callable[[dict[str, Any], st.DataObject], str | None], draw: st.DataObject
) -> None:
    """Wherever the break is, the refusal names its place."""
    body = deepcopy(GOOD)
    body["response_format"]["json_schema"]["schema"] = deepcopy(dict(reply_schema().schema))
    param = breaks(body, draw)

    refusal = refused(body)

    assert refusal is not None
    assert refusal.param == param
