"""What a member brings to any gap: a field, an office, a readiness to talk."""

from __future__ import annotations

from simulator.conversation.bids.gap import Gap
from simulator.conversation.bids.weights import Bid, bid
from simulator.conversation.hearing.persons import are_paired
from simulator.conversation.hearing.portraits import Portrait
from simulator.conversation.hearing.words import words_of
from simulator.conversation.state import Utterance

__all__ = [
    "away",
    "expert",
    "leads",
    "opens",
    "outsider",
    "paired",
    "subject",
    "talkative",
]


def subject(gap: Gap, member: str) -> Bid | None:
    """Knows about what was said: a false figure in her field."""
    mine, rest = gap.portraits[member], gap.rivals(member)
    direct = sum(
        1 / (1 + sum(stem in one.subjects for one in rest))
        for stem in gap.words.stems & mine.subjects
    )
    recent = [said for said in gap.heard[-2:] if said.speaker != member]
    near = max(_near(gap, said, mine) for said in (gap.line, *recent))
    fit = (min(direct, 1.0) + 0.7 * near) * _invited(gap)
    verb = "asked" if gap.asks else "claimed"
    return bid("subject", f"{gap.by} {verb} something in this field", times=fit) if fit else None


def expert(gap: Gap, member: str) -> Bid | None:
    """Is one of those who know about something, where a layman asks for a fact."""
    speaker = gap.portraits.get(gap.line.speaker)
    if not gap.asks or not gap.cues.judges or (speaker is not None and speaker.subjects):
        return None
    experts = [one for one in gap.candidates if gap.portraits[one].subjects]
    if member not in experts:
        return None
    return bid("expert", "knows about such things", times=1 / len(experts))


def outsider(gap: Gap, member: str) -> Bid | None:
    """Is none of the speaker's kind, where one of a kind asks what they do not know themselves."""
    speaker = gap.portraits.get(gap.line.speaker)
    if speaker is None or not gap.asks or not speaker.head:
        return None
    like = {one for one in gap.candidates if gap.portraits[one].head == speaker.head}
    rest = [one for one in gap.candidates if one not in like and not gap.portraits[one].away]
    if not like or member not in rest:
        return None
    times = (1.0 if gap.cues.us else 0.4 if not gap.cues.you else 0.2) / len(rest)
    return bid("outsider", f"is none of those {gap.by} belongs to", times=times)


def paired(gap: Gap, member: str) -> Bid | None:
    """Has the role that goes with the speaker's: a patient to a doctor, a buyer to a seller."""
    speaker = gap.portraits.get(gap.line.speaker)
    if speaker is None or not (gap.asks or gap.cues.addresses or gap.cues.offers):
        return None
    met = [one for one in gap.candidates if are_paired(speaker.kinds, gap.portraits[one].kinds)]
    if member not in met:
        return None
    return bid("paired", f"is who {gap.by} deals with", times=1 / len(met))


def _near(gap: Gap, said: Utterance, portrait: Portrait) -> float:
    """How much a line is in the fields of this member alone."""
    fields = words_of(said.text).fields & portrait.fields
    speaker = gap.portraits.get(said.speaker)
    bearers = [gap.portraits[one] for one in gap.candidates if one != said.speaker]
    bearers += [] if speaker is None else [speaker]
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
    cues = gap.cues
    if not gap.portraits[member].leads:
        return None
    if speaker is not None and speaker.leads and not cues.yields:
        return None
    about = cues.procedure and not cues.you
    signs = about + 1.3 * cues.yields + cues.may_i + cues.turn_over
    return bid("leads", "leads the talk", times=min(signs, 1.6)) if signs else None


def opens(gap: Gap, member: str) -> Bid | None:
    """Leads the talk, and nobody has spoken yet."""
    if gap.line.text or gap.heard or not gap.portraits[member].leads:
        return None
    return bid("opens", "opens")


def talkative(gap: Gap, member: str) -> Bid:
    """Likes to talk, or does not."""
    readiness = 0.5 if gap.cues.quiet > 1 else gap.cast.member(member).persona.talkativeness
    times = (readiness - 0.5) * (0.5 if gap.asks else 1.0)
    return bid("talkative", "likes to talk", times=times)


def away(gap: Gap, member: str) -> Bid | None:
    """Is there, but asleep."""
    return bid("away", "is asleep") if gap.portraits[member].away else None
