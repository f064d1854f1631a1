"""How tests use the command: in this process where it can be, in a process of its own where not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from simulator.cli.program import program
from simulator.record.store import Store
from tests.record_samples import RELEASED, UNKNOWN, book, ended, paid, question, said, started

ROOT = Path(__file__).parent.parent
LABEL = "Three-step onboarding · stand-in: written lines, no model · seed 44"
"""The first line of the demo with that seed."""


def simulate(*words: str, env: Mapping[str, str] | None = None, typed: str = "") -> Result:
    """`simulator` with these words, in this process; `typed` is its stdin."""
    return CliRunner().invoke(program, words, env=env, input=typed, catch_exceptions=False)


def command(*words: str) -> list[str]:
    """`simulator` with these words, for a process of its own."""
    return [sys.executable, "-m", "simulator", *words]


def environment(**variables: str) -> dict[str, str]:
    """What such a process sees: this package, and nothing of the machine's looks and keys."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **variables}


def execute(
    *words: str, folder: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """`simulator` with these words in a process of its own, its streams in two pipes."""
    return subprocess.run(
        command(*words),
        cwd=folder,
        env=environment(**(env or {})),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def lines_of(result: Result) -> list[dict[str, Any]]:
    """The JSON lines on stdout."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def recorded(path: Path) -> str:
    """A database with one run of models and one request of unknown cost; the run's id."""
    with Store.open(path) as store:
        run = store.create_run("focus-group")
        journal = store.journal(run)
        journal.commit(started())
        book(store, question(run, 1), RELEASED, paid("0.000345678"))
        journal.commit(said(1, "Nine steps.\nI counted."))
        book(store, question(run, 2, persona="dev", tier="standard"), UNKNOWN)
        journal.commit(said(2, "It was \x1b[2Jthree.", speaker="dev"))
        journal.commit(ended(2))
    return run
