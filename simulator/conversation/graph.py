"""A conversation's shape as a LangGraph graph: START and every speaker lead to the floor.

    START -> floor -> the members chosen -> floor -> ... -> END

Only the floor leaves by condition, so a run can start from any state it was ever in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache, partial
from pathlib import Path

from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from simulator.conversation.demo import demo_context
from simulator.conversation.floor import floor_node, next_nodes
from simulator.conversation.persona_node import persona_node
from simulator.conversation.phases import Plan
from simulator.conversation.run_context import RunContext
from simulator.conversation.state import Talk
from simulator.conversation.turn_taking import Policy, policy_named
from simulator.definitions.cast import Cast
from simulator.definitions.project import Project

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
        demo: str = "focus-group",
    ) -> None:
        """Say how turns are taken: by a policy of ours (its name), or by your own function.

        `phases` makes the phases for a cast whose scenario has none of its own; `demo` is the
        scenario that LangGraph's own tools show.
        """
        self._turn_taking, self._phases, self._demo = turn_taking, phases, demo

    @cached_property
    def policy(self) -> Policy:
        """The turn-taking policy.

        Raises:
            NotFound: there is none of this name.
        """
        chosen = self._turn_taking
        return policy_named(chosen) if isinstance(chosen, str) else chosen

    @property
    def studio(self) -> Callable[[], CompiledTalk]:
        """A factory without arguments, for LangGraph's loader.

        It makes the graph of the demo scenario, played by the stand-in, its record in memory.
        """

        def demo_graph() -> CompiledTalk:
            cast = Project.find(Path.cwd()).cast(self._demo)
            context = lru_cache(maxsize=1)(partial(demo_context, cast))
            return self.graph(cast, demo=context).compile()

        return demo_graph

    def graph(self, cast: Cast, *, demo: Callable[[], RunContext] | None = None) -> TalkGraph:
        """The graph for a cast, not yet compiled: add to it what you like."""
        graph: TalkGraph = StateGraph(Talk, context_schema=RunContext)
        graph.add_node(FLOOR, floor_node(self.policy, phases=self._phases, demo=demo))
        graph.add_edge(START, FLOOR)
        for member_id in cast.ids:
            graph.add_node(member_id, persona_node(member_id, demo=demo))
            graph.add_edge(member_id, FLOOR)
        graph.add_conditional_edges(FLOOR, next_nodes)
        return graph

    def compiled(self, cast: Cast) -> CompiledTalk:
        """The graph for a cast, ready to run; without a checkpointer, the record is ours."""
        return self.graph(cast).compile()


def recursion_limit(turns: int) -> int:
    """LangGraph steps a run of that many turns can take.

    The floor and a speaker for each turn, and the floor once more to end it.
    """
    return 2 * turns + 4
