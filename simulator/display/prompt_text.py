"""A prompt as people read it: its parts with their sizes, then every word of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from simulator.display.money import count
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.display.visible import flat, visible
from simulator.llm.prompt import estimate_tokens
from simulator.runs.preview import Preview

__all__ = ["print_prompt"]

_SIZES = (Column("section"), Column("tokens (estimated)", right=True))


def print_prompt(out: Terminal, shown: Preview, *, title: str) -> None:
    """Who would be asked, the model and why, the size of each part, then the request's texts."""
    way = shown.route
    out.say(flat(f"{shown.member.name} in {title}, if turn {shown.turn} were theirs"), "bold")
    out.say(f"{way.tier} tier · {way.spec.name} · score {way.score:.2f}: {', '.join(way.reasons)}")
    out.say()
    sections = shown.prompt.sections()
    sizes = [(part.name, count(estimate_tokens(part.text))) for part in sections]
    total = ("in all", count(shown.prompt.estimated_tokens()))
    print_table(out, _SIZES, [*sizes, total], total=True)
    for heading, text in _parts(shown):
        out.say()
        out.say(f"--- {heading}", "bold")
        for line in visible(text).split("\n"):
            out.say(line)


def _parts(shown: Preview) -> Iterator[tuple[str, str]]:
    """The request field by field: messages as text, everything else as JSON."""
    body = dict(shown.body)
    for message in body.pop("messages"):
        yield message["role"], _content(message["content"])
    tools = body.pop("tools", None)
    if tools:
        yield "tools", _json(tools)
    form = body.pop("response_format", None)
    if form:
        yield "reply schema", _json(form)
    yield "other fields", _json(body)


def _content(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(str(part.get("text", "")) for part in content)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
