"""Pictures of a run for notebooks and reports, drawn with matplotlib into the file itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Protocol

from simulator.display.cost_table import cost_report
from simulator.display.extras import extra
from simulator.display.label import NOT_FINDINGS, label
from simulator.display.visible import flat
from simulator.record.events import Intervened, TurnFailed, TurnPassed
from simulator.record.rows import CostRow
from simulator.record.store import Store
from simulator.runs.run import Run

__all__ = ["Axes", "Figure", "Plot", "plot_cost", "plot_turns"]

_DPI = 110
_DIME = 0.1
"""Dollars below which cents are easier to read."""


class Axes(Protocol):
    """What is used of one drawing within a figure."""

    def get_title(self) -> str:
        """The words above it."""


class Figure(Protocol):
    """What is used of a matplotlib figure."""

    @property
    def axes(self) -> list[Axes]:
        """Its drawings; one here."""

    def savefig(self, fname: str | Path | IO[bytes], /, **options: Any) -> None:
        """Write the picture."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture that a notebook shows as the last expression of a cell."""

    figure: Figure
    """The matplotlib figure, to be changed as you like."""

    def _repr_png_(self) -> bytes:
        picture = BytesIO()
        self.figure.savefig(picture, format="png", dpi=_DPI, bbox_inches="tight")
        return picture.getvalue()

    def save(self, path: str | Path) -> None:
        """Write it to a file; its ending says in which format."""
        self.figure.savefig(path, dpi=_DPI, bbox_inches="tight")


def plot_cost(run: Run, by: str = "persona") -> Plot:
    """Dollars by persona, purpose, tier, model or day; tokens where nothing was paid.

    What is not known is no bar of length zero: its name says so.

    Raises:
        UsageError: costs cannot be grouped like this, or matplotlib is missing.
    """
    with Store.open(run.database, create=False) as store:
        report = cost_report(store, by=(by,), run=run.id)
    names = [_name(row) for row in report.rows]
    lengths, unit = _lengths(report.rows)
    figure, axes = _canvas(run, height=1.2 + 0.4 * len(names))
    axes.barh(names, lengths, color="#1864ab")
    axes.invert_yaxis()
    axes.set_xlabel(unit)
    axes.set_ylabel(by)
    if not any(lengths):
        axes.set_xticks([])
        axes.set_yticks(range(len(names)))
        _say_in(axes, "nothing was spent, as far as is known" if names else "nothing was asked")
    return Plot(figure)


def _lengths(rows: Sequence[CostRow]) -> tuple[list[float], str]:
    """How long the bars are, and in what: dollars, cents where they are few, or tokens."""
    if all(row.dollars == 0 for row in rows):
        return [float(row.usage.total) for row in rows], "tokens"
    dollars = [float(row.dollars or 0) for row in rows]
    if max(dollars) >= _DIME:
        return dollars, "dollars at list prices"
    return [amount * 100 for amount in dollars], "cents at list prices"


def _name(row: CostRow) -> str:
    name = flat(row.group[0] or "-")
    if row.dollars is None:
        return f"{name} (unknown)"
    return f"{name} (at least)" if row.at_least else name


def plot_turns(run: Run) -> Plot:
    """Words of each turn, one colour per speaker; passes, failures and events are marked.

    Raises:
        UsageError: matplotlib is missing.
    """
    figure, axes = _canvas(run, height=3.2)
    for number, (member, name) in enumerate(run.started.members.items()):
        said = {one.turn: len(one.text.split()) for one in run.turns if one.speaker == member}
        # Whoever said nothing has an empty bar out of sight: without one the legend has no colour.
        shown = said or {0: 0}
        axes.bar(list(shown), list(shown.values()), label=flat(name), color=f"C{number}")
    passed = [event.turn for event in run.events if isinstance(event, TurnPassed)]
    failed = [event.turn for event in run.events if isinstance(event, TurnFailed)]
    _mark(axes, passed, "passed", sign="_")
    _mark(axes, failed, "failed", sign="x")
    # What comes from outside is heard right before its turn.
    outside = sorted({event.turn for event in run.events if isinstance(event, Intervened)})
    for turn, name in zip(outside, ("event", *("_" for _ in outside)), strict=False):
        axes.axvline(turn - 0.5, color="#868e96", linestyle=":", label=name)
    axes.set_xlabel("turn")
    axes.set_xlim(left=0.4)
    axes.locator_params(axis="x", integer=True)
    axes.set_ylabel("words")
    if not run.turns:
        axes.set_xticks(sorted({*passed, *failed}))
        axes.set_yticks([])
        _say_in(axes, "nothing was said")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    return Plot(figure)


def _mark(axes: Any, turns: Sequence[int], name: str, *, sign: str) -> None:
    if turns:
        axes.plot(turns, [0] * len(turns), sign, color="#c92a2a", markersize=9, label=name)


def _say_in(axes: Any, words: str) -> None:
    """Words in the place of bars that are not there."""
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", color="#868e96")


def _canvas(run: Run, *, height: float) -> tuple[Figure, Any]:
    """A figure that belongs to nobody else, and its axes; the title says what spoke."""
    figure = extra("matplotlib.figure").Figure(figsize=(8, height))
    axes = figure.subplots()
    warning = f"\n{NOT_FINDINGS}" if run.stand_in else ""
    axes.set_title(flat(label(run.started)) + warning, fontsize="medium")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes
