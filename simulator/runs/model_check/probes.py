"""The features that are tried, one function for each, and what each says of models.yaml."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from simulator.authoring.yaml_edit import written
from simulator.definitions.model_catalog import ModelSpec
from simulator.definitions.model_entry import Support
from simulator.llm.wiring import schema_mode
from simulator.runs.model_check.finding import Finding, Setting, Verdict
from simulator.runs.model_check.prober import Heard, Prober, Unheard, changed
from simulator.runs.model_check.questions import (
    FORM,
    LONG,
    LONG_TOKENS,
    PLAIN,
    TOOL,
    fits_form,
    fits_tool,
)

__all__ = [
    "Bench",
    "answered",
    "cached",
    "called_tools",
    "finished",
    "formed",
    "streamed",
    "supports_text",
]

_LEAST_CONTEXT = 4_000
_LEAST_CACHED = 1_024
"""Tokens of a prompt from which on providers cache."""
_TOLD_CONTEXT = re.compile(r"context (?:length|size|window)\D{0,40}?(\d[\d,]*\d)", re.IGNORECASE)
_MODES: tuple[Literal["json_schema", "json_object", "none"], ...] = (
    "json_schema",
    "json_object",
    "none",
)
_IN_WORDS = {
    "json_schema": "by JSON schema",
    "json_object": "as any JSON object",
    "none": "only as it is told in words",
}


@dataclass(slots=True, kw_only=True)
class Bench:
    """One model under check: as models.yaml has it, and as it turned out to want questions."""

    prober: Prober
    claimed: ModelSpec
    spec: ModelSpec
    """Starts as claimed and learns what the server does not take."""
    claims_cache: bool
    """Whether models.yaml says how its cache works."""
    known: frozenset[str]
    """What it supports: as claimed, and as far as it was found out to be otherwise."""
    pause: float
    """Seconds until a prompt that was read is surely remembered."""
    siblings: bool
    """Whether models.yaml lists other models of the endpoint, which its settings hold for too."""

    def endpoint(self, field: str, text: str) -> Setting:
        """A line of the endpoint."""
        return Setting(part="endpoints", name=self.claimed.endpoint_id, field=field, text=text)

    def model(self, field: str, text: str) -> Setting:
        """A line of the model; without a text it has to go."""
        return Setting(part="models", name=self.claimed.name, field=field, text=text)

    def supports(self, *, add: str = "", drop: str = "") -> Setting:
        """The model's `supports` with one more or one less, after all that was found so far."""
        gone = {drop, ""} | ({"allowed_tools"} if drop == "tools" else set())
        self.known = (self.known | {add}) - gone
        return self.model("supports", supports_text(self.known))


def supports_text(supports: frozenset[str]) -> str:
    """A `supports` as people write it."""
    return written([one for one in get_args(Support) if one in supports])


def _differs(feature: str, said: str, *settings: Setting) -> Finding:
    return Finding(feature=feature, verdict="differs", said=said, settings=settings)


def _plain(feature: str, verdict: Verdict, said: str) -> Finding:
    return Finding(feature=feature, verdict=verdict, said=said)


async def answered(bench: Bench) -> tuple[Heard, Finding]:
    """The first answer; from here on questions are put as this one had to be.

    Raises:
        Unheard: there is none, however it is asked.
        NotAsked: it may not be asked.
    """
    refusals: list[Unheard] = []
    for spec, settings in _ways(bench):
        try:
            heard = await bench.prober.ask(PLAIN, spec, "answer")
        except Unheard as error:
            refusals.append(error)
            if not error.refused:
                break
        else:
            bench.spec = spec
            words = "answers" if heard.text.strip() or heard.cut else "answers nothing"
            if settings:
                said = f"{words}, but not as models.yaml has it asked: {refusals[0]}"
                return heard, _differs("answer", said, *settings)
            verdict: Verdict = "ok" if words == "answers" else "differs"
            return heard, _plain("answer", verdict, words)
    raise refusals[0]


def _ways(bench: Bench) -> Iterator[tuple[ModelSpec, tuple[Setting, ...]]]:
    """As models.yaml has it, then with the other field of the limit, with text, with both."""
    spec = changed(bench.claimed, cache="automatic")
    place = spec.endpoint
    other = "max_tokens" if place.output_limit != "max_tokens" else "max_completion_tokens"
    limit, text = {"output_limit": other}, {"content": "text"}
    texts = ({}, text) if place.content == "parts" else ({},)
    for wanted in texts:
        for limited in ({}, limit):
            fields = {**limited, **wanted}
            settings = tuple(bench.endpoint(name, value) for name, value in fields.items())
            yield changed(spec, endpoint={**fields}), settings


