"""A small project of a user's own, for tests that load and play what stands in files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulator import Simulation, load

MODEL = "openai/gpt-4.1-mini"
PERSONAS = {
    "rosa": "name: Rosa Lindqvist\nsamples:\n  - {act: object, say: I close it.}\n",
    "dev": "name: Dev Moreau\ngoals: [a skip]\n",
}
TEA = """
title: Tea with {{ guest }}
setting: A canteen. {{ guest }} is late.
graph: GRAPH
inputs:
  guest: {default: the vicar, about: Who comes.}
cast:
  - persona: rosa
  - persona: dev
limits: {turns: 6}
stop: {phrase: more tea}
lines:
  - {id: kettle, speaker: rosa, act: open, say: "The kettle is on for {{ guest }}."}
  - {id: cups, speaker: dev, act: open, say: "Two cups \\"each\\" \\U0001F600."}
  - {id: tea, speaker: rosa, act: ask, say: "More tea, anybody?", after: [cups]}
"""


def small_project(folder: Path) -> Path:
    """A project of two people and one scenario, `tea`, in that folder."""
    for name in ("personas", "scenarios"):
        (folder / name).mkdir()
    for name, text in PERSONAS.items():
        (folder / "personas" / f"{name}.yaml").write_text(text)
    (folder / "scenarios" / "tea.yaml").write_text(TEA.replace("GRAPH", "round_table"))
    return folder


def loader(project: Path) -> Callable[..., Simulation]:
    """Loads a scenario of a project, to be recorded in the project's folder."""

    def make(scenario: str | Path = "tea", **options: Any) -> Simulation:
        return load(scenario, project=project, database=project / "runs.db", **options)

    return make
