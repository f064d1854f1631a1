"""Whom somebody means by a persona's name, and in which scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from simulator.definitions.cast import Cast
from simulator.definitions.project import Project
from simulator.errors import InvalidFiles, NotFound, UsageError

__all__ = ["find_member"]


def find_member(
    project: Project, persona: str, *, scenario: str | None, inputs: Mapping[str, str]
) -> tuple[Cast, str]:
    """The cast, and the id of the member in it: of `scenario`, else of the first that has one.

    A scenario that needs no more inputs than are given goes before one that does.

    Raises:
        NotFound: no such scenario, or nobody in it is or plays the persona.
        InvalidFiles: the scenario or the persona has mistakes.
        UsageError: no scenario has the persona in its cast, or an input does not fit the one
            that has.
    """
    if scenario is not None:
        cast = project.cast(scenario, inputs)
        return cast, _member(cast, persona)
    names = sorted(_with(project, persona), key=lambda name: _needs(project, name, inputs))
    for name in names:
        try:
            cast = project.cast(name, inputs)
        except InvalidFiles:
            continue
        return cast, _member(cast, persona)
    project.persona(persona)
    raise UsageError(
        f"No scenario without mistakes has {persona!r} in its cast: add {persona!r} to one, "
        "or name one with --scenario."
    )


def _with(project: Project, persona: str) -> Iterator[str]:
    """The scenarios with the persona in their cast, those that cannot be read left out."""
    for name in project.scenario_ids():
        with suppress(InvalidFiles):
            entries = project.scenario(name).cast
            if any(persona in {entry.name, entry.persona} for entry in entries):
                yield name


def _needs(project: Project, scenario: str, given: Mapping[str, str]) -> bool:
    """Whether inputs that have no default are missing, or some are given that it does not know."""
    inputs = project.scenario(scenario).inputs
    missing = any(one.default is None and name not in given for name, one in inputs.items())
    return missing or not set(given) <= set(inputs)


def _member(cast: Cast, persona: str) -> str:
    by_id = [member.id for member in cast.members if member.id == persona]
    by_persona = [member.id for member in cast.members if member.persona_id == persona]
    found = by_id or by_persona
    if not found:
        where = f"Looked in the cast of {cast.scenario_id!r}."
        raise NotFound("member", persona, known=cast.ids, hint=where)
    return found[0]
