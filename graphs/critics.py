"""Critics: each says alone what is wrong, the chair sums up, all reply once, the chair decides."""

from __future__ import annotations

from simulator import Cast, Conversation, Phase

CHAIR = "moderator"


def plan(cast: Cast) -> tuple[Phase, ...]:
    """The parts of a review; everybody but the author and the chair is a critic.

    The author is left out where there is none.
    """
    apart = {member.id for member in (*cast.needed(CHAIR), *cast.with_role("author"))}
    critics = tuple(member for member in cast.ids if member not in apart)
    return (
        Phase(
            name="proposal",
            about="The author says what is proposed, and why",
            speakers=("author",),
            rounds=1,
        ),
        Phase(
            name="critique",
            about="Each critic says what is wrong with it, without having heard the others",
            speakers=critics,
            order="simultaneous",
            rounds=1,
        ),
        Phase(
            name="summary",
            about="The chair says what has to be answered",
            speakers=(CHAIR,),
            rounds=1,
        ),
        Phase(
            name="replies",
            about="Everybody replies once to what was said",
            speakers=("author", *critics),
            rounds=1,
        ),
        Phase(
            name="decision",
            about="The chair decides and closes the review",
            speakers=(CHAIR,),
            rounds=1,
        ),
    )


conversation = Conversation(
    turn_taking="round_robin", phases=plan, roles=(CHAIR,), demo="later-button"
)
graph = conversation.studio
