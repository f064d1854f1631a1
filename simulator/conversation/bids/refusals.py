"""What keeps somebody from the floor: refusing it, being told to be silent or to let others."""

from __future__ import annotations

from simulator.conversation.bids.gap import Gap
from simulator.conversation.bids.weights import Bid, bid
from simulator.conversation.hearing.cues import cues_of
from simulator.conversation.hearing.names import namings
from simulator.conversation.hearing.words import words_of

__all__ = ["declined", "sent_away", "silenced"]


def declined(gap: Gap, member: str) -> Bid | None:
    """Has said no to the floor."""
    if member in gap.state.passed:
        return bid("passed", "has passed")
    places = [n for n, said in enumerate(gap.heard) if said.speaker == member]
    if not places or not cues_of(gap.heard[places[-1]].text).declines:
        return None
    before = gap.heard[max(0, places[-1] - 2) : places[-1]]
    asked = any(cues_of(said.text).asks or namings(said.text, gap.cast) for said in before)
    return bid("declined", "does not want to say") if asked else None


def silenced(gap: Gap, member: str) -> Bid | None:
    """Was told to be silent by whoever leads the talk."""
    for said in gap.heard[-3:]:
        leads = said.speaker in gap.portraits and gap.portraits[said.speaker].leads
        hows = [n.how for n in namings(said.text, gap.cast) if n.member == member] if leads else []
        if hows and hows[-1] == "dismissed":
            return bid("silenced", f"was told to wait by {gap.name_of(said.speaker)}")
    return None


def sent_away(gap: Gap, member: str) -> Bid | None:
    """Is told to leave the floor to others, without a name."""
    refused = gap.claimed and not gap.asks and not gap.cues.grants
    sent = (
        refused
        or gap.cues.others
        or (gap.cues.sends_away and "you" not in words_of(gap.cues.last).tokens)
    )
    if sent and member in gap.speakers[:1]:
        return bid("sent away", f"was told by {gap.by} to leave the floor to others")
    return None
