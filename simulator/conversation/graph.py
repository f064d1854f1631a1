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
from simulator.conversation.human_node import human_node
from simulator.conversation.persona_node import persona_node
from simulator.conversation.phases import Plan, phases_of
from simulator.conversation.run_context import RunContext
from simulator.conversation.state import Talk
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
        """The graph for a cast, not yet compiled: add to it what you like.

        Raises:
            UsageError: nobody in the cast has a role it needs, or there are no phases to follow.
        """
        for role in self._roles:
            cast.needed(role)
        if self._turn_taking == "phased" and self._phases is None and not cast.scenario.phases:
            raise UsageError(
                f"The turn-taking of scenario {cast.scenario_id!r} is 'phased', and it has no "
                "phases: write `phases:`, or take another graph."
            )
        graph: TalkGraph = StateGraph(Talk, context_schema=RunContext)
        graph.add_node(FLOOR, floor_node(self.policy, phases=self._phases, demo=demo))
        graph.add_edge(START, FLOOR)
        for member_id in cast.ids:
            of_kind = human_node if cast.member(member_id).player == "human" else persona_node
            graph.add_node(member_id, of_kind(member_id, demo=demo))
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
