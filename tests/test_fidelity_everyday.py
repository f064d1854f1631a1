"""Faults every chat model is known for, and ordinary talk that comes close to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.conversation.fidelity import Guard, Rule, compile_guard
from simulator.conversation.state import Utterance
from simulator.definitions.project import Project
from tests.fidelity_corpus import CORPORA, cases_in, score
from tests.talks import cast_of, member

ROOT = Path(__file__).parent.parent
FACTS: dict[str, Any] = {
    "age": 58,
    "numbers": [
        {"what": "years on the ward", "value": 31},
        {"what": "children", "value": 1},
        {"what": "beds on her ward", "value": 24},
    ],
    "names": [{"what": "son", "value": "Olle"}],
    "does_not_know": ["programming"],
    "opinion": "against an app for handovers",
}
CODE = "the code of the medicine cabinet is 4417"


def rules(text: str, before: str = "", *, role: str = "ward nurse", other: str = "") -> list[Rule]:
    """The rules that a turn of a nurse of 58 breaks, after a line of Dev's."""
    cast = cast_of(
        member("rosa", role=role, facts=FACTS, secrets=[CODE]), member("dev", role=other)
    )
    said = Utterance(turn=1, speaker="dev", text=before, act="ask")
    guard = compile_guard(cast.members[0], cast)
    return [breach.rule for breach in guard.check(text, said_before=(said,) if before else ())]


def keeper(secret: str) -> Guard:
    """The guard of somebody who keeps one thing from everybody."""
    cast = cast_of(member("rosa", secrets=[secret]), "dev")
    return compile_guard(cast.members[0], cast)


@pytest.mark.parametrize(
    "text",
    [
        "How can I assist you today?",
        "How may I help you today?",
        "Hello! How can I help you?",
        "Sure, I can help with that!",
        "I'm here to help.",
        "Great question! I'd be happy to help.",
        "Is there anything else I can help you with?",
        "Let me know if you have any other questions!",
        "Thank you for reaching out!",
        "Wie kann ich Ihnen heute helfen?",
        "Comment puis-je vous aider ?",
    ],
)
def test_offers_are_assistant_speak_but_for_those_who_serve(text: str) -> None:
    """A receptionist talks like that, and whoever faces a customer."""
    assert rules(text) == ["assistant_speak"]
    assert rules(text, role="receptionist") == []
    assert rules(text, role="clerk behind the counter of a bank") == []
    assert rules(text, other="customer") == []


@pytest.mark.parametrize("role", ["ward nurse", "receptionist"])
@pytest.mark.parametrize(
    "text",
    [
        "I cannot fulfill this request.",
        "I don't have real-time access.",
        "I'm sorry, but I can't help with that request.",
        "I have no access to current information.",
        "My knowledge was last updated in June.",
        "I'm only a program.",
        "That goes against my guidelines.",
    ],
)
def test_a_machines_limits_are_nobodys(role: str, text: str) -> None:
    """Not even of those who serve."""
    assert rules(text, role=role) == ["assistant_speak"]


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("I'd be happy to help.", "Can somebody lend a hand on Saturday?"),
        ("Sure, I can help with that.", "Who could carry the beds down?"),
        ("I'm here to help Petra with the beds.", ""),
        ("How can I help it?", ""),
        ("Is there anything else on the list?", ""),
        ("Let me know if the lady in nine rings.", ""),
        ("I can't answer that question.", ""),
        ("I don't have access to the cellar.", ""),
        ('She rings and says "How can I help you today?" and hangs up.', ""),
    ],
)
def test_people_offer_help_too(text: str, before: str) -> None:
    """To those who asked for it, with something of this world, and in quotations."""
    assert rules(text, before) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("age", "At 38 I still like nights."),
        ("age", "I was born 38 years ago."),
        ("age", "I came into this world four decades ago."),
        ("age", "I've been on this earth for forty years."),
        ("number", "After a decade on the ward you know."),
        ("number", "After ten years on the ward you know the sound."),
        ("number", "Two decades on the ward, and nobody has mended the bell."),
        ("number", "We have a dozen beds."),
        ("number", "We have three score beds."),
        ("name", "My boy Nils rang."),
        ("name", "My lad is called Nils."),
        ("role_reversal", "I, Rosa, agree."),
        ("secret", "four four one seven opens it"),
        ("secret", "It's double four, one, seven."),
        ("secret", "Forty-four seventeen, and it clicks."),
        ("secret", "4-4-1-7."),
        (
            "not_known",
            "Just refactor the class to inherit from the abstract base and mock the API.",
        ),
    ],
)
def test_facts_are_found_in_other_words(rule: Rule, text: str) -> None:
    """Kin, numbers, ages and codes as people say them; the jargon of a field."""
    assert rules(text) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "At 58 I still like nights.",
        "At 38 I still liked nights.",
        "At 38 I get off the bus.",
        "I was born 58 years ago.",
        "My father was born a hundred years ago.",
        "After three decades on the ward you know.",
        "After my first decade on the ward I knew little.",
        "A decade ago we had forty beds.",
        "It took them a decade to mend the ward bell.",
        "Twelve years of that ward clock being wrong.",
        "My boy Olle rang.",
        "My first son was called Nils; he died. My son Olle lives.",
        "We lost our boy Nils in the flood. Olle came later.",
        "Petra's boy Nils rang.",
        "My boy says Sweden is cold.",
        "Four of us, four of them, one bed and seven nights.",
        "I have a class on Tuesday, and the method is simple: base coat, then top coat.",
    ],
)
def test_words_that_come_close_are_clean(text: str) -> None:
    """The dead, the past, other people's, and everyday words of a field."""
    assert rules(text) == []


