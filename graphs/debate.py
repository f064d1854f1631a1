"""Debate: both sides open, answer each other and close in turn; then the judge decides."""

from __future__ import annotations

from simulator import Conversation, Phase

SIDES = ("pro", "con")

PARTS = (
    Phase(
        name="opening",
        about="Each side states its case; nobody replies yet",
        speakers=SIDES,
        rounds=1,
    ),
    Phase(
        name="rebuttal",
        about="Each side answers what the other has just said",
        speakers=SIDES,
        rounds=2,
    ),
    Phase(
        name="closing",
        about="Each side has its last word; nothing new is brought in",
        speakers=SIDES,
        rounds=1,
    ),
    Phase(
        name="verdict",
        about="The judge says which side made the better case, and by what argument",
        speakers=("judge",),
        rounds=1,
    ),
)
"""Without a judge it ends undecided."""

conversation = Conversation(turn_taking="round_robin", phases=PARTS, roles=SIDES, demo="until-six")
graph = conversation.studio
