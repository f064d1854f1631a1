"""What whoever pays for a run should hear of while it is on: each thing once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulator.llm.budget import Account
from simulator.record.events import AnsweredByOther, LimitNeared, UsageMissing

__all__ = ["SpendingNews"]


class SpendingNews:
    """Notes budgets that are nearly spent and models that do not say what they use."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()
        self._waiting: list[AnsweredByOther | LimitNeared | UsageMissing] = []

    def look(self, accounts: Iterable[Account]) -> None:
        """Note which of these have come near their limit."""
        self._waiting.extend(self._near(accounts))

    def known(self, accounts: Iterable[Account]) -> None:
        """Do not tell of these again as far as they are near their limit already."""
        for _ in self._near(accounts):
            pass

    def without_usage(self, model: str) -> None:
        """Note that an answer of a model came without its tokens."""
        if self._is_new("usage", model):
            self._waiting.append(UsageMissing(model=model))

    def by_another(self, model: str, answered_as: str) -> None:
        """Note that a model was asked and another one is paid."""
        if self._is_new(f"answers as {answered_as}", model):
            self._waiting.append(AnsweredByOther(model=model, answered_as=answered_as))

    def taken(self) -> tuple[AnsweredByOther | LimitNeared | UsageMissing, ...]:
        """What there is to tell, once."""
        told, self._waiting = tuple(self._waiting), []
        return told

    def _near(self, accounts: Iterable[Account]) -> Iterator[LimitNeared]:
        for account in accounts:
            for unit, limit, used in account.nearly_spent():
                if self._is_new(account.scope, unit):
                    yield LimitNeared(scope=account.scope, unit=unit, limit=limit, used=used)

    def _is_new(self, scope: str, unit: str) -> bool:
        new = (scope, unit) not in self._told
        self._told.add((scope, unit))
        return new
