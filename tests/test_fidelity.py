"""A guard finds turns that are not true to their persona, and leaves the others alone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.fidelity import RULES, Guard, Rule, compile_guard
from simulator.conversation.state import Utterance
from simulator.definitions.project import Project
from tests.fidelity_corpus import CORPORA, cases, score
from tests.talks import cast_of, member

ROOT = Path(__file__).parent.parent
FACTS: dict[str, Any] = {
    "age": 41,
    "numbers": [
        {"what": "children", "value": 2},
        {"what": "beds on her ward", "value": 28},
        {"what": "years as a nurse", "value": 17},
    ],
    "names": [{"what": "husband", "value": "Torben"}, {"what": "cat", "value": "Muck"}],
    "does_not_know": ["SQL", "what the clinic earns"],
    "opinion": "against merging the two wards at the beginning",
}
WORDS = (
    "I I'm my am five six hundred thousand 41 3.5 , . ? ! \n : Dev Rosa husband cat is called - ** "
    "\" ' und et y de year children of in with SQL Lübeck $ € à ich bin Jahre"
)
"""What the rules look for."""
SECRETS: list[Any] = [
    "she has signed a contract with a hospital in Lübeck",
    {"text": "she mixed up two medicines in March", "tell": ["dev"]},
    {"text": "she takes eight ibuprofen a day", "tell": "asked"},
]


def guard(role: str = "nurse", others: str = "moderator") -> Guard:
    """The guard of a nurse who talks with Dev and Ilse."""
    rosa = member("rosa", role=role, facts=FACTS, secrets=SECRETS)
    cast = cast_of(rosa, member("dev", role=others), member("ilse", role="head of nursing"))
    return compile_guard(rosa, cast)


def said(*lines: str) -> tuple[Utterance, ...]:
    """Lines of Dev's."""
    return tuple(
        Utterance(turn=turn, speaker="dev", text=line, act="ask")
        for turn, line in enumerate(lines, start=1)
    )


def rules(text: str, *before: str, listeners: Iterable[str] | None = None) -> list[Rule]:
    """The rules that a turn of the nurse breaks."""
    found = guard().check(text, said_before=said(*before), listeners=listeners)
    return [breach.rule for breach in found]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("corpus", "precision", "recall"),
    [
        pytest.param("fidelity", 0.98, 0.96, id="development"),
        pytest.param("fidelity_held_out", 0.96, 0.82, id="held out"),
    ],
)
def test_verdicts_are_those_of_people(corpus: str, precision: float, recall: float) -> None:
    """Precision comes first: a false alarm costs a call, a miss only what there was before.

    The rules were made on the first corpus; the second one somebody else wrote, about personas that
    the rules had never seen. Hints that use no word of a secret are out of their reach.
    """
    found = score(cases(CORPORA / corpus))

    shown = "\n".join(found.wrong)
    assert found.precision >= precision, shown
    assert found.recall >= recall, shown


@pytest.mark.parametrize(
    ("rule", "text", "before"),
    [
        ("age", "I'm thirty-eight and my knees know it.", ()),
        ("age", "Fifty-two.", ("How old are you?",)),
        ("age", "Mit meinen 38 Jahren denke ich nicht an die Rente.", ()),
        ("age", "Since I hit fifty I sleep badly.", ()),
        ("number", "My three children are asleep by now.", ()),
        ("number", "Nine, and one of them is asleep.", ("How many kids do you have?",)),
        ("number", "We have forty beds on this ward.", ()),
        ("number", "I've been doing this for thirty years.", ()),
        ("name", "My husband Jochen cooks.", ()),
        ("name", "Felix.", ("What is your cat called?",)),
        ("name", "Ring my husband. Sven has a telephone.", ()),
        ("name", "Oh, that's Felix.", ("Is that your cat on the stairs?",)),
        ("not_known", "SQL is simple: SELECT name FROM shifts, then you join the staff.", ()),
        ("not_known", "The clinic earns four million a year.", ()),
        ("opinion", "I'm all in favour of merging the wards.", ()),
        ("opinion", "Yes, tomorrow.", ("Would you merge the wards?",)),
        ("speaks_for_other", "Nobody asked us.\nDev: That is a good point.", ()),
        ("speaks_for_other", "I stay with it. Dev sighs, nods and gives in.", ()),
        ("role_reversal", "Welcome everybody to our round, who would like to begin?", ()),
        ("role_reversal", "My name is Dev Moreau and I lead this talk.", ()),
        ("role_reversal", "Rosa will be with you in a moment.", ()),
        ("assistant_speak", "As an AI, I have no night shifts.", ()),
        ("assistant_speak", "**Pros:** quiet\n**Cons:** cold", ()),
        ("secret", "I've signed a contract in Lübeck.", ()),
        ("secret", "I mixed up two medicines in March.", ()),
        ("secret", "I take eight ibuprofen a day.", ("How is the coffee?",)),
        ("secret", "My name is under the contract, and it's not here: Lübeck.", ()),
        ("secret", "Yes, I did.", ("Did you sign a contract with a hospital in Lübeck?",)),
    ],
)
def test_a_rule_fires(rule: Rule, text: str, before: tuple[str, ...]) -> None:
    """Each in a plain case of its own."""
    assert rules(text, *before) == [rule]


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("I'm forty-one and my knees know it.", ()),
        ("My mother is seventy-eight and still cycles.", ()),
        ("When I was twenty I danced after a night shift.", ()),
        ("I'll be ninety before the lift comes.", ()),
        ("My two children are asleep by now.", ()),
        ("My sister has three children.", ()),
        ("Nearly thirty beds, and two of us.", ()),
        ("When I started we had forty beds.", ()),
        ("My husband Torben cooks.", ()),
        ("My husband cooks.", ()),
        ("Lena, a friend of mine, left.", ()),
        ("My cousin has signed a contract with a hospital in Lübeck.", ()),
        ("Block B has forty beds and one nurse more than us.", ()),
        ("SQL? Is that catching?", ()),
        ("What the clinic earns, I've no idea.", ()),
        ("Four million, you say.", ("The clinic earns four million a year.",)),
        ("They'd say merging is a fine idea.", ()),
        ("Of course, and my shoes with it. No.", ("Would you merge the wards?",)),
        (
            "Signed? Then I'm in favour of merging.",
            ("If we merge there is money for a third nurse every night, and it is signed here.",),
        ),
        ("Dev said weekends. I'd like weekdays too.", ()),
        ("Dev: how do you see it?", ()),
        ("I chaired a meeting once, and everybody talked.", ()),
        ("Certainly not, and write that down.", ()),
        ("At Christmas I am in Lübeck and eat marzipan.", ()),
        ("Medicines get mixed up when one does the work of two.", ()),
        ("Yes. Eight ibuprofen a day.", ("How much ibuprofen do you take?",)),
    ],
)
def test_ordinary_talk_breaks_no_rule(text: str, before: tuple[str, ...]) -> None:
    """Others' ages, roundings, the past, irony, shrugs, reasons, and what was asked for."""
    assert rules(text, *before) == []


