"""Layouts of prompts: chosen by price and cast, append-only, and cheaper where they say so."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.prompts import Prompts, Situation
from simulator.conversation.state import State, fold
from simulator.definitions.cast import Cast
from simulator.definitions.model_catalog import ModelSpec
from simulator.definitions.model_entry import Layout, Price
from simulator.definitions.window import halved, opening
from simulator.llm.layout import LayoutChoice, Speakers, chosen_layout, prompt_price
from simulator.llm.prompt import Prompt
from simulator.llm.wiring import arranged, cache_key, wire
from simulator.record.events import Event, PersonaJoined
from tests.llm_samples import CLOCK, SCHEMA, SEARCH, model_spec, prompt
from tests.talks import AT, cast_of, chosen, member, said, started, told

LINES = ("[1] Rosa: You have eleven minutes.", "[2] Dev: Make it skippable.")
MARK = {"prompt_cache_breakpoint": {"mode": "explicit"}}
MINI = {"in": "0.40", "cached": "0.10", "out": "1.60"}
LUNA = {"in": "0.10", "cached": "0.01", "cache_write": "0.125", "out": "0.50"}
TALK = Speakers(count=2, turns=60, card=300, line=60)
NAMES = ("rosa", "dev", "ilse", "tomi", "otis")


def spec_in(layout: Layout | None, **more: Any) -> ModelSpec:
    """A model whose prompts have that layout."""
    supports = ["json_schema", "tools", "allowed_tools"]
    return model_spec(**{"layout": layout, "supports": supports, **more})


def texts(body: dict[str, Any]) -> list[list[str]]:
    """What the messages say, message by message and part by part."""
    contents = [message["content"] for message in body["messages"]]
    return [[one] if isinstance(one, str) else [part["text"] for part in one] for one in contents]


def before_the_last_message(prompt: Prompt, spec: ModelSpec) -> bytes:
    """The beginning of a request as a model reads it: tools, form, and all but the last message."""
    body = wire(prompt, spec, max_output=300, cache_key=cache_key("focus-group-7f3a"))
    fixed = json.dumps([body.get("tools"), body.get("response_format")])
    parts = [part for message in texts(body)[:-1] for part in message]
    return "\x1e".join((fixed, *parts)).encode()


@st.composite
def talks(draw: st.DrawFn) -> tuple[Cast, tuple[Event, ...]]:
    """A talk with whispers, words from outside, rounds at once, and somebody who comes late."""
    size = draw(st.integers(2, 5))
    late = draw(st.booleans()) and size > 2
    lines = draw(st.sampled_from((None, 4, 5, 8, 16)))
    people = [member(one, secrets=[f"{one}'s own"]) for one in NAMES[: size - 1]]
    entering = "later" if late else "at_once"
    people.append(member(NAMES[size - 1], enters_here=entering))
    cast = cast_of(*people, limits={"turns": 60, "context_lines": lines})
    present = list(cast.ids[:-1] if late else cast.ids)
    events: list[Event] = [replace(started(cast), absent=cast.ids[-1:] if late else ())]
    turn = 1
    for _ in range(draw(st.integers(1, 16))):
        if late and turn > size and len(present) < size:
            present.append(cast.ids[-1])
            events.append(PersonaJoined(turn=turn - 1, at=AT, persona=cast.ids[-1]))
        if draw(st.integers(0, 5)) == 0:
            events.append(told(turn, f"{turn} o'clock.", index=turn))
        at_once = draw(st.sampled_from((1, 1, 1, len(present))))
        names = tuple(draw(st.permutations(present))[:at_once])
        events.append(chosen(turn, *names))
        for place, name in enumerate(names):
            to = (draw(st.sampled_from(present)),) if draw(st.integers(0, 5)) == 0 else ()
            events.append(said(turn + place, name, f"Words {turn + place}.", to=to))
        turn += len(names)
    return cast, tuple(events)


def prompts_of(cast: Cast, events: tuple[Event, ...]) -> list[tuple[str, int, Prompt]]:
    """Who was asked what, and how many lines nobody read any more, in the order of turns."""
    prompts, found = Prompts(cast=cast, tools=(CLOCK, SEARCH)), []
    state = State.from_events(events[:1])
    for event in events[1:]:
        state = fold(state, (event,))
        for one in event.names if event.kind == "speaker_chosen" else ():
            now = Situation.of(state, cast, one, allowed_tools=("clock",) if one == "dev" else ())
            asked = prompts.speaking(cast.member(one), now)
            found.append((one, now.left_out.lines + now.left_out.unheard, asked))
    return found


@given(talks(), st.sampled_from(("shared_first", "persona_first")), st.sampled_from((MINI, LUNA)))
def test_between_drops_the_beginning_of_a_request_only_grows(
    told_talk: tuple[Cast, tuple[Event, ...]], layout: Layout, price: dict[str, str]
) -> None:
    """Byte by byte: for all who heard the same, or for each with a card before the transcript."""
    cast, events = told_talk
    mode = "breakpoints" if price is LUNA else "automatic"
    spec = spec_in(layout, price=price, cache=mode)
    chains: dict[tuple[str, int], list[bytes]] = {}

    for one, dropped, asked in prompts_of(cast, events):
        whose = one if layout == "persona_first" or one in cast.late else "all"
        chains.setdefault((whose, dropped), []).append(before_the_last_message(asked, spec))

    for chain in chains.values():
        assert all(later.startswith(earlier) for earlier, later in pairwise(chain))


@given(talks(), st.sampled_from(("shared_first", "persona_first")))
def test_everybody_sends_the_same_tools_and_form_and_nothing_volatile_before_the_transcript(
    told_talk: tuple[Cast, tuple[Event, ...]], layout: Layout
) -> None:
    """In every turn: one set of tools and form, one system message, one card for each speaker."""
    cast, events = told_talk
    spec, fixed, cards = spec_in(layout, price=MINI), set(), set()

    for one, _, asked in prompts_of(cast, events):
        body = wire(arranged(asked, spec), spec, max_output=300)
        system, *rest = texts(body)
        fixed.add(json.dumps([body["tools"], body["response_format"], system]))
        cards.add((one, rest[0][0] if layout == "persona_first" else ""))

    assert len(fixed) == 1
    assert len(cards) == len({one for one, _ in cards})


@given(talks())
def test_both_layouts_say_the_same(told_talk: tuple[Cast, tuple[Event, ...]]) -> None:
    """Only the order of the paragraphs differs."""
    for _, _, asked in prompts_of(*told_talk):
        said_in = [
            sorted(
                "\n\n".join(
                    part for m in texts(wire(asked, spec, max_output=9)) for part in m
                ).split("\n\n")
            )
            for spec in (spec_in("shared_first"), spec_in("persona_first"))
        ]
        assert said_in[0] == said_in[1]


def test_who_comes_late_reads_on_from_the_same_line() -> None:
    """Once the lines it has missed are left out for all, its transcript ends like everybody's."""
    limits = {"turns": 60, "context_lines": 8}
    cast = cast_of("rosa", member("dev", enters_here="later"), limits=limits)
    events: list[Event] = [replace(started(cast), absent=("dev",))]
    for turn in range(1, 12):
        if turn == 5:
            events.append(PersonaJoined(turn=4, at=AT, persona="dev"))
        events += [chosen(turn, "rosa"), said(turn, "rosa", f"Words {turn}.")]
    state = State.from_events(events)
    prompts = Prompts(cast=cast)

    rosa, dev = (
        prompts.speaking(cast.member(one), Situation.of(state, cast, one)).transcript
        for one in cast.ids
    )

    assert rosa[:2] == ("[1] Rosa Lindqvist: Words 1.", "(5 lines are left out.)")
    assert dev == ("(5 earlier lines are left out.)", *rosa[2:])
    assert rosa[2] == "(In comes Dev Moreau.)"
    assert rosa[3].startswith("[7]")


