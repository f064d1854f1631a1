"""A scenario: one scripted simulation, as one YAML file in `scenarios/` says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from simulator.definitions.act import Act
from simulator.definitions.facts import Secret
from simulator.definitions.intervention import Intervention
from simulator.definitions.limits import Budget, Limits
from simulator.definitions.memory import Memory
from simulator.definitions.persona import IDENTIFIER, Text
from simulator.definitions.phase import Phase
from simulator.definitions.reply_field import ReplyField
from simulator.definitions.stop_rule import StopRule
from simulator.definitions.written import Written

__all__ = ["CastEntry", "Input", "Line", "Scenario"]

PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_-]*)\s*\}\}")


class Input(Written):
    """A value a scenario takes from outside: `--set idea="..."`; used as `{{ idea }}`."""

    default: str | None = None
    """What it is when nobody sets it; None: it must be set."""
    about: str = ""
    """What the value means, for help texts."""


class CastEntry(Written):
    """One member of the cast: a persona and what it is here."""

    persona: Text
    """A persona's id."""
    name: str | None = Field(default=None, alias="as", pattern=IDENTIFIER)
    """The member's id in this scenario; None: the persona's id. Needed when one plays twice."""
    role: str = ""
    """The role here: "moderator", "candidate"; empty: none but the persona's own."""
    goals: tuple[Text, ...] = ()
    """What the member wants here, private."""
    secrets: tuple[Text | Secret, ...] = ()
    """What the member hides here, private; a text, or {text, tell} as in a persona's file."""
    budget: Budget = Budget()
    """What this member's turns may cost in one run."""
    enters: Literal["at_once", "later"] = "at_once"
    """`later`: only when an event brings the member in (`join`); it has heard nothing before."""
    player: Literal["model", "human"] = "model"
    """`human`: a person plays the member, at the terminal or in Python; a run without one is
    refused."""


class Line(Written):
    """A line a person wrote for the stand-in to speak; a model never sees it."""

    id: str = Field(pattern=IDENTIFIER)
    """The line's id within the scenario."""
    speaker: Text
    """The member who speaks it."""
    say: Text
    """The words."""
    act: Act = "answer"
    """What the words do; `open` lines are kept for the first round, `close` for the last."""
    after: tuple[str, ...] = ()
    """Ids of lines that must have been spoken before."""
    unless: tuple[str, ...] = ()
    """Ids of lines that make this one pointless once they are spoken."""
    uses: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Tools the speaker calls first: tool name -> arguments."""
    to: tuple[Text, ...] = ()
    """Members who alone hear it; empty: everybody."""
    reply: dict[str, str | int | float | bool] = Field(default_factory=dict)
    """What it puts in the scenario's own reply fields."""


class Scenario(Written):
    """One scripted simulation. The file's stem is the scenario's id."""

    title: Text
    """What the conversation is called."""
    about: str = ""
    """One sentence for lists: what a reader will see."""
    setting: Text
    """Where everybody is and what this is about; may use `{{ inputs }}`."""
    graph: str = "round_table"
    """The shape of the conversation: a file in graphs/, or `my_graph.py:conversation`."""
    inputs: dict[str, Input] = Field(default_factory=dict)
    """Values set from outside."""
    cast: tuple[CastEntry, ...] = Field(min_length=1)
    """Who takes part, in the order of the round."""
    limits: Limits = Limits()
    """Where the run ends."""
    phases: tuple[Phase, ...] = ()
    """The parts of the conversation, one after another; empty: the graph's, if it has any."""
    reply: dict[str, ReplyField] = Field(default_factory=dict)
    """What a reply holds beside the words; name -> what it means."""
    whispers: bool = False
    """True: a speaker may say something to some of the others only."""
    actions: bool = False
    """True: a turn may be something a speaker does instead of words (`act: do`)."""
    fidelity: Literal["check", "off"] = "check"
    """`check`: a model's turn that is out of character is asked for once more; `off`: it is not."""
    memory: Memory = Memory()
    """What is kept of a long talk, and what is remembered in later runs."""
    stop: StopRule | None = None
    """When the conversation is over before its limits; None: only limits end it."""
    last_word: Text | None = None
    """Who speaks last once it is over as planned: a member, or a role; None: nobody is asked to."""
    events: tuple[Intervention, ...] = ()
    """What happens from outside."""
    lines: tuple[Line, ...] = ()
    """What the stand-in says."""

    def public(self, reply: Mapping[str, Any]) -> dict[str, Any]:
        """Of what a speaker put in the reply fields, what is not the speaker's alone."""
        fields = self.reply
        return {n: value for n, value in reply.items() if n in fields and not fields[n].private}

    def filled(self, values: Mapping[str, str]) -> Scenario:
        """The scenario with every `{{ input }}` in its texts replaced by its value."""
        data = self.model_dump(by_alias=True, exclude_unset=True)
        inputs = data.pop("inputs", {})
        return Scenario.model_validate({**_fill(data, values), "inputs": inputs})


def _fill(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return PLACEHOLDER.sub(lambda m: values.get(m[1], m[0]), value)
    if isinstance(value, dict):
        return {key: _fill(item, values) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_fill(item, values) for item in value]
    return value
