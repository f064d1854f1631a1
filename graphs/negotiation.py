"""Negotiation: the parties speak in turn, and a mediator steps in when nobody moves."""

from __future__ import annotations

from simulator import Cast, Conversation, NextSpeakers, State

MOVES = ("propose", "concede", "agree")


def parties_in_turn(state: State, cast: Cast, _answers: object, /) -> NextSpeakers:
    """The party who has waited longest; the mediator where all have spoken twice in vain."""
    mediators = {member.id for member in cast.with_role("mediator")}
    free = [one for one in state.present if one != state.last_on_floor] or [*state.present]
    parties = [one for one in free if one not in mediators]
    turns = 2 * len([one for one in state.present if one not in mediators])
    said = [one for one in state.utterances if one.act is not None][-turns:]
    moved = any(one.speaker in mediators or one.act in MOVES for one in said)
    ready = [one for one in free if one in mediators]
    if ready and (not parties or (len(said) == turns and not moved)):
        return NextSpeakers((ready[0],), "nobody has moved")
    longest = max(parties or free, key=lambda one: (state.waited(one), -cast.ids.index(one)))
    return NextSpeakers((longest,), "has waited longest")


conversation = Conversation(turn_taking=parties_in_turn, demo="negotiation")
graph = conversation.studio
