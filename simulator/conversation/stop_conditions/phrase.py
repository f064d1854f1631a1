"""Over when somebody says certain words."""

from __future__ import annotations

import re
import unicodedata

from simulator.conversation.standing import Standing
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason

__all__ = ["phrase"]

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese: nothing stands between their words."""
_IN_A_WORD = rf"[^\W_{_UNSPACED}]"
_APOSTROPHES = str.maketrans("\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}", "''")


def phrase(words: str) -> StopCondition:
    """The last turn, or one of the last simultaneous ones, contains the words, each as a whole.

    Case does not count, nor do the breaks between words.
    """
    wanted = _pattern(_plain(words))

    def condition(standing: Standing, /) -> StopReason | None:
        for said in standing.state.last_round:
            if wanted.search(_plain(said.text)):
                return StopReason("phrase", f"{said.speaker} said {words!r}")
        return None

    return condition


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).translate(_APOSTROPHES).casefold()
    return " ".join(folded.split())


def _pattern(wanted: str) -> re.Pattern[str]:
    """The words, with no more of a word at their ends: "can't" is another word than "can".

    White space alone is nothing that anybody says.
    """
    if not wanted:
        return re.compile(r"(?!)")
    before = rf"(?<!{_IN_A_WORD})" if re.match(_IN_A_WORD, wanted) else ""
    after = rf"(?!{_IN_A_WORD}|'t\b)" if re.search(rf"{_IN_A_WORD}\Z", wanted) else ""
    return re.compile(f"{before}{re.escape(wanted)}{after}")
