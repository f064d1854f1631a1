"""Lists on narrow screens: what gives way, and how found words are shown."""

from __future__ import annotations

import io

from simulator.display.hit_list import found_lines, print_hits
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.record.rows import SearchHit


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_a_spare_column_is_left_out_where_cutting_does_not_help() -> None:
    """Columns that say less go first; the rest stays whole."""
    columns = (Column("run"), Column("scenario", cut=True, spare=1), Column("tokens", right=True))
    rows = [("ab12", "focus-group", "1,000")]
    narrow, wide = Screen(), Screen()

    print_table(Terminal(narrow, environ={"COLUMNS": "20", "NO_COLOR": "1"}), columns, rows)
    print_table(Terminal(wide, environ={"COLUMNS": "40", "NO_COLOR": "1"}), columns, rows)

    assert narrow.getvalue().splitlines() == ["run   tokens", "ab12   1,000"]
    assert wide.getvalue().splitlines()[1] == "ab12  focus-group   1,000"


def test_what_was_found_is_bold_and_folded_on_a_screen() -> None:
    """Marks are for pipes; a line of several runs is told once."""
    hits = [
        SearchHit(run=run, turn=3, speaker="rosa", snippet="The **password** again", stand_in=True)
        for run in ("ab12", "cd34")
    ]
    screen, plain = Screen(), Screen()

    print_hits(Terminal(screen, environ={"COLUMNS": "22"}), found_lines(hits))
    print_hits(Terminal(plain, environ={"COLUMNS": "22", "NO_COLOR": "1"}), found_lines(hits))

    assert "The \x1b[1mpassword\x1b[0m" in screen.getvalue()
    assert plain.getvalue().splitlines() == [
        "ab12 · turn 3 · rosa · in 2 runs, stand-in",
        "  The **password**",
        "  again",
    ]
