"""The stand-in's own figures: tokens, prompt cache, bills, each against sums made by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.reply import reply_schema
from simulator.definitions.model_entry import Cache, Endpoint, LongPrompt, ModelSpec, Price
from simulator.llm.prompt import estimate_tokens
from simulator.llm.stand_in.bill import Bill, Bills, TokenCounts, billed_nano
from simulator.llm.stand_in.prompt_cache import PromptCache, measure_prompt
from simulator.llm.stand_in.request import ChatRequest, read_request
from simulator.llm.stand_in.responder import Responder
from simulator.llm.stand_in.tokens import count_tokens, cut_to_tokens, token_ends
from simulator.record.usage import Usage, cost_of, to_nano
from tests.stand_in_samples import CATALOG, CUE, message, offered, request_body, scripts, words

PROSE = (
    "The hospital canteen was empty when she sat down with her telephone and tried, for the "
    "third time this week, to finish the registration. Every screen asked for something else: "
    "her name, her department, the beginning of her shift. Nobody had thought of people who "
    "start working in the evening, or of those who are called away in the middle of a sentence."
)


@given(text=st.text())
def test_tokens_cover_the_text(text: str) -> None:
    """Every character belongs to exactly one token, and cutting gives back the beginning."""
    lines = text.splitlines(keepends=True)

    assert [list(token_ends(line))[-1] for line in lines] == [len(line) for line in lines]
    assert count_tokens(text) == sum(len(token_ends(line)) for line in lines)
    assert cut_to_tokens(text, count_tokens(text)) == text
    assert all(
        text.startswith(cut_to_tokens(text, n)) and count_tokens(cut_to_tokens(text, n)) <= n
        for n in range(min(9, count_tokens(text)))
    )


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("You have eleven minutes.", 5),
        ("Don't!", 3),
        ("unbelievable", 2),
        ("1234567 8", 4),
        ('{"act": "open"}\n', 6),
        ("人人生而自由", 6),
        ("🎉🚀", 4),
        (words(300), 300),
    ],
)
def test_tokens_of_known_texts(text: str, tokens: int) -> None:
    """Words in pieces of eight letters, digits by three, ideographs singly, emoji by two."""
    assert count_tokens(text) == tokens


def test_tokens_of_prose_are_plausible() -> None:
    """English prose has 4 to 5 bytes a token, and the count is not the estimator's."""
    size = len(PROSE.encode()) / count_tokens(PROSE)

    assert 4 <= size <= 5
    assert count_tokens(PROSE) != estimate_tokens(PROSE)


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "ყველა ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებით.",
        "सभी मनुष्यों को गौरव और अधिकारों के मामले में समानता प्राप्त है।",
        "人人生而自由在尊严和权利上一律平等。",
        "Great 🎉 job, team 👩‍👩‍👧 — see you at 9:45!",
        json.dumps(reply_schema().schema),
    ],
)
def test_tokens_stay_below_half_the_bytes(text: str) -> None:
    """What reservations are made by is an upper bound for ordinary text in any script."""
    assert count_tokens(text) <= len(text.encode()) / 2


def counted(*messages: Any, model: str = "plain", **fields: Any) -> ChatRequest:
    """A request as it is measured."""
    request = read_request(request_body(*messages, model=model, **fields))
    assert isinstance(request, ChatRequest)
    return request


def test_a_prompt_is_counted_part_by_part() -> None:
    """Four tokens frame a message, three open the answer; tools and schemas count as JSON."""
    plain = measure_prompt(counted(message("system", words(10)), message("user", words(5))))
    tools = offered("search")
    with_tools = measure_prompt(counted(message("user", words(5)), tools=tools))

    assert plain.tokens == (4 + 10) + (4 + 5) + 3
    text = '[{"type": "function", "function": {"name": "search", "parameters": '
    text += '{"type": "object", "properties": {}, "required": []}}}]'
    assert with_tools.tokens == count_tokens(text) + (4 + 5) + 3


def test_a_cue_costs_nothing() -> None:
    """The machine-readable line is not part of the bill."""
    bare = measure_prompt(counted("Your turn."))

    assert measure_prompt(counted(CUE)) == bare


