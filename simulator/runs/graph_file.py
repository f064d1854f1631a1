"""The graph a scenario names: a `Conversation` of ours or the user's, or a raw `StateGraph`."""

from __future__ import annotations

from typing import Any

from langgraph.graph import StateGraph
from langgraph.graph.state import CompiledStateGraph

from simulator.conversation.graph import FLOOR, CompiledTalk, Conversation
from simulator.conversation.state import Talk
from simulator.conversation.tools.user_code import load_user_code, raised
from simulator.definitions.cast import Cast
from simulator.definitions.checks.graph_checks import FLOOR_NEEDED
from simulator.errors import SimulatorError, UsageError, UserCodeFailed

__all__ = ["compiled_graph", "is_led"]


def compiled_graph(cast: Cast) -> CompiledTalk:
    """The scenario's graph, ready to run.

    A file may bind a Conversation, or a `StateGraph(Talk, context_schema=RunContext)`, or a
    function that makes one for a cast.

    Raises:
        UserCodeFailed: it cannot be loaded or made, or is no such graph.
        UsageError: the scenario has events, phases or a last word, and there is no floor.
        NotFound: the graph names a turn-taking policy that there is not.
    """
    found = load_user_code(cast.graph, folder=cast.graph_folder)
    if isinstance(found, Conversation):
        return found.compiled(cast)
    graph = _talk_graph(_made(found, cast), cast)
    needing = [field for field in FLOOR_NEEDED if getattr(cast.scenario, field)]
    memory = cast.scenario.memory
    if memory.window == "summary" or memory.across_runs:
        needing.append("memory")
    if needing and not is_led(graph):
        raise UsageError(
            f"{cast.graph!r} has no floor, which {', '.join(needing)} of scenario "
            f"{cast.scenario_id!r} need: leave them out, or bind a simulator.Conversation."
        )
    return graph


def is_led(graph: CompiledTalk) -> bool:
    """Whether a floor leads it, so that it can go on from any state it was ever in."""
    return FLOOR in graph.nodes


def _made(found: Any, cast: Cast) -> Any:
    if isinstance(found, StateGraph | CompiledStateGraph) or not callable(found):
        return found
    try:
        return found(cast)
    except SimulatorError:
        raise
    except Exception as error:
        message = f"{cast.graph!r} raised {raised(error, folder=cast.graph_folder)}"
        raise UserCodeFailed(message) from error


def _talk_graph(graph: Any, cast: Cast) -> CompiledTalk:
    builder = graph.builder if isinstance(graph, CompiledStateGraph) else graph
    if not isinstance(builder, StateGraph):
        kind = type(graph).__name__
        raise UserCodeFailed(
            f"{cast.graph!r} must be a simulator.Conversation, a StateGraph, or a function that "
            f"makes one for a cast; it is a {kind}."
        )
    if builder.state_schema is not Talk:
        raise UserCodeFailed(
            f"{cast.graph!r} must be a StateGraph(simulator.Talk, "
            "context_schema=simulator.RunContext)."
        )
    try:
        compiled: CompiledTalk = graph if graph is not builder else builder.compile()
    except ValueError as error:
        raise UserCodeFailed(f"{cast.graph!r} is no whole graph: {error}") from error
    return compiled
