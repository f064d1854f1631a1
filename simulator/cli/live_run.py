"""Playing a run in front of somebody: shown as it happens, kept whatever happens."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from os import environ

from simulator.cli.failures import EXIT_INTERRUPTED, sentence
from simulator.cli.seat import Seat
from simulator.definitions.model_catalog import TIERS
from simulator.definitions.model_entry import Endpoint
from simulator.definitions.persona import TierName
from simulator.definitions.project import Project
from simulator.definitions.study import Study
from simulator.display.in_order import InOrder
from simulator.display.json_lines import JsonView, json_line
from simulator.display.plain import PlainView
from simulator.display.screen import Screen
from simulator.display.summary import summary_of
from simulator.display.talk import TalkView
from simulator.display.terminal import Terminal, same_stream
from simulator.display.view import View
from simulator.errors import SimulatorError, UsageError
from simulator.record.rows import CallRow
from simulator.runs.run import Run
from simulator.runs.simulation import Simulation
from simulator.sync import Terminated, run_sync

__all__ = ["Showing", "play"]

_WHOLE = frozenset({0, 5})
"""Exit codes of runs that ended as they would end again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """How a run is shown, and what the last lines suggest."""

    display: str
    as_json: bool
    steers: bool = False
    """Whether somebody steers the run from the terminal."""
    again: tuple[str, ...]
    """The command that plays the same scenario again, without its seed."""
    database_named: bool
    """Whether the database was named on the command line, so that suggestions name it too."""


def play(
    simulation: Simulation, *, seed: int | None, showing: Showing, study: Study | None = None
) -> int:
    """Play it, show it, say how it ended; the exit code.

    Raises:
        SimulatorError: as `Simulation.arun`; the record is whole.
    """
    out, err = (Terminal(stream, environ=environ) for stream in (sys.stdout, sys.stderr))
    live = _Live(simulation, showing, out=out, err=err)
    try:
        run = run_sync(live.played(seed, study))
    except (KeyboardInterrupt, Terminated) as stop:
        return live.stopped(stop)
    except SimulatorError:
        live.broken_off()
        raise
    live.ended(run, code=run.exit_code)
    return run.exit_code