def used(*requests: ChatRequest, mode: Cache) -> list[tuple[int, int]]:
    """Tokens that requests in a row read from one cache and write to it."""
    cache = PromptCache()
    uses = [cache.use(measure_prompt(request), mode) for request in requests]
    return [(use.read, use.written) for use in uses]


def test_the_automatic_cache_reads_in_steps_of_128() -> None:
    """What was read before is read again from 1,024 tokens on, down to a step of 128."""
    system = message("system", words(1_100))
    first = counted(system, message("user", "One."))
    second = counted(system, message("user", "Two."))
    longer = counted(system, message("user", words(300)), message("user", "Three."))
    again = counted(system, message("user", words(300)), message("user", "Four."))

    # Shared: 4 + 1,100 tokens and the next message's frame of 4, so 8 steps of 128; then 4 + 300
    # and a frame of 4 more, so 11 steps.
    assert used(first, second, longer, again, mode="automatic") == [
        (0, 0),
        (8 * 128, 0),
        (8 * 128, 0),
        (11 * 128, 0),
    ]


@pytest.mark.parametrize(
    ("other", "read"),
    [
        (counted(message("system", words(1_100)), "x"), 1_024),
        (counted(message("system", words(1_100)), "x", model="marked"), 0),
        (counted(message("system", words(1_100)), "x", tools=offered("search")), 0),
        (counted(message("developer", words(1_100)), "x"), 0),
        (counted(message("system", "b " + words(1_099)), "x"), 0),
        (counted(message("system", words(1_015)), "x"), 0),
    ],
)
def test_only_an_exact_prefix_is_known(other: ChatRequest, read: int) -> None:
    """Another model, tool, role, first word, or a shared beginning too short: nothing is read."""
    first = counted(message("system", words(1_100)), message("user", "One."))

    assert used(first, other, mode="automatic")[1] == (read, 0)


