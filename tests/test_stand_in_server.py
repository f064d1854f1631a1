"""The stand-in over real HTTP and in process, through the clients people use."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from http.client import HTTPConnection
from typing import Any

import httpx2
import pytest
from langchain_core.messages import AIMessage, BaseMessageChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_openai import ChatOpenAI
from openai import AsyncOpenAI, AuthenticationError, BadRequestError, NotFoundError
from openai.types.chat import ChatCompletionMessageParam, ChatCompletionUserMessageParam
from pydantic import SecretStr

from simulator.conversation.reply import parse_reply, reply_schema
from simulator.errors import UsageError
from simulator.llm.chat_model import chat_model
from simulator.llm.stand_in.application import app
from simulator.llm.stand_in.server import LoopbackServer, serve
from simulator.llm.stand_in.tokens import count_tokens
from simulator.llm.transports.stand_in import StandIn
from tests.stand_in_samples import (
    CATALOG,
    CUE,
    cued,
    message,
    offered,
    request_body,
    scripts,
    words,
)

OPENING = "You have eleven minutes."
WARD = cued(turn=3, spoken=("rosa-open", "tomi-why"), last_speaker="tomi", last_act="ask")
REPLY = {
    "type": "json_schema",
    "json_schema": {"name": "reply", "strict": True, "schema": dict(reply_schema().schema)},
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server that many tests share."""
    with LoopbackServer(scripts(), CATALOG) as running:
        yield running.url


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    """A server that nobody has asked anything."""
    with LoopbackServer(scripts(), CATALOG) as running:
        yield running


@asynccontextmanager
async def openai_at(url: str, key: str = "any") -> AsyncIterator[AsyncOpenAI]:
    """OpenAI's own client, which tries once."""
    async with AsyncOpenAI(base_url=url, api_key=key, max_retries=0) as client:
        yield client


def asked(*texts: str) -> list[ChatCompletionMessageParam]:
    """Messages of a user, in the client's types."""
    return [ChatCompletionUserMessageParam(role="user", content=text) for text in texts]


async def test_a_client_is_answered(url: str) -> None:
    """A plain question over HTTP: words, origin, model, a reason to end, tokens."""
    async with openai_at(url) as client:
        completion = await client.chat.completions.create(
            model="plain", messages=asked(CUE.as_line())
        )

    assert completion.choices[0].message.content == OPENING
    assert completion.choices[0].finish_reason == "stop"
    assert completion.system_fingerprint == "stand-in:line:rosa-open"
    assert completion.model == "plain"
    assert completion.usage is not None
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (7, 5)


@pytest.mark.parametrize("include_usage", [True, False])
async def test_a_stream_says_the_same(url: str, include_usage: bool) -> None:
    """A stream comes in pieces; its usage, in the last of them, only where it is asked for."""
    async with openai_at(url) as client:
        stream = await client.chat.completions.create(
            model="plain",
            messages=asked(CUE.as_line()),
            stream=True,
            stream_options={"include_usage": include_usage},
        )
        chunks = [chunk async for chunk in stream]

    deltas = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    usages = [chunk.usage.total_tokens for chunk in chunks if chunk.usage]
    assert "".join(deltas) == OPENING
    assert len(deltas) > 2
    assert usages == ([12] if include_usage else [])
    assert {chunk.system_fingerprint for chunk in chunks} == {"stand-in:line:rosa-open"}


def langchain_at(url: str, client: httpx2.AsyncClient) -> ChatOpenAI:
    """Our chat model, reaching a stand-in over HTTP."""
    return chat_model(
        CATALOG.spec("stand-in/plain"), key=SecretStr("any"), base_url=url, client=client
    )


async def test_langchain_gets_tools_results_and_reply(url: str) -> None:
    """ChatOpenAI asks, is asked for tools, tells their results, and gets the reply."""
    body = {"messages": asked(WARD.as_line()), "tools": offered("search"), "response_format": REPLY}
    async with httpx2.AsyncClient() as client:
        model = langchain_at(url, client)
        first: AIMessage = await model.ainvoke("stub", extra_body=body)
        call = first.tool_calls[0]
        shown = {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": call["id"],
                    "type": "function",
                    "function": {"name": call["name"], "arguments": json.dumps(call["args"])},
                }
            ],
        }
        result = {"role": "tool", "tool_call_id": call["id"], "content": "Ward 4."}
        again = {**body, "messages": [*asked(WARD.as_line()), shown, result]}
        second: AIMessage = await model.ainvoke("stub", extra_body=again)

    assert (call["name"], call["args"]) == ("search", {"query": "ward"})
    assert first.response_metadata["finish_reason"] == "tool_calls"
    assert parse_reply(str(second.content)).message == "The ward says so."
    assert second.response_metadata["system_fingerprint"] == "stand-in:line:rosa-ward"


