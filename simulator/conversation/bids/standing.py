"""What a member brings to any gap: a field, an office, a readiness to talk, a share so far."""

from __future__ import annotations

from simulator.conversation.bids.gap import Gap
from simulator.conversation.bids.weights import Bid, bid
from simulator.conversation.hearing.portraits import Portrait
from simulator.conversation.hearing.words import words_of
from simulator.conversation.state import Utterance

__all__ = ["away", "hogs", "leads", "opens", "share", "starved", "subject", "talkative", "waited"]

_FAIR = 1.4
"""Times a fair share of the last turns from which on somebody hogs the floor."""
_PATIENCE = 4
"""Rounds of everybody after which somebody has waited far too long."""


def subject(gap: Gap, member: str) -> Bid | None:
    """Knows about what was said: a false figure in her field."""
    mine, rest = gap.portraits[member], gap.rivals(member)
    direct = sum(
        1 / (1 + sum(stem in one.subjects for one in rest))
        for stem in gap.words.stems & mine.subjects
    )
    recent = (gap.line, *reversed(gap.heard[-2:]))
    near = max(_near(gap, said, mine) for said in recent)
    fit = (min(direct, 1.0) + 0.7 * near) * _invited(gap)
    verb = "asked" if gap.asks else "claimed"
    return bid("subject", f"{gap.by} {verb} something in this field", times=fit) if fit else None


def _near(gap: Gap, said: Utterance, portrait: Portrait) -> float:
    """How much a line is in the fields of this member alone."""
    fields = (words_of(said.text).fields & portrait.fields) - {"procedure"}
    bearers = [gap.portraits[one] for one in gap.candidates]
    share = max((1 / sum(f in one.fields for one in bearers) for f in fields), default=0.0)
    if said is gap.line:
        return share
    return share * (0.7 if gap.cues.anybody else 0.5 if gap.asks and not gap.cues.you else 0.3)


def _invited(gap: Gap) -> float:
    """How far a line invites whoever knows, rather than somebody it is said to."""
    cues = gap.cues
    if cues.anybody:
        return 1.5
    if gap.asks:
        return 0.7 if cues.you else 1.0 if cues.short else 1.3
    return 0.4 if cues.offers and cues.addresses else 1.0


def leads(gap: Gap, member: str) -> Bid | None:
    """Leads the talk, and the line is about how it goes on."""
    speaker = gap.portraits.get(gap.line.speaker)
    if not gap.portraits[member].leads or (speaker is not None and speaker.leads):
        return None
    cues = gap.cues
    about = "procedure" in gap.words.fields and not cues.you
    signs = about + 1.3 * cues.yields + cues.may_i + cues.turn_over
    return bid("leads", "leads the talk", times=min(signs, 1.6)) if signs else None


def opens(gap: Gap, member: str) -> Bid | None:
    """Leads the talk, and nobody has spoken yet."""
    if gap.line.text or gap.heard or not gap.portraits[member].leads:
        return None
    return bid("opens", "opens")


def talkative(gap: Gap, member: str) -> Bid:
    """Likes to talk, or does not."""
    readiness = gap.cast.member(member).persona.talkativeness
    return bid("talkative", "likes to talk", times=readiness - 0.5)


def waited(gap: Gap, member: str) -> Bid:
    """Has waited; that counts less where somebody is asked."""
    rounds = _PATIENCE * len(gap.state.present)
    times = 0.4 if gap.asks and not gap.cues.anybody else 1.0
    return bid("waited", "has waited", times=times * min(gap.state.waited(member), rounds))


def starved(gap: Gap, member: str) -> Bid | None:
    """Has waited far too long, whatever was said; only a call by name goes before that."""
    over = gap.state.waited(member) - _PATIENCE * len(gap.state.present)
    return (
        bid("starved", "has not had the floor for long", times=min(over, 20)) if over > 0 else None
    )


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


def away(gap: Gap, member: str) -> Bid | None:
    """Is there, but asleep."""
    return bid("away", "is asleep") if gap.portraits[member].away else None