def test_a_growing_text_is_a_growing_prefix() -> None:
    """A transcript sent as one text is known up to where it was added to."""
    lines = [f"[{turn}] Rosa: {words(40)}" for turn in range(1, 61)]
    talks = [counted("\n".join(lines[:size])) for size in (40, 50, 60)]

    known = [read for read, _ in used(*talks, mode="automatic")]

    prefixes = [measure_prompt(talk).tokens - 3 for talk in talks]
    assert known == [0, prefixes[0] // 128 * 128, prefixes[1] // 128 * 128]


def test_breakpoints_are_written_and_read() -> None:
    """Only marked prefixes are kept; reading the longest known one, writing what lies beyond."""
    system = message("system", words(1_100), marked=True)
    line = message("user", words(200), marked=True)
    last = message("user", "Your turn.")

    # Marked prefixes: 4 + 1,100, then 4 + 200 more, to the very token.
    assert used(
        counted(system, last),
        counted(system, last),
        counted(system, line, last),
        counted(system, line, message("user", "Again.")),
        mode="breakpoints",
    ) == [(0, 1_104), (1_104, 0), (1_104, 204), (1_308, 0)]


@pytest.mark.parametrize(
    "system",
    [
        message("system", words(1_100)),
        message("system", words(1_000), marked=True),
        message("assistant", words(1_100), marked=True),
    ],
)
def test_what_cannot_be_kept_is_not_written(system: dict[str, Any]) -> None:
    """Without a mark, below 1,024 tokens, and in the model's own words nothing is kept."""
    request = counted(system, message("user", "Your turn."))

    assert used(request, request, mode="breakpoints") == [(0, 0), (0, 0)]


def test_a_request_writes_four_breakpoints() -> None:
    """Of many marks the last four are kept."""
    many = [message("user", words(300), marked=True) for _ in range(9)]

    known = [read for read, _ in used(counted(*many), counted(*many[:5]), mode="breakpoints")]

    assert known == [0, 0]
    assert used(counted(*many), counted(*many[:6]), mode="breakpoints")[1] == (6 * 304, 0)


def test_without_a_cache_everything_is_read_afresh() -> None:
    """A model that does not cache reads and writes nothing."""
    request = counted(message("system", words(2_000), marked=True))

    assert used(request, request, mode="none") == [(0, 0), (0, 0)]


def test_the_cache_forgets_what_was_used_longest_ago() -> None:
    """Its memory is bounded."""
    cache = PromptCache(entries=2)
    prompts = [
        measure_prompt(counted(message("system", f"{name} {words(1_100)}"))) for name in "abcab"
    ]

    assert [cache.use(prompt, "automatic").read for prompt in prompts] == [0, 0, 0, 0, 0]
    assert cache.use(prompts[-1], "automatic").read == 1_024


def test_an_answer_tells_its_tokens_and_its_bill() -> None:
    """Usage and bill of a second question, by hand, for both kinds of cache."""
    responder = Responder(scripts(), catalog=CATALOG)
    asked = (message("system", words(1_100), marked=True), message("user", words(96)))
    prompt = 4 + 1_100 + 4 + 96 + 3
    completion = count_tokens(
        "[stand-in: this request carries no script line; a written scenario speaks here]"
    )

    responses = [
        responder.respond(request_body(*asked, model=model))
        for model in ("plain", "plain", "marked", "marked", "unheard-of")
    ]

    output = {"plain": 1_600 * completion, "marked": 1_200 * completion}
    assert [response.bill.nano for response in responses] == [
        400 * prompt + output["plain"],
        400 * (prompt - 1_152) + 100 * 1_152 + output["plain"],
        200 * (prompt - 1_104) + 250 * 1_104 + output["marked"],
        200 * (prompt - 1_104) + 20 * 1_104 + output["marked"],
        0,
    ]
    assert responses[2].body["usage"] == {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {
            "cached_tokens": 0,
            "cache_write_tokens": 1_104,
            "audio_tokens": 0,
        },
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def amounts() -> st.SearchStrategy[Decimal]:
    """Prices per million tokens."""
    return st.decimals(min_value=0, max_value=100, places=4)


def factors() -> st.SearchStrategy[Decimal]:
    """By which longer prompts are dearer."""
    return st.decimals(min_value=0, max_value=10, places=4)


@given(
    price=st.builds(
        Price,
        input=amounts(),
        cached=st.none() | amounts(),
        cache_write=st.none() | amounts(),
        output=amounts(),
    ),
    counts=st.tuples(*[st.integers(0, 400_000)] * 4),
    long=st.none()
    | st.builds(LongPrompt, above=st.just(200_000), input=factors(), output=factors()),
)
def test_server_and_ledger_agree(
    price: Price, counts: tuple[int, int, int, int], long: LongPrompt | None
) -> None:
    """Two ways of reckoning, one sum, to the nano-dollar."""
    fresh, cached, written, output = counts
    prompt = fresh + cached + written
    spec = ModelSpec(
        name="x/y",
        endpoint_id="x",
        model="y",
        endpoint=Endpoint(base_url="http://x.invalid"),
        price=price,
        long_prompt=long,
    )
    usage = Usage(input=prompt, cached=cached, cache_write=written, output=output)

    cost = cost_of(usage, spec.price_for(prompt))

    tokens = TokenCounts(prompt=prompt, cached=cached, cache_write=written, completion=output)
    assert cost is not None
    assert billed_nano(tokens, spec) == to_nano(cost)


def test_flex_and_unknown_prices() -> None:
    """Slower processing costs its factor; a price nobody knows is no number."""
    spec = CATALOG.spec("openai/plain")
    tokens = TokenCounts(prompt=1_000, completion=10)
    cheaper = replace(spec, flex=Decimal("0.5"))

    assert billed_nano(tokens, spec, flex=True) == 416_000
    assert billed_nano(tokens, cheaper, flex=True) == 208_000
    assert billed_nano(tokens, CATALOG.spec("openai/other")) is None


def test_bills_add_up_and_stay_bounded() -> None:
    """Totals are of all bills, the list is of the newest."""
    bills = Bills(listed=2)
    for number in range(5):
        tokens = TokenCounts(prompt=100, cached=50, cache_write=25, completion=number)
        nano = None if number == 4 else number
        bills.add(Bill(request_id=f"req_{number}", status=200, tokens=tokens, nano=nano))
    bills.add(Bill(request_id="req_5", status=400))

    told = bills.as_json()

    assert [one["request_id"] for one in told["requests"]] == ["req_4", "req_5"]
    assert told["totals"] == {
        "requests": 6,
        "answered": 5,
        "prompt_tokens": 500,
        "cached_tokens": 250,
        "cache_write_tokens": 125,
        "completion_tokens": 10,
        "billed_nano": 6,
        "unpriced": 1,
    }
