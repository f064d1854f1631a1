"""The project's daily budget, and whether what is left of shared budgets lets a run begin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from math import ceil
from pathlib import Path

from simulator.conversation.prompts import Prompts, Situation
from simulator.conversation.run_context import Models, own_account
from simulator.conversation.state import State
from simulator.conversation.tools import Toolbox
from simulator.conversation.unpaid import TALK
from simulator.definitions.cast import Cast
from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelCatalog, ModelSpec
from simulator.errors import NotFound
from simulator.llm.budget import Account, Day, Reservation, dearest
from simulator.llm.bulk import TOKENS_PER_BULK
from simulator.llm.economy import bulk_of_request, least_output
from simulator.llm.prompt import Prompt
from simulator.llm.session import Session
from simulator.llm.wiring import arranged, cache_key, wire
from simulator.record.store import Store
from simulator.record.tally import Shared, Tally, Unpriced

__all__ = ["at_most", "day_of", "look", "place_of", "priced", "require_room"]


def day_of(catalog: ModelCatalog, session: Session, store: Store) -> Day | None:
    """The budget of the day, with what the database knows of it; None where there is none.

    All runs of a session that are recorded in one database share it. What others book there is
    looked up now, and in the transaction in which each request is booked.
    """
    budget = catalog.budget.day
    if budget == Budget():
        return None
    key = (place_of(store), budget)
    if key not in session.days:
        session.days[key] = Day(budget, tally=partial(_tally, catalog))
    day = session.days[key]
    look(day.account, store)
    return day


def look(account: Account, store: Store) -> None:
    """Let a shared account know what the database says."""
    if account.tally is None:
        return
    counted = store.counted(account.tally)
    if counted is not None:
        account.on_record(counted)


def place_of(store: Store) -> str:
    """Where budgets that hold for all that is recorded in a store are kept."""
    in_memory = store.path == Path(":memory:")
    return f":memory:{id(store)}" if in_memory else str(store.path.resolve())


def require_room(*, cast: Cast, models: Models, toolbox: Toolbox) -> None:
    """Refuse a run whose budgets have no room for its first questions: a talk needs two.

    Raises:
        UnknownSpending: nobody knows what was spent of the study's or the day's dollars.
        BudgetExhausted: the study's, the day's or its own could not pay any one of them, or only
            those of one member.
    """
    for account in (*_shared(models), *_own(cast)):
        account.require_known()
        wanted = list(_first_questions(cast, models, toolbox, account=account))
        refusals = [account.refusal(one, in_flight=False) for one in wanted]
        refused = [one for one in refusals if one is not None]
        lacking = min(TALK, len(wanted)) - (len(wanted) - len(refused))
        if lacking > 0:
            raise sorted(refused, key=lambda one: Decimal(one.needed))[lacking - 1]


def _tally(catalog: ModelCatalog, day: date) -> Tally:
    here = {name for name, endpoint in catalog.endpoints.items() if endpoint.in_process}
    return Tally(of=Shared(day=day, besides=frozenset(here), price=partial(priced, catalog)))


def priced(catalog: ModelCatalog, unpriced: Unpriced) -> Decimal | None:
    """The most that it costs by models.yaml; None where no price is known there either."""
    try:
        spec = catalog.spec(unpriced.model)
    except NotFound:
        return None
    output = min(unpriced.most, spec.max_output or unpriced.most)
    prompt = unpriced.most - output
    if unpriced.input is not None and unpriced.output is not None:
        prompt, output = unpriced.input, unpriced.output
    return dearest(spec, prompt=prompt, output=output).dollars


def _own(cast: Cast) -> Iterator[Account]:
    yield own_account(cast)
    budget = cast.scenario.limits.purposes.get("speak")
    if budget is not None:
        yield Account(scope="purpose:speak", budget=budget)


def _shared(models: Models) -> Iterator[Account]:
    if models.study is not None:
        yield models.study
    if models.day is not None:
        yield models.day.account


def _first_questions(
    cast: Cast, models: Models, toolbox: Toolbox, *, account: Account
) -> Iterator[Reservation]:
    """The least that the first turn of each member could cost at most.

    Of the cheapest model of the lowest tier that it may be asked of, with as short an answer as the
    first one may be.
    """
    today = datetime.now(UTC).date()
    state, limits = State(members=cast.ids, absent=cast.late), cast.scenario.limits
    prompts = Prompts(cast=cast, tools=toolbox.specs)
    for member in cast.members:
        if member.player == "human" or member.id in cast.late:
            continue
        own = member.persona.tier
        specs = models.catalog.candidates(models.choice, own.floor, today=today, tiers=own)
        if account.scope == "day" and any(spec.endpoint.in_process for spec in specs):
            yield Reservation(dollars=None, tokens=0)
            continue
        allowed = toolbox.allowed(member.id)
        situation = Situation.of(state, cast, member.id, allowed_tools=allowed)
        prompt = prompts.speaking(member, situation)
        yield min((_least(spec, prompt, limits.output_tokens) for spec in specs), key=_amount)


def _least(spec: ModelSpec, prompt: Prompt, allowed: int) -> Reservation:
    return at_most(spec, prompt, least_output(min(allowed, spec.max_output or allowed)))


def at_most(spec: ModelSpec, prompt: Prompt, output: int) -> Reservation:
    """What is reserved for a question to a model that has read nothing of it yet."""
    return dearest(spec, prompt=_most_tokens(prompt, spec, output), output=output)


def _amount(wanted: Reservation) -> tuple[bool, Decimal, int]:
    """What reservations are compared by: dollars, an unknown price last, then tokens."""
    return wanted.dollars is None, wanted.dollars or Decimal(0), wanted.tokens


def _most_tokens(prompt: Prompt, spec: ModelSpec, output: int) -> int:
    """What is reserved for the prompt before anything is known of its tokens."""
    body = wire(arranged(prompt, spec), spec, max_output=output, cache_key=cache_key(""))
    bulk = bulk_of_request(body, model=spec.model, streams=True)
    return ceil(bulk * TOKENS_PER_BULK)
