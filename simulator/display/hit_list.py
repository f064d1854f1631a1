"""Turns that were found by their words: what several runs have in common is told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from simulator.display.money import count
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.display.visible import flat
from simulator.record.rows import SearchHit

__all__ = ["Found", "found_lines", "hit_object", "print_hits"]

_HITS = (Column("run"), Column("turn", right=True), Column("speaker", cut=True), Column("words"))
_INDENT = "  "
_MARK = "**"
_NARROWEST = 20


@dataclass(frozen=True, slots=True)
class Found:
    """The same words of the same speaker, in one run or in several."""

    hit: SearchHit
    """Where they fit best."""
    runs: int

    @property
    def remark(self) -> str:
        """What has to be known of the words: empty, `stand-in`, `in 20 runs, stand-in`."""
        many = f"in {count(self.runs)} runs" if self.runs > 1 else ""
        spoken = "stand-in" if self.hit.stand_in else ""
        edited = "said first, edited since" if self.hit.edited_since else ""
        return ", ".join(word for word in (many, spoken, edited) if word)


def found_lines(hits: Iterable[SearchHit]) -> list[Found]:
    """What was found, each line once, in the order of the hits."""
    same: dict[tuple[str, str, bool, bool], list[SearchHit]] = {}
    for hit in hits:
        key = (hit.speaker, hit.snippet, hit.stand_in, hit.edited_since)
        same.setdefault(key, []).append(hit)
    return [Found(group[0], len({hit.run for hit in group})) for group in same.values()]


def print_hits(out: Terminal, lines: Sequence[Found]) -> None:
    """A line each in a pipe; on a screen the words stand below, folded, what was found bold."""
    if not out.is_screen:
        print_table(out, _HITS, map(_row, lines))
        return
    for line in lines:
        hit, remark = line.hit, f" · {line.remark}" if line.remark else ""
        out.say(f"{hit.run} · turn {count(hit.turn)} · {flat(hit.speaker)}{remark}", style="dim")
        for words in _folded(out, hit.snippet):
            out.say(words)


def _row(line: Found) -> tuple[str, ...]:
    hit, remark = line.hit, f" ({line.remark})" if line.remark else ""
    return (hit.run, count(hit.turn), hit.speaker, f"{hit.snippet}{remark}")


def _folded(out: Terminal, snippet: str) -> Iterator[str | Text]:
    if not out.styled:
        yield from (_INDENT + one for one in out.fitted(flat(snippet), indent=len(_INDENT)))
        return
    text = Text()
    for number, part in enumerate(flat(snippet).split(_MARK)):
        text.append(part, style="bold" if number % 2 else "")
    for one in text.wrap(out, max(_NARROWEST, out.screen_columns - len(_INDENT))):
        one.rstrip()
        yield Text(_INDENT) + one


def hit_object(hit: SearchHit) -> dict[str, Any]:
    """A turn that was found, as plain data."""
    return {
        "run": hit.run,
        "stand_in": hit.stand_in,
        "turn": hit.turn,
        "speaker": hit.speaker,
        "snippet": hit.snippet,
        "edited_since": hit.edited_since,
    }
