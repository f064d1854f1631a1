"""When a conversation has reached its end: every condition where it holds and where it does not."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from simulator.conversation.reply import Verdict
from simulator.conversation.standing import Answers, Standing
from simulator.conversation.state import State
from simulator.conversation.stop_conditions import StopReason, condition_of
from simulator.definitions.stop_rule import StopRule
from simulator.llm.ask import Question
from simulator.record.events import Event, PersonaLeft, PhaseEntered
from tests.talks import (
    AT,
    Story,
    cast_of,
    chosen,
    passed,
    said,
    standing_of,
    started,
    stories,
    talk,
    told,
)

CAST = cast_of("rosa", "dev", "ilse")
HM = ("rosa", "Hm.")
DONE = ("ilse", "Then we are DONE.")
ALL_PASS = (("rosa", None), ("dev", None), ("ilse", None))
Moves = Sequence[tuple[str, str | None]]


def asked_of(rule: dict[str, Any], standing: Standing) -> StopReason | Question[Any] | None:
    """What a rule comes to."""
    return condition_of(StopRule.model_validate(rule))(standing)


def found(rule: dict[str, Any], standing: Standing) -> StopReason | None:
    """Why it is over by a rule that asks nobody."""
    reason = asked_of(rule, standing)
    assert not isinstance(reason, Question)
    return reason


def reason(rule: dict[str, Any], *moves: tuple[str, str | None]) -> StopReason | None:
    """Why it is over after these turns."""
    return found(rule, standing_of(talk(CAST, *moves), CAST))


def offers(*made: tuple[str, Any]) -> State:
    """The state after turns in which people put something into the field `offer`."""
    events: list[Event] = [started(CAST)]
    for turn, (speaker, value) in enumerate(made, start=1):
        own = {} if value is None else {"offer": value}
        events += [chosen(turn, speaker), said(turn, speaker, f"Turn {turn}.", **own)]
    return State.from_events(events)


@pytest.mark.parametrize(
    ("rule", "moves", "word"),
    [
        ({"turns": 2}, [HM], None),
        ({"turns": 2}, [HM, DONE], "turns_rule"),
        ({"turns": 2}, [HM, DONE, HM], "turns_rule"),
        ({"phrase": "we are done"}, [], None),
        ({"phrase": "we are done"}, [HM], None),
        ({"phrase": "we are done"}, [HM, DONE], "phrase"),
        ({"phrase": "we are done"}, [DONE, HM], None),
        ({"phrase": "we are done"}, [DONE, ("dev", None)], None),
        ({"phrase": "STRASSE"}, [("rosa", "In der Straße.")], "phrase"),
        ({"phrase": "no"}, [("rosa", "I know nothing.")], None),
        ({"phrase": "no"}, [("rosa", "Nobody does, nor can\u00f3 do.")], None),
        ({"phrase": "no"}, [("rosa", "Well... no!")], "phrase"),
        ({"phrase": "no"}, [("rosa", "_No_, dear.")], "phrase"),
        ({"phrase": "can"}, [("rosa", "I can\u2019t.")], None),
        ({"phrase": "rosa"}, [("dev", "Rosa's turn.")], "phrase"),
        ({"phrase": "we're done"}, [("rosa", "Then we\u2019re done.")], "phrase"),
        ({"phrase": "we are done"}, [("rosa", "We are  done")], "phrase"),
        ({"phrase": "We  are\ndone"}, [("rosa", "WE ARE\nDONE!")], "phrase"),
        ({"phrase": "we are done"}, [("rosa", "We are doneness.")], None),
        ({"phrase": "done!"}, [("rosa", "We are done!!")], "phrase"),
        ({"phrase": "done!"}, [("rosa", "We are done.")], None),
        ({"phrase": "[END]"}, [("rosa", "So be it.[END]now")], "phrase"),
        ({"phrase": "(a+)+$"}, [("rosa", "a" * 40)], None),
        ({"phrase": "\u5b8c\u4e86"}, [("rosa", "\u6211\u4eec\u5b8c\u4e86\u5417")], "phrase"),
        ({"phrase": "caf\u00e9"}, [("rosa", "To the CAFE\u0301, then.")], "phrase"),
        ({"speaker": "ilse"}, [], None),
        ({"speaker": "ilse"}, [DONE], "speaker"),
        ({"speaker": "ilse"}, [DONE, HM], None),
        ({"speaker": "ilse"}, [HM, ("ilse", None)], None),
        ({"everybody_passed": True}, [], None),
        ({"everybody_passed": True}, ALL_PASS[:2], None),
        ({"everybody_passed": True}, ALL_PASS, "everybody_passed"),
        ({"everybody_passed": True}, [*ALL_PASS[:2], HM, ALL_PASS[2]], None),
        ({"everybody_passed": True}, [ALL_PASS[0], ALL_PASS[1], ALL_PASS[0]], None),
        ({"everybody_passed": False}, [HM], "rule"),
        ({"everybody_passed": False}, ALL_PASS, None),
        ({"not": {"everybody_passed": False}}, ALL_PASS, "everybody_passed"),
        ({"any": [{"turns": 9}, {"phrase": "done"}]}, [DONE], "phrase"),
        ({"any": [{"turns": 9}, {"phrase": "done"}]}, [HM], None),
        ({"all": [{"turns": 2}, {"phrase": "done"}]}, [HM, DONE], "turns_rule"),
        ({"all": [{"turns": 2}, {"phrase": "done"}]}, [DONE], None),
        ({"all": [{"turns": 2}, {"phrase": "done"}]}, [DONE, HM], None),
        ({"all": [{"speaker": "ilse"}, {"phrase": "done"}]}, [DONE], "speaker"),
        ({"all": [{"speaker": "dev"}, {"phrase": "done"}]}, [DONE], None),
        ({"not": {"turns": 2}}, [HM], "rule"),
        ({"not": {"turns": 2}}, [HM, HM], None),
        ({"not": {"not": {"turns": 2}}}, [HM, HM], "turns_rule"),
        ({"not": {"any": [{"turns": 2}, {"phrase": "hm"}]}}, [HM], None),
        ({"not": {"any": [{"turns": 2}, {"phrase": "hm"}]}}, [DONE], "rule"),
        ({"not": {"all": [{"turns": 1}, {"phrase": "hm"}]}}, [DONE], "rule"),
        ({"not": {"all": [{"turns": 1}, {"phrase": "hm"}]}}, [HM], None),
        ({"any": [{"all": [{"turns": 1}, {"not": {"phrase": "hm"}}]}]}, [DONE], "turns_rule"),
        ({"loop": 2}, [("rosa", "We ship it now."), ("dev", "No, we wait.")], None),
        ({"loop": 2}, [("rosa", "We ship it now."), ("dev", "we ship it NOW!")], "loop"),
        ({"loop": 3}, [("rosa", "Ship it now."), HM, ("rosa", "Ship it now.")], None),
        ({"loop": 3}, [("rosa", "Ship it."), HM, ("dev", "Ship it."), ("ilse", "Ship it")], "loop"),
        ({"loop": 2}, [("rosa", "..."), ("dev", "...")], None),
        ({"stale": 2}, [("rosa", "Eight screens."), ("dev", "Eight screens?")], None),
        (
            {"stale": 2},
            [("rosa", "Eight screens."), ("dev", "Eight screens?"), ("rosa", "Eight screens!")],
            "stale",
        ),
        (
            {"stale": 2},
            [("rosa", "Eight screens."), ("dev", "Eight screens?"), ("rosa", "Three suffice.")],
            None,
        ),
        ({"stale": 2}, [HM, HM, HM], "stale"),
        ({"farewell": True}, [HM, HM, HM], None),
        (
            {"farewell": True},
            [("rosa", "Goodbye, all."), ("dev", "Bye!"), ("ilse", "See you tomorrow.")],
            "farewell",
        ),
        ({"farewell": True}, [("rosa", "Goodbye."), ("dev", "Bye!"), ("ilse", "Wait!")], None),
        ({"farewell": False}, [HM], "rule"),
    ],
)
def test_rules(rule: dict[str, Any], moves: Moves, word: str | None) -> None:
    """Each rule fires where it says so and nowhere else."""
    over = reason(rule, *moves)

    assert (over.word if over else None) == word


@pytest.mark.parametrize(
    ("rule", "took", "word"),
    [
        ({"tokens": 1_000}, {"tokens": 999}, None),
        ({"tokens": 1_000}, {"tokens": 1_000}, "tokens_rule"),
        ({"dollars": "0.02"}, {"dollars": Decimal("0.019999999")}, None),
        ({"dollars": "0.02"}, {"dollars": Decimal("0.02")}, "dollars_rule"),
        ({"seconds": 60}, {"seconds": 59.9}, None),
        ({"seconds": 60}, {"seconds": 60.0}, "seconds_rule"),
        ({"external": True}, {}, None),
        ({"external": True}, {"asked_to_stop": "lunch"}, "external"),
        ({"external": False}, {"asked_to_stop": "lunch"}, None),
    ],
)
def test_rules_about_what_it_took(
    rule: dict[str, Any], took: dict[str, Any], word: str | None
) -> None:
    """Tokens, dollars, seconds and a wish from outside: from the figure on, and not before."""
    over = found(rule, standing_of(talk(CAST, HM), CAST, **took))

    assert (over.word if over else None) == word


@pytest.mark.parametrize(
    ("made", "agreed"),
    [
        ([], False),
        ([("rosa", 40)], False),
        ([("rosa", 40), ("rosa", 40)], False),
        ([("rosa", 40), ("dev", 45)], False),
        ([("rosa", 40), ("dev", 40)], True),
        ([("rosa", 40), ("dev", 40.0)], True),
        ([("rosa", "Ship"), ("dev", "ship")], True),
        ([("rosa", "Ship it "), ("dev", "\nship  it")], True),
        ([("rosa", 40), ("dev", 45), ("ilse", None), ("rosa", 45)], True),
        ([("rosa", 40), ("dev", 40), ("ilse", 45)], False),
        ([("rosa", False), ("dev", False)], True),
    ],
)
def test_an_agreement_is_the_same_value_of_all_who_gave_one(
    made: list[tuple[str, Any]], agreed: bool
) -> None:
    """The last value of each counts; whoever never gave one does not hold it up."""
    over = found({"agreement": "offer"}, standing_of(offers(*made), CAST))

    assert (over is not None) is agreed


def judge(standing: Standing, *, holds: bool | None) -> Standing:
    """The standing with the question of a goal answered; None: no valid answer could be had."""
    question = asked_of({"goal": "They agree."}, standing)
    assert isinstance(question, Question)
    verdict = None if holds is None else Verdict(reasoning="Hm.", holds=holds)
    answers: Answers = standing.answers.with_one(question, verdict)
    return standing_of(standing.state, standing.cast, answers=answers)


@pytest.mark.parametrize(
    ("holds", "reached", "missed"), [(True, True, False), (False, False, True), (None, None, None)]
)
def test_a_goal_is_judged(holds: bool | None, reached: bool | None, missed: bool | None) -> None:
    """True ends it, false ends what waits for the contrary, no answer ends neither."""
    standing = judge(standing_of(talk(CAST, HM, HM, HM), CAST), holds=holds)

    assert (found({"goal": "They agree."}, standing) is not None) is bool(reached)
    assert (found({"not": {"goal": "They agree."}}, standing) is not None) is bool(missed)


@pytest.mark.parametrize("turns", range(10))
def test_a_goal_is_asked_once_a_round(turns: int) -> None:
    """After as many turns as there are members; in between neither it nor its contrary holds."""
    standing = standing_of(talk(CAST, *[HM] * turns), CAST)

    for rule in ({"goal": "They agree."}, {"not": {"goal": "They agree."}}):
        assert isinstance(asked_of(rule, standing), Question) is (turns in {3, 6, 9})
        assert asked_of(rule, standing) is None or turns in {3, 6, 9}


def test_rounds_of_any_size_are_judged() -> None:
    """Whoever opens alone, and how many ever speak at once: no round goes by unjudged."""
    events: list[Event] = [started(CAST), chosen(1, "rosa"), said(1, "rosa")]
    asked = []
    for turn in range(2, 20, 2):
        events += [chosen(turn, "rosa", "dev"), said(turn, "rosa"), said(turn + 1, "dev")]
        standing = standing_of(State.from_events(events), CAST)
        if isinstance(asked_of({"goal": "They agree."}, standing), Question):
            asked.append(turn + 1)

    assert asked == [3, 7, 9, 13, 15, 19]


def test_only_what_decides_is_asked() -> None:
    """Where a plain rule beside it decides, no model is asked."""
    standing = standing_of(talk(CAST, HM, HM, HM), CAST)
    goal = {"goal": "They agree."}

    assert asked_of({"all": [goal, {"turns": 9}]}, standing) is None
    assert isinstance(asked_of({"any": [goal, {"turns": 3}]}, standing), StopReason)
    assert isinstance(asked_of({"all": [goal, {"turns": 3}]}, standing), Question)


def test_the_judge_hears_everything_that_was_said() -> None:
    """Whispers as well, with whom they were for; and nothing about anybody's secrets."""
    events: list[Event] = [started(CAST)]
    events += [chosen(1, "rosa", "dev", "ilse"), said(1, "rosa", "Aloud.")]
    events += [said(2, "dev", "Psst.", to=("ilse",)), said(3, "ilse")]
    question = asked_of({"goal": "They agree."}, standing_of(State.from_events(events), CAST))

    assert isinstance(question, Question)
    assert question.prompt.transcript == ("[1] Rosa Lindqvist: Aloud.", "[3] Ilse Maes: Well.")
    assert "[2] Dev Moreau (only to Ilse Maes): Psst." in question.prompt.private_text
    assert question.purpose == "judge"


