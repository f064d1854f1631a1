"""Hard facts of a persona and the secrets it keeps: what its turns are checked against."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.definitions.amount import Figure
from simulator.definitions.written import Written

__all__ = ["Facts", "NameFact", "NumberFact", "Secret", "Text", "as_secret"]

Text = Annotated[str, Field(min_length=1)]


class NumberFact(Written):
    """A number that holds for the persona."""

    what: Text
    """What is counted, the unit first: "years as a nurse", "euros a month for parking"."""
    value: Figure
    """How many; of a "year she came to the ward", the year."""


class NameFact(Written):
    """What somebody or something of the persona's is called."""

    what: Text
    """Whom or what it names, as the persona would say it: "daughter", "elder son", "firm"."""
    value: Text
    """The name."""


class Facts(Written):
    """The truth about a persona in a form that needs no model to be checked."""

    age: int | None = Field(default=None, ge=0, le=150)
    """Age in years; None: not checked."""
    numbers: tuple[NumberFact, ...] = ()
    """Numbers the persona must get right, at least roughly."""
    names: tuple[NameFact, ...] = ()
    """Names the persona must get right."""
    does_not_know: tuple[Text, ...] = ()
    """Subjects the persona cannot speak about as one who knows: [SQL, what the flat is worth]."""
    opinion: Text | None = None
    """What it is for or against before anybody has argued: "against selling the flat"; None: open.
    """


class Secret(Written):
    """Something the persona keeps to itself, and who may hear it."""

    text: Text
    """What is kept, in a sentence."""
    tell: Literal["never", "asked"] | tuple[Text, ...] = "never"
    """`never`, `asked` (to anybody who asks for just that), or the ids of those who may hear it."""


def as_secret(written: str | Secret) -> Secret:
    """A secret as `secrets:` has it; a plain text is never told."""
    return Secret(text=written) if isinstance(written, str) else written
