"""What guards tracebacks: long parts of keys, whoever shows them, and the hooks of before."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.llm.credentials import BLOT, Credentials
from simulator.llm.traceback_guard import guard_tracebacks

KEY = "canary7f3a9b2c4d5e6f70sings"
ALPHABET = st.text("abc012", min_size=16, max_size=40)


@pytest.fixture(autouse=True)
def hooks() -> Iterator[None]:
    """The hooks of before are put back."""
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    records = logging.getLogRecordFactory()
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = before
    logging.setLogRecordFactory(records)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"key = {KEY!r}", "key = '***'"),
        (f"key = '{KEY[:15]}...'", "key = '***...'"),
        (f"key = '...{KEY[-12:]}'", "key = '...***'"),
        (f"{KEY[:13]}\n{KEY[13:]}", "***\n***"),
        (f"\x1b[32m'{KEY[:6]}\x1b[1;36m{KEY[6:]}\x1b[0m'", "\x1b[32m'***\x1b[0m'"),
        (f"{KEY}{KEY} and {KEY[2:20]}", "****** and ***"),
        (f"{KEY[:11]} is too short a part", f"{KEY[:11]} is too short a part"),
        ("", ""),
    ],
)
def test_long_parts_of_a_key_are_blotted_out(text: str, shown: str) -> None:
    """Shortened, wrapped, coloured: twelve characters in a row are known."""
    known = Credentials()
    known.learn(KEY)

    assert known.without_parts(text) == shown


def test_what_only_has_the_name_of_a_key_is_known_as_a_whole() -> None:
    """It may be made of words, which others may say."""
    known = Credentials()
    known.learn_from({"BOT_TOKEN_NAME": "continuous-integration-robot"})

    assert known.without_parts("continuous-integration") == "continuous-integration"
    assert known.blotted("continuous-integration-robot") == BLOT


@given(key=ALPHABET, text=st.text("abc012 \n", max_size=80), place=st.integers(0, 80))
def test_no_part_is_left(key: str, text: str, place: int) -> None:
    """Wherever it stands; what is not a part stays as it was."""
    known = Credentials()
    known.learn(key)
    told = text[:place] + key + text[place:]

    shown = known.without_parts(told)

    assert not any(key[start : start + 12] in shown for start in range(len(key) - 11))
    assert known.without_parts(shown) == shown
    assert all(piece in told for piece in shown.split(BLOT))


def test_the_hooks_before_are_called(capsys: pytest.CaptureFixture[str]) -> None:
    """With what they were always called with, once, however often a key is looked up."""
    heard: list[object] = []

    def before(*given: object) -> None:
        heard.append(given)
        print("told:", given[1], file=sys.stderr)  # noqa: T201 - as a hook does

    sys.excepthook = before
    for number in range(3):
        guard_tracebacks([KEY, f"{KEY}{number}"])
    error = RuntimeError(f"no way in with {KEY}")

    stderr = sys.stderr
    sys.excepthook(RuntimeError, error, None)

    assert heard == [(RuntimeError, error, None)]
    assert capsys.readouterr().err == "told: no way in with ***\n"
    assert sys.stderr is stderr


def test_a_hook_that_is_set_later_is_wrapped_when_the_next_key_is_looked_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It knows the keys of before."""
    guard_tracebacks([KEY])
    sys.excepthook = lambda *given: print(given[1], file=sys.stderr)  # noqa: T201 - as a hook does
    guard_tracebacks()

    sys.excepthook(RuntimeError, RuntimeError(KEY), None)

    assert capsys.readouterr().err == "***\n"


def test_what_is_logged_without_keys_stays_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    """Its arguments too, for handlers that read them; and nothing raises that did not."""
    guard_tracebacks([KEY])
    log = logging.getLogger("mine")

    log.warning("%s of %s", 1, 2)
    log.warning("the key is %s", KEY)

    first, second = caplog.records
    assert (first.msg, first.args, first.exc_text) == ("%s of %s", (1, 2), None)
    assert (second.getMessage(), second.args) == ("the key is ***", ())


def test_a_traceback_is_logged_without_keys(caplog: pytest.LogCaptureFixture) -> None:
    """The words of the error, which stand in its last line."""
    guard_tracebacks([KEY])

    try:
        raise RuntimeError(f"no way in with {KEY}")
    except RuntimeError:
        logging.getLogger("mine").exception("failed")

    assert caplog.text.rstrip().endswith("RuntimeError: no way in with ***")
    assert KEY[:12] not in caplog.text
