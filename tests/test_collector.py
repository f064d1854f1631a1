"""The garbage collector looks rarely while conversations are alive, and is itself afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from simulator.llm.collector import rare_collections
from simulator.llm.session import Session

USUAL = (700, 10, 10)
OWN = (100_000, 5, 5)


@pytest.fixture(autouse=True)
def usual_collector() -> Iterator[None]:
    """Every test begins with Python's own settings, and leaves none of its own."""
    thresholds = gc.get_threshold()
    gc.set_threshold(*USUAL)
    yield
    gc.unfreeze()
    gc.enable()
    gc.set_threshold(*thresholds)


def collector() -> tuple[tuple[int, int, int], bool]:
    """How often it looks, and whether anything is left alone."""
    return gc.get_threshold(), gc.get_freeze_count() > 0


async def test_a_session_makes_collections_rare_while_it_is_open() -> None:
    """What is there when it opens is not looked at; afterwards all is as before."""
    async with Session(environ={}):
        inside = collector()

    assert (inside, collector()) == (((50_000, 10, 10), True), (USUAL, False))


def test_an_error_inside_leaves_the_collector_as_it_was() -> None:
    """Whatever happens inside."""
    with pytest.raises(ZeroDivisionError), rare_collections():
        raise ZeroDivisionError

    assert collector() == (USUAL, False)


def test_the_inner_of_two_changes_nothing() -> None:
    """The outer one decides, from its beginning to its end."""
    with rare_collections():
        with rare_collections():
            inside = collector()
        between = collector()

    assert inside == between == ((50_000, 10, 10), True)
    assert collector() == (USUAL, False)


def test_a_program_with_settings_of_its_own_keeps_them() -> None:
    """Rarer still, switched off by its threshold, or frozen before a fork."""
    seen = []
    for own in (OWN, (0, 0, 0)):
        gc.set_threshold(*own)
        with rare_collections():
            seen.append(collector())
    gc.set_threshold(*USUAL)
    gc.freeze()
    with rare_collections():
        seen.append(collector())

    assert seen == [(OWN, False), ((0, 0, 0), False), (USUAL, True)]
    assert gc.get_freeze_count() > 0


def test_a_collector_that_is_switched_off_is_left_so() -> None:
    """Nothing is frozen where nothing is collected."""
    gc.disable()

    with rare_collections():
        inside = collector()

    assert (inside, gc.isenabled()) == ((USUAL, False), False)
