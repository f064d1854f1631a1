"""A small table as HTML for notebooks: every word escaped, the run's label above it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from simulator.display.tables import Column
from simulator.display.visible import flat

__all__ = ["html_of_table"]

_CELL = "padding:.2em .8em;vertical-align:top;text-align:"


def html_of_table(
    label: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], *, note: str = ""
) -> str:
    """The table as one fragment; `note` stands below it."""
    body = "".join(f"<tr>{_cells(columns, row, tag='td')}</tr>" for row in rows)
    head = _cells(columns, [column.heading for column in columns], tag="th")
    end = f"<div>{escape(flat(note))}</div>" if note else ""
    return (
        f'<div style="font-weight:600">{escape(flat(label))}</div>'
        f'<table style="border-collapse:collapse"><tr>{head}</tr>{body}</table>{end}'
    )


def _cells(columns: Sequence[Column], row: Sequence[str], *, tag: str) -> str:
    return "".join(
        f'<{tag} style="{_CELL}{"right" if column.right else "left"}">{escape(flat(cell))}</{tag}>'
        for column, cell in zip(columns, row, strict=True)
    )
