"""List price, what was charged, and what routing, the cache and other processing saved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.model_entry import Processing
from simulator.llm.ask import Listener
from simulator.record.calls import Outcome
from simulator.record.priced import Priced, priced
from simulator.record.rows import Saved
from simulator.record.store import Store
from simulator.record.usage import Usage
from simulator.testing import completion
from tests.cli_samples import simulate
from tests.llm_samples import desk
from tests.record_samples import RELEASED, UNKNOWN, book, paid, question, started

CATALOG = ModelCatalog.model_validate(
    {
        "endpoints": {"openai": {"base_url": "http://127.0.0.1:1/v1"}},
        "models": {
            "openai/small": {
                "price": {"in": "0.10", "cached": "0.01", "cache_write": "0.125", "out": "0.50"},
                "flex": "0.5",
                "priority": "2",
            },
            "openai/big": {"price": {"in": 2, "cached": "0.20", "out": 10}},
            "openai/unpriced": {},
        },
    }
)
SMALL, BIG, UNPRICED = (CATALOG.spec(f"openai/{name}") for name in ("small", "big", "unpriced"))


def settled(
    usage: Usage,
    *,
    processing: Processing = "standard",
    top: str | None = "big",
    known: bool = True,
) -> Outcome:
    """An answer of the small model, priced as it comes."""
    spec = SMALL if known else UNPRICED
    highest = {"big": BIG, "unpriced": UNPRICED, None: None}[top]
    found = priced(usage, spec, processing=processing, top=highest)
    return Outcome(
        state="settled",
        usage=usage,
        cost=found.charged,
        processing=processing,
        instead=found,
        status=200,
    )


PLAIN = settled(Usage(input=1_000, output=100))
CACHED = settled(Usage(input=5_000, cached=4_096, output=100))
WRITTEN = settled(Usage(input=5_000, cache_write=4_096, output=100))
FLEX = settled(Usage(input=1_000, output=100), processing="flex")
PRIORITY = settled(Usage(input=1_000, output=100), processing="priority")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The database of a folder to work in."""
    monkeypatch.chdir(tmp_path)
    with Store.open("runs.db") as store:
        yield store


@pytest.fixture
def run(store: Store) -> str:
    """A run that was started."""
    run = store.create_run("focus-group")
    store.journal(run).commit(started())
    return run


def dollars(text: str) -> Decimal:
    """An amount."""
    return Decimal(text)


@pytest.mark.parametrize(
    ("outcome", "list_price", "saved"),
    [
        # list 1000*.1+100*.5=150; top 1000*2+100*10=3000
        (PLAIN, "0.00015", ("0.00285", "0", "0", "0.00015")),
        # list 500+50=550; 904*.1+4096*.01+50=181.36; top 10000+1000
        (CACHED, "0.00055", ("0.01045", "0.00036864", "0", "0.00018136")),
        # 904*.1+4096*.125+50=652.4: the surcharge counts against
        (WRITTEN, "0.00055", ("0.01045", "-0.0001024", "0", "0.0006524")),
        (FLEX, "0.00015", ("0.00285", "0", "0.000075", "0.000075")),
        (PRIORITY, "0.00015", ("0.00285", "0", "-0.00015", "0.0003")),
    ],
    ids=["plain", "cached", "written", "flex", "priority"],
)
def test_what_was_saved_is_told_by_its_cause(
    store: Store, run: str, outcome: Outcome, list_price: str, saved: tuple[str, ...]
) -> None:
    """From the top tier to the list price it is routing, then the cache, then the processing."""
    book(store, question(run, 1), RELEASED, outcome)
    routing, cache, processing, charged = map(dollars, saved)

    total = store.totals(run)

    assert (total.list_dollars, total.dollars) == (dollars(list_price), charged)
    assert total.saved == Saved(
        routing=routing, cache=cache, processing=processing, charged=charged
    )
    assert total.saved.top == dollars(list_price) + routing
    assert (total.uncompared, total.list_at_least) == (0, False)


