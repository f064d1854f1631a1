"""Courtroom: each side opens, witnesses are heard, each side closes, and the jury votes at once."""

from __future__ import annotations

from simulator import Cast, Conversation, Phase

SIDES = ("prosecution", "defence")


def plan(cast: Cast) -> tuple[Phase, ...]:
    """The parts of a trial; the judge speaks while witnesses are heard, where there is one."""
    for role in (*SIDES, "jury"):
        cast.needed(role)
    return (
        Phase(
            name="opening",
            about="Each side says what it is going to show; nobody replies yet",
            speakers=SIDES,
            rounds=1,
        ),
        Phase(
            name="evidence",
            about="Witnesses are asked by name and answer; the judge keeps order",
            speakers=("judge", *SIDES, "witness"),
            order="addressed",
            turns=8,
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


conversation = Conversation(turn_taking="round_robin", phases=plan, demo="nineteen-minutes")
graph = conversation.studio
