"""Courtroom: each side opens, witnesses are heard, each side closes, and the jury votes at once."""

from __future__ import annotations

from simulator import Conversation, Phase, StopRule

SIDES = ("prosecution", "defence")
CLOSED = "the evidence is closed"

PARTS = (
    Phase(
        name="opening",
        about="Each side says what it is going to show; nobody replies yet",
        speakers=SIDES,
        rounds=1,
    ),
    Phase(
        name="evidence",
        about=f'Witnesses are asked by name and answer; the judge ends it: "{CLOSED}"',
        speakers=("judge", *SIDES, "witness"),
        order="addressed",
        turns=16,
        until=StopRule(all=(StopRule(phrase=CLOSED), StopRule(speaker="judge"))),
    ),
    Phase(
        name="closing",
        about="Each side says what has been shown; nothing new is brought in",
        speakers=SIDES,
        rounds=1,
    ),
    Phase(
        name="vote",
        about="Each of the jury votes, without having heard how the others do",
        speakers=("jury",),
        order="simultaneous",
        rounds=1,
    ),
)
"""The judge speaks while witnesses are heard, where there is one, and nobody else ends that."""

conversation = Conversation(
    turn_taking="round_robin", phases=PARTS, roles=(*SIDES, "jury"), demo="courtroom"
)
graph = conversation.studio
