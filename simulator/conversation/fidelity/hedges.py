"""How exactly a number is meant: the words before it, and whether a true value fits them."""

from __future__ import annotations

import re

__all__ = ["fits"]

_ABOUT = re.compile(
    r"\b(?:about|around|roughly|some|something like|approximately|circa|ish|etwa|rund|ungefahr|"
    r"circa|environ|vers|unos|unas|mas o menos|como|give or take)(?: (?:a|the))?$"
)
_BELOW = re.compile(
    r"\b(?:nearly|almost|close to|just under|not quite|not yet|pushing|going on|fast|beinahe|"
    r"knapp|presque|pres de|casi|un peu moins de|a little under|coming up (?:to|for))(?: (?:a|"
    r"the))?$"
)
_ABOVE = re.compile(
    r"\b(?:over|more than|above|past|at least|uber|mehr als|mindestens|plus de|au moins|mas de|"
    r"a bit over|a little over|upwards of|pushing past|all of)(?: (?:a|the))?$"
)
_UNDER = re.compile(
    r"\b(?:under|less than|fewer than|below|up to|at most|unter|weniger als|hochstens|moins de|"
    r"menos de|not even|not)(?: (?:a|the))?$"
)


def fits(claim: float, truth: float, *, before: str, slack: float = 0.0) -> bool:
    """Whether a number said after these folded words can be true.

    `slack` is how far off even an exact number may be, as a share of the truth.
    """
    if abs(claim - truth) <= slack * max(abs(truth), abs(claim)):
        return True
    near = max(0.15 * abs(truth), 1.0 if truth >= 5 else 0.0)
    if _ABOVE.search(before):
        return claim <= truth <= claim * 1.35 + 1
    if _BELOW.search(before):
        return truth <= claim <= truth + 1.4 * near
    if _UNDER.search(before):
        return truth <= claim
    return bool(_ABOUT.search(before)) and abs(claim - truth) <= near
