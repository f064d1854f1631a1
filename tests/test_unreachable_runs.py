"""What the checks say never happens, against runs of the same scenarios."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from simulator.definitions.project import Project, validate
from simulator.record.events import Intervened
from tests.stage import always, reply, stage
from tests.talks import cast_of, member

PEOPLE = ("rosa", "dev", "ilse")
NEVER = ("This never happens", "is never reached")


def drawn_event(draw: random.Random) -> dict[str, Any]:
    """Something that happens, mostly right before a turn."""
    moment: dict[str, Any] = {"turn": draw.randint(1, 8)}
    if draw.random() < 0.3:
        moment["speaker"] = draw.choice(PEOPLE)
    if draw.random() < 0.2:
        moment["when"] = {"measure": "silence", "of": draw.choice(PEOPLE), "above": 2}
    effects: tuple[dict[str, Any], ...] = (
        {"end": "over"},
        {"leave": draw.sample(PEOPLE, draw.randint(1, 3))},
        {"join": draw.sample(PEOPLE, draw.randint(1, 2))},
        {"next": draw.choice(PEOPLE)},
        {"say": "Listen."},
    )
    return {"at": moment, **draw.choice(effects)}


def drawn_scenario(draw: random.Random) -> dict[str, Any]:
    """Events, limits and rules that may well contradict each other."""
    together = {"phases": [{"name": "a", "order": "simultaneous"}]}
    ruled = {"stop": {"any": [{"turns": draw.randint(1, 9)}, {"phrase": "never"}]}}
    return {
        "events": [drawn_event(draw) for _ in range(draw.randint(2, 5))],
        "limits": {"turns": draw.randint(3, 10)},
        **draw.choice(({}, together)),
        **draw.choice(({}, ruled)),
    }


def told_never(written: dict[str, Any], *, root: Path, late: bool) -> set[int]:
    """The events, by their place, of which the checks say so; each is on a line of its own."""
    enters = ", enters: later" if late else ""
    head = [
        "title: T",
        "setting: S",
        f"cast: [{{persona: rosa}}, {{persona: dev}}, {{persona: ilse{enters}}}]",
        *(f"{key}: {json.dumps(value)}" for key, value in written.items() if key != "events"),
        "events:",
    ]
    file = root / "scenarios" / "talk.yaml"
    file.write_text("\n".join([*head, *(f"  - {json.dumps(one)}" for one in written["events"])]))
    places = {
        problem.line - len(head) - 1
        for problem in validate([file], project=Project(root))
        if any(words in problem.message for words in NEVER) or "wait for somebody" in problem.hint
    }
    return {place for place in places if place >= 0}


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_told_never_happens(seed: int, tmp_path: Path) -> None:
    """No event of which the checks say so is in the record of a run, however turns are taken."""
    draw = random.Random(f"unreachable {seed}")  # noqa: S311 - test data from a seed
    for folder in ("personas", "scenarios"):
        (tmp_path / folder).mkdir()
    for one in PEOPLE:
        (tmp_path / "personas" / f"{one}.yaml").write_text(f"name: {one.title()}\n")

    told, wrong = 0, []
    for _ in range(30):
        written, late = drawn_scenario(draw), draw.random() < 0.5
        never = told_never(written, root=tmp_path, late=late)
        last = member("ilse", enters_here="later") if late else "ilse"
        film = await stage(cast_of("rosa", "dev", last, **written), always(reply())).play()
        happened = {one.index for one in film.events if isinstance(one, Intervened)}
        told += len(never)
        wrong += [written] if never & happened else []

    assert wrong == []
    assert told >= 15
