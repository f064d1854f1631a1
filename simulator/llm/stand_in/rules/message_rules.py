"""What messages may say, and in which order: calls of tools are answered at once, each of them.

Fields: https://platform.openai.com/docs/api-reference/chat/create (messages). The words and the
`param` of refusals: https://github.com/sdcb/chats/pull/132,
https://github.com/run-llama/llama_index/issues/10493. One role for instructions: the reasoning
guide of https://learn.microsoft.com/azure/ai-services/openai/how-to/reasoning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from simulator.llm.stand_in.request import Message, Refusal

__all__ = ["message_flaws"]

_TEXT = frozenset({"text"})
_PARTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "user": frozenset({"text", "image_url", "input_audio", "file"}),
        "assistant": frozenset({"text", "refusal"}),
    }
)
"""Kinds of content parts by role; others know text only."""


def message_flaws(messages: tuple[Message, ...], *, reasoning: bool) -> Iterator[Refusal]:
    """What is wrong with a conversation; a model that reasons knows one role for instructions."""
    waiting: dict[str, None] = {}
    asked: frozenset[str] = frozenset()
    for place, message in enumerate(messages):
        if message.role == "tool":
            yield from _answer_flaws(message, place, asked)
            waiting.pop(message.tool_call_id or "", None)
        else:
            yield from _unanswered(waiting, place)
            waiting = dict.fromkeys(str(call["id"]) for call in message.tool_calls or ())
            asked = frozenset(waiting)
        yield from _content_flaws(message, place)
        yield from _call_flaws(message, place)
    yield from _unanswered(waiting, len(messages))
    if reasoning and {"system", "developer"} <= {message.role for message in messages}:
        text = "Invalid parameter: use either 'system' or 'developer' messages, not both."
        yield Refusal(status=400, message=text, param="messages")


def _unanswered(waiting: Mapping[str, None], place: int) -> Iterator[Refusal]:
    if waiting:
        text = (
            "An assistant message with 'tool_calls' must be followed by tool messages responding "
            "to each 'tool_call_id'. The following tool_call_ids did not have response messages: "
            f"{', '.join(waiting)}"
        )
        yield Refusal(status=400, message=text, param=f"messages.[{place}].role")


def _answer_flaws(message: Message, place: int, asked: frozenset[str]) -> Iterator[Refusal]:
    if not asked:
        text = (
            "Invalid parameter: messages with role 'tool' must be a response to a preceeding "
            "message with 'tool_calls'."
        )
        yield Refusal(status=400, message=text, param=f"messages.[{place}].role")
    param = f"messages.[{place}].tool_call_id"
    if message.tool_call_id is None:
        text = (
            "Missing parameter 'tool_call_id': messages with role 'tool' must have a "
            "'tool_call_id'."
        )
        yield Refusal(status=400, message=text, param=param)
    elif message.tool_call_id not in asked:
        text = (
            f"Invalid parameter: 'tool_call_id' of '{message.tool_call_id}' not found in "
            "'tool_calls' of previous message."
        )
        yield Refusal(status=400, message=text, param=param)


def _content_flaws(message: Message, place: int) -> Iterator[Refusal]:
    content = message.content
    if content is None:
        instead = message.tool_calls or message.refusal or message.function_call or message.audio
        if message.role != "assistant" or not instead:
            text = "Invalid value for 'content': expected a string, got null."
            yield Refusal(status=400, message=text, param=f"messages.[{place}].content")
        return
    if isinstance(content, str):
        return
    known = _PARTS.get(message.role, _TEXT)
    for number, part in enumerate(content):
        kind = part["type"]
        if kind in known and kind in part:
            continue
        param = f"messages[{place}].content[{number}].type"
        listed = ", ".join(f"'{one}'" for one in sorted(known))
        text = f"Invalid value: '{kind}'. Supported values are: {listed}."
        code = "invalid_value"
        if kind in known:
            param = f"messages[{place}].content[{number}].{kind}"
            text, code = f"Missing required parameter: '{param}'.", "missing_required_parameter"
        yield Refusal(status=400, message=text, code=code, param=param)


def _call_flaws(message: Message, place: int) -> Iterator[Refusal]:
    at = f"messages[{place}]"
    for name in ("tool_calls", "function_call", "audio", "refusal"):
        if message.role != "assistant" and getattr(message, name) is not None:
            yield _unknown(f"{at}.{name}")
    if message.role != "tool" and message.tool_call_id is not None:
        yield _unknown(f"{at}.tool_call_id")
    for number, call in enumerate(message.tool_calls or ()):
        if call["type"] not in call:
            param = f"{at}.tool_calls[{number}].{call['type']}"
            text = f"Missing required parameter: '{param}'."
            code = "missing_required_parameter"
            yield Refusal(status=400, message=text, code=code, param=param)


def _unknown(param: str) -> Refusal:
    text = f"Unknown parameter: '{param}'."
    return Refusal(status=400, message=text, code="unknown_parameter", param=param)
