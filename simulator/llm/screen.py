"""What may leave this machine and what may be kept: keys are taken out, or stop the question.

By `outgoing:` in models.yaml. What is taken out of a text depends on that text alone, so that the
same words are always sent as the same bytes and a provider's cache still knows them. Texts in which
nothing was found are not looked through again: of a long talk only what is new.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar, cast

from simulator.definitions.bounded_pattern import BoundedPattern
from simulator.definitions.key_forms import FORMS, Form
from simulator.definitions.outgoing import Handling, Outgoing
from simulator.errors import RequestBlocked, UsageError
from simulator.llm.credentials import KEY_OF_THIS_RUN, Credentials
from simulator.record.events import SeenIn

__all__ = ["Screen", "Sighting"]

T = TypeVar("T")
_APART = "\n\x1f\n"
_FIXED = frozenset({"role", "type"})
"""Fields whose words are the API's: a pattern of one's own that fits them changes nothing."""
_REMEMBERED = 50_000
"""Texts, at most; a talk of thousands of turns has fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What was found, and where first."""

    names: tuple[str, ...]
    place: SeenIn
    member: str = ""
    """Whose prompt it was; empty: nobody's, or no prompt."""


class Screen:
    """The rules of one run for what goes out and what is written down."""

    def __init__(
        self, rules: Outgoing | None = None, *, credentials: Credentials | None = None
    ) -> None:
        """`credentials` knows the keys that are in use, which are taken out by every rule."""
        self._rules = rules or Outgoing()
        self._used = credentials or Credentials()
        self._found: dict[str, Sighting] = {}
        self._in_files: dict[str, None] = {}
        self._told = 0
        self._clean: set[int] = set()
        """Hashes of texts in which nothing was found."""
        self._known = 0
        """How many values were known then."""

    @property
    def handling(self) -> Handling:
        """What the rules do with what has the form of a key: warn, redact or block."""
        return self._rules.credentials

    @cached_property
    def _own(self) -> tuple[_OwnPattern, ...]:
        return tuple(_OwnPattern(name, text) for name, text in self._rules.patterns.items())

    @cached_property
    def _forms(self) -> Credentials:
        return Credentials((*FORMS, *(Form(one.name, (), one) for one in self._own)))

    def passed(self, body: dict[str, Any], member: str = "") -> dict[str, Any]:
        """A request's body as it may be sent: the same object, where nothing is wrong with it.

        `member` is whose prompt it is; empty: nobody's.

        Raises:
            RequestBlocked: it may not be sent.
        """
        form = body.get("response_format")
        texts = _texts((body.get("messages"), body.get("tools"))) + _described(form)
        longest = max(map(len, texts), default=0)
        if longest > self._rules.longest_text:
            raise RequestBlocked(
                f"The prompt was not sent: one text in it has {longest:,} characters, and "
                f"`longest_text` under `outgoing` in models.yaml allows "
                f"{self._rules.longest_text:,}; shorten what grows so long, or raise it."
            )
        names = self._names_in(texts)
        for one in self._own:
            if one.fault:
                raise RequestBlocked(f"The prompt was not sent. {one.fault}")
        if not names:
            return body
        if self.handling == "block":
            raise RequestBlocked(
                f"The prompt was not sent: {' and '.join(names)} stands in it, and `credentials: "
                "block` under `outgoing` in models.yaml forbids that; take it out of the scenario, "
                "the persona, the knowledge or the tool that it comes from."
            )
        self._note(names, place="prompt", member=member)
        sent = dict(body)
        for name in body.keys() & {"messages", "tools"}:
            sent[name] = self._cleaned(body[name])
        if form is not None:
            sent["response_format"] = self._explained(form)
        return sent

    def kept(self, value: T, *, place: SeenIn = "said") -> T:
        """A value as it may be written down: the same object, where nothing is wrong with it.

        What stands in `files` is news only at the end: until then it may be seen where it goes.
        """
        names = self._names_in(_texts(value))
        if not names:
            return value
        if place == "files":
            self._in_files.update(dict.fromkeys(names))
        else:
            self._note(names, place=place)
        return cast("T", self._cleaned(value))

    def news(self, *, last: bool = False) -> tuple[Sighting, ...]:
        """What was found since this was asked before, each name once in a run."""
        if last:
            self._note(tuple(self._in_files), place="files")
        new = tuple(self._found.items())[self._told :]
        self._told = len(self._found)
        places: dict[Sighting, list[str]] = {}
        for name, seen in new:
            places.setdefault(seen, []).append(name)
        return tuple(replace(seen, names=tuple(names)) for seen, names in places.items())

    def _note(self, names: tuple[str, ...], *, place: SeenIn, member: str = "") -> None:
        for name in names:
            self._found.setdefault(name, Sighting(names=(), place=place, member=member))

    def _names_in(self, texts: list[str]) -> tuple[str, ...]:
        if self._known != self._used.count or len(self._clean) > _REMEMBERED:
            self._clean.clear()
            self._known = self._used.count
        clean = self._clean
        new = [text for text in texts if hash(text) not in clean]
        if not new:
            return ()
        names = self._look(_APART.join(new))
        clean.update(hash(text) for text in new if not names or not self._look(text))
        return names

    def _look(self, text: str) -> tuple[str, ...]:
        if not self._used.has_known(text):
            return self._forms.forms_in(text)
        rest = self._used.without_known(text)
        return (KEY_OF_THIS_RUN, *self._forms.forms_in(rest))

    def _explained(self, form: Any) -> Any:
        """A reply's form with clean descriptions; another name or choice were another form."""
        if isinstance(form, dict):
            return {
                name: self._cleaned(one) if _is_description(name, one) else self._explained(one)
                for name, one in form.items()
            }
        return [self._explained(one) for one in form] if isinstance(form, list) else form

    def _cleaned(self, value: Any) -> Any:
        if isinstance(value, str):
            if hash(value) in self._clean:
                return value
            text = self._used.without_known(value)
            return text if self.handling == "warn" else self._forms.blotted(text)
        if isinstance(value, dict) and _is_part(value):
            return {**value, "text": self._cleaned(value.get("text"))}
        if isinstance(value, dict):
            return {
                self._used.blotted(name): one if name in _FIXED else self._cleaned(one)
                for name, one in value.items()
            }
        if isinstance(value, list | tuple):
            return type(value)(self._cleaned(one) for one in value)
        return value


