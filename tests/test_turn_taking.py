"""Who speaks next: each policy by example, and all of them over any cast and history."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.hearing.names import addressee
from simulator.conversation.reply import Choice
from simulator.conversation.state import State
from simulator.conversation.turn_taking import NextSpeakers, policy_named
from simulator.conversation.turn_taking.policy import policy_names
from simulator.definitions.cast import Cast
from simulator.errors import NotFound, UsageError
from simulator.llm.ask import Answer, Question
from simulator.llm.router import Route
from simulator.record.events import Event, PersonaLeft
from tests.llm_samples import model_spec
from tests.talks import (
    AT,
    Story,
    cast_of,
    chosen,
    failed,
    member,
    passed,
    said,
    started,
    stories,
    talk,
)

CAST = cast_of("rosa", "dev", "ilse", "tomi")
PANEL = cast_of("rosa", "dev", member("ilse", role="Moderator and host"), "tomi")
DECIDING = ("addressed", "alternating", "random", "round_robin")
"""The policies that never ask."""


def answer(name: str, reason: str = "it is time") -> Answer[Choice]:
    """A moderator's answer."""
    route = Route(tier="simple", spec=model_spec(), score=0.0, reasons=())
    return Answer(
        value=Choice(reasoning=reason, next=name),
        tools=(),
        message={},
        calls=("c1",),
        route=route,
        fingerprint="",
    )


def next_of(policy: str, state: State, cast: Cast = CAST) -> NextSpeakers:
    """The decision of a policy, with the first candidate for an answer where it asks."""
    decision = policy_named(policy)(state, cast, ())
    if isinstance(decision, Question):
        assert decision.prompt.schema is not None
        name = decision.prompt.schema.schema["properties"]["next"]["enum"][0]
        decision = policy_named(policy)(state, cast, [answer(name)])
    assert isinstance(decision, NextSpeakers)
    return decision


def names(policy: str, *moves: tuple[str, str | None], cast: Cast = CAST) -> tuple[str, ...]:
    """Who speaks after these turns."""
    return next_of(policy, talk(cast, *moves), cast).names


def test_policies_are_found_by_their_files() -> None:
    """Every file of the family is a policy of its name, and there is no other."""
    assert policy_names() == (
        "addressed",
        "alternating",
        "moderated",
        "open_floor",
        "random",
        "round_robin",
    )
    with pytest.raises(NotFound, match=r"No turn-taking policy is called 'adressed'.*'addressed'"):
        policy_named("adressed")


@pytest.mark.parametrize("policy", policy_names())
@given(story=stories())
def test_whoever_is_chosen_is_there_and_did_not_speak_last(policy: str, story: Story) -> None:
    """One member present, never the last on the floor unless nobody else is there."""
    first, *rest = story.cast.members
    cast = cast_of(member(first.id, role="moderator"), *rest)

    chosen_names = next_of(policy, story.state, cast).names

    assert len(chosen_names) == 1
    assert set(chosen_names) <= set(story.state.present)
    if len(story.state.present) > 1:
        assert chosen_names != (story.state.last_on_floor,)


@pytest.mark.parametrize("policy", DECIDING)
@given(story=stories(), data=st.data())
def test_a_talk_goes_on_alike_from_any_turn(policy: str, story: Story, data: st.DataObject) -> None:
    """Who speaks depends on what happened and on the seed, not on when the policy was started."""
    replies = data.draw(
        st.lists(st.sampled_from(("Well.", "Dev?", "Rosa, you?", None)), max_size=9)
    )
    whole = played(policy, story.cast, list(story.events), replies)
    cut = data.draw(st.integers(0, len(replies)))
    start = len(story.events) + 2 * cut

    assert played(policy, story.cast, list(whole[:start]), replies[cut:]) == whole


def played(
    policy: str, cast: Cast, events: list[Event], replies: list[str | None]
) -> tuple[Event, ...]:
    """The events of a talk in which these words are said next, whoever says them."""
    for words in replies:
        state = State.from_events(events)
        turn, (speaker,) = state.turn + 1, next_of(policy, state, cast).names
        end = passed(turn, speaker) if words is None else said(turn, speaker, words)
        events += [chosen(turn, speaker), end]
    return tuple(events)


