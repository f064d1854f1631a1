"""The `simulator` command: one file per command, each loaded when it is used."""

from __future__ import annotations

from simulator.cli.entrance import main

__all__ = ["main"]
