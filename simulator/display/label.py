"""What every view of a run says first: its title, who put the words together, and the seed."""

from __future__ import annotations

from simulator.record.events import Provenance, RunStarted

__all__ = ["NOT_FINDINGS", "STAND_IN", "label", "provenance"]

STAND_IN = "stand-in: written lines, no model"
"""What stands in the place of a model's name where no model spoke."""
NOT_FINDINGS = "stand-in values, not findings"
"""What a plot or table of a stand-in's run says of its figures."""
_SPOKEN_BY = {"tiers": "models by tier"}
_ORIGINS: dict[Provenance, str] = {
    "line": "written line",
    "sample": "the persona's sample",
    "stage-direction": "stage direction",
    "replay": "replay",
    "model": "model",
    "human": "human",
}


def label(started: RunStarted) -> str:
    """One line: `Three-step onboarding · stand-in: written lines, no model · seed 4711`.

    Where models and the stand-in answer, both are named; so is whoever is played by a person, and
    the study it belongs to.
    """
    models = _SPOKEN_BY.get(started.model, started.model)
    spoken = STAND_IN if started.stand_in else models
    if started.mixed:
        spoken = f"{models}, {'partly' if started.stand_in else 'else'} {STAND_IN}"
    humans = [f"{started.members.get(one, one)}: human" for one in started.humans]
    study = (f"study {started.study}",) if started.study else ()
    return " · ".join((started.title, spoken, *humans, *study, f"seed {started.seed}"))


def provenance(origin: Provenance, source: str) -> str:
    """Where a turn's words come from: `written line rosa-breaks`."""
    return f"{_ORIGINS[origin]} {source}".rstrip()
