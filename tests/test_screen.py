"""What is sent and what is kept: keys are taken out, block the prompt, or are only told."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from simulator.definitions.outgoing import Outgoing
from simulator.errors import RequestBlocked
from simulator.llm.ask import Listener
from simulator.llm.credentials import BLOT, KEY_OF_THIS_RUN, Credentials, Spoken
from simulator.llm.screen import Screen, Sighting
from simulator.testing import completion
from tests.llm_samples import catalog, desk, prompt, question

# Every key here is made up, in parts, so that nobody who looks for keys finds one.
BASE64 = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"
PEM = f"-----BEGIN RSA {'PRIVATE'} KEY-----\n{BASE64}\n{BASE64}\n-----END RSA PRIVATE KEY-----"
KEYS = {
    "an OpenAI key": ["sk-" + "aB3" * 16, "sk-proj-" + "x9_Z-" * 20, "sk-svcacct-" + "q1" * 30],
    "an Anthropic key": ["sk-ant-" + "api03-" + "Ab1-" * 20],
    "a GitHub token": ["ghp_" + "aB3c" * 9, "github_" + "pat_11" + "ABCDE" * 8, "ghs_" + "z" * 36],
    "an AWS key": ["AKIA" + "IOSFODNN7EXAMPLE", "ASIA" + "Y34FZKBOKMUTVV7A"],
    "a Google key": ["AIza" + "Sy" + "D-9tSrke72PouQMnMX-a7eZSW0jkFMBWY"],
    "a Slack token": ["xoxb-" + "123456789012-abcdefABCDEF", "xapp-" + "1-A0123-456-abcdef"],
    "a Stripe key": ["sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc"],
    "a JSON web token": ["eyJhbGciOiJI" + ".eyJzdWIiOiIxMjM0" + ".SflKxwRJSMeKKF2QT4"],
    "a private key": [PEM, PEM.replace("\n", "\\n"), PEM.partition("\n-----END")[0]],
}
CASES = [(name, key) for name, keys in KEYS.items() for key in keys]
PROSE = [
    "It is a secret. The key is under the mat; my password is 'swordfish'.",
    "The risk-averse desk-bound task-force asks the disk-utility-2000-and-more-2024-edition.",
    "sk-learn, sk-i-resort-in-the-mountains and whisk-y are no keys; neither is sk-.",
    "AKIA and ASIA are letters, AIza too; ghp_short, xoxo-hugs, eyJ.eyJ.eyJ, github_pat_1.",
    "-----BEGIN PUBLIC KEY----- is for everybody; PRIVATE KEY is a song; -----BEGIN CERTIFICATE--",
    "Order 4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00, commit 6715942aab1826d0f2621.",
    "base64: TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5IGJ5IGhpcyByZWFzb24sIGJ1dCBieSB0aGlz",
]


def screen(**rules: Any) -> Screen:
    """A screen with these rules."""
    return Screen(Outgoing.model_validate(rules))


def body(*texts: str) -> dict[str, Any]:
    """A request with these texts as parts of a message."""
    parts = [{"type": "text", "text": text} for text in texts]
    return {"messages": [{"role": "user", "content": parts}], "max_completion_tokens": 5}


@pytest.mark.parametrize(("name", "key"), CASES)
@pytest.mark.parametrize("around", ["{}", "Use {}, please.", '{{"key": "{}"}}', "KEY={}\n"])
def test_real_keys_are_taken_out(name: str, key: str, around: str) -> None:
    """Wherever they stand; nothing of the words around them is lost."""
    here = screen()

    sent = here.passed(body("Well?", around.format(key)))

    assert [part["text"] for part in sent["messages"][0]["content"]] == [
        "Well?",
        around.format(BLOT),
    ]
    assert here.news() == (Sighting(names=(name,), place="prompt"),)


@pytest.mark.parametrize("text", PROSE)
def test_words_about_keys_are_words(text: str) -> None:
    """What has not the form of a key is sent as the same object."""
    here, given_body = screen(), body(text)

    assert here.passed(given_body) is given_body
    assert here.news() == ()


@given(st.text(max_size=300))
def test_other_texts_stay_as_they_are(text: str) -> None:
    """Of random texts none is a key."""
    assert screen().kept({"text": text}) == {"text": text}


@given(st.lists(st.sampled_from([key for _, key in CASES]) | st.text(max_size=30), max_size=8))
def test_to_take_out_twice_changes_nothing(pieces: list[str]) -> None:
    """So a line reads the same in every prompt, and a provider's cache knows it."""
    once = screen().kept(" ".join(pieces))

    assert screen().kept(once) == once


