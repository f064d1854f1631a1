"""What was booked wrongly, paid too often or put off for good in corners of the money code."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest

from simulator import Session, Store, Study
from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.persona import TierRange
from simulator.definitions.project import Project
from simulator.errors import BadAnswer, InvalidFiles, KeyRefused, StoreFailed, StreamTorn
from simulator.llm.ask import Occasion, ask
from simulator.llm.call_context import Deadline
from simulator.llm.credentials import Credentials
from simulator.llm.event_stream import as_event_stream
from simulator.llm.keys import KeyRing
from simulator.llm.listener import Listener
from simulator.llm.router import Route, tier_above
from simulator.llm.tracker import Tracker
from simulator.llm.transports.keyed import Keyed
from simulator.llm.transports.retrying import RetryPolicy
from simulator.record.calls import Attempt
from simulator.record.database import SCHEMA
from simulator.record.migrations import upgrade
from simulator.record.tally import Counted, Shared, Tally
from simulator.record.usage import Spent, Usage
from simulator.testing import LoopbackServer, MemoryRecord, Scripts, completion
from tests.another_program import budgeted, environment
from tests.bookkeeper import Bookkeeper
from tests.llm_samples import ONCE, TODAY, WELL, catalog, desk, question
from tests.small_project import loader, small_project
from tests.test_organization import EMPTY, bill, books
from tests.test_tracker import plain

THRICE = RetryPolicy(attempts=3, pause=lambda *_: 0.0)
KEY = "sk-canary-0123456789abcdefghij"
OLD_ROWS = """
    INSERT INTO runs (id, scenario, created, status, started, ended, stop_reason)
    VALUES ('tea-1', 'tea', 0, 'done', 0, 1, 'turns');
    INSERT INTO calls
        (id, run, turn, persona, purpose, model, tier, reasons, prompt_hash, at, state)
    VALUES ('paid', 1, 1, 'rosa', 'speak', 'openai/m', 'simple', '["easy"]', 'h', 0, 'answered'),
        ('lost', 1, 2, 'dev', 'judge', 'openai/m', '', '[]', 'h', 0, 'cancelled'),
        ('plain', NULL, 0, '', 'other', 'openai/m', '', '[]', '', 0, 'answered');
    INSERT INTO attempts (call, number, model, at, state, reserved_nano, reserved_tokens,
        input_tokens, cached_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_nano)
    VALUES (1, 1, 'openai/o', 0, 'released', 9000, 90, NULL, NULL, NULL, NULL, NULL, NULL),
        (1, 2, NULL, 0, 'settled', 9000, 90, 50, 20, 0, 5, 1, 7001),
        (2, 1, NULL, 0, 'unknown', 3000, 30, NULL, NULL, NULL, NULL, NULL, NULL),
        (2, 2, NULL, 0, 'reserved', 2000, 20, NULL, NULL, NULL, NULL, NULL, NULL),
        (3, 1, NULL, 0, 'settled', NULL, 70, 6, 0, 0, 1, 0, NULL);
    INSERT INTO answers (call, body) VALUES (1, x'007b7d');
