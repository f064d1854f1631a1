"""How a prompt goes over the wire of one model: messages, marks for its cache, tools, the form.

What is neutral in `simulator.llm.prompt` becomes the body of a request here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from simulator.definitions.model_catalog import ModelSpec
from simulator.llm.layout import without_discount
from simulator.llm.prompt import Prompt, ReplySchema

__all__ = ["Marks", "arranged", "cache_key", "marks_of", "schema_mode", "wire"]

_TRANSCRIPT_OPENING = "The conversation so far:"
_O_SERIES = re.compile(r"^o\d")
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
_WRITTEN_BREAKPOINTS = 4
"""Of many breakpoints a request marks, providers write the last four."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Where a request has breakpoints, beside the one after what all read first: four in all."""

    card: bool = False
    lines: frozenset[int] = frozenset()
    """After how many lines of the transcript."""
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wiring:
    parts: bool
    marks: Marks | None
    """None: nothing is marked."""
    system_role: str
    schema_mode: str
    halves: tuple[str, str]
    """What only the speaker reads, before the transcript and after it."""
    lines: tuple[str, ...] = field(default=())


def cache_key(run: str) -> str:
    """The `prompt_cache_key` of a run: the same in all its requests, and nobody's name.

    In small letters only, so that the requests of all runs have the same bulk.
    """
    return hashlib.blake2b(run.encode(), digest_size=8).hexdigest().translate(_LETTERS)


def arranged(prompt: Prompt, spec: ModelSpec) -> Prompt:
    """The prompt with those tools only that are sent to a model.

    None to one that knows no tools. Where there is no cache to share, none that belong to others;
    those the speaker has called in this turn stay, for their results stand in the prompt.
    """
    if prompt.tools and "tools" not in spec.supports:
        return replace(prompt, tools=())
    layout = prompt.layout(spec).layout
    if not prompt.tools or layout == "shared_first" or not without_discount(spec):
        return prompt
    called = {call["function"]["name"] for one in prompt.exchange for call in _calls(one)}
    own = called | set(prompt.allowed_tools)
    return replace(prompt, tools=tuple(tool for tool in prompt.tools if tool.name in own))