async def test_langchain_streams_with_usage(url: str) -> None:
    """A streamed answer keeps its usage and its origin through LangChain."""
    body = {"messages": asked(CUE.as_line()), "response_format": REPLY}
    async with httpx2.AsyncClient() as client:
        model = langchain_at(url, client)
        chunks: list[BaseMessageChunk] = [c async for c in model.astream("stub", extra_body=body)]

    whole: Any = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk
    usage: UsageMetadata = whole.usage_metadata
    assert parse_reply(whole.content).message == OPENING
    assert usage["output_tokens"] == count_tokens(whole.content)
    assert whole.response_metadata["system_fingerprint"] == "stand-in:line:rosa-open"


async def test_limits_and_stop_sequences_cut(url: str) -> None:
    """An answer ends at the limit of tokens, told as such, or before a stop sequence."""
    async with openai_at(url) as client:
        create, messages = client.chat.completions.create, asked(CUE.as_line())
        short = await create(model="plain", messages=messages, max_completion_tokens=2)
        old = await create(model="plain", messages=messages, max_tokens=3)
        stopped = await create(model="plain", messages=messages, stop=["eleven", "minutes"])
        whole = await create(model="plain", messages=messages, max_completion_tokens=5)

    ends = [(c.choices[0].message.content, c.choices[0].finish_reason) for c in (short, old)]
    assert ends == [("You have", "length"), ("You have eleven", "length")]
    assert short.usage is not None
    assert short.usage.completion_tokens == 2
    assert stopped.choices[0].message.content == "You have "
    assert stopped.choices[0].finish_reason == "stop"
    assert whole.choices[0].finish_reason == "stop"


async def test_the_servers_sum_is_the_clients_sum(server: LoopbackServer) -> None:
    """What the server billed is what the answers told, request by request and in total."""
    part: Any = message("system", words(1_100), marked=True)
    async with openai_at(server.url) as client:
        answers = [
            await client.chat.completions.create(
                model=model, messages=[part, *asked(f"{turn}\n{cued(turn=turn).as_line()}")]
            )
            for model in ("plain", "marked")
            for turn in (1, 2, 3)
        ]

    stats = server.stats()
    told = [answer.usage.model_dump() for answer in answers if answer.usage]
    details = [usage["prompt_tokens_details"] for usage in told]
    assert [one["id"] for one in stats["requests"]] == [answer.id for answer in answers]
    assert [one["turn"] for one in stats["requests"]] == [1, 2, 3, 1, 2, 3]
    assert [(d["cached_tokens"], d["cache_write_tokens"]) for d in details] == [
        *((0, 0), (1_024, 0), (1_024, 0)),
        *((0, 1_104), (1_104, 0), (1_104, 0)),
    ]
    assert stats["totals"] == {
        "requests": 6,
        "answered": 6,
        "prompt_tokens": sum(usage["prompt_tokens"] for usage in told),
        "cached_tokens": sum(d["cached_tokens"] for d in details),
        "cache_write_tokens": sum(d["cache_write_tokens"] for d in details),
        "completion_tokens": sum(usage["completion_tokens"] for usage in told),
        "billed_nano": sum(one["billed_nano"] for one in stats["requests"]),
        "unpriced": 0,
    }


async def test_stats_are_told_and_reset_over_http(server: LoopbackServer) -> None:
    """GET /stats tells every bill with who asked and why; DELETE forgets them."""
    root = server.url.removesuffix("/stand-in/v1")
    async with httpx2.AsyncClient(base_url=root) as client:
        answer = await client.post(
            "/stand-in/v1/chat/completions", content=request_body(CUE, stream=True)
        )
        told = (await client.get("/stats")).json()
        left = (await client.delete("/stand-in/stats")).json()

    assert told["requests"] == [
        {
            "id": server_side_id(answer),
            "request_id": answer.headers["x-request-id"],
            "model": "plain",
            "prompt_tokens": 10,
            "cached_tokens": 0,
            "cache_write_tokens": 0,
            "completion_tokens": 5,
            "billed_nano": 10 * 400 + 5 * 1_600,
            "status": 200,
            "streamed": True,
            "scenario": "sign-up",
            "persona": "rosa",
            "purpose": "speak",
            "turn": 1,
        }
    ]
    assert left["requests"] == []
    assert set(left["totals"].values()) == {0}


def server_side_id(answer: httpx2.Response) -> str:
    """The completion's id in a stream."""
    return str(json.loads(answer.text.partition("\n")[0].removeprefix("data: "))["id"])


async def test_the_small_addresses_answer(url: str) -> None:
    """Health and models are there, and every response has its id."""
    root = url.removesuffix("/stand-in/v1")
    async with httpx2.AsyncClient(base_url=root) as client, openai_at(url) as openai:
        health = await client.get("/health")
        models = [model.id async for model in openai.models.list()]

    assert health.json() == {"status": "ok"}
    assert health.headers["x-request-id"].startswith("req_")
    assert models == ["plain", "marked"]


