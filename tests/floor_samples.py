"""Decisions about the floor, for tests of what they depend on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.conversation.reply import Choice
from simulator.conversation.state import State
from simulator.conversation.turn_taking import NextSpeakers, policy_named
from simulator.definitions.cast import Cast
from simulator.llm.ask import Answer, Question
from simulator.llm.router import Route
from tests.llm_samples import model_spec

__all__ = ["NEXT", "answer", "next_of"]

NEXT: Mapping[str, Any] = {"next": {"type": "member", "about": "Who speaks next."}}
"""The reply field that hands the floor on."""


def answer(name: str, reason: str = "it is time") -> Answer[Choice]:
    """The answer of whoever is asked who speaks."""
    route = Route(tier="simple", spec=model_spec(), score=0.0, reasons=())
    return Answer(
        value=Choice(reasoning=reason, next=name),
        tools=(),
        message={},
        calls=("c1",),
        route=route,
        fingerprint="",
    )


def next_of(policy: str, state: State, cast: Cast) -> NextSpeakers:
    """The decision of a policy, with the first candidate for an answer where it asks."""
    decision = policy_named(policy)(state, cast, ())
    if isinstance(decision, Question):
        assert decision.prompt.schema is not None
        name = decision.prompt.schema.schema["properties"]["next"]["enum"][0]
        decision = policy_named(policy)(state, cast, [answer(name)])
    assert isinstance(decision, NextSpeakers)
    return decision
