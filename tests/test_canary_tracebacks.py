"""A key that sings, in programs that crash: no traceback shows it, whoever makes it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from simulator.errors import KeyFileUnreadable, KeyRefused
from simulator.llm.credentials import Credentials
from simulator.llm.keys import KeyFile, KeyRing, new_encryption_key
from tests.canary import CANARIES, heard, models, traces, with_locals
from tests.cli_samples import environment
from tests.echo_server import echo_server
from tests.small_project import small_project


@pytest.fixture(scope="module")
def echoes() -> Iterator[str]:
    """The server's address."""
    with echo_server() as address:
        yield address


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


SCRIPT = """
import asyncio, faulthandler, gc, logging, os, sys, threading
def rich():
    import rich.traceback
    rich.traceback.install(show_locals=True)
if "before" in sys.argv:
    rich()
from simulator import Session
own = Session(environ=os.environ).keys.key("CANARY").get_secret_value()
if "after" in sys.argv:
    rich()
    Session(environ=os.environ).keys.key("CANARY")
def fail(key):
    raise RuntimeError("no way in with " + key)
class Held:
    def __del__(self):
        fail(own)
async def unwatched():
    task = asyncio.create_task(asyncio.to_thread(fail, own))
    await asyncio.sleep(0.1)
    del task
    gc.collect()
logging.basicConfig(level=logging.DEBUG)
logging.warning("the key is %s", own)
try:
    fail(own)
except RuntimeError:
    logging.exception("logged")
worker = threading.Thread(target=fail, args=(own,)); worker.start(); worker.join()
Held()
asyncio.run(unwatched(), debug=True)
faulthandler.dump_traceback()
fail(own)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "form", ["odd", *(pytest.param(one, marks=pytest.mark.proof) for one in ("plain", "openai"))]
)
@pytest.mark.parametrize("rich", ["without", "before", "after"])
def test_a_script_of_ones_own_shows_no_key(form: str, rich: str, tmp_path: Path) -> None:
    """Uncaught in the process, a thread, a destructor and a task, logged, and dumped.

    A key of its own variables, at the usual width, with a library that shows locals and without.
    """
    canary = CANARIES[form]

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, rich], cwd=tmp_path, env=environment(CANARY=canary),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr.count("no way in with ***") >= 5, done.stderr
    for told in (
        "the key is ***",
        "ERROR:root:logged",
        "in thread",
        "ignored in",
        "never retrieved",
    ):
        assert told in done.stderr
    assert ("own = '***" in done.stderr) == (rich != "without")
    assert heard(done.stdout + done.stderr, canary) == []


OWN_CELLS = (
    "import os\nfrom simulator import Session\nring = Session(environ=os.environ).keys",
    "own = ring.key('CANARY').get_secret_value()",
    "{}",
    "def fail(key):\n    raise RuntimeError('no way in with ' + key)",
    "fail(own)",
    "%tb",
    "try:\n    fail(own)\nexcept RuntimeError as error:\n    raise ValueError(own) from error",
    "import logging\ntry:\n    fail(own)\nexcept RuntimeError:\n    logging.exception(own)",
    "import threading\nworker = threading.Thread(target=fail, args=(own,))\nworker.start()",
    "worker.join()",
    "import asyncio\nawait asyncio.gather(asyncio.to_thread(fail, own))",
)
SHOWING = {
    "Verbose": "%xmode Verbose",
    "rich": "import rich.traceback\nrich.traceback.install(show_locals=True)\nNone",
}


@pytest.mark.slow
@pytest.mark.enable_socket
@pytest.mark.parametrize("form", ["plain", "odd"])
@pytest.mark.parametrize("showing", SHOWING)
def test_ones_own_variables_show_no_key_in_a_notebook(
    form: str, showing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real kernel that shows locals, by itself or by rich, after the key was looked up."""
    canary = CANARIES[form]
    monkeypatch.setenv("CANARY", canary)
    texts = (text.replace("{}", SHOWING[showing]) for text in OWN_CELLS)
    cells = [nbformat.v4.new_code_cell(text) for text in texts]  # type: ignore[no-untyped-call] # untyped library
    notebook = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call] # untyped library

    NotebookClient(notebook, allow_errors=True).execute()

    shown = [str(cell.get("outputs")) for cell in notebook.cells]
    assert ["***" in one for one in shown] == [False] * 4 + [True] * 5 + ["***" in shown[9], True]
    parts = (canary[:14], canary[-12:], repr(canary)[1:15])
    assert [one for one in shown if any(part in one for part in parts)] == []


@pytest.mark.slow
@pytest.mark.enable_socket
def test_who_runs_a_notebook_is_told_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel tells a cell's error to whoever asked for the cell as well."""
    canary = CANARIES["plain"]
    monkeypatch.setenv("CANARY", canary)
    cells = [nbformat.v4.new_code_cell(text) for text in (*OWN_CELLS[:2], *OWN_CELLS[3:5])]  # type: ignore[no-untyped-call] # untyped library
    notebook = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call] # untyped library

    with pytest.raises(CellExecutionError) as caught:
        NotebookClient(notebook).execute()

    assert "no way in with ***" in str(caught.value)
    assert heard(str(caught.value) + str(notebook), canary) == []


def test_errors_of_a_key_that_cannot_be_used_hold_neither_it_nor_what_opens_the_file(
    tmp_path: Path,
) -> None:
    """Nor do the frames they come through."""
    canary, told = CANARIES["plain"], []
    file = KeyFile(tmp_path / "keys")
    file.change(new_encryption_key(), lambda held: held.update(CANARY=canary))
    opener = new_encryption_key()
    spaced = f"{canary} {canary}"
    for environ in (
        {"CANARY": spaced},
        {"SIMULATOR_KEYS": str(file.path), "ENCRYPTION_KEY": opener},
        {"SIMULATOR_KEYS": str(file.path), "ENCRYPTION_KEY": canary},
    ):
        ring = KeyRing(environ, credentials=Credentials())
        with pytest.raises((KeyRefused, KeyFileUnreadable)) as caught:
            ring.key("CANARY")
        told.append(with_locals(caught.value))

    assert heard("\n".join(told), canary) == []
    assert heard("\n".join(told), opener) == []
