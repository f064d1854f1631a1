"""What a member would be asked at the start of a scenario, without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from simulator.conversation.context_window import narrowest
from simulator.conversation.interventions import due, events_of
from simulator.conversation.own_router import policy_of
from simulator.conversation.perception import perceive
from simulator.conversation.persona_node import turn_features
from simulator.conversation.prompts import Prompts, Situation
from simulator.conversation.run_context import cue_for
from simulator.conversation.standing import Standing
from simulator.conversation.state import State, fold
from simulator.conversation.tools import Toolbox, open_servers
from simulator.definitions.cast import Cast, Member
from simulator.definitions.model_catalog import ModelCatalog, ModelChoice
from simulator.llm.ask import Question
from simulator.llm.credentials import Credentials
from simulator.llm.keys import KeyRing
from simulator.llm.prompt import Prompt
from simulator.llm.router import Route
from simulator.llm.routing import Models, Sending, routed
from simulator.llm.screen import Screen
from simulator.llm.warmth import SentBefore
from simulator.llm.wiring import arranged, cache_key, wire
from simulator.record.events import SpeakerChosen
from simulator.sync import run_sync

__all__ = ["Preview", "preview"]

_FIRST = 1


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One question that is not asked: what it says, and where it would go."""

    member: Member
    turn: int
    prompt: Prompt
    route: Route
    body: Mapping[str, Any]
    """The request's fields as the chosen model would get them."""


def preview(
    cast: Cast,
    member_id: str,
    *,
    catalog: ModelCatalog,
    choice: ModelChoice,
    today: date,
    environ: Mapping[str, str],
) -> Preview:
    """The question to a member, if the first turn were theirs.

    Raises:
        KeyError: the cast has no such member.
        UsageError: no model of the choice serves the turn.
        UserCodeFailed: a user's tool cannot be loaded, or a tool server does not start.
        RequestBlocked: it may not be sent, by `outgoing:` in models.yaml.
    """
    member, limits = cast.member(member_id), cast.scenario.limits
    narrow = narrowest(limits, catalog=catalog, choice=choice, today=today)
    state = _floor_given(cast, member_id, context_tokens=narrow)
    pending = state.pending[0]
    perceived = perceive(state, member_id, heard=pending.heard)
    prompt = _prompt(cast, member, state=state, environ=environ)
    features = turn_features(member, perceived, pending, cast=cast)
    policy = policy_of(catalog.routing, folder=cast.folder)
    models = Models(catalog=catalog, choice=choice, today=today, policy=policy)
    sending = Sending(prompt, sent=SentBefore(), most=limits.output_tokens)
    way = routed(features, member.persona.tier, models=models, sending=sending)
    cue = cue_for(cast, state, persona=member_id, purpose="speak", turn=pending.turn, heard=0)
    cued = way.spec.endpoint.speaks_stand_in(environ)
    prompt = arranged(prompt, way.spec)
    wired = wire(
        prompt,
        way.spec,
        max_output=min(limits.output_tokens, way.spec.max_output or limits.output_tokens),
        cue=cue.as_line() if cued else "",
        cache_key=cache_key(cast.scenario_id),
    )
    named = {"model": way.spec.model, **Screen(catalog.outgoing).passed(wired)}
    return Preview(member=member, turn=pending.turn, prompt=prompt, route=way, body=named)


async def _toolbox(cast: Cast, environ: Mapping[str, str]) -> Toolbox:
    """The tools as models see them; servers are asked for theirs and closed again."""
    async with open_servers(cast, environ) as served:
        return Toolbox.of(cast, served=served)


def _prompt(cast: Cast, member: Member, *, state: State, environ: Mapping[str, str]) -> Prompt:
    variables = KeyRing(environ, credentials=Credentials()).completing(environ)
    toolbox = run_sync(_toolbox(cast, variables))
    situation = Situation.of(state, cast, member.id, allowed_tools=toolbox.allowed(member.id))
    return Prompts(cast=cast, tools=toolbox.specs).speaking(member, situation)


def _floor_given(cast: Cast, member_id: str, *, context_tokens: int | None) -> State:
    """The state in which the member has just been given the first turn."""
    state = State(members=cast.ids, absent=cast.late, context_tokens=context_tokens)
    happening = due(Standing(state=state, cast=cast))
    for index in () if isinstance(happening, Question) else happening:
        state = fold(state, events_of(index, cast.scenario.events[index], state))
    chosen = SpeakerChosen(
        turn=_FIRST, names=(member_id,), reason="preview", turns=(_FIRST,), heard=0
    )
    return fold(state, (chosen,))
