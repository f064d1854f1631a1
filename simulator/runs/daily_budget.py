"""The project's daily budget, and whether what is left of shared budgets lets a run begin."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from math import ceil
from pathlib import Path

from simulator.conversation.prompts import Prompts, Situation
from simulator.conversation.run_context import Models
from simulator.conversation.state import State
from simulator.conversation.tools import Toolbox
from simulator.definitions.cast import Cast
from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelCatalog, ModelSpec
from simulator.errors import NotFound
from simulator.llm.budget import TOKENS_PER_BYTE, Account, Day, Reservation, dearest
from simulator.llm.economy import SHORTEST
from simulator.llm.prompt import Prompt
from simulator.llm.session import Session
from simulator.llm.wiring import wire
from simulator.record.day_total import Unpriced, spent_on, unpriced_on
from simulator.record.store import Store

__all__ = ["day_of", "own_account", "place_of", "require_room"]


def day_of(catalog: ModelCatalog, session: Session, store: Store) -> Day | None:
    """The budget of the day, with what the database knows of it; None where there is none.

    All runs of a session that are recorded in one database share it. The database is read again
    when a run begins ten seconds later.
    """
    budget = catalog.budget.day
    if budget == Budget():
        return None
    day = session.days.setdefault((place_of(store), budget), Day(budget))
    account = day.account
    if account.is_stale(time.monotonic()):
        here = [name for name, endpoint in catalog.endpoints.items() if endpoint.in_process]
        spent = spent_on(store, day.date, besides=here)
        unpriced = unpriced_on(store, day.date, besides=here)
        more = sum((_priced(one, catalog) for one in unpriced), Decimal(0))
        account.on_record(replace(spent, dollars=spent.dollars + more))
    return day


def place_of(store: Store) -> str:
    """Where budgets that hold for all that is recorded in a store are kept."""
    in_memory = store.path == Path(":memory:")
    return f":memory:{id(store)}" if in_memory else str(store.path.resolve())


def require_room(*, cast: Cast, models: Models, toolbox: Toolbox) -> None:
    """Refuse a run whose budgets have no room for its first question.

    Raises:
        BudgetExhausted: the study's, the day's or its own could not pay the cheapest of them.
    """
    for account in (*_shared(models), own_account(cast)):
        wanted = list(_first_questions(cast, models, toolbox, account=account))
        refusals = [account.refusal(one, in_flight=False) for one in wanted]
        refused = [one for one in refusals if one is not None]
        if refused and len(refused) == len(refusals):
            raise min(refused, key=lambda one: Decimal(one.needed))


def own_account(cast: Cast) -> Account:
    """What a run of the cast may spend itself, before it has spent anything."""
    limits = cast.scenario.limits
    return Account(scope="run", budget=Budget(dollars=limits.dollars, tokens=limits.tokens))


def _priced(unpriced: Unpriced, catalog: ModelCatalog) -> Decimal:
    """The most that it costs by models.yaml; 0 where no price is known there either."""
    try:
        spec = catalog.spec(unpriced.model)
    except NotFound:
        return Decimal(0)
    output = min(unpriced.most, spec.max_output or unpriced.most)
    prompt = unpriced.most - output
    if unpriced.input is not None and unpriced.output is not None:
        prompt, output = unpriced.input, unpriced.output
    return dearest(spec, prompt=prompt, output=output).dollars or Decimal(0)


def _shared(models: Models) -> Iterator[Account]:
    if models.study is not None:
        yield models.study
    if models.day is not None:
        yield models.day.account


def _first_questions(
    cast: Cast, models: Models, toolbox: Toolbox, *, account: Account
) -> Iterator[Reservation]:
    """The least that the first turn of each member could cost at most.

    Of the cheapest tier that the member may be asked of, with as short an answer as can be.
    """
    today = datetime.now(UTC).date()
    state, limits = State(members=cast.ids, absent=cast.late), cast.scenario.limits
    prompts = Prompts(cast=cast, tools=toolbox.specs)
    output = min(SHORTEST, limits.output_tokens)
    for member in cast.members:
        if member.player == "human" or member.id in cast.late:
            continue
        own = member.persona.tier
        spec = models.catalog.candidates(models.choice, own.floor, today=today, tiers=own)[0]
        if spec.endpoint.in_process and account.scope == "day":
            yield Reservation(dollars=None, tokens=0)
            continue
        allowed = toolbox.allowed(member.id)
        situation = Situation.of(state, cast, member.id, allowed_tools=allowed)
        prompt = prompts.speaking(member, situation)
        yield dearest(spec, prompt=_most_tokens(prompt, spec), output=output)


def _most_tokens(prompt: Prompt, spec: ModelSpec) -> int:
    body = wire(prompt, spec, max_output=SHORTEST)
    return ceil(len(json.dumps(body, ensure_ascii=False).encode()) * TOKENS_PER_BYTE)
