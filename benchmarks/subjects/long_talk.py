"""A long talk of shipped personas, written line by line, so that every layout says the same."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from itertools import cycle
from pathlib import Path
from typing import Any

import yaml

from simulator import Project, Simulation, load

KEY = "sk-benchmark"
PEOPLE = ("ilse", "rosa", "tomi", "dev", "nadia", "otis", "hugo", "juno")
"""Shipped personas; the first ones are taken."""
AS_NAIVE = {"cache": "none", "layout": "persona_first"}
"""What makes a model of models.yaml read a prompt the way everybody writes it at first: the
speaker's card, then the whole transcript, with nothing read from a cache."""
_ROOT = Path(__file__).resolve().parents[2]
_SPOKEN_IN_TURN = 2
"""Written sentences that make one turn's words."""


def talk_project(folder: Path, models: Mapping[str, Mapping[str, Any]]) -> Path:
    """A project in that folder: the shipped personas and models, these models of openai changed.

    Without the facts that some of the personas have: all cards are about as long.
    """
    shutil.copytree(_ROOT / "personas", folder / "personas")
    for card in (folder / "personas").glob("*.yaml"):
        persona = yaml.safe_load(card.read_text())
        persona.pop("facts", None)
        card.write_text(yaml.safe_dump(persona, allow_unicode=True))
    written = yaml.safe_load((_ROOT / "models.yaml").read_text())
    for name, change in models.items():
        copied = change.get("of", name)
        entry = {**written["models"][f"openai/{copied}"], **change}
        entry.pop("of", None)
        written["models"][f"openai/{name}"] = entry
    (folder / "models.yaml").write_text(yaml.safe_dump(written, default_flow_style=False))
    (folder / "scenarios").mkdir()
    return folder


def long_talk(
    project: Path, *, model: str, people: int, turns: int, lines: int | None
) -> Simulation:
    """A talk of so many people and turns, whose prompts have at most so many lines."""
    named = f"talk-{people}-{turns}"
    cast = PEOPLE[:people]
    scenario = {
        "title": "Three-step onboarding",
        "setting": Project.find(_ROOT).cast("focus-group").scenario.setting,
        "cast": [{"persona": one} for one in cast],
        "fidelity": "off",
        "limits": {"turns": turns, "context_lines": lines},
        "lines": _lines(cast, turns),
    }
    place = project / "scenarios" / f"{named}.yaml"
    place.write_text(json.dumps(scenario))
    return load(named, model=f"openai/{model}", database=project / "runs.db", project=project)


def _lines(cast: tuple[str, ...], turns: int) -> list[dict[str, str]]:
    """Enough lines for everybody, put together from what is said in the shipped scenarios."""
    shipped = Project.find(_ROOT)
    said = [
        line.say
        for scenario in ("focus-group", "support-escalation", "pager-weeks")
        for line in shipped.cast(scenario).scenario.lines
    ]
    words, each = cycle(said), -(-turns // len(cast)) + 1
    return [
        {
            "id": f"{speaker}-{place}",
            "speaker": speaker,
            "say": " ".join((f"{place + 1}.", *(next(words) for _ in range(_SPOKEN_IN_TURN)))),
        }
        for speaker in cast
        for place in range(each)
    ]
