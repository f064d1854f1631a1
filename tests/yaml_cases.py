"""Models of a small file, tables of mistakes, and what the reader says of a text."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator

from simulator.definitions.yaml_file import read_text
from simulator.errors import InvalidFiles

__all__ = ["Member", "Person", "Style", "cases", "told"]


class Written(BaseModel):
    """What everything in these tests is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Colour(Enum):
    """An enumeration."""

    RED = "red"
    GREEN = "green"


class Style(Written):
    """How somebody sounds."""

    tone: str = ""
    max_words: int | None = Field(default=None, ge=1, le=2_000)


class Phrase(Written):
    """A rule that words end a talk."""

    kind: Literal["phrase"]
    phrase: str


class Turns(Written):
    """A rule that a number of turns ends a talk."""

    kind: Literal["turns"]
    turns: int


class Before(Written):
    """One of two forms without a tag."""

    before: str


class After(Written):
    """The other form."""

    after: str
    minutes: int = 0


class Member(Written):
    """A person in a list."""

    persona: Annotated[str, Field(min_length=1)]
    name: str | None = Field(default=None, alias="as", pattern=r"^[a-z][a-z0-9-]*$")


class Person(Written):
    """A file as people write it."""

    name: str
    """The full name others use; never empty."""
    wont: tuple[str, ...] = ()
    goals: list[str] = Field(default_factory=list, max_length=3)
    style: Style = Style()
    talkative: float = Field(default=0.5, ge=0, le=1)
    price: Decimal | None = Field(default=None, validation_alias=AliasChoices("in", "price"))
    reasoning: bool = False
    born: date | None = None
    tier: Literal["simple", "standard", "complex"] = "simple"
    level: Literal["1", "no"] = "no"
    colour: Colour = Colour.RED
    rule: Annotated[Phrase | Turns, Field(discriminator="kind")] | None = None
    when: Before | After | None = None
    count: int | list[int] | None = None
    amount: Annotated[int, Field(ge=1)] | str = 1
    cast: tuple[Member, ...] = Field(default=(), min_length=1)
    weights: dict[Literal["tools", "length"], float] = Field(default_factory=dict)
    pair: tuple[str, int] | None = None
    extra: dict[str, Any] = Field(default_factory=dict)

    @field_validator("goals")
    @classmethod
    def _calm(cls, goals: list[str]) -> list[str]:
        if "shout" in goals:
            raise ValueError("nobody shouts here")
        return goals


def told(text: str) -> list[str]:
    """The mistakes in a person's file, as `line:column message hint`."""
    try:
        read_text(text, file="f", model=Person)
    except InvalidFiles as error:
        return [str(problem).removeprefix("f:").replace(": ", " ", 1) for problem in error.problems]
    return []


def cases(table: str) -> list[tuple[str, list[str]]]:
    """The texts and mistakes of a table: blocks of `| ` lines and the sentences below them.

    A sentence begins with its `line:column` and may go on in the next line. An arrow in a text
    stands for a tab.
    """
    found = []
    for block in re.split(r"\n\s*\n", table.strip("\n")):
        lines = block.splitlines()
        text = "".join(f"{line[2:]}\n" for line in lines if line.startswith("|"))
        sentences = " ".join(line for line in lines if not line.startswith("|"))
        tabbed = text.replace("\N{RIGHTWARDS ARROW}", "\t")
        found.append((tabbed, re.split(r" (?=\d+:\d+ )", sentences)))
    return found
