"""The server's faults, seen over real HTTP by plain clients, and what it bills for them."""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import openai
import pytest
from openai.types.chat import ChatCompletionUserMessageParam

from simulator.testing import Faults, LoopbackServer
from tests.fault_samples import HEADER, entries
from tests.stand_in_samples import CATALOG, CUE, request_body, scripts

BILL = 10 * 400 + 5 * 1_600
"""Nano-dollars for the answer to `CUE`."""


@pytest.fixture(scope="module")
def running() -> Iterator[LoopbackServer]:
    """A server where only what is asked for goes wrong."""
    with LoopbackServer(scripts(), CATALOG) as server:
        yield server


@pytest.fixture
def server(running: LoopbackServer) -> LoopbackServer:
    """The same with a fresh log."""
    running.reset()
    return running


async def post(
    server: LoopbackServer, fault: str = "", *, seconds: float = 5, **fields: Any
) -> httpx2.Response:
    """One question over a connection of its own."""
    headers = {HEADER: fault} if fault else {}
    # Reading the machine's certificates, which nobody needs here, takes 20 ms a time.
    verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    async with httpx2.AsyncClient(timeout=seconds, headers=headers, verify=verify) as client:
        content = request_body(CUE, **fields)
        return await client.post(f"{server.url}/chat/completions", content=content)


@pytest.mark.parametrize(
    ("fault", "status", "header", "code"),
    [
        ("429:7", 429, ("retry-after", "7"), "rate_limit_exceeded"),
        ("429-ms:250", 429, ("retry-after-ms", "250"), "rate_limit_exceeded"),
        ("429-bare", 429, None, "rate_limit_exceeded"),
        ("quota", 429, None, "insufficient_quota"),
        ("400", 400, None, "invalid_value"),
        ("401", 401, None, "invalid_api_key"),
        ("403", 403, None, "unsupported_country_region_territory"),
        ("500", 500, None, None),
        ("503", 503, None, None),
        ("503:2", 503, ("retry-after", "2"), None),
        ("burst:1", 503, None, None),
    ],
)
async def test_refusals_and_failures_cost_nothing(
    fault: str,
    status: int,
    header: tuple[str, str] | None,
    code: str | None,
    server: LoopbackServer,
) -> None:
    """They come in the API's envelope, say when to come again where they should, and are logged."""
    answer = await post(server, fault)

    waits = {name: value for name, value in answer.headers.items() if "retry" in name}
    (entry,) = await entries(server, 1)
    seconds = 0.25 if fault == "429-ms:250" else float(header[1]) if header else None
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert waits == (dict([header]) if header else {})
    assert (entry["fault"], entry["status"]) == (fault.partition(":")[0], status)
    assert (entry["billed_nano"], entry["retry_after"], entry["finished"]) == (0, seconds, True)
    assert entry["request_id"] == answer.headers["x-request-id"]
    assert server.stats()["totals"]["billed_nano"] == 0


async def test_a_date_says_when_to_come_again(server: LoopbackServer) -> None:
    """It is a whole second, at least as late as was asked for."""
    before = datetime.now(UTC)
    answer = await post(server, "429-date:2")

    then = parsedate_to_datetime(answer.headers["retry-after"])
    (entry,) = await entries(server, 1)
    assert 0 <= (then - before).total_seconds() - entry["retry_after"] < 1
    assert 2 <= entry["retry_after"] <= 3


async def test_a_gateway_answers_with_a_page(server: LoopbackServer) -> None:
    """It is HTML, knows no request id, and costs nothing."""
    answer = await post(server, "502-html")

    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")
    assert "502 Bad Gateway" in answer.text
    assert "x-request-id" not in answer.headers
    assert server.stats()["totals"]["billed_nano"] == 0


@pytest.mark.parametrize(
    ("fault", "error", "status", "billed"),
    [
        ("reset-before", httpx2.ReadError, None, 0),
        ("hang", httpx2.ReadTimeout, None, 0),
        ("hang-paid", httpx2.ReadTimeout, None, BILL),
        ("lost", httpx2.RemoteProtocolError, None, BILL),
        ("reset-middle", httpx2.ReadError, 200, BILL),
        ("close-middle", httpx2.RemoteProtocolError, 200, BILL),
    ],
)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_connections_break_as_they_should(
    fault: str,
    error: type[Exception],
    status: int | None,
    billed: int,
    stream: bool,
    server: LoopbackServer,
) -> None:
    """A reset, a close and silence are told apart, and the bill says what was answered."""
    fields = {"stream": True} if stream else {}

    seconds = 0.2 if fault.startswith("hang") else 5
    with pytest.raises(error) as raised:
        await post(server, fault, seconds=seconds, **fields)

    (entry,) = await entries(server, 1)
    assert type(raised.value) is error
    assert (entry["fault"], entry["status"], entry["finished"]) == (fault, status, False)
    assert entry["billed_nano"] == server.stats()["totals"]["billed_nano"] == billed


