"""Which feature of a request a server seems not to have, and the setting that does without it.

Many servers answer chat completions almost as OpenAI does. Where one refuses a request, its
words and the request itself tell what it did not take; a feature that was not asked for is
never named. The words are those of llama.cpp, Ollama, LM Studio, vLLM, DeepSeek, Groq and Mistral:
https://github.com/llm-exe/llm-exe/issues/662, https://github.com/dzhng/deep-research/issues/22,
https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/169,
https://github.com/ggml-org/llama.cpp/issues/10920, https://github.com/ollama/ollama/issues/14795,
https://github.com/vllm-project/vllm/issues/6631, https://github.com/voideditor/void/issues/128,
https://github.com/zed-industries/zed/issues/57122, https://github.com/vercel/ai/issues/7808,
https://github.com/lastmile-ai/mcp-agent/issues/25.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from simulator.definitions.model_catalog import ModelSpec

__all__ = ["ignored_schema", "missing_feature", "wrong_place"]

_Body = Mapping[str, Any]


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


_NO = (
    r"(not (currently |yet |fully )?(supported|permitted|allowed|available|implemented)"
    r"|(does|do|is)( not|n't) (support|allow|accept)|unsupported|unknown|unrecogni[sz]ed"
    r"|unexpected|extra_forbidden|extra inputs|unavailable|requires|cannot|invalid"
    r"|must be|not one of|property)"
)
"""How servers say that they do not take something."""


def _near(what: str) -> re.Pattern[str]:
    """What is refused, in either order."""
    return _words(f"{what}.*{_NO}|{_NO}.*{what}")


@dataclass(frozen=True, slots=True)
class _Feature:
    name: str
    used: Callable[[_Body], bool]
    refused: re.Pattern[str]
    mend: str


_THIS_MODEL = "give the model {model!r} in models.yaml a `supports` without `{support}`"
_ENDPOINT = "set `{setting}` for the endpoint {endpoint!r} in models.yaml"


def _at_endpoint(setting: str) -> str:
    return _ENDPOINT.replace("{setting}", setting)


def _at_model(support: str) -> str:
    return _THIS_MODEL.replace("{support}", support)


def _format(body: _Body) -> str:
    demanded = body.get("response_format")
    return str(demanded.get("type")) if isinstance(demanded, Mapping) else ""


def _allows_some(body: _Body) -> bool:
    return isinstance(body.get("tool_choice"), Mapping)


def _has_parts(body: _Body) -> bool:
    return any(isinstance(message.get("content"), list) for message in body["messages"])


def _has_developer(body: _Body) -> bool:
    return any(message.get("role") == "developer" for message in body["messages"])


def _sends(field: str) -> Callable[[_Body], bool]:
    return lambda body: bool(body.get(field))


_SCHEMA_WORDS = r"(response.?format|json.?schema|structured.?output|guided)"
_FEATURES = (
    _Feature(
        "an answer by JSON schema with this model",
        lambda body: _format(body) == "json_schema",
        _words(rf"{_SCHEMA_WORDS}.*(with|by|for) this model|this model does not.*{_SCHEMA_WORDS}"),
        _at_model("json_schema"),
    ),
    _Feature(
        "an answer by JSON schema",
        lambda body: _format(body) == "json_schema",
        _near(_SCHEMA_WORDS),
        _at_endpoint("schema: json_object"),
    ),
    _Feature(
        "an answer as any JSON object",
        lambda body: _format(body) == "json_object",
        _words(r"response.?format.*must be .?json_schema"),
        _at_endpoint("schema: json_schema"),
    ),
    _Feature(
        "an answer as any JSON object",
        lambda body: _format(body) == "json_object",
        _near(r"(response.?format|json_object|json.?mode)"),
        _at_endpoint("schema: none"),
    ),
    _Feature(
        "a choice of allowed tools",
        _allows_some,
        _near(r"(tool_choice|allowed_tools|tool choice)(?!.*enable-auto)"),
        _at_model("allowed_tools"),
    ),
    _Feature(
        "a reasoning effort",
        _sends("reasoning_effort"),
        _near(r"reasoning_effort"),
        "leave out `effort_with_tools` of the model {model!r} in models.yaml",
    ),
    _Feature(
        "tools",
        _sends("tools"),
        _near(r"(\btools?\b|tool.?call|tool.?choice|function.?call)"),
        _at_model("tools"),
    ),
    _Feature(
        "options of a stream",
        _sends("stream_options"),
        _near(r"(stream_options|include_usage)"),
        _at_endpoint("streams: false"),
    ),
    _Feature(
        "streams",
        _sends("stream"),
        _words(
            rf"\bstream(ing|ed|s)?\b(?! options).{{0,60}}{_NO}|{_NO}.{{0,30}}\bstream(ing|ed|s)?\b"
        ),
        _at_endpoint("streams: false"),
    ),
    _Feature(
        "a key for the prompt cache",
        _sends("prompt_cache_key"),
        _near(r"prompt_cache_key"),
        _at_endpoint("cache_key: false"),
    ),
    _Feature(
        "marks for the prompt cache",
        _sends("prompt_cache_options"),
        _near(r"prompt_cache_\w+"),
        "set `cache: automatic` for the model {model!r} in models.yaml",
    ),
    _Feature(
        "max_completion_tokens",
        _sends("max_completion_tokens"),
        _near(r"max_completion_tokens(?! is too large)"),
        _at_endpoint("output_limit: max_tokens"),
    ),
    _Feature(
        "max_tokens",
        _sends("max_tokens"),
        _words(r"max_tokens.*max_completion_tokens"),
        _at_endpoint("output_limit: max_completion_tokens"),
    ),
    _Feature(
        "content in parts",
        _has_parts,
        _words(
            r"content.*(valid string|must be (a )?string|expected (a )?string|only.*string)"
            r"|(valid string|sequence, expected a string|string_type).*|str instance, list found"
            r"|concatenate str"
        ),
        _at_endpoint("content: text"),
    ),
    _Feature(
        "two messages of a user in a row",
        _has_parts,
        _words(r"roles? must alternate|alternate (user|roles)"),
        _at_endpoint("content: text"),
    ),
    _Feature(
        "the role `developer`",
        _has_developer,
        _near(r"(\brole\b|developer)"),
        "serve the model under a name that does not begin like OpenAI's o-series",
    ),
)
_OWN_FAULT = _words(r"invalid schema for|in context=\(|role 'tool'|tool_call_id|invalid '\w+\[")
"""OpenAI's words for what is there, but not as it must be: it does know schemas and tools."""
_MOST_READ = 2_000
"""Characters; what comes after them is the request, which some servers repeat."""