def test_a_round_goes_around() -> None:
    """In the order of the cast, from whoever had the floor last, also by passing or failing."""
    assert names("round_robin") == ("rosa",)
    assert names("round_robin", ("rosa", "Hm."), ("dev", None)) == ("ilse",)
    assert names("round_robin", ("tomi", "Hm.")) == ("rosa",)


def test_a_round_leaves_out_who_has_left() -> None:
    """The next one present speaks."""
    events: list[Event] = [started(CAST), chosen(1, "rosa"), said(1, "rosa")]
    events.append(PersonaLeft(turn=1, at=AT, persona="dev"))

    assert next_of("round_robin", State.from_events(events)).names == ("ilse",)


def test_lots_are_drawn_from_seed_and_turn() -> None:
    """The same seed and turn draw the same; over seeds everybody is drawn."""
    first = [next_of("random", talk(CAST, seed=seed)).names[0] for seed in range(40)]
    again = [next_of("random", talk(CAST, seed=seed)).names[0] for seed in range(40)]
    later = [next_of("random", talk(CAST, ("rosa", None), seed=s)).names[0] for s in range(40)]

    assert first == again
    assert set(first) == set(CAST.ids)
    assert first != later


@pytest.mark.parametrize(
    ("words", "called"),
    [
        ("Rosa, how far did you get?", "rosa"),
        ("How far did you get, Rosa?", "rosa"),
        ("You have the log open already, Rosa.", "rosa"),
        ("How far did you get, Rosa", "rosa"),
        ('She said: "And you, Rosa?"', "rosa"),
        ("Rosa?", "rosa"),
        ("Rosa! Sit down.", "rosa"),
        ("Rosa: the floor is yours.", "rosa"),
        ("Rosa Lindqvist, you first.", "rosa"),
        ("And Lindqvist, what do you say?", "rosa"),
        ("Thank you, Rosa. Dev, what breaks?", "dev"),
        ("Dev, thank you. What breaks, Rosa?", "rosa"),
        ("Amara, is that so?", "amara"),
        ("Dr. Okafor, is that so?", "amara"),
        ("Is that so, Dr. Amara Okafor?", "amara"),
        ("Is that so, Dr.?", ""),
        ("I heard it from Rosa and wrote it down.", ""),
        ("Rosa's cup is empty.", ""),
        ("Mariarosa, come here.", ""),
        ("rosa, roses, all of it.", ""),
        ("Devs, please.", ""),
        ("As for dev, it never works.", ""),
        ("I think so too.", ""),
        ("", ""),
    ],
)
def test_calls_by_name(words: str, called: str) -> None:
    """The last name that is spoken to, and nobody where names are only mentioned."""
    cast = cast_of("rosa", "dev", "amara")

    assert addressee(words, cast, cast.ids) == called


def test_a_whole_name_goes_before_a_shared_one() -> None:
    """Of two with one family name, the one whose whole name is said is called."""
    cast = cast_of(member("rosa"), member("olaf", name="Olaf Lindqvist"))

    assert addressee("Rosa Lindqvist, you first.", cast, cast.ids) == "rosa"
    assert addressee("Olaf Lindqvist, you first.", cast, cast.ids) == "olaf"


EARLIER = (("rosa", "Hm."), ("tomi", "Hm."))


def test_whoever_is_called_answers() -> None:
    """A call goes before waiting; a call of oneself, of nobody or long ago does not."""
    assert names("addressed", ("rosa", "Hm."), ("dev", "Why, Rosa?")) == ("rosa",)
    assert names("addressed", ("rosa", "Hm."), ("dev", "I, Dev, say so.")) == ("ilse",)
    assert names("addressed", *EARLIER, ("dev", "Why, Tomi?")) == ("tomi",)
    assert names("addressed", *EARLIER, ("dev", "Why, Tomi?"), ("ilse", None)) == ("rosa",)
    assert names("addressed", *EARLIER, ("dev", "Why, Tomi?"), ("ilse", "Hm.")) == ("rosa",)


