"""Sentences of ours with the names of members where the record has their ids."""

from __future__ import annotations

import re
from collections.abc import Mapping

from simulator.display.short_name import short_name

__all__ = ["named", "named_ending"]

_PART = re.compile(r"""(?<!\w)(?:'[^'\n]*'|"[^"\n]*")(?!\w)|[\w-]+""")
"""What is quoted, as a whole, or a word."""
_OTHERS = frozenset({"event", "external", "failed", "goal", "graph", "key_missing", "key_refused"})
"""Ends whose sentence is not ours: a person's, a judge's, an endpoint's."""


def named(sentence: str, names: Mapping[str, str]) -> str:
    """The sentence with short names for ids; what stands in quotation marks stays as it was said.

    `names`: member id -> the name others use. Only for sentences that the program makes: in
    anybody else's a word may be an id by chance.
    """

    def shown(part: re.Match[str]) -> str:
        return short_name(part[0], names) if part[0] in names else part[0]

    return _PART.sub(shown, sentence)


def named_ending(stop_reason: str, detail: str, names: Mapping[str, str]) -> str:
    """Why a run ended, with names where the sentence is ours."""
    return detail if stop_reason in _OTHERS else named(detail, names)
