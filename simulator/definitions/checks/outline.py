"""What a file says, place by place, as far as it can be understood.

Checks between files read this and not the finished values, so that one mistake in a file does
not hide the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from pydantic import BaseModel

from simulator.definitions.scenario import PLACEHOLDER
from simulator.definitions.yaml.document import Document, Loc, Node
from simulator.definitions.yaml.model_place import fields

__all__ = ["Outline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One file, to be asked for what stands where."""

    document: Document
    values: Mapping[str, str] = field(default_factory=dict)
    """What `{{ inputs }}` stand for in its texts."""

    def text(self, *loc: str | int) -> str | None:
        """The text of a single value; None where there is none, or a list or fields."""
        node = self.document.node(loc)
        if node is None or not node.scalar or node.value is None:
            return None
        return PLACEHOLDER.sub(lambda found: self.values.get(found[1], found[0]), node.source)

    def number(self, *loc: str | int) -> int | None:
        """The whole number at a place; None where there is none."""
        text = self.text(*loc)
        return int(text) if text is not None and text.isdecimal() and len(text) < 20 else None

    def figure(self, *loc: str | int) -> float | None:
        """The number at a place, whole or not; None where there is none."""
        node = self.document.node(loc)
        value = node.value if node is not None else None
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return None
        return float(value)

    def places(self, *pattern: str | int | None) -> Iterator[Loc]:
        """The places there are, in the file's order; None stands for any key or position."""
        found: list[tuple[Loc, Node]] = [((), self.document.root)]
        for step in pattern:
            found = [
                ((*loc, key), child)
                for loc, node in found
                for key in (_steps(node) if step is None else (step,))
                if (child := node.child(key)) is not None
            ]
        yield from (loc for loc, _ in found)

    def texts(self, *pattern: str | int | None) -> Iterator[tuple[Loc, str]]:
        """The places of a pattern that hold a text, with it."""
        for loc in self.places(*pattern):
            text = self.text(*loc)
            if text is not None:
                yield loc, text

    def decided(self, *loc: str | int, model: type[BaseModel]) -> bool:
        """Whether a field of a model is there, or surely left out on purpose.

        Where another key is unknown to the model, that key may have been meant for it.
        """
        around = self.document.node(loc[:-1])
        if around is None or around.fields is None:
            return False
        written = around.fields.keys()
        return str(loc[-1]) in written or (not around.flawed and written <= fields(model).keys())


def _steps(node: Node) -> Iterator[str | int]:
    if node.fields is not None:
        yield from node.fields
    elif node.items is not None:
        yield from range(len(node.items))
