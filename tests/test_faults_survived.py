"""The server's faults on our own way to a model: what passes is asked again, the rest is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from simulator import Run, load
from simulator.definitions.project import Project
from simulator.errors import KeyRefused, ModelError, QuotaExhausted, RequestRefused
from simulator.llm.ask import Answer, Listener, Question
from simulator.llm.call_context import Deadline
from simulator.llm.session import Session
from simulator.llm.transports.live import Live
from simulator.record.rows import AttemptRow
from simulator.record.store import Store
from simulator.record.usage import to_nano
from simulator.testing import Faults, LoopbackServer, Scripts
from tests.fault_samples import Wishing, differing, entries, state_after, too_early
from tests.llm_samples import AT_ONCE, Desk, catalog, desk, prompt

PROJECT = Project.find(Path(__file__).parent)
STREAMED = Listener(streams=True)


def patience(faults: str) -> float:
    """Seconds of silence to bear: few where there will be silence."""
    return 0.3 if "hang" in faults else 5.0


@pytest.fixture(scope="module")
def plain() -> Iterator[LoopbackServer]:
    """A server with the prices of `catalog`."""
    with LoopbackServer(Scripts(), catalog()) as server:
        yield server


@asynccontextmanager
async def asking(plain: LoopbackServer, *wishes: str) -> AsyncIterator[Desk]:
    """A desk at that server, with a fresh log."""
    plain.reset()
    left = list(wishes)
    network = Wishing(lambda _: left.pop(0) if left else "", seconds=patience("".join(wishes)))
    models = catalog(base_url=plain.url)
    async with desk(network=network, models=models, retry=AT_ONCE) as here:
        yield here


async def said(here: Desk, listener: Listener | None = None) -> Answer[str]:
    """Any answer will do."""
    question = Question(persona="rosa", purpose="speak", prompt=prompt(), parse=str)
    return await here.ask(question, listener=listener, deadline=Deadline(5))


@pytest.mark.parametrize(
    ("fault", "end"),
    [
        ("429:0.05", ("released", "rate_limited")),
        ("429-ms:50", ("released", "rate_limited")),
        ("429-date:0", ("released", "rate_limited")),
        ("429-bare", ("released", "rate_limited")),
        ("500", ("released", "server_failed")),
        ("502-html", ("unknown", "server_failed")),
        ("503", ("released", "server_failed")),
        ("reset-before", ("unknown", "connection_failed")),
        ("reset-middle", ("unknown", "connection_failed")),
        ("close-middle", ("unknown", "connection_failed")),
        ("lost", ("unknown", "connection_failed")),
        ("hang", ("unknown", "connection_failed")),
        ("hang-paid", ("unknown", "connection_failed")),
        ("cut-body", ("unknown", "bad_answer")),
        ("empty-body", ("unknown", "bad_answer")),
        ("html-200", ("unknown", "bad_answer")),
        ("cut-content", ("settled", "bad_answer")),
    ],
)
async def test_what_passes_is_asked_again(
    fault: str, end: tuple[str, str], plain: LoopbackServer
) -> None:
    """The second attempt is answered, no earlier than told; the first is booked as it ended."""
    async with asking(plain, fault) as here:
        answer = await said(here)

    first, second = await entries(plain, 2)
    assert answer.value
    assert here.ends == [end, ("settled", "")]
    assert here.left_open == 0
    assert (first["fault"], second["fault"]) == (fault.partition(":")[0], "")
    assert first["question"] == second["question"]
    assert second["at"] >= first["at"] + (first["retry_after"] or 0)
    assert booked(here) == billed_of(plain, settled_ids(here))


def settled_ids(here: Desk) -> list[str]:
    """Request ids of what was settled."""
    return [one.request_id for one in here.outcomes if one.state == "settled"]


def booked(here: Desk) -> list[int]:
    """Nano-dollars of what was settled."""
    return [to_nano(one.cost or Decimal(0)) for one in here.outcomes if one.state == "settled"]


def billed_of(server: LoopbackServer, request_ids: list[str]) -> list[int]:
    """What the server billed for these requests."""
    bills = {one["request_id"]: one["billed_nano"] for one in server.stats()["requests"]}
    return [bills[request_id] for request_id in request_ids]


@pytest.mark.parametrize(
    ("fault", "ends"),
    [
        ("stream-no-finish", [("settled", "stream_torn"), ("settled", "")]),
        ("stream-error-event", [("unknown", "stream_torn"), ("settled", "")]),
        ("reset-middle", [("unknown", "stream_torn"), ("settled", "")]),
        ("close-middle", [("unknown", "stream_torn"), ("settled", "")]),
        ("cut-body", [("unknown", "stream_torn"), ("settled", "")]),
        ("empty-body", [("unknown", "stream_torn"), ("settled", "")]),
        ("cut-content", [("settled", "stream_torn"), ("settled", "")]),
        ("lost", [("unknown", "connection_failed"), ("settled", "")]),
        ("html-200", [("unknown", "bad_answer"), ("settled", "")]),
        ("stream-no-done", [("settled", "")]),
        ("duplicate", [("settled", "")]),
        ("no-usage", [("unknown", "")]),
        ("drip:0.005", [("settled", "")]),
    ],
)
async def test_a_torn_stream_starts_again(
    fault: str, ends: list[tuple[str, str]], plain: LoopbackServer
) -> None:
    """What can be used is used, the rest is asked for again, and nothing is counted as free."""
    async with asking(plain, fault) as here:
        answer = await said(here, STREAMED)

    log = await entries(plain, len(ends))
    assert answer.value
    assert (here.ends, here.left_open) == (ends, 0)
    assert all(entry["billed_nano"] for entry in log)
    assert booked(here) == billed_of(plain, settled_ids(here))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("quota", QuotaExhausted),
        ("400", RequestRefused),
        ("401", KeyRefused),
        ("403", KeyRefused),
    ],
)
async def test_what_does_not_pass_is_not_asked_again(
    fault: str, error: type[ModelError], plain: LoopbackServer
) -> None:
    """One request, one error of ours, nothing paid."""
    async with asking(plain, fault) as here:
        with pytest.raises(error):
            await said(here)

    assert len(await entries(plain, 1)) == 1
    assert (here.ends, here.left_open) == ([("released", error.kind)], 0)


async def test_an_answer_without_usage_is_unknown(plain: LoopbackServer) -> None:
    """It is used, and counted at what was reserved for it."""
    async with asking(plain, "no-usage") as here:
        answer = await said(here)

    assert answer.value
    assert (here.ends, here.left_open) == ([("unknown", "")], 0)


TRANSIENT = [
    *("429:0.01=0.3", "429-ms:10=0.3", "429-bare=0.3", "500=0.3", "502-html=0.3", "503=0.3"),
    *("burst:2=0.3", "reset-before=0.3", "reset-middle=0.3", "lost=0.3", "cut-body=0.3"),
    *("empty-body=0.3", "html-200=0.3", "cut-content=0.3", "no-usage=0.3", "hang-paid=0.3"),
    "429:0.01=0.1,500=0.05,lost=0.05,reset-middle=0.05,cut-body=0.05",
]


async def played(server: LoopbackServer, database: Path, *, silence: float) -> Run:
    """A conversation of four turns with that server."""
    environ = {"OPENAI_API_KEY": "sk-any", "OPENAI_BASE_URL": server.url}
    simulation = load("interview-practice", model="openai/gpt-4.1-mini", turns=4, database=database)
    async with Session(environ=environ, retry=AT_ONCE, network=Live(seconds=silence)) as session:
        return await simulation.arun(seed=7, session=session)


def attempts_of(run: Run) -> list[AttemptRow]:
    """The rows of the ledger."""
    with Store.open(run.database) as store:
        return store.attempts(run.id)


@pytest.mark.parametrize("spec", TRANSIENT)
async def test_a_conversation_gets_through(spec: str, tmp_path: Path) -> None:
    """Four turns, nothing left reserved, what is settled was billed, and nothing paid is lost."""
    faults = Faults.of(spec, seed=20)
    with LoopbackServer(Scripts.of(PROJECT), PROJECT.catalog(), faults=faults) as server:
        run = await played(server, tmp_path / "runs.db", silence=patience(spec))
        stats = server.stats()

    rows, log = attempts_of(run), stats["log"]
    assert any(entry["fault"] for entry in log)
    assert [turn.turn for turn in run.turns] == [1, 2, 3, 4]
    assert [row.outcome.state for row in rows] == [state_after(entry["fault"]) for entry in log]
    assert differing(rows, stats) == []
    assert too_early(log) == []
