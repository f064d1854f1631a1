"""What a quote assumes where no run has told better; every figure is an assumption of ours.

They are meant to be a little high for models that answer briefly, and wide: `SPREAD_OF_MODELS`
moves all replies of a model together, since nobody knows yet how talkative it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = [
    "ANSWER",
    "ANSWERS",
    "BYTES_PER_WORD",
    "FRAME_TOKENS",
    "LOOKING_UP",
    "REASONING",
    "REPAIRS",
    "SECONDS_BEFORE",
    "SHARE_OF_LIMIT",
    "SHRINKAGE",
    "SHRINKAGE_OF_COURSES",
    "SPREAD_OF_MODELS",
    "SPREAD_OF_REASONING",
    "SPREAD_OF_REPLIES",
    "SPREAD_OF_RUNS",
    "SPREAD_OF_TOKENS",
    "TOKENS_PER_BYTE",
    "TOKENS_PER_SECOND",
    "TOKENS_PER_WORD",
    "TO_THE_LIMIT",
    "WORDS",
]

SHARE_OF_LIMIT: Final = 0.7
"""Words of a reply, as a share of the persona's `max_words`: the median."""
WORDS: Final = 50
"""Words of a reply where the persona has no `max_words`: the median."""
SPREAD_OF_REPLIES: Final = 0.45
"""Standard deviation of the logarithm of a reply's length, from one to the next."""
SPREAD_OF_MODELS: Final = 0.3
"""The same of the mean length, from one model to the next."""
BYTES_PER_WORD: Final = 5.7
"""A word with the space after it."""
SPREAD_OF_RUNS: Final = 0.08
"""The same of what whole runs take, beyond what their turns explain, where few runs tell."""
TOKENS_PER_WORD: Final = 1.4
"""As the prompts' layout reckons."""
FRAME_TOKENS: Final = 75
"""Of a reply's other fields: thought, act, confidence, feelings, and the JSON around them."""
REASONING: Final = 200
"""Hidden reasoning of a model that thinks before it answers: the median per answer."""
SPREAD_OF_REASONING: Final = 0.8
LOOKING_UP: Final = 30
"""Tokens of an answer that calls tools."""
REPAIRS: Final = 0.02
"""Replies that do not fit and are asked for once more."""
ANSWERS: Final[Mapping[str, int]] = MappingProxyType(
    {"select": 35, "judge": 40, "summarise": 260, "extract": 150, "probe": 60}
)
"""Tokens of answers to other questions, by purpose: the median."""
ANSWER: Final = 100
"""The same for any other purpose."""
TOKENS_PER_BYTE: Final = 0.25
"""Of prompts, where nobody has counted: `estimate_tokens`."""
SPREAD_OF_TOKENS: Final = 0.1
SECONDS_BEFORE: Final = 1.0
"""Before an answer begins."""
TOKENS_PER_SECOND: Final = 70
"""As it comes."""
TO_THE_LIMIT: Final = 0.5
"""Runs that go on to the limit of turns, where a rule may end them before; others end anywhere in
the second half."""
SHRINKAGE: Final = 2.0
"""As many past replies weigh as much as what is known more generally: 2 replies of a persona a
half, 8 four fifths."""
SHRINKAGE_OF_COURSES: Final = 0.5
"""The same for past runs, which tell how many turns there are and who takes them."""
