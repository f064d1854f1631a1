"""Bids for the floor: what speaks for a member to talk next, each with points and a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.conversation.bids.fairness import (
    circles,
    hogs,
    in_phase,
    share,
    starved,
    waited,
)
from simulator.conversation.bids.gap import Gap
from simulator.conversation.bids.refusals import declined, sent_away, silenced
from simulator.conversation.bids.rounds import alone_silent, in_round, quiet
from simulator.conversation.bids.selected import (
    aside,
    described,
    kin,
    named,
    owes,
    peer,
    related,
    stake,
    yours,
)
from simulator.conversation.bids.sequence import (
    asked_back,
    dyad,
    echoed,
    in_series,
    promised,
    topic,
    unfinished,
)
from simulator.conversation.bids.standing import (
    away,
    expert,
    leads,
    opens,
    outsider,
    paired,
    subject,
    talkative,
)
from simulator.conversation.bids.weights import WEIGHTS, Bid

__all__ = ["BIDS", "WEIGHTS", "Bid", "BidFor", "Gap", "bids_for"]

BidFor = Callable[[Gap, str], Bid | None]
"""A bid: what speaks for or against a member in a gap; None where it has nothing to say."""

BIDS: Sequence[BidFor] = (
    *(named, described, kin, related, stake, yours, owes, peer, aside),
    *(unfinished, promised, echoed, in_series, asked_back, topic, dyad),
    *(subject, expert, outsider, paired, quiet, in_round, alone_silent, leads, opens),
    *(share, starved, circles, in_phase, waited, talkative),
    *(declined, silenced, sent_away, hogs, away),
)
"""Every bid, in the order in which reasons are told where two weigh the same."""


def bids_for(gap: Gap, member: str) -> tuple[Bid, ...]:
    """Every bid there is for or against a member."""
    made = (bid(gap, member) for bid in BIDS)
    return tuple(one for one in made if one is not None)
