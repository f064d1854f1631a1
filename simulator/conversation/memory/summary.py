"""The rolling summary: lines that a prompt has no room for, put in few words, block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from simulator.conversation.context_window import LeftOut, to_cover
from simulator.conversation.memory.due_note import DueNote
from simulator.conversation.memory.forms import parse_summary, summary_schema
from simulator.conversation.perception import Perceived
from simulator.conversation.prompts import SUMMARY_TOKENS, Prompts, Situation
from simulator.conversation.state import State, Utterance
from simulator.definitions.cast import Cast
from simulator.definitions.persona import TierRange
from simulator.llm.ask import Question
from simulator.llm.prompt import Section

__all__ = ["summary_due"]

_INSTRUCTION = """You take no part in this conversation; you keep its minutes. Put everything that \
stands above in at most 180 words, for people who were there and go on talking. Say who said \
what, by name: what was claimed, asked, offered and promised, what was agreed and what is still \
open. Keep figures, names and dates as they are. Where the first line is a summary itself, keep \
what still matters of it. Add nothing that was not said, and judge nothing."""

_AFTER_FAILURE = 4
"""Where the last one failed, so many new lines are worth another try; they are not read before."""


def summary_due(state: State, cast: Cast, prompts: Prompts) -> DueNote | None:
    """The summary to be made before the next turn, if one is due.

    It is made of the summary before it and the lines since, and only of words that were meant
    for everybody present. Where nobody present has heard all of them, none is made: nobody could
    read it.
    """
    if cast.scenario.memory.window != "summary":
        return None
    situation = Situation.outside(state, cast)
    old = _outgrown(state, situation, room=prompts.room(situation))
    if not old or not any(_heard_all(one, old) for one in state.here):
        return None
    since = situation.summary.last if situation.summary is not None else 0
    new = tuple(one for one in old if one.turn > since)
    about = replace(situation, perceived=Perceived(public=new, private=()), left_out=LeftOut())
    question = Question(
        persona="",
        purpose="summarise",
        prompt=prompts.beside(about, summary_schema(), [Section("instruction", _INSTRUCTION)]),
        parse=parse_summary,
        tiers=TierRange(floor="simple", ceiling="simple"),
    )
    return DueNote(
        question=question,
        turn=state.turn + 1,
        first=old[0].turn,
        last=old[-1].turn,
        tokens=SUMMARY_TOKENS,
    )


def _outgrown(state: State, situation: Situation, *, room: int) -> tuple[Utterance, ...]:
    """The lines that the summary has to be about, all of a turn; none where none is due."""
    heard = situation.perceived.public
    lines = tuple(one for one in heard if one.turn <= state.turn)
    tried, failed = _last_tried(state)
    covered = sum(one.turn <= tried for one in lines)
    # What comes from outside before the next turn takes room, too.
    wanted = to_cover(
        heard,
        limit=room,
        covered=covered,
        left_out=min(situation.left_out.lines, len(heard)),
        least=_AFTER_FAILURE if failed else 1,
    )
    cover = min(wanted, len(lines))
    if cover <= covered:
        return ()
    while cover < len(lines) and lines[cover].turn == lines[cover - 1].turn:
        cover += 1
    return lines[:cover]


def _last_tried(state: State) -> tuple[int, bool]:
    """The last turn that a summary was tried for, and whether it failed."""
    if not state.summaries:
        return 0, False
    last = state.summaries[-1]
    return last.last, not last.text


def _heard_all(member: str, lines: Sequence[Utterance]) -> bool:
    return all(member not in one.missed for one in lines)
