"""Scripts: what there is to speak from, found by the scenario and inputs that a cue names."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from simulator.definitions.cast import Cast
from simulator.definitions.persona import Persona
from simulator.definitions.project import Project
from simulator.definitions.scenario import Scenario
from simulator.llm.stand_in.cue import Cue

__all__ = ["LoadScript", "Script", "Scripts"]

_LOADED = 256
"""Loaded scripts kept; the one used longest ago goes first."""

_Key = tuple[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One scenario as the stand-in plays it."""

    scenario_id: str
    scenario: Scenario
    """With its inputs filled in."""
    members: Mapping[str, Persona]
    """Member id -> the persona it is."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """The values the scenario was filled with, as the cue repeats them."""

    @classmethod
    def of(cls, cast: Cast) -> Self:
        """The script of a cast."""
        return cls(
            scenario_id=cast.scenario_id,
            scenario=cast.scenario,
            members={member.id: member.persona for member in cast.members},
            inputs=dict(cast.inputs),
        )

    def persona_id(self, member: str) -> str:
        """The id of the persona a member plays; the member's own id where the cast has none."""
        entries = self.scenario.cast
        return next((e.persona for e in entries if (e.name or e.persona) == member), member)


LoadScript = Callable[[str, Mapping[str, str]], Script | None]
"""(scenario id, inputs) -> the script, or None where there is no such scenario."""


class Scripts:
    """The scripts a stand-in can play: those added, then those that `load` finds.

    `load` is asked once for each scenario and inputs it knows; what it does not know it is asked
    again. Whatever error it raises for broken files reaches the caller of `find`.
    """

    def __init__(self, load: LoadScript | None = None) -> None:
        self._load = load
        self._added: dict[_Key, Script] = {}
        self._loaded: OrderedDict[_Key, Script] = OrderedDict()

    @classmethod
    def of(cls, project: Project) -> Self:
        """The scripts of all scenarios of a project, read when they are asked for."""

        def load(scenario: str, inputs: Mapping[str, str]) -> Script | None:
            if scenario not in project.scenario_ids():
                return None
            return Script.of(project.cast(scenario, inputs))

        return cls(load)

    def add(self, script: Script) -> None:
        """Make a script known; it replaces an earlier one of the same scenario and inputs."""
        self._added[_key(script.scenario_id, script.inputs)] = script

    def find(self, cue: Cue) -> Script | None:
        """The script a cue speaks of, or None."""
        key = _key(cue.scenario, cue.inputs)
        known = self._added.get(key) or self._loaded.get(key)
        if known is not None or self._load is None:
            return known
        loaded = self._load(cue.scenario, cue.inputs)
        if loaded is not None:
            self._loaded[key] = loaded
            if len(self._loaded) > _LOADED:
                self._loaded.popitem(last=False)
        return loaded


def _key(scenario: str, inputs: Mapping[str, str]) -> _Key:
    return scenario, frozenset(inputs.items())
