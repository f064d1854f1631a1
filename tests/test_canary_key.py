"""A key that sings: it is given to every command, fault and crash, and must be heard nowhere."""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import nbformat
import pytest
from nbclient import NotebookClient

from simulator import load
from simulator.cli.program import Deferred, program
from simulator.conversation.speech import SpeechDelta
from simulator.definitions.project import Project
from simulator.errors import SimulatorError
from simulator.llm.ask import Listener
from simulator.llm.keys import Environment, KeyFile, new_encryption_key
from simulator.llm.session import Session
from simulator.llm.stand_in.faults import FAULTS
from simulator.llm.transports.live import Live
from simulator.record.store import Store
from simulator.runs.observer import Observer
from simulator.testing import LoopbackServer, Scripts
from tests.cli_samples import ROOT, command, environment
from tests.echo_server import ECHOES, echo_server
from tests.fault_samples import Wishing
from tests.llm_samples import ONCE, catalog, desk, question
from tests.small_project import small_project

CANARIES = {
    "openai": "sk-proj-" + "cAnArY0123456789-" * 4 + "end",
    "plain": "canary" + "7f3a9b2c4d5e6f70" + "sings",
    "odd": "cAn4ry+/=<&\"'\\%41~{}$sings|#",
}
"""Keys with the form of one, without any, and with every character that somebody escapes."""
OPENER = new_encryption_key()
HERE = Path(__file__).parent


def models(address: str, *, stand_in: bool = False) -> str:
    """A models.yaml with one endpoint that wants the canary."""
    marks = "stand_in: true, " if stand_in else ""
    return (
        "default: echo/m\nendpoints:\n"
        f"  echo: {{base_url: {address}, {marks}key_variable: CANARY, free: true}}\n"
        "  offline: {in_process: true, stand_in: true, free: true}\n"
        "models:\n  echo/m: {supports: [json_schema, tools], price: {in: 1, out: 2}}\n"
        "tiers: {simple: [echo/m], standard: [echo/m], complex: [echo/m]}\n"
    )


@pytest.fixture(scope="module")
def echoes() -> Iterator[str]:
    """The server's address."""
    with echo_server() as address:
        yield address


def traces(folder: Path, canary: str) -> list[str]:
    """Files below a folder that hold the canary, or a long part of it, in whatever spelling."""
    parts = {canary[:14], canary[-12:]}
    found = []
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() and path.name != ".env" else b""
        found += [f"{path.name}: {part}" for part in parts if part.encode() in content]
    return found


def heard(text: str, canary: str) -> list[str]:
    """Where the canary, or a long part of it, is in a text."""
    return [line[:300] for line in text.splitlines() if canary[:14] in line or canary[-12:] in line]


def with_locals(error: BaseException) -> str:
    """The traceback with all locals of all frames but the tests'."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    seen: list[traceback.TracebackException] = [told]
    for one in seen:
        seen += [more for more in (one.__cause__, one.__context__) if more is not None]
        frames = [frame for frame in one.stack if not frame.filename.startswith(str(HERE))]
        one.stack = traceback.StackSummary.from_list(frames)
    return "".join(told.format())


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


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command there is, by its words."""
    for name in group.list_commands(click.Context(group)):
        found = group.get_command(click.Context(group), name)
        found = found.loaded() if isinstance(found, Deferred) else found
        if isinstance(found, click.Group):
            yield from leaves(found, (*path, name))
        else:
            yield (*path, name)


SAMPLES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("run",): ("tea", "--turns", "2", "--display", "full"),
    ("runs", "list"): ("--json",),
    ("runs", "show"): ("@last", "--display", "full"),
    ("runs", "search"): ("key",),
    ("cost",): ("--json",),
    ("errors",): ("--json",),
    ("prompt",): ("rosa", "--scenario", "tea"),
    ("why",): ("@last:1",),
    ("keys", "set"): ("CANARY",),
    ("keys", "remove"): ("CANARY",),
    ("models", "list"): ("--json",),
    ("stand-in", "serve"): ("--port", "0"),
    ("init",): ("new",),
}
"""What a command is given; one that is not here goes without, and with --help."""


