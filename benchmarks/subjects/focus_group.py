"""What every benchmark plays: the shipped focus group, and a raw conversation just as long."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from simulator import Project, Simulation, load
from simulator.conversation.reply import reply_schema

KEY = "sk-benchmark"
MODEL = "gpt-4.1-mini"


def response_format() -> dict[str, Any]:
    """What raw clients demand: the reply our personas give."""
    schema = {"name": "reply", "strict": True, "schema": dict(reply_schema().schema)}
    return {"type": "json_schema", "json_schema": schema}


def endless(folder: Path, *, turns: int) -> Simulation:
    """The shipped focus group with no end but its turns, on a model with a price, unbudgeted."""
    limits = {"turns": turns, "seconds": None, "dollars": None}
    loaded = load(
        "focus-group",
        model=f"openai/{MODEL}",
        database=folder / "runs.db",
        project=Path(__file__).parent,
    )
    scenario = loaded.cast.scenario
    changed = scenario.model_copy(
        update={"limits": scenario.limits.model_copy(update=limits), "stop": None, "events": ()}
    )
    return replace(loaded, cast=replace(loaded.cast, scenario=changed))


def opening() -> list[dict[str, str]]:
    """The beginning of a raw conversation, as long as ours."""
    cast = Project.find(Path(__file__)).cast("focus-group")
    return [{"role": "system", "content": cast.scenario.setting * 4}]
