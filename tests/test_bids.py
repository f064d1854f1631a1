"""Bids for the floor, each by an example that calls for it and one that does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from simulator.conversation.bids import BIDS, WEIGHTS
from simulator.conversation.state import State
from simulator.conversation.turn_taking.open_floor import bids_of, open_floor
from simulator.conversation.turn_taking.policy import NextSpeakers, others
from simulator.definitions.cast import Cast
from simulator.record.events import Event
from tests.next_speakers import ILSE, panel, person
from tests.talks import cast_of, chosen, member, said, started, talk

Moves = Sequence[tuple[str, str | None]]


def weights(member_id: str, *moves: tuple[str, str | None], cast: Cast | None = None) -> set[str]:
    """The names of a member's bids after these turns."""
    cast = panel() if cast is None else cast
    state = talk(cast, *moves)
    return {one.weight for one in bids_of(state, cast, candidates=others(state))[member_id]}


BID_EXAMPLES: Sequence[tuple[str, str, Moves, Moves]] = (
    ("called", "dev", [(ILSE, "Dev, what broke?")], [(ILSE, "Dev told me what broke.")]),
    ("handed", "dev", [(ILSE, "Over to Dev.")], [(ILSE, "It was hard on Dev.")]),
    ("mentioned", "dev", [(ILSE, "That is Dev's idea.")], [(ILSE, "That is a new idea.")]),
    ("dismissed", "dev", [(ILSE, "Thank you, Dev.")], [(ILSE, "Dev, thank you for what?")]),
    (
        "called before another",
        "dev",
        [(ILSE, "Dev, listen. Rosa, what do you say?")],
        [(ILSE, "Rosa, listen. Dev, what do you say?")],
    ),
    ("described", "tomi", [(ILSE, "What does our treasurer say?")], [(ILSE, "Who is late?")]),
    (
        "kin",
        "rosa",
        [("tomi", "I say no."), (ILSE, "And what would your wife say?")],
        [("dev", "I say no."), (ILSE, "And what would your wife say?")],
    ),
    ("related", "rosa", [("tomi", "My wife will know.")], [(ILSE, "My wife will know.")]),
    ("stake", "rosa", [(ILSE, "It was Dev's mistake.")], [(ILSE, "It was Tomi's mistake.")]),
    ("yours", "dev", [(ILSE, "How big is your database?")], [(ILSE, "How big is it?")]),
    (
        "owes",
        "dev",
        [(ILSE, "Dev, how far did you get?"), ("rosa", "Far enough!")],
        [(ILSE, "Dev, good morning."), ("rosa", "Morning!")],
    ),
    (
        "unfinished",
        "dev",
        [("dev", "It began when the..."), ("rosa", "Boring!")],
        [("dev", "It began at noon."), ("rosa", "Boring!")],
    ),
    (
        "let finish",
        "dev",
        [("dev", "It began when the..."), ("rosa", "Let him finish.")],
        [("dev", "It began at noon."), ("rosa", "Let him finish.")],
    ),
    (
        "promised",
        "dev",
        [("dev", "I'll look it up."), (ILSE, "Fine."), ("rosa", "And?")],
        [("dev", "It is late."), (ILSE, "Fine."), ("rosa", "And?")],
    ),
    (
        "echoed",
        "dev",
        [("dev", "It took nine hundred hours."), (ILSE, "Nine hundred?")],
        [("dev", "It took nine hundred hours."), (ILSE, "A lot?")],
    ),
    (
        "series",
        "dev",
        [(ILSE, "The first step?"), ("dev", "Done."), (ILSE, "And the second?")],
        [(ILSE, "Good morning."), ("dev", "Morning."), (ILSE, "How was the second?")],
    ),
    ("asked back", "dev", [("dev", "It broke."), (ILSE, "Why?")], [(ILSE, "Why?")]),
    ("answered", "dev", [("dev", "It broke."), (ILSE, "I see.")], [(ILSE, "I see.")]),
    (
        "topic",
        "dev",
        [("dev", "The password fails."), (ILSE, "Three steps."), ("rosa", "That password!")],
        [("dev", "The password fails."), (ILSE, "Three steps."), ("rosa", "A joke!")],
    ),
    (
        "dyad",
        "dev",
        [("rosa", "Yes."), ("dev", "No."), ("rosa", "Yes, yes.")],
        [("rosa", "Yes."), (ILSE, "No."), ("rosa", "Yes, yes.")],
    ),
    (
        "expert",
        "dev",
        [(ILSE, "Is the old bridge safe?")],
        [(ILSE, "Did you find the old bridge safe?")],
    ),
    ("subject", "dev", [(ILSE, "Databases lose data.")], [(ILSE, "It rains.")]),
    (
        "quiet",
        "tomi",
        [("dev", "Yes."), ("rosa", "No."), (ILSE, "Somebody has not said a word.")],
        [("dev", "Yes."), ("rosa", "No."), (ILSE, "All clear.")],
    ),
    (
        "round",
        "tomi",
        [(ILSE, "One after the other."), ("dev", "Blue."), ("rosa", "Red.")],
        [(ILSE, "Choose."), ("dev", "Blue."), ("rosa", "Red.")],
    ),
    (
        "silent",
        "tomi",
        [("dev", "Blue."), ("rosa", "Red."), (ILSE, "Good.")],
        [("dev", "Blue."), (ILSE, "Good.")],
    ),
    ("leads", ILSE, [("dev", "I second the motion.")], [("dev", "I like the colour.")]),
    ("opens", ILSE, [], [("rosa", "Good morning.")]),
    (
        "passed",
        "dev",
        [(ILSE, "Anybody?"), ("dev", None), ("rosa", None)],
        [(ILSE, "Anybody?"), ("rosa", None)],
    ),
    (
        "declined",
        "dev",
        [(ILSE, "Dev?"), ("dev", "No comment."), (ILSE, "Why not?")],
        [(ILSE, "Dev?"), ("dev", "A comment."), (ILSE, "Why not?")],
    ),
    (
        "silenced",
        "dev",
        [(ILSE, "Dev, be quiet."), ("rosa", "Thank you.")],
        [(ILSE, "Dev, be quick."), ("rosa", "Thank you.")],
    ),
    (
        "sent away",
        "dev",
        [("dev", "Me!"), (ILSE, "You've had your turn.")],
        [("dev", "Me!"), (ILSE, "A good idea.")],
    ),
    (
        "hogs",
        "dev",
        [("dev", "A."), ("rosa", "B.")] * 5,
        [("dev", "A."), ("rosa", "B."), ("tomi", "C."), (ILSE, "D.")] * 2,
    ),
    (
        "share",
        "tomi",
        [("dev", "A."), ("rosa", "B.")],
        [("dev", "A."), ("rosa", "B."), ("tomi", "C."), (ILSE, "D.")],
    ),
    (
        "starved",
        "tomi",
        [("dev", "A."), ("rosa", "B.")] * 4,
        [("dev", "A."), ("tomi", "C."), ("rosa", "B.")] * 3,
    ),
    (
        "circles",
        ILSE,
        [("dev", "A."), ("rosa", "B.")] * 3,
        [("dev", "A."), ("rosa", "B."), ("tomi", "C.")] * 2,
    ),
)
"""For each kind of bid its bidder, a talk that calls for it, and one like it that does not."""