def test_block_sends_nothing() -> None:
    """The sentence says what and where to mend it, and does not hold the key."""
    key = KEYS["an AWS key"][0]

    with pytest.raises(RequestBlocked, match=r"^The prompt was not sent: an AWS key stands") as e:
        screen(credentials="block").passed(body(key))

    assert key not in str(e.value)


def test_warn_changes_nothing_but_keys_in_use() -> None:
    """Those are never sent, whatever the rules say."""
    used = Credentials()
    used.learn("correct-horse-battery")
    here = Screen(Outgoing(credentials="warn"), credentials=used)
    other = KEYS["an OpenAI key"][0]

    sent = here.passed(body(f"{other} correct-horse-battery"))

    assert sent["messages"][0]["content"][0]["text"] == f"{other} {BLOT}"
    (seen,) = here.news()
    assert seen.names == (KEY_OF_THIS_RUN, "an OpenAI key")


def test_own_patterns_have_names() -> None:
    """And are told by them, once."""
    here = screen(patterns={"a badge": r"EMP-\d{6}"})

    kept = [here.kept(["Badge EMP-123456."]) for _ in range(2)]

    assert kept == [[f"Badge {BLOT}."]] * 2
    assert here.news() == (Sighting(names=("a badge",), place="said"),)
    assert here.news() == ()


def test_where_a_key_was_seen_first_is_news() -> None:
    """Whose prompt it was; what stands in files waits for it until the end."""
    here, (first, *_), (second, *_) = screen(), KEYS["an OpenAI key"], KEYS["an AWS key"]

    here.kept([first, second], place="files")
    early = here.news()
    here.passed(body(first), "omar")
    told, rest = here.news(), here.news(last=True)

    assert early == ()
    assert told == (Sighting(names=("an OpenAI key",), place="prompt", member="omar"),)
    assert rest == (Sighting(names=("an AWS key",), place="files"),)
    assert here.news(last=True) == ()


def test_own_patterns_change_no_field() -> None:
    """What an API or an event calls its fields is not what somebody said."""
    here = screen(patterns={"words": r"content|text|user|role"})

    assert here.passed(body("A user's text.")) == body(f"A {BLOT}'s {BLOT}.")


def test_a_pattern_without_end_lets_nothing_out() -> None:
    """What cannot be searched in time is not kept, and the next prompt is not sent."""
    here = screen(patterns={"a badge": r"(a|a)+$"})
    words = "a" * 60 + "!"

    assert here.kept({"act": "ask", "text": words}) == {"act": "ask", "text": BLOT}
    with pytest.raises(RequestBlocked, match=r"'a badge': The pattern .* takes too long") as e:
        here.passed(body("Good morning."))

    assert words not in str(e.value)


def test_variables_with_the_names_of_keys_are_known() -> None:
    """But for paths, addresses and words, which would be blotted out of every sentence."""
    credentials = Credentials()
    paths = {"SIMULATOR_KEYS": "/home/somebody/.config/keys", "KEY_SERVER": "https://keys.example"}
    credentials.learn_from({"MY_API_KEY": "0123456789abcdef", "TOKEN": "short", **paths})

    assert credentials.blotted("0123456789abcdef short /home/somebody/.config/keys") == (
        f"{BLOT} short /home/somebody/.config/keys"
    )


@pytest.mark.parametrize("pattern", ["(", "a*", ""])
def test_a_pattern_that_is_none_is_refused(pattern: str) -> None:
    """One that fits an empty text would blot everything out."""
    with pytest.raises(ValidationError, match=r"no regular expression|fits anything"):
        Outgoing(patterns={"mine": pattern})


