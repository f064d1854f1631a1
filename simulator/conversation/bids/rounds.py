"""Everybody gets in: rounds, and lines that call for those who have said little."""

from __future__ import annotations

from simulator.conversation.bids.gap import Gap
from simulator.conversation.bids.weights import Bid, bid

__all__ = ["alone_silent", "in_round", "quiet"]

_SIGNS = (0.0, 0.6, 1.0, 1.2)
"""How strongly a line with so many signs calls for the quiet ones."""


def quiet(gap: Gap, member: str) -> Bid | None:
    """Has said least, and the line calls for those who said little."""
    if _left_out(gap) == member:
        return bid("quiet", f"is the only one {gap.by} does not speak of")
    meant = _meant(gap)
    least = min(gap.turns[one] for one in meant)
    spoke = any(gap.turns[one] for one in gap.candidates)
    if not gap.cues.quiet or not spoke or member not in meant or gap.turns[member] > least:
        return None
    ties = sum(gap.turns[one] == least for one in meant)
    times = _SIGNS[gap.cues.quiet] / ties**0.5
    times *= 0.6 if gap.asks and gap.cues.you and gap.cues.quiet < 2 else 1.0
    return bid("quiet", f"{gap.by} calls for those who have said little", times=times)


def _left_out(gap: Gap) -> str:
    """The one candidate the line does not name, where it names two or more; else empty."""
    told = {one.member for one in gap.names}
    rest = [one for one in gap.candidates if one not in told]
    places = {one.start for one in gap.names}
    called = any(one.how == "called" for one in gap.names)
    return rest[0] if len(rest) == 1 and len(places) >= 2 and not called else ""


def alone_silent(gap: Gap, member: str) -> Bid | None:
    """Is the only one who has not said a word, while the others have."""
    silent = [one for one in _meant(gap) if not gap.turns[one]]
    if silent != [member] or len(gap.candidates) < 2 or len(gap.heard) < 2:
        return None
    directed = (gap.cues.addresses or gap.cues.short) and not gap.cues.quiet
    times = 0.2 if directed or gap.exchange else 0.4 if gap.asks else 1.0
    times *= 0.3 if gap.points_at not in {"", member} else 1.0
    return bid("silent", "is the only one who has not spoken", times=times)


def in_round(gap: Gap, member: str) -> Bid | None:
    """Still has to speak in a round: one that was announced, or a question several answer."""
    if _in_turn(gap) == member:
        return bid("round", "is next in the order they have kept")
    start, announced = gap.round_start
    lines = (*gap.heard, gap.line)
    since = {said.speaker for said in lines[start + 1 :]}
    if start < 0 or not since:
        return None
    directed = (gap.asks or gap.cues.addresses) and not gap.cues.quiet
    done = {*since, lines[start].speaker}
    left = [one for one in _meant(gap) if one not in done]
    if member not in left or (directed and not announced):
        return None
    leads_on = announced and lines[start].speaker == gap.line.speaker
    times = (1.0 if len(left) == 1 or leads_on else 0.6) * (1.0 if announced else 0.6)
    times += 0.1 if left[0] == member else 0.0
    times *= 0.3 if gap.points_at not in {"", member} else 1.0
    return bid("round", "has not spoken in this round", times=times)


def _in_turn(gap: Gap) -> str:
    """Who is next where all, three or more, speak in the same order again, and nobody asks."""
    order = [said.speaker for said in (*gap.heard, gap.line)]
    period = len({*order, *gap.candidates})
    again = order[period:] == order[:-period] if len(order) > period + 1 else False
    directed = gap.asks or gap.names or gap.cues.addresses
    return order[-period] if again and period > 2 and not directed else ""


def _meant(gap: Gap) -> tuple[str, ...]:
    """Who is meant by "the others": those of a kind with who spoke, if any; no leader."""
    awake = [
        one
        for one in gap.candidates
        if not gap.portraits[one].leads and not gap.portraits[one].away
    ]
    spoke = {said.speaker for said in gap.heard} & gap.portraits.keys()
    like = [one for one in awake if _has_peer(gap, one, among=spoke)]
    return tuple(like or awake or gap.candidates)


def _has_peer(gap: Gap, member: str, *, among: set[str]) -> bool:
    mine = gap.portraits[member].head
    return any(mine and mine == gap.portraits[one].head for one in among if one != member)