@pytest.mark.parametrize(("weight", "bidder", "firing", "silent"), BID_EXAMPLES)
def test_a_bid_is_made_where_it_should_be_and_nowhere_else(
    weight: str, bidder: str, firing: Moves, silent: Moves
) -> None:
    """Each kind of bid has a talk that calls for it and one like it that does not."""
    assert weight in weights(bidder, *firing)
    assert weight not in weights(bidder, *silent)


def test_an_aside_bids_for_those_who_heard_it() -> None:
    """A whisper is answered by who heard it; others go on with what they heard before."""
    cast = panel()
    events: list[Event] = [started(cast), chosen(1, ILSE), said(1, ILSE, "It is ten to four.")]
    events += [chosen(2, "dev"), said(2, "dev", "Do you believe that?", to=("tomi",))]
    state = State.from_events(events)

    bids = bids_of(state, cast, candidates=others(state))

    assert "aside" in {one.weight for one in bids["tomi"]}
    assert "aside" not in {one.weight for one in bids["rosa"]}
    assert "asked back" not in {one.weight for one in bids["rosa"]}
    assert open_floor(state, cast, ()) == NextSpeakers(("tomi",), "told in private by Dev Moreau")


def test_what_somebody_thinks_of_a_persona_holds_whoever_plays_it() -> None:
    """`relationships:` names personas; a member that goes by another name is still meant."""
    people = panel().members
    guest = replace(people[2], id="guest")
    cast = replace(panel(), members=(people[0], people[1], guest, people[3]))

    bids = weights("rosa", ("guest", "A rival is a rival."), cast=cast)

    assert cast.bond("rosa", "guest") == "her old rival"
    assert "related" in bids


@pytest.mark.parametrize(
    "words", ["Well.", "Why do you think that?", "The form has three steps.", "I see."]
)
def test_what_two_are_to_each_other_is_no_reason_where_nothing_touches_it(words: str) -> None:
    """An old rival answers to "rival", and leaves any other line to whoever has a reason."""
    assert "related" in weights("rosa", ("dev", "A rival is a rival."))
    assert "related" not in weights("rosa", ("dev", words))


