"""Whether OpenAI's API would let a request pass: the first published rule it breaks.

Types, names and ranges of single fields are `request`'s; here is what several fields, several
messages or a model's name decide. Sources stand in each module; all begin with
https://github.com/openai/openai-openapi (`CreateChatCompletionRequest`) and the SDK's
`openai/types/chat/completion_create_params.py`. JSON mode wants its name in the prompt:
https://github.com/mem0ai/mem0/issues/3008.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from simulator.llm.stand_in.request import ChatRequest, Refusal
from simulator.llm.stand_in.rules.message_rules import message_flaws
from simulator.llm.stand_in.rules.model_rules import ModelRules, model_flaws, rules_of
from simulator.llm.stand_in.rules.tool_rules import choice_flaws, format_flaws, tool_flaws

__all__ = ["RequestRules"]

_MOST_KNOWN = 500
"""Tools and schemas remembered; the requests of a run send the same ones all the time."""


class RequestRules:
    """The rules, and what was already read by them: tools and schemas are checked once."""

    def __init__(self) -> None:
        self._known: dict[str, Refusal | None] = {}
        self._models: dict[str, ModelRules | None] = {}

    def broken_by(self, request: ChatRequest) -> Refusal | None:
        """The refusal the API would answer with; None where it would not refuse."""
        return next(self._flaws(request), None)

    def _flaws(self, request: ChatRequest) -> Iterator[Refusal]:
        tools, demanded, rules = request.tools, request.response_format, self._rules(request)
        yield from _field_flaws(request)
        if tools is not None:
            yield from self._once("tools", tools, lambda: tool_flaws(tools))
        if demanded is not None and demanded.json_schema is not None:
            key = (demanded.json_schema.strict, demanded.json_schema.definition)
            yield from self._once(demanded.json_schema.name, key, lambda: format_flaws(demanded))
        elif demanded is not None:
            yield from format_flaws(demanded)
        yield from choice_flaws(request)
        reasoning = rules is not None and bool(rules.efforts)
        yield from message_flaws(request.messages, reasoning=reasoning)
        if rules is not None:
            yield from model_flaws(request, rules)

    def _rules(self, request: ChatRequest) -> ModelRules | None:
        if request.model not in self._models:
            if len(self._models) >= _MOST_KNOWN:
                self._models.clear()
            self._models[request.model] = rules_of(request.model)
        return self._models[request.model]

    def _once(
        self, kind: str, value: object, flaws: Callable[[], Iterator[Refusal]]
    ) -> Iterator[Refusal]:
        key = f"{kind}\x1f{json.dumps(value)}"
        if key not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = next(flaws(), None)
        known = self._known[key]
        if known is not None:
            yield known


def _field_flaws(request: ChatRequest) -> Iterator[Refusal]:
    if request.stream_options is not None and not request.stream:
        text = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        yield Refusal(status=400, message=text, param="stream_options")
    if request.max_tokens is not None and request.max_completion_tokens is not None:
        text = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
        code = "invalid_parameter_combination"
        yield Refusal(status=400, message=text, code=code, param="max_tokens")
    if request.top_logprobs is not None and not request.logprobs:
        text = "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled."
        yield Refusal(status=400, message=text, param="top_logprobs")
    if request.wants_json and not _speaks_of_json(request):
        text = (
            "'messages' must contain the word 'json' in some form, to use 'response_format' of "
            "type 'json_object'."
        )
        yield Refusal(status=400, message=text, param="messages")


def _speaks_of_json(request: ChatRequest) -> bool:
    return any("json" in message.text.lower() for message in reversed(request.messages))
