"""What a prompt finds in the cache: reckoned before it is sent, and why it is no more."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import Session, load
from simulator.definitions.model_catalog import ModelSpec
from simulator.definitions.project import Project
from simulator.llm.prompt import Prompt, Section, estimate_tokens
from simulator.llm.stand_in.script import Scripts
from simulator.llm.stand_in.server import LoopbackServer
from simulator.llm.warmth import Sent, SentBefore, Warmth, warm_share
from simulator.llm.wiring import marks_of
from simulator.record.calls import Outcome, PrefixBreak
from simulator.record.usage import Usage
from simulator.runs.run import Run
from tests.llm_samples import CLOCK, SCHEMA, call_context, model_spec, prompt
from tests.small_project import small_project

MINI = model_spec("mini", supports=["json_schema", "tools"])
LUNA = model_spec("luna", supports=["json_schema", "tools"], cache="breakpoints")
LONG = "word " * 100
"""A line of 125 estimated tokens."""


def talk(lines: int, *, first: int = 1, private: str = "You are Rosa.", **more: Any) -> Prompt:
    """A prompt with so many lines."""
    said = (f"[{n}] Rosa: {LONG}" for n in range(first, first + lines))
    return prompt(*said, private=private, **more)


def sent(asked: Prompt, spec: ModelSpec = MINI, *, at: float = 0.0, **more: Any) -> Sent:
    """A prompt that was answered."""
    marks = marks_of(asked, spec, known_lines=None)
    return Sent(model=spec.name, prompt=asked, at=at, marks=marks, **more)


def warmth(asked: Prompt, *before: Sent, spec: ModelSpec = MINI, now: float = 1.0) -> Warmth:
    """What a model knows of a prompt."""
    return warm_share(spec, asked, before, now=now)


def test_nothing_is_known_before_anything_was_sent() -> None:
    """The first prompt of a run is read anew, and nothing is broken by that."""
    found = warmth(talk(20))

    assert (found.tokens, found.share, found.lines, found.broke) == (0, 0.0, None, "")
    assert abs(found.prompt_tokens - talk(20).estimated_tokens()) < 30


def test_what_was_sent_is_known_up_to_a_step_of_128_tokens() -> None:
    """Another speaker's prompt begins with all lines of the one before."""
    found = warmth(talk(13, private="You are Dev."), sent(talk(12)))

    assert (found.tokens, found.lines, found.broke) == (12 * 128, 12, "")
    assert found.share == found.tokens / found.prompt_tokens


def test_a_short_beginning_is_not_kept() -> None:
    """Less than 1,024 tokens are read anew every time."""
    assert warmth(talk(8), sent(talk(7))).tokens == 0
    assert warmth(talk(9), sent(talk(8))).tokens == 1_024


def test_the_same_prompt_with_more_behind_it_is_known_whole() -> None:
    """A tool's result comes after all that the question before said."""
    asked = talk(10)
    again = replace(asked, exchange=({"role": "tool", "content": LONG},))

    assert warmth(again, sent(asked), spec=MINI).tokens >= 1_152
    assert warmth(again, sent(talk(10, private="You are Dev."))).lines == 10


def test_a_marked_prompt_is_known_up_to_a_mark() -> None:
    """Lines are known as far as an earlier request was marked, to the token."""
    five_new = warmth(talk(17), sent(talk(12), LUNA), spec=LUNA)
    other_lines = warmth(talk(17, first=6), sent(talk(12), LUNA), spec=LUNA)

    assert (five_new.lines, five_new.tokens % 128 == 0) == (12, False)
    assert other_lines == replace(other_lines, tokens=0, lines=None)


def test_a_question_between_two_tools_is_marked_and_found() -> None:
    """From the second request of a turn on, also what only the speaker reads is known."""
    rounds = [
        talk(12, tools=(CLOCK,), allowed_tools=("clock",), private=f"You are Rosa. {LONG * 4}")
    ]
    for n in range(3):
        result = {"role": "tool", "tool_call_id": f"t{n}", "content": "12:30"}
        rounds.append(replace(rounds[-1], exchange=(*rounds[-1].exchange, result)))
    before = [sent(one, LUNA) for one in rounds]

    second, third = (warmth(rounds[n], *before[:n], spec=LUNA, now=float(n)).tokens for n in (1, 2))

    assert third - second > estimate_tokens(LONG * 4) - 10
    assert warmth(rounds[3], *before[:3], spec=LUNA).tokens == third


