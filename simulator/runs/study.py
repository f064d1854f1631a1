"""What is left of a study's budget: counted from the record, and shared by its runs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Literal

from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.study import Study
from simulator.llm.budget import Account
from simulator.llm.session import Session
from simulator.record.store import Store
from simulator.record.tally import Counted, Shared, Tally
from simulator.record.usage import Spent
from simulator.runs.daily_budget import day_of, look, place_of, priced

__all__ = ["StudyStanding", "account_of", "standing_of", "standing_today"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyStanding:
    """What a study, or the day, may spend, and what the record says of it."""

    name: str
    budget: Budget
    spent: Spent
    """What counts as spent: attempts of unknown cost at their most."""
    unpriced: frozenset[str] = frozenset()
    """endpoint/model of what was spent and has no known price."""
    scope: Literal["study", "day"] = "study"

    @property
    def account(self) -> Account:
        """The budget with what is spent of it."""
        return Account(
            scope=self.scope,
            budget=self.budget,
            spent=self.spent.dollars,
            spent_tokens=self.spent.tokens,
            unpriced=self.unpriced,
        )

    @property
    def dollars_left(self) -> Decimal | None:
        """None: no limit."""
        limit = self.budget.dollars
        return None if limit is None else max(Decimal(0), limit - self.spent.dollars)

    @property
    def tokens_left(self) -> int | None:
        """None: no limit."""
        limit = self.budget.tokens
        return None if limit is None else max(0, limit - self.spent.tokens)

    def reaches(self, cost: Spent) -> bool:
        """Whether what is left is enough for so much."""
        amount, tokens = self.dollars_left, self.tokens_left
        return (amount is None or cost.dollars <= amount) and (
            tokens is None or cost.tokens <= tokens
        )


def account_of(
    study: Study | None, session: Session, store: Store, *, catalog: ModelCatalog
) -> Account | None:
    """The account of a study's budget, with what the database knows of it; None without a budget.

    All runs of a session that are recorded in one database share it. What others book there is
    looked up now, and in the transaction in which each request is booked.
    """
    if study is None or study.budget == Budget():
        return None
    key = (place_of(store), study.name, study.budget)
    if key not in session.studies:
        tally = _tally(study, catalog)
        session.studies[key] = Account(scope="study", budget=study.budget, tally=tally)
    account = session.studies[key]
    look(account, store)
    return account


def standing_of(study: Study, catalog: ModelCatalog, database: Path) -> StudyStanding:
    """What is left of a study's budget, by what a database knows; one that is not there: nothing.

    Raises StoreFailed where it cannot be read.
    """
    counted = Counted()
    if database.is_file():
        with Store.open(database, create=False) as store:
            counted = store.counted(_tally(study, catalog)) or counted
    return StudyStanding(
        name=study.name,
        budget=study.budget,
        spent=_both(counted.spent, counted.in_flight),
        unpriced=counted.unpriced,
    )


def standing_today(catalog: ModelCatalog, database: Path) -> StudyStanding | None:
    """What is left of the project's budget for today; None where there is none.

    Raises StoreFailed where the database cannot be read.
    """
    budget, spent, unpriced = catalog.budget.day, Spent(), frozenset[str]()
    if budget == Budget():
        return None
    if database.is_file():
        with Store.open(database, create=False) as store:
            day = day_of(catalog, Session(environ={}), store)
            if day is not None:
                own, others = day.account, day.account.elsewhere
                spent = _both(Spent(own.spent_tokens, own.spent), others)
                unpriced = own.unpriced
    return StudyStanding(name="", scope="day", budget=budget, spent=spent, unpriced=unpriced)


def _tally(study: Study, catalog: ModelCatalog) -> Tally:
    return Tally(of=Shared(study=study.name, price=partial(priced, catalog)))


def _both(one: Spent, other: Spent) -> Spent:
    return Spent(one.tokens + other.tokens, one.dollars + other.dollars)
