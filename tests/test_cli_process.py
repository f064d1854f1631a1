"""The command in a process of its own: pipes, terminals, Ctrl-C, and how little it loads."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.definitions.project import Project
from simulator.llm.stand_in.script import Scripts
from simulator.llm.stand_in.server import LoopbackServer
from simulator.record.events import RunPaused
from simulator.record.store import Store
from tests.cli_samples import LABEL, ROOT, command, environment, execute, recorded

DEMO = ("demo", "--seed", "44")
LIGHT = """
import contextlib, io, json, sys
from simulator.cli.program import program
from click.shell_completion import ShellComplete
for words in json.loads(sys.argv[1]):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        with contextlib.suppress(SystemExit):
            program(words, prog_name="simulator")
for words in (["run"], ["prompt"], ["runs", "show"]):
    assert ShellComplete(program, {}, "simulator", "X").get_completions(words, "")
heavy = {"langchain", "langchain_core", "langchain_openai", "langgraph", "openai", "httpx2",
         "pandas", "numpy", "matplotlib", "sqlite_utils"}
print(sorted(sys.modules.keys() & heavy))
"""


@pytest.mark.slow
def test_the_demo_runs_from_an_empty_folder_into_pipes(tmp_path: Path) -> None:
    """Without a key or a project; both pipes say stand-in first and hold no escape codes."""
    finished = execute(*DEMO, folder=tmp_path)

    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.splitlines()[0] == LABEL
    assert finished.stderr.splitlines()[0] == LABEL
    assert not set("\x1b\r") & set(finished.stdout + finished.stderr)
    assert [path.name for path in tmp_path.iterdir()] == ["runs.db"]


@pytest.mark.slow
def test_a_reader_that_goes_away_does_not_end_the_run(tmp_path: Path) -> None:
    """`2>&1 | head -1`: the label once and nothing else; the record is whole, the exit code 0."""
    read, write = os.pipe()
    running = subprocess.Popen(
        command(*DEMO), cwd=tmp_path, env=environment(), stdout=write, stderr=write
    )
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as pipe:
        first = [pipe.readline(), pipe.readline()]

    assert running.wait(60) == 0
    assert first == [f"{LABEL}\n", "\n"]
    with Store.open(tmp_path / "runs.db", create=False) as store:
        assert [row.stop_reason for row in store.runs()] == ["phrase"]


def on_a_terminal(*words: str, folder: Path, **variables: str) -> str:
    """What a terminal of 80 columns is sent by the command."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        command(*words),
        cwd=folder,
        env=environment(TERM="xterm-256color", COLUMNS="80", **variables),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    sent = b""
    while piece := read_piece(ours):
        sent += piece
    os.close(ours)
    assert running.wait(60) == 0
    return sent.decode()


def read_piece(terminal: int) -> bytes:
    """More of what was sent; nothing once the other side is closed, which Linux calls an error."""
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""


@pytest.mark.slow
def test_a_terminal_gets_colours_and_no_line_too_long(tmp_path: Path) -> None:
    """The label once, since both streams are one terminal; words within the columns."""
    sent = on_a_terminal(*DEMO, folder=tmp_path)

    shown = [line.rpartition("\x1b[2K")[2] for line in sent.split("\r\n")]
    assert sent.count("Three-step onboarding · stand-in") == 1
    assert any(line.startswith("\x1b[1;36mIlse Maes\x1b[0m        Rosa") for line in shown)
    assert max(map(len, shown[: shown.index("\x1b[1mEnded: Ilse said 'that is our eleven "
        "minutes'.\x1b[0m")])) <= 80 + len("\x1b[1;36m\x1b[0m")  # fmt: skip


def test_no_color_means_no_escape_codes_at_all(tmp_path: Path) -> None:
    """On a terminal that could show them, the same text as in a pipe."""
    recorded(tmp_path / "runs.db")

    plain = on_a_terminal("runs", "show", "@last", folder=tmp_path, NO_COLOR="1")
    coloured = on_a_terminal("runs", "show", "@last", folder=tmp_path)

    text = plain.replace("\r\n", "\n")
    assert not set("\x1b\r") & set(text)
    assert text.startswith(
        "Three-step onboarding · models by tier · seed 7\n\nRosa Lindqvist   Nine"
    )
    assert coloured.startswith("\x1b[1mThree-step onboarding")


@pytest.mark.slow
@pytest.mark.parametrize("presses", [1, 3])
def test_ctrl_c_keeps_what_was_said(tmp_path: Path, presses: int) -> None:
    """Exit code 130, the number of turns kept, no traceback however often it is pressed."""
    project = Project.find(ROOT)
    with LoopbackServer(Scripts.of(project), project.catalog(), latency=0.4) as server:
        running = subprocess.Popen(
            command("run", "focus-group", "--model", "tiers", "--display", "plain"),
            cwd=tmp_path,
            env=environment(OPENAI_API_KEY="any", OPENAI_BASE_URL=server.url),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert running.stdout is not None
        label, turn = running.stdout.readline(), running.stdout.readline()
        for _ in range(presses):
            running.send_signal(signal.SIGINT)
        rest, told = running.communicate(timeout=60)

    assert running.returncode == 130
    assert "stand-in" in label
    assert turn.startswith("Ilse Maes: ")
    assert "Traceback" not in rest + told
    if presses == 1:
        assert "\nInterrupted: what was said until then is kept.\n1 turn" in told
        with Store.open(tmp_path / "runs.db", create=False) as store:
            last = store.events(store.find_run("@last"))[-1]
        assert isinstance(last, RunPaused)


def test_help_and_reading_load_nothing_heavy(tmp_path: Path) -> None:
    """Help, lists, costs, models, checks and completion know no model library and no pandas."""
    recorded(tmp_path / "runs.db")
    commands = [
        *(["--help"], ["run", "--help"], ["demo", "--list"], ["models"], ["validate"]),
        *(["runs"], ["runs", "show", "@last"], ["runs", "search", "steps"], ["cost"], ["errors"]),
    ]

    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", LIGHT, json.dumps(commands)],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (finished.stdout, finished.stderr) == ("[]\n", "")


def test_help_is_quick(tmp_path: Path) -> None:
    """Less than 0.4 seconds of processor time, Python's own start included."""
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-m', 'simulator', '--help'], stdout=subprocess.DEVNULL)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime)\n"
    )

    finished = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert float(finished.stdout) < 0.4
