"""Who speaks next: each policy by example."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.conversation.hearing.names import addressee
from simulator.conversation.state import State
from simulator.conversation.turn_taking import NextSpeakers, policy_named
from simulator.conversation.turn_taking.policy import policy_names
from simulator.definitions.cast import Cast
from simulator.errors import NotFound, UsageError
from simulator.llm.ask import Answer
from simulator.record.events import Event, PersonaLeft
from tests.floor_samples import NEXT, answer, next_of
from tests.talks import (
    AT,
    cast_of,
    chosen,
    failed,
    member,
    passed,
    said,
    started,
    talk,
)

CAST = cast_of("rosa", "dev", "ilse", "tomi")
PANEL = cast_of("rosa", "dev", member("ilse", role="Moderator and host"), "tomi")
TABLE = cast_of("rosa", "dev", "ilse", "tomi", reply=NEXT)


def names(policy: str, *moves: tuple[str, str | None], cast: Cast = CAST) -> tuple[str, ...]:
    """Who speaks after these turns."""
    return next_of(policy, talk(cast, *moves), cast).names


def test_policies_are_found_by_their_files() -> None:
    """Every file of the family is a policy of its name, and there is no other."""
    assert policy_names() == (
        "addressed",
        "alternating",
        "handoff",
        "moderated",
        "open_floor",
        "phased",
        "random",
        "round_robin",
        "selected",
        "simultaneous",
    )
    with pytest.raises(NotFound, match=r"No turn-taking policy is called 'adressed'.*'addressed'"):
        policy_named("adressed")


def test_a_round_goes_around() -> None:
    """In the order of the cast, from whoever had the floor last, also by passing or failing."""
    assert names("round_robin") == ("rosa",)
    assert names("round_robin", ("rosa", "Hm."), ("dev", None)) == ("ilse",)
    assert names("round_robin", ("tomi", "Hm.")) == ("rosa",)


def test_a_round_leaves_out_who_has_left() -> None:
    """The next one present speaks."""
    events: list[Event] = [started(CAST), chosen(1, "rosa"), said(1, "rosa")]
    events.append(PersonaLeft(turn=1, at=AT, persona="dev"))

    assert next_of("round_robin", State.from_events(events), CAST).names == ("ilse",)


def test_lots_are_drawn_from_seed_and_turn() -> None:
    """The same seed and turn draw the same; over seeds everybody is drawn."""
    first = [next_of("random", talk(CAST, seed=seed), CAST).names[0] for seed in range(40)]
    again = [next_of("random", talk(CAST, seed=seed), CAST).names[0] for seed in range(40)]
    later = [
        next_of("random", talk(CAST, ("rosa", None), seed=s), CAST).names[0] for s in range(40)
    ]

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
    assert next_of("alternating", State.from_events(events), CAST).names == ("dev",)
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


def _selected(*moves: tuple[str, str | None], answers: tuple[Answer[Any], ...] = ()) -> Any:
    """What the policy decides that asks a model of its own."""
    return policy_named("selected")(talk(CAST, *moves), CAST, answers)


def test_a_cheap_model_is_asked_and_obeyed() -> None:
    """It takes no part; the candidates are all but the last speaker; its reason is recorded."""
    question = _selected(("rosa", "It is late."))
    decided = _selected(("rosa", "It is late."), answers=(answer("tomi", "has a van outside"),))

    assert (question.persona, question.purpose) == ("", "select")
    assert (question.tiers.floor, question.tiers.ceiling) == ("simple", "simple")
    assert question.parse('{"reasoning": "x", "next": "tomi"}').next == "tomi"
    with pytest.raises(ValueError, match="next must be one of dev, ilse, tomi, not 'rosa'"):
        question.parse('{"reasoning": "x", "next": "rosa"}')
    assert "You take no part in this conversation" in question.prompt.private[-1].text
    assert decided == NextSpeakers(("tomi",), "has a van outside")


def test_whoever_picks_has_heard_everything() -> None:
    """Also what was said to some only, as the picker tells nobody."""
    whisper = said(1, "rosa", "Not a word to Dev.", to=("ilse",))
    state = State.from_events([started(CAST), chosen(1, "rosa"), whisper])

    question: Any = policy_named("selected")(state, CAST, ())

    (heard,) = [part.text for part in question.prompt.private if part.name == "whispers"]
    assert "[1] Rosa Lindqvist (only to Ilse Maes): Not a word to Dev." in heard
    assert question.prompt.transcript == ()


def test_a_model_is_not_asked_what_is_evident() -> None:
    """A call by name and the only one left cost no question."""
    pair = cast_of("rosa", "dev")

    called = _selected(("ilse", "Dev, what breaks?"))
    only = policy_named("selected")(talk(pair, ("rosa", "Hm.")), pair, ())

    assert called == NextSpeakers(("dev",), "called by name by ilse")
    assert only == NextSpeakers(("dev",), "nobody else can speak")


def _handed(words: str, to: str | None, *more: Event, cast: Cast = TABLE) -> NextSpeakers:
    """Who speaks after Rosa, who names somebody in her reply."""
    own: dict[str, Any] = {} if to is None else {"next": to}
    events: list[Event] = [started(cast), chosen(1, "rosa"), said(1, "rosa", words, **own), *more]
    return next_of("handoff", State.from_events(events), cast)


def test_the_speaker_hands_the_floor_on() -> None:
    """The field goes before a call by name."""
    assert _handed("Well, Dev?", "tomi") == NextSpeakers(("tomi",), "handed over to by rosa")


def test_a_handover_to_nobody_is_none() -> None:
    """Without a name, or with one who cannot speak: called by name, else who waited longest."""
    gone = PersonaLeft(turn=1, at=AT, persona="tomi")
    waits, called = ("dev", "has waited longest"), ("ilse", "called by name by rosa")

    found = [
        _handed("Well.", None),
        _handed("Well.", "rosa"),
        _handed("Well.", "tomi", gone),
        _handed("Well, Ilse?", None),
        _handed("Well, Ilse?", "tomi", gone),
    ]

    assert [(one.names[0], one.reason) for one in found] == [waits, waits, waits, called, called]


def test_a_handover_counts_once() -> None:
    """It is for the very next turn, not for one after a turn that was passed."""
    assert _handed("Well.", "tomi", chosen(2, "tomi"), passed(2, "tomi")).names == ("dev",)


@pytest.mark.parametrize("reply", [{}, {"next": {"about": "Who speaks next."}}])
def test_a_handover_needs_a_field(reply: dict[str, Any]) -> None:
    """The message says what to write."""
    cast = cast_of("rosa", "dev", reply=reply)

    with pytest.raises(UsageError, match=r"`reply: \{next: \{type: member, "):
        next_of("handoff", talk(cast), cast)


def test_all_speak_at_once() -> None:
    """In the order of the cast, and then again."""
    gone = PersonaLeft(turn=4, at=AT, persona="dev")
    spoke = [said(turn, one) for turn, one in enumerate(CAST.ids, start=1)]
    after = State.from_events([started(CAST), chosen(1, *CAST.ids), *spoke, gone])

    assert names("simultaneous") == ("rosa", "dev", "ilse", "tomi")
    assert next_of("simultaneous", after, CAST).names == ("rosa", "ilse", "tomi")
