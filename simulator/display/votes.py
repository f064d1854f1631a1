"""How a vote came out: what was chosen in a reply field that several members filled in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from simulator.display.reply_fields import ReplyFields
from simulator.display.visible import flat
from simulator.runs.run import Run

__all__ = ["Votes", "vote_line", "votes_of"]

Votes = Mapping[str, Mapping[str, int]]
"""Field -> choice -> how many members chose it last, the most frequent choice first."""
_SEVERAL = 2


def votes_of(run: Run) -> Votes:
    """The votes of a run; each member counts once, with what it chose last."""
    found: dict[str, Mapping[str, int]] = {}
    for name, choices in ReplyFields.of(run.started).choices.items():
        last = {
            turn.speaker: str(turn.reply[name])
            for turn in run.turns
            if turn.reply.get(name) is not None
        }
        if len(last) < _SEVERAL:
            continue
        counted = Counter(last.values())
        places = {choice: place for place, choice in enumerate(choices)}
        order = sorted(counted, key=lambda one: (-counted[one], places.get(one, len(places))))
        found[name] = {choice: counted[choice] for choice in order}
    return found


def vote_line(name: str, counted: Mapping[str, int]) -> str:
    """`verdict: 2 guilty, 1 not guilty`."""
    told = ", ".join(f"{number} {flat(choice)}" for choice, number in counted.items())
    return f"{flat(name)}: {told}"
