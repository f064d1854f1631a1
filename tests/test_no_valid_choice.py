"""Whoever decides who speaks chooses nobody there is: somebody speaks all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.llm.session import Session
from simulator.record.events import SpeakerChosen
from simulator.testing import ScriptedTransport, completion
from tests.small_project import MODEL, loader, small_project
from tests.stage import CHOICE, Body, choice, kinds, reply, stage
from tests.talks import cast_of, member


@pytest.mark.parametrize("policy", ["moderated", "selected"])
async def test_without_a_valid_choice_whoever_has_waited_longest_speaks(policy: str) -> None:
    """The reason is recorded, and the talk goes on to its limit."""

    def answer(body: Body) -> Body:
        asks = any(CHOICE.search(str(one["content"])) for one in body["messages"])
        return choice("kim") if asks else reply()

    cast = cast_of("rosa", "dev", member("ilse", role="moderator"), limits={"turns": 6})

    record = await stage(cast, answer, policy=policy).play()

    chosen = [one for one in record.events if isinstance(one, SpeakerChosen)]
    unasked = [one for one in chosen if one.reason.startswith("no valid choice: ")]
    assert len(chosen) == 6
    assert len(unasked) >= 5
    assert {one.reason[-20:] for one in unasked} == {"; has waited longest"}
    assert all(len({one.names for one in chosen[n : n + 3]}) == 3 for n in range(1, 4))
    assert kinds(record.events)[-2:] == ["limit_reached", "run_ended"]


async def test_a_choice_that_did_not_fit_is_told(tmp_path: Path) -> None:
    """It has recovered, for somebody was given the floor, and the talk went on."""
    scene = small_project(tmp_path) / "scenarios" / "tea.yaml"
    three = "  - {persona: rosa, as: second}\n  - {persona: dev, role: moderator}\n"
    panel = scene.read_text().replace("round_table", "moderated_panel")
    scene.write_text(panel.replace("  - persona: dev\n", three))
    nobody = completion('{"reasoning": "Hm.", "next": "kim"}')

    network = ScriptedTransport([reply(), nobody, nobody, reply()])
    simulation = loader(tmp_path)(model=MODEL, turns=2)

    async with Session(environ={"OPENAI_API_KEY": "sk-any"}, network=network) as session:
        run = await simulation.arun(seed=7, session=session)

    errors = [(e.what, e.kind, e.turn, e.outcome) for e in run.errors]
    assert errors == [("reply", "invalid_reply", 2, "recovered")] * len(errors)
    assert errors
    assert (run.stop_reason, len(run.turns)) == ("turns", 2)
