"""Mistakes in the graph a scenario names: it is not there, or cannot do what the file asks for."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.definitions.checks.calls import GRAPH, PHASES, TURNS, fault_in_call
from simulator.definitions.checks.code_name import CodeName, Fault, fault_in_file
from simulator.definitions.checks.course import Course
from simulator.definitions.checks.scenario_draft import BRACES, Draft
from simulator.definitions.checks.surroundings import GRAPH_NAME, POLICIES, meant
from simulator.definitions.folder import is_file
from simulator.definitions.yaml.document import Loc
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["FLOOR_NEEDED", "check_graph"]

AT: Loc = ("graph",)
FLOOR_NEEDED = ("events", "phases", "last_word")
"""The fields of a scenario that only a floor lets happen."""


def check_graph(course: Course) -> Iterator[Mistake]:
    """Every mistake in `graph`, and in what the scenario wants of it."""
    draft = course.draft
    name = draft.outline.text(*AT)
    if name is None or BRACES.search(name):
        return
    code = CodeName.parse(name)
    fault = _missing(draft, name, code) or _uncallable(course, name, code)
    if fault is not None:
        yield draft.mistake(AT, *fault)
    elif course.graph.floorless:
        yield from _without_floor(draft, name)


def _missing(draft: Draft, name: str, code: CodeName | None) -> Fault | None:
    if code is not None:
        return code.fault(draft.around.root)
    if name in draft.around.graphs:
        return fault_in_file(draft.around.graphs[name], f"graphs/{name}.py", GRAPH_NAME)
    return f"No graph is called {name!r}.", _hint(draft, name)


def _hint(draft: Draft, name: str) -> str:
    """What was meant by a name that no file in graphs/ bears."""
    if name.endswith(".py"):
        return f"Write {name}:{GRAPH_NAME}, or the name of a file in graphs/."
    if name in POLICIES:
        return (
            "It is a way to take turns: write it as the `order` of a phase, or write a file in "
            f'graphs/ with {GRAPH_NAME} = Conversation(turn_taking="{name}"), and name that.'
        )
    file = draft.around.root / f"{name}.py"
    if is_file(file):
        if fault_in_file(file, file.name, GRAPH_NAME) is None:
            return f"Did you mean '{file.name}:{GRAPH_NAME}'?"
        return f"Write '{file.name}:NAME', NAME being what that file calls it."
    return meant(name, draft.around.graphs, "graphs")


def _uncallable(course: Course, name: str, code: CodeName | None) -> Fault | None:
    """A function of the graph's file that cannot be called as it is going to be."""
    graph, place = course.graph, code.place if code is not None else f"graphs/{name}.py"
    uses = [(graph.maker, GRAPH), (graph.policy, TURNS)]
    uses += [] if course.own else [(graph.plan, PHASES)]
    for function, use in uses:
        fault = fault_in_call(function, place, use) if function is not None else None
        if fault is not None:
            return fault
    return None


def _without_floor(draft: Draft, name: str) -> Iterator[Mistake]:
    """What is wanted of a StateGraph of the user's own and would never happen in it."""
    wanted: list[Loc] = [(field,) for field in FLOOR_NEEDED if not draft.empty((field,))]
    if draft.outline.text("memory", "window") == "summary":
        wanted.append(("memory", "window"))
    kept = draft.outline.document.node(("memory", "across_runs"))
    if kept is not None and kept.value is True:
        wanted.append(("memory", "across_runs"))
    for loc in wanted:
        message = f"The graph {name!r} has no floor, without which there is no `{loc[-1]}`."
        hint = f"Leave `{loc[-1]}` out, or bind a simulator.Conversation."
        yield draft.mistake(loc, message, hint, key=True)
