"""What a model of OpenAI's refuses that others take, told from its name.

A name that is not OpenAI's has no rules. Sources: the SDK's `completion_create_params`;
https://platform.openai.com/docs/guides/reasoning (efforts, sampling, stop);
https://platform.openai.com/docs/guides/structured-outputs (models that know them);
https://github.com/BerriAI/litellm/pull/34569 and
https://github.com/openai/openai-openapi/issues/541 (tools beside an effort);
https://github.com/umputun/tg-spam/issues/304 (an effort where nothing is reasoned).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from simulator.llm.stand_in.request import ChatRequest, Refusal

__all__ = ["ModelRules", "model_flaws", "rules_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRules:
    """What the members of a family have in common."""

    efforts: tuple[str, ...] = ()
    """Values of `reasoning_effort`; none: it does not reason."""
    tools: Literal["any effort", "no effort", "effort none"] = "any effort"
    """What tools ask of `reasoning_effort`: nothing; none, or not given; given as none."""
    parallel_tools: bool = True
    cache_options: bool = False
    """Whether prompts may be kept at marked breakpoints."""
    formats: frozenset[str] = frozenset({"text", "json_object", "json_schema"})


_LOW = ("low", "medium", "high")
_FAMILIES: tuple[tuple[re.Pattern[str], ModelRules], ...] = (
    (re.compile(r"gpt-5(\.\d+)?-chat"), ModelRules()),
    (re.compile(r"o\d(-|$)"), ModelRules(efforts=_LOW, parallel_tools=False)),
    (re.compile(r"gpt-5(-|$)"), ModelRules(efforts=("minimal", *_LOW))),
    (re.compile(r"gpt-5\.1(-|$)"), ModelRules(efforts=("none", *_LOW))),
    (
        re.compile(r"gpt-5\.[2-5](-|$)"),
        ModelRules(efforts=("none", *_LOW, "xhigh"), tools="no effort"),
    ),
    (
        re.compile(r"gpt-6\.1-sol(-|$)"),
        ModelRules(efforts=(*_LOW, "xhigh", "max"), tools="effort none", cache_options=True),
    ),
    (
        re.compile(r"gpt-(5\.[6-9]|[6-9](\.\d+)?)(-|$)"),
        ModelRules(
            efforts=("none", *_LOW, "xhigh", "max"), tools="effort none", cache_options=True
        ),
    ),
    (re.compile(r"(chatgpt-)?gpt-4(o|\.)"), ModelRules()),
    (
        re.compile(r"gpt-(4-turbo|4-1106|4-0125|3\.5)"),
        ModelRules(formats=frozenset({"text", "json_object"})),
    ),
    (re.compile(r"gpt-4(-|$)"), ModelRules(formats=frozenset({"text"}))),
)
_ONLY_SAMPLED: Mapping[str, tuple[object, ...]] = {
    "top_p": (None, 1),
    "presence_penalty": (None, 0),
    "frequency_penalty": (None, 0),
    "logprobs": (None, False),
    "top_logprobs": (None,),
    "logit_bias": (None,),
    "stop": (None,),
}
"""What a model that reasons does not take, with the values that say nothing."""


def rules_of(model: str) -> ModelRules | None:
    """The rules for a model's name; None where it is none of OpenAI's."""
    return next((rules for name, rules in _FAMILIES if name.match(model)), None)


def model_flaws(request: ChatRequest, rules: ModelRules) -> Iterator[Refusal]:
    """What the model does not take of a request."""
    if rules.efforts:
        yield from _reasoning_flaws(request)
    yield from _effort_flaws(request, rules)
    yield from _cache_flaws(request, rules)
    demanded = request.response_format
    if demanded is not None and demanded.type not in rules.formats:
        message = (
            f"Invalid parameter: 'response_format' of type '{demanded.type}' is not supported "
            "with this model."
        )
        yield Refusal(status=400, message=message, param="response_format")
    if request.parallel_tool_calls is not None and not rules.parallel_tools:
        yield _unsupported("parallel_tool_calls")


def _reasoning_flaws(request: ChatRequest) -> Iterator[Refusal]:
    if request.max_tokens is not None:
        yield _unsupported("max_tokens", " Use 'max_completion_tokens' instead.")
    if request.temperature not in {None, 1}:
        message = (
            f"Unsupported value: 'temperature' does not support {request.temperature:g} with "
            "this model. Only the default (1) value is supported."
        )
        yield Refusal(status=400, message=message, code="unsupported_value", param="temperature")
    for name, silent in _ONLY_SAMPLED.items():
        if getattr(request, name) not in silent:
            yield _unsupported(name)


def _effort_flaws(request: ChatRequest, rules: ModelRules) -> Iterator[Refusal]:
    effort = request.reasoning_effort
    if effort is not None and not rules.efforts:
        message = "Unrecognized request argument supplied: reasoning_effort"
        yield Refusal(status=400, message=message)
    elif effort is not None and effort not in rules.efforts:
        *most, last = (f"'{value}'" for value in rules.efforts)
        message = (
            f"Unsupported value: 'reasoning_effort' does not support '{effort}' with this model. "
            f"Supported values are: {', '.join(most)}, and {last}."
        )
        param = "reasoning_effort"
        yield Refusal(status=400, message=message, code="unsupported_value", param=param)
    fit = {"any effort": True, "no effort": effort in {None, "none"}}
    if request.tools and not fit.get(rules.tools, effort == "none"):
        message = (
            f"Function tools with reasoning_effort are not supported for {request.model} in "
            "/v1/chat/completions. To use function tools, use /v1/responses or set "
            "reasoning_effort to 'none'."
        )
        yield Refusal(status=400, message=message, param="reasoning_effort")


def _cache_flaws(request: ChatRequest, rules: ModelRules) -> Iterator[Refusal]:
    if rules.cache_options:
        return
    if request.prompt_cache_options is not None:
        yield _unsupported("prompt_cache_options")
    for place, message in enumerate(request.messages):
        if not isinstance(message.content, tuple):
            continue
        for number, part in enumerate(message.content):
            if part.get("prompt_cache_breakpoint") is not None:
                yield _unsupported(f"messages[{place}].content[{number}].prompt_cache_breakpoint")


def _unsupported(param: str, instead: str = "") -> Refusal:
    message = f"Unsupported parameter: '{param}' is not supported with this model.{instead}"
    return Refusal(status=400, message=message, code="unsupported_parameter", param=param)
