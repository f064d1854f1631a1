"""Showing a run from its record, in the looks it would have had live."""

from __future__ import annotations

import sys
from os import environ
from pathlib import Path

from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.project import Project
from simulator.display.in_order import in_turn_order
from simulator.display.json_lines import JsonView, json_line
from simulator.display.plain import PlainView
from simulator.display.summary import summary_of
from simulator.display.talk import TalkView
from simulator.display.terminal import Terminal
from simulator.display.view import View
from simulator.errors import InvalidFiles, StoreFailed
from simulator.record.events import RunStarted
from simulator.record.store import Store
from simulator.runs.run import Run

__all__ = ["found_run", "show"]


def show(run: Run, *, display: str, as_json: bool) -> None:
    """Show a run's talk on stdout and how it ended on stderr.

    Raises:
        StoreFailed: nothing of the run was recorded.
    """
    if not any(isinstance(event, RunStarted) for event in run.events):
        raise StoreFailed(f"The run {run.id!r} broke off before its first event was recorded.")
    out, err = (Terminal(stream, environ=environ) for stream in (sys.stdout, sys.stderr))
    view = _view(run, out, display=display, as_json=as_json)
    if view is not None:
        for event in run.events if as_json else in_turn_order(run.events):
            view.event(event)
    project = Project.find(Path.cwd())
    summary = summary_of(run, catalog=_catalog(project), project=project)
    if as_json:
        code = run.exit_code if run.stop_reason else None
        out.raw(json_line({**summary.data(), "exit_code": code}))
        return
    if view is None:
        err.say(summary.label, style="bold")
    err.say()
    for line in summary.lines(whole=display == "full"):
        err.say(line)


def _view(run: Run, out: Terminal, *, display: str, as_json: bool) -> View | None:
    if display == "none":
        return None
    if as_json:
        return JsonView(out, run=lambda: run.id)
    if display == "plain":
        return PlainView(out, edited=run.edits)
    calls = (lambda: run.calls) if display == "full" else None
    return TalkView(out, calls=calls, edited=run.edits)


def _catalog(project: Project) -> ModelCatalog | None:
    """Prices to compare with; a record can be read without them."""
    try:
        return project.catalog()
    except InvalidFiles:
        return None


def found_run(name: str, database: Path) -> Run:
    """The run of this name, which may be the beginning of an id or @last.

    Raises:
        NotFound: there is no such run, or no such database.
    """
    with Store.open(database, create=False) as store:
        return Run(store.find_run(name), database)