async def test_clients_understand_refusals() -> None:
    """A wrong key, address, method or body raises what OpenAI's client raises for it."""
    with LoopbackServer(scripts(), CATALOG, keys=["right"]) as server:
        async with openai_at(server.url, "wrong") as client:
            with pytest.raises(AuthenticationError) as wrong_key:
                await client.chat.completions.create(model="plain", messages=asked("Hi."))
        async with openai_at(server.url, "right") as client:
            await client.chat.completions.create(model="plain", messages=asked("Hi."))
            with pytest.raises(NotFoundError):
                await client.embeddings.create(model="plain", input="Hi.")
            with pytest.raises(BadRequestError) as twice:
                await client.chat.completions.create(model="plain", messages=asked("Hi."), n=2)
        async with httpx2.AsyncClient() as http:
            got = await http.get(f"{server.url}/chat/completions")
        statuses = [one["status"] for one in server.stats()["requests"]]

    assert wrong_key.value.code == "invalid_api_key"
    assert twice.value.request_id is not None
    assert (got.status_code, got.json()["error"]["code"]) == (405, "method_not_allowed")
    assert statuses == [401, 200, 400, 405]


async def test_chunks_take_their_time() -> None:
    """Latency and the pauses between at least four chunks are kept."""
    loop = asyncio.get_running_loop()
    with LoopbackServer(scripts(), CATALOG, latency=0.05, chunk_delay=0.02) as server:
        async with httpx2.AsyncClient() as client:
            began = loop.time()
            url = f"{server.url}/chat/completions"
            async with client.stream("POST", url, content=request_body(CUE, stream=True)) as answer:
                times = [loop.time() - began async for _ in answer.aiter_raw()]

    assert times[0] >= 0.05
    assert times[-1] >= 0.05 + 3 * 0.02


def test_small_answers_are_sent_at_once(url: str) -> None:
    """No answer waits for an acknowledgement: that would take 40 ms a time."""
    connection = HTTPConnection(url.split("/")[2])
    times = []
    for _ in range(10):
        began = time.perf_counter()
        connection.request("POST", "/v1/chat/completions", request_body(CUE))
        connection.getresponse().read()
        times.append(time.perf_counter() - began)
    connection.close()

    assert min(times) < 0.03


async def test_many_at_once(server: LoopbackServer) -> None:
    """Concurrent requests are all answered and all billed."""
    async with openai_at(server.url) as client:
        answers = await asyncio.gather(
            *(
                client.chat.completions.create(
                    model="plain", messages=asked(cued(turn=1, seed=seed).as_line())
                )
                for seed in range(50)
            )
        )

    ids = {answer.id for answer in answers}
    assert len(ids) == 50
    assert {one["id"] for one in server.stats()["requests"]} == ids


async def in_process(**fields: Any) -> httpx2.Response:
    """What the transport answers without any network."""
    async with httpx2.AsyncClient(transport=StandIn(scripts(), catalog=CATALOG)) as client:
        url = "http://stand-in.invalid/v1/chat/completions"
        return await client.post(url, content=request_body(CUE, **fields))


@pytest.mark.parametrize("fields", [{}, {"stream": True}, {"n": 3}])
async def test_in_process_and_over_http_are_alike(
    server: LoopbackServer, fields: Mapping[str, Any]
) -> None:
    """The transport answers with the bytes the server answers with."""
    inside = await in_process(**fields)
    async with httpx2.AsyncClient() as client:
        url = f"{server.url}/chat/completions"
        outside = await client.post(url, content=request_body(CUE, **fields))

    assert inside.content == outside.content
    assert inside.status_code == outside.status_code
    assert inside.headers["content-type"] == outside.headers["content-type"]
    assert inside.headers["x-request-id"] == outside.headers["x-request-id"]


async def test_serving_tells_its_port_and_stops() -> None:
    """`serve` takes a free port, says where it is, and ends when it is cancelled."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.ensure_future(
        serve(app(scripts(), CATALOG), port=0, on_ready=ready.set_result)
    )
    url = await ready
    async with httpx2.AsyncClient() as client:
        health = await client.get(f"{url.removesuffix('/v1')}/health")
    serving.cancel()
    await asyncio.wait([serving])

    assert health.status_code == 200
    assert serving.cancelled()


async def test_a_taken_port_is_told() -> None:
    """A port that is in use is a mistake of the caller, said in one sentence."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"Nothing can listen on 127.0.0.1:{port}"):
            await serve(app(scripts(), CATALOG), port=port)


def test_a_server_comes_and_goes_in_silence() -> None:
    """Starting, answering and stopping write nothing, though a client still waits for an answer."""
    code = """
import http.client, time
from simulator.definitions.model_catalog import ModelCatalog
from simulator.llm.stand_in.script import Scripts
from simulator.llm.stand_in.server import LoopbackServer

BODY = '{"model": "x", "messages": [{"role": "user"}]}'
with LoopbackServer(Scripts(), ModelCatalog(endpoints={}), latency=50) as server:
    client = http.client.HTTPConnection(server.url.split("/")[2])
    client.request("GET", "/health")
    print(client.getresponse().read().decode())
    client.request("POST", "/v1/chat/completions", BODY)
    while not server.stats()["requests"]:
        time.sleep(0.01)
client.close()
"""

    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, '{"status": "ok"}\n', "")
