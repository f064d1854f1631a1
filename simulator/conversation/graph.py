"""A conversation's shape as a LangGraph graph: START and every speaker lead to the floor.

    START -> floor -> the members chosen -> floor -> ... -> END

Only the floor leaves by condition, so a run can start from any state it was ever in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import cached_property
from pathlib import Path
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from simulator.conversation.floor import floor_node, next_nodes
from simulator.conversation.human_node import human_node
from simulator.conversation.persona_node import persona_node
from simulator.conversation.phases import Plan, phases_of
from simulator.conversation.run_context import Node, RunContext
from simulator.conversation.state import Talk
from simulator.conversation.studio import (
    CompiledStudio,
    Played,
    Studio,
    StudioInput,
    StudioSettings,
    Thread,
)
from simulator.conversation.turn_taking import Policy, policy_named
from simulator.definitions.cast import Cast
from simulator.definitions.phase import Phase
from simulator.definitions.project import Project
from simulator.errors import UsageError

__all__ = ["FLOOR", "CompiledTalk", "Conversation", "TalkGraph", "recursion_limit"]

FLOOR = "floor"
"""The floor's name among the nodes; no member may bear it."""

TalkGraph = StateGraph[Talk, RunContext, Talk, Talk]
CompiledTalk = CompiledStateGraph[Talk, RunContext, Talk, Talk]


class Conversation:
    """Who may speak when. A file in `graphs/` binds one to the name `conversation`."""

    def __init__(
        self,
        *,
        turn_taking: str | Policy = "addressed",
        phases: Plan | None = None,
        roles: tuple[str, ...] = (),
        demo: str = "focus-group",
    ) -> None:
        """Say how turns are taken: by a policy of ours (its name), or by your own function.

        `phases` are those of a scenario that has none of its own, or makes them for its cast;
        `roles` are those it cannot do without; `demo` is the scenario that LangGraph's own tools
        show.
        """
        self._turn_taking, self._phases, self._demo = turn_taking, phases, demo
        self._roles = roles

    @property
    def turn_taking(self) -> str | Policy:
        """How turns are taken: a policy's name, or your own function."""
        return self._turn_taking

    @property
    def demo(self) -> str:
        """The id of the scenario that shows it."""
        return self._demo

    def phases_for(self, cast: Cast) -> tuple[Phase, ...]:
        """The parts a talk of this cast has: the scenario's, else the graph's own.

        Raises:
            UserCodeFailed: the graph's own cannot be made.
        """
        return phases_of(cast, self._phases)

    @cached_property
    def policy(self) -> Policy:
        """The turn-taking policy.

        Raises:
            NotFound: there is none of this name.
        """
        chosen = self._turn_taking
        return policy_named(chosen) if isinstance(chosen, str) else chosen

    @property
    def studio(self) -> Callable[[], Coroutine[Any, Any, CompiledStudio]]:
        """A factory without arguments, for LangGraph's loader: `graph = await factory()`.

        It makes the graph of the demo scenario in the project of the working folder, played by
        the stand-in. Its state is JSON: the transcript, and the events it can go on from.
        """

        async def demo_graph() -> CompiledStudio:
            # LangGraph's server refuses whatever blocks its event loop: files are read.
            return await asyncio.to_thread(self._demo_graph)

        return demo_graph

    def _demo_graph(self) -> CompiledStudio:
        project = Project.find(Path.cwd())
        cast = project.cast(self._demo)
        studio = Studio(cast=cast, catalog=project.catalog())
        graph: StateGraph[Thread, StudioSettings, StudioInput, Played] = StateGraph(
            Thread, context_schema=StudioSettings, input_schema=StudioInput, output_schema=Played
        )
        graph.add_edge(START, FLOOR)
        for name, node in self._nodes(cast).items():
            graph.add_node(name, studio.node(node))
            if name != FLOOR:
                graph.add_edge(name, FLOOR)
        graph.add_conditional_edges(FLOOR, studio.router(next_nodes), [*cast.ids, END])
        return graph.compile()

    def graph(self, cast: Cast) -> TalkGraph:
        """The graph for a cast, not yet compiled: add to it what you like.

        Raises:
            UsageError: nobody in the cast has a role it needs, or there are no phases to follow.
        """
        graph: TalkGraph = StateGraph(Talk, context_schema=RunContext)
        graph.add_edge(START, FLOOR)
        for name, node in self._nodes(cast).items():
            graph.add_node(name, node)
            if name != FLOOR:
                graph.add_edge(name, FLOOR)
        graph.add_conditional_edges(FLOOR, next_nodes)
        return graph

    def _nodes(self, cast: Cast) -> dict[str, Node]:
        """The floor and everybody of a cast that fits the graph."""
        for role in self._roles:
            cast.needed(role)
        if self._turn_taking == "phased" and self._phases is None and not cast.scenario.phases:
            raise UsageError(
                f"The turn-taking of scenario {cast.scenario_id!r} is 'phased', and it has no "
                "phases: write `phases:`, or take another graph."
            )
        nodes = {FLOOR: floor_node(self.policy, phases=self._phases)}
        for member in cast.members:
            of_kind = human_node if member.player == "human" else persona_node
            nodes[member.id] = of_kind(member.id)
        return nodes

    def compiled(self, cast: Cast) -> CompiledTalk:
        """The graph for a cast, ready to run; without a checkpointer, the record is ours."""
        return self.graph(cast).compile()


def recursion_limit(turns: int) -> int:
    """LangGraph steps a run of that many turns can take.

    The floor and a speaker for each turn, and the floor once more to end it.
    """
    return 2 * turns + 4
