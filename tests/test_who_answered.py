"""Who answered, a model or the stand-in, is a fact of each request; a run is labelled by it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx2
import pytest

from simulator.display.cost_table import cost_objects, cost_report
from simulator.display.label import label
from simulator.display.run_list import run_object
from simulator.display.summary import summary_of
from simulator.display.talk_html import html_of_talk
from simulator.llm.session import Session
from simulator.record.ledger_days import ledger_days, stand_in_requests
from simulator.record.store import Store
from simulator.runs.run import Run
from tests.cli_samples import simulate
from tests.small_project import loader, small_project
from tests.stage import reply

MODELS = """
default: tiers
endpoints:
  offline: {in_process: true, stand_in: true, free: true}
  cloud: {base_url: "http://127.0.0.1:9/v1"}
models:
  offline/stand-in: {supports: [json_schema, tools, temperature]}
  cloud/middle: {price: {in: 1, out: 2}, supports: [json_schema, tools, temperature]}
tiers:
  simple: [SIMPLE]
  standard: [cloud/middle]
  complex: [cloud/middle]
"""
PAID = Decimal(100 * 1 + 20 * 2) / 10**6


class Cloud(httpx2.AsyncBaseTransport):
    """A provider that answers, or knows no such model."""

    def __init__(self, status: int = 200) -> None:
        self._status = status

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The same reply each time, or the same refusal."""
        refusal = {"error": {"message": "no such model", "code": "model_not_found"}}
        body = reply("Well, why not?") if self._status == 200 else refusal
        return httpx2.Response(self._status, content=json.dumps(body).encode())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Rosa is answered for by the simple tier, Dev by the standard one; four turns."""
    folder = small_project(tmp_path)
    for who, tier in (("rosa", "simple"), ("dev", "standard")):
        path = folder / "personas" / f"{who}.yaml"
        path.write_text(f"{path.read_text()}tier: {{floor: {tier}, ceiling: {tier}}}\n")
    monkeypatch.chdir(folder)
    return folder


async def played(project: Path, *, simple: str, status: int = 200, model: str = "tiers") -> Run:
    """Four turns with these models in the simple tier."""
    (project / "models.yaml").write_text(MODELS.replace("SIMPLE", simple))
    async with Session(environ={}, network=Cloud(status)) as session:
        return await loader(project)(model=model, turns=4).arun(seed=1, session=session)


async def test_a_stand_in_beside_a_model_is_no_free_run(project: Path) -> None:
    """What the model cost is paid, in every place that tells of it, and both are named."""
    run = await played(project, simple="offline/stand-in")

    money = summary_of(run).lines()[2]
    assert money == "spent $0.00028 on models · a stand-in gave 2 of 4 answers"
    assert (run.stand_in, run.spoken_by, run.total.dollars) == (True, "both", 2 * PAID)
    named = "models by tier, partly stand-in: written lines, no model"
    assert label(run.started) == f"Tea with the vicar · {named} · seed 1"
    assert named in html_of_talk(run.events)
    today = datetime.now(UTC).date()
    days = {"first": today - timedelta(days=1), "last": today}
    with Store.open(run.database) as store:
        rows = {one["model"]: one for one in cost_objects(cost_report(store, by=["model"]))}
        listed = run_object(store.run(run.id))
        (billed,) = ledger_days(store, "cloud", **days)
        calls = store.query("SELECT persona, stand_in FROM v_calls ORDER BY turn")
        played_here = stand_in_requests(store, "offline", **days)
    assert {name: one["spoken_by"] for name, one in rows.items()} == {
        "cloud/middle": "models",
        "offline/stand-in": "stand-in",
    }
    assert (listed["spoken_by"], listed["stand_in"]) == ("both", True)
    assert (billed.requests, billed.dollars, played_here) == (2, 2 * PAID, 2)
    assert [(one["persona"], one["stand_in"]) for one in calls] == [("rosa", 1), ("dev", 0)] * 2
    assert "tiers and stand-in" in simulate("runs", "list", "--db", "runs.db").stdout


async def test_a_run_that_fell_back_to_the_stand_in_is_labelled_so(project: Path) -> None:
    """Where no model answered, no model is named as having spoken, whatever was asked for."""
    persona = project / "personas" / "dev.yaml"
    persona.write_text(persona.read_text().replace("standard", "simple"))
    run = await played(project, simple="cloud/middle, offline/stand-in", status=404)

    assert (run.spoken_by, run.stand_in, run.total.dollars) == ("stand-in", True, Decimal(0))
    told = "1 call went on to another model and stands in the rows of all that were asked.\n"
    assert told in simulate("cost", "--by", "model").stdout
    assert told not in simulate("cost", "--by", "persona").stdout
    assert "stand-in: written lines, no model" in label(run.started)
    assert "models by tier" not in label(run.started)
    assert "a stand-in spoke" in summary_of(run).lines()[2]
    with Store.open(run.database) as store:
        (begun,) = (one for one in store.events(run.id) if one.kind == "run_started")
        assert store.run(run.id).spoken_by == "stand-in"
        assert store.runs()[0].stand_in
    assert "models by tier, else stand-in: written lines, no model" in label(begun)


async def test_a_stand_in_that_was_never_asked_did_not_speak(project: Path) -> None:
    """A tier that nobody was routed to does not make a run of models a stand-in's."""
    persona = project / "personas" / "rosa.yaml"
    persona.write_text(persona.read_text().replace("simple", "standard"))
    run = await played(project, simple="offline/stand-in")

    assert (run.spoken_by, run.stand_in) == ("models", False)
    assert label(run.started) == "Tea with the vicar · models by tier · seed 1"
    assert summary_of(run).lines()[2] == f"spent ${4 * PAID}"


async def test_a_stand_in_alone_is_one(project: Path) -> None:
    """As it always was."""
    run = await played(project, simple="offline/stand-in", model="stand-in")

    assert (run.spoken_by, run.stand_in) == ("stand-in", True)
    assert label(run.started).count("stand-in: written lines, no model") == 1