async def test_a_reset_is_a_reset(server: LoopbackServer) -> None:
    """What was sent before it arrives, then the socket itself says that it was reset."""
    host, port = server.url.split("/")[2].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    body = request_body(CUE)
    head = f"POST /stand-in/v1/chat/completions HTTP/1.1\r\nHost: x\r\n{HEADER}: reset-middle\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    begun = await reader.readuntil(b"\r\n\r\n") + await reader.read(20)
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()

    assert begun.startswith(b"HTTP/1.1 200 OK\r\n")
    assert begun.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_a_duplicate_is_the_same_once_more(stream: bool, server: LoopbackServer) -> None:
    """Two whole answers come to one question, the second when it is due, and one is billed."""
    host, port = server.url.split("/")[2].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    body = request_body(CUE, stream=stream)
    head = f"POST /stand-in/v1/chat/completions HTTP/1.1\r\nHost: x\r\n{HEADER}: duplicate:0.1\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    first = await one_answer(reader)
    (early,) = server.stats()["log"]
    second = await one_answer(reader)
    writer.close()

    assert early["ended"] is None
    assert [(e["fault"], e["billed_nano"]) for e in await entries(server, 1)] == [
        ("duplicate", BILL)
    ]
    assert events_or_body(first) == events_or_body(second)
    assert server.stats()["totals"]["requests"] == 1


async def one_answer(reader: asyncio.StreamReader) -> bytes:
    """The next whole answer of a connection, head and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    if b"chunked" in head:
        return head + await reader.readuntil(b"\r\n0\r\n\r\n")
    size = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    return head + await reader.readexactly(int(size))


def events_or_body(answer: bytes) -> tuple[list[bytes], list[bytes]]:
    """The lines of a head, in any order and case, and what is JSON in the body, however cut."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return sorted(head.lower().split(b"\r\n")), [x for x in body.split() if len(x) > 5]


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("cut-body", lambda a, whole: len(a.content) == len(whole.content) // 2),
        ("empty-body", lambda a, _: a.content == b""),
        ("html-200", lambda a, _: a.text.startswith("<html>")),
        ("no-usage", lambda a, whole: same(a, whole, usage=None)),
        ("delay:0.05", lambda a, whole: same(a, whole) and a.elapsed.total_seconds() >= 0.05),
        ("drip:0.004", lambda a, whole: same(a, whole) and a.elapsed.total_seconds() >= 0.05),
    ],
)
async def test_a_damaged_answer_is_paid(
    fault: str, seen: Callable[[httpx2.Response, httpx2.Response], bool], server: LoopbackServer
) -> None:
    """The status is 200, the body is not what it should be or late, and the bill is whole."""
    whole = await post(server)
    answer = await post(server, fault)

    assert answer.status_code == 200
    assert answer.headers["content-length"] == str(len(answer.content))
    assert seen(answer, whole)
    assert [(e["billed_nano"], e["finished"]) for e in await entries(server, 2)] == [
        (BILL, True),
        (BILL, True),
    ]


def same(answer: httpx2.Response, whole: httpx2.Response, **changes: object) -> bool:
    """Whether two answers are the same but for their ids, caches and these changes."""
    bodies = [{**one.json(), **changes, "id": ""} for one in (answer, whole)]
    given = "usage" in answer.json()
    return bodies[0] == bodies[1] and given == ("usage" not in changes)


async def test_cut_words_have_no_reason_to_end(server: LoopbackServer) -> None:
    """The body is sound, the sentence is not."""
    answer = (await post(server, "cut-content")).json()

    choice = answer["choices"][0]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("You have ele", None)
    assert answer["usage"]["completion_tokens"] == 5


@pytest.mark.parametrize(
    ("fault", "tail"),
    [
        ("", ["stop", "usage", "[DONE]"]),
        ("stream-no-done", ["stop", "usage"]),
        ("stream-no-finish", ["usage", "[DONE]"]),
        ("stream-error-event", ["error"]),
        ("cut-content", ["usage", "[DONE]"]),
        ("no-usage", ["stop", "[DONE]"]),
        ("empty-body", []),
        ("drip:0.01", ["stop", "usage", "[DONE]"]),
        ("duplicate", ["stop", "stop", "usage", "usage", "[DONE]", "[DONE]"]),
    ],
)
async def test_streams_lack_what_they_should(
    fault: str, tail: list[str], server: LoopbackServer
) -> None:
    """Each ends as its fault says, and all of them are billed whole."""
    options = {"include_usage": True}
    answer = await post(server, fault, stream=True, stream_options=options)

    (entry,) = await entries(server, 1)
    assert [mark for line in answer.text.split("\n\n") if (mark := marked(line))] == tail
    assert (entry["fault"], entry["finished"]) == (fault.partition(":")[0], True)
    assert entry["billed_nano"] == BILL