def test_reasons_say_what_happened() -> None:
    """A sentence for people; rules that hold together are told together."""
    both = reason({"all": [{"turns": 1}, {"phrase": "done"}]}, DONE)

    assert both == StopReason("turns_rule", "1 turn was taken; ilse said 'done'")


def test_a_phrase_is_found_in_every_simultaneous_turn() -> None:
    """Whoever of those who spoke at once says the words, it is over."""
    events: list[Event] = [started(CAST), chosen(1, "rosa", "dev")]
    events += [said(1, "rosa", "We are done."), said(2, "dev", "Go on.")]
    standing = standing_of(State.from_events(events), CAST)

    assert found({"phrase": "we are done"}, standing) == StopReason(
        "phrase", "rosa said 'we are done'"
    )
    assert found({"speaker": "rosa"}, standing) == StopReason("speaker", "rosa has spoken")


@pytest.mark.parametrize(
    "rule", [{"phrase": "we are done"}, {"speaker": "narrator"}, {"farewell": True}, {"loop": 2}]
)
def test_the_narrator_ends_nothing(rule: dict[str, Any]) -> None:
    """Words from outside are no turn."""
    words = "Goodbye, we are done."
    events: list[Event] = [started(CAST), *(told(1, words, index=n) for n in range(5))]

    assert found(rule, standing_of(State.from_events(events), CAST)) is None