def test_what_is_unknown_is_left_out_and_counted(store: Store, run: str) -> None:
    """A price or an outcome that nobody knows is in none of the savings."""
    book(store, question(run, 1), PLAIN)
    book(store, question(run, 2), settled(Usage(input=10, output=1), known=False))
    book(store, question(run, 3), settled(Usage(input=10, output=1), top="unpriced"))
    book(store, question(run, 4), UNKNOWN)

    total = store.totals(run)

    # 10*.1 + 1*.5 = 1.5 millionths for the one whose top tier has no price.
    assert (total.list_dollars, total.list_at_least) == (dollars("0.0001515"), True)
    assert total.saved == Saved(routing=dollars("0.00285"), charged=dollars("0.00015"))
    assert total.uncompared == 3


def test_where_nothing_is_known_nothing_is_saved_or_lost(store: Store, run: str) -> None:
    """Unknown, and not zero."""
    book(store, question(run, 1), settled(Usage(input=10, output=1), known=False))

    total = store.totals(run)

    assert (total.dollars, total.list_dollars, total.saved) == (None, None, None)
    assert (total.list_at_least, total.uncompared) == (True, 1)


def test_an_answer_at_an_unknown_price_counts_as_all_that_was_reserved(
    store: Store, run: str
) -> None:
    """A resumed run holds the cent against its budget, and the tokens it really used."""
    book(store, question(run, 1), settled(Usage(input=10, output=1), known=False))

    total = store.totals(run)

    assert (total.dollars, total.counted, total.counted_tokens) == (None, dollars("0.01"), 11)


def test_an_attempt_remembers_how_it_was_processed(store: Store, run: str) -> None:
    """With its figures, in the row, in the views and as a group."""
    book(store, question(run, 1), FLEX)
    book(store, question(run, 2), PLAIN)

    rows = store.attempts(run)
    (view,) = store.query(
        "SELECT processing, list_nano, standard_nano, top_nano, cost_nano FROM v_attempts"
        " WHERE processing = 'flex'"
    )

    assert [(row.outcome.processing, row.outcome.instead) for row in rows] == [
        ("flex", FLEX.instead),
        ("standard", PLAIN.instead),
    ]
    assert tuple(view.values()) == ("flex", 150_000, 150_000, 3_000_000, 75_000)
    assert [(row.group, row.dollars) for row in store.cost(["processing"])] == [
        (("flex",), dollars("0.000075")),
        (("standard",), dollars("0.00015")),
    ]


def test_audio_tokens_are_kept(store: Store, run: str) -> None:
    """They stand in the rows and in the sums."""
    usage = Usage(input=150, audio_input=120, output=40, audio_output=8)
    outcome = Outcome(state="settled", usage=usage, cost=None)
    book(store, question(run, 1), outcome)

    assert store.attempts(run)[0].outcome.usage == usage
    assert store.totals(run).usage == usage


USAGES = st.builds(
    lambda read, cached, stored, written: Usage(
        input=read + cached + stored, cached=cached, cache_write=stored, output=written
    ),
    *[st.integers(0, 300_000)] * 4,
)


@given(st.lists(st.tuples(USAGES, st.sampled_from(["standard", "flex", "priority"])), max_size=6))
def test_what_was_saved_and_what_was_charged_add_up(
    answers: list[tuple[Usage, Processing]],
) -> None:
    """Top tier less every saving is the charge, to the nano-dollar, in every view."""
    with Store.open(":memory:") as store:
        run = store.create_run("focus-group")
        store.journal(run).commit(started())
        outcomes = [settled(usage, processing=how) for usage, how in answers]
        for turn, outcome in enumerate(outcomes, start=1):
            book(store, question(run, turn), outcome)
        total = store.totals(run)
        columns = "saved_by_routing_nano, saved_by_cache_nano, saved_by_processing_nano"
        sums = [
            store.query(f"SELECT {columns}, cost_nano, list_nano FROM {view}")  # noqa: S608 - ours
            for view in ("v_runs", "v_calls", "v_cost")
        ]

    assert total.saved is not None
    assert total.saved.top == sum((one.instead.top or Decimal(0) for one in outcomes), Decimal(0))
    assert total.saved.charged == total.dollars
    added = [[sum(row[name] for row in rows) for name in sums[0][0]] for rows in sums]
    assert added[0] == added[1] == added[2]