@pytest.mark.parametrize(
    ("secret", "told", "ordinary"),
    [
        ("she is leaving", "I'm leaving in May.", "I left four messages."),
        ("she is leaving", "I've handed in my notice.", "And the left hand goes numb."),
        ("he has an offer", "I've got an offer from another firm.", "Otis offers me a Thursday."),
        ("he is broke", "I'm broke.", "I'm on my break, just so you know."),
        ("she won the lottery", "I won the lottery.", "I won't ask why they went."),
        ("he drinks", "I drink too much.", "I brought wine."),
        ("he was dismissed", "They sacked me.", "He let the dog go."),
    ],
)
def test_a_short_secret_needs_more_than_a_common_word(
    secret: str, told: str, ordinary: str
) -> None:
    """Somebody who tells it speaks of itself."""
    guard = keeper(secret)

    assert [breach.rule for breach in guard.check(told)] == ["secret"]
    assert guard.check(ordinary) == ()


def test_everyday_answers_are_judged_as_people_do() -> None:
    """Questions and answers of fourteen people, written before the rules could know them."""
    found = score(cases_in(CORPORA / "fidelity_everyday.yaml"))

    shown = "\n".join(found.wrong)
    assert found.precision >= 0.95, shown
    assert found.recall >= 0.8, shown


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("Do handovers take long?", "Yes, a quarter of an hour."),
        ("Is the app in German?", "Yes, it is."),
        ("Do you like handovers?", "Yes, I do."),
        ("Did the app crash again?", "Yes, every night."),
        ("So you don't want an app?", "Yes, that's right."),
        ("You don't want the app?", "No."),
        ("Should we ban the app?", "Yes!"),
        ("Do you want us to drop the app?", "Yes, please do."),
        ("Would you mind an app?", "Yes, I would."),
        ("Do you hate the app?", "Certainly."),
        ("Is it true that you're against the app?", "Absolutely."),
        ("Don't you want an app?", "No, I don't want one."),
        ("", "I like the colour of the app, I still don't want it."),
        ("", "I like my coffee before the handover."),
        ("Where does your son live?", "Lund."),
        ("What does your son do?", "Plumber."),
        ("How old is your son?", "Twenty-eight."),
        ("Which city does your son work in?", "Malmö."),
        ("Who taught your son to swim?", "Karin did."),
        ("Where is your son?", "Olle is at sea."),
        ("", "My son's teacher is called Anders."),
        ("", "The teacher of my son is called Anders."),
        ("", "Python? My cousin had one, it ate mice."),
        ("", "Two threads came loose, so I tied a loop round the string."),
    ],
)
def test_an_answer_is_held_against_what_was_asked(asked: str, text: str) -> None:
    """A yes to something else is no opinion, a place is no name, everyday words are no trade."""
    assert rules(text, asked) == []


@pytest.mark.parametrize(
    ("rule", "asked", "text"),
    [
        ("opinion", "Do you want an app?", "Yes."),
        ("opinion", "An app?", "Yes!"),
        ("opinion", "Do you think we should have an app?", "Yes, I do."),
        ("opinion", "Would you like an app?", "Sure, why not."),
        ("opinion", "Would you mind an app for handovers?", "No."),
        ("opinion", "You don't want an app?", "Yes, I do."),
        ("opinion", "Should we ban the app?", "No, no."),
        ("opinion", "Is an app for handovers a good idea?", "Yes, it is."),
        ("opinion", "", "I like the app."),
        ("name", "What's your son's name?", "Nils."),
        ("name", "Who is your son?", "Nils."),
        ("name", "What do you call your son?", "Nils, like my father."),
        ("name", "Is your son called Olle?", "No, Nils."),
        ("name", "Where is your son?", "Nils is at sea."),
        ("not_known", "", "In Python you write a for loop over the list."),
        ("not_known", "", "Wrap it in try/except and retry with exponential backoff."),
        ("not_known", "", "Use git rebase to squash your commits."),
        ("not_known", "", "JavaScript promises resolve asynchronously."),
        ("not_known", "", "It breaks when two threads write the same variable."),
    ],
)
def test_an_answer_to_the_very_question_counts(rule: Rule, asked: str, text: str) -> None:
    """A yes or no to a question for the stance, a name to one for the name, a craft's own words."""
    assert rules(text, asked) == [rule]


@pytest.mark.slow
def test_ordinary_talk_hardly_ever_tells_a_secret() -> None:
    """Lines of other people's, in the mouth of everybody who keeps something: under 1 %."""
    project = Project(ROOT)
    lines = [
        line["text"]
        for file in sorted((ROOT / "tests" / "corpora" / "next_speaker").glob("*.yaml"))
        for talk in yaml.safe_load(file.read_text(encoding="utf-8"))
        for line in talk["lines"]
        if line.get("text")
    ]
    guards = [
        compile_guard(one, cast)
        for scenario in project.scenario_ids()
        for cast in (project.cast(scenario),)
        for one in cast.members
        if one.kept
    ]

    alarms = sum(
        breach.rule == "secret"
        for guard in guards
        for text in lines[::3]
        for breach in guard.check(text)
    )

    assert len(guards) > 5
    assert alarms < 0.01 * len(guards) * len(lines[::3])
