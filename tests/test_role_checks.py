"""Roles a graph cannot do without: told by `validate`, and before a run begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.conversation.graph import Conversation
from simulator.definitions.phase import Phase
from simulator.errors import UsageError
from tests.marked_files import HEAD, Check, checker_of, two_people
from tests.talks import cast_of, member

OWN = """\
from simulator import Conversation
SIDES = ("seller", "buyer")
needy = Conversation(turn_taking="round_robin", roles=(*SIDES, "notary"))
happy = Conversation(roles=SIDES)
made = Conversation(roles=tuple(SIDES))
"""


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """What is said about a scenario of a seller and a buyer, whose project has graphs."""
    project = two_people(tmp_path)
    (project / "own.py").write_text(OWN, encoding="utf-8")
    (project / "graphs").mkdir()
    (project / "graphs" / "sale.py").write_text(
        'conversation = Conversation(roles=["notary"])', encoding="utf-8"
    )
    return checker_of(project)


def test_a_role_that_nobody_has_is_a_mistake(check: Check) -> None:
    """It stands at the graph, whether that is ours, the project's or a file's."""
    told = ("Give one member `role: notary`, or take another graph.",)

    assert check(HEAD + "graph: ^own.py:needy\n") == [
        ("The graph 'own.py:needy' needs a notary, and nobody in the cast is one.", *told)
    ]
    assert check(HEAD + "graph: ^sale\n") == [
        ("The graph 'sale' needs a notary, and nobody in the cast is one.", *told)
    ]


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "graph: own.py:happy\n",
        HEAD + "graph: own.py:made\n",
        HEAD + "  - {persona: ada, as: eve, role: notary of the town}\ngraph: own.py:needy\n",
        HEAD + "  - {persona: ada, as: eve, role: '{{ x }}'}\ninputs: {x: {}}\ngraph: sale\n",
    ],
    ids=["all there", "not to be seen", "has it", "not to be known"],
)
def test_what_is_there_or_may_be_is_no_mistake(check: Check, text: str) -> None:
    """A role begins with the same whole words; what only running tells is never guessed."""
    assert check(text) == []


def test_a_run_without_a_needed_role_does_not_begin() -> None:
    """Half a word is no role: a professor is not for the motion."""
    cast = cast_of(member("ada", role="professor"), member("bo", role="con"))

    with pytest.raises(UsageError, match="needs a pro: give one member"):
        Conversation(roles=("pro", "con")).compiled(cast)


def test_a_phased_talk_needs_phases() -> None:
    """From the scenario or from the graph."""
    phase = Phase(name="all", speakers=("bo", "ada"), turns=2)

    with pytest.raises(UsageError, match="is 'phased', and it has no phases"):
        Conversation(turn_taking="phased").compiled(cast_of("ada", "bo"))
    there = Conversation(turn_taking="phased", phases=(phase,)).compiled(cast_of("ada", "bo"))
    assert "floor" in there.nodes
