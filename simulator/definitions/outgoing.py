"""What may leave this machine in a prompt: `outgoing:` in `models.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from simulator.definitions.amount import Count
from simulator.definitions.written import Written

__all__ = ["Handling", "Outgoing"]

Handling = Literal["warn", "redact", "block"]
"""What is done with what has the form of a key."""


def _compiles(text: str) -> str:
    try:
        found = re.compile(text).search("")
    except re.error as error:
        message = f"this is no regular expression: {error}"
        raise ValueError(message) from None
    if found:
        raise ValueError("this pattern fits anything, an empty text too")
    return text


Pattern = Annotated[str, AfterValidator(_compiles)]


class Outgoing(Written):
    """How prompts are looked through before they are sent, and what is said before it is kept."""

    credentials: Handling = "redact"
    """What has the form of a real key (OpenAI, Anthropic, GitHub, AWS, Google, Slack, Stripe, JSON
    web tokens, private keys): `redact` sends and keeps `***` in its place, `block` does not send
    the prompt and ends the run, `warn` only tells. The keys that a run itself uses are never sent
    or kept, whatever stands here."""
    patterns: Mapping[str, Pattern] = Field(default_factory=dict)
    """Your own: a name -> a regular expression, such as `a badge: 'EMP-\\d{6}'`."""
    longest_text: Count = 1_000_000
    """Characters of one text of a prompt at most (a line, a card, a tool's result); with more it
    is not sent. Models read less than this, so it stops what went wrong, not a long talk."""
