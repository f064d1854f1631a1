"""The shape of a graph that is called by its name, with the cast of its demo or another scenario's.

>>> from pathlib import Path
>>> from simulator import Project
>>> from simulator.display.graph_svg import graph_svg
>>> drawing = graph_svg(named_shape(Project.find(Path.cwd()), "courtroom"))
"""

from __future__ import annotations

from dataclasses import replace

from simulator.conversation.graph import Conversation
from simulator.conversation.tools.user_code import load_user_code
from simulator.definitions.cast import Cast
from simulator.definitions.project import Project
from simulator.display.graph_list import graph_about
from simulator.display.graph_shape import GraphShape, shape_of
from simulator.errors import UsageError

__all__ = ["named_shape"]

_BOUND = "conversation"
"""The name that a file of graphs/ binds."""


def named_shape(project: Project, name: str, *, scenario: str | None = None) -> GraphShape:
    """The shape of the project's graph of this name, or of user code `my_graph.py:conversation`.

    With a scenario it is shown as that plays it, with the scenario's own phases; without one, the
    graph itself with the cast of a scenario that shows it.

    Raises:
        NotFound: there is no such graph or scenario.
        UserCodeFailed: its file cannot be loaded.
        UsageError: it binds no Conversation, or no scenario shows it.
    """
    if ":" in name:
        file, reference = project.root / name.rpartition(":")[0], name
    else:
        file = project.graph_file(name)
        reference = f"{file}:{_BOUND}"
    found = load_user_code(reference, folder=project.root)
    if not isinstance(found, Conversation):
        raise UsageError(
            f"{name!r} is no simulator.Conversation but a {type(found).__name__}: its edges say "
            "who speaks, so LangGraph draws it: graph.compile().get_graph().draw_mermaid()."
        )
    cast = project.cast(scenario) if scenario else _shown_with(project, name, found)
    title, _, rest = graph_about(file).partition(": ")
    about = f"{rest[:1].upper()}{rest[1:]}" if rest else title
    return shape_of(found, cast, name=file.stem, about=about)


def _shown_with(project: Project, name: str, conversation: Conversation) -> Cast:
    """The cast of its demo, else of a scenario that names the graph; without the phases there."""
    known = project.scenario_ids()
    named = (one for one in known if project.scenario(one).graph == name)
    chosen = conversation.demo if conversation.demo in known else next(named, None)
    if chosen is None:
        hint = "say whose cast with --scenario"
        raise UsageError(f"No scenario here has the graph {name!r}: {hint}.")
    cast = project.cast(chosen)
    return replace(cast, scenario=cast.scenario.model_copy(update={"phases": ()}))
