"""Mistakes in how a scenario's members remember, told where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.marked_files import HEAD, Check, checker_of, two_people


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """What is said about a scenario whose text marks the places of its mistakes with `^`."""
    return checker_of(two_people(tmp_path))


@pytest.mark.parametrize(
    "memory",
    [
        "{window: summary}",
        "{across_runs: true, recall: 5, reflect: 6}",
        "{window: blocks, across_runs: false, reflect: 11}",
    ],
)
def test_what_can_happen_is_no_mistake(check: Check, memory: str) -> None:
    """Each part by itself and all together, within the default of twelve turns."""
    assert check(f"{HEAD}memory: {memory}\n") == []


@pytest.mark.parametrize(
    ("memory", "said"),
    [
        (
            "{recall: ^5}",
            "Nothing is ever recalled: memories are not kept across runs.",
        ),
        (
            "{across_runs: false, recall: ^5}",
            "Nothing is ever recalled: memories are not kept across runs.",
        ),
        ("{reflect: ^12}", "Nobody ever reflects: the run ends after 12 turns."),
    ],
)
def test_what_never_happens_is_told(check: Check, memory: str, said: str) -> None:
    """Something is asked for that no run can do."""
    assert [message for message, _ in check(f"{HEAD}memory: {memory}\n")] == [said]


@pytest.mark.parametrize(
    "memory",
    [
        "{window: ^sumary}",
        "{across_runs: ^maybe}",
        "{across_runs: true, recall: ^0}",
        "{across_runs: true, recall: ^21}",
        "{reflect: ^-1}",
        "{^windows: summary}",
    ],
)
def test_values_that_do_not_fit_are_told(check: Check, memory: str) -> None:
    """With line and column, each once."""
    assert len(check(f"{HEAD}memory: {memory}\n")) == 1
