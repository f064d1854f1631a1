"""A key that sings, given to every command: it must be heard nowhere."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from simulator.cli.program import Deferred, program
from simulator.llm.keys import KeyFile, new_encryption_key
from tests.canary import CANARIES, heard, models, spoken, traces
from tests.cli_samples import command, environment
from tests.echo_server import echo_server
from tests.small_project import small_project

OPENER = new_encryption_key()


@pytest.fixture(scope="module")
def echoes() -> Iterator[str]:
    """The server's address."""
    with echo_server() as address:
        yield address


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