class _OwnPattern:
    """A pattern of the user's; a text that cannot be searched in time counts as found in whole."""

    def __init__(self, name: str, written: str) -> None:
        self.name, self.fault = name, ""
        self._pattern = BoundedPattern(written)
        self._unread: set[int] = set()

    def search(self, text: str, /) -> object:
        """True where it is found, or nobody knows; else None."""
        if hash(text) in self._unread:
            return True
        try:
            return self._pattern.is_in(text) or None
        except UsageError as error:
            self._gives_up(text, error)
            return True

    def sub(self, repl: str, text: str, /) -> str:
        """The text without what is found."""
        if hash(text) in self._unread:
            return repl
        try:
            return self._pattern.replaced(repl, text)
        except UsageError as error:
            self._gives_up(text, error)
            return repl

    def _gives_up(self, text: str, error: UsageError) -> None:
        self._unread.add(hash(text))
        self.fault = f"In `outgoing` in models.yaml, {self.name!r}: {error}"


def _is_part(value: Mapping[str, Any]) -> bool:
    """Whether it is a part of a message, one per line of the talk: most of a prompt."""
    return len(value) == 2 and value.get("type") == "text"


def _is_description(name: str, value: object) -> bool:
    """Whether a field of a JSON schema is words for whoever fills it in."""
    return name == "description" and isinstance(value, str)


def _described(form: Any) -> list[str]:
    """Every description in a reply's form."""
    texts, rest = [], [form]
    while rest:
        one = rest.pop()
        if isinstance(one, dict):
            words = one.get("description")
            if isinstance(words, str):
                texts.append(words)
            rest += one.values()
        elif isinstance(one, list | tuple):
            rest += one
    return texts


def _texts(value: Any) -> list[str]:
    """Every text in a JSON value, names of fields included, in no order."""
    texts, rest = [], [value]
    while rest:
        one = rest.pop()
        if isinstance(one, str):
            texts.append(one)
        elif isinstance(one, dict):
            rest += (one.get("text"),) if _is_part(one) else (*one, *one.values())
        elif isinstance(one, list | tuple):
            rest += one
    return texts
