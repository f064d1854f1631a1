"""A key that sings, for tests in which it must be heard nowhere, and ways to listen for it."""

from __future__ import annotations

import signal
import subprocess
import traceback
from pathlib import Path

from tests.cli_samples import command

CANARIES = {
    "openai": "sk-proj-" + "cAnArY0123456789-" * 4 + "end",
    "plain": "canary" + "7f3a9b2c4d5e6f70" + "sings",
    "odd": "cAn4ry+/=<&\"'\\%41~{}$sings|#",
}
"""Keys with the form of one, without any, and with every character that somebody escapes."""
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
