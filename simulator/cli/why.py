"""`simulator why`: why this model answered a turn, with the figures."""

from __future__ import annotations

import sys
from os import environ
from pathlib import Path
from re import fullmatch

import click

from simulator.cli import options

__all__ = ["command"]

_TURN_OF_RUN = r"(?P<run>\S+):(?P<turn>[0-9]+)"


@click.command("why")
@click.argument("turn", metavar="RUN:TURN")
@options.database
@options.as_json
def command(turn: str, database: Path, as_json: bool) -> None:
    """Tell why this model answered a turn: @last:5, or the beginning of a run's id and a number.

    For each question of the turn: the score and what made it so, what each model that was compared
    was expected to cost with what of the prompt was warm there, and each that is in reserve, what
    was done when money ran short, a model was down or a reply did not fit, and what it cost in the
    end. Nothing is asked.
    """
    from simulator.cli.shown_run import found_run
    from simulator.display.json_lines import json_line
    from simulator.display.terminal import Terminal
    from simulator.display.why import print_why, why_object
    from simulator.errors import UsageError

    named = fullmatch(_TURN_OF_RUN, turn)
    if named is None:
        message = f"{turn!r} names no turn of a run: write @last:5, or a run's id, : and a number."
        raise click.UsageError(message)
    run, number = found_run(named["run"], database), int(named["turn"])
    asked = [row for row in run.calls if row.call.turn == number]
    if not asked:
        raise UsageError(f"No model was asked in turn {number} of run {run.id}.")
    out = Terminal(sys.stdout, environ=environ)
    if as_json:
        out.raw("".join(json_line(why_object(row)) for row in asked))
    else:
        print_why(out, asked)
