"""The current speaker selects the next: by name, by description, by relation, by a whisper."""

from __future__ import annotations

import re

from simulator.conversation.bids.gap import Gap
from simulator.conversation.bids.weights import Bid, bid
from simulator.conversation.hearing import first_person
from simulator.conversation.hearing.cues import cues_of
from simulator.conversation.hearing.kin import KinTerm, KinWord, kin_of, kin_terms
from simulator.conversation.hearing.names import namings
from simulator.conversation.hearing.portraits import traits_of
from simulator.conversation.hearing.words import fold, word_set, words_of

__all__ = ["aside", "described", "kin", "named", "owes", "peer", "related", "stake", "yours"]

_ENDEARING = word_set(
    """darling dear dearest honey sweetheart love sweetie babe schatz liebling liebster carino
    cielo amor cheri cherie marry"""
)
_MAKING_UP = re.compile(r"\b(?:forgive|apolog|verzeih|entschuldig|perdon|pardon)")
_STRENGTH = ("mentioned", "dismissed", "handed", "called")


def named(gap: Gap, member: str) -> Bid | None:
    """Called by name, handed the floor, sent away or mentioned."""
    hows = [one.how for one in gap.names if one.member == member]
    if not hows:
        return None
    how = hows[-1] if hows[-1] in {"called", "dismissed"} else max(hows, key=_STRENGTH.index)
    if how == "called" and gap.passes_over:
        how = "dismissed"
    if how == "called" and gap.answers(member):
        return bid("dismissed", f"was answered by {gap.by}", times=0.4)
    if how == "called":
        last = max(one.end for one in gap.names if one.how == "called")
        latest = any(one.member == member and one.end == last for one in gap.names)
        verb = "asked" if gap.asks else "called"
        weight = "called" if latest else "called before another"
        return bid(weight, f"{verb} by name by {gap.by}")
    if how == "handed":
        return bid("handed", f"handed the floor by {gap.by}")
    if how == "dismissed":
        return bid("dismissed", f"told to wait by {gap.by}")
    told = len({one.member for one in gap.names if one.how == "mentioned"})
    times = (0.3 if gap.asks else 1.0) / max(told, 1)
    return bid("mentioned", f"spoken of by {gap.by}", times=times)


def described(gap: Gap, member: str) -> Bid | None:
    """Meant by role, kind, age or looks: "our lawyer", "the lady with the red scarf"."""
    fit = gap.fits[member]
    verb = "asked" if gap.asks else "meant"
    reason = f"{verb} by role or description by {gap.by}"
    sent_on = (gap.cues.peer or gap.claimed) and member in gap.speakers[:1]
    times = min(fit, 2.0) * (0.4 if sent_on or gap.calls_another(member) else 1.0)
    return bid("described", reason, times=times) if fit > 0 else None


def related(gap: Gap, member: str) -> Bid | None:
    """Meant by what the two are to each other ("my wife will know"), or provoked by it.

    Only where the line touches it; what two are to each other is else no reason to talk.
    """
    theirs, mine = gap.cast.bond(gap.line.speaker, member), gap.cast.bond(member, gap.line.speaker)
    if not theirs and not mine:
        return None
    said = traits_of(gap.line.text)
    endears = bool(_ENDEARING & set(gap.words.tokens))
    if endears or said.kinds & traits_of(theirs).kinds:
        return bid("related", f"may be meant by {gap.by}, by what the two are to each other")
    makes_up = gap.cues.you and _MAKING_UP.search(fold(gap.line.text))
    spoken_of = _touches(gap, mine) or _touches(gap, theirs)
    if not (spoken_of or makes_up or said.kinds & traits_of(mine).kinds):
        return None
    return bid("related", f"hears {gap.by} touch on what is between the two", times=0.8)


def _touches(gap: Gap, bond: str) -> bool:
    """Whether the line has a good part of the words that say what somebody is to another."""
    stems = words_of(bond).stems
    return bool(stems) and len(stems & gap.words.stems) * 3 >= len(stems)


def kin(gap: Gap, member: str) -> Bid | None:
    """Meant by a family word: "my wife", "your brother" after his brother spoke, "Mum"."""
    terms = [(term, _relatives(gap, term)) for term in kin_terms(gap.line.text)]
    calls = any(term.calls and meant for term, meant in terms)
    found = [
        (2.0 if term.calls else 1.0) / len(meant)
        for term, meant in terms
        if member in meant and term.calls == calls
    ]
    times = max(found, default=0.0) * (0.4 if gap.calls_another(member) else 1.0)
    return bid("kin", f"is family {gap.by} means", times=times) if found else None