def marked(event: str) -> str:
    """What an event of a stream tells besides words."""
    data = event.removeprefix("data: ")
    if data in {"", "[DONE]"}:
        return data
    chunk = json.loads(data)
    names = [name for name in ("error", "usage") if chunk.get(name)]
    reasons = [choice["finish_reason"] or "" for choice in chunk.get("choices", ())]
    return "".join(names + reasons)


async def test_faults_of_streams_leave_other_answers_whole(server: LoopbackServer) -> None:
    """Where nothing went wrong, the log says so; a bad request is refused for its own sake."""
    names = ("stream-no-done", "stream-no-finish", "stream-error-event")
    answers = [await post(server, name) for name in names]
    refused = await post(server, "cut-body", n=2)

    log = await entries(server, 4)
    assert all(answer.json()["choices"][0]["finish_reason"] == "stop" for answer in answers)
    assert refused.json()["error"]["param"] == "n"
    assert [entry["fault"] for entry in log] == [""] * 4


async def test_a_burst_asked_for_ends(server: LoopbackServer) -> None:
    """Three fail in a row, whoever asks; who asks for it every time is served in between."""
    asked = [(await post(server, "burst:3")).status_code for _ in range(6)]
    others = [(await post(server)).status_code for _ in range(4)]

    assert asked == [503, 503, 503, 200, 503, 503]
    assert others == [503, 200, 200, 200]


async def test_an_unknown_fault_is_told(server: LoopbackServer) -> None:
    """The header's mistake is a refusal that says what there is."""
    answer = await post(server, "los")

    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith(
        "No fault is called 'los'. Did you mean 'lost'? There are: 400, 401, 403, 429, 429-bare,"
    )


async def test_the_openai_client_sees_what_it_would_see(server: LoopbackServer) -> None:
    """Its own errors, and its own retries after what it was told."""
    kinds: dict[str, type[Exception]] = {
        "429-bare": openai.RateLimitError,
        "quota": openai.RateLimitError,
        "400": openai.BadRequestError,
        "401": openai.AuthenticationError,
        "403": openai.PermissionDeniedError,
        "500": openai.InternalServerError,
        "502-html": openai.InternalServerError,
        "lost": openai.APIConnectionError,
        "reset-before": openai.APIConnectionError,
    }
    raised: dict[str, type[Exception]] = {}

    async with openai.AsyncOpenAI(base_url=server.url, api_key="any", max_retries=0) as client:
        create = client.chat.completions.create
        question = ChatCompletionUserMessageParam(role="user", content="Hi.")
        for fault in kinds:
            try:
                await create(model="plain", messages=[question], extra_headers={HEADER: fault})
            except openai.OpenAIError as error:
                raised[fault] = type(error)

    assert raised == kinds


async def test_a_reset_draws_the_same_again() -> None:
    """Two conversations with one server meet the same faults, seeded by the number of a request."""
    faults = Faults.of("500=0.3,429-bare=0.3", seed=4)
    with LoopbackServer(scripts(), CATALOG, faults=faults) as server:
        first = [(await post(server)).status_code for _ in range(12)]
        server.reset()
        second = [(await post(server)).status_code for _ in range(12)]

    assert first == second
    assert set(first) == {200, 429, 500}


def test_nothing_is_said_of_it_on_stderr() -> None:
    """Every fault passes without a word from the server, which may be stopped in a hang."""
    code = """
import http.client, time
from simulator.definitions.model_catalog import ModelCatalog
from simulator.llm.stand_in.faults import FAULTS
from simulator.testing import LoopbackServer, Scripts

def ask(place, fault, stream):
    client = http.client.HTTPConnection(place, timeout=0.05)
    body = '{"model": "x", "messages": [{"role": "user"}], "stream": %s}' % stream
    try:
        client.request("POST", "/v1/chat/completions", body, {"x-stand-in-fault": fault})
        client.getresponse().read()
    except (OSError, http.client.HTTPException):
        pass
    client.close()

with LoopbackServer(Scripts(), ModelCatalog(endpoints={})) as server:
    place = server.url.split("/")[2]
    faults = [(name, stream) for name in FAULTS for stream in ("true", "false")]
    for name, stream in faults:
        ask(place, "drip:0.001" if name == "drip" else name, stream)
    waiting = http.client.HTTPConnection(place)
    waiting.request("POST", "/v1/chat/completions", "{}", {"x-stand-in-fault": "hang"})
    while len(server.stats()["log"]) <= len(faults):
        time.sleep(0.005)
waiting.close()
"""

    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