@pytest.fixture(scope="module")
def failed(echoes: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key file, and a project whose run was refused with the key that it holds."""
    folder, canary = tmp_path_factory.mktemp("failed"), CANARIES["plain"]
    (folder / "work").mkdir()
    project = small_project(folder / "work")
    (project / "models.yaml").write_text(models(f"{echoes}/401/v1"))
    KeyFile(folder / "config" / "keys").change(OPENER, lambda held: held.update(CANARY=canary))
    said = "".join(spoken(("run", "tea", "--json"), project, around(folder), given=""))
    assert "(set CANARY anew: the key in it was refused)" in said
    assert heard(said, canary) == []
    return folder


def around(folder: Path, **more: str) -> dict[str, str]:
    """What a process sees there, with everything that makes programs talkative."""
    keys = {"ENCRYPTION_KEY": OPENER, "SIMULATOR_KEYS": str(folder / "config" / "keys"), **more}
    talkative = {"SIMULATOR_DEBUG": "1", "PYTHONASYNCIODEBUG": "1", "OPENAI_LOG": "debug"}
    return environment(**keys, **talkative)


@pytest.mark.slow
@pytest.mark.parametrize("path", list(leaves(program)), ids=" ".join)
def test_no_command_says_the_key(path: tuple[str, ...], failed: Path, tmp_path: Path) -> None:
    """With a key in the environment and in the key file, in a project with a run that failed."""
    canary = CANARIES["plain"]
    folder = shutil.copytree(failed, tmp_path / "here")
    words = (*path, *SAMPLES.get(path, ("--help",)))

    said = spoken(words, folder / "work", around(folder, CANARY=canary), given=canary)

    assert "".join(said)
    assert "This is a bug" not in "".join(said)
    assert heard("\n".join(said), canary) == []
    assert heard("\n".join(said), OPENER) == []
    assert traces(tmp_path, canary) == []


def spoken(words: tuple[str, ...], folder: Path, env: dict[str, str], *, given: str) -> list[str]:
    """What a command says; one that serves is told to stop once it has said something."""
    serves = words[-1] == "0" or "serve" in words
    running = subprocess.Popen(
        command(*words),
        cwd=folder,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        return list(running.communicate(given, timeout=3 if serves else 60))
    except subprocess.TimeoutExpired:
        running.send_signal(signal.SIGTERM)
        return list(running.communicate(timeout=30))


CRASHING_TOOL = '''
"""A tool that fails in a way that shows what it can reach."""
import threading, asyncio, os, logging, warnings
from langchain_core.tools import tool

@tool
def crash(reason: str) -> str:
    """Crash."""
    own = os.environ["CANARY"]
    threading.Thread(target=lambda key=own: 1 / 0 if key else 0).start()
    logging.getLogger("mine").error("my key is %s", own)
    warnings.warn(f"careful with {own}")
    raise RuntimeError(f"could not log in with {own}")
'''
SITE = """
import rich.traceback, sys
rich.traceback.install(show_locals=True, width=400)
"""
BREAKS = """
import os, sys, threading
from simulator.cli import entrance
import simulator.cli.program as at
def broken(*_, **__):
    key = os.environ["CANARY"]
    worker = threading.Thread(target=lambda own=key: {}[own])
    worker.start(); worker.join()
    raise RuntimeError("no way in with " + key)
at.program = broken
entrance.main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("form", CANARIES)
@pytest.mark.parametrize("rich", [False, True], ids=["usual", "rich"])
def test_uncaught_tracebacks_show_no_key(form: str, rich: bool, tmp_path: Path) -> None:
    """Of the main thread and others, with the usual hooks and with those that show locals."""
    canary = CANARIES[form]
    if rich:
        (tmp_path / "sitecustomize.py").write_text(SITE)
    env = environment(CANARY_KEY=canary, CANARY=canary)
    env["PYTHONPATH"] = f"{tmp_path}{os.pathsep}{env['PYTHONPATH']}"

    done = subprocess.run(
        [sys.executable, "-c", BREAKS], cwd=tmp_path, env=env, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert ("KeyError" in done.stderr, "RuntimeError" in done.stderr) == (True, True), done.stderr
    assert "***" in done.stderr
    assert heard(done.stdout + done.stderr, canary) == []


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


NOTEBOOK = (
    "%xmode Verbose\nfrom simulator import load",
    "simulation = load('tea', database='runs.db')\nsimulation",
    "run = simulation.run()\nrun",
    "from simulator.llm.session import Session\nsession = Session(environ=simulation.environ)",
    "model = session.model(simulation.catalog.spec('echo/m'))\nmodel, session, session.keys",
    "await model.ainvoke('Well?')",
    "vars(simulation), vars(session), model.model_dump(), model.openai_api_key.get_secret_value()",
    "run.events, run.errors",
)
"""Cells, some of which fail; locals are shown with every traceback."""


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_notebook_shows_no_key(
    echoes: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a real kernel that shows the locals of every frame."""
    canary = CANARIES["plain"]
    project = small_project(tmp_path)
    (project / "models.yaml").write_text(models(f"{echoes}/401/v1"))
    monkeypatch.setenv("CANARY", canary)
    cells = [nbformat.v4.new_code_cell(text) for text in NOTEBOOK]  # type: ignore[no-untyped-call] # untyped library
    notebook = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call] # untyped library
    place = {"metadata": {"path": str(project)}}

    NotebookClient(notebook, resources=place, allow_errors=True).execute()

    shown = str([cell.get("outputs") for cell in notebook.cells])
    assert "AuthenticationError" in shown
    assert "key_refused" in shown
    assert (canary in shown, canary[:14] in shown) == (False, False)
    assert traces(tmp_path, canary) == []


@pytest.mark.slow
def test_a_killed_run_leaves_no_key(tmp_path: Path) -> None:
    """`kill -9` in the middle of a question, the key from .env: the database with its log."""
    canary = CANARIES["plain"]
    project = small_project(tmp_path)
    serving = subprocess.Popen(
        command("stand-in", "serve", "--port", "0", "--latency", "0.3", "--key", canary),
        cwd=project, env=environment(), stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert serving.stdout is not None
    try:
        address = serving.stdout.readline().strip()
        (project / "models.yaml").write_text(models(address, stand_in=True))
        (project / ".env").write_text(f"CANARY={canary}\n")
        env = environment()
        running = subprocess.Popen(
            command("run", "tea"), cwd=project, env=env,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        _wait_for(project / "runs.db-wal")
        time.sleep(1.0)
        running.kill()
        said = running.communicate(timeout=30)[0]
        again = spoken(("runs", "show", "@last"), project, env, given="")
    finally:
        serving.terminate()
        serving.communicate(timeout=30)

    assert "broken" in "".join(again) or "Rosa" in "".join(again)
    assert heard(said + "".join(again), canary) == []
    assert traces(tmp_path, canary) == []


def _wait_for(path: Path) -> None:
    until = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < until
        time.sleep(0.02)
