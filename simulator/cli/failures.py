"""What a person is told when a command cannot do what it was asked: a sentence and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import click

from simulator.errors import InvalidFiles, Problem, SimulatorError
from simulator.llm.credentials import Credentials

__all__ = ["EXIT_INTERRUPTED", "problem_text", "said_clearly", "sentence"]

EXIT_INTERRUPTED = 130
"""128 and the number of the signal that Ctrl-C sends, as shells count."""


@contextmanager
def said_clearly() -> Iterator[None]:
    """Turn what goes wrong inside into words on stderr and an exit code, never a traceback.

    `SIMULATOR_DEBUG=1` shows the traceback as well.
    """
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
        raise
    except SimulatorError as error:
        _show_traceback()
        click.echo(sentence(error), err=True)
        raise SystemExit(error.exit_code) from error
    except OSError as error:
        _show_traceback()
        click.echo(f"Error: {error.filename or 'The output'}: {error.strerror or error}.", err=True)
        raise SystemExit(1) from error
    except KeyboardInterrupt as error:
        click.echo("\nInterrupted.", err=True)
        raise SystemExit(EXIT_INTERRUPTED) from error
    except Exception as error:
        _show_traceback()
        last = f"{type(error).__name__}: {error}"
        click.echo(
            "This is a bug in the simulator, please report it with what you did "
            f"(SIMULATOR_DEBUG=1 shows more): {last}",
            err=True,
        )
        raise SystemExit(1) from error


def problem_text(problem: Problem) -> str:
    """One mistake in a file with the lines around it, but for a key that was put into the file."""
    text = f"{problem}\n{problem.frame}" if problem.frame else str(problem)
    return Credentials().blotted(text)


def sentence(error: SimulatorError) -> str:
    """What a person is told of an error."""
    if isinstance(error, InvalidFiles):
        return "\n\n".join(map(problem_text, error.problems))
    return f"Error: {error}"


def _show_traceback() -> None:
    if os.environ.get("SIMULATOR_DEBUG") == "1":
        traceback.print_exc(file=sys.stderr)
