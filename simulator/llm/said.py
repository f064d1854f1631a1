"""An answer as it was committed: its words, the tools it wants, and how it is shown back."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from simulator.errors import SimulatorError, StreamTorn
from simulator.llm.call_context import CallContext
from simulator.llm.credentials import bare
from simulator.llm.prompt import Prompt

__all__ = ["Said", "ToolRequest", "as_message", "parsed", "said_in", "with_mistake"]

T = TypeVar("T")
_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRequest:
    """A tool the model wants called; `arguments` is JSON text as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer as it came, before anybody parses it."""

    text: str
    tools: tuple[ToolRequest, ...]
    fingerprint: str
    flaw: str
    """What makes it unusable as it is; empty: nothing."""


def said_in(context: CallContext) -> Said:
    """The answer as it was committed: the record, not the parser, is what everybody reads."""
    choice = json.loads(context.answer)
    message = choice["message"]
    asked = message.get("tool_calls") or ()
    tools = tuple(
        ToolRequest(id=own, name=call["function"]["name"], arguments=call["function"]["arguments"])
        for own, call in zip(_own_ids(asked), asked, strict=True)
    )
    return Said(
        text=message.get("content") or "",
        tools=tools,
        fingerprint=choice.get("system_fingerprint") or "",
        flaw=_flaw(message, choice["finish_reason"], context),
    )


def _own_ids(calls: Sequence[Mapping[str, Any]]) -> list[str]:
    """An id for each call: some servers give none, or several the same."""
    ids: list[str] = []
    for index, call in enumerate(calls):
        given = str(call.get("id") or f"call_{index}")
        ids.append(f"{given}_{index}" if given in ids else given)
    return ids


def _flaw(message: Mapping[str, Any], finish_reason: str, context: CallContext) -> str:
    if finish_reason == "length":
        return f"it was cut off at {context.max_output} tokens; say less"
    if message.get("refusal"):
        return f"it refused: {str(message['refusal'])[:_SHOWN]}"
    if finish_reason == "content_filter":
        return "the endpoint's content filter cut it off"
    return ""


def with_mistake(prompt: Prompt, answer: str, flaw: str) -> Prompt:
    """The prompt, followed by the unfit answer and what is wrong with it."""
    shown: Mapping[str, Any] = {"role": "assistant", "content": answer or "(nothing)"}
    correction = f"That answer cannot be used: {flaw}. Answer again, complete, in the same form."
    told: Mapping[str, Any] = {"role": "user", "content": correction}
    return replace(prompt, exchange=(*prompt.exchange, shown, told))


def as_message(said: Said) -> Mapping[str, Any]:
    """The message in which a model said it, to be shown back to the model."""
    message: dict[str, Any] = {"role": "assistant", "content": said.text}
    if said.tools:
        message["tool_calls"] = [
            {
                "id": tool.id,
                "type": "function",
                "function": {"name": tool.name, "arguments": tool.arguments},
            }
            for tool in said.tools
        ]
    return message


async def parsed(answer: Awaitable[T], context: CallContext) -> T | None:
    """The answer; None where a parser stumbles over one that is committed already."""
    try:
        return await answer
    except SimulatorError as error:
        raise bare(error) from error.__cause__
    except UnicodeDecodeError as error:
        if context.answer:
            return None
        raise StreamTorn(f"{context.spec.name}: the stream broke off: it is not UTF-8") from error
    except Exception:
        if not context.answer:
            raise
        return None