def _calls(message: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return message.get("tool_calls") or ()


def marks_of(prompt: Prompt, spec: ModelSpec, *, known_lines: int | None) -> Marks | None:
    """Where a model's request is marked, so that the next one finds the longest prefix.

    What is new by now is marked at its end. `known_lines` is where an earlier request was marked,
    or the next one would have to look for it among the last lines: None. None for a model that
    needs no marks.
    """
    if spec.cache != "breakpoints" or spec.endpoint.content != "parts":
        return None
    lines, card = len(prompt.transcript), bool(prompt.halves(spec)[0])
    private = bool(prompt.exchange and prompt.allowed_tools)
    room = _WRITTEN_BREAKPOINTS - 1 - card - private
    known = [known_lines] if known_lines else []
    wanted = [line for line in dict.fromkeys((lines, *known, lines - 1, lines - 2)) if line > 0]
    return Marks(card=card, lines=frozenset(wanted[:room]), private=private)


def wire(
    prompt: Prompt,
    spec: ModelSpec,
    *,
    max_output: int,
    cue: str = "",
    cache_key: str = "",
    known_lines: int | None = None,
) -> dict[str, Any]:
    """The request body's fields for one model: messages, tools, response format, limits.

    `cue` is the machine-readable line for a stand-in; it goes to no other endpoint. Neither does
    `cache_key`, the run's, to one whose entry in models.yaml does not say so. `known_lines` as
    for `marks_of`.
    """
    mode = schema_mode(spec)
    wiring = _Wiring(
        parts=spec.endpoint.content == "parts",
        marks=marks_of(prompt, spec, known_lines=known_lines),
        system_role="developer" if _O_SERIES.match(spec.model) else "system",
        schema_mode=mode,
        halves=prompt.halves(spec),
        lines=(cue,) if cue else (),
    )
    body: dict[str, Any] = {"messages": _messages(prompt, wiring)}
    body[spec.endpoint.output_limit] = max_output
    if prompt.tools and "tools" in spec.supports:
        body["tools"] = [tool.as_openai() for tool in prompt.tools]
        if spec.effort_with_tools is not None:
            body["reasoning_effort"] = spec.effort_with_tools
        if "allowed_tools" in spec.supports or not prompt.allowed_tools:
            body["tool_choice"] = _allowed(prompt.allowed_tools)
    if prompt.schema is not None:
        body |= _response_format(prompt.schema, mode)
    if wiring.marks is not None:
        body["prompt_cache_options"] = {"mode": "explicit"}
    if cache_key and spec.endpoint.cache_key:
        body["prompt_cache_key"] = cache_key
    return body


def schema_mode(spec: ModelSpec) -> Literal["json_schema", "json_object", "none"]:
    """How an answer's form is demanded of a model: by what its endpoint and itself can do."""
    supported = spec.endpoint.schema_support
    if supported == "json_schema" and "json_schema" not in spec.supports:
        return "none"
    return supported


def _allowed(names: tuple[str, ...]) -> Any:
    if not names:
        return "none"
    tools = [{"type": "function", "function": {"name": name}} for name in names]
    return {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": tools}}


def _response_format(schema: ReplySchema, mode: str) -> dict[str, Any]:
    if mode == "json_schema":
        strict = {"name": schema.name, "strict": True, "schema": dict(schema.schema)}
        return {"response_format": {"type": "json_schema", "json_schema": strict}}
    return {"response_format": {"type": "json_object"}} if mode == "json_object" else {}


def _messages(prompt: Prompt, wiring: _Wiring) -> list[dict[str, Any]]:
    system: Any = prompt.system_text
    before, after = wiring.halves
    if wiring.marks is not None and not prompt.people:
        system = [_part(system, marked=True)]
    messages: list[dict[str, Any]] = [{"role": wiring.system_role, "content": system}]
    private = [after, *_schema_in_words(prompt, wiring), *wiring.lines]
    if wiring.parts:
        messages.extend(_transcript(prompt, wiring))
    else:
        opening = (_TRANSCRIPT_OPENING,) if prompt.transcript else ()
        said = "\n".join((*opening, *prompt.transcript))
        private = [prompt.people_text, before, said, *private]
    last: Any = "\n\n".join(part for part in private if part)
    if wiring.marks is not None and wiring.marks.private:
        last = [_part(last, marked=True)]
    messages.append({"role": "user", "content": last})
    messages.extend(dict(message) for message in prompt.exchange)
    return messages


def _transcript(prompt: Prompt, wiring: _Wiring) -> list[dict[str, Any]]:
    """The message with people, card and lines, where there are any."""
    marks, (before, _), lines = wiring.marks or Marks(), wiring.halves, prompt.transcript
    marked = wiring.marks is not None
    parts = [_part(prompt.people_text, marked=marked)] if prompt.people else []
    if before:
        parts.append(_part(before, marked=marks.card))
    if lines:
        parts.append(_part(_TRANSCRIPT_OPENING, marked=False))
    parts += [_part(text, marked=i in marks.lines) for i, text in enumerate(lines, start=1)]
    return [{"role": "user", "content": parts}] if parts else []


def _part(text: str, *, marked: bool) -> dict[str, Any]:
    part: dict[str, Any] = {"type": "text", "text": text}
    return part | {"prompt_cache_breakpoint": {"mode": "explicit"}} if marked else part


def _schema_in_words(prompt: Prompt, wiring: _Wiring) -> tuple[str, ...]:
    if prompt.schema is None or wiring.schema_mode == "json_schema":
        return ()
    schema = prompt.schema.text
    return (f"Answer with one JSON object that fits this JSON schema, and nothing else:\n{schema}",)
