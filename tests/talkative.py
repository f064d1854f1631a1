"""A server that answers at lengths nobody can foresee, counts in its own way, and bills by it.

Lengths follow a regime: brief, long, heavy-tailed, by persona, by mood of the run. It shares no
figure with what quotes assume; how it counts tokens is not how prompts are estimated.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp
from random import Random
from typing import Any

import httpx2

from simulator.definitions.model_catalog import ModelCatalog, ModelSpec
from simulator.llm.stand_in.filler import fill
from simulator.llm.stand_in.prompt_cache import MeasuredPrompt, measure_prompt
from simulator.llm.stand_in.request import ChatRequest, Refusal, read_request
from simulator.llm.stand_in.tokens import count_tokens, cut_to_tokens

__all__ = ["REGIMES", "Regime", "Talkative"]

_FLOOR = re.compile(r"and (.+?) has the floor")
_TEXT = (
    "the a of to and in it is was that this with for on at by from one two some many people "
    "time work house road table paper number water evening morning reason answer matter little "
    "great early late almost never always because although perhaps rather between without "
    "against under considerable understanding organisation responsibility particular afternoon"
)
_WORDS = tuple(_TEXT.split())
_NUMBERS = {"price": (600, 4_000), "weeks": (1, 4)}
"""What scenarios ask for as a number, and from where to where."""
_LEAST, _STEP = 1_024, 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """How long replies are: words, by their median and how far they spread."""

    median: float
    spread: float
    by_persona: float = 0.0
    """How far the medians of personas spread."""
    by_run: float = 0.0
    """How far whole runs differ."""
    thinking: float = 0.0
    """Hidden tokens of reasoning: the median."""
    unfit: float = 0.02
    """Replies that are no JSON."""
    lookups: float = 0.4
    """Turns that call a tool, where there is one."""
    density: float = 1.0
    """Tokens it counts for one of the stand-in's; not above 1."""
    overhead: int = 0
    """Tokens of every prompt that nobody sent."""


REGIMES: Mapping[str, Regime] = {
    "brief": Regime(median=11, spread=0.35, density=0.8),
    "long": Regime(median=85, spread=0.35, density=0.97, overhead=40),
    "heavy-tailed": Regime(median=22, spread=1.0, unfit=0.01),
    "by-persona": Regime(median=35, spread=0.4, by_persona=0.7, density=0.9),
    "moody": Regime(median=40, spread=0.4, by_run=0.35, unfit=0.05),
    "thinking": Regime(median=30, spread=0.4, thinking=140, density=0.94, overhead=15),
}


