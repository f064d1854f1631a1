"""The graphs of a project: what each says of itself, and one in words, part by part."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from simulator.display.graph_shape import GraphShape, Part
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.display.visible import flat

__all__ = ["graph_about", "graph_objects", "print_graphs", "print_shape", "shape_object"]


_COLUMNS = (
    Column("part"),
    Column("speakers", cut=True),
    Column("order", cut=True),
    Column("how long", cut=True),
)


def graph_about(file: Path) -> str:
    """The first sentences of a graph file's docstring; empty without one. Nothing is run."""
    try:
        said = ast.get_docstring(ast.parse(file.read_bytes()))
    except (OSError, SyntaxError, ValueError):
        return ""
    return " ".join((said or "").split("\n\n")[0].split())


def print_graphs(out: Terminal, files: Mapping[str, Path]) -> None:
    """A graph a line, in the order of their names."""
    rows = [(name, graph_about(file)) for name, file in sorted(files.items())]
    print_table(out, (Column("graph"), Column("who speaks", cut=True)), rows)


def graph_objects(files: Mapping[str, Path]) -> Iterator[dict[str, Any]]:
    """The graphs as plain data."""
    for name, file in sorted(files.items()):
        yield {"graph": name, "about": graph_about(file), "file": str(file)}


def print_shape(out: Terminal, shape: GraphShape) -> None:
    """Who may speak when: a row a part, and what ends it all."""
    title = shape.about or shape.name
    out.say(flat(f"{title} Cast of {shape.scenario}."), style="bold")
    names = {lane.member: lane.name for lane in shape.lanes}
    print_table(out, _COLUMNS, [_row(part, names) for part in shape.parts])
    late = [lane.name for lane in shape.lanes if lane.late]
    if late:
        out.say(flat(f"Enters later: {', '.join(late)}."))
    out.say(flat(f"Over {shape.end}."))


def shape_object(shape: GraphShape) -> dict[str, Any]:
    """The shape as plain data."""
    return asdict(shape)


def _row(part: Part, names: Mapping[str, str]) -> tuple[str, ...]:
    everybody = len(part.speakers) == len(names)
    who = "everybody" if everybody else ", ".join(names[one] for one in part.speakers)
    return part.name or "-", who, part.order or "-", part.end or "-"
