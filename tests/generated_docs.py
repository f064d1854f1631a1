"""The parts of the documentation that the program itself writes: `make docs` puts them in place."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from simulator.cli.help_pages import commands_page
from simulator.definitions.json_schema import schema_text
from simulator.definitions.project import Project
from simulator.display.graph_svg import graph_svg
from simulator.display.named_graph import named_shape
from simulator.record.events import event_types
from simulator.record.store import Store

DOCS = Path(__file__).parent.parent / "docs"
COMMON = {"kind", "turn", "at"}
VIEWS = (
    "v_runs",
    "v_turns",
    "v_calls",
    "v_attempts",
    "v_cost",
    "v_errors",
    "v_branches",
    "v_memories",
)


def events_table() -> str:
    """Every event with its fields, in the order of the union."""
    rows = ["| event | when | fields besides `turn`, `at` |", "|---|---|---|"]
    for kind, cls in event_types().items():
        first = (cls.__doc__ or "").split("\n\n")[0].replace("\n", " ").strip()
        names = ", ".join(f"`{f.name}`" for f in fields(cls) if f.name not in COMMON)
        rows.append(f"| `{kind}` | {first} | {names} |")
    return "\n".join(rows)


def views_table() -> str:
    """Every public view with its columns."""
    rows = ["| view | columns |", "|---|---|"]
    with Store.open(":memory:") as store:
        for view in VIEWS:
            columns = store.query("SELECT name FROM pragma_table_info(?)", (view,))
            names = ", ".join(f"`{column['name']}`" for column in columns)
            rows.append(f"| `{view}` | {names} |")
    return "\n".join(rows)


def filled(text: str, mark: str, content: str) -> str:
    """The page with the part between its two marks replaced."""
    part = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- end of {mark} -->)", re.DOTALL)
    assert part.search(text), f"no marks for {mark}"
    return part.sub(lambda m: f"{m[1]}\n{content}\n\n{m[2]}", text)


def drawings() -> dict[Path, str]:
    """A drawing of every graph, and of a scenario that has phases of its own."""
    project = Project(DOCS.parent)
    shapes = {DOCS / "graphs" / f"{name}.svg": (name, None) for name in project.files.graphs}
    own = {DOCS / "graphs" / "in-phases.svg": ("open_floor", "classroom")}
    return {
        path: graph_svg(named_shape(project, name, scenario=scenario))
        for path, (name, scenario) in {**shapes, **own}.items()
    }


def generated() -> dict[Path, str]:
    """Every generated page, as it must be."""
    runs = (DOCS / "runs.md").read_text()
    runs = filled(filled(runs, "events", events_table()), "views", views_table())
    schemas = {DOCS / "schema" / f"{k}.json": schema_text(k) for k in ("persona", "scenario")}
    models = {DOCS / "schema" / f"{k}.json": schema_text(k) for k in ("models", "tools")}
    pages = {DOCS / "commands.md": commands_page(), DOCS / "runs.md": runs}
    return {**pages, **schemas, **models, **drawings()}


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text)