"""
"""What the first version may have left: paid, refused, lost, in flight, and without a price."""


def torn_page(_: httpx2.Request) -> httpx2.Response:
    """A stream that breaks off, called JSON."""
    begun = b'data: {"choices":[{"index":0,"delta":{"content":"Well"},"finish_reason":null}]}\n\n'
    return httpx2.Response(200, headers={"content-type": "application/json"}, content=begun)


@pytest.mark.parametrize("streams", [False, True])
async def test_a_torn_stream_that_nobody_heard_is_no_way_around_the_attempts(
    streams: bool,
) -> None:
    """Three attempts are three where no word of it went up; nothing starts again."""
    again: list[str] = []

    async with desk(*[torn_page] * 3, retry=THRICE) as here:
        with pytest.raises(StreamTorn):
            await here.ask(listener=Listener(streams=streams, restarted=again.append))

    assert (here.ends, again) == ([("unknown", "stream_torn")] * 3, [])
    assert (here.left_open, here.states) == (0, ["failed"])


async def test_a_model_that_is_down_for_longer_than_a_turn_is_replaced_at_once() -> None:
    """There is time left for another one, and none for a second attempt."""
    overloaded = {"error": {"message": "Overloaded.", "type": "server_error"}}

    async with desk((503, {"retry-after": "1000"}, overloaded), WELL, model="tiers") as here:
        answer = await here.ask()

    assert (answer.value, answer.route.spec.name) == ("WELL, WHY NOT?", "test/middle")
    assert here.ends == [("released", "server_failed"), ("settled", "")]


@pytest.mark.parametrize("streams", [False, True])
async def test_tokens_with_a_decimal_point_are_counted(streams: bool) -> None:
    """A whole answer is not asked for, and paid, again and again for the form of its usage."""
    usage = {"prompt_tokens": 12.0, "completion_tokens": 3.0, "total_tokens": 15.0}
    body = {**completion("Well, why not?"), "usage": usage}

    def answer(_: httpx2.Request) -> httpx2.Response:
        if not streams:
            return httpx2.Response(200, json=body)
        headers = {"content-type": "text/event-stream"}
        return httpx2.Response(200, headers=headers, content=as_event_stream(body))

    async with desk(answer, answer, retry=ONCE) as here:
        answered = await here.ask(listener=Listener(streams=streams))

    assert answered.value == "WELL, WHY NOT?"
    assert [one.usage for one in here.outcomes] == [Usage(input=12, output=3)]


def two_endpoints() -> ModelCatalog:
    """Models at two endpoints that take their key from one variable, or from two with one key."""
    entry: dict[str, Any] = {"price": {"in": 1, "out": 2}}
    one = {"base_url": "http://127.0.0.1:1/v1", "key_variable": ["KEY_A", "KEY_B"]}
    names = ("one/small", "other/small")
    other = {**one, "base_url": "http://127.0.0.1:2/v1"}
    given = {"endpoints": {"one": one, "other": other}, "models": dict.fromkeys(names, entry)}
    return ModelCatalog.model_validate({**given, "default": "one/small"})


async def test_a_key_that_one_endpoint_refuses_is_sent_to_another() -> None:
    """They may share it; the one that refused is not sent it again."""
    known, envelope = two_endpoints(), {"error": {"message": "Incorrect API key provided"}}

    def answer(request: httpx2.Request) -> httpx2.Response:
        refused = request.url.port == 1
        body = envelope if refused else completion("Well, why not?")
        return httpx2.Response(401 if refused else 200, json=body)

    async with desk(*[answer] * 3, models=known, model="one/small", KEY_A=KEY, KEY_B=KEY) as here:
        with pytest.raises(KeyRefused):
            await here.ask()
        there = replace(here.access, choice=known.choose("other/small"))
        occasion = Occasion(turn=1, deadline=Deadline(5), listener=Listener())
        answered = await ask(question(n=1), there, occasion)
        with pytest.raises(KeyRefused):
            await here.ask(question(n=2))

    assert answered.value == "WELL, WHY NOT?"
    assert [request.url.port for request in here.network.requests] == [1, 2]


async def test_files_are_sent_with_the_key_too() -> None:
    """As a transcription sends them: a body that is read while it goes out."""
    sent: list[bytes] = []

    class Bottom(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            sent.append(request.headers["authorization"].encode() + await request.aread())
            return httpx2.Response(200, json={})

    credentials = Credentials()
    keyed = Keyed(
        Bottom(), ring=KeyRing({"A": KEY}, credentials=credentials), credentials=credentials
    )
    async with httpx2.AsyncClient(transport=keyed) as client:
        bearing = {"authorization": "Bearer key-in:A"}
        await client.post("http://127.0.0.1:1/v1", headers=bearing, files={"f": ("a.wav", b"RIFF")})

    (body,) = sent
    assert body.startswith(f"Bearer {KEY}".encode())
    assert b"RIFF" in body


def test_a_tier_with_the_same_model_is_no_step_up() -> None:
    """The one above it is: who has two tiers in three is asked of the dearer model, too."""
    known = catalog()
    models = known.model_copy(
        update={"tiers": known.tiers.model_copy(update={"standard": ("test/small",)})}
    )
    taken = Route(tier="simple", spec=models.spec("test/small"), score=0.1, reasons=())

    def above(ceiling: str) -> str:
        tiers = TierRange.model_validate({"ceiling": ceiling})
        choice = models.choose("tiers")
        route = tier_above(taken, tiers=tiers, choice=choice, catalog=models, today=TODAY)
        return f"{route.tier} {route.spec.name}" if route else ""

    assert (above("standard"), above("complex")) == ("", "complex test/big")


@pytest.mark.parametrize("amount", [3, "4", [5], True])
async def test_an_amount_in_another_form_is_no_bill(amount: object) -> None:
    """It is told as a page that cannot be understood, not by a traceback."""
    keeper = Bookkeeper(faults=[EMPTY, bill(amount)])

    with pytest.raises(BadAnswer, match="is no amount of dollars"):
        await books(keeper)


class FullDisk(MemoryRecord):
    """A ledger that cannot book an attempt, and knows none."""

    def reserve(self, attempt: Attempt) -> None:
        """Fail."""
        raise StoreFailed("the disk is full")

    def close_attempt(self, call: str, number: int, outcome: object) -> None:
        """Fail, as a store does for what was not reserved."""
        raise StoreFailed("only a reserved attempt is closed")


async def test_a_call_that_was_not_booked_is_not_closed() -> None:
    """At the end the tracker closes what was cancelled, and nothing else."""
    async with plain(WELL, record=FullDisk()) as here:
        assert isinstance(here.model.callbacks, list)
        (tracker,) = [one for one in here.model.callbacks if isinstance(one, Tracker)]
        with pytest.raises(StoreFailed, match="the disk is full"):
            await here.model.ainvoke("Well?")
        tracker.close()

    assert here.record.outcomes == {}


@pytest.mark.parametrize("name", ["day", "run", "study"])
def test_nobody_is_called_like_a_budget_of_all(tmp_path: Path, name: str) -> None:
    """The run's limit would be taken for the member's own, and the run not end by it."""
    project = small_project(tmp_path)
    scenario = project / "scenarios" / "tea.yaml"
    text = scenario.read_text().replace("persona: rosa\n", f"persona: rosa\n    as: {name}\n", 1)
    scenario.write_text(text.replace("speaker: rosa", f"speaker: {name}"))

    with pytest.raises(InvalidFiles, match=f"'{name}' cannot be a member's id"):
        loader(project)()


async def test_a_run_that_is_cut_short_tells_nothing_of_a_whole_one(tmp_path: Path) -> None:
    """Its members were silent after a turn or two: the next one is not reckoned by that."""
    simulation, found = budgeted(small_project(tmp_path)), Project.find(tmp_path)
    members = tuple(replace(one, budget=Budget(tokens=1_500)) for one in simulation.cast.members)
    simulation = replace(simulation, cast=replace(simulation.cast, members=members))
    study = Study("pilot", dollars=Decimal(5), whole=True)

    with (
        LoopbackServer(Scripts.of(found), found.catalog()) as server,
        Store.open(simulation.database) as store,
    ):
        async with Session(environ=environment(server.url)) as session:
            run = await simulation.arun(seed=1, session=session, store=store, study=study)
            (account,) = session.studies.values()
            (need,) = account.under_way.needs.values()

    assert run.stop_reason == "budgets"
    assert need.measured is None


@pytest.mark.parametrize("step", range(1, SCHEMA))
def test_every_older_database_keeps_its_books(tmp_path: Path, step: int) -> None:
    """From each version on: what was paid, lost and in flight, who asked, and what was answered."""
    path = tmp_path / "runs.db"
    connection = sqlite3.connect(path, isolation_level=None)
    upgrade(connection, to=step)
    connection.executescript(OLD_ROWS)
    connection.close()

    with Store.open(path) as store:
        total, (run,) = store.totals("tea-1"), store.runs()
        (everything,) = store.cost(())
        of_judges = store.cost(("purpose", "tier"))
        counted = store.counted(Tally(of=Shared()))
        call, answer = store.calls("tea-1")[0], store.answer("paid")
        states = [one.outcome.state for one in store.attempts()]

    assert (total.dollars, total.counted) == (Decimal("0.000007001"), Decimal("0.000012001"))
    assert total.usage == Usage(input=50, cached=20, output=5, reasoning=1)
    assert (total.unknown, total.open, total.counted_tokens) == (1, 1, 105)
    assert (run.tokens, run.dollars_at_least, run.spoken_by, run.study) == (55, True, "models", "")
    assert (everything.dollars, everything.at_least) == (Decimal("0.000007001"), True)
    assert [one.group for one in of_judges] == [("judge", ""), ("other", ""), ("speak", "simple")]
    spent = Spent(112, Decimal("0.000012001"))
    assert counted == Counted(spent, Spent(), frozenset({"openai/m"}))
    assert (call.call.reasons, call.answered, answer) == (("easy",), True, b"{}")
    assert states == ["released", "settled", "unknown", "reserved", "settled"]


def test_an_upgrade_that_fails_leaves_the_older_database(tmp_path: Path) -> None:
    """All steps are taken or none: it can be opened by its own version, and tried again."""
    path = tmp_path / "runs.db"
    connection = sqlite3.connect(path, isolation_level=None)
    upgrade(connection, to=4)
    connection.execute("CREATE TABLE memories (somebody_elses TEXT)")
    connection.close()

    with pytest.raises(StoreFailed, match="memories"):
        Store.open(path)
    connection = sqlite3.connect(path, isolation_level=None)
    version = connection.execute("PRAGMA user_version").fetchone()
    taken = connection.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()
    connection.execute("DROP TABLE memories")
    connection.close()
    Store.open(path).close()

    assert (version, taken) == ((4,), (4,))
