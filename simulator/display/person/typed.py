"""What somebody typed: words, or a command that begins with a slash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.definitions.reply_field import ReplyField

__all__ = ["Typed", "called", "typed", "value_of", "wanted"]

_YES = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
_KINDS = {"number": "a number", "integer": "a whole number", "yes_no": "yes or no"}


@dataclass(frozen=True, slots=True)
class Typed:
    """One line, taken apart."""

    command: str
    """Without its slash; empty: plain words."""
    rest: str
    """What follows the command, or the words."""

    @property
    def split(self) -> tuple[str, str]:
        """The first word that follows the command, and the others."""
        first, _, others = self.rest.partition(" ")
        return first, others.strip()


def typed(line: str) -> Typed:
    """`/to dev Hello` is a command, `//to dev` are words that begin with a slash."""
    text = line.strip()
    if not text.startswith("/"):
        return Typed("", text)
    if text.startswith("//"):
        return Typed("", text[1:])
    command, _, rest = text[1:].partition(" ")
    return Typed(command.casefold(), rest.strip())


def called(name: str, names: Mapping[str, str]) -> str:
    """The id of whoever is called so, by id, whole name or first name; else the name as it is."""
    wanted_name = name.strip().casefold()
    for form in (_id, _whole, _first):
        found = [one for one in names if form(one, names[one]).casefold() == wanted_name]
        if len(found) == 1:
            return found[0]
    return name.strip()


def wanted(field: ReplyField) -> str:
    """What may be put in a reply field, in words."""
    if field.choose:
        return ", ".join(field.choose)
    if field.type == "member":
        return "somebody's name"
    limits = [
        f"{word} {bound:g}"
        for word, bound in (("from", field.least), ("to", field.most))
        if bound is not None
    ]
    return " ".join([_KINDS.get(field.type, "words"), *limits])


def value_of(text: str, field: ReplyField, names: Mapping[str, str]) -> str | int | float | bool:
    """The value that somebody typed for a reply field.

    Raises:
        ValueError: a sentence that says what to type instead.
    """
    if field.choose:
        return next((one for one in field.choose if one.casefold() == text.casefold()), text)
    if field.type == "member":
        return called(text, names)
    if field.type == "text":
        return text
    try:
        if field.type == "yes_no":
            return _YES[text.casefold()]
        return int(text) if field.type == "integer" else float(text)
    except (KeyError, ValueError):
        message = f"must be {_KINDS[field.type]}, not {text!r}"
        raise ValueError(message) from None


def _id(member: str, _name: str) -> str:
    return member


def _whole(_member: str, name: str) -> str:
    return name


def _first(_member: str, name: str) -> str:
    return name.partition(" ")[0]
