"""What the stand-in speaks, and in which form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.reply import (
    choice_schema,
    parse_choice,
    parse_reply,
    reply_schema,
)
from simulator.definitions.scenario import Line
from simulator.errors import InvalidFiles, Problem
from simulator.llm.stand_in.cue import Cue, find_cue
from simulator.llm.stand_in.lines import Moment, choose_line
from simulator.llm.stand_in.responder import Responder
from simulator.llm.stand_in.script import Script, Scripts
from simulator.llm.stand_in.speech import read_fingerprint, speak
from simulator.llm.transports.stand_in import StandIn
from tests.stand_in_samples import (
    CUE,
    SCENARIO,
    SCRIPT,
    TOMI,
    cued,
    offered,
    request_body,
    scripts,
)

IDS = tuple(f"line-{number}" for number in range(8))
ACTS = ("open", "ask", "answer", "object", "close")


def answer(*messages: Any, known: Scripts | None = None, **fields: Any) -> Mapping[str, Any]:
    """The body that a fresh stand-in answers."""
    return Responder(known or scripts()).respond(request_body(*messages, **fields)).body


def content(body: Mapping[str, Any]) -> str:
    """The words of an answer."""
    return str(body["choices"][0]["message"]["content"])


def json_schema(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The demand for an answer of that form."""
    demanded = {"name": name, "strict": True, "schema": dict(schema)}
    return {"type": "json_schema", "json_schema": demanded}


REPLY = json_schema("reply", reply_schema().schema)


@st.composite
def scripts_of_lines(draw: st.DrawFn) -> tuple[Line, ...]:
    """Lines that wait for and rule out each other in any way."""
    some = st.lists(st.sampled_from(IDS), max_size=2, unique=True).map(tuple)
    return tuple(
        Line(
            id=line_id,
            speaker=draw(st.sampled_from(["rosa", "tomi"])),
            say=line_id,
            act=draw(st.sampled_from(ACTS)),
            after=draw(some),
            unless=draw(some),
        )
        for line_id in IDS
    )


@given(lines=scripts_of_lines(), seed=st.integers(0, 99), turns=st.integers(1, 14))
def test_every_line_chosen_may_be_spoken(lines: tuple[Line, ...], seed: int, turns: int) -> None:
    """No line comes twice, too early, ruled out, out of season or from another's mouth."""
    spoken: list[str] = []
    by_id = {line.id: line for line in lines}

    for turn in range(1, turns + 1):
        speaker = ("rosa", "tomi")[turn % 2]
        moment = Moment(
            speaker=speaker, turn=turn, turns=turns, cast=2, seed=seed, spoken=tuple(spoken)
        )
        line = choose_line(lines, moment)
        if line is not None:
            assert line.id not in spoken
            assert set(line.after) <= set(spoken)
            assert set(line.unless).isdisjoint(spoken)
            assert by_id[line.id].speaker == speaker
            assert line.act != "open" or turn <= 2
            assert line.act != "close" or turn > turns - 2
            spoken.append(line.id)


def test_a_written_line_goes_first() -> None:
    """Where a line fits, its words, act and id are the answer."""
    body = answer(CUE, response_format=REPLY)

    assert parse_reply(content(body)).model_dump() == {
        "reasoning": "(stand-in: a written line, no thinking)",
        "message": "You have eleven minutes.",
        "act": "open",
        "confidence": 0.5,
        "emotions": (),
        "expertise": (),
        "to": (),
    }
    assert body["system_fingerprint"] == "stand-in:line:rosa-open"


@pytest.mark.parametrize(
    ("last_act", "spoken", "source"),
    [
        ("explain", (), "sample:rosa:2"),
        ("ask", (), "sample:rosa:1"),
        ("explain", ("sample:rosa:2",), "sample:rosa:1"),
        ("ask", ("sample:rosa:1",), ""),
    ],
)
def test_samples_follow_lines(last_act: str, spoken: tuple[str, ...], source: str) -> None:
    """A sample for the last act goes before one for any, each once; then only directions."""
    cue = cued(turn=5, spoken=("rosa-open", *spoken), last_act=last_act)

    fingerprint = answer(cue)["system_fingerprint"]

    kind = "sample" if source else "stage-direction"
    assert read_fingerprint(fingerprint) == (kind, source)


def test_the_last_round_closes() -> None:
    """In the last round a closing line goes first, then a closing sample."""
    last = cued(turn=11, spoken=("rosa-open",))

    assert speak(SCRIPT, last).source == "rosa-close"
    assert speak(SCRIPT, replace(last, spoken=("rosa-close",))).source == "sample:rosa:3"


