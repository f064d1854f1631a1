"""What written lines put in a reply beside the words, and what stays empty."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.conversation.reply import Reply, Verdict, parse_verdict, verdict_schema
from simulator.conversation.reply_form import ReplyForm
from simulator.definitions.cast import Cast
from simulator.definitions.project import Project
from simulator.llm.stand_in.cue import Cue
from simulator.llm.stand_in.responder import Responder
from simulator.llm.stand_in.script import Script, Scripts
from tests.marked_files import two_people
from tests.stand_in_samples import request_body

MARKET = """\
title: A market
setting: A stall.
cast: [{persona: ada, role: seller}, {persona: bo, role: buyer}]
whispers: true
reply:
  offer: {about: The price, type: number, least: 0}
  crates: {about: How many, type: integer}
  vote: {about: Your vote, choose: [for, against]}
  next: {about: Whom you call, type: member}
  deal: {about: Whether it holds, type: yes_no}
  note: {about: A remark}
lines:
  - {id: asks, speaker: ada, act: open, say: Twelve., to: [bo], reply: {offer: 12, next: bo}}
  - {id: bids, speaker: bo, act: open, say: Ten.,
     reply: {offer: 10.5, crates: 3, vote: for, deal: false, note: half of it}}
"""


@pytest.fixture
def market(tmp_path: Path) -> Cast:
    """People who bid, vote and whisper."""
    (two_people(tmp_path) / "scenarios" / "market.yaml").write_text(MARKET, encoding="utf-8")
    return Project(tmp_path).cast("market")


def answered(market: Cast, cue: Cue, name: str, schema: Mapping[str, object]) -> str:
    """What a stand-in answers that is asked for a form."""
    scripts = Scripts()
    scripts.add(Script.of(market))
    demanded = {"name": name, "strict": True, "schema": dict(schema)}
    body = request_body(
        cue.as_line(), response_format={"type": "json_schema", "json_schema": demanded}
    )
    found = Responder(scripts).respond(body).body
    return str(found["choices"][0]["message"]["content"])


def spoken(market: Cast, persona: str, turn: int) -> Reply:
    """A stand-in's reply in a turn, read as the conversation reads it."""
    form = ReplyForm.of(market)
    content = answered(market, cue_of(persona, turn), "reply", form.schema.schema)
    assert json.loads(content).keys() == form.schema.schema["properties"].keys()
    return form.parse(content, speaker=persona)


def cue_of(persona: str, turn: int, *, purpose: str = "speak") -> Cue:
    """Where the market stands."""
    return Cue(
        scenario="market", persona=persona, purpose=purpose, turn=turn, turns=12, cast=2, seed=1
    )


def test_a_line_whispers_and_fills_in_fields(market: Cast) -> None:
    """Every kind of value comes out as it was written."""
    whispered, aloud = spoken(market, "ada", 1), spoken(market, "bo", 2)

    assert (whispered.to, whispered.own) == (("bo",), {"offer": 12, "next": "bo"})
    assert (aloud.to, aloud.own) == (
        (),
        {"offer": 10.5, "crates": 3, "vote": "for", "deal": False, "note": "half of it"},
    )


def test_what_no_line_fills_in_stays_empty(market: Cast) -> None:
    """Nobody offers, votes or calls somebody whom nobody wrote it for."""
    said = spoken(market, "bo", 6)

    assert said.message == "[Bo would speak here]"
    assert (said.to, said.own) == ((), {})


def test_fields_that_may_not_be_empty_are_labelled(market: Cast) -> None:
    """A form of another kind that takes words is met all the same."""
    schema = {
        "type": "object",
        "properties": {
            "message": {"type": "string"},
            "mark": {"type": ["string", "null"]},
            "mood": {"type": "string"},
            "to": {"type": "string"},
        },
        "required": ["message", "mark", "mood", "to"],
        "additionalProperties": False,
    }

    content = answered(market, cue_of("ada", 1), "other", schema)

    assert json.loads(content) == {
        "message": "Twelve.",
        "mark": None,
        "mood": "[stand-in]",
        "to": "[stand-in]",
    }


def test_a_stand_in_judges_nothing(market: Cast) -> None:
    """No statement holds for it, and the reason says who answered."""
    cue = replace(cue_of("", 4), purpose="judge")

    content = answered(market, cue, "verdict", verdict_schema().schema)

    assert parse_verdict(content) == Verdict(reasoning="[stand-in]", holds=False)
