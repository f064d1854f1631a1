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
    """That it is done and not said, who alone heard it, and what all may know of its fields."""
    known = cast.scenario.public(said.reply)
    shown = [f"{name}: {quoted(str(value))}" for name, value in known.items()]
    does = ["does"] if said.act == "do" else []
    names = " and ".join(quoted(cast.member(one).name) for one in said.to)
    told = [*does, *([f"only to {names}"] if names else []), *shown]
    return f" ({'; '.join(told)})" if told else ""


def aside(cast: Cast, private: Sequence[Utterance]) -> str:
    """What the speaker heard or said and not everybody did, with a heading; empty: nothing."""
    return _under("Said to you or by you, and not to everybody", cast, private)


def whispers(cast: Cast, private: Sequence[Utterance]) -> str:
    """What some of them heard only, for somebody who hears all."""
    return _under("Said to some of them only", cast, private)


def _under(heading: str, cast: Cast, private: Sequence[Utterance]) -> str:
    lines = "\n".join(line_of(cast, said) for said in private)
    return f"{heading}:\n{lines}" if lines else ""