def test_a_chance_word_does_not_touch_a_long_thought() -> None:
    """Of what somebody thinks of another a good part must be heard, not one word of ten."""
    thought = "fair, cuts him off, and makes him count every password on every single form"
    cast = cast_of(member("rosa", relationships={"dev": thought}), "dev", "ilse")

    assert "related" not in weights("rosa", ("dev", "A fair point."), cast=cast)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("I like a canary.", "hears Dev Moreau touch on what is between the two"),
        ("My wife knows.", "may be meant by Dev Moreau, by what the two are to each other"),
        ("It is Ilse's form.", "has a view of Ilse Maes, of whom Dev Moreau speaks"),
    ],
)
def test_a_reason_tells_no_thought_of_one_about_another(line: str, reason: str) -> None:
    """It names who spoke and who is spoken of; what somebody thinks of them is private."""
    thought = "keeps his canary, as if she were his wife"
    kim = member("kim", relationships={"rosa": thought})
    rosa = member("rosa", relationships={"dev": thought, ILSE: thought})
    cast = cast_of(rosa, member("dev", relationships={"rosa": thought}), ILSE, kim)
    state = talk(cast, ("dev", line))

    bids = bids_of(state, cast, candidates=others(state))

    assert reason in {one.reason for one in bids["rosa"]}
    assert not [one for made in bids.values() for one in made if "keeps" in one.reason]


def test_the_other_one_is_whoever_shares_the_role() -> None:
    """It is "your opponent" who is meant, not the timekeeper."""
    cast = cast_of(
        person("ilse", "moderator"),
        person("rosa", "candidate"),
        person("dev", "candidate"),
        person("tomi", "timekeeper"),
    )
    moves = [("rosa", "I would close the road."), (ILSE, "Your opponent sees that differently.")]

    assert "peer" in weights("dev", *moves, cast=cast)
    assert "peer" not in weights("tomi", *moves, cast=cast)
    assert open_floor(talk(cast, *moves), cast, ()) == NextSpeakers(
        ("dev",), "is the other one Ilse Maes means"
    )


def test_a_name_in_a_comment_on_the_last_words_asks_nothing() -> None:
    """What follows goes to others, unless it says "you"."""
    cast = panel()
    told = [("dev", "It broke again."), (ILSE, "That is a pity, Dev. Let's hear our treasurer.")]
    asked = [("dev", "It broke again."), (ILSE, "That is a pity, Dev. When did you see it?")]

    assert "dismissed" in weights("dev", *told)
    assert open_floor(talk(cast, *told), cast, ()).names == ("tomi",)
    assert "called" in weights("dev", *asked)
    assert open_floor(talk(cast, *asked), cast, ()).names == ("dev",)


def test_one_of_a_kind_asks_whoever_is_none_of_them() -> None:
    """Tenants who do not know ask the solicitor, not each other."""
    cast = cast_of(
        person("rosa", "tenant"),
        person("dev", "tenant, cyclist"),
        person("tomi", "solicitor"),
    )
    moves = [("dev", "He wants us out."), ("rosa", "Do the three of us have to go at once?")]

    assert "outsider" in weights("tomi", *moves, cast=cast)
    assert "outsider" not in weights("dev", *moves, cast=cast)
    assert open_floor(talk(cast, *moves), cast, ()) == NextSpeakers(
        ("tomi",), "is none of those Rosa Lindqvist belongs to"
    )


def test_roles_that_go_together_answer_each_other() -> None:
    """A doctor's "you" means the patient rather than the visitor."""
    cast = cast_of(
        person("rosa", "doctor"), person("dev", "patient"), person("tomi", "patient's visitor")
    )
    moves = [("rosa", "Good morning. How did you sleep?")]

    assert "paired" in weights("dev", *moves, cast=cast)
    assert "paired" not in weights("tomi", *moves, cast=cast)


def test_a_turn_in_an_order_kept_by_all_goes_to_the_next_in_it() -> None:
    """As in a game, where nobody is asked."""
    cast = cast_of("rosa", "dev", "ilse")
    moves = [("rosa", "A six."), ("dev", "A two."), ("ilse", "A five."), ("rosa", "A one.")]

    state = talk(cast, *moves, ("dev", "A four."))

    assert open_floor(state, cast, ()) == NextSpeakers(
        ("ilse",), "is next in the order they have kept"
    )


def test_who_sleeps_does_not_speak() -> None:
    """Unless called by name."""
    cast = cast_of("rosa", "dev", person("tomi", "child, 5, asleep on the sofa"))

    assert "away" in weights("tomi", ("rosa", "Who knows?"), cast=cast)
    assert open_floor(talk(cast, ("rosa", "Who knows?")), cast, ()).names == ("dev",)
    assert open_floor(talk(cast, ("rosa", "Tomi, who knows?")), cast, ()).names == ("tomi",)


def test_every_weight_is_used_by_some_bid() -> None:
    """No weight is left over, and each bid has its own example above."""
    tried = {
        "aside",
        "away",
        "outsider",
        "paired",
        "peer",
        "phase",
        "talkative",
        "waited",
        *(weight for weight, *_ in BID_EXAMPLES),
    }

    assert tried == set(WEIGHTS)
    assert len(BIDS) == len(set(BIDS))
