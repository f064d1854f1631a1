"""No key in a traceback, in whatever program: hooks that blot keys out of what hooks before show.

    uncaught in the process, a thread, a destructor -> the hook before, writing to a blotted stderr
    logged, as asyncio does with what nobody awaits -> the record's words and traceback, blotted
    IPython, a notebook                             -> the traceback that it has made, blotted

Python shows no locals, but IPython (`%xmode Verbose`), rich and others do, and a key that somebody
has read from the environment is a local of theirs. A hook of another library that is set later is
wrapped as soon as the next key is looked up, or the next cell is run.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from simulator.llm.blotted_stream import BlottedStream
from simulator.llm.credentials import Credentials

__all__ = ["guard_tracebacks"]

_CELL, _SHOW = "pre_run_cell", "_showtraceback"
"""What IPython calls before a cell is run, and where all its tracebacks pass."""


def guard_tracebacks(
    values: Iterable[str] = (), *, environ: Mapping[str, str] | None = None
) -> None:
    """Let none of these keys show in a traceback of this process, nor in what is logged.

    `environ` are variables, of which those count whose names say that they hold keys. What guards
    already learns them; what stands in its way by now is wrapped.
    """
    guard = _found() or _Guard()
    guard.credentials.learn(*values)
    guard.credentials.learn_from(environ or {})
    guard.install()


class _Guard:
    """What the hooks of one process share: the keys that must not show."""

    def __init__(self) -> None:
        self.credentials = Credentials()

    def blotted(self, text: str) -> str:
        """The text without keys and long parts of them."""
        return self.credentials.without_parts(self.credentials.blotted(text))

    def install(self) -> None:
        """Stand in front of every hook that is there, once."""
        if not isinstance(sys.excepthook, _Hook):
            sys.excepthook = _Hook(self, sys.excepthook)
        if not isinstance(threading.excepthook, _Hook):
            threading.excepthook = _Hook(self, threading.excepthook)
        if not isinstance(sys.unraisablehook, _Hook):
            sys.unraisablehook = _Hook(self, sys.unraisablehook)
        if not isinstance(logging.getLogRecordFactory(), _Records):
            logging.setLogRecordFactory(_Records(self, logging.getLogRecordFactory()))
        self.install_in_ipython()

    def install_in_ipython(self, *_: object) -> None:
        """Stand in front of what shows IPython's tracebacks, now and before every cell."""
        shell = _shell()
        if shell is None:
            return
        before = getattr(shell, _SHOW)
        if not isinstance(before, _Shown):
            setattr(shell, _SHOW, _Shown(self, shell, before))
        cells = shell.events.callbacks[_CELL]
        if not any(getattr(one, "__func__", None) is _Guard.install_in_ipython for one in cells):
            shell.events.register(_CELL, self.install_in_ipython)

    @contextmanager
    def stderr(self) -> Iterator[None]:
        """While a hook writes, stderr is one without keys."""
        before = sys.stderr
        if before is None:
            yield
            return
        ours = BlottedStream(before, blotted=self.blotted)
        sys.stderr = ours
        try:
            yield
        finally:
            # Somebody else's, by now, is left to them.
            if sys.stderr is ours:
                sys.stderr = before


class _Hook:
    """The hook before, on a stderr without keys."""

    def __init__(self, guard: _Guard, before: Callable[..., object]) -> None:
        self.guard, self._before = guard, before

    def __call__(self, *args: object) -> None:
        """Let the hook before tell of it."""
        with self.guard.stderr():
            self._before(*args)


class _Records:
    """Makes records of what is logged as they were made before, without keys."""

    def __init__(self, guard: _Guard, before: Callable[..., logging.LogRecord]) -> None:
        self.guard, self._before = guard, before

    def __call__(self, *args: Any, **more: Any) -> logging.LogRecord:
        """The record; one without keys is what it was."""
        record = self._before(*args, **more)
        # What cannot be put into words raises whatever it likes; no handler could write it either.
        with suppress(Exception):
            self._blot(record)
        return record

    def _blot(self, record: logging.LogRecord) -> None:
        known, told = self.guard.credentials, _told(record)
        if known.has_known(told):
            record.msg, record.args = known.without_known(told), ()
        if record.exc_info and record.exc_info[0] is not None and not record.exc_text:
            trace = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
            blotted = self.guard.blotted(trace)
            record.exc_text = None if blotted == trace else blotted


class _Shown:
    """Shows a traceback that IPython has made, as it was shown before, without keys."""

    def __init__(self, guard: _Guard, shell: Any, before: Callable[..., object]) -> None:
        self.guard, self._shell, self._before = guard, shell, before

    def __call__(self, etype: Any, evalue: Any, stb: Any, **more: Any) -> None:
        """Show it; what another library makes of the exception itself is blotted as it leaves."""
        lines = [self.guard.blotted(line) for line in stb] if isinstance(stb, list) else stb
        # The kernel tells the words of the error itself to whoever asked for the cell.
        if self.guard.blotted(str(evalue)) != str(evalue):
            evalue.args = tuple(
                self.guard.blotted(one) if isinstance(one, str) else one for one in evalue.args
            )
        with self.guard.stderr(), self._outputs():
            self._before(etype, evalue, lines, **more)

    @contextmanager
    def _outputs(self) -> Iterator[None]:
        """While it is shown, a notebook's outputs are without keys."""
        outputs = self._shell.display_pub
        publish = outputs.publish

        def blotted(data: Mapping[str, Any], *args: Any, **more: Any) -> None:
            safe = {
                kind: self.guard.blotted(one) if isinstance(one, str) else one
                for kind, one in data.items()
            }
            publish(safe, *args, **more)

        outputs.publish = blotted
        try:
            yield
        finally:
            outputs.publish = publish


def _found() -> _Guard | None:
    """What guards this process already."""
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    for hook in (*hooks, logging.getLogRecordFactory()):
        if isinstance(hook, _Hook | _Records):
            return hook.guard
    return None


def _shell() -> Any:
    """The shell this runs in, where IPython is loaded and has one that can be guarded."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    return shell if hasattr(shell, _SHOW) and hasattr(shell, "events") else None


def _told(record: logging.LogRecord) -> str:
    """What a record says, or what it is made of where that makes no sentence."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args!r}"
