"""Mistakes between a scenario's lines: who speaks them, and which of them wait for which."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from simulator.definitions.checks.people import no_member
from simulator.definitions.checks.scenario_draft import Draft
from simulator.definitions.checks.surroundings import TOOLS, meant
from simulator.definitions.checks.tool_checks import check_arguments
from simulator.definitions.scenario import Scenario
from simulator.definitions.tool_use import offered_name
from simulator.definitions.yaml.document import Loc
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["check_lines"]


def check_lines(draft: Draft) -> Iterator[Mistake]:
    """Every mistake between the lines, and between a line and the cast."""
    yield from _speakers(draft)
    yield from _hearers(draft)
    yield from _actions(draft)
    yield from _tools(draft)
    yield from _order(draft)


def _speakers(draft: Draft) -> Iterator[Mistake]:
    for loc, speaker in draft.outline.texts("lines", None, "speaker"):
        yield from no_member(draft, loc, speaker)


def _hearers(draft: Draft) -> Iterator[Mistake]:
    """Whom a line is whispered to, where the scenario lets anybody whisper."""
    allowed = draft.outline.document.node(("whispers",))
    silent = draft.outline.decided("whispers", model=Scenario) and (
        allowed is None or allowed.value is False
    )
    for loc in draft.outline.places("lines", None, "to"):
        heard = tuple(draft.outline.texts(*loc, None))
        if silent and heard:
            hint = "Write `whispers: true` beside `cast`, or leave `to` out."
            message = "Nobody whispers in this scenario, so everybody would hear this line."
            yield draft.mistake(loc, message, hint, key=True)
        speaker = draft.outline.text(*loc[:2], "speaker")
        for place, name in heard:
            yield from no_member(draft, place, name)
            if name == speaker:
                message = f"{name!r} speaks this line and need not be told it."
                yield draft.mistake(place, message, "Name the others who hear it.")


def _actions(draft: Draft) -> Iterator[Mistake]:
    """Lines that tell what is done, where the scenario has no stage actions."""
    allowed = draft.outline.document.node(("actions",))
    if not draft.outline.decided("actions", model=Scenario) or (allowed and allowed.value is True):
        return
    for loc, act in draft.outline.texts("lines", None, "act"):
        if act == "do":
            hint = "Write `actions: true` beside `cast`, or give the line another act."
            yield draft.mistake(loc, "Nobody does anything but speak in this scenario.", hint)


def _tools(draft: Draft) -> Iterator[Mistake]:
    for loc in draft.outline.places("lines", None, "uses", None):
        tool, speaker = str(loc[-1]), draft.outline.text(*loc[:2], "speaker") or ""
        declared = draft.tools_of(speaker)
        if declared is None:
            continue
        names = {name: one for one in declared for name in (one, offered_name(one))}
        if tool in names:
            yield from check_arguments(draft, loc, names[tool])
            continue
        hint = meant(tool, names, f"tools of {speaker!r}")
        if tool in TOOLS:
            hint = f"Add it to `tools` of the persona {draft.members[speaker].persona!r}."
        yield draft.mistake(loc, f"{speaker!r} has no tool {tool!r}.", hint, key=True)


def _order(draft: Draft) -> Iterator[Mistake]:
    """Ids that are there twice or not at all, and lines that wait for each other."""
    first: dict[str, Loc] = {}
    for loc, name in draft.outline.texts("lines", None, "id"):
        if first.setdefault(name, loc) != loc:
            message = f"{name!r} is here twice: line {draft.line(first[name])} has it already."
            yield draft.mistake(loc, message, "Each line has an id of its own.")
    complete = len(tuple(draft.outline.texts("lines", None, "id"))) == len(
        tuple(draft.outline.places("lines", None))
    )
    for field in ("after", "unless"):
        for loc, name in draft.outline.texts("lines", None, field, None):
            if name == draft.outline.text(*loc[:2], "id"):
                message = f"{name!r} cannot wait for itself."
                if field == "unless":
                    message = f"{name!r} cannot make itself pointless."
                yield draft.mistake(loc, message, "Name another line, or leave it out.")
            elif name not in first and complete:
                hint = meant(name, first, "lines")
                yield draft.mistake(loc, f"No line is called {name!r}.", hint)
    yield from _cycles(draft, first)


def _cycles(draft: Draft, first: Mapping[str, Loc]) -> Iterator[Mistake]:
    """One mistake for each circle of lines that wait for each other: none is ever spoken."""
    waits: dict[str, dict[str, Loc]] = {
        name: {
            other: place
            for place, other in draft.outline.texts(*loc[:2], "after", None)
            if other in first and other != name
        }
        for name, loc in first.items()
    }
    told: set[str] = set()
    for name in waits:
        circle = [] if name in told else _circle(waits, name)
        if circle:
            told.update(circle)
            chain = ", which waits for ".join(repr(one) for one in [*circle[1:], name])
            message = f"{name!r} waits for {chain}: none of them is ever spoken."
            hint = "Take one of them out of `after`."
            yield draft.mistake(waits[name][circle[1]], message, hint)


def _circle(waits: Mapping[str, Mapping[str, Loc]], start: str) -> list[str]:
    """The shortest way from a line through what it waits for back to it; empty if none is."""
    came: dict[str, str] = {}
    queue = deque([start])
    while queue:
        line = queue.popleft()
        if start in waits[line]:
            way = [line]
            while way[-1] != start:
                way.append(came[way[-1]])
            return way[::-1]
        for other in waits[line]:
            if other not in came and other != start:
                came[other] = line
                queue.append(other)
    return []
