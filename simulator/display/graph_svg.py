"""A graph's shape as a drawing: one lane a member, one column a part, from left to right in time.

A dot is one turn whose place is known beforehand, a bar is a right to speak whenever the
turn-taking gives it, a capsule holds turns that are taken at once. The drawing is our own, needs no
library and no font of its own, and follows a reader's light or dark mode.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape as _escape
from textwrap import wrap

from simulator.display.graph_shape import GraphShape, Lane, Part
from simulator.display.visible import flat

__all__ = ["graph_svg"]

_WIDTH = 720
_MARGIN = 28
_LABELS = 186
"""Width of the members' names."""
_LANE = 30
"""Height of a lane."""
_LINE = 15
"""Height of a line of small text."""
_GAP = 14
"""Room between a column's edge and what stands in it."""
_NARROWEST = 92
"""Width of a column at least, before all are scaled to the room there is."""
_SMALL = 6.1
"""Width that a character of small text takes at most, on average."""
_BEAT = 56
"""Room for a turn of a round that goes on and on; as many rounds are drawn as there is room for."""
_ACROSS = 106
"""Characters of small text that the whole width holds."""

_STYLE = (
    ".c{fill:#fff;stroke:#e3e1dc}.t{fill:#1f2328}.m{fill:#6b6f76}.l{stroke:#e3e1dc}"
    ".a{fill:#0f766e}.s{fill:#0f766e;opacity:.16}.p{stroke:#0f766e;opacity:.45;fill:none}"
    "text{font:11.5px ui-sans-serif,system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif}"
    ".h{font-size:17px;font-weight:600}.b{font-size:12.5px;font-weight:600}"
    "@media(prefers-color-scheme:dark){.c{fill:#15181c;stroke:#30363d}.t{fill:#e6e8ea}"
    ".m{fill:#9aa1a9}.l{stroke:#2b3138}.a,.s{fill:#5eead4}.p{stroke:#5eead4}}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A part where it is drawn."""

    part: Part
    left: float
    width: float

    @property
    def foot(self) -> list[str]:
        """What stands below it: how turns are taken, and what ends it."""
        room = max(int((self.width - _GAP) / _SMALL), 8)
        told = [text for text in (self.part.order, self.part.end) if text]
        short = ", ".join(told)
        texts = [short] if len(short) <= room else told
        return [line for text in texts for line in wrap(text, room)]


def graph_svg(shape: GraphShape) -> str:
    """The drawing as one SVG document, at most some 6 kB, with a title and a description."""
    columns = _columns(shape.parts)
    about = wrap(shape.about.replace("`", ""), _ACROSS)
    top = 58 + _LINE * len(about) + (28 if any(part.name for part in shape.parts) else 8)
    lanes = {lane.member: top + _LANE * (n + 0.5) for n, lane in enumerate(shape.lanes)}
    bottom = top + _LANE * len(lanes)
    feet = bottom + 22 + _LINE * max(len(column.foot) for column in columns)
    over = wrap(f"Over {shape.end}.", _ACROSS)
    height = feet + 12 + _LINE * len(over) + 14
    body = [
        *_heading(shape, about),
        *_lanes(shape.lanes, lanes),
        *(mark for column in columns for mark in _column(column, shape, lanes)),
        f'<path class="l" d="M{_MARGIN} {feet}H{_WIDTH - _MARGIN}"/>',
        *_lines(over, _MARGIN, feet + 22),
    ]
    told = _text(" ".join((shape.about, *shape.sentences)).strip())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" role="img" aria-labelledby="title desc">\n'
        f'<title id="title">{_text(shape.name)}: who may speak when</title>\n'
        f'<desc id="desc">{told}</desc>\n<style>{_STYLE}</style>\n'
        f'<rect class="c" x=".5" y=".5" width="{_WIDTH - 1}" height="{height - 1}" rx="10"/>\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )


def _text(text: str) -> str:
    """The text for XML, which bears no control characters."""
    return _escape(flat(text))


def _columns(parts: Sequence[Part]) -> list[_Column]:
    """The parts side by side, each as wide as what happens in it, and no narrower than its name."""
    room = _WIDTH - 2 * _MARGIN - _LABELS
    weights = [_weight(part) for part in parts]
    scale = room / sum(weights)
    columns, left = [], float(_MARGIN + _LABELS)
    for part, weight in zip(parts, weights, strict=True):
        columns.append(_Column(part=part, left=left, width=weight * scale))
        left += weight * scale
    return columns


def _weight(part: Part) -> float:
    longest = max(map(len, f"{part.name} {part.order}".split()), default=1)
    words = 110.0 + 0.7 * len(part.order + part.end) if not part.beats else 0.0
    return max(longest * 8.0 + 2 * _GAP, 24.0 * len(part.beats), words, _NARROWEST)


def _heading(shape: GraphShape, about: Sequence[str]) -> Iterator[str]:
    yield f'<text class="t h" x="{_MARGIN}" y="40">{_text(shape.name.replace("_", " "))}</text>'
    yield (
        f'<text class="m" x="{_WIDTH - _MARGIN}" y="40" text-anchor="end">'
        f"cast of {_text(shape.scenario)}</text>"
    )
    yield from _lines(about, _MARGIN, 62)


def _lines(lines: Sequence[str], left: float, top: float) -> Iterator[str]:
    """Small text, a line below the other."""
    for number, line in enumerate(lines):
        yield f'<text class="m" x="{left:.4g}" y="{top + _LINE * number:g}">{_text(line)}</text>'


def _lanes(lanes: Sequence[Lane], heights: dict[str, float]) -> Iterator[str]:
    for lane in lanes:
        middle = heights[lane.member]
        dashes = ' stroke-dasharray="2 4"' if lane.late else ""
        start, end = _MARGIN + _LABELS, _WIDTH - _MARGIN
        yield f'<path class="l"{dashes} d="M{start} {middle:g}H{end}"/>'
        first = _text(lane.name.split()[0])
        role = "enters later" if lane.late else lane.role.partition(",")[0]
        room = int((_LABELS - 20) / _SMALL) - len(first) - 2
        short = role if len(role) <= room else role[: room - 1].rstrip() + "\u2026"
        yield (
            f'<text x="{_MARGIN}" y="{middle + 4:g}"><tspan class="t b">{first}</tspan>'
            f'<tspan class="m" dx="7">{_text(short)}</tspan></text>'
        )


def _column(column: _Column, shape: GraphShape, heights: dict[str, float]) -> Iterator[str]:
    part, left = column.part, column.left
    top, bottom = min(heights.values()) - _LANE / 2, max(heights.values()) + _LANE / 2
    yield f'<path class="l" d="M{left:.1f} {top - (22 if part.name else 0):g}V{bottom:g}"/>'
    if part.name:
        name = _text(part.name.replace("-", " "))
        yield f'<text class="t b" x="{left + _GAP / 2:.1f}" y="{top - 8:g}">{name}</text>'
    yield from _dots(column, heights) if part.beats else _bars(column, shape, heights)
    yield from _lines(column.foot, left + _GAP / 2, bottom + 18)


def _dots(column: _Column, heights: dict[str, float]) -> Iterator[str]:
    """Turns in their order, joined by a line; those taken at once in a capsule."""
    beats, tail = column.part.beats, 1 if column.part.repeats else 0
    if tail:
        beats *= max(1, int(column.width / _BEAT) // len(beats))
    step = (column.width - 2 * _GAP) / (len(beats) + tail)
    places = [column.left + _GAP + step * (n + 0.5) for n in range(len(beats))]
    single = [(x, heights[beat[0]]) for x, beat in zip(places, beats, strict=True)]
    if len(beats) > 1:
        way = "L".join(f"{x:.1f} {y:g}" for x, y in single)
        yield f'<path class="p" d="M{way}" stroke-width="1.5"/>'
    for x, beat in zip(places, beats, strict=True):
        rows = [heights[one] for one in beat]
        if len(rows) > 1:
            yield _capsule(x, min(rows), max(rows))
        yield from (f'<circle class="a" cx="{x:.1f}" cy="{y:g}" r="5.5"/>' for y in rows)
    if tail:
        yield _repeat(column, heights)


def _capsule(x: float, top: float, bottom: float) -> str:
    left, height = f"{x - 11:.1f}", f"{bottom - top + 22:g}"
    return f'<rect class="s" x="{left}" y="{top - 11:g}" width="22" height="{height}" rx="11"/>'


def _repeat(column: _Column, heights: dict[str, float]) -> str:
    """The sign at which musicians begin again."""
    rows = [heights[one] for one in column.part.speakers]
    x, middle = column.left + column.width - _GAP - 4, (min(rows) + max(rows)) / 2
    top, bottom = min(rows) - 10, max(rows) + 10
    return (
        f'<path class="p" d="M{x - 5:.1f} {top:g}V{bottom:g}" stroke-width="1"/>'
        f'<path class="p" d="M{x:.1f} {top:g}V{bottom:g}" stroke-width="3"/>'
        f'<circle class="a" cx="{x - 12:.1f}" cy="{middle - 6:g}" r="2"/>'
        f'<circle class="a" cx="{x - 12:.1f}" cy="{middle + 6:g}" r="2"/>'
    )


def _bars(column: _Column, shape: GraphShape, heights: dict[str, float]) -> Iterator[str]:
    """The right to speak; whoever gives the floor to others has it in full colour."""
    led = column.part.turn_taking == "moderated"
    leaders = {lane.member for lane in shape.lanes if lane.leads and led}
    late = {lane.member for lane in shape.lanes if lane.late}
    for member in column.part.speakers:
        wait = 0.4 * column.width if member in late else 0.0
        left, width = column.left + _GAP / 2 + wait, column.width - _GAP - wait
        style = "a" if member in leaders else "s"
        yield (
            f'<rect class="{style}" x="{left:.1f}" y="{heights[member] - 6:g}" '
            f'width="{width:.1f}" height="12" rx="6"/>'
        )
