"""A key that sings, given to servers that repeat it: it must be heard nowhere."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from simulator import load
from simulator.conversation.speech import SpeechDelta
from simulator.definitions.project import Project
from simulator.errors import SimulatorError
from simulator.llm.ask import Listener
from simulator.llm.keys import Environment
from simulator.llm.session import Session
from simulator.llm.stand_in.faults import FAULTS
from simulator.llm.transports.live import Live
from simulator.record.store import Store
from simulator.runs.observer import Observer
from simulator.testing import LoopbackServer, Scripts
from tests.canary import CANARIES, heard, models, traces, with_locals
from tests.cli_samples import ROOT
from tests.echo_server import ECHOES, echo_server
from tests.fault_samples import Wishing
from tests.llm_samples import ONCE, catalog, desk, question
from tests.small_project import small_project


@pytest.fixture(scope="module")
def echoes() -> Iterator[str]:
    """The server's address."""
    with echo_server() as address:
        yield address


@pytest.mark.slow
@pytest.mark.parametrize("form", CANARIES)
@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("words", [False, True], ids=["plain", "streamed"])
async def test_a_server_that_repeats_the_key_is_not_quoted(
    echo: str,
    form: str,
    words: bool,
    echoes: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither in the record nor in words, errors, tracebacks with locals, logs and pickles."""
    caplog.set_level(logging.DEBUG)
    canary, told = CANARIES[form], []
    project = small_project(tmp_path)
    (project / "models.yaml").write_text(models(f"{echoes}/{echo}/v1"))
    limits = {"turn_seconds": 0.4, "turns": 2}
    simulation = load("tea", project=project, database=project / "runs.db", limits=limits)
    simulation = replace(simulation, environ=Environment({"CANARY": canary}))

    try:
        async for event in simulation.events(words=words):
            told += [event.text if isinstance(event, SpeechDelta) else repr(event)]
    except SimulatorError as error:
        told += [with_locals(error), repr(error), repr(pickle.dumps(error.args))]

    with Store.open(project / "runs.db", create=False) as store:
        calls = [str(row["id"]) for row in store.query("SELECT id FROM calls")]
        told += [repr(store.answer(call)) for call in calls]
        assert calls
    told += [repr(simulation), repr(pickle.dumps(simulation.environ)), "".join(told), caplog.text]
    assert len(told) > 6
    assert heard("\n".join(told), canary) == []
    assert traces(tmp_path, canary) == []


@pytest.mark.parametrize("form", CANARIES)
@pytest.mark.parametrize("echo", ECHOES)
async def test_no_traceback_shows_the_key(echo: str, form: str, echoes: str) -> None:
    """With all locals of ours and of the libraries; of questions and of plain LangChain calls."""
    canary, told = CANARIES[form], []
    models = catalog(base_url=f"{echoes}/{echo}/v1", key_variable="CANARY")
    streamed = Listener(streams=True)

    async with desk(models=models, network=Live(), retry=ONCE, CANARY=canary) as here:
        model = here.access.session.model(models.spec("test/small"))
        for n, asked in enumerate((None, streamed)):
            try:
                await here.ask(question(n=n), listener=asked)
            except SimulatorError as error:
                told.append(with_locals(error))
        try:
            await model.ainvoke("Well?")
        except Exception as error:  # noqa: BLE001 - whatever the SDK makes of it
            told.append(with_locals(error))

    assert heard("\n".join(told), canary) == []
    assert told or echo in {"content", "fields", "stream", "finish", "tool"}


async def test_no_fault_of_the_stand_in_leaves_the_key(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Each of them, in a run of its own."""
    caplog.set_level(logging.DEBUG)
    canary, told = CANARIES["plain"], []
    project = small_project(tmp_path)

    async def play(fault: str) -> None:
        database = project / f"{fault}.db"
        limits = {"turn_seconds": 0.5, "turns": 2}
        simulation = load("tea", project=project, database=database, limits=limits)
        network = Wishing(lambda _: fault)
        async with Session(environ={"CANARY": canary}, network=network) as session:
            observer = Observer(streams="stream" in fault)
            told.append(repr(await simulation.arun(session=session, observer=observer)))

    with LoopbackServer(Scripts(), Project.find(ROOT).catalog(), keys=(canary,)) as server:
        (project / "models.yaml").write_text(models(server.url, stand_in=True))
        await asyncio.gather(*(play(fault) for fault in FAULTS))
        asked = server.stats()["log"]

    assert {entry["fault"] for entry in asked} >= set(FAULTS) - {"delay", "drip"}
    assert heard("\n".join((*told, caplog.text)), canary) == []
    assert traces(tmp_path, canary) == []