class Talkative(httpx2.AsyncBaseTransport):
    """One provider during one run; it begins with an empty cache."""

    def __init__(self, regime: Regime, catalog: ModelCatalog, *, seed: str) -> None:
        self._regime, self._catalog, self._seed = regime, catalog, seed
        self._known: dict[str, set[int]] = {}
        self._asked = 0
        self._mood = exp(regime.by_run * self._random("mood").gauss(0, 1))

    def _random(self, *use: object) -> Random:
        key = "\x1f".join(map(str, (self._seed, *use))).encode()
        return Random(hashlib.blake2b(key, digest_size=8).digest())  # noqa: S311 - nothing is secret

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The completion for a request."""
        asked = read_request(request.content)
        if isinstance(asked, Refusal):
            return httpx2.Response(asked.status, content=json.dumps(asked.envelope()).encode())
        self._asked += 1
        body = self._answer(asked, self._random("answer", self._asked))
        return httpx2.Response(200, content=json.dumps(body).encode())

    def _answer(self, asked: ChatRequest, random: Random) -> dict[str, Any]:
        message, finish, output = self._said(asked, random)
        prompt = self._prompt_usage(asked)
        return {
            "id": f"chatcmpl-{self._asked}",
            "object": "chat.completion",
            "created": 0,
            "model": asked.model,
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": {
                **prompt,
                "completion_tokens": output,
                "total_tokens": prompt["prompt_tokens"] + output,
            },
        }

    def _said(self, asked: ChatRequest, random: Random) -> tuple[dict[str, Any], str, int]:
        regime, schema = self._regime, asked.schema_definition or {}
        tools = [] if asked.tool_choice == "none" else list(asked.tools or ())
        looked_up = any(one.role == "tool" for one in asked.messages)
        if tools and not looked_up and random.random() < regime.lookups:
            call = _tool_call(random.choice(tools), random)
            return {"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls", 24
        text = self._text(asked, schema, random)
        hidden = 0
        if regime.thinking:
            hidden = round(regime.thinking * exp(random.gauss(0, 0.7)))
        limit = asked.output_limit or 10**9
        hidden = min(hidden, max(0, limit - 16))
        tokens = round(count_tokens(text) * regime.density)
        finish = "stop"
        if tokens + hidden > limit:
            text, finish = cut_to_tokens(text, int((limit - hidden) / regime.density)), "length"
            tokens = limit - hidden
        return {"role": "assistant", "content": text}, finish, tokens + hidden

    def _text(self, asked: ChatRequest, schema: Mapping[str, Any], random: Random) -> str:
        properties = schema.get("properties", {})
        if random.random() < self._regime.unfit:
            return "I would rather not answer in that form. " + self._words(random, 12)
        known: dict[str, object] = {"reasoning": self._words(random, random.randint(6, 30))}
        if "message" in properties:
            known["message"] = self._words(random, self._length(asked, random))
            known["act"] = random.choice(["answer", "object", "propose", "ask"])
            known["confidence"] = 0.6
        if "next" in properties:
            known["next"] = random.choice(properties["next"]["enum"])
        if "holds" in properties:
            known["holds"] = False
        for name, value in properties.items():
            if name not in known and value.get("type") == "string" and "enum" not in value:
                known[name] = self._words(random, random.randint(40, 140))
            elif "integer" in value.get("type", ()):
                known[name] = random.randint(*_NUMBERS.get(name, (0, 10)))
        return json.dumps(fill(schema, known=known))

    def _length(self, asked: ChatRequest, random: Random) -> int:
        regime = self._regime
        found = [name for one in asked.messages for name in _FLOOR.findall(one.text)]
        persona = found[-1] if found else ""
        own = hashlib.blake2b(persona.encode(), digest_size=8).digest()
        usual = Random(own).gauss(0, 1)  # noqa: S311 - nothing is secret
        middle = regime.median * exp(regime.by_persona * usual) * self._mood
        return max(1, round(middle * exp(random.gauss(0, regime.spread))))

    def _words(self, random: Random, count: int) -> str:
        return " ".join(random.choices(_WORDS, k=count)).capitalize() + "."

    def _prompt_usage(self, asked: ChatRequest) -> dict[str, Any]:
        regime, measured = self._regime, measure_prompt(asked)
        spec = self._catalog.spec(f"openai/{asked.model}")
        read, written = self._cached(spec, measured)
        step = _STEP if spec.cache == "automatic" else 1
        counted: Callable[[int], int] = lambda tokens: round(tokens * regime.density)  # noqa: E731 - two words long
        return {
            "prompt_tokens": counted(measured.tokens) + regime.overhead,
            "prompt_tokens_details": {
                "cached_tokens": counted(read) // step * step,
                "cache_write_tokens": counted(written),
            },
        }

    def _cached(self, spec: ModelSpec, measured: MeasuredPrompt) -> tuple[int, int]:
        """Tokens read from the cache and written to it, in the stand-in's count."""
        marks = spec.cache == "breakpoints"
        least = _LEAST / self._regime.density
        found = measured.breakpoints if marks else measured.steps
        prefixes = [one for one in found if one.tokens >= least]
        known = self._known.setdefault(spec.name, set())
        read = max((one.tokens for one in prefixes if one.hash in known), default=0)
        kept = prefixes[-4:] if marks else prefixes
        known.update(one.hash for one in kept)
        longest = kept[-1].tokens if kept and marks else 0
        return read, max(0, longest - read)


def _tool_call(tool: Mapping[str, Any], random: Random) -> dict[str, Any]:
    function = tool["function"]
    arguments = fill(function["parameters"], known={})
    return {
        "id": f"call_{random.randrange(10**9)}",
        "type": "function",
        "function": {"name": function["name"], "arguments": json.dumps(arguments)},
    }
