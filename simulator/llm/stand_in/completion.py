"""The body of a chat completion, cut where the request says it must end.

Fields: https://platform.openai.com/docs/api-reference/chat/object
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from simulator.llm.stand_in.bill import TokenCounts
from simulator.llm.stand_in.request import ChatRequest
from simulator.llm.stand_in.tokens import count_tokens, cut_to_tokens
from simulator.llm.stand_in.tool_use import ToolCall

__all__ = ["Completion", "calling", "speaking"]

_CALL_TOKENS = 4
"""What frames each tool call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What the assistant answers: words, or tools to call."""

    text: str | None
    calls: Sequence[ToolCall] = ()
    finish_reason: str
    tokens: int

    def body(
        self,
        completion_id: str,
        request: ChatRequest,
        *,
        tokens: TokenCounts,
        fingerprint: str,
        service_tier: str,
    ) -> dict[str, Any]:
        """The completion as the API answers it; without usage where a stream asks for none."""
        message: dict[str, Any] = {"role": "assistant", "content": self.text, "refusal": None}
        if self.calls:
            message["tool_calls"] = [call.as_openai() for call in self.calls]
        choice = {
            "index": 0,
            "message": message,
            "logprobs": None,
            "finish_reason": self.finish_reason,
        }
        body = {
            "id": completion_id,
            "object": "chat.completion",
            "created": 0,
            "model": request.model,
            "choices": [choice],
            "service_tier": service_tier,
            "system_fingerprint": fingerprint,
        }
        return body | {"usage": _usage(tokens)} if request.wants_usage else body


def speaking(text: str, request: ChatRequest) -> Completion:
    """An answer in words, cut at a stop sequence or at the limit of tokens."""
    places = [text.find(stop) for stop in request.stops]
    end = min((place for place in places if place >= 0), default=len(text))
    whole = text[:end]
    tokens, limit = count_tokens(whole), request.output_limit
    if limit is None or tokens <= limit:
        return Completion(text=whole, finish_reason="stop", tokens=tokens)
    return Completion(text=cut_to_tokens(whole, limit), finish_reason="length", tokens=limit)


def calling(calls: Sequence[ToolCall], request: ChatRequest) -> Completion:
    """An answer that asks for tools; a limit of tokens cuts the arguments off."""
    left, kept = request.output_limit, []
    total = 0
    for call in calls:
        frame = _CALL_TOKENS + count_tokens(call.name)
        tokens = frame + count_tokens(call.arguments)
        if left is not None and tokens > left:
            cut = cut_to_tokens(call.arguments, max(0, left - frame))
            kept.append(replace(call, arguments=cut))
            return Completion(text=None, calls=kept, finish_reason="length", tokens=total + left)
        kept.append(call)
        total += tokens
        left = None if left is None else left - tokens
    return Completion(text=None, calls=kept, finish_reason="tool_calls", tokens=total)


def _usage(tokens: TokenCounts) -> dict[str, Any]:
    return {
        "prompt_tokens": tokens.prompt,
        "completion_tokens": tokens.completion,
        "total_tokens": tokens.prompt + tokens.completion,
        "prompt_tokens_details": {
            "cached_tokens": tokens.cached,
            "cache_write_tokens": tokens.cache_write,
            "audio_tokens": 0,
        },
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