def test_a_secret_may_be_told_to_whom_its_rule_names() -> None:
    """And only while nobody else hears it."""
    told = "I mixed up two medicines in March."

    assert rules(told, listeners=["dev"]) == []
    assert rules(told, listeners=["dev", "ilse"]) == ["secret"]
    assert rules(told) == ["secret"]


def test_an_opinion_may_move_once_the_talk_is_under_way() -> None:
    """After three turns of its own the persona no longer opens."""
    mine = [Utterance(turn=n, speaker="rosa", text="No.", act="answer") for n in (1, 2, 3)]
    text = "I'm all in favour of merging the wards."

    assert [breach.rule for breach in guard().check(text, said_before=mine[:2])] == ["opinion"]
    assert guard().check(text, said_before=mine) == ()


def test_the_evidence_is_the_words() -> None:
    """On one line, so that a person sees at once what was meant."""
    found = guard().check("Well.\nI'm thirty-eight,\nand my knees know it.")

    assert [(breach.rule, breach.evidence) for breach in found] == [("age", "I'm thirty-eight,")]


def test_a_persona_without_facts_is_still_guarded() -> None:
    """Against what needs none: other people's lines, and the talk of a model."""
    rosa = member("rosa")
    found = compile_guard(rosa, cast_of(rosa, "dev"))

    assert sorted(found.checks) == ["assistant_speak", "role_reversal", "speaks_for_other"]
    assert sorted(guard().checks) == sorted(RULES)


@given(st.text(max_size=400), st.text(max_size=200))
def test_any_text_can_be_checked(text: str, before: str) -> None:
    """Without an error, and with the same outcome each time."""
    one = GUARD.check(text, said_before=said(before))

    assert GUARD.check(text, said_before=said(before)) == one


@given(
    st.lists(
        st.sampled_from(WORDS.split(" ")),
        max_size=60,
    ).map(" ".join)
)
def test_any_words_can_be_checked(text: str) -> None:
    """Those that the rules look for, in whatever order."""
    assert GUARD.check(text) == GUARD.check(text, listeners=["dev", "ilse"])


@pytest.mark.parametrize("scenario", Project(ROOT).scenario_ids())
def test_what_the_shipped_demos_say_is_clean(scenario: str) -> None:
    """Every line and sample, after nothing and after each line it can follow."""
    cast = Project(ROOT).cast(scenario)
    guards = {one.id: compile_guard(one, cast) for one in cast.members}
    lines = {line.id: line for line in cast.scenario.lines}

    found = [
        (line.id, guards[line.speaker].check(line.say, said_before=before))
        for line in lines.values()
        for before in ((), *(_spoken(lines[name].speaker, lines[name].say) for name in line.after))
    ]
    found += [
        (one.id, guards[one.id].check(sample.say))
        for one in cast.members
        for sample in one.persona.samples
    ]

    assert [(name, breaches) for name, breaches in found if breaches] == []


def _spoken(speaker: str, text: str) -> tuple[Utterance, ...]:
    return (Utterance(turn=1, speaker=speaker, text=text, act="answer"),)


GUARD = guard()
