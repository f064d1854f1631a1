"""A session: one client per way to answer, a model per spec, keys that never show."""

from __future__ import annotations

import asyncio
import logging
import traceback

import pytest
from langchain_openai import ChatOpenAI

from simulator.errors import (
    BudgetExhausted,
    DeadlineExceeded,
    KeyRefused,
    RateLimited,
    StoreFailed,
    StreamTorn,
    UsageError,
)
from simulator.llm.ask import Listener
from simulator.llm.session import Session
from simulator.testing import Scripted, ScriptedStream, ScriptedTransport, completion
from tests.llm_samples import ONCE, catalog, desk, model_spec, question

KEY = "sk-proj-0123456789abcdef"
KEYED = catalog(key_variable="TEST_KEY")
WELL = completion("Well, why not?")


async def test_a_model_is_a_chat_model_made_once() -> None:
    """Retries, caching and the Responses API are off; usage comes with every stream."""
    spec = KEYED.spec("test/small")

    async with Session(environ={"TEST_KEY": KEY}) as session:
        model, again, other = (session.model(one) for one in (spec, spec, KEYED.spec("test/big")))

    assert isinstance(model, ChatOpenAI)
    assert again is model is not other
    assert (model.model_name, model.openai_api_base) == ("small", "http://127.0.0.1:1/v1")
    assert (model.max_retries, model.stream_usage, model.use_responses_api, model.cache) == (
        *(0, True, False),
        False,
    )
    assert other.http_async_client is model.http_async_client


async def test_models_of_one_name_at_two_places_are_two() -> None:
    """A session that serves several projects keeps their endpoints apart."""
    specs = [catalog(base_url=f"http://127.0.0.1:{port}/v1").spec("test/small") for port in (1, 2)]

    async with Session(environ={}) as session:
        places = [session.model(spec).openai_api_base for spec in specs]

    assert places == ["http://127.0.0.1:1/v1", "http://127.0.0.1:2/v1"]


async def test_an_address_may_come_from_the_environment() -> None:
    """What the session was given counts, and an address that is none is refused."""
    spec = catalog(base_url_variable="TEST_URL").spec("test/small")

    async with Session(environ={"TEST_URL": "http://127.0.0.1:9/v1/"}) as session:
        place = session.model(spec).openai_api_base
    async with Session(environ={"TEST_URL": "localhost"}) as session:
        with pytest.raises(UsageError, match=r"^TEST_URL is 'localhost', which is no address"):
            session.model(spec)

    assert place == "http://127.0.0.1:9/v1"


async def test_a_proxy_of_langchains_own_does_not_get_in_the_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The session's client is the only way to the network, whatever else is set."""
    monkeypatch.setenv("OPENAI_PROXY", "http://127.0.0.1:3128")

    async with desk(WELL) as here:
        said = await here.ask()

    assert said.value == "WELL, WHY NOT?"


async def test_the_key_shows_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    """Neither in what objects print, nor in errors, tracebacks, logs and the ledger."""
    caplog.set_level(logging.DEBUG)
    refusal: Scripted = (401, {}, {"error": {"message": f"Incorrect API key provided: {KEY}"}})

    async with desk(refusal, models=KEYED, retry=ONCE, TEST_KEY=KEY) as here:
        with pytest.raises(KeyRefused) as raised:
            await here.ask()
        session = here.access.session
        model = session.model(KEYED.spec("test/small"))
        shown = [repr(one) for one in (session, model, here.access, here.record)]
        shown += [str(model), str(model.model_dump()), str(model.http_async_client)]

    shown += ["".join(traceback.format_exception(raised.value)), caplog.text]
    assert here.network.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert [text for text in shown if KEY in text] == []


@pytest.mark.parametrize(
    "error",
    [
        RateLimited("slow down", status=429),
        StreamTorn("it broke"),
        DeadlineExceeded(5),
        BudgetExhausted("run", "dollars", limit="1", left="0", needed="1"),
        StoreFailed("the disk is full"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_transports_error_comes_through_the_chat_model_unchanged(error: Exception) -> None:
    """Invoked or streamed, LangChain and the SDK hand on the very object that was raised."""
    network = ScriptedTransport([error, error])

    async with Session(environ={}, network=network) as session:
        model = session.model(model_spec())
        with pytest.raises(type(error)) as invoked:
            await model.ainvoke("Well?")
        with pytest.raises(type(error)) as streamed:
            await anext(model.astream("Well?"))

    assert invoked.value is streamed.value is error


@pytest.mark.parametrize("streams", [False, True], ids=["plain", "streamed"])
async def test_nothing_is_left_behind(streams: bool) -> None:
    """After answers, failures and cancellations no task is pending and every stream is closed."""
    before = asyncio.all_tasks()
    slow, torn = ScriptedStream([60.0]), ScriptedStream([b"data: {}\n\n"])
    listener = Listener(streams=streams)

    async with desk(WELL, torn, WELL, slow) as here:
        await here.ask(listener=listener)
        await here.ask(question(n=1), listener=Listener(streams=True))
        await here.give_up(question(n=2), listener=Listener(streams=True))
    await asyncio.sleep(0)

    assert asyncio.all_tasks() == before
    assert (torn.closed, slow.closed, here.left_open) == (True, True, 0)


async def test_a_closed_session_makes_new_clients_and_closes_them() -> None:
    """Closing twice does no harm, and the network is closed with the session."""
    closed: list[bool] = []

    class Network(ScriptedTransport):
        async def aclose(self) -> None:
            closed.append(True)

    session = Session(environ={}, network=Network([]))
    client = session.model(model_spec()).http_async_client

    await session.aclose()
    await session.aclose()

    assert client is not None
    assert (closed, client.is_closed) == ([True], True)


def test_a_session_belongs_to_its_loop_and_the_next_loop_gets_another() -> None:
    """Two scripts' worth of loops in one process work one after the other."""

    async def once() -> str | None:
        async with desk(WELL) as here:
            return (await here.ask()).value

    assert [asyncio.run(once()) for _ in range(2)] == ["WELL, WHY NOT?"] * 2
