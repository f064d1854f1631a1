"""Where the `simulator` command begins and ends."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from pathlib import Path

from simulator.cli.stop_signals import StopSignals, leave
from simulator.llm.blotted_stream import BlottedStream
from simulator.llm.credentials import Credentials, watched
from simulator.llm.traceback_guard import guard_tracebacks

__all__ = ["main"]


def main() -> None:
    """Run the `simulator` command and exit."""
    signals = StopSignals()
    signals.install()
    _prepare_streams()
    _watch_keys()
    try:
        # From here on a signal finds its handler, also while modules are loaded.
        from simulator.cli.program import program

        program(prog_name="simulator")
    except SystemExit as end:
        if signals.heard and isinstance(end.code, int):
            leave(end.code)
        raise


def _prepare_streams() -> None:
    """See to it that anything can be written: to closed streams, and in narrow encodings."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - stays
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _watch_keys() -> None:
    """Let no key show on stderr, whatever goes wrong: those of the environment, and all in use."""
    credentials = Credentials()
    credentials.learn_from(os.environ)
    watched.set(credentials)
    sys.stderr = BlottedStream(sys.stderr, blotted=credentials.blotted)
    guard_tracebacks(environ=os.environ)
