"""What is heard in a line: names and what they do, questions, promises, words that are cut off."""

from __future__ import annotations

import pytest

from simulator.conversation.hearing.cues import cues_of
from simulator.conversation.hearing.kin import KinTerm, KinWord, kin_terms
from simulator.conversation.hearing.names import namings
from simulator.conversation.hearing.portraits import portrait_of
from simulator.conversation.hearing.words import fold, plain, sentences, words_of
from tests.next_speakers import person
from tests.talks import cast_of, member


@pytest.mark.parametrize(
    ("line", "hows"),
    [
        ("Did you see Rosa?", {"rosa": "mentioned"}),
        ("That was Rosa, wasn't it?", {"rosa": "mentioned"}),
        ("What about Rosa?", {"rosa": "called"}),
        ("Not you, Rosa. Dev.", {"rosa": "dismissed", "dev": "called"}),
        ("If Rosa pays, Dev, can you drive?", {"rosa": "mentioned", "dev": "called"}),
        ("Let's hear from Rosa.", {"rosa": "handed"}),
        ("It is Rosa's turn.", {"rosa": "handed"}),
        ("Bitte, Frau Lindqvist.", {"rosa": "called"}),
        ("Rosa and Dev, what do you say?", {"rosa": "called", "dev": "called"}),
        ("Rosa, Dev and I always talk.", {"rosa": "mentioned", "dev": "mentioned"}),
        ("Apart from Rosa nobody knows.", {"rosa": "dismissed"}),
        ("Rosa wants to go second.", {"rosa": "dismissed"}),
        ("Rosa, before you answer, I'll ask Dev.", {"rosa": "dismissed", "dev": "handed"}),
        ("Rosa, sorry, no, Dev was faster.", {"rosa": "dismissed", "dev": "handed"}),
        ("Let your sister finish, Rosa.", {"rosa": "dismissed"}),
        ("I'd like to know whether Rosa agrees.", {"rosa": "handed"}),
    ],
)
def test_a_name_does_one_thing_in_a_line(line: str, hows: dict[str, str]) -> None:
    """A name calls, hands over, sends away or is merely mentioned."""
    cast = cast_of("rosa", "dev")

    assert {one.member: one.how for one in namings(line, cast)} == hows


def test_people_of_one_surname_are_told_apart() -> None:
    """By title, by the whole name, by "the other"."""
    cast = cast_of(
        member("big", name="Big Pete"),
        member("small", name="Little Pete"),
        member("mary", name="Mary Gallagher"),
        member("marykate", name="Mary Kate Gallagher"),
        member("osei", name="Dr. Osei"),
        member("kofi", name="Kofi Osei"),
    )

    def called(line: str) -> list[str]:
        return [one.member for one in namings(line, cast) if one.how == "called"]

    assert called("Mary Kate, come in.") == ["marykate"]
    assert called("Dr. Osei, the potassium is back.") == ["osei"]
    assert called("Big Pete takes the water. And the other Pete?") == ["small"]


@pytest.mark.parametrize(
    ("cue", "line", "unlike"),
    [
        ("asks", "Tell us about it.", "I told them about it."),
        ("asks", "Why? I wonder.", "Why? I wonder. It is late. We are tired."),
        ("you", "Was meinst du?", "Was meint er?"),
        ("you", "¿Qué opinas tú?", "¿Qué opina ella?"),
        ("you", "Et vous ?", "Et lui ?"),
        ("anybody", "Does anybody know?", "Does he know?"),
        ("anybody", "Weiß jemand Bescheid?", "Weiß er Bescheid?"),
        ("starts_round", "Let's go round the table.", "The table is round."),
        ("starts_round", "On fait un tour de table.", "La table est prête."),
        ("declines", "No comment.", "A comment."),
        ("declines", "Ich passe.", "Es passt."),
        ("promises", "Hang on, I'll look it up.", "It looks good."),
        ("promises", "Voy a mirar.", "Es bonito."),
        ("breaks_off", "And then she...", "And then she left."),
        ("breaks_off", "I only meant -", "I only meant that."),
        ("lets", "Let her finish.", "It is finished."),
        ("lets", "Lassen Sie ihn ausreden!", "Er redet."),
        ("peer", "Your opponent may reply.", "You may reply."),
        ("offers", "How about ten euros?", "It was ten euros."),
        ("others", "Who else?", "What was it?"),
        ("yields", "No further questions.", "A question."),
        ("judges", "Is the ice safe?", "Was the ice safe?"),
        ("judges", "Can he do that on a Sunday?", "Can you do that on a Sunday?"),
        ("own", "My stick finds nothing.", "The stick finds nothing."),
        ("us", "Do the three of us have to sign?", "Do they have to sign?"),
        ("hands_on", "Now a few words from the man himself!", "A few words from you!"),
        ("turn_over", "Your five minutes are up.", "It took five minutes."),
        ("procedure", "I second the motion.", "I took a second look."),
    ],
)
def test_cues_are_heard_and_not_imagined(cue: str, line: str, unlike: str) -> None:
    """Each cue has a line that gives it and a similar one that does not."""
    assert getattr(cues_of(line), cue)
    assert not getattr(cues_of(unlike), cue)


