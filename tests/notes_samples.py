"""Models that also note things down: summaries, reflections and facts, for tests of memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from simulator.record.events import Event, MemoryKept, MemoryRecalled
from simulator.record.recollection import Recall
from simulator.record.rows import Recollection
from simulator.record.store import Store
from simulator.testing import completion
from tests.record_samples import AT, ended
from tests.record_samples import started as begun
from tests.stage import Body, Improvised, asked, choice, reply

__all__ = [
    "ACROSS",
    "LONG",
    "WHOLE",
    "Shelf",
    "asked_for",
    "kept",
    "noting",
    "now",
    "recalled",
    "shelf",
    "summed",
    "text_of",
    "thought",
    "took_along",
]

ACROSS: dict[str, Any] = {"across_runs": True}
WHOLE: dict[str, Any] = {"window": "summary", "across_runs": True, "recall": 2, "reflect": 4}

MARKS = {
    "you keep its minutes": "summary",
    "Note down for yourself": "thought",
    "This conversation is over": "facts",
    "you judge it": "verdict",
    "you decide who speaks next": "choice",
}
"""What only these questions say."""
LONG = "and that was a long night on the ward, I can tell you, with no tea and no chair to sit on"
"""Words that fill a prompt."""


def text_of(body: Body) -> str:
    """All that a request says."""
    return json.dumps(body["messages"], ensure_ascii=False)


def asked_for(body: Body) -> str:
    """What is to be noted down; empty where somebody is to speak."""
    last = str(body["messages"][-1]["content"])
    return next((what for mark, what in MARKS.items() if mark in last), "")


def summed(text: str) -> dict[str, Any]:
    """A completion that is a summary."""
    return completion(json.dumps({"summary": text}))


def thought(text: str) -> dict[str, Any]:
    """A completion that is a reflection."""
    return completion(json.dumps({"thought": text}))


def took_along(*facts: tuple[int, str]) -> dict[str, Any]:
    """A completion with facts."""
    return completion(json.dumps({"facts": [{"turn": t, "fact": text} for t, text in facts]}))


def noting(
    *, facts: Sequence[tuple[int, str]] = (), fails: frozenset[str] = frozenset()
) -> Improvised:
    """Models that speak at length and note down what they are asked for, or fail at it."""

    def answer(body: Body) -> Body | tuple[int, Body]:
        what, size = asked_for(body), len(text_of(body))
        if what in fails:
            return 500, {"error": {"message": "out of order"}}
        if what == "choice":
            schema = body["response_format"]["json_schema"]["schema"]
            return choice(schema["properties"]["next"]["enum"][0])
        speaker, turn = asked(body)
        made = {
            "summary": summed(f"Minutes after {size} bytes."),
            "thought": thought(f"Thought after {size} bytes."),
            "facts": took_along(*facts),
            "verdict": completion(json.dumps({"reasoning": "No.", "holds": False})),
        }
        return made.get(what) or reply(f"{speaker} in turn {turn}: {LONG}.")

    return answer


def recalled(events: Sequence[Event]) -> list[tuple[int, str, str]]:
    """What came to whose mind, and in which turn."""
    found = [one for one in events if isinstance(one, MemoryRecalled)]
    return [(one.turn, one.speaker, one.text) for one in found]


@dataclass
class Shelf:
    """Memories by owner; whoever looks for something finds all of them."""

    memories: dict[str, list[Recollection]]
    queries: list[tuple[str, str]] = field(default_factory=list)

    def recall(self, owner: str, query: str, *, limit: int) -> Sequence[Recollection]:
        """The first few."""
        self.queries.append((owner, query))
        return self.memories.get(owner, [])[:limit]


def shelf(*owners: str, each: int = 2) -> Shelf:
    """A few memories for each of these."""
    return Shelf(
        {
            one: [
                Recollection(text=f"{one} knows {n}.", source="Tea, 2026-11-19")
                for n in range(each)
            ]
            for one in owners
        }
    )


def kept(store: Store, *texts: str, minutes: int = 0, **cast: Any) -> str:
    """A run that is over and has left these memories with rosa; minutes after the samples' time."""
    at = AT + timedelta(minutes=minutes)
    entries = cast.pop("cast", [{"persona": "rosa"}, {"persona": "dev"}])
    scenario = {"cast": entries, "memory": {"across_runs": True}}
    run = store.create_run("focus-group")
    journal = store.journal(run)
    journal.commit(replace(begun(at=at), definitions={"scenario": scenario}))
    speaker = cast.pop("speaker", "rosa")
    for text in texts:
        journal.commit(
            MemoryKept(turn=1, at=at, speaker=speaker, form="fact", text=text, said_in=1)
        )
    journal.commit(replace(ended(1), at=at + timedelta(minutes=5)))
    return run


def now(store: Store, *, minutes: int) -> Recall:
    """What comes to mind in a run that begins so many minutes after the samples' time."""
    run = store.create_run("focus-group")
    store.journal(run).commit(begun(at=AT + timedelta(minutes=minutes)))
    return store.recall(run)