@given(st.integers(0, 400), st.integers(4, 60))
def test_the_older_half_drops_at_once(lines: int, most: int) -> None:
    """At most so many are read, at least half, and the number that drops never falls."""
    kept = lines - halved(lines, most=most)

    assert kept == lines if lines <= most else most // 2 <= kept <= most
    assert halved(lines, most=most) <= halved(lines + 1, most=most)
    assert halved(lines, most=None) == opening(None) == 0
    assert opening(most) < most // 2


def test_sixteen_lines_become_eight() -> None:
    """With the seventeenth line half of them stay, the first three among these."""
    assert [halved(lines, most=16) for lines in (16, 17, 25, 26)] == [0, 9, 9, 18]
    assert (opening(16), opening(4)) == (3, 0)


def test_a_card_stands_before_the_transcript_or_after_it() -> None:
    """What never changes for a speaker, and what changes with every turn, stay apart."""
    asked = replace(prompt(*LINES, private="You are Rosa."), settled=0)
    two = replace(asked, private=(*asked.private, *prompt(private="Turn 3.").private), settled=1)

    shared, own = (texts(wire(two, spec_in(one), max_output=9))[1:] for one in LAYOUTS)

    heading = "The conversation so far:"
    assert shared == [[heading, *LINES], ["You are Rosa.\n\nTurn 3."]]
    assert own == [["You are Rosa.", heading, *LINES], ["Turn 3."]]
    plain = spec_in("persona_first", endpoint={"content": "text"})
    assert [text for (text,) in texts(wire(two, plain, max_output=9))] == [
        "Three people try an app.\n\nBe yourself.",
        "\n\n".join(("You are Rosa.", "\n".join((heading, *LINES)), "Turn 3.")),
    ]