def _relatives(gap: Gap, term: KinTerm) -> tuple[str, ...]:
    """Those of the candidates whom a family word means, by who says it and to whom."""
    anchor = gap.line.speaker
    if term.whose == "your":
        called = [one.member for one in reversed(gap.names) if one.how == "called"]
        anchor = next(iter((*called, *gap.speakers)), "")
    elif term.whose == "the":
        mine = KinTerm("my", term.word, calls=False)
        said = (one.speaker for one in reversed(gap.heard[-3:]) if mine in kin_terms(one.text))
        anchor = next(said, "")
    if anchor not in gap.portraits:
        return ()
    others = [one for one in gap.candidates if one != anchor]
    by_bond = tuple(one for one in others if _is_kin(gap, one, term.word, of=anchor))
    return by_bond or tuple(
        one for one in others if gap.portraits[one].is_kin(gap.portraits[anchor], word=term.word)
    )


def _is_kin(gap: Gap, one: str, word: KinWord, *, of: str) -> bool:
    """Whether what two members are to each other says that one is the other's such relative."""
    theirs = kin_of(words_of(gap.cast.bond(of, one)).tokens)
    back = kin_of(words_of(gap.cast.bond(one, of)).tokens)
    if theirs is not None:
        return theirs.name == word.name or (theirs.up, word.sex) == (word.up, "")
    fits = gap.portraits[one].sex in {"", word.sex} or not word.sex
    return back is not None and back.up == -word.up and back.married == word.married and fits


def stake(gap: Gap, member: str) -> Bid | None:
    """Is close to, or at odds with, somebody the line speaks of."""
    told = {one.member for one in gap.names if one.how in {"mentioned", "dismissed"}}
    for other in sorted(told - {member, gap.line.speaker}):
        if gap.cast.bond(member, other):
            view = f"has a view of {gap.name_of(other)}, of whom {gap.by} speaks"
            return bid("stake", view)
    return None


def yours(gap: Gap, member: str) -> Bid | None:
    """Has to do with what the line calls "your": "your bench", "your fields"."""
    if not gap.cues.yours:
        return None
    said, mine, rest = words_of(gap.cues.yours), gap.portraits[member], gap.rivals(member)
    fits = [1 / (1 + sum(f in one.fields for one in rest)) for f in said.fields & mine.fields]
    own = mine.stems | mine.subjects
    fits += [
        1 / (1 + sum(stem in one.stems | one.subjects for one in rest)) for stem in said.stems & own
    ]
    for line in gap.lines_of(member)[:4]:
        owned = words_of(" . ".join(first_person.MINE.findall(fold(line.text)))).stems
        fits += [1.2] if owned & said.stems else []
    for line in gap.lines_of(member)[:3]:
        fits += [0.6 / gap.users_of(stem) for stem in said.stems & words_of(line.text).stems]
    reason = f"asked by {gap.by} about the own matter"
    return bid("yours", reason, times=max(fits)) if fits else None


def owes(gap: Gap, member: str) -> Bid | None:
    """Was asked by name a few lines ago and has not spoken since."""
    for said in reversed(gap.heard[-4:]):
        if said.speaker == member:
            return None
        called = {n.member for n in namings(said.text, gap.cast) if n.how == "called"}
        if member in called and cues_of(said.text).asks:
            return bid("owes", f"still has to answer {gap.name_of(said.speaker)}")
    return None


def peer(gap: Gap, member: str) -> Bid | None:
    """Is the other one of a kind: "your opponent", "the other candidate"."""
    told = {one.member for one in gap.names if one.how == "mentioned"}
    mine = gap.portraits[member]
    named_so = words_of(gap.cues.other).stems & mine.stems
    if not (gap.cues.peer or named_so) or member in {*gap.speakers[:1], *told}:
        return None
    first = [
        gap.portraits[one] for one in (gap.line.speaker, *gap.speakers[:1]) if one in gap.portraits
    ]
    like = any(mine.stems & one.stems for one in first)
    rest = [one for one in gap.candidates if one not in {*gap.speakers[:1], *told}]
    alone = [one for one in rest if not gap.portraits[one].leads] == [member]
    if not like and not (alone and gap.speakers):
        return None
    return bid("peer", f"is the other one {gap.by} means", times=1.0 if like else 0.7)


def aside(gap: Gap, member: str) -> Bid | None:
    """Is one of few who heard the line."""
    if member not in gap.line.to:
        return None
    return bid("aside", f"told in private by {gap.by}", times=1.0 if gap.asks else 0.4)
