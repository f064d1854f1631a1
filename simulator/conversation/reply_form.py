"""The form of replies in one scenario: what everybody fills in beside the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any

from simulator.conversation.reply import Reply, object_in, parse_reply, reply_schema, storable
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
_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
}


@dataclass(frozen=True, kw_only=True)
class ReplyForm:
    """The same bytes for all who speak: what one may not fill in counts for nothing."""

    members: tuple[str, ...] = ()
    """Ids of everybody who takes part."""
    whispers: bool = False
    """Whether something may be said to some of them only."""
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
            fields=fields,
            speakers={
                name: frozenset(m.id for m in cast.meant(one.speakers))
                for name, one in fields.items()
                if one.speakers
            },
        )

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
        return reply_schema(more)

    def parse(self, text: str, *, speaker: str) -> Reply:
        """The reply in a speaker's answer.

        Raises:
            ValueError: a sentence the model can mend its answer by.
        """
        reply = parse_reply(text)
        heard = tuple(name for name in dict.fromkeys(reply.to) if name != speaker)
        reply = reply.model_copy(update={"to": heard if self.whispers else ()})
        strangers = [name for name in reply.to if name not in self.members]
        if strangers:
            message = f"to: {strangers[0]!r} is nobody here; there are {', '.join(self.members)}"
            raise ValueError(message)
        if not self.fields:
            return reply
        data = object_in(text)
        own = {
            name: self._value(name, data[name])
            for name in self.fields
            if data.get(name) is not None and speaker in self.speakers.get(name, {speaker})
        }
        return reply.model_copy(update={"own": own})

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
        flaw = _flaw(value, one, kind=kind, choices=self._choices(one))
        if flaw:
            raise ValueError(f"{name} {flaw}, not {value!r}")
        return storable(value) if isinstance(value, str) else value


def _flaw(value: Any, one: ReplyField, *, kind: str, choices: tuple[str, ...]) -> str:
    """What is wrong with a value; nothing: an empty text."""
    right = isinstance(value, _KINDS[kind]) and isinstance(value, bool) == (kind == "boolean")
    if not right:
        return f"must be a {kind} or null"
    if choices and value not in choices:
        return f"must be one of {', '.join(choices)}"
    if isinstance(value, str):
        return ""
    if not isfinite(value):
        return "must be a finite number or null"
    if one.least is not None and value < one.least:
        return f"must be at least {one.least:g}"
    return f"must be at most {one.most:g}" if one.most is not None and value > one.most else ""
