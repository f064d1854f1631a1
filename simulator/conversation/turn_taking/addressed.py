"""Whoever was spoken to answers; where nobody was, whoever has waited longest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from simulator.conversation.state import State
from simulator.conversation.turn_taking.policy import NextSpeakers, others
from simulator.definitions.cast import Cast
from simulator.llm.ask import Answer

__all__ = ["addressed", "addressee", "called_by_last_turn"]


def addressed(state: State, cast: Cast, answers: Sequence[Answer[Any]], /) -> NextSpeakers:
    """The member the last turn calls by name, else the one who has waited longest."""
    candidates = others(state)
    called = called_by_last_turn(state, cast, candidates)
    if called is not None:
        return called
    longest = max(candidates, key=lambda m: (state.waited(m), -cast.ids.index(m)))
    return NextSpeakers((longest,), "has waited longest")


def called_by_last_turn(state: State, cast: Cast, candidates: Sequence[str]) -> NextSpeakers | None:
    """The candidate whom the last turn calls by name, if it calls any."""
    last = next((said for said in reversed(state.utterances) if said.act is not None), None)
    if last is None or last.turn != state.turn:
        return None
    called = addressee(last.text, cast, candidates)
    return NextSpeakers((called,), f"called by name by {last.speaker}") if called else None


def addressee(text: str, cast: Cast, candidates: Sequence[str]) -> str:
    """The candidate the text calls last; empty if it calls nobody.

    A name calls before a comma, colon, question or exclamation mark, and after a comma where a
    sentence ends.
    """
    found, best = "", (-1, 0)
    for member_id in candidates:
        names = "|".join(map(re.escape, cast.member(member_id).called))
        called = rf"\b(?:{names})\b(?=\s*[,?!:])|,\s*(?:{names})\s*(?:[.?!…]|\W*\Z)"
        for match in re.finditer(called, text):
            rank = (match.end(), -match.start())
            if rank > best:
                found, best = member_id, rank
    return found
