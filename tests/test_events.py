"""Events: one union, and what was stored is what happened."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.definitions.act import ACTS
from simulator.record.event_rows import event_from_row, event_payload
from simulator.record.events import (
    EVENT_KINDS,
    Event,
    ToolCalled,
    event_types,
)
from simulator.record.store import Store
from tests.record_samples import AT, said

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
NAMES = st.lists(TEXTS, max_size=3).map(tuple)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
VALUES: dict[object, st.SearchStrategy[Any]] = {
    str: TEXTS,
    str | None: st.none() | TEXTS,
    bool: st.booleans(),
    int | None: st.none() | st.integers(0, 10**6),
    tuple[str, ...]: NAMES,
    tuple[int, ...]: st.lists(st.integers(0, 999), max_size=3).map(tuple),
    dict[str, str]: st.dictionaries(TEXTS, TEXTS, max_size=3),
    dict[str, Any]: st.dictionaries(TEXTS, JSON, max_size=3),
}


def values_for(name: str, hint: object) -> st.SearchStrategy[Any]:
    """Everything a field of an event may hold."""
    if name == "at":
        return st.datetimes(timezones=st.just(UTC))
    if name == "act":
        return st.sampled_from(ACTS)
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if hint is int:
        return st.integers(-(2**63), 2**63 - 1)
    return VALUES[hint]


def events_of(cls: type[Event]) -> st.SearchStrategy[Event]:
    """Every event of one kind."""
    hints = get_type_hints(cls)
    fields = [field.name for field in dataclasses.fields(cls) if field.name != "kind"]
    return st.builds(cls, **{name: values_for(name, hints[name]) for name in fields})


EVENTS = st.one_of([events_of(cls) for cls in event_types().values()])


@given(EVENTS)
def test_an_event_comes_back_from_its_row(event: Event) -> None:
    """Kind, turn, time and payload are the whole event, whatever is in it."""
    row = (event.kind, event.turn, event.at, event_payload(event))

    back = event_from_row(row[0], turn=row[1], at=row[2], payload=row[3])

    assert back == event
    assert type(back) is type(event)


@given(st.lists(EVENTS, max_size=6))
def test_a_run_comes_back_from_the_database(events: list[Event]) -> None:
    """What was committed is what is read, for every event there can be."""
    with Store.open(":memory:") as store:
        run = store.create_run("anything")
        journal = store.journal(run)
        for event in events:
            journal.commit(event)

        assert store.events(run) == events


def test_a_payload_leaves_out_what_stands_elsewhere_and_defaults() -> None:
    """Compact JSON: no kind, turn or time, nothing that is as by default."""
    payload = event_payload(said(3, "Ein «Ja»."))

    assert payload == '{"speaker":"rosa","act":"answer","text":"Ein «Ja».","provenance":"model"}'


def test_an_event_knows_when_it_was_in_any_time_zone() -> None:
    """A time written elsewhere is the same moment when it is read."""
    there = AT.astimezone(timezone(timedelta(hours=5, minutes=45)))
    event = ToolCalled(
        turn=1,
        at=there,
        speaker="rosa",
        tool="search_knowledge_base",
        call="1e479b104f385364",
        request="call_1",
        arguments={"query": "ward", "category": None},
        error="nothing found",
    )
    with Store.open(":memory:") as store:
        run = store.create_run("anything")
        store.journal(run).commit(event)

        (back,) = store.events(run)

    assert back == event
    assert (back.at, back.at.tzinfo) == (AT, UTC)


def test_a_time_without_a_zone_is_refused() -> None:
    """A naive time could mean any hour; nothing is guessed, nothing is written."""
    naive = dataclasses.replace(said(1, "Now?"), at=datetime(2026, 11, 20))  # noqa: DTZ001 - what is tested
    with Store.open(":memory:") as store:
        run = store.create_run("anything")

        with pytest.raises(TypeError):
            store.journal(run).commit(naive)

        assert store.events(run) == []


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("turn_sung", "{}"),
        ("turn_taken", "{}"),
        ("turn_taken", "["),
    ],
)
def test_a_row_that_is_no_event_is_refused(kind: str, payload: str) -> None:
    """Unknown kinds, missing fields and broken JSON are errors."""
    with pytest.raises(ValueError, match=r"."):
        event_from_row(kind, turn=1, at=AT, payload=payload)


def test_kinds_are_the_names_of_the_classes() -> None:
    """A kind is its class's name in snake case, each once."""
    names = {kind: kind.title().replace("_", "") for kind in EVENT_KINDS}

    assert names == {kind: cls.__name__ for kind, cls in event_types().items()}
    assert len(set(EVENT_KINDS)) == len(get_args(Event))


def test_payloads_are_json() -> None:
    """Other programs can read them."""
    assert json.loads(event_payload(said(1, "\x00 \u2028 🙂")))["text"] == "\x00 \u2028 🙂"