@pytest.mark.parametrize("streams", [False, True])
async def test_the_router_is_measured_against_the_top_tier(*, streams: bool) -> None:
    """A turn of the smallest tier is priced on the largest one's first model, too."""
    usage = {"prompt_tokens": 90, "completion_tokens": 12, "total_tokens": 102}
    answer = {**completion("Well, why not?", usage=usage), "service_tier": "flex"}

    async with desk(answer, model="tiers") as here:
        await here.ask(listener=Listener(streams=streams))
    (outcome,) = here.outcomes
    big = here.access.catalog.spec("test/big")

    assert outcome.processing == "flex"
    assert outcome.instead == Priced(
        top=priced(Usage(input=90, output=12), big).list,
        list=outcome.cost,
        standard=outcome.cost,
        charged=outcome.cost,
    )


async def test_faster_processing_at_an_unknown_price_counts_as_all_that_was_reserved() -> None:
    """The budget loses what was held for it, and the record says that nobody knows."""
    answer = {**completion("Well, why not?"), "service_tier": "priority"}

    async with desk(answer) as here:
        await here.ask()
    (outcome,), (attempt,) = here.outcomes, here.record.attempts.values()

    assert (outcome.state, outcome.cost, outcome.processing) == ("settled", None, "priority")
    assert (here.account.spent, here.meter.at_least) == (attempt.reserved, True)


async def test_a_fixed_model_saves_nothing_by_routing() -> None:
    """Nobody chose: it is its own highest tier."""
    async with desk(completion("Well, why not?")) as here:
        await here.ask()
    (outcome,) = here.outcomes

    assert outcome.instead.top == outcome.instead.list == outcome.cost


def test_choosing_speakers_and_repairs_are_told_apart(store: Store, run: str) -> None:
    """What nobody hears is paid all the same; below the table stands how much of it there was."""
    book(store, question(run, 1), CACHED)
    book(store, question(run, 1, persona="", purpose="select"), PLAIN)
    book(store, question(run, 2, persona="", purpose="select"), PLAIN)
    book(store, question(run, 2, purpose="repair"), UNKNOWN)
    book(store, question(run, 2, purpose="summarise"), FLEX)

    lines = simulate("cost", "--run", "@last").stdout.splitlines()

    assert lines[-2:] == [
        (
            "Of this, choosing speakers $0.0003 (2 calls), repairs unknown (1 call), summaries "
            "$0.000075 (1 call)."
        ),
        (
            "On the top tier, uncached, it would have cost $0.02; saved by routing $0.019, the "
            "cache $0.000369, batch and flex $0.000075; 1 request of unknown price or usage is "
            "left out."
        ),
    ]


def test_savings_are_a_table_of_their_own(store: Store, run: str) -> None:
    """By any group; what cannot be compared is counted apart."""
    book(store, question(run, 1), CACHED)
    book(store, question(run, 2, persona="dev"), WRITTEN)
    book(store, question(run, 3, persona="dev"), UNKNOWN)

    lines = simulate("cost", "--savings", "--by", "persona").stdout.splitlines()

    assert [line.split("  ")[0] for line in lines] == ["persona", "dev", "rosa", "in all"]
    assert [line.split()[1:] for line in lines[1:3]] == [
        ["$0.011", "$0.0104", "-$0.000102", "$0.00", "$0.000652", "94.1%", "1"],
        ["$0.011", "$0.0104", "$0.000369", "$0.00", "$0.000181", "98.4%", "-"],
    ]
    assert lines[3].split()[2:] == [
        *("$0.022", "$0.0209", "$0.000266", "$0.00", "$0.000834", "96.2%", "1")
    ]


def test_savings_as_json_are_exact(store: Store, run: str) -> None:
    """In every row, whether they were asked for or not; unknown is null."""
    book(store, question(run, 1), CACHED)
    book(store, question(run, 2, persona="dev"), paid(None))

    rows = json.loads(simulate("cost", "--by", "persona", "--json").stdout)

    names = ("list_dollars", "top_tier_dollars", "saved_by_routing", "saved_by_cache")
    more = ("saved_by_processing", "compared_dollars", "uncompared_attempts")
    assert [[row[name] for name in names + more] for row in rows] == [
        [None] * 6 + [1],
        ["0.00055", "0.011", "0.01045", "0.00036864", "0", "0.00018136", 0],
    ]
