"""Nobody is forgotten: shares, waiting, pairs that keep the floor, phases in which all speak."""

from __future__ import annotations

import re
from collections import Counter

from simulator.conversation.bids.gap import Gap
from simulator.conversation.bids.weights import Bid, bid
from simulator.conversation.hearing.cues import cues_of
from simulator.conversation.hearing.words import fold
from simulator.definitions.phase import Phase

__all__ = ["circles", "hogs", "in_phase", "share", "starved", "waited"]

_FAIR = 1.4
"""Times a fair share of the last turns from which on somebody hogs the floor."""
_PATIENCE = 2
"""Rounds of everybody after which somebody has waited too long; twice as many for the silent."""
_MEMORY = 4
"""Rounds of everybody beyond which waiting counts no more."""
_ALL_SPEAK = re.compile(
    r"\b(?:(?:everybody|everyone|all(?: of (?:them|us|you))?) (?:says?|tells?|votes?|answers?"
    r"|decides?|speaks?|replies|reply|closes?|gives?|names?|has a (?:say|word)|have a (?:say|word))"
    r"|each|alle (?:sagen|antworten|stimmen|nennen)|todos (?:dicen|contestan|votan)"
    r"|tout le monde (?:dit|repond|vote))\b"
)


def waited(gap: Gap, member: str) -> Bid:
    """Has waited; that counts less where somebody is asked."""
    rounds = _MEMORY * len(gap.state.present)
    directed = gap.points_at not in {"", member} or (gap.asks and not gap.cues.anybody)
    times = 0.4 if directed else 1.0
    return bid("waited", "has waited", times=times * min(gap.state.waited(member), rounds))


def starved(gap: Gap, member: str) -> Bid | None:
    """Has waited too long, whatever was said; a call by name of another goes before that at first.

    Two who call each other by name for ever so long would else keep the floor.
    """
    if member in gap.state.passed or gap.portraits[member].away:
        return None
    ready = gap.cast.member(member).persona.talkativeness > 0
    patience = _PATIENCE * (1 if ready else 2) * len(gap.state.present)
    over = min(gap.state.waited(member), len(gap.state.finished)) - patience
    times = 1 + min(over, 8) / 4
    reason = "has not had the floor for long"
    return bid("starved", reason, times=times) if over >= 0 else None


def circles(gap: Gap, member: str) -> Bid | None:
    """Leads the talk, which has gone back and forth between two others for more than a round."""
    over = gap.circling - len(gap.state.present)
    waits = member not in {one.speaker for one in gap.state.finished[-2:]}
    if over <= 0 or not waits or not gap.portraits[member].leads or member in gap.state.passed:
        return None
    reason = "leads the talk, which two have kept to themselves"
    # Whoever is asked may answer before the chair comes in.
    times = min((over - 2 if gap.asks else over + 2) / 2, 4.0)
    return bid("circles", reason, times=times) if times > 0 else None


def in_phase(gap: Gap, member: str) -> Bid | None:
    """Still has to speak in a phase in which all do; it is urgent once its turns are but enough."""
    phase = gap.state.phase
    if phase is None:
        return None
    phases = gap.cast.scenario.phases
    written = next((one for one in phases if one.name == phase.phase), None)
    due = _rounds(written, about=phase.about)
    since = Counter(one.speaker for one in gap.state.finished if one.turn > phase.turn)
    owed = {one: max(due - since[one], 0) for one in gap.state.present}
    if not owed.get(member):
        return None
    turns = written.turns if written is not None else None
    urgent = turns is not None and turns - since.total() <= sum(owed.values())
    return bid("phase", f"still has to speak in {phase.phase}", times=2.5 if urgent else 1.0)


def _rounds(phase: Phase | None, *, about: str) -> int:
    """How often each is to speak in a phase; 0 where it does not say."""
    if phase is not None and phase.rounds is not None:
        return phase.rounds
    return int(bool(_ALL_SPEAK.search(fold(about))) or cues_of(about).starts_round)


def share(gap: Gap, member: str) -> Bid | None:
    """Has had fewer turns of late than the others, or more."""
    turns = [gap.turns[one] for one in gap.candidates]
    short = sum(turns) / len(turns) - gap.turns[member]
    times = short * (0.4 if gap.asks and not gap.cues.anybody else 1.0)
    return bid("share", "has had fewer turns than others", times=times) if short else None


def hogs(gap: Gap, member: str) -> Bid | None:
    """Has had far more than a fair share of the last turns."""
    members = len(gap.state.present)
    turns = sum(gap.turns.values())
    if turns < 2 * members or members < 3:
        return None
    over = gap.turns[member] * members / turns - _FAIR
    return bid("hogs", "has talked a lot", times=over) if over > 0 else None
