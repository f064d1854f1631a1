"""The order of a tier is a preference: its first model is taken, the others are in reserve."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.conversation.own_router import policy_of
from simulator.definitions.model_catalog import Routing
from simulator.definitions.persona import TierRange
from simulator.llm.router import Route
from simulator.llm.routing import Models, Policy, Sending, policy_named, routed
from simulator.llm.warmth import SentBefore
from tests.llm_samples import TODAY
from tests.test_routing import INVENTIVE, catalog, talk

SPARE = {"simple": ["test/small"], "standard": ["test/middle", "test/small", "test/big"]}
"""A tier with a cheaper and a dearer model behind the first."""


@pytest.mark.parametrize("policy", ["complexity", "sticky", "always:standard"])
def test_the_first_model_of_a_tier_is_taken_and_the_others_are_in_reserve(policy: str) -> None:
    """Its order is a preference, so a cheaper one behind the first is no reason to leave it."""
    taken = spared(policy)

    assert taken.spec.name == "test/middle"
    assert taken.figures == (
        "standard test/middle: $0.001198 expected, 0 of 397 tokens warm",
        "standard test/small: $0.000399 expected, 0 of 397 tokens warm, in reserve",
        "standard test/big: $0.001996 expected, 0 of 397 tokens warm, in reserve",
    )


@pytest.mark.parametrize("own", [False, True])
def test_who_compares_all_has_none_in_reserve(tmp_path: Path, *, own: bool) -> None:
    """`cheapest`, and whoever wrote a policy: every candidate stands there with its figure."""
    (tmp_path / "mine.py").write_text("def last(turn):\n    return turn.candidates[-1]\n")
    policy = policy_of(Routing(policy="mine.py:last"), folder=tmp_path) if own else None

    taken = spared("cheapest", policy)

    assert taken.spec.name == ("test/big" if own else "test/small")
    assert [one.partition(":")[0] for one in taken.figures] == [
        "standard test/small" if own else "simple test/small",
        "standard test/middle",
        "standard test/big",
    ]
    assert not any("in reserve" in one for one in taken.figures)


def spared(name: str, policy: Policy | None = None) -> Route:
    """The way of an inventive turn, with others behind the first model of its tier."""
    known = catalog(tiers=SPARE)
    chooses = policy or policy_named(name)
    models = Models(catalog=known, choice=known.choose(), today=TODAY, policy=chooses)
    return routed(
        INVENTIVE, TierRange(), models=models, sending=Sending(talk(3), sent=SentBefore(), most=300)
    )
