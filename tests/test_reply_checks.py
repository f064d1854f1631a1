"""Mistakes in reply fields and in what lines fill in, told where they stand."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.marked_files import HEAD, Check, checker_of, two_people


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """What is said about a scenario whose text marks the places of its mistakes with `^`."""
    return checker_of(two_people(tmp_path))


def test_reply_fields_hold_what_they_can(check: Check) -> None:
    """Names are free, limits are for numbers, and something lies between them."""
    said = check(
        HEAD
        + dedent("""\
        reply:
          ^message: {about: a}
          ^to: {about: a, type: member}
          ^Price: {about: a, type: number}
          offer: {about: a, type: number, least: 10, most: ^2.5}
          vote: {about: a, choose: [for, against, ^for], ^least: 1}
          grade: {about: a, choose: [1, 2, 3], type: ^integer, ^most: 3}
          note: {about: a, ^least: 1}
          agreed: {about: a, type: yes_no, ^most: 1}
          exact: {about: a, type: integer, least: 3, most: 3}
        """)
    )

    assert said == [
        ("Every reply has 'message' already.", "Choose another name."),
        ("Every reply has 'to' already.", "Choose another name."),
        ("'Price' cannot be a reply field's name.",
         "Use small letters, digits, - and _, a letter first."),
        ("No number fits: `least` is 10 and `most` is 2.5.", "Exchange them, or leave one out."),
        ("'for' is here twice.", "Take one of them out."),
        ("`least` is for numbers, and this field has values to choose from.",
         "Leave `least` out, or `choose`."),
        ("What is chosen is one of the texts in `choose`, not a whole number.",
         "Leave `type` out, or `choose`."),
        ("`most` is for numbers, and this field has values to choose from.",
         "Leave `most` out, or `choose`."),
        ("`least` is for numbers, and this field holds a text.",
         "Write `type: number` or `type: integer`, or leave `least` out."),
        ("`most` is for numbers, and this field holds true or false.",
         "Write `type: number` or `type: integer`, or leave `most` out."),
    ]  # fmt: skip


def test_agreement_is_about_a_field_that_several_fill_in(check: Check) -> None:
    """In `stop` and in a phase's `until`, however deep."""
    said = check(
        HEAD
        + dedent("""\
        phases:
          - {name: a, until: {any: [{agreement: ^ofer}, {agreement: offer}]}}
          - {name: b}
        reply:
          offer: {about: a, type: number}
          mine: {about: a, speakers: [seller]}
        stop: {all: [{not: {agreement: ^mine}}, {agreement: ^vote}]}
        """)
    )

    assert said == [
        ("A reply has no field 'ofer'.", "Did you mean 'offer'?"),
        ("Only 'ada' fills in 'mine': nobody can agree.",
         "Let others fill it in as well, or choose another rule."),
        ("A reply has no field 'vote'.", "The reply fields are: mine, offer."),
    ]  # fmt: skip


def test_lines_fill_in_fields_that_take_it(check: Check) -> None:
    """Fields there are, that the speaker may fill in, with values that fit."""
    said = check(
        HEAD
        + dedent("""\
        reply:
          price: {about: a, type: number, least: 10, most: 99.5, speakers: [seller]}
          count: {about: a, type: integer}
          vote: {about: a, choose: [for, against, 1]}
          heir: {about: a, type: member}
          deal: {about: a, type: yes_no}
          note: {about: a}
        lines:
          - {id: a, speaker: ada, say: a, reply: {price: 10, count: 3, vote: for, heir: bo}}
          - {id: b, speaker: ada, say: a, reply: {price: 99.5, vote: "1", deal: true, note: yes}}
          - {id: c, speaker: ada, say: a, reply: {price: ^9.99, ^prise: 1, count: ^1.5}}
          - {id: d, speaker: ada, say: a, reply: {price: ^100, vote: ^abstain, heir: ^boo}}
          - {id: e, speaker: ada, say: a, reply: {price: ^lots, vote: ^1, deal: ^yes, note: ^7}}
          - {id: f, speaker: bo, say: a, reply: {^price: 50, count: ^true}}
        """)
    )

    limits = "Choose another value, or another limit."
    assert said == [
        ("'price' is at least 10, not 9.99.", limits),
        ("A reply has no field 'prise'.", "Did you mean 'price'?"),
        ("'count' holds a whole number, not 1.5.", ""),
        ("'price' is at most 99.5, not 100.", limits),
        ("'abstain' is no value of 'vote'.", "The values are: 1, against, for."),
        ("'boo' is not in the cast.", "Did you mean 'bo'?"),
        ("'price' holds a number, not lots.", ""),
        ("'vote' holds a text, not 1.", 'Write it in quotes: "1".'),
        ("'deal' holds true or false, not yes.", ""),
        ("'note' holds a text, not 7.", 'Write it in quotes: "7".'),
        ("'bo' may not fill in 'price'.",
         "Add it to `reply.price.speakers`, or leave it out here."),
        ("'count' holds a whole number, not true.", ""),
    ]  # fmt: skip


def test_lines_are_whispered_where_people_whisper(check: Check) -> None:
    """To others: what is said to oneself alone would be heard by everybody."""
    lines = dedent("""\
        lines:
          - {id: a, speaker: ada, say: a, MARKto: [bo]}
          - {id: b, speaker: bo, say: a, to: [ada, ^bo]}
          - {id: c, speaker: bo, say: a, to: []}
        """)

    allowed = check(HEAD + "whispers: true\n" + lines.replace("MARK", ""))
    silent = check(HEAD + lines.replace("MARK", "^").replace(", to: [ada", ", ^to: [ada"))

    self_told = ("'bo' speaks this line and need not be told it.", "Name the others who hear it.")
    aloud = ("Nobody whispers in this scenario, so everybody would hear this line.",
             "Write `whispers: true` beside `cast`, or leave `to` out.")  # fmt: skip
    assert allowed == [self_told]
    assert silent == [aloud, aloud, self_told]
