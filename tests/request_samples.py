"""Requests as we send them, and whether the API would refuse one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from simulator.conversation.reply import reply_schema
from simulator.llm.stand_in.request import Refusal, read_request
from simulator.llm.stand_in.rules.request_rules import RequestRules

__all__ = ["ASKED", "CALL", "GOOD", "QUERY", "TOLD", "TOOL", "USER", "refused"]

USER = {"role": "user", "content": "Hi."}
QUERY: dict[str, Any] = {
    "type": "object",
    "properties": {"query": {"type": "string"}},
    "required": ["query"],
    "additionalProperties": False,
}
CALL = {"id": "t1", "type": "function", "function": {"name": "search", "arguments": "{}"}}
ASKED = {"role": "assistant", "content": "", "tool_calls": [CALL]}
TOLD = {"role": "tool", "tool_call_id": "t1", "content": "Ward 4."}
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "search", "description": "Look.", "parameters": QUERY, "strict": True},
}
GOOD: dict[str, Any] = {
    "model": "gpt-4.1-mini",
    "messages": [
        {"role": "system", "content": "Be yourself."},
        {"role": "user", "content": [{"type": "text", "text": "Well?"}]},
        ASKED,
        TOLD,
    ],
    "tools": [TOOL],
    "tool_choice": {
        "type": "allowed_tools",
        "allowed_tools": {
            "mode": "auto",
            "tools": [{"type": "function", "function": {"name": "search"}}],
        },
    },
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "reply", "strict": True, "schema": dict(reply_schema().schema)},
    },
    "max_completion_tokens": 300,
    "stream": True,
    "stream_options": {"include_usage": True},
}


def refused(body: Mapping[str, Any]) -> Refusal | None:
    """Why a request is refused; None where it is not."""
    request = read_request(json.dumps(body).encode())
    return request if isinstance(request, Refusal) else RequestRules().broken_by(request)
