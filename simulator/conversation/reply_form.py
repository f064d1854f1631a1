"""The form of replies in one scenario: what everybody fills in beside the words."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from simulator.conversation.reply import Reply, object_in, reply_of, reply_schema, storable
from simulator.definitions.cast import Cast
from simulator.definitions.reply_field import ReplyField
from simulator.llm.prompt import ReplySchema

__all__ = ["ReplyForm"]

_TYPES: Mapping[str, str] = {
    "text": "string",
    "member": "string",
    "number": "number",
    "integer": "integer",
    "yes_no": "boolean",
}
_KINDS: Mapping[str, tuple[str, tuple[type, ...]]] = {
    "string": ("a text", (str,)),
    "number": ("a number", (int, float)),
    "integer": ("a whole number", (int,)),
    "boolean": ("true or false", (bool,)),
}
_SHOWN = 60
"""Characters of a wrong value that are shown to the model again."""
_GREATEST = 2**63
"""Numbers from here on are no figures about a talk, and few programs can read them."""


@dataclass(frozen=True, kw_only=True)
class ReplyForm:
    """The same bytes for all who speak: what one may not fill in counts for nothing."""

    members: tuple[str, ...] = ()
    """Ids of everybody who takes part."""
    absent: frozenset[str] = frozenset()
    """Ids of those who are not there: nothing can be said to them."""
    whispers: bool = False
    """Whether something may be said to some of them only."""
    actions: bool = False
    """Whether a turn may be something that is done."""
    fields: Mapping[str, ReplyField] = field(default_factory=dict)
    """The scenario's own fields."""
    speakers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Field -> ids of the members who may fill it in, where not all may."""

    @classmethod
    def of(cls, cast: Cast) -> ReplyForm:
        """The form of a cast's scenario."""
        fields = cast.scenario.reply
        return cls(
            members=cast.ids,
            whispers=cast.scenario.whispers,
            actions=cast.scenario.actions,
            fields=fields,
            speakers={
                name: frozenset(m.id for m in cast.meant(one.speakers))
                for name, one in fields.items()
                if one.speakers
            },
        )

    def without(self, absent: Collection[str]) -> ReplyForm:
        """The form for a turn in which these members are not there; its schema is the same."""
        return replace(self, absent=frozenset(absent)) if absent else self

    @cached_property
    def schema(self) -> ReplySchema:
        """The strict JSON schema of a reply."""
        more: dict[str, Any] = {name: self._property(one) for name, one in self.fields.items()}
        if self.whispers:
            more["to"] = {
                "type": "array",
                "items": {"type": "string", "enum": list(self.members)},
                "description": "Ids of those who alone hear your message; empty: everybody.",
            }
        return reply_schema(more, actions=self.actions)

    def parse(self, text: str, *, speaker: str) -> Reply:
        """The reply in a speaker's answer.

        Raises:
            ValueError: a sentence the model can mend its answer by.
        """
        data: Any = object_in(text)
        reply = reply_of(data, apart=("to",))
        if reply.act == "do" and not self.actions:
            raise ValueError("act cannot be do here: say it in words, or pass")
        own = {
            name: self._value(name, data[name])
            for name in self.fields
            if data.get(name) is not None and speaker in self.speakers.get(name, {speaker})
        }
        to = self._heard_by(data.get("to"), speaker=speaker) if self.whispers else ()
        return reply.model_copy(update={"to": to, "own": own})

    def _heard_by(self, named: Any, *, speaker: str) -> tuple[str, ...]:
        """Who alone hears it: what is meant for nobody else must not be told to everybody."""
        names = [] if named is None else named
        if not isinstance(names, list):
            raise ValueError("to must be a list of ids, or an empty list for everybody")  # noqa: TRY004 - it mends an answer
        strangers = [name for name in names if name not in self.members]
        if strangers:
            message = f"to: {strangers[0]!r} is nobody here; there are {self._there}"
            raise ValueError(message)
        gone = [name for name in names if name in self.absent]
        if gone:
            message = f"to: {gone[0]!r} is not here now and hears nothing; here are {self._there}"
            raise ValueError(message)
        heard = tuple(name for name in dict.fromkeys(names) if name != speaker)
        if names and not heard:
            message = f"to names only {speaker} who speaks: name who hears it, or leave it empty"
            raise ValueError(message)
        return heard

    @property
    def _there(self) -> str:
        return ", ".join(name for name in self.members if name not in self.absent)

    def _choices(self, one: ReplyField) -> tuple[str, ...]:
        return self.members if one.type == "member" else one.choose

    def _property(self, one: ReplyField) -> dict[str, Any]:
        kind: dict[str, Any] = {"type": [_TYPES["text" if one.choose else one.type], "null"]}
        if choices := self._choices(one):
            kind["enum"] = [*choices, None]
        return {**kind, "description": f"{one.about} null if you have nothing to put here."}

    def _value(self, name: str, value: Any) -> Any:
        one = self.fields[name]
        kind = _TYPES["text" if one.choose else one.type]
        if kind == "integer" and isinstance(value, float) and value.is_integer():
            value = int(value)
        flaw = _flaw(value, one, kind=kind, choices=self._choices(one))
        if flaw:
            raise ValueError(f"{name} {flaw} or null, not {_shortened(value)}")
        return storable(value) if isinstance(value, str) else value


def _flaw(value: Any, one: ReplyField, *, kind: str, choices: tuple[str, ...]) -> str:
    """What a value must be and is not; nothing: an empty text."""
    name, types = _KINDS[kind]
    fits = isinstance(value, types) and isinstance(value, bool) is (kind == "boolean")
    if not fits:
        return f"must be {name}"
    if choices and value not in choices:
        return f"must be one of {', '.join(choices)}"
    if kind not in {"number", "integer"}:
        return ""
    if not -_GREATEST < value < _GREATEST:
        return "must be a number of less than 19 digits"
    if one.least is not None and value < one.least:
        return f"must be at least {one.least:g}"
    return f"must be at most {one.most:g}" if one.most is not None and value > one.most else ""


def _shortened(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."