async def streamed(bench: Bench) -> tuple[int | None, Finding]:
    """Whether answers can be streamed, with their tokens; milliseconds until the first words."""
    claimed, feature = bench.claimed.endpoint.streams, "stream"
    counted = bench.prober.counted[-1]
    try:
        heard = await bench.prober.ask(PLAIN, bench.spec, feature, streams=True)
    except Unheard as error:
        said = f"cannot be streamed: {error}"
        if not claimed:
            return None, _plain(feature, "ok", "answers come whole, as models.yaml says")
        return None, _differs(feature, said, bench.endpoint("streams", "false"))
    if counted and heard.outcome.usage is None:
        said = "a stream does not tell its tokens, so its cost would be a guess"
        if not claimed:
            return heard.first_words_ms, _plain(feature, "ok", said)
        return heard.first_words_ms, _differs(feature, said, bench.endpoint("streams", "false"))
    if not claimed:
        said = "answers can be streamed, with their tokens"
        return heard.first_words_ms, _differs(feature, said, bench.endpoint("streams", "true"))
    tokens = "with its tokens" if heard.outcome.usage else "without its tokens"
    return heard.first_words_ms, _plain(feature, "ok", f"streamed, {tokens}")


def finished(bench: Bench) -> tuple[Finding, Finding]:
    """Whether answers say that they are whole, and how many tokens they took."""
    claimed, ends = bench.claimed.endpoint.finish_reason, bench.prober.finish_reasons
    if not all(ends):
        said = f"{ends.count(False)} of {len(ends)} answers came without a finish_reason"
        finish = _plain("finish_reason", "ok", f"{said}, as models.yaml says")
        if claimed == "always":
            setting = bench.endpoint("finish_reason", "sometimes")
            finish = _differs("finish_reason", said, setting)
    else:
        finish = _plain("finish_reason", "ok", "every answer says how it ended")
    counted = bench.prober.counted
    if all(counted):
        return finish, _plain("usage", "ok", "every answer tells its tokens")
    said = f"{counted.count(False)} of {len(counted)} answers told no tokens: each counts at most"
    return finish, _differs("usage", said)


async def formed(bench: Bench) -> Finding:
    """How strictly the form of an answer can be demanded."""
    feature, why = "structured output", ""
    for mode in _MODES:
        spec = changed(bench.spec, add=("json_schema",), endpoint={"schema_support": mode})
        try:
            heard = await bench.prober.ask(FORM, spec, feature)
        except Unheard as error:
            why = why or str(error)
            continue
        if heard.cut:
            return _plain(feature, "not tried", "the answer was cut: it thinks for too long")
        if fits_form(heard.text):
            return _formed_as(bench, mode, why=why)
        why = why or f"asked {_IN_WORDS[mode]} it answers in another form"
    return _differs(feature, f"no answer has the form that was asked for: {why}")


def _formed_as(bench: Bench, mode: str, *, why: str) -> Finding:
    feature, said = "structured output", f"answers {_IN_WORDS[mode]}"
    claimed = schema_mode(bench.claimed)
    if mode == claimed:
        return _plain(feature, "ok", said)
    by_model = bench.claimed.endpoint.schema_support == "json_schema"
    if claimed == "none" and mode == "json_object" and by_model:
        return _plain(feature, "ok", f"{said}; `schema` can say so for whole endpoints only")
    said = f"{said}: {why}" if why and mode != "json_schema" else said
    if mode == "json_schema" and by_model:
        return _differs(feature, said, bench.supports(add="json_schema"))
    if claimed == "json_schema" and bench.siblings:
        return _differs(feature, said, bench.supports(drop="json_schema"))
    return _differs(feature, said, bench.endpoint("schema", mode))


_ToSet: TypeAlias = Callable[[Bench], Setting]


async def called_tools(bench: Bench) -> Finding:
    """Whether a tool is called when one is asked for."""
    feature, claimed = "tools", "tools" in bench.claimed.supports
    why = ""
    for spec, to_set in _tool_ways(bench):
        try:
            heard = await bench.prober.ask(TOOL, spec, feature)
        except Unheard as error:
            why = why or str(error)
            if error.refused:
                continue
            break
        if heard.cut and not heard.answer.tools:
            return _plain(feature, "not tried", "the answer was cut: it thinks for too long")
        if any(fits_tool(one.name, one.arguments) for one in heard.answer.tools):
            settings = (to_set(bench),) if to_set else ()
            new = () if claimed else (bench.supports(add="tools"),)
            if settings or new:
                said = f"calls a tool, but not as models.yaml has it asked: {why}" if why else ""
                return _differs(feature, said or "calls a tool", *new, *settings)
            return _plain(feature, "ok", "calls a tool, with arguments that fit")
        why = "it was asked to call a tool, and did not or with arguments that do not fit"
        break
    if not claimed:
        return _plain(feature, "ok", "calls none, as models.yaml says")
    return _differs(feature, why, bench.supports(drop="tools"))


