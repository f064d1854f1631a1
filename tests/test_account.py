"""An account: when it is told as nearly spent, what it keeps for the last word, which day it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from simulator.conversation.run_context import own_account
from simulator.definitions.limits import Budget
from simulator.llm.budget import Account, Day, Reservation
from simulator.testing import completion
from tests.llm_samples import desk, prompt, question
from tests.talks import cast_of

LIMITS = Budget(dollars=Decimal(1), tokens=1_000)


@pytest.mark.parametrize(
    ("dollars", "tokens", "told"),
    [
        ("0.799999999", 799, ()),
        ("0.8", 799, (("dollars", "1", "0.8"),)),
        ("0.799999999", 800, (("tokens", "1000", "800"),)),
        ("1", 1_000, (("dollars", "1", "1"), ("tokens", "1000", "1000"))),
    ],
)
def test_four_fifths_are_nearly_all(
    dollars: str, tokens: int, told: tuple[tuple[str, str, str], ...]
) -> None:
    """From exactly 80 % on, and not a nano-dollar or a token before."""
    account = Account(scope="run", budget=LIMITS, spent=Decimal(dollars), spent_tokens=tokens)

    assert account.nearly_spent() == told


@pytest.mark.parametrize(
    ("turn", "left"),
    [
        (None, ("0.95", 950)),
        (Reservation(dollars=Decimal("0.02"), tokens=20), ("0.98", 980)),
        (Reservation(dollars=Decimal("0.2"), tokens=200), ("0.95", 950)),
        (Reservation(dollars=None, tokens=20), ("0.95", 980)),
    ],
    ids=["no turn yet", "a cheap turn", "a dear turn", "no price"],
)
def test_a_twentieth_is_kept_for_the_last_word_or_what_a_turn_costs(
    turn: Reservation | None, left: tuple[str, int]
) -> None:
    """Whichever is less, in dollars as in tokens; without a last word nothing is kept."""
    limits = {"dollars": "1", "tokens": 1_000}
    hosted = own_account(cast_of("rosa", "dev", last_word="dev", limits=limits))
    plain = own_account(cast_of("rosa", "dev", limits=limits))
    hosted.a_turn = plain.a_turn = turn

    assert hosted.left(in_flight=True) == (Decimal(left[0]), left[1])
    assert hosted.left(in_flight=True, closing=True) == (Decimal(1), 1_000)
    assert plain.left(in_flight=True) == (Decimal(1), 1_000)


async def test_what_a_turn_costs_is_told_by_turns_alone() -> None:
    """A judge reads more and answers less; the last word is a turn, and needs what turns need."""
    async with desk(completion("Well, why not?"), completion("Or not?")) as here:
        await here.ask()
        turn = here.account.a_turn
        judged = question(purpose="judge", prompt=prompt(*["A line."] * 50), persona="")
        await here.ask(judged)

    reserved = [one.reserved_tokens for one in here.record.attempts.values()]
    assert turn is not None
    assert turn.tokens == reserved[0] < reserved[1]
    assert here.account.a_turn == turn


@pytest.fixture(params=["XXX-14", "XXX12"], ids=["fourteen hours ahead", "twelve hours behind"])
def _elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A program in a zone in which it is another day for half of the time or more."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_elsewhere")
def test_a_day_is_a_utc_day_wherever_the_program_runs() -> None:
    """In one of the two zones it is another date right now, whatever the hour is."""
    before = datetime.now(UTC).date()

    day = Day(LIMITS)

    assert day.date in {before, datetime.now(UTC).date()}
