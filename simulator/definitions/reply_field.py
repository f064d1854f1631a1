"""What a scenario wants in a reply beside the words: an offer, a vote, whoever speaks next."""

from __future__ import annotations

from typing import Literal

from simulator.definitions.persona import Text
from simulator.definitions.written import Written

__all__ = ["ReplyField"]


class ReplyField(Written):
    """A field of the reply; a speaker who has nothing to put in it leaves it empty."""

    about: Text
    """What it means, for whoever fills it in: "The price you offer now" is told to models."""
    type: Literal["text", "number", "integer", "yes_no", "member"] = "text"
    """What it holds, unless it is a choice; `member`: the id of somebody who takes part."""
    choose: tuple[Text, ...] = ()
    """The values to choose from; empty: any value of the type."""
    least: float | None = None
    """The smallest number that is accepted; None: any."""
    most: float | None = None
    """The greatest number that is accepted; None: any."""
    speakers: tuple[Text, ...] = ()
    """Who may fill it in: ids of members, or roles they have here; empty: everybody."""
    private: bool = False
    """True: nobody else perceives it, such as a secret vote; the record holds it all the same."""
