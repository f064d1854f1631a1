"""What is asked of a model, by whom, in which turn, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Generic, TypeVar

from simulator.definitions.answering_model import answering
from simulator.definitions.model_catalog import ModelCatalog, ModelChoice, ModelSpec
from simulator.definitions.persona import TierRange
from simulator.llm.call_context import Deadline, Meter
from simulator.llm.fallback import Outages
from simulator.llm.listener import Listener
from simulator.llm.prompt import Prompt
from simulator.llm.purse import Turns
from simulator.llm.router import Route, TurnFeatures
from simulator.llm.routing import Models, Policy, Sending, policy_named, routed
from simulator.llm.said import ToolRequest
from simulator.llm.screen import Screen
from simulator.llm.session import Session
from simulator.llm.stand_in.cue import Cue
from simulator.llm.tracker import Tracker
from simulator.llm.warmth import SentBefore
from simulator.record.calls import Ledger, Purpose

__all__ = ["Answer", "ModelAccess", "Occasion", "Question"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAccess:
    """What a run needs to reach models; one per run."""

    run: str
    seed: int
    session: Session
    ledger: Ledger
    meter: Meter
    tracker: Tracker
    catalog: ModelCatalog
    choice: ModelChoice
    screen: Screen = field(default_factory=Screen)
    """What of a question may be sent, and what of an answer may be kept."""
    today: date
    """Decides which models are retired; passed in, so that a replay decides alike."""
    output_tokens: int
    sent: SentBefore = field(default_factory=SentBefore)
    """What was sent to models in this run."""

    outages: Outages = field(default_factory=Outages)
    """Which models were down in this run."""
    own_policy: Policy | None = None
    """The user's own way to choose a model; None: the policy that the catalog names."""

    def route(self, question: Question[Any], *, turns: Turns | None = None) -> Route:
        """Where a question goes, by what of it is warm where and what is left for the turns.

        Raises:
            UsageError: no model of the choice serves the tier.
            UserCodeFailed: the user's own policy raised, or chose none of the candidates.
        """
        purses = self.meter.purses(question.persona, question.purpose, turns) if turns else ()
        sending = Sending(
            question.prompt,
            sent=self.sent,
            most=self.output_tokens,
            turns=turns,
            purses=purses,
        )
        return routed(question.features, question.tiers, models=self.models, sending=sending)

    def answering(self, asked: ModelSpec) -> Callable[[str], ModelSpec]:
        """The model that answered where one was asked, by what the server calls it."""
        return partial(answering, self.catalog, asked)

    @property
    def models(self) -> Models:
        """Which models can be taken now, and how one of them is chosen."""
        return Models(
            catalog=self.catalog,
            choice=self.choice,
            today=self.today,
            policy=self.own_policy or policy_named(self.catalog.routing.policy),
            down=self.outages.names,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The turn within which questions are asked."""

    turn: int
    deadline: Deadline
    """Shared by all questions of the turn."""
    listener: Listener
    route: Route | None = None
    """The way an earlier question of the turn took: a turn is routed once."""
    turns: Turns | None = None
    """How far the run is; None: its turns have no limit, or this is the last word."""
    closing: bool = False
    """Whether the turn is the last word, for which some of the budget is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[T]):
    """One question, before it is known which model answers it."""

    persona: str
    purpose: Purpose
    prompt: Prompt
    parse: Callable[[str], T]
    """Makes the answer's text a value, or raises ValueError with a sentence to mend it by."""
    n: int = 0
    """Which question of this purpose in this turn, from 0."""
    topic: str = ""
    """Tells questions of one purpose, turn and number apart, where their order may change."""
    features: TurnFeatures = TurnFeatures()
    tiers: TierRange = TierRange()
    cue: Cue | None = None
    """For stand-ins only; no other endpoint ever sees it."""

    @property
    def asked_of(self) -> str:
        """Whom and what it is about, for the id of its call."""
        return f"{self.persona}\x1f{self.topic}" if self.topic else self.persona


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[T]):
    """A valid answer: a value, or tools to call first."""

    value: T | None
    """None exactly when `tools` is not empty; from `ask_once` and `ask_again` also where it cannot
    be used."""
    tools: tuple[ToolRequest, ...]
    message: Mapping[str, Any]
    """The assistant's message, to be shown back to the model after its tools were called."""
    calls: tuple[str, ...]
    """Ids of all calls this took, repairs included."""
    route: Route
    fingerprint: str
    """The endpoint's system_fingerprint; a stand-in names there what it spoke."""