LAYOUTS: tuple[Layout, ...] = ("shared_first", "persona_first")


@pytest.mark.parametrize(
    ("known", "exchange", "marked"),
    [
        (None, False, (4, 5, 6)),
        (2, False, (2, 5, 6)),
        (5, False, (4, 5, 6)),
        (None, True, (5, 6)),
        (2, True, (2, 6)),
    ],
)
def test_marks_stand_where_the_next_request_looks_for_them(
    known: int | None, exchange: bool, marked: tuple[int, ...]
) -> None:
    """Four in all: system, what is known, what is new, and the last message between two tools."""
    spec = spec_in(None, cache="breakpoints")
    called = ({"role": "assistant", "content": ""}, {"role": "tool", "content": "12:30"})
    asked = prompt(
        *(f"[{n}] Rosa: hm" for n in range(1, 7)), tools=(CLOCK,), allowed_tools=("clock",)
    )
    asked = replace(asked, exchange=called if exchange else ())

    body = wire(asked, spec, max_output=9, known_lines=known)

    messages = body["messages"]
    lines = [n for n, part in enumerate(messages[1]["content"]) if MARK.items() <= part.items()]
    assert MARK.items() <= messages[0]["content"][0].items()
    assert tuple(lines) == marked
    assert ("prompt_cache_breakpoint" in json.dumps(messages[2])) == exchange


def test_a_card_before_the_transcript_is_marked_too() -> None:
    """After lines were left out the speaker's card is still found."""
    spec = spec_in("persona_first", cache="breakpoints")
    asked = replace(prompt(*LINES, private="You are Rosa."), settled=1)

    (_, transcript, _) = wire(asked, spec, max_output=9)["messages"]

    assert ["prompt_cache_breakpoint" in part for part in transcript["content"]] == [
        *(True, False, True, True)
    ]


