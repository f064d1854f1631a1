"""The main job over HTTP: the loopback server plays the models, bills them, and must agree."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest

from simulator import Run, load
from simulator.definitions.cast import Member
from simulator.definitions.project import Project
from simulator.errors import KeyMissing
from simulator.llm.call_context import current_call
from simulator.llm.session import Session
from simulator.llm.stand_in.script import Scripts
from simulator.llm.stand_in.server import LoopbackServer
from simulator.llm.transports.stand_in import StandIn
from simulator.record.calls import Call
from simulator.record.store import Store
from simulator.record.usage import to_nano

PROJECT = Project.find(Path(__file__).parent)


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    """A server that answers and bills like the endpoints it plays."""
    with LoopbackServer(Scripts.of(PROJECT), PROJECT.catalog()) as running:
        yield running


@pytest.fixture
def played(
    server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Run]:
    """Plays a scenario through the server with a fresh bill and database."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-anything")
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    server.reset()

    def play(scenario: str, *, seed: int = 7, **options: Any) -> Run:
        return load(scenario, database=tmp_path / "runs.db", **options).run(seed=seed)

    return play


def billed(server: LoopbackServer) -> list[tuple[str, int]]:
    """(request id, nano-dollars) of every request the server answered."""
    return [(r["request_id"], r["billed_nano"]) for r in server.stats()["requests"]]


def booked(run: Run) -> list[tuple[str, int]]:
    """(request id, nano-dollars) of every attempt in the ledger."""
    with Store.open(run.database) as store:
        rows = store.attempts(run.id)
    return [(r.outcome.request_id, to_nano(r.outcome.cost or Decimal(0))) for r in rows]


@pytest.mark.parametrize("model", ["openai/gpt-4.1-mini", "openai/gpt-4o-mini", "tiers"])
@pytest.mark.parametrize("scenario", ["focus-group", "interview-practice", "design-review"])
def test_the_ledger_equals_the_servers_bill(
    scenario: str, model: str, server: LoopbackServer, played: Callable[..., Run]
) -> None:
    """Row by row, to the nano-dollar; and the same words as in process."""
    run = played(scenario, model=model)
    offline = played(scenario, model="stand-in")

    assert run.exit_code == 0
    assert booked(run) == billed(server)
    assert sum(nano for _, nano in booked(run)) > 0
    assert [turn.text for turn in run.turns] == [turn.text for turn in offline.turns]


def test_tiers_use_several_models_and_say_why(played: Callable[..., Run]) -> None:
    """The router takes at least two tiers in one talk, with reasons on every call."""
    run = played("focus-group", model="tiers")

    speaking = [row.call for row in run.calls if row.call.purpose == "speak"]
    assert len({call.tier for call in speaking}) >= 2
    assert len({call.model for call in speaking}) >= 2
    assert all(call.reasons for call in speaking)


@pytest.mark.parametrize("scenario", ["focus-group", "interview-practice", "design-review"])
def test_a_budget_is_never_exceeded(
    scenario: str, server: LoopbackServer, played: Callable[..., Run]
) -> None:
    """$0.002 at gpt-4.1-mini's prices: at least one turn, a whole transcript, exit 5."""
    limits = {"output_tokens": 200}

    run = played(scenario, model="openai/gpt-4.1-mini", budget="0.002", limits=limits)

    assert run.exit_code == 5
    assert run.stop_reason == "dollars"
    assert len(run.turns) >= 1
    assert server.stats()["totals"]["billed_nano"] <= to_nano(Decimal("0.002"))
    assert [turn.turn for turn in run.turns] == list(range(1, len(run.turns) + 1))
    assert all(turn.text for turn in run.turns)


def test_no_key_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key nothing is asked and nothing is recorded."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    simulation = load("focus-group", model="openai/gpt-4.1-mini", database=tmp_path / "r.db")

    with pytest.raises(KeyMissing, match="OPENAI_API_KEY") as raised:
        simulation.run(seed=1)

    assert raised.value.exit_code == 6
    assert "\n" not in str(raised.value)
    with Store.open(tmp_path / "r.db") as store:
        assert store.runs() == []


class _Overheard(httpx2.AsyncBaseTransport):
    """The stand-in, with every request kept."""

    def __init__(self) -> None:
        self._inner = StandIn(Scripts.of(PROJECT))
        self.requests: list[tuple[Call, str]] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Keep who asks and what is asked, and answer."""
        call = current_call.get()
        assert call is not None
        messages = json.loads(request.content)["messages"]
        self.requests.append((call.booking, "\n".join(map(_text_of, messages))))
        return await self._inner.handle_async_request(request)


def _hidden(member: Member) -> tuple[str, ...]:
    return (*member.secrets, *member.goals)


def _text_of(message: dict[str, Any]) -> str:
    content = message.get("content") or ""
    return content if isinstance(content, str) else "\n".join(part["text"] for part in content)


@pytest.mark.parametrize("scenario", ["focus-group", "interview-practice", "design-review"])
async def test_secrets_and_goals_stay_with_their_owner(scenario: str, tmp_path: Path) -> None:
    """What goes over the wire for one member holds nobody else's secrets and goals."""
    cast = PROJECT.cast(scenario)
    wire = _Overheard()
    environ = {"OPENAI_API_KEY": "sk-any", "OPENAI_BASE_URL": "http://localhost:1/stand-in/v1"}
    simulation = load(scenario, model="openai/gpt-4.1-mini", database=tmp_path / "runs.db")

    async with Session(environ=environ, network=wire) as session:
        run = await simulation.arun(seed=7, session=session)

    assert len(wire.requests) >= len(run.turns) >= 12
    for asked, text in wire.requests:
        own = set(_hidden(cast.member(asked.persona)))
        foreign = {secret for member in cast.members for secret in _hidden(member)} - own
        assert asked.purpose != "speak" or all(secret in text for secret in own)
        assert not [secret for secret in foreign if secret in text]


async def test_models_answer_only_where_the_address_says_stand_in(server: LoopbackServer) -> None:
    """Under a bare /v1 nothing is said that could be taken for a model's words."""
    root = server.url.removesuffix("/stand-in/v1")
    async with httpx2.AsyncClient(base_url=root) as client:
        answer = await client.post("/v1/chat/completions", json={})

    assert answer.status_code == 404
    assert "/stand-in/v1. Served there" in answer.json()["error"]["message"]