@given(st.integers(1, 12), st.integers(1, 8), st.sampled_from((LUNA, MINI)))
def test_a_round_at_once_finds_the_round_before(lines: int, speakers: int, spec: ModelSpec) -> None:
    """However many lines came meanwhile: a mark is looked for where one was."""
    memory, found = SentBefore(clock=lambda: 0.0), []
    for said_by_then in (lines + 8, lines + 8 + speakers, lines + 8 + 2 * speakers):
        asked = talk(said_by_then)
        found.append(memory.warmth(spec, asked).lines)
        told = call_context(spec=spec, known_lines=found[-1])
        told.outcomes.append(Outcome(state="settled"))
        memory.note(asked, told)

    assert found == [None, lines + 8, lines + 8 + speakers]


def test_every_model_has_a_cache_of_its_own() -> None:
    """What another model has read does not help, and that is the reason."""
    found = warmth(talk(20), sent(talk(19), LUNA))

    assert (found.tokens, found.broke) == (0, "model")


def test_a_model_without_a_cache_knows_nothing() -> None:
    """However much it has read."""
    bare = model_spec("bare", cache="none")

    assert warmth(talk(20), sent(talk(19), bare), spec=bare).tokens == 0


def test_what_the_provider_counted_corrects_the_estimate() -> None:
    """Twice as many tokens for the prompt before are twice as many for this one."""
    plain = warmth(talk(20), sent(talk(19)))
    dense = warmth(talk(20), sent(talk(19), tokens=2 * plain.prompt_tokens))

    assert dense.prompt_tokens == pytest.approx(2.1 * plain.prompt_tokens, rel=0.02)
    assert dense.tokens == pytest.approx(2.1 * plain.tokens, rel=0.1)


NOTE = "(9 earlier lines are left out.)"
LONGER_NOTE = "(10 earlier lines are left out.)"
BEFORE = talk(12, tools=(CLOCK,), schema=SCHEMA)
LINES = BEFORE.transcript
EDITED = (*LINES[:4], LINES[4].replace("word", "ward"), *LINES[5:])


@pytest.mark.parametrize(
    ("changes", "broke"),
    [
        ({}, ""),
        ({"transcript": (*LINES, "[13] Dev: No.")}, ""),
        ({"transcript": LINES[:11]}, ""),
        ({"private": (Section("card", "You are Dev."),)}, ""),
        ({"transcript": (NOTE, *LINES[9:])}, "window"),
        ({"transcript": (*LINES[:3], NOTE, *LINES[11:])}, "window"),
        ({"transcript": ("[1-9] In short, in nobody's own words: Hm.", *LINES[9:])}, "window"),
        ({"transcript": EDITED}, "edited"),
        ({"transcript": LINES[4:]}, "heard"),
        ({"tools": ()}, "tools"),
        ({"system": (Section("scenario", "Another."),)}, "system"),
        ({"schema": replace(SCHEMA, schema={"type": "object"})}, "schema"),
        ({"schema": replace(SCHEMA, name="choice")}, ""),
    ],
)
def test_a_prompt_that_does_not_go_on_says_why(changes: dict[str, Any], broke: PrefixBreak) -> None:
    """What is different from the prompt before it in the first place where it is."""
    assert warmth(replace(BEFORE, **changes), sent(BEFORE)).broke == broke


def test_a_window_that_slides_is_told_from_one_that_drops_blocks() -> None:
    """One line less in every turn, and one more, is read anew in every turn."""
    first, second, block = (
        replace(BEFORE, transcript=(note, *LINES[skipped:]))
        for note, skipped in (
            (NOTE, 9),
            (LONGER_NOTE, 10),
            ("(11 earlier lines are left out.)", 11),
        )
    )

    assert warmth(second, sent(BEFORE), sent(first, broke="window")).broke == "sliding"
    assert warmth(second, sent(BEFORE), sent(first)).broke == "window"
    assert warmth(block, sent(BEFORE), sent(first, broke="window")).broke == "window"


def test_what_nobody_has_used_for_minutes_is_gone() -> None:
    """Providers keep a beginning for 5 to 10 minutes."""
    assert warmth(talk(13), sent(talk(12)), now=300.0).tokens > 0
    assert warmth(talk(13), sent(talk(12)), now=301.0) == replace(
        warmth(talk(13)), broke="aged", prompt_bytes=warmth(talk(13)).prompt_bytes
    )


