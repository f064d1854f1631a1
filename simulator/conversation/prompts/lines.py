"""What was said, as lines of a prompt."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.conversation.quoting import quoted
from simulator.conversation.state import Utterance
from simulator.definitions.cast import Cast

__all__ = ["aside", "line_of", "whispers"]


def line_of(cast: Cast, said: Utterance) -> str:
    """One line of a transcript: turn number, name, what everybody may know beside it, words."""
    known = said.speaker in cast.ids
    name = cast.member(said.speaker).name if known else said.speaker[:1].upper() + said.speaker[1:]
    return f"[{said.turn}] {quoted(name)}{_beside(cast, said)}: {said.quoted}"


def _beside(cast: Cast, said: Utterance) -> str:
    """That it is done and not said, and what is in the scenario's own fields that all may know."""
    fields = cast.scenario.reply
    shown = [
        f"{name}: {quoted(str(value))}"
        for name, value in said.reply.items()
        if name in fields and not fields[name].private
    ]
    told = ["does", *shown] if said.act == "do" else shown
    return f" ({'; '.join(told)})" if told else ""


def aside(cast: Cast, private: Sequence[Utterance]) -> str:
    """What only the speaker heard, with a heading; empty where there is nothing."""
    lines = "\n".join(line_of(cast, said) for said in private)
    return f"Said only to you:\n{lines}" if lines else ""


def whispers(cast: Cast, private: Sequence[Utterance]) -> str:
    """What some of them heard only, for somebody who hears all."""
    lines = "\n".join(f"{line_of(cast, said)} (only to {', '.join(said.to)})" for said in private)
    return f"Said to some of them only:\n{lines}" if lines else ""
