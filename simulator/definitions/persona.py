"""A persona: who speaks, as one YAML file in `personas/` says it."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from simulator.definitions.act import Act
from simulator.definitions.facts import Facts, Secret, Text
from simulator.definitions.knowledge_entry import KnowledgeEntry
from simulator.definitions.tool_use import ToolUse
from simulator.definitions.written import Written

__all__ = ["IDENTIFIER", "Persona", "Sample", "Style", "Text", "TierName", "TierRange"]

IDENTIFIER = r"^[a-z][a-z0-9_-]*$"
"""Ids of personas, scenarios, inputs and lines: they become file names and node names."""

TierName = Literal["simple", "standard", "complex"]


class Style(Written):
    """How a persona sounds."""

    tone: str = ""
    """A few words: "dry, practical"."""
    max_words: int | None = Field(default=None, ge=1, le=2_000)
    """Words a turn should not exceed; None: the scenario's output limit alone decides."""


class TierRange(Written):
    """The classes of models a persona may speak through."""

    floor: TierName = "simple"
    """Never a cheaper tier than this."""
    ceiling: TierName = "complex"
    """Never a dearer tier than this."""

    @property
    def tiers(self) -> tuple[TierName, ...]:
        """The tiers of the range, from the cheapest."""
        order: tuple[TierName, ...] = get_args(TierName)
        return order[order.index(self.floor) : order.index(self.ceiling) + 1]

    def narrowed(self, other: TierRange | None) -> TierRange:
        """What this range and another one both allow; where nothing, this one's nearest end."""
        if other is None:
            return self
        order: tuple[TierName, ...] = get_args(TierName)
        low, high = order.index(self.floor), order.index(self.ceiling)
        floor, ceiling = (
            order[min(max(order.index(end), low), high)] for end in (other.floor, other.ceiling)
        )
        dearest = max(floor, ceiling, key=order.index)
        return TierRange(floor=floor, ceiling=dearest)


class Sample(Written):
    """Something the persona has said: shows models the voice, and the stand-in speaks it."""

    say: Text
    """The words."""
    act: Act = "answer"
    """What the words do."""
    after: Act | None = None
    """The act of the turn before it that this answers; None: fits after anything."""


class Persona(Written):
    """Who speaks. The file's stem is the persona's id.

    Public to everybody in a conversation: name, role, about, expertise. Everything else
    stands in the speaker's own private card.
    """

    name: Text
    """The full name others use."""
    role: str = ""
    """What the persona is in life or at work: "night-shift nurse, 58"."""
    about: str = ""
    """One or two sentences everybody may know."""
    traits: tuple[Text, ...] = ()
    """Personality, in words: [impatient, precise]."""
    goals: tuple[Text, ...] = ()
    """What the persona wants out of any conversation."""
    wont: tuple[Text, ...] = ()
    """What the persona refuses to do or say."""
    style: Style = Style()
    """How the persona sounds."""
    expertise: tuple[Text, ...] = ()
    """Fields in which the persona's word counts; the router and turn-taking use them."""
    relationships: dict[str, Text] = Field(default_factory=dict)
    """Persona id -> what this one thinks of that one; private."""
    knowledge: tuple[Text | KnowledgeEntry, ...] = ()
    """Text, Markdown or PDF files, relative to the persona's file, that only this persona knows; a
    plain text, or {file, category}."""
    tools: tuple[Text | ToolUse, ...] = ()
    """Tools the persona may call: ours by bare name, yours as `my_tools.py:weather`, one of a tool
    server's as `server/tool`; or {use, effects, seconds, calls}."""
    tier: TierRange = TierRange()
    """The classes of models the persona may speak through."""
    requires_reasoning: bool = False
    """True: the router always takes the top tier (within `tier`)."""
    talkativeness: float = Field(default=0.5, ge=0, le=1)
    """How readily the persona takes the floor where the graph leaves it open."""
    secrets: tuple[Text | Secret, ...] = ()
    """What the persona knows and does not say; never in another persona's prompt. A plain text is
    never told; {text, tell} says who may hear it."""
    facts: Facts = Facts()
    """What every turn of the persona is checked against, without a model; private."""
    voice: str | None = None
    """A voice's name for speech; None: speech picks one."""
    system_prompt: str | None = None
    """Your own words for the private card; None: it is made of the parts above."""
    samples: tuple[Sample, ...] = ()
    """Things the persona has said."""