def test_who_came_late_goes_on_from_its_own_prompt() -> None:
    """It has heard fewer lines than the others: broken once, and not between its own turns."""
    late = sent(replace(BEFORE, transcript=LINES[4:10]))

    assert warmth(replace(BEFORE, transcript=LINES[4:]), sent(BEFORE)).broke == "heard"
    assert warmth(replace(BEFORE, transcript=LINES[4:]), late, sent(BEFORE)).broke == ""


def test_with_a_card_in_front_each_speaker_has_a_beginning() -> None:
    """Another speaker's prompt helps no further than the system message."""
    spec = model_spec("own", layout="persona_first")
    rosa, dev = (replace(talk(12, private=f"You are {one}."), settled=1) for one in ("Rosa", "Dev"))

    own = warmth(rosa, sent(rosa, spec), sent(dev, spec), spec=spec)
    other = warmth(rosa, sent(dev, spec), spec=spec)

    assert (own.lines, own.broke, own.tokens > 1_024) == (12, "", True)
    assert (other.lines, other.broke, other.tokens) == (None, "", 0)


@given(st.lists(st.integers(0, 20), max_size=40), st.integers(0, 20))
def test_no_prompt_is_known_beyond_what_it_has_in_common(sizes: list[int], lines: int) -> None:
    """Never more than the longest of those before, and never all that is private."""
    before = [sent(talk(size)) for size in sizes]
    asked = talk(lines, private="You are Dev.")

    found = warmth(asked, *before)

    most = min(max(sizes, default=0), lines)
    assert found.tokens <= found.prompt_tokens - estimate_tokens("You are Dev.") + 4
    assert (found.lines or 0) == (most if sizes else 0)
    assert warmth(asked, *before, sent(asked)).tokens >= found.tokens


def test_a_run_remembers_what_was_answered_and_nothing_else() -> None:
    """A prompt whose answer was on record was not sent; the newest of many are kept."""
    seconds = iter(range(1_000))
    memory = SentBefore(clock=lambda: float(next(seconds)))
    unsent, answered = call_context(spec=MINI), call_context(spec=MINI)
    answered.outcomes.append(Outcome(state="settled", usage=Usage(input=3_000, output=5)))

    memory.note(talk(30), unsent)
    for lines in range(10, 60):
        memory.note(talk(lines), answered)

    kept = list(memory)
    assert [len(one.prompt.transcript) for one in kept] == list(range(28, 60))
    assert {one.tokens for one in kept} == {3_000}
    assert memory.warmth(MINI, talk(60)).lines == 59


async def played(folder: Path, model: str, **more: Any) -> Run:
    """A long tea, played against a server that bills like a provider."""
    project = small_project(folder)
    place = project / "scenarios" / "tea.yaml"
    place.write_text(place.read_text().replace("A canteen.", "A canteen. " + LONG * 8))
    simulation = load(
        "tea", model=model, project=project, database=folder / "runs.db", limits=more, turns=24
    )
    scenario = simulation.cast.scenario.model_copy(update={"stop": None, "fidelity": "off"})
    simulation = replace(simulation, cast=replace(simulation.cast, scenario=scenario))
    with LoopbackServer(Scripts.of(Project.find(project)), simulation.catalog) as server:
        environ = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": server.url}
        async with Session(environ=environ) as session:
            run = await simulation.arun(seed=3, session=session)
        billed = await asyncio.to_thread(server.stats)
    assert billed["totals"]["cached_tokens"] == sum(row.usage.cached for row in run.calls)
    return run


@pytest.mark.parametrize("model", ["openai/gpt-4.1-mini", "openai/gpt-6-luna"])
@pytest.mark.parametrize("lines", [None, 8])
async def test_what_is_foreseen_is_what_the_server_bills(
    tmp_path: Path, model: str, lines: int | None
) -> None:
    """Over a whole run within a step of 128 tokens per call, between drops and at drops."""
    run = await played(tmp_path, model, context_lines=lines)

    far = [abs((row.call.warm_tokens or 0) - row.usage.cached) for row in run.calls]
    breaks = [row.prefix_break for row in run.calls]
    assert (len(far), max(far) <= 128, sum(far) / len(far) < 32) == (24, True, True)
    assert set(breaks) == ({""} if lines is None else {"", "window"})
    assert all(row.usage.cached for row in run.calls[2:])