def test_whoever_has_waited_longest_speaks() -> None:
    """Those who never spoke come first, in the order of the cast."""
    assert names("addressed") == ("rosa",)
    assert names("addressed", ("ilse", "Hm.")) == ("rosa",)
    assert names("addressed", *((one, "Hm.") for one in ("dev", "tomi", "rosa", "ilse"))) == (
        "dev",
    )


def test_an_interview_goes_back_and_forth() -> None:
    """The last of the cast answers each question, the others ask in turn."""
    moves: list[tuple[str, str | None]] = []
    for _ in range(7):
        (speaker,) = names("alternating", *moves)
        moves.append((speaker, "Hm."))

    order = [speaker for speaker, _ in moves]
    assert order == ["rosa", "tomi", "dev", "tomi", "ilse", "tomi", "rosa"]


def test_nobody_answers_what_was_not_asked() -> None:
    """After a turn that was passed or failed the next one asks; if there is one."""
    events: list[Event] = [started(CAST), chosen(1, "rosa"), failed(1, "rosa")]
    pair = cast_of("rosa", "dev")

    assert names("alternating", ("rosa", None)) == ("dev",)
    assert next_of("alternating", State.from_events(events)).names == ("dev",)
    assert names("alternating", ("rosa", None), cast=pair) == ("dev",)
    assert names("alternating", ("rosa", "Hm."), ("tomi", None)) == ("dev",)


def _moderated(*moves: tuple[str, str | None], answers: tuple[Answer[Any], ...] = ()) -> Any:
    """What the panel's policy decides."""
    return policy_named("moderated")(talk(PANEL, *moves), PANEL, answers)


def test_the_moderator_opens() -> None:
    """The first turn needs no question."""
    assert _moderated() == NextSpeakers(("ilse",), "opens")


def test_the_moderator_is_asked_and_obeyed() -> None:
    """The candidates are everybody but the last speaker; the answer decides, with its reason."""
    question = _moderated(("ilse", "Good morning."), ("rosa", "Morning."))
    decided = _moderated(("ilse", "Hm."), ("rosa", "Hm."), answers=(answer("tomi", "is quiet"),))

    assert (question.persona, question.purpose) == ("ilse", "select")
    assert question.tiers == PANEL.member("ilse").persona.tier
    assert question.parse('{"reasoning": "x", "next": "tomi"}').next == "tomi"
    with pytest.raises(ValueError, match="next must be one of dev, ilse, tomi, not 'rosa'"):
        question.parse('{"reasoning": "x", "next": "rosa"}')
    assert decided == NextSpeakers(("tomi",), "is quiet")


def test_a_call_by_name_costs_no_question() -> None:
    """Whoever the last turn calls speaks; the moderator need not be asked."""
    decided = _moderated(("ilse", "Dev, what breaks?"))

    assert decided == NextSpeakers(("dev",), "called by name by ilse")


def test_the_last_candidate_costs_no_question() -> None:
    """Where only one could be chosen, nobody is asked."""
    cast = cast_of(member("ilse", role="moderator"), "rosa")

    decided = policy_named("moderated")(talk(cast, ("ilse", "Hm.")), cast, ())

    assert decided == NextSpeakers(("rosa",), "nobody else is there")


def test_without_the_moderator_whoever_has_waited_longest_speaks() -> None:
    """Somebody who has left decides nothing any more."""
    events: list[Event] = [started(PANEL), chosen(1, "ilse"), said(1, "ilse", "Bye.", act="leave")]

    decided = policy_named("moderated")(State.from_events(events), PANEL, ())

    assert decided == NextSpeakers(("rosa",), "has waited longest")


def test_a_panel_needs_a_moderator() -> None:
    """The message says what to write."""
    with pytest.raises(UsageError, match=r"'onboarding' needs a moderator: .*`role: moderator`"):
        policy_named("moderated")(talk(CAST), CAST, ())
