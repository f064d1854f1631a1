"""Runs in notebooks: labelled HTML, data frames that keep unknown apart, pictures."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator.display.extras import extra
from simulator.display.notebook import (
    Plot,
    cost_frame,
    knowers_table,
    participation_table,
    plot_cost,
    plot_turns,
    transcript,
)
from simulator.errors import UsageError
from simulator.record.events import Intervened
from simulator.record.store import Store
from simulator.runs.run import Run
from simulator.runs.simulation import load
from tests.cli_samples import recorded
from tests.record_samples import AT, said, started


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run of models; what one request cost is unknown."""
    return Run(recorded(tmp_path / "runs.db"), tmp_path / "runs.db")


@pytest.fixture
def stand_in_run(tmp_path: Path) -> Run:
    """A run in which a stand-in said something that looks like HTML."""
    with Store.open(tmp_path / "runs.db") as store:
        run = store.create_run("focus-group")
        journal = store.journal(run)
        journal.commit(replace(started(), stand_in=True))
        journal.commit(said(1, "<script>alert('!')</script>"))
    return Run(run, tmp_path / "runs.db")


def test_a_notebook_shows_the_talk_escaped_and_labelled(stand_in_run: Run) -> None:
    """Nothing in it is executed or loaded; its header says stand-in."""
    html = transcript(stand_in_run)._repr_html_()

    assert "<script" not in html
    assert "&lt;script&gt;alert(&#x27;!&#x27;)&lt;/script&gt;" in html
    assert "Three-step onboarding · stand-in: written lines, no model · seed 7</div>" in html
    assert not re.search(r"https?:|src=|href=", html)


def test_tables_are_shown_labelled_and_escaped(tmp_path: Path) -> None:
    """Who knows what and who took part, as the commands tell it."""
    run = load("focus-group", database=tmp_path / "runs.db", turns=3).run(seed=7)

    known = knowers_table(run, "password")._repr_html_()
    shares = participation_table(run)._repr_html_()

    for html in (known, shares):
        assert "stand-in: written lines, no model · seed 7</div>" in html
        assert html.count("<tr>") == 1 + len(run.started.members)
        assert not re.search(r"<script|https?:", html)
    assert ">since</th>" in known
    assert "stand-in values, not findings" in shares


def test_costs_are_a_data_frame(run: Run) -> None:
    """A row per group; what is unknown is NaN."""
    pandas = extra("pandas")

    frame = cost_frame(run, by=("persona", "tier"))

    columns = ["persona", "tier", "spoken_by", "calls", "dollars", "unknown_attempts"]
    expected = pandas.DataFrame(
        [
            ("dev", "standard", "nobody", 1, float("nan"), 1),
            ("rosa", "simple", "models", 1, 0.000345678, 0),
        ],
        columns=columns,
    )
    pandas.testing.assert_frame_equal(pandas.DataFrame(frame)[columns], expected)
    assert frame.attrs == {"label": "Three-step onboarding · models by tier · seed 7"}


def test_plots_are_pictures_that_say_stand_in(run: Run, stand_in_run: Run, tmp_path: Path) -> None:
    """A PNG for the notebook; the title warns where no model spoke, and only there."""
    plots = [plot_cost(run), plot_turns(run), plot_cost(stand_in_run), plot_turns(stand_in_run)]
    plots[0].save(tmp_path / "cost.svg")

    titles = [plot.figure.axes[0].get_title() for plot in plots]
    warned = [title.endswith("\nstand-in values, not findings") for title in titles]
    assert warned == [False, False, True, True]
    assert {plot._repr_png_()[:4] for plot in plots} == {b"\x89PNG"}
    assert (tmp_path / "cost.svg").read_bytes().startswith(b"<?xml")


def test_a_run_in_which_nothing_was_said_says_so(tmp_path: Path) -> None:
    """No empty axes: the picture has the words, and every member a colour of its own."""
    with Store.open(tmp_path / "runs.db") as store:
        name = store.create_run("focus-group")
        store.journal(name).commit(started())
    run = Run(name, tmp_path / "runs.db")

    turns, cost = _axes(plot_turns(run)), _axes(plot_cost(run))

    texts = [[text.get_text() for text in axes.texts] for axes in (turns, cost)]
    handles = turns.get_legend().legend_handles
    colours = {handle.get_facecolor() for handle in handles}
    assert texts == [["nothing was said"], ["nothing was asked"]]
    assert len(colours) == len(handles) > 1


def test_small_amounts_are_drawn_in_cents_and_events_are_marked(run: Run) -> None:
    """An axis of ten-thousandths is read by nobody; what came from outside is in the legend."""
    with Store.open(run.database) as store:
        event = Intervened(turn=2, at=AT, speaker="narrator", text="The light goes out.")
        store.journal(run.id).commit(event)

    cost, turns = _axes(plot_cost(run)), _axes(plot_turns(run))

    assert cost.get_xlabel() == "cents at list prices"
    assert "event" in [text.get_text() for text in turns.get_legend().get_texts()]


def _axes(plot: Plot) -> Any:
    """The drawing of a plot, as matplotlib has it."""
    return plot.figure.axes[0]


def test_a_missing_extra_says_how_to_get_it() -> None:
    """One sentence with the command."""
    with pytest.raises(UsageError) as caught:
        extra("no_such_package.plots")

    assert str(caught.value) == (
        f"This needs no_such_package: {sys.executable} -m pip install no_such_package"
    )
