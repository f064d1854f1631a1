"""A prompt as people read it: its parts with their sizes, then every word of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulator.display.label import label
from simulator.display.money import count
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.display.visible import flat, visible
from simulator.llm.prompt import Prompt, estimate_tokens
from simulator.record.events import RunStarted
from simulator.runs.preview import Preview
from simulator.runs.reread import Reread

__all__ = ["print_prompt", "print_reread", "reread_object"]

_SIZES = (Column("section"), Column("tokens (estimated)", right=True))


def print_prompt(out: Terminal, shown: Preview, *, title: str) -> None:
    """Who would be asked, the model and why, the size of each part, then the request's texts."""
    way = shown.route
    out.say(flat(f"{shown.member.name} in {title}, if turn {shown.turn} were theirs"), "bold")
    out.say(f"{way.tier} tier · {way.spec.name} · score {way.score:.2f}: {', '.join(way.reasons)}")
    for figures in way.figures:
        out.say(figures)
    layout = shown.prompt.layout(way.spec)
    out.say(f"{layout.layout} · {layout.reason}")
    _print_texts(out, shown.prompt, shown.body)


def print_reread(out: Terminal, asked: Sequence[Reread], started: RunStarted) -> None:
    """The questions of a turn one after the other, as `print_prompt` shows one."""
    out.say(flat(label(started)), "bold")
    for number, shown in enumerate(asked, start=1):
        call, of = shown.call, f", {number} of {len(asked)}" if len(asked) > 1 else ""
        out.say()
        out.say(flat(f"{shown.member.name}, turn {call.turn}{of}"), "bold")
        out.say(f"{call.purpose} by {call.model} · {', '.join(call.reasons) or 'no reason'}")
        out.say(_agreement(shown), "" if shown.matches else "bold red")
        _print_texts(out, shown.prompt, shown.body)


def _agreement(shown: Reread) -> str:
    told = f"prompt hash {shown.prompt.hash}"
    if shown.matches:
        return f"{told}, as recorded: word for word what was read"
    return (
        f"{told}, recorded was {shown.call.prompt_hash}: this is NOT word for word what was read. "
        "Tools, knowledge files, models.yaml or the simulator have changed since, or lines were "
        "left out to save money."
    )


def reread_object(shown: Reread) -> dict[str, Any]:
    """A question of a turn as plain data, with the request's body."""
    call = shown.call
    return {
        "run": call.run,
        "turn": call.turn,
        "persona": call.persona,
        "purpose": call.purpose,
        "call": call.id,
        "request_model": call.model,
        "prompt_hash": call.prompt_hash,
        "matches": shown.matches,
        "body": shown.body,
    }


def _print_texts(out: Terminal, prompt: Prompt, request: Mapping[str, Any]) -> None:
    out.say()
    sections = prompt.sections()
    sizes = [(part.name, count(estimate_tokens(part.text))) for part in sections]
    total = ("in all", count(prompt.estimated_tokens()))
    print_table(out, _SIZES, [*sizes, total], total=True)
    for heading, text in _parts(request):
        out.say()
        out.say(f"--- {heading}", "bold")
        for line in visible(text).split("\n"):
            out.say(line)


def _parts(request: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The request field by field: messages as text, everything else as JSON."""
    body = dict(request)
    for message in body.pop("messages"):
        yield message["role"], _content(message["content"])
        if message.get("tool_calls"):
            yield "tool calls", _json(message["tool_calls"])
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