def test_a_cache_key_is_a_runs_and_goes_only_where_models_yaml_says_so() -> None:
    """It is the same in all requests of a run, tells nobody's name, and is sent nowhere else."""
    key = cache_key("focus-group-7f3a")
    told_so = model_spec(endpoint={"cache_key": True})

    bodies = [wire(prompt(), spec, max_output=9, cache_key=key) for spec in (told_so, model_spec())]

    assert [body.get("prompt_cache_key") for body in bodies] == [key, None]
    assert (key, len(key)) == (cache_key("focus-group-7f3a"), 16)
    assert key != cache_key("focus-group-7f3b")
    assert "focus" not in key


@pytest.mark.parametrize(
    ("entry", "speakers", "layout", "reason"),
    [
        ({"price": MINI}, TALK, "persona_first", "a cache for each costs 0.83 of one for all"),
        ({"price": MINI}, replace(TALK, count=8), "shared_first", "would cost 1.11 of one"),
        ({"price": LUNA, "cache": "breakpoints"}, TALK, "persona_first", "costs 0.71"),
        ({"price": MINI, "cache": "none"}, TALK, "shared_first", "both cost the same"),
        (
            {"price": MINI, "cache": "none"},
            replace(TALK, foreign_tools=98),
            "persona_first",
            "98 tokens of others' tools are not sent",
        ),
        ({"price": {"in": 1, "out": 2}}, TALK, "shared_first", "both cost the same"),
        ({"price": {"in": 0, "out": 0}}, TALK, "shared_first", "free"),
        ({}, TALK, "shared_first", "its price is unknown"),
        ({"price": MINI}, None, "shared_first", "no speaker's card"),
        ({"price": MINI, "layout": "shared_first"}, TALK, "shared_first", "models.yaml names it"),
        (
            {"price": MINI, "endpoint": {"layout": "persona_first"}},
            replace(TALK, count=8),
            "persona_first",
            "models.yaml names it",
        ),
    ],
)
def test_price_and_cast_choose_the_layout(
    entry: dict[str, Any], speakers: Speakers | None, layout: Layout, reason: str
) -> None:
    """Few speakers have a cache each; where nothing is cached others' tools are left out."""
    taken = chosen_layout(model_spec(**entry), speakers, shared=850)

    assert taken.layout == layout
    assert reason in taken.reason
    assert bool(taken.told) == (layout == "persona_first")


@given(
    st.builds(
        Speakers,
        count=st.integers(1, 12),
        turns=st.integers(1, 300),
        card=st.integers(0, 3_000),
        line=st.integers(1, 400),
        lines=st.sampled_from((None, 8, 16, 40)),
    ),
    st.integers(0, 5_000),
    st.booleans(),
)
def test_a_prompt_costs_something_between_all_cached_and_all_written(
    speakers: Speakers, shared: int, marked: bool
) -> None:
    """Whatever the layout; and whoever speaks alone never loses by a cache of their own."""
    price = Price.model_validate(LUNA if marked else MINI)
    costs = [
        prompt_price(one, speakers, shared=shared, price=price, marked=marked) for one in LAYOUTS
    ]

    assert all(cost > 0 for cost in costs)
    if speakers.count == 1 and not marked:
        assert costs[1] <= costs[0] * 1.2
    assert price.cached is not None
    assert price.cached < Decimal(1)


def test_without_a_cache_only_the_speakers_own_tools_are_sent() -> None:
    """Those it may call, and those whose results stand in the prompt already."""
    called = {"function": {"name": "search_knowledge_base", "arguments": "{}"}, "id": "t1"}
    asked = prompt(*LINES, tools=(CLOCK, SEARCH), allowed_tools=("clock",), schema=SCHEMA)
    after = replace(asked, exchange=({"role": "assistant", "tool_calls": [called]},))
    bare, cached = spec_in("persona_first", cache="none"), spec_in("persona_first", price=MINI)

    sent = [arranged(one, spec).tools for one in (asked, after) for spec in (bare, cached)]

    assert sent == [(CLOCK,), (CLOCK, SEARCH), (CLOCK, SEARCH), (CLOCK, SEARCH)]
    assert arranged(asked, spec_in(None, supports=["json_schema"])).tools == ()
    assert LayoutChoice("shared_first", "").told == ()
