"""A server that answers like OpenAI's API, but for the features that a test takes away."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from simulator.authoring.models_file import ModelsFile
from simulator.definitions.project import Project
from simulator.llm.event_stream import event_chunks
from simulator.testing import completion
from tests.lookalike import Lookalike, stream, whole

__all__ = ["ABLE", "FEATURES", "PRICED", "partial", "write_models"]

PRICED = "price: {in: 1, out: 2}"
ABLE = "supports: [json_schema, tools, allowed_tools], cache: automatic, context: 50000"
"""A model's price, and what it is said to be able to do, as models.yaml has it."""
FEATURES = (
    *("json_schema", "json_object", "schema", "tools", "tool calls", "allowed_tools"),
    *("reasoning_effort", "effort", "stream", "stream usage", "usage", "finish_reason"),
    *("parts", "max_completion_tokens", "cache marks", "cache", "cache steps", "context"),
)
"""What can be taken away; `effort`: tools are refused without `reasoning_effort: none`."""
_FORM = '{"bird": "heron", "wings": 2}'
_LONG = 4_000
"""Bytes of a request that is too long for a server that says so."""
_CUT = 300
"""Prompt tokens that a server without the feature `context` reads at most."""


def partial(*without: str, too_long: str = "") -> Lookalike:
    """A server without these features; a cache of either kind is there unless taken away.

    `too_long` is how it refuses long prompts, if it does.
    """
    assert set(without) <= set(FEATURES)
    lacking, read = set(without), set[str]()

    def answer(body: dict[str, Any]) -> bytes:
        refusal = _refusal(body, lacking)
        if too_long and len(json.dumps(body)) > _LONG:
            refusal = too_long
        if refusal:
            error = {"error": {"message": refusal, "type": "invalid_request_error"}}
            return whole(error, status=400)
        told = _completion(body, lacking, read)
        if not body.get("stream"):
            return whole(told)
        events = event_chunks(told)[:-1]
        return stream(*(_bare(events) if "stream usage" in lacking else events))

    return Lookalike(answer)


def _bare(events: Iterable[bytes]) -> list[bytes]:
    """A stream's events without the one that tells its tokens."""
    return [one for one in events if b'"usage": {' not in one and b'"usage":{' not in one]


def _refusal(body: Mapping[str, Any], lacking: set[str]) -> str:
    form = str((body.get("response_format") or {}).get("type"))
    marks = "prompt_cache_options" in body
    parts = any(isinstance(message["content"], list) for message in body["messages"])
    choice = isinstance(body.get("tool_choice"), Mapping)
    effort = body.get("reasoning_effort")
    said = {
        "json_schema": (form == "json_schema", "response_format json_schema is not supported"),
        "json_object": (form == "json_object", "response_format json_object is not supported"),
        "tools": ("tools" in body, "tools are not supported"),
        "allowed_tools": (choice, "tool_choice allowed_tools is not supported"),
        "reasoning_effort": (bool(effort), "Unrecognized argument: reasoning_effort"),
        "effort": ("tools" in body and effort != "none", "set reasoning_effort to 'none'"),
        "stream": (bool(body.get("stream")), "streaming is not supported"),
        "parts": (parts, "content must be a string"),
        "max_completion_tokens": (
            "max_completion_tokens" in body,
            "Unsupported parameter: max_completion_tokens",
        ),
        "cache marks": (marks, "Unsupported parameter: prompt_cache_options"),
    }
    return next((words for name, (sent, words) in said.items() if sent and name in lacking), "")


def _completion(body: Mapping[str, Any], lacking: set[str], read: set[str]) -> dict[str, Any]:
    tools = [("call_1", "note_number", '{"number": 7}')] if "tools" in body else []
    if "tool calls" in lacking:
        tools = []
    told = completion(None if tools else _words(body, lacking), tools=tools)
    told["usage"] = _usage(body, lacking, read)
    if "usage" in lacking:
        told.pop("usage")
    if "finish_reason" in lacking:
        told["choices"][0]["finish_reason"] = None
    return told


def _words(body: Mapping[str, Any], lacking: set[str]) -> str:
    asked = json.dumps(body)
    demanded = "response_format" in body and "schema" not in lacking
    return _FORM if demanded or "fits this JSON schema" in asked else "ready"


def _usage(body: Mapping[str, Any], lacking: set[str], read: set[str]) -> dict[str, Any]:
    prompt = json.dumps(body["messages"])
    tokens, marked = len(prompt) // 5, "prompt_cache_options" in body
    if "context" in lacking:
        tokens = min(tokens, _CUT)
    by_steps = "cache steps" not in lacking and not marked
    caches = "cache" not in lacking and tokens >= 1_024 and (marked or by_steps)
    cached = 1_024 if caches and prompt in read else 0
    written = 1_024 if caches and marked and not cached else 0
    read.add(prompt)
    details = {"cached_tokens": cached, "cache_write_tokens": written}
    return {
        "prompt_tokens": tokens,
        "completion_tokens": 5,
        "total_tokens": tokens + 5,
        "prompt_tokens_details": details,
    }


def write_models(
    folder: Path, url: str, *, endpoint: str = "", model: str = f"{PRICED}, {ABLE}"
) -> ModelsFile:
    """A project with one endpoint and one model in a tier."""
    (folder / "models.yaml").write_text(
        "default: tiers\n"
        "endpoints:\n"
        "  test:\n"
        f"    base_url: {url}\n"
        f"{endpoint}"
        "models:\n"
        f"  test/m: {{{model}}}\n"
        "tiers: {simple: [test/m]}\n"
    )
    return ModelsFile.of(Project.find(folder))