class _Live:
    """One run on its way, and the two streams it is shown on."""

    def __init__(
        self, simulation: Simulation, showing: Showing, *, out: Terminal, err: Terminal
    ) -> None:
        self._simulation, self._showing = simulation, showing
        self._out, self._err = out, err
        self._view = self._view_of(showing)
        cast, on_paper = simulation.cast, self._view is None or not out.is_screen
        self._seat = Seat.of(
            cast,
            steers=showing.steers,
            as_json=showing.as_json,
            out=err,
            tells=on_paper,
            around=self._quiet,
        )
        if self._seat.steering is not None and not self._asks_model():
            # A stand-in has said everything before anybody can type.
            self._seat.steering.pause()
        self._shown = self._in_order()
        self._screen = Screen(self._shown, err, database=simulation.database)

    async def played(self, seed: int | None, study: Study | None) -> Run:
        """Play the run under the screen's eyes."""
        shown = self._view is not None and not self._showing.as_json
        observer = self._screen.observer(
            streams=self._shows_streams(),
            budget=self._simulation.scenario.limits.dollars,
            labelled=shown and same_stream(sys.stdout, sys.stderr),
        )
        async with self._screen.status.ticking(), self._seat.open():
            return await self._simulation.arun(
                seed=seed,
                observer=observer,
                humans=self._seat.humans,
                steering=self._seat.steering,
                study=study,
            )

    def ended(self, run: Run, *, code: int) -> None:
        """Say how it ended, and how to look again; `code` is what the command returns."""
        project = Project(self._simulation.cast.folder)
        summary = summary_of(run, catalog=self._simulation.catalog, project=project)
        if self._showing.as_json:
            self._out.raw(json_line({**summary.data(), "exit_code": code}))
        self._err.say()
        ending, *rest = summary.lines(whole=self._showing.display == "full")
        failed = run.exit_code not in {0, 5, EXIT_INTERRUPTED}
        self._err.say(ending, style="bold red" if failed else "bold")
        for line in (*rest, "", *self._suggestions(run)):
            self._err.say(line)

    def stopped(self, stop: KeyboardInterrupt | Terminated) -> int:
        """Say what is kept of a run that was stopped by a signal; the exit code."""
        code = 128 + stop.signal if isinstance(stop, Terminated) else EXIT_INTERRUPTED
        with suppress(OSError):  # a terminal that was closed hears nothing
            if isinstance(stop.__cause__, SimulatorError):
                self._err.say(sentence(stop.__cause__))
            if self._screen.started is None:
                how = "Terminated" if isinstance(stop, Terminated) else "Interrupted"
                self._err.say(f"\n{how} before anything was asked.")
            else:
                self.ended(Run(self._screen.run, self._simulation.database), code=code)
        return code

    def broken_off(self) -> None:
        """Say where the beginning of a run is that could not go on."""
        if isinstance(self._shown, InOrder):
            self._shown.rest()
        if self._screen.started is not None:
            place = f"{self._screen.run} in {self._simulation.database}"
            self._err.say(f"\nWhat was said until here is kept: run {place}.")

    def _in_order(self) -> View | None:
        """The view as whoever sits here may see it; programs read what happens when it happens."""
        view = self._seat.sees(self._view)
        return view if view is None or self._showing.as_json else InOrder(view)

    def _quiet(self) -> AbstractContextManager[None]:
        return self._screen.quiet()

    def _shows_streams(self) -> bool:
        moves = isinstance(self._view, TalkView) and self._out.styled
        return moves and self._seat.sees_all and self._asks_model()

    def _asks_model(self) -> bool:
        environ = self._simulation.environ
        return not self._endpoints("standard")[0].speaks_stand_in(environ)

    def _endpoints(self, tier: TierName) -> list[Endpoint]:
        simulation, today = self._simulation, datetime.now(UTC).date()
        specs = simulation.catalog.candidates(simulation.choice, tier, today=today)
        return [spec.endpoint for spec in specs]

    def _view_of(self, showing: Showing) -> View | None:
        if showing.display == "none":
            return None
        if showing.as_json:
            return JsonView(self._out, run=self._run_id)
        if showing.display == "plain":
            return PlainView(self._out)
        whole = showing.display == "full" and not self._simulation.cast.humans
        return TalkView(self._out, calls=self._calls if whole else None)

    def _run_id(self) -> str:
        return self._screen.run

    def _calls(self) -> Sequence[CallRow]:
        return Run(self._screen.run, self._simulation.database).calls

    def _suggestions(self, run: Run) -> list[str]:
        named = ("--db", str(run.database)) if self._showing.database_named else ()
        show = ("simulator", "runs", "show", run.id, *named)
        cost = ("simulator", "cost", "--run", run.id, *named)
        lines = [
            f"Run {run.id} in {run.database}",
            f"Look again:          {shlex.join(show)}",
            f"What it cost:        {shlex.join(cost)}",
        ]
        if run.errors:
            errors = ("simulator", "errors", "--run", run.id, *named)
            lines.append(f"What went wrong:     {shlex.join(errors)}")
        if run.stop_reason == "paused":
            lines.append("Going on from there: no command can do that yet; another run begins anew")
        addresses = self._addresses()
        alone = not run.started.humans and not self._showing.steers
        if alone and run.exit_code in _WHOLE and addresses is not None:
            again = (*self._showing.again, "--seed", str(run.seed))
            lines.append(f"The same talk again: {addresses}{shlex.join(again)}")
        return lines

    def _addresses(self) -> str | None:
        """What has to stand before the command so that a stand-in answers it again.

        None: a model may answer, so it would be another talk, and be paid.
        """
        environ, found = self._simulation.environ, {}
        try:
            endpoints = [one for tier in TIERS for one in self._endpoints(tier)]
        except UsageError:  # a tier whose models are all shut down: some other day it has others
            return None
        for endpoint in endpoints:
            if not endpoint.speaks_stand_in(environ):
                return None
            if not endpoint.speaks_stand_in({}) and endpoint.base_url_variable:
                found[endpoint.base_url_variable] = environ[endpoint.base_url_variable]
        return "".join(f"{name}={shlex.quote(value)} " for name, value in found.items())
