"""The context of a graph that LangGraph's own tools run: the stand-in, a record in memory."""

from __future__ import annotations

from datetime import UTC, datetime

from simulator.conversation.context_window import narrowest
from simulator.conversation.run_context import Models, RunContext, access_for, stopwatch
from simulator.conversation.tools.toolbox import Toolbox
from simulator.definitions.cast import Cast
from simulator.definitions.model_catalog import ModelCatalog
from simulator.llm.session import Session
from simulator.record.events import RunStarted
from simulator.record.memory import MemoryRecord

__all__ = ["demo_context"]


def demo_context(cast: Cast, *, catalog: ModelCatalog, seed: int) -> RunContext:
    """A context that needs no key, no network and no database; tools read their files."""
    models = Models(catalog=catalog, choice=catalog.choose("stand-in"), session=Session(environ={}))
    record, now = MemoryRecord(), datetime.now(UTC)
    opening = RunStarted(
        at=now,
        scenario=cast.scenario_id,
        title=cast.scenario.title,
        seed=seed,
        graph=cast.scenario.graph,
        model=models.choice.text,
        stand_in=True,
        inputs=dict(cast.inputs),
        members={member.id: member.name for member in cast.members},
        absent=tuple(sorted(cast.late)),
        definitions={},
        context_tokens=narrowest(
            cast.scenario.limits, catalog=catalog, choice=models.choice, today=now.date()
        ),
    )
    return RunContext(
        cast=cast,
        journal=record,
        access=access_for(cast, models, record, run="demo", seed=seed),
        toolbox=Toolbox.of(cast),
        elapsed=stopwatch(),
        opening=opening,
    )
