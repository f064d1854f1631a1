"""What happens to a conversation from outside: when it is due, and as which events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.conversation.measures import conflict
from simulator.conversation.standing import Standing, judged
from simulator.conversation.state import State, Utterance
from simulator.definitions.bounded_pattern import BoundedPattern
from simulator.definitions.intervention import Intervention, Measured, Moment
from simulator.errors import PatternTooSlow
from simulator.llm.ask import Question
from simulator.record.events import Effect, Event, Intervened, PersonaJoined, PersonaLeft

__all__ = ["due", "events_of"]


def due(standing: Standing) -> tuple[int, ...] | Question[Any]:
    """Which of the scenario's events happen right before the next turn, in the order written.

    Or the question that decides it; asked only where everything else about the event holds.

    Raises:
        PatternTooSlow: what was said cannot be searched for an event's words in time.
    """
    happening: list[int] = []
    for index, event in enumerate(standing.cast.scenario.events):
        if index in standing.state.interventions or not event.effects:
            continue
        holds = _holds(event.at, standing)
        if isinstance(holds, Question):
            return holds
        if holds:
            happening.append(index)
    return tuple(happening)


def events_of(index: int, event: Intervention, state: State) -> Iterator[Event]:
    """What an intervention still has to do, each effect as an event.

    An effect that is on record is not told again, so that a run can break off between two. The
    end of the run is not among the events: the state knows that it is asked for.
    """
    done = state.interventions.get(index, 0)
    for place, (effect, text, to) in enumerate(_effects(event)):
        if place >= done:
            yield Intervened(
                turn=state.turn + 1,
                speaker=event.speaker,
                text=text,
                to=to,
                effect=effect,
                index=index,
            )
        if place >= done - 1:
            yield from _coming_and_going(effect, to, state)


def _effects(event: Intervention) -> Iterator[tuple[Effect, str, tuple[str, ...]]]:
    """Every effect with its words and whom it is for, in the order in which they happen."""
    yield from (("leave", "", (member,)) for member in event.leave)
    yield from (("join", "", (member,)) for member in event.join)
    if event.say is not None:
        yield "say", event.say, ()
    yield from (("tell", words, (member,)) for member, words in event.tell.items())
    yield from (("goal", wish, (member,)) for member, wish in event.goal.items())
    if event.next is not None:
        yield "next", "", (event.next,)
    if event.end is not None:
        yield "end", event.end, ()


def _coming_and_going(effect: Effect, to: tuple[str, ...], state: State) -> Iterator[Event]:
    """Nobody leaves twice, and nobody who is there comes in."""
    if effect == "leave" and to[0] not in state.absent:
        yield PersonaLeft(turn=state.turn, persona=to[0], reason="had to go")
    if effect == "join" and to[0] in state.absent:
        yield PersonaJoined(turn=state.turn + 1, persona=to[0])


def _holds(at: Moment, standing: Standing) -> bool | Question[Any]:
    state = standing.state
    plain = (
        at.turn is None or at.turn <= state.turn + 1,
        at.phase is None or (state.phase is not None and state.phase.phase == at.phase),
        at.speaker is None or any(said.speaker == at.speaker for said in state.last_round),
        at.said is None or any(_matches(at.said, said) for said in state.last_round),
        at.when is None or _passed(at.when, state),
    )
    if not all(plain):
        return False
    return True if at.asked is None else judged(at.asked, standing) or False


def _matches(pattern: str, said: Utterance) -> bool:
    try:
        return BoundedPattern(pattern, ignores_case=True).is_in(said.text)
    except PatternTooSlow as error:
        where = f"what {said.speaker} said in turn {said.turn}"
        raise PatternTooSlow(pattern, where=where) from error


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
