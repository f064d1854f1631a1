"""Rows in aligned columns: cut to fit a terminal, whole in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from simulator.display.terminal import Terminal
from simulator.display.visible import flat

__all__ = ["Column", "print_table"]

_GAP = "  "
_INDENT = "  "
"""What stands before a note."""
_NARROWEST = 8
"""Cells that a cut column keeps."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading and how it stands."""

    heading: str
    right: bool = False
    """Figures stand to the right."""
    cut: bool = False
    """May be cut where the terminal is too narrow."""
    spare: int = 0
    """Left out where cutting others is not enough, the highest first; 0: never."""


def print_table(
    out: Terminal,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    *,
    total: bool = False,
    notes: Sequence[str] = (),
) -> None:
    """Print rows under their headings; with `total` the last one is set off as a sum.

    A row's note stands below it, wrapped to fit a terminal and never cut.
    """
    cells = [[flat(cell) for cell in row] for row in rows]
    headings = [column.heading for column in columns]
    widths = [max(map(cell_len, column)) for column in zip(headings, *cells, strict=True)]
    if out.is_screen:
        kept = _kept(widths, columns, room=out.screen_columns)
        columns, widths = [columns[i] for i in kept], [widths[i] for i in kept]
        headings, *cells = ([row[i] for i in kept] for row in (headings, *cells))
        widths = _fitted(widths, columns, room=out.screen_columns)
    out.say(_row(headings, columns, widths), style="bold")
    for number, row in enumerate(cells, start=1):
        last = total and number == len(cells)
        out.say(_row(row, columns, widths), style="bold" if last else "")
        note = flat(notes[number - 1]) if notes else ""
        for line in out.fitted(note, indent=len(_INDENT)) if note else ():
            out.say(f"{_INDENT}{line}", style="dim")


def _kept(widths: Sequence[int], columns: Sequence[Column], *, room: int) -> list[int]:
    """The places of the columns that are shown: without spare ones where the row would not fit."""
    kept = list(range(len(columns)))
    least = [
        min(width, _NARROWEST) if column.cut and not column.spare else width
        for width, column in zip(widths, columns, strict=True)
    ]
    for place in sorted(kept, key=lambda i: -columns[i].spare):
        if columns[place].spare and _over([least[i] for i in kept], room=room) > 0:
            kept.remove(place)
    return kept


def _over(widths: Sequence[int], *, room: int) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1) - room


def _fitted(widths: list[int], columns: Sequence[Column], *, room: int) -> list[int]:
    """Narrower widths for columns that may be cut, the widest first, until the row fits."""
    fitted = list(widths)
    over = _over(fitted, room=room)
    while over > 0:
        places = [i for i, c in enumerate(columns) if c.cut and fitted[i] > _NARROWEST]
        if not places:
            break
        fitted[max(places, key=fitted.__getitem__)] -= 1
        over -= 1
    return fitted


def _row(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    placed = (
        _placed(cell, width, right=column.right)
        for cell, column, width in zip(cells, columns, widths, strict=True)
    )
    return _GAP.join(placed).rstrip()


def _placed(cell: str, width: int, *, right: bool) -> str:
    size = cell_len(cell)
    if size > width:
        return set_cell_size(cell, width - 1).rstrip() + "\N{HORIZONTAL ELLIPSIS}"
    return " " * (width - size) + cell if right else cell + " " * (width - size)
