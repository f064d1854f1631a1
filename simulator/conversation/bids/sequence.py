"""What was said before binds: answers go back, echoes, series, turns cut off, promises."""

from __future__ import annotations

from itertools import pairwise

from simulator.conversation.bids.gap import Gap
from simulator.conversation.bids.weights import Bid, bid
from simulator.conversation.hearing.cues import cues_of
from simulator.conversation.hearing.names import namings
from simulator.conversation.hearing.words import sentences, words_of

__all__ = ["asked_back", "dyad", "echoed", "in_series", "promised", "topic", "unfinished"]

_FILLERS = frozenset(["and", "what", "why", "oh", "so", "und", "was", "y", "que", "et", "quoi"])


def asked_back(gap: Gap, member: str) -> Bid | None:
    """Spoke before the line, so that a question or remark goes back there."""
    if member not in gap.ranks:
        return None
    rank = gap.ranks[member]
    first = rank == max(gap.ranks.values())
    if not gap.asks:
        times = rank * _remarked(gap, member, first=first)
        return bid("answered", f"spoken to by {gap.by}", times=times)
    times = rank * _questioned(gap, member) * (_first_asked(gap, member) if first else 1.0)
    return bid("asked back", f"asked by {gap.by} about what was said before", times=times)


def _remarked(gap: Gap, member: str, *, first: bool) -> float:
    """How far a line that asks nothing is said to those who spoke before it."""
    wished = cues_of(gap.lines_of(member)[0].text).wishes
    cues = gap.cues
    times = 3.0 if cues.addresses else 1.0
    times *= 2.0 if cues.offers else 1.0
    times *= 1.5 if cues.offers and wished else 1.0
    times *= 1.5 if cues.replies and first else 1.0
    times *= 0.5 if cues.quiet else 1.0
    times *= 0.4 if cues.one_of or gap.leads_round or cues.hands_on else 1.0
    leaves = cues.closes or cues.sends_away or cues.turn_over or cues.peer
    return times * (0.4 if leaves else 1.0)


def _questioned(gap: Gap, member: str) -> float:
    """How far a question is one to those who spoke before it."""
    cues = gap.cues
    times = 0.7 if cues.quiet > 1 or cues.hands_on else 1.0
    times *= 0.7 if cues.closes and not cues.you else 1.0
    if cues.anybody:
        times *= 0.25
    elif cues.you or cues.short:
        times *= 1.3
    elif len(gap.words.tokens) > 5:
        times *= 0.75
    told = cues_of(gap.lines_of(member)[0].text).own
    times *= 0.6 if cues.judges and not cues.you and not told else 1.0
    leans = cues.anaphoric or cues.you or topic(gap, member) is not None
    return times * (1.0 if leans else 0.7)


def _first_asked(gap: Gap, member: str) -> float:
    """How far a question is one to whoever spoke right before, and not to somebody described."""
    times = _as_chair(gap, member) * (0.6 if gap.points_at not in {"", member} else 1.0)
    return times * (0.5 if gap.leads_round and not gap.cues.anaphoric else 1.0)


def _as_chair(gap: Gap, member: str) -> float:
    """How far a question goes back to a chair, who may only have called up its speaker."""
    if not gap.portraits[member].leads:
        return 1.0
    said = gap.lines_of(member)[0].text
    called = {n.member for n in namings(said, gap.cast) if n.how in {"called", "handed"}}
    if gap.line.speaker in called or cues_of(said).permits:
        return 0.1
    return 1.0 if "?" in said or topic(gap, member) is not None else 0.35


def topic(gap: Gap, member: str) -> Bid | None:
    """Has talked about what the line is about; words that others used too count less."""
    asked, best = words_of(gap.cues.last).stems, 0.0
    ages = (1.0, 0.8, 0.6, 0.5)
    for age, said in zip(ages, gap.lines_of(member), strict=False):
        matter = gap.words.stems if said is gap.heard[-1] else gap.matter
        shared = matter & words_of(said.text).stems
        weight = sum((1.0 if stem in asked else 0.6) / gap.users_of(stem) for stem in shared)
        best = max(best, min(weight, 2.0) * age)
        if said is gap.heard[-1] and "?" in said.text and not gap.asks:
            best *= 0.5
    best *= 0.5 if gap.cues.hands_on and not gap.cues.you else 1.0
    best *= 1.5 if gap.cues.back_to or gap.cues.you_said else 1.0
    reason = f"has talked about what {gap.by} says"
    return bid("topic", reason, times=best) if best else None


def echoed(gap: Gap, member: str) -> Bid | None:
    """Hears own words back as a question: "Four hundred?", "As always?"."""
    first = sentences(gap.line.text)[0]
    words = {word for word in words_of(first).tokens if word not in _FILLERS}
    if gap.cues.goes_on or not 0 < len(words) <= 5 or "?" not in first:
        return None
    recent = reversed(gap.heard[-4:])
    said = next((one for one in recent if words <= set(words_of(one.text).tokens)), None)
    if said is None or said.speaker != member:
        return None
    return bid("echoed", f"hears own words asked back by {gap.by}")


def in_series(gap: Gap, member: str) -> Bid | None:
    """Answered the speaker's last question, and the next of its kind comes."""
    lines, cues = gap.heard, gap.cues
    own = [place for place, said in enumerate(lines) if said.speaker == gap.line.speaker]
    if not own or own[-1] + 1 >= len(lines) or lines[own[-1] + 1].speaker != member:
        return None
    asked = cues_of(lines[own[-1]].text).asks and gap.asks
    if not asked and not cues.goes_on:
        return None
    last = lines[-1]
    let_go_on = last.speaker in gap.portraits and _as_chair(gap, last.speaker) < 1.0
    resumes = cues.goes_on or cues.short or (let_go_on and last.speaker != member)
    times = 1.0 if resumes else 0.3 if last.speaker == member else 0.1
    return bid("series", f"answered {gap.by}'s last question", times=times)


def dyad(gap: Gap, member: str) -> Bid | None:
    """Has gone back and forth with the line's speaker of late, and not yet for long."""
    said = gap.heard[-7:]
    pair = {member, gap.line.speaker}
    swaps = sum({a.speaker, b.speaker} == pair for a, b in pairwise(said))
    times = min(swaps, 3) * (1.0 if gap.speakers[:1] == (member,) else 0.5)
    times += 1.5 if gap.exchange == member else 0.0
    if not swaps or gap.circling >= 2 * len(gap.state.present):
        return None
    return bid("dyad", f"is talking with {gap.by}", times=times)


def unfinished(gap: Gap, member: str) -> Bid | None:
    """Was cut off, and may finish."""
    lines = gap.lines_of(member)
    if not lines or not cues_of(lines[0].text).breaks_off:
        return None
    back_to_it = bool(words_of(lines[0].text).stems & gap.words.stems)
    if lines[0] not in gap.heard[-4:] and not back_to_it:
        return None
    if gap.cues.lets or (back_to_it and lines[0] is not gap.heard[-1]):
        return bid("let finish", "was cut off and may finish")
    return None if gap.cues.closes else bid("unfinished", "was cut off")


def promised(gap: Gap, member: str) -> Bid | None:
    """Went to look something up, and is back with it."""
    lines = gap.lines_of(member)
    if not lines or not cues_of(lines[0].text).promises:
        return None
    return bid("promised", "has looked up what was asked", times=1.0 if gap.asks else 0.6)