def _tool_ways(bench: Bench) -> Iterator[tuple[ModelSpec, _ToSet | None]]:
    """As models.yaml has it, then without naming the tools allowed, then with another effort."""
    spec = changed(bench.spec, add=("tools",))
    yield spec, None
    if "allowed_tools" in spec.supports:
        yield changed(spec, drop=("allowed_tools",)), _without_allowed
    other = "none" if spec.effort_with_tools is None else None
    yield changed(spec, effort_with_tools=other), _with_effort


def _without_allowed(bench: Bench) -> Setting:
    return bench.supports(drop="allowed_tools")


def _with_effort(bench: Bench) -> Setting:
    """The effort that tools want, or none where one is named."""
    return bench.model("effort_with_tools", "" if bench.claimed.effort_with_tools else "none")


async def cached(bench: Bench) -> tuple[Finding, Finding]:
    """Whether a prompt that was read before is read from the cache; and what of the context."""
    claimed, context = bench.claimed.cache, bench.claimed.context
    why = ""
    if claimed == "none":
        why = "models.yaml claims no cache"
    elif not bench.claims_cache:
        why = "models.yaml says nothing of a cache"
    elif context is not None and context < _LEAST_CONTEXT:
        why = "a prompt that is long enough for a cache does not fit into the context"
    if why:
        return _plain("cache", "not tried", why), _untried_context(bench)
    try:
        return await _cached(bench)
    except Unheard as error:
        finding = _plain("cache", "not tried", str(error))
        return finding, _overflown(bench, error)


async def _cached(bench: Bench) -> tuple[Finding, Finding]:
    claimed = bench.claimed.cache
    why, read = "", 0
    context = _untried_context(bench)
    for mode in ("automatic", "breakpoints") if claimed == "automatic" else (claimed, "automatic"):
        spec = changed(bench.spec, cache=mode)
        try:
            seen, wrote, read = await _read_again(bench, spec)
        except Unheard as error:
            if error.too_long or not error.refused:
                raise
            why = why or str(error)
            continue
        context = _read_whole(bench, read)
        if read < _LEAST_CACHED:
            told = f"a prompt of {read:,} tokens is too short" if read else "it tells no tokens"
            return _plain("cache", "not tried", told), context
        if seen and mode == claimed:
            said = f"{seen:,} of {read:,} tokens came from the cache"
            return _plain("cache", "ok", said), context
        if seen and (wrote or mode == "automatic"):
            said = f"the cache is {mode}: {seen:,} tokens came from it"
            return _differs("cache", said, bench.model("cache", mode)), context
    said = why or f"a prompt of {read:,} tokens was sent again, and none came from a cache"
    return _differs("cache", said, bench.model("cache", "none")), context


async def _read_again(bench: Bench, spec: ModelSpec) -> tuple[int, int, int]:
    """Tokens read from the cache, written to it, and of the whole prompt.

    Asks twice, where need be.
    """
    seen = wrote = read = 0
    for again in (False, True):
        if again and not spec.endpoint.in_process:
            await asyncio.sleep(bench.pause)
        heard = await bench.prober.ask(LONG, spec, "cache")
        usage = heard.outcome.usage
        if usage is not None:
            seen, read = usage.cached, usage.input
            wrote += usage.cache_write
        if seen:
            break
    return seen, wrote, read


def _untried_context(bench: Bench) -> Finding:
    context = bench.claimed.context
    if context is None:
        return _plain("context", "not tried", "models.yaml says nothing of it")
    return _plain("context", "not tried", f"it would take a prompt of {context:,} tokens")


def _read_whole(bench: Bench, read: int) -> Finding:
    """What a long prompt tells of the context: a server that cuts prompts reads too little."""
    if not read or read > LONG_TOKENS // 2:
        return _untried_context(bench)
    said = f"of a prompt of about {LONG_TOKENS:,} tokens it read {read:,}: it cuts what is longer"
    return _differs("context", said, bench.model("context", str(read)))


def _overflown(bench: Bench, error: Unheard) -> Finding:
    """What a refusal of a long prompt tells of the context."""
    if not error.too_long:
        return _untried_context(bench)
    told = _TOLD_CONTEXT.search(str(error))
    tokens = int(told[1].replace(",", "")) if told else LONG_TOKENS
    said = f"a prompt of about {LONG_TOKENS:,} tokens is too long: {error}"
    return _differs("context", said, bench.model("context", str(tokens)))
