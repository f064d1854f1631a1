"""What happens to a conversation from outside: when it is due, and as which events."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from simulator.conversation.measures import conflict
from simulator.conversation.standing import Standing, judged
from simulator.conversation.state import State
from simulator.definitions.intervention import Intervention, Measured, Moment
from simulator.llm.ask import Question
from simulator.record.events import Event, Intervened, PersonaJoined, PersonaLeft

__all__ = ["due", "events_of"]


def due(standing: Standing) -> tuple[int, ...] | Question[Any]:
    """Which of the scenario's events happen right before the next turn, in the order written.

    Or the question that decides it; asked only where everything else about the event holds.
    """
    happening: list[int] = []
    for index, event in enumerate(standing.cast.scenario.events):
        if index in standing.state.interventions:
            continue
        holds = _holds(event.at, standing)
        if isinstance(holds, Question):
            return holds
        if holds:
            happening.append(index)
    return tuple(happening)


def events_of(index: int, event: Intervention, state: State) -> Iterator[Event]:
    """What an intervention does, each effect as an event; the end of the run is not among them."""
    coming = state.turn + 1

    def happened(effect: Any, text: str = "", *to: str) -> Intervened:
        return Intervened(
            turn=coming, speaker=event.speaker, text=text, to=to, effect=effect, index=index
        )

    for member in event.leave:
        yield happened("leave", "", member)
        yield PersonaLeft(turn=state.turn, persona=member, reason="had to go")
    for member in event.join:
        yield happened("join", "", member)
        yield PersonaJoined(turn=coming, persona=member)
    if event.say is not None:
        yield happened("say", event.say)
    for member, words in event.tell.items():
        yield happened("tell", words, member)
    for member, wish in event.goal.items():
        yield happened("goal", wish, member)
    if event.next is not None:
        yield happened("next", "", event.next)
    if event.end is not None:
        yield happened("end", event.end)


def _holds(at: Moment, standing: Standing) -> bool | Question[Any]:
    state = standing.state
    plain = (
        at.turn is None or at.turn <= state.turn + 1,
        at.phase is None or (state.phase is not None and state.phase.phase == at.phase),
        at.speaker is None or any(said.speaker == at.speaker for said in state.last_round),
        at.said is None or any(_matches(at.said, said.text) for said in state.last_round),
        at.when is None or _passed(at.when, state),
    )
    if not all(plain):
        return False
    return True if at.asked is None else judged(at.asked, standing)


def _matches(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None


def _passed(wanted: Measured, state: State) -> bool:
    figure = _figure(wanted, state)
    above = wanted.above is None or figure > wanted.above
    return above and (wanted.below is None or figure < wanted.below)


def _figure(wanted: Measured, state: State) -> float:
    if wanted.measure == "conflict":
        return conflict([said.act for said in state.utterances])
    member = wanted.of or ""
    if wanted.measure == "silence":
        return float(min(state.waited(member), len(state.finished)))
    sizes = [(said.speaker, len(said.text.split())) for said in state.utterances if said.act]
    whole = sum(size for _, size in sizes)
    return sum(size for speaker, size in sizes if speaker == member) / whole if whole else 0.0