def test_tools_and_exchanges_are_looked_through() -> None:
    """Descriptions, arguments, results."""
    key = KEYS["a Google key"][0]
    called = [{"function": {"name": "look", "arguments": json.dumps({"q": key})}}]
    request = {
        "messages": [{"role": "assistant", "tool_calls": called}, {"role": "tool", "content": key}],
        "tools": [{"type": "function", "function": {"name": "look", "description": key}}],
    }

    assert key not in json.dumps(screen().passed(request))
    assert key in json.dumps(request)


def test_long_talks_pass_and_endless_texts_do_not() -> None:
    """The limit is for one text, not for the talk."""
    here = screen(longest_text=100)

    assert here.passed(body(*["x" * 100] * 50))
    with pytest.raises(RequestBlocked, match=r"one text in it has 101 characters.*allows 100;"):
        here.passed(body("x" * 101))


@pytest.mark.parametrize(
    "text",
    [f"-----BEGIN {'PRIVATE'} KEY-----" * 20_000, "sk-" * 300_000, "eyJ" * 300_000,
     ".eyJa" * 200_000, "sk-" + "a" * 900_000, "xoxb-" + "a" * 900_000],
    ids=["begins", "sk", "jwt", "dots", "long", "slack"],
)  # fmt: skip
def test_hostile_texts_take_no_longer(text: str) -> None:
    """Nearly a megabyte that almost is a key."""
    began = time.perf_counter()

    screen().kept(text)

    assert time.perf_counter() - began < 1.0


@given(st.lists(st.integers(0, 70), max_size=12))
def test_streamed_words_show_no_key_however_they_are_cut(cuts: list[int]) -> None:
    """And nothing of them is lost or comes twice."""
    credentials = Credentials()
    credentials.learn("correct-horse-battery", "core-values-2026")
    said = "core or correct-horse-cor correct-horse-battery, core-values-2026 correct!"
    places = [0, *sorted(cuts), len(said)]
    spoken = Spoken(credentials)

    shown = "".join(spoken.feed(said[a:b]) for a, b in pairwise(places))

    assert shown == f"core or correct-horse-cor {BLOT}, {BLOT} correct!"


async def test_a_prompt_with_a_key_reaches_nobody() -> None:
    """Neither the endpoint nor the record; the prefix of the next question is the same bytes."""
    key = KEYS["an OpenAI key"][0]
    lines = (f"Dev: my key is {key}", "Rosa: put it away.")
    asked = [prompt(*lines), prompt(*lines, "Dev: done.")]

    async with desk(*[completion(f"Was it {key}?")] * 2) as here:
        answers = [await here.ask(question(n=n, prompt=one)) for n, one in enumerate(asked)]

    sent = [request["messages"][1]["content"] for request in here.network.bodies]
    assert sent[1][: len(sent[0])] == sent[0]
    assert key not in json.dumps(sent)
    assert [answer.value for answer in answers] == ["WAS IT ***?"] * 2
    assert [outcome for outcome in here.outcomes if key.encode() in outcome.answer] == []


async def test_a_blocked_prompt_costs_nothing() -> None:
    """There is no call and no attempt."""
    key, blocking = KEYS["an OpenAI key"][0], Outgoing(credentials="block")
    models = catalog().model_copy(update={"outgoing": blocking})

    async with desk(models=models) as here:
        with pytest.raises(RequestBlocked):
            await here.ask(question(prompt=prompt(key)))

    assert (here.outcomes, here.states, here.meter.dollars) == ([], [], Decimal(0))


async def test_streamed_words_do_not_show_the_key_of_the_run() -> None:
    """Where a server says it in its answer, over several pieces."""
    heard: list[str] = []
    key = "sk-proj-0123456789abcdef"

    async with desk(
        completion(f"Is it {key} or not?"), models=catalog(key_variable="K"), K=key
    ) as here:
        answer = await here.ask(listener=Listener(streams=True, text=heard.append))

    assert key not in "".join(heard)
    assert answer.value == "IS IT *** OR NOT?"
