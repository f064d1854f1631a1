"""Stage actions: what a speaker does instead of words, where the scenario has such turns."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from simulator.conversation.prompts import line_of
from simulator.conversation.reply_form import ReplyForm
from simulator.conversation.state import Utterance
from simulator.display.paragraph import paragraph_of
from simulator.record.events import RunEnded
from simulator.runs.simulation import load
from tests.marked_files import HEAD, Check, checker_of, two_people
from tests.talks import cast_of

DOES = """\
title: A table
setting: A table.
actions: true
cast: [{persona: ada}, {persona: bo}]
limits: {turns: 2}
lines:
  - {id: away, speaker: ada, act: do, say: turns the page over}
"""
REPLY = """{{"reasoning": "", "message": "turns the page", "act": "{act}", "confidence": 1,
"emotions": [], "expertise": []}}"""


@pytest.mark.parametrize("actions", [True, False])
def test_only_a_scenario_with_actions_offers_them(*, actions: bool) -> None:
    """Without them the schema does not name the act and an answer with it is mended."""
    form = ReplyForm.of(cast_of("ada", "bo", actions=actions))
    offered = form.schema.schema["properties"]["act"]["enum"]

    assert ("do" in offered) is actions
    if actions:
        assert form.parse(REPLY.format(act="do"), speaker="ada").act == "do"
    else:
        with pytest.raises(ValueError, match="act cannot be do here: say it in words, or pass"):
            form.parse(REPLY.format(act="do"), speaker="ada")


def test_what_is_done_is_seen_by_all_and_shown_between_asterisks(tmp_path: Path) -> None:
    """It is a turn like any other; no words are counted for it."""
    project = two_people(tmp_path)
    (project / "scenarios" / "table.yaml").write_text(DOES, encoding="utf-8")
    run = load("table", project=project, database=tmp_path / "runs.db").run(seed=1)
    done = run.turns[0]

    assert (done.act, done.text, done.provenance) == ("do", "turns the page over", "line")
    shown = paragraph_of(done, {})
    assert shown is not None
    assert shown.text == "*turns the page over*"
    assert run.transcript.startswith("Ada: *turns the page over*")
    assert run.participation.shares[0].words == 0
    assert isinstance(run.events[-1], RunEnded)


def test_the_transcript_of_a_prompt_says_that_it_is_done() -> None:
    """So that nobody answers it as if it had been said."""
    cast = cast_of("ada", "bo", actions=True)
    said = Utterance(turn=3, speaker="ada", text="turns the page over", act="do")

    assert line_of(cast, said) == f"[3] {cast.member('ada').name} (does): turns the page over"


def test_a_sample_that_is_an_action_waits_for_a_scenario_with_them(tmp_path: Path) -> None:
    """The stand-in does what a persona's file says only where turns may be actions."""
    project = two_people(tmp_path)
    persona = project / "personas" / "ada.yaml"
    persona.write_text(
        "name: Ada\nsamples:\n  - {act: do, say: shuts the window}\n", encoding="utf-8"
    )
    scenario = project / "scenarios" / "table.yaml"
    told = []
    for text in (DOES.partition("lines:")[0], DOES.partition("lines:")[0].replace("true", "false")):
        scenario.write_text(text, encoding="utf-8")
        run = load("table", project=project, database=tmp_path / "runs.db").run(seed=1)
        told.append(run.turns[0].text)

    assert told == ["shuts the window", "[Ada would speak here]"]


def test_lines_that_act_need_a_scenario_that_lets_them(tmp_path: Path) -> None:
    """`validate` says it where the act stands."""
    check: Check = checker_of(two_people(tmp_path))
    lines = dedent("""\
        lines:
          - {id: away, speaker: ada, act: ^do, say: turns the page over}
        """)

    assert check(HEAD + lines) == [
        (
            "Nobody does anything but speak in this scenario.",
            "Write `actions: true` beside `cast`, or give the line another act.",
        )
    ]
    assert check(HEAD + "actions: true\n" + lines.replace("^", "")) == []