def test_signs_that_call_for_the_quiet_are_counted() -> None:
    """More signs say it more strongly, up to three."""
    assert cues_of("The form has three steps.").quiet == 0
    assert cues_of("Somebody has not said a word yet.").quiet >= 1
    assert cues_of("Quiet people, silent people, one is missing, one is left.").quiet == 3


def test_sentences_end_at_marks_but_not_after_titles_or_in_numbers() -> None:
    """Nothing is lost, and titles and decimals do not end a sentence."""
    text = 'Dr. Osei paid 2.50 for it. "Why?" Nobody knows... '

    assert "".join(sentences(text)) == text
    assert sentences(text)[0] == "Dr. Osei paid 2.50 for it. "
    assert sentences("") == ("",)


def test_words_are_compared_without_accents_cases_and_endings() -> None:
    """A folded text is as long as the text, so that places in it agree."""
    assert plain("Björn Ødegård") == "Bjorn Odegard"
    assert fold("L\u2019ÉTÉ") == "l'ete"
    assert words_of("The sopranos are scratching").stems == words_of("A soprano scratched").stems
    assert words_of("Is it of the?").stems == frozenset()


def test_family_words_say_whose_they_are_and_whether_they_call() -> None:
    """By a possessive up to two words before, or alone as a call."""
    sister, mother = KinWord("sister", 0, "f"), KinWord("mother", 1, "f")

    assert kin_terms("Ask your dear little sister.") == (KinTerm("your", sister, calls=False),)
    assert kin_terms("Das weiß meine Mutter.") == (KinTerm("my", mother, calls=False),)
    assert kin_terms("Mum, where is it?") == (KinTerm("my", mother, calls=True),)
    assert kin_terms("Sisters are like that, as everybody knows.") == ()


@pytest.mark.parametrize(
    ("term", "anchor", "relatives"),
    [
        ("sister", "son, 14", ["daughter"]),
        ("father", "son, 14", ["father"]),
        ("grandson", "grandmother", ["son, 9"]),
        ("mother", "father", ["grandmother"]),
        ("wife", "father", ["mother"]),
        ("aunt", "friend of the family", []),
    ],
)
def test_roles_in_a_family_tell_who_is_whose(term: str, anchor: str, relatives: list[str]) -> None:
    """Each role stands in a generation, from which a family word points up, down or across."""
    roles = ["grandmother", "father", "mother", "daughter", "son, 9"]
    word = kin_terms(f"my {term}")[0].word
    of = portrait_of(person("ilse", anchor))

    found = [
        role
        for role in roles
        if role != anchor and portrait_of(person("rosa", role)).is_kin(of, word=word)
    ]

    assert found == relatives


def test_a_portrait_tells_role_age_and_field() -> None:
    """What a role says of its bearer, and not of whom it belongs to."""
    son = portrait_of(person("dev", "patient's son, 22, asleep"))
    chair = portrait_of(member("ilse", role="moderator"))
    nurse = portrait_of(member("rosa", expertise=["wounds"]))

    assert (son.age, son.away, son.sex, "patient" in son.kinds) == (22, True, "m", False)
    assert chair.leads
    assert "medicine" in nurse.fields
