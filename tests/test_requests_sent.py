"""Whatever we send to a listed model the API's rules let pass, and what LangChain sends too."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import httpx2
import pytest
from langchain_core.runnables import Runnable
from langchain_openai import ChatOpenAI
from openai import AsyncOpenAI, BadRequestError
from pydantic import BaseModel, Field, SecretStr

from simulator.conversation.reply import choice_schema, reply_schema
from simulator.definitions.project import Project
from simulator.llm.prompt import Prompt, Section, ToolSpec
from simulator.llm.stand_in.responder import Responder
from simulator.llm.stand_in.rules.model_rules import rules_of
from simulator.llm.stand_in.server import LoopbackServer
from simulator.llm.transports.stand_in import StandIn
from simulator.llm.wiring import wire
from tests.request_samples import ASKED, QUERY, TOLD, USER, refused
from tests.stand_in_samples import CATALOG, scripts

MODELS = Project.find(Path(__file__).parent.parent).catalog()
TOOLS = (
    ToolSpec("search_knowledge_base", "Look something up.", QUERY),
    ToolSpec(
        "clock",
        "What time is it?",
        {"type": "object", "properties": {}, "required": [], "additionalProperties": False},
    ),
)
SPOKEN = Prompt(
    system=(Section("rules", "Be yourself."),),
    transcript=("[1] Rosa: Well?", "[2] Dev: No.", "[3] Tomi: Why?", "[4] Rosa: So.", "[5] Dev: A"),
    private=(Section("card", "You are Rosa."),),
    schema=reply_schema(),
)
ALLOWED = replace(SPOKEN, tools=TOOLS, allowed_tools=("clock",))
PROMPTS = {
    "plain": SPOKEN,
    "the first turn": replace(SPOKEN, transcript=()),
    "without a form": replace(SPOKEN, schema=None),
    "a choice": replace(SPOKEN, schema=choice_schema(("rosa", "dev"))),
    "tools for others": replace(SPOKEN, tools=TOOLS),
    "tools": ALLOWED,
    "results": replace(ALLOWED, exchange=(ASKED, TOLD)),
    "no more tools": replace(ALLOWED, allowed_tools=(), exchange=(ASKED, TOLD)),
    "a mistake": replace(
        SPOKEN,
        exchange=(
            {"role": "assistant", "content": "(nothing)"},
            {"role": "user", "content": "That answer cannot be used."},
        ),
    ),
}
ELSEWHERE = ("ollama/qwen3:8b", "llama-cpp/any", "vllm/any", "lm-studio/any", "stand-in/o3")


@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize("model", [*MODELS.models, *ELSEWHERE])
def test_whatever_we_send_to_a_listed_model_is_let_pass(model: str, streams: bool) -> None:
    """Every shape of question, wired for every model of models.yaml."""
    spec = MODELS.spec(model)
    streaming = {"stream": True, "stream_options": {"include_usage": True}} if streams else {}

    refusals = {
        name: refused(
            {"model": spec.model, **wire(asked, spec, max_output=300, cache_key="k"), **streaming}
        )
        for name, asked in PROMPTS.items()
    }

    assert refusals == dict.fromkeys(PROMPTS)


def test_the_catalog_and_the_rules_agree_on_who_reasons() -> None:
    """`supports: reasoning` and the cache's kind are what the names say."""
    known = {name: rules_of(name.partition("/")[2]) for name in MODELS.models}
    listed = {name: MODELS.spec(name) for name, rules in known.items() if rules is not None}

    said = {n: ("reasoning" in s.supports, s.cache == "breakpoints") for n, s in listed.items()}
    assert said == {n: (bool(r.efforts), r.cache_options) for n, r in known.items() if r}
    assert len(said) == len(known) - 1


class Address(BaseModel):
    """Where somebody lives."""

    street: str
    number: int | None


class Guest(BaseModel):
    """Somebody who comes."""

    name: str = Field(description="The full name.")
    mood: Literal["glad", "sad"]
    home: Address
    tags: list[str]


def weather(city: str, days: int = 1) -> str:
    """Tell the weather of a city."""
    return f"{city}: rain for {days} days"


def tides(harbour: str) -> str:
    """Tell when the water is high."""
    return f"{harbour}: at noon"


RAW: dict[str, Callable[[ChatOpenAI], Runnable[Any, Any]]] = {
    "a class": lambda model: model.with_structured_output(Guest, include_raw=True),
    "a schema": lambda model: model.with_structured_output(
        dict(reply_schema().schema) | {"title": "reply"}, strict=True, include_raw=True
    ),
    "a class as a tool": lambda model: model.with_structured_output(
        Guest, method="function_calling", include_raw=True
    ),
    "JSON mode": lambda model: model.with_structured_output(
        Guest, method="json_mode", include_raw=True
    ),
    "a tool": lambda model: model.bind_tools([weather]),
    "a tool by force": lambda model: model.bind_tools([weather], tool_choice="weather"),
    "any tool": lambda model: model.bind_tools([Guest], tool_choice="any", strict=True),
    "a tool and a class": lambda model: model.with_structured_output(
        Guest, tools=[tides], include_raw=True, strict=True
    ),
}


def langchain_model(model: str, client: httpx2.AsyncClient, **more: Any) -> ChatOpenAI:
    """A plain model of LangChain's, answered by the stand-in."""
    return ChatOpenAI(
        model=model,
        api_key=SecretStr("any"),
        base_url="http://stand-in.invalid/v1",
        http_async_client=client,
        max_retries=0,
        use_responses_api=False,
        **more,
    )


@pytest.mark.parametrize("model", ["gpt-4.1-mini", "gpt-5", "o3", "any"])
@pytest.mark.parametrize("make", RAW.values(), ids=RAW.keys())
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
async def test_what_langchain_sends_is_let_pass(
    make: Callable[[ChatOpenAI], Runnable[Any, Any]], model: str
) -> None:
    """Structured answers and tools of a plain ChatOpenAI, whole and streamed."""
    async with httpx2.AsyncClient(transport=StandIn(scripts())) as client:
        asked = make(langchain_model(model, client))

        if model == "o3" and make is RAW["a class as a tool"]:
            with pytest.raises(BadRequestError, match="'parallel_tool_calls' is not supported"):
                await asked.ainvoke("Answer in JSON, please.")
            return
        whole = await asked.ainvoke("Answer in JSON, please.")
        chunks = [chunk async for chunk in asked.astream("Answer in JSON, please.")]

    assert whole is not None
    assert chunks


async def test_a_refusal_reaches_the_client_over_http_and_in_process() -> None:
    """400 in the API's envelope, with its parameter, as the real endpoint would answer."""
    body = {"model": "o3", "messages": [USER], "stop": ["."]}
    in_process = Responder(scripts(), catalog=CATALOG).respond(json.dumps(body).encode())
    with LoopbackServer(scripts(), CATALOG) as server:
        async with httpx2.AsyncClient() as client:
            over_http = await client.post(f"{server.url}/chat/completions", json=body)
            async with AsyncOpenAI(base_url=server.url, api_key="any", max_retries=0) as openai:
                with pytest.raises(BadRequestError, match="'stop' is not supported") as caught:
                    await openai.chat.completions.create(
                        model="o3", messages=[{"role": "user", "content": "Hi."}], stop=["."]
                    )

    assert (in_process.status, over_http.status_code) == (400, 400)
    assert over_http.json() == in_process.body
    assert caught.value.param == "stop"
