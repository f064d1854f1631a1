"""Small scripts, cues and requests for tests of the stand-in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from simulator.definitions.model_catalog import Endpoint, ModelCatalog, ModelEntry, Price
from simulator.definitions.persona import Persona, Sample
from simulator.definitions.scenario import CastEntry, Line, Scenario
from simulator.llm.stand_in.cue import Cue
from simulator.llm.stand_in.script import Script, Scripts

__all__ = ["CATALOG", "CUE", "SCRIPT", "cued", "message", "request_body", "scripts", "words"]

ROSA = Persona(
    name="Rosa Lindqvist",
    about="Counts coffee breaks.",
    wont=("invent a password",),
    goals=("finish before the break ends",),
    expertise=("triage",),
    traits=("dry",),
    secrets=("deleted the app once",),
    relationships={"tomi": "likes him"},
    samples=(
        Sample(say="If it takes longer than my coffee, I close it.", act="object"),
        Sample(say="All right, with one hand.", act="concede", after="explain"),
        Sample(say="My cup is empty.", act="close"),
    ),
)
TOMI = Persona(name="Tomi Horvat", wont=("reading anything longer than a road sign",))
SCENARIO = Scenario(
    title="Sign-up",
    setting="A canteen.",
    cast=(
        CastEntry(persona="rosa", goals=("be back in eleven minutes",), secrets=("is late",)),
        CastEntry(persona="tomi"),
    ),
    lines=(
        Line(id="rosa-open", speaker="rosa", act="open", say="You have eleven minutes."),
        Line(id="tomi-why", speaker="tomi", act="ask", say="Why eleven?", after=("rosa-open",)),
        Line(
            id="rosa-ward",
            speaker="rosa",
            act="explain",
            say="The ward says so.",
            after=("tomi-why",),
            uses={"search": {"query": "ward"}, "my_tools.py:clock": {}, "radio": {}},
        ),
        Line(id="rosa-close", speaker="rosa", act="close", say="That was it."),
    ),
)
SCRIPT = Script(scenario_id="sign-up", scenario=SCENARIO, members={"rosa": ROSA, "tomi": TOMI})
CUE = Cue(scenario="sign-up", persona="rosa", purpose="speak", turn=1, turns=12, cast=2, seed=1)
CATALOG = ModelCatalog(
    endpoints={
        "offline": Endpoint(in_process=True, stand_in=True, free=True),
        "stand-in": Endpoint(
            base_url="http://127.0.0.1:8765/v1", stand_in=True, free=True, plays="openai"
        ),
        "openai": Endpoint(base_url="https://api.example.invalid/v1"),
    },
    models={
        "openai/plain": ModelEntry(
            price=Price(input=Decimal("0.40"), cached=Decimal("0.10"), output=Decimal("1.60")),
            context=20_000,
            supports=("json_schema", "tools"),
        ),
        "openai/marked": ModelEntry(
            price=Price(
                input=Decimal("0.20"),
                cached=Decimal("0.02"),
                cache_write=Decimal("0.25"),
                output=Decimal("1.20"),
            ),
            supports=("json_schema", "tools"),
            cache="breakpoints",
        ),
    },
)


def scripts() -> Scripts:
    """The sign-up, ready to be played."""
    known = Scripts()
    known.add(SCRIPT)
    return known


def cued(**changes: Any) -> Cue:
    """Rosa's first turn, or what the changes make of it."""
    return replace(CUE, **changes)


def words(count: int) -> str:
    """A text of that many tokens."""
    return " ".join("a" for _ in range(count))


def message(role: str, text: str, *, marked: bool = False) -> dict[str, Any]:
    """A message of one part, which may end a prefix worth keeping."""
    part: dict[str, Any] = {"type": "text", "text": text}
    if marked:
        part["prompt_cache_breakpoint"] = {"mode": "explicit"}
    return {"role": role, "content": [part]}


def request_body(
    *messages: Mapping[str, Any] | Cue | str, model: str = "plain", **fields: Any
) -> bytes:
    """A request; a cue or a text is a user's message."""
    body = {"model": model, "messages": [_as_message(one) for one in messages], **fields}
    return json.dumps(body).encode()


def _as_message(one: Mapping[str, Any] | Cue | str) -> Mapping[str, Any]:
    if isinstance(one, Mapping):
        return one
    text = one if isinstance(one, str) else f"Your turn.\n\n{one.as_line()}"
    return {"role": "user", "content": text}


def offered(*names: str) -> Sequence[dict[str, Any]]:
    """Tools without parameters."""
    parameters = {"type": "object", "properties": {}, "required": []}
    return [
        {"type": "function", "function": {"name": name, "parameters": parameters}} for name in names
    ]
