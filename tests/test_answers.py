"""How answers are kept: small, and readable for ever."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import StoreFailed
from simulator.record.answers import pack, unpack
from tests.record_samples import prose, reply

ANSWER = (
    b'{"message":{"role":"assistant","content":"{\\"reasoning\\":\\"short break\\",'
    b'\\"message\\":\\"You have eleven minutes.\\",\\"confidence\\":0.8}"},'
    b'"finish_reason":"stop","system_fingerprint":null}'
)
KEPT = bytes.fromhex(
    "01a3c0ace28cfca2128524a0603686b191c054074e71a09849cd53c8cdcc2b2d492dd6c39ab4488d1170920700"
)
"""What `pack` made of it in version 1."""


@given(st.binary(max_size=3_000) | st.text(max_size=3_000).map(str.encode))
def test_an_answer_comes_back_byte_for_byte(answer: bytes) -> None:
    """Whatever it is, it is what it was, and never more than a byte longer."""
    packed = pack(answer)

    assert unpack(packed) == answer
    assert len(packed) <= len(answer) + 1


def test_what_an_older_version_kept_is_still_read() -> None:
    """The dictionary of a version is part of the format: these bytes never change."""
    assert unpack(KEPT) == ANSWER


def test_a_reply_takes_half_its_room() -> None:
    """Keys and phrases that every reply has cost next to nothing."""
    source = random.Random(3)  # noqa: S311 - samples, no secrets
    replies = [reply(source, prose(source, 50)) for _ in range(50)]

    packed = sum(len(pack(answer)) for answer in replies)

    assert packed < 0.6 * sum(map(len, replies))


@pytest.mark.parametrize("packed", [b"", b"\x07later", pack(b"a" * 99)[:-3], b"\x01\xff\xff"])
def test_a_damaged_answer_is_told(packed: bytes) -> None:
    """What cannot be read is an error, never half an answer."""
    with pytest.raises(StoreFailed, match=r"newer simulator|damaged"):
        unpack(packed)