def ignored_schema(answer: str, spec: ModelSpec) -> str:
    """A sentence for an answer that is no JSON though a schema was sent; empty for any other."""
    asked = spec.endpoint.schema_support == "json_schema" and "json_schema" in spec.supports
    if not asked or not answer or answer.lstrip().startswith("{"):
        return ""
    mend = _at_endpoint("schema: json_object").format(endpoint=spec.endpoint_id)
    return f"The server seems to ignore JSON schemas: {mend}"


def missing_feature(said: str, *, content: bytes, spec: ModelSpec) -> str:
    """A sentence that names what the server has not and what mends it; empty where that is unclear.

    `said` is the server's refusal, `content` the request's body.
    """
    try:
        body = json.loads(content)
    except ValueError:
        return ""
    said = said[:_MOST_READ]
    if _OWN_FAULT.search(said) or not isinstance(body, dict) or "messages" not in body:
        return ""
    for feature in _FEATURES:
        if feature.used(body) and feature.refused.search(said):
            mend = feature.mend.format(endpoint=spec.endpoint_id, model=spec.name)
            return f"The server seems not to know {feature.name}: {mend}."
    return ""


def wrong_place(response: httpx2.Response, url: httpx2.URL) -> str:
    """A sentence for a refusal that says the address is wrong; empty for any other."""
    if response.is_redirect:
        there = response.headers.get("location", "another place")
        return f"{url} leads to {there}: put the address that answers into base_url."
    foreign = "json" not in response.headers.get("content-type", "")
    if response.status_code == 405 or (response.status_code == 404 and foreign):
        return f"Nothing answers questions at {url}: a base_url usually ends with /v1."
    return ""