def test_a_stage_direction_quotes_the_persona_alone() -> None:
    """Without line and sample a bracket says what the persona's own file would make it do."""
    spoken = ("rosa-open", "sample:rosa:1", "sample:rosa:2")
    cues = [cued(turn=turn, seed=seed, spoken=spoken) for turn in range(3, 11) for seed in range(9)]

    told = {speak(SCRIPT, cue).words for cue in cues}

    assert told == {
        '[Rosa would object here, unwilling to "invent a password"]',
        '[Rosa would challenge here, unwilling to "invent a password"]',
        '[Rosa would explain here, knowing about "triage"]',
        '[Rosa would answer here, knowing about "triage"]',
        '[Rosa would reflect here, being "dry"]',
        '[Rosa would answer here, being "dry"]',
        '[Rosa would answer here, described as "Counts coffee breaks."]',
        '[Rosa would reflect here, described as "Counts coffee breaks."]',
    }


def test_a_stage_direction_stays_in_its_brackets() -> None:
    """Quotation marks, brackets and line breaks of a file cannot end a direction early."""
    persona = TOMI.model_copy(update={"wont": ('say "no"]\n' + "and more " * 40,)})
    script = replace(SCRIPT, members={"tomi": persona})

    said = speak(script, cued(persona="tomi", turn=5, last_act="propose")).words

    assert said.startswith("[Tomi would object here, unwilling to \"say 'no') and more ")
    assert said.endswith('and …"]')
    assert len(said) < 210


@pytest.mark.parametrize(
    ("cue", "words"),
    [
        (cued(scenario="other"), "[stand-in: the scenario 'other' is not known here]"),
        (cued(persona="dev"), "[stand-in: the scenario 'sign-up' has no member 'dev']"),
        (cued(inputs={"x": "1"}), "[stand-in: the scenario 'sign-up' is not known here]"),
        (cued(purpose="summarise"), "[stand-in: nothing is written for this]"),
        (
            "Hello!",
            "[stand-in: this request carries no script line; a written scenario speaks here]",
        ),
    ],
)
def test_what_is_not_written_is_not_made_up(cue: Cue | str, words: str) -> None:
    """Where no script helps, a bracket says so, in words and in a reply."""
    assert content(answer(cue)) == words


def test_a_stranger_gets_the_demanded_form() -> None:
    """A request without a cue is answered in the form it asks for."""
    reply = parse_reply(content(answer("Hello!", response_format=REPLY)))

    assert reply.message.startswith("[stand-in: this request carries no script line")


def test_scripts_are_loaded_once() -> None:
    """What is not in memory is asked of the loader, and kept; what it lacks is asked again."""
    asked = []

    def load(scenario: str, inputs: Mapping[str, str]) -> Script | None:
        asked.append((scenario, dict(inputs)))
        return replace(SCRIPT, inputs=dict(inputs)) if scenario == "sign-up" else None

    known = Scripts(load)
    cues = [cued(inputs={"a": "1"}), cued(inputs={"a": "1"}), *[cued(scenario="gone")] * 2]
    found = [known.find(cue) is not None for cue in cues]

    assert found == [True, True, False, False]
    assert asked == [("sign-up", {"a": "1"}), ("gone", {}), ("gone", {})]


def test_broken_files_are_told() -> None:
    """A scenario that cannot be read is a refusal with the file's own message."""

    def load(scenario: str, inputs: Mapping[str, str]) -> Script | None:
        raise InvalidFiles([Problem("scenarios/x.yaml", 3, 1, "what is this?")])

    error = answer(CUE, known=Scripts(load))["error"]

    assert error["message"] == (
        "The stand-in cannot read its script: scenarios/x.yaml:3:1: what is this?"
    )


def test_the_choice_follows_the_script() -> None:
    """Whoever can answer what was said last is chosen, and never the last speaker."""
    cue = cued(purpose="select", turn=2, spoken=("rosa-open",), last_speaker="rosa")
    demanded = json_schema("choice", choice_schema(["rosa", "tomi"]).schema)

    body = answer(cue, response_format=demanded)

    choice = parse_choice(content(body), ["rosa", "tomi"])
    assert choice.model_dump() == {
        "reasoning": "has a written line for this moment",
        "next": "tomi",
    }


