"""What a line does to the floor, read from its words: asks, hands over, waits, breaks off."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from simulator.conversation.hearing import first_person, phrases
from simulator.conversation.hearing.words import fold, sentences, words_of

__all__ = ["Cues", "cues_of"]

_MARK_LEFT = 2
"""A question asks while it is among this many last sentences."""
_ANYWHERE: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "addresses": phrases.YOU,
        "back_to": phrases.BACK_TO,
        "breaks_off": phrases.OFF,
        "claims": phrases.CLAIMS,
        "closes": phrases.CLOSES,
        "declines": phrases.DECLINE,
        "hands_on": phrases.HANDS_ON,
        "lets": phrases.LET,
        "may_i": phrases.MAY_I,
        "offers": phrases.OFFER,
        "one_of": phrases.ONE_OF,
        "others": phrases.ELSE,
        "own": first_person.OWN,
        "peer": phrases.PEER,
        "procedure": phrases.PROCEDURE,
        "sends_away": phrases.SENT_AWAY,
        "starts_round": phrases.ROUND,
        "turn_over": phrases.TURN_OVER,
        "wishes": first_person.WISHES,
        "yields": phrases.YIELDS,
        "you_said": phrases.YOU_SAID,
    }
)
"""Cues that a pattern gives wherever it is found in a line."""


@dataclass(frozen=True, slots=True)
class Cues:
    """What one line does to the floor."""

    asks: bool
    """It asks for an answer, by a question mark near its end or by "tell us"."""
    last: str
    """The last question, or the last sentence, folded."""
    you: bool
    """What asks, or the sentence before it, says "you"."""
    addresses: bool
    """It says "you" anywhere."""
    yours: str
    """The words that "your" goes with."""
    short: bool
    """What asks has three words at most."""
    anaphoric: bool
    """What asks leans on what was said before: "that", "it", or next to no words."""
    goes_on: bool
    """What asks goes on with a series: "And the blue one?"."""
    anybody: bool
    """It asks whoever knows or wants to."""
    one_of: bool
    """It speaks of one of those present: "one of you"."""
    others: bool
    """It asks others than those who spoke: "Who else?"."""
    quiet: int
    """How many signs there are that it calls for those who said little, up to 3."""
    starts_round: bool
    """It announces that everybody speaks in turn."""
    peer: bool
    """It means the other one of a kind: "your opponent"."""
    other: str
    """The word after "the other"."""
    offers: bool
    """It offers or proposes something."""
    replies: bool
    """It begins as an answer does: "No, you haven't."."""
    back_to: bool
    """It comes back to something said before."""
    you_said: bool
    """It tells somebody what that one said or did."""
    declines: bool
    """Its speaker does not want to say."""
    claims: bool
    """Its speaker wants the floor: "My turn!"."""
    grants: bool
    """It begins by saying yes."""
    promises: bool
    """Its speaker goes to look something up."""
    breaks_off: bool
    """It is not finished."""
    lets: bool
    """It asks for somebody to finish."""
    closes: bool
    """It thanks somebody and is done with it."""
    sends_away: bool
    """It says that somebody has had enough of the floor."""
    permits: bool
    """It tells somebody to go on, without a question."""
    may_i: bool
    """Its speaker asks for leave to do something."""
    turn_over: bool
    """It says that somebody's time is up."""
    hands_on: bool
    """It passes the floor to somebody it does not call "you"."""
    judges: bool
    """What asks is no question about somebody's own story: neither "you" nor in the past."""
    wishes: bool
    """Its speaker wants, needs or lacks something."""
    own: bool
    """Its speaker tells of things of his own: "I", "my", "we"."""
    us: bool
    """What asks says "we" or "us"."""
    procedure: bool
    """It speaks of how the talk is led: "the motion", "the next item"."""
    yields: bool
    """It closes a step, so that whoever leads goes on: "Seconded."."""


@lru_cache(maxsize=1_024)
def cues_of(text: str) -> Cues:
    """What the line does."""
    whole, small = sentences(text), fold(text)
    at = next((n for n in range(len(whole) - 1, -1, -1) if "?" in whole[n]), len(whole) - 1)
    last, asking = fold(whole[at]), fold("".join(whole[max(0, at - 1) :]))
    short, marked = len(words_of(last).tokens) <= 3, "?" in "".join(whole[-_MARK_LEFT:])

    def has(pattern: re.Pattern[str], where: str = small) -> bool:
        return pattern.search(where) is not None

    return Cues(
        asks=marked or has(phrases.ASK),
        you=has(phrases.YOU, asking),
        short=short,
        anaphoric=short or has(phrases.ANAPHOR, asking),
        goes_on=phrases.GOES_ON.match(last) is not None,
        anybody=has(phrases.ANYBODY, last if has(phrases.YOU, last) else asking),
        quiet=min(len(phrases.QUIET.findall(small)), 3),
        grants=phrases.GRANTS.match(small) is not None,
        promises=has(phrases.PROMISE)
        and ("?" not in last or phrases.MAY_I.match(last) is not None),
        other=" . ".join(phrases.OTHER.findall(small)),
        replies=phrases.REPLIES.match(small) is not None,
        judges=bool(words_of(last if short else asking).stems)
        and not has(phrases.YOU, asking)
        and not has(phrases.PAST, last),
        us=has(first_person.US, asking),
        permits=has(phrases.ASK) and "?" not in small,
        yours=" . ".join(phrases.YOURS.findall(small)),
        last=last,
        **{cue: has(pattern) for cue, pattern in _ANYWHERE.items()},
    )
