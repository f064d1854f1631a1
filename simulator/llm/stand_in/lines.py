"""Which written line the stand-in speaks next: a pure choice from script, history and seed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.definitions.scenario import Line

__all__ = ["Moment", "choose_line", "eligible_lines", "recency", "seeded_index"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Where a conversation stands when the stand-in is asked to speak."""

    speaker: str
    """The member who speaks."""
    turn: int
    """The turn's number, from 1."""
    turns: int
    """The run's limit of turns."""
    cast: int
    """How many members there are."""
    seed: int
    """The run's seed."""
    spoken: tuple[str, ...] = ()
    """Ids of the lines spoken so far, oldest first."""
    away: tuple[str, ...] = ()
    """Ids of members who are not there."""

    @property
    def first_round(self) -> bool:
        """Whether everybody is still saying their first words."""
        return self.turn <= self.cast

    @property
    def last_round(self) -> bool:
        """Whether everybody is saying their last words; nobody does before the first round ends."""
        return not self.first_round and self.turn > self.turns - self.cast

    def in_season(self, act: str) -> bool:
        """Whether an act may be done now: `open` in the first round, `close` in the last."""
        return {"open": self.first_round, "close": self.last_round}.get(act, True)


def seeded_index(*parts: object, size: int) -> int:
    """An index below `size`, the same for the same parts in every process."""
    digest = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % size


def eligible_lines(lines: Sequence[Line], moment: Moment) -> list[Line]:
    """The speaker's lines that may be spoken now.

    Not spoken yet, everything in `after` spoken, nothing in `unless` spoken; `open` lines only
    in the first round, `close` lines only in the last; no line for somebody who is not there.
    """
    spoken = set(moment.spoken)
    return [
        line
        for line in lines
        if line.speaker == moment.speaker
        and line.id not in spoken
        and spoken.issuperset(line.after)
        and spoken.isdisjoint(line.unless)
        and moment.in_season(line.act)
        and not set(line.to) & set(moment.away)
    ]


def recency(line: Line, spoken: Sequence[str]) -> int:
    """Where in `spoken` the latest line stands that this one answers; -1: it answers none."""
    return max((place for place, said in enumerate(spoken) if said in line.after), default=-1)


def choose_line(lines: Sequence[Line], moment: Moment) -> Line | None:
    """The line to speak, or None when nothing written fits.

    In the last round a `close` line goes first, in the first round an `open` line; otherwise
    the line that answers what was said most recently. Ties fall by the run's seed.
    """
    candidates = eligible_lines(lines, moment)
    for act in ("close", "open"):
        candidates = [line for line in candidates if line.act == act] or candidates
    if not candidates:
        return None
    latest = max(recency(line, moment.spoken) for line in candidates)
    fitting = [line for line in candidates if recency(line, moment.spoken) == latest]
    return fitting[seeded_index(moment.seed, moment.turn, "line", size=len(fitting))]