def test_without_lines_the_quiet_are_chosen() -> None:
    """Among those without a line, whoever said least has the floor."""
    said = ("rosa-open", "tomi-why", "sample:rosa:1")
    cue = cued(purpose="select", turn=5, spoken=said, last_speaker="zoe")
    silent = replace(SCRIPT, scenario=SCENARIO.model_copy(update={"lines": SCENARIO.lines[:2]}))
    known = Scripts()
    known.add(silent)
    demanded = json_schema("choice", choice_schema(["rosa", "tomi", "zoe"]).schema)

    choice = parse_choice(content(answer(cue, known=known, response_format=demanded)), ["tomi"])

    assert choice.model_dump() == {"reasoning": "has said least", "next": "tomi"}


WARD = cued(turn=3, spoken=("rosa-open", "tomi-why"), last_speaker="tomi", last_act="ask")


def called(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and arguments of the tools an answer calls."""
    calls = body["choices"][0]["message"].get("tool_calls", [])
    return [(call["function"]["name"], call["function"]["arguments"]) for call in calls]


def test_tools_are_called_before_the_line() -> None:
    """A line's tools are called at once, those that are offered; with results it is spoken."""
    tools = offered("search", "clock", "other")

    asking = answer(WARD, tools=tools, response_format=REPLY)
    message = asking["choices"][0]["message"]
    results = [
        {"role": "tool", "tool_call_id": call["id"], "content": "Nothing."}
        for call in message["tool_calls"]
    ]
    spoken = answer(WARD, message, *results, tools=tools, response_format=REPLY)

    assert called(asking) == [("search", '{"query":"ward"}'), ("clock", "{}")]
    assert asking["choices"][0]["finish_reason"] == "tool_calls"
    assert message["content"] is None
    assert parse_reply(content(spoken)).message == "The ward says so."
    assert spoken["system_fingerprint"] == "stand-in:line:rosa-ward"


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"tools": None}, []),
        ({"tool_choice": "none"}, []),
        ({"tool_choice": {"type": "function", "function": {"name": "clock"}}}, ["clock"]),
        ({"parallel_tool_calls": False}, ["search"]),
        (
            {
                "tool_choice": {
                    "type": "allowed_tools",
                    "allowed_tools": {"mode": "auto", "tools": offered("search")},
                }
            },
            ["search"],
        ),
    ],
)
def test_only_allowed_tools_are_called(fields: dict[str, Any], names: list[str]) -> None:
    """What is not offered, not allowed, or one too many is not called."""
    body = answer(WARD, **{"tools": offered("search", "clock"), **fields})

    assert [name for name, _ in called(body)] == names


def test_a_client_that_insists_gets_a_labelled_call() -> None:
    """Where a tool has to be called and nothing is written, its arguments are labelled."""
    parameters = {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]}
    tool = {"type": "function", "function": {"name": "find", "parameters": parameters}}

    body = answer("Find it.", tools=[tool], tool_choice="required")

    assert called(body) == [("find", '{"q":"[stand-in]"}')]


def test_schemas_in_words_are_understood() -> None:
    """An endpoint without schemas is told one in words; the answer fits it."""
    asked = f"Answer with one JSON object:\n{json.dumps(reply_schema().schema)}\n\n{CUE.as_line()}"

    plain = content(answer(asked))
    as_object = content(answer(asked, response_format={"type": "json_object"}))
    nothing = content(answer("JSON, please.", response_format={"type": "json_object"}))

    assert parse_reply(plain).message == parse_reply(as_object).message
    assert nothing == "{}"


def test_a_forged_cue_is_none() -> None:
    """A line that looks like a cue but holds something else is not obeyed."""
    forged = CUE.as_line().replace('"turn":1', '"turn":"1"')

    assert find_cue(forged) is None
    assert find_cue(f"{CUE.as_line()}\n{forged}") == CUE


def test_other_fingerprints_mean_nothing() -> None:
    """Only a stand-in's fingerprint says what was spoken."""
    texts = ("fp_44709d6fcb", "stand-in:song:x", "", "stand-in:line:rosa-breaks")

    assert [read_fingerprint(text) for text in texts] == [None, None, None, ("line", "rosa-breaks")]


def test_the_same_questions_get_the_same_bytes() -> None:
    """Two stand-ins that are asked alike answer alike, ids included."""
    bodies = [
        request_body(cued(turn=5, seed=seed, spoken=("rosa-open",)), response_format=REPLY)
        for seed in (1, 2, 3, 4, 1)
    ]

    def asked() -> list[bytes]:
        responder = Responder(scripts())
        return [b"".join(responder.respond(body).chunks()) for body in bodies]

    assert asked() == asked()


async def test_in_process_answers_chats_only() -> None:
    """Any other address gets a 404 that clients understand."""
    async with httpx2.AsyncClient(transport=StandIn(Scripts())) as client:
        answer = await client.get("http://stand-in.invalid/v1/models")

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_url")
