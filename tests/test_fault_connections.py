"""What a connection may not do to our books: answer twice, go stale, or be one too many."""

from __future__ import annotations

import asyncio
import os
import resource
from collections.abc import Iterator

import httpx2
import pytest

from simulator.errors import ConnectionFailed, NothingListens
from simulator.llm.ask import Listener, Question
from simulator.llm.transports.live import Live
from simulator.testing import LoopbackServer, Scripts
from tests.fault_samples import HEADER, Wishing, entries
from tests.llm_samples import AT_ONCE, catalog, desk, prompt
from tests.stand_in_samples import CATALOG, CUE, request_body, scripts

LATE = "An earlier answer of 127.0.0.1:"


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


async def post(live: Live, server: LoopbackServer, fault: str, *, stream: bool) -> str:
    """One question; the request id of what was taken for its answer."""
    url, content = f"{server.url}/chat/completions", request_body(CUE, stream=stream)
    request = httpx2.Request("POST", url, headers={HEADER: fault}, content=content)
    response = await live.handle_async_request(request)
    await response.aread()
    await response.aclose()
    return str(response.headers["x-request-id"])


def billed(server: LoopbackServer) -> list[str]:
    """The request ids in the order in which they were billed."""
    return [bill["request_id"] for bill in server.stats()["requests"]]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("fault", ["duplicate", "duplicate:0.02"])
async def test_an_answer_that_comes_again_answers_nobody(
    fault: str, stream: bool, server: LoopbackServer
) -> None:
    """What came over an idle connection is no answer to the question that is asked next."""
    live = Live()

    taken = []
    for wish in (fault, "", fault, fault, ""):
        taken.append(await post(live, server, wish, stream=stream))
        await asyncio.sleep(0.05)
    await live.aclose()

    assert taken == billed(server)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_one_that_comes_again_too_late_is_known(stream: bool, server: LoopbackServer) -> None:
    """When the next question is on its way already, that answer is refused; then all is well."""
    live = Live()

    taken = [await post(live, server, "duplicate:0.05", stream=stream)]
    with pytest.raises(ConnectionFailed, match=LATE) as raised:
        await post(live, server, "delay:0.2", stream=stream)
    taken += [await post(live, server, "", stream=stream) for _ in range(3)]
    await live.aclose()

    first, refused, *others = billed(server)
    assert raised.value.sent
    assert taken == [first, *others]
    assert refused not in taken


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
async def test_a_late_duplicate_costs_an_attempt(streams: bool) -> None:
    """The question it got in the way of is booked as perhaps paid, and asked again."""
    wishes = ["duplicate:0.05", "delay:0.2"]
    network = Wishing(lambda _: wishes.pop(0) if wishes else "")
    with LoopbackServer(Scripts(), catalog()) as server:
        models = catalog(base_url=server.url)
        async with desk(network=network, models=models, retry=AT_ONCE) as here:
            for n in (0, 1):
                asked = Question(persona="rosa", purpose="speak", prompt=prompt(), parse=str, n=n)
                await here.ask(asked, listener=Listener(streams=streams))
        log = await entries(server, 3)

    assert here.ends == [("settled", ""), ("unknown", "connection_failed"), ("settled", "")]
    assert [one.request_id for one in here.outcomes[::2]] == [
        entry["request_id"] for entry in log[::2]
    ]


async def test_no_file_left_is_not_nobody_there(server: LoopbackServer) -> None:
    """Where this machine opens no more files, waiting helps, and nothing was sent."""
    used, live = Live(), Live()
    await post(used, server, "", stream=False)
    await used.aclose()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)

    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        with pytest.raises(ConnectionFailed) as raised:
            await post(live, server, "", stream=False)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        await live.aclose()

    assert not isinstance(raised.value, NothingListens)
    assert not raised.value.sent
