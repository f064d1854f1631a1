"""Runs in Jupyter: the talk as HTML, costs as a DataFrame, plots as pictures inside the file.

```python
from simulator.display.notebook import cost_frame, plot_cost, transcript

transcript(run)  # as the last expression of a cell
cost_frame(run, by="persona")
plot_cost(run)
knowers_table(run, "deleted app")
participation_table(run)
```

Whatever a stand-in spoke is labelled so: in the header, in the column `spoken_by`, in titles.
pandas and matplotlib come with the extra `notebook` (`pip install -e '.[notebook]'`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from simulator.display.cost_table import cost_objects, cost_report
from simulator.display.extras import extra
from simulator.display.knowers import html_of_knowers
from simulator.display.label import label
from simulator.display.plot import Plot, plot_cost, plot_turns
from simulator.display.shares import html_of_participation
from simulator.display.summary import summary_of
from simulator.display.talk_html import html_of_talk
from simulator.record.store import Store
from simulator.runs.run import Run

__all__ = [
    "Frame",
    "Html",
    "Plot",
    "cost_frame",
    "knowers_table",
    "participation_table",
    "plot_cost",
    "plot_turns",
    "transcript",
]

_FIGURES = ("dollars", "reserved_dollars")


@dataclass(frozen=True, slots=True)
class Html:
    """HTML that a notebook shows as the last expression of a cell."""

    text: str

    def _repr_html_(self) -> str:
        return self.text


class Frame(Protocol):
    """What types can say of a pandas DataFrame without pandas."""

    attrs: dict[Any, Any]

    def to_csv(self, path: str | Path, /) -> str | None:
        """Write it as CSV."""


def transcript(run: Run) -> Html:
    """The talk as it was, under a header that stays in sight and above how it ended."""
    return Html(html_of_talk(run.events, footer=summary_of(run).lines()))


def knowers_table(run: Run, words: str) -> Html:
    """Who knows something, since when and from whom: `run.knows(words)` as a table."""
    return Html(html_of_knowers(run.knows(words), run.started))


def participation_table(run: Run) -> Html:
    """Who took part how much: `run.participation` as a table."""
    return Html(html_of_participation(run.participation, run.started))


def cost_frame(run: Run, by: str | Sequence[str] = "persona") -> Frame:
    """What the run cost, a row per group; `dollars` is NaN where nothing is known.

    `spoken_by` says whether a model or a stand-in answered, `dollars_at_least` whether something
    paid is missing from `dollars`. `frame.attrs["label"]` is the run's label.

    Raises:
        UsageError: costs cannot be grouped like this, or pandas is missing.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    pandas = extra("pandas")
    with Store.open(run.database, create=False) as store:
        report = cost_report(store, by=names, run=run.id)
    rows = [
        {key: _figure(value) if key in _FIGURES else value for key, value in row.items()}
        for row in cost_objects(report)
    ]
    frame: Frame = pandas.DataFrame(rows)
    frame.attrs["label"] = label(run.started)
    return frame


def _figure(text: str | None) -> float:
    return float("nan") if text is None else float(text)