def test_only_members_present_need_to_pass() -> None:
    """Whoever has left does not hold up the end; with nobody there, nobody has passed."""
    events: list[Event] = [started(CAST), chosen(1, "rosa", "dev")]
    events += [passed(1, "rosa"), passed(2, "dev")]
    left = PersonaLeft(turn=1, at=AT, persona="ilse")
    states = [State.from_events(events), State.from_events([*events, left]), State()]

    over = [found({"everybody_passed": True}, standing_of(one, CAST)) for one in states]

    assert [one is not None for one in over] == [False, True, False]


@given(story=stories())
def test_a_negation_holds_where_its_rule_does_not(story: Story) -> None:
    """Over any history, exactly one of a rule and its negation holds, composed ones included."""
    plain: list[dict[str, Any]] = [
        {"turns": 3},
        {"phrase": "done"},
        {"everybody_passed": True},
        {"farewell": True},
        {"stale": 2},
        {"loop": 2},
        {"speaker": "rosa"},
    ]
    for written in [*plain, {"any": plain}, {"all": plain[:3]}]:
        over, negated = found(written, story.standing), found({"not": written}, story.standing)

        assert (over is None) is (negated is not None)


def test_a_rule_of_a_phase_counts_from_its_beginning() -> None:
    """Turns, words and passes before the phase do not count for what ends it."""
    events: list[Event] = [started(CAST), chosen(1, "ilse"), said(1, "ilse", "We are done.")]
    state = State.from_events([*events, PhaseEntered(turn=1, at=AT, phase="second")])

    standing = standing_of(state.in_phase(), CAST)

    assert found({"turns": 1}, standing) is None
    assert found({"phrase": "done"}, standing) is None
