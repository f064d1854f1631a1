"""Which process has a run in hand, told so that another one can see whether it still lives."""

from __future__ import annotations

import os
import platform
from dataclasses import astuple, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

__all__ = ["is_gone", "this_process"]

PROC: Final = Path("/proc")
"""What Linux tells of processes (https://man7.org/linux/man-pages/man5/proc.5.html)."""
DEAD: Final = frozenset("ZX")
"""States of a process that has ended and was not yet waited for."""


@dataclass(frozen=True, slots=True)
class _Process:
    machine: str
    """A hash of the machine's name: a database may be sent to others."""
    boot: str
    """Which start of the machine; empty where it does not say."""
    space: str
    """The namespace its number belongs to: containers count for themselves."""
    number: str
    born: str
    """When it began, since another one may get its number; empty where nobody says."""


def this_process() -> str:
    """This process, to be asked for with `is_gone` from another one on the same machine."""
    return " ".join(astuple(_here()))


def is_gone(process: str) -> bool:
    """Whether a process, as `this_process` told it, surely lives no more.

    False also where that cannot be seen: on another machine, from another container, on Windows.
    """
    parts = process.split(" ")
    if len(parts) != 5 or os.name == "nt":
        return False
    one, here = _Process(*parts), _here()
    if one.machine != here.machine:
        return False
    if one.boot != here.boot:
        return True
    return one.space == here.space and _has_ended(one)


def _here() -> _Process:
    number = str(os.getpid())
    return _Process(
        machine=blake2b(platform.node().encode(), digest_size=4).hexdigest(),
        boot=_read(PROC / "sys/kernel/random/boot_id"),
        space=_namespace(),
        number=number,
        born=_state_and_birth(number)[1],
    )


def _has_ended(process: _Process) -> bool:
    try:
        # Signal 0 is none: it only asks whether there is such a process.
        os.kill(int(process.number), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return True
    except OSError:
        return False
    state, born = _state_and_birth(process.number)
    return state in DEAD or (bool(born) and born != process.born)


def _state_and_birth(number: str) -> tuple[str, str]:
    """Its letter of state, and clock ticks from the machine's start to its own; or nothing."""
    fields = _read(PROC / number / "stat").rpartition(")")[2].split()
    return (fields[0], fields[19]) if len(fields) > 19 else ("", "")


def _namespace() -> str:
    try:
        return str((PROC / "self/ns/pid").readlink())
    except OSError:
        return ""


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
