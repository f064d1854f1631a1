"""Whoever has most reason to speak takes the floor, as people do; no model is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from simulator.conversation.bids import Bid, Gap, bids_for
from simulator.conversation.hearing.portraits import portrait_of
from simulator.conversation.state import State, Utterance
from simulator.conversation.turn_taking.policy import NextSpeakers, others
from simulator.definitions.cast import Cast
from simulator.llm.ask import Answer

__all__ = ["bids_of", "choose", "open_floor"]

_RECENT = 13
"""Lines that are listened back to."""
_SILENCE = Utterance(turn=0, speaker="", text="", act=None)


def open_floor(state: State, cast: Cast, answers: Sequence[Answer[Any]], /) -> NextSpeakers:
    """The member with the strongest bid among everybody but the last speaker.

    A call by name goes before a description, that before what the talk so far suggests, that
    before a field, a readiness to talk and the time waited: the rules of Sacks, Schegloff and
    Jefferson (1974), "A simplest systematics for the organization of turn-taking", Language 50.

    Nobody is left out: of n who are present, whoever has waited 2n turns goes before all but a call
    by name, and some turns later before that.
    """
    return choose(state, cast, candidates=others(state))


def choose(state: State, cast: Cast, *, candidates: Sequence[str]) -> NextSpeakers:
    """The candidate with the strongest bid, and why; ties go by hash of the run's seed and turn."""
    if len(candidates) == 1:
        return NextSpeakers((candidates[0],), "nobody else can speak")
    bids = bids_of(state, cast, candidates=candidates)
    scores = {member: round(sum(one.score for one in bids[member]), 9) for member in candidates}
    chosen = max(candidates, key=lambda member: (scores[member], _lot(state, member)))
    return NextSpeakers((chosen,), _reason(bids[chosen]))


def bids_of(state: State, cast: Cast, *, candidates: Sequence[str]) -> dict[str, tuple[Bid, ...]]:
    """The bids for and against each candidate, by what each of them has heard."""
    recent = state.utterances[-_RECENT:]
    portraits = {one.id: portrait_of(one, told=_told(cast, one.id)) for one in cast.members}
    gaps: dict[tuple[int, ...], Gap] = {}
    bids = {}
    for member in candidates:
        places = tuple(n for n, said in enumerate(recent) if said.heard_by(member))
        if places not in gaps:
            heard = [recent[place] for place in places] or [_SILENCE]
            gaps[places] = Gap(
                state=state,
                cast=cast,
                candidates=tuple(candidates),
                line=heard[-1],
                heard=tuple(heard[:-1]),
                portraits=portraits,
            )
        bids[member] = bids_for(gaps[places], member)
    return bids


def _told(cast: Cast, member: str) -> tuple[str, ...]:
    """What a member is to the others, in their words."""
    bonds = (cast.bond(one, member) for one in cast.ids)
    return tuple(bond for bond in bonds if bond)


def _reason(bids: Sequence[Bid]) -> str:
    """The weightiest of a winner's reasons."""
    return max(bids, key=lambda one: one.score).reason


def _lot(state: State, member: str) -> bytes:
    key = f"{state.seed}\x1f{state.turn + 1}\x1fopen floor\x1f{member}".encode()
    return hashlib.blake2b(key, digest_size=8).digest()
