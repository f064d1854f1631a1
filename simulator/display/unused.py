"""What a scenario has written and a stand-in's run did not come to: lines, and events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.definitions.project import Project
from simulator.definitions.scenario import Scenario
from simulator.definitions.yaml_file import examine
from simulator.display.money import count
from simulator.display.visible import flat
from simulator.record.events import Intervened, RunStarted, TurnPassed, TurnTaken
from simulator.runs.run import Run

__all__ = ["Unused", "unused_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """Of a script, what was not played."""

    written: int
    """How many lines there are for members whom the stand-in plays."""
    unspoken: tuple[str, ...]
    """Ids of the lines among them that nobody spoke."""
    missed: Mapping[int, int | None]
    """Which events did not happen: their place in `events:`, from 0, and the line of the file;
    None where the file is not what it was."""

    def sentences(self) -> Iterator[str]:
        """What to tell whoever wrote it."""
        if self.written:
            spoken = f"{count(self.written - len(self.unspoken))} of {count(self.written)} lines"
            rest = f"; not: {', '.join(map(flat, self.unspoken))}" if self.unspoken else ""
            yield f"{spoken} were spoken{rest}"
        for index, line in self.missed.items():
            which = f"event {index + 1}" if line is None else f"event in line {line}"
            yield f"{which} did not happen"

    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "lines_written": self.written,
            "lines_unspoken": list(self.unspoken),
            "events_missed": [{"index": n, "line": line} for n, line in self.missed.items()],
        }


def unused_of(run: Run, project: Project | None) -> Unused | None:
    """What of the script was not played; None where a model spoke.

    `project` is where the scenario's file is looked for, to tell its lines.
    """
    started = run.started
    if not started.stand_in or started.mixed:
        return None
    script = started.definitions.get("scenario", {})
    lines = [one for one in script.get("lines", ()) if one["speaker"] not in started.humans]
    spoken = {one.source for one in run.events if isinstance(one, TurnTaken | TurnPassed)}
    happened = {one.index for one in run.events if isinstance(one, Intervened)}
    events = len(script.get("events", ()))
    missed = [index for index in range(events) if index not in happened]
    places = _places(started, project, events=events) if missed else {}
    return Unused(
        written=len(lines),
        unspoken=tuple(one["id"] for one in lines if one["id"] not in spoken),
        missed={index: places.get(index) for index in missed},
    )


def _places(started: RunStarted, project: Project | None, *, events: int) -> Mapping[int, int]:
    """In which line of its file each event stands; none where the file has others by now."""
    file = project.files.scenarios.get(started.scenario) if project is not None else None
    examined = examine(file, Scenario) if file is not None else None
    if examined is None or examined.value is None or examined.document is None:
        return {}
    if len(examined.value.events) != events:
        return {}
    return {index: examined.document.mark(("events", index))[0] for index in range(events)}
