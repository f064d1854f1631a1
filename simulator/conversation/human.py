"""People who play members of a cast: what they are asked, and what they answer.

    def rosa(turn: HumanTurn) -> str:
        for line in turn.heard:
            print(f"{line.name}: {line.text}")
        return input("> ")

A human is a function, plain or `async`. Whoever raises `EOFError`, as `input` does at the end of
its input, pauses the run.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from simulator.conversation.measures import is_question
from simulator.conversation.perception import Perceived, perceive
from simulator.conversation.prompts import Situation
from simulator.conversation.prompts.cards import people_section, private_sections, system_sections
from simulator.conversation.prompts.presence import found_cards, move_line
from simulator.conversation.reply import Reply
from simulator.conversation.reply_form import ReplyForm
from simulator.conversation.state import Move, State, Utterance
from simulator.definitions.act import Act, acts_of
from simulator.definitions.cast import Cast
from simulator.definitions.reply_field import ReplyField
from simulator.llm.prompt import Section

__all__ = ["Heard", "Human", "HumanGone", "HumanReply", "HumanTurn"]


class HumanGone(Exception):
    """A person's input is at its end: the run pauses, and the turn is still theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Something the member heard."""

    turn: int
    speaker: str
    """A member's id, or a voice from outside."""
    name: str
    text: str
    act: Act | None = None
    """None for words from outside."""
    to: tuple[str, ...] = ()
    """Ids of those who alone heard it; empty: everybody present."""
    reply: Mapping[str, Any] = field(default_factory=dict)
    """What the speaker put in the scenario's own fields, as far as others know it."""
    edited: bool = False
    """Whether the words were changed by somebody who steers the run."""


@dataclass(frozen=True, slots=True)
class HumanReply:
    """What a person answers where more is to be said than words."""

    text: str = ""
    """The words; empty only for a pass, or for `leave`: to go without a word."""
    act: Act | None = None
    """What the words do; None: `ask` for a question, else `answer`."""
    to: tuple[str, ...] = ()
    """Ids of those who alone hear it, where the scenario has whispers; empty: everybody."""
    reply: Mapping[str, Any] = field(default_factory=dict)
    """Values for the scenario's own reply fields."""

    @property
    def leaves_silently(self) -> bool:
        """Whether the member goes without a word."""
        return self.act == "leave" and not str(self.text).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanTurn:
    """One turn that a person is asked to take; it holds what the member knows and nothing else."""

    member: str
    """The id of the member who is played."""
    name: str
    turn: int
    turns: int
    """The run's limit of turns."""
    setting: str
    """Where everybody is, and who everybody is, as everybody reads it."""
    card: str
    """What only this member knows about itself: goals, secrets, style."""
    heard: tuple[Heard, ...] = ()
    """What the member heard since it last had the floor, oldest first."""
    moved: tuple[str, ...] = ()
    """Who came in and who left since then, each in a line as everybody reads it."""
    present: Mapping[str, str] = field(default_factory=dict)
    """Members who are there, this one among them: id -> name."""
    acts: tuple[Act, ...] = ()
    """What a turn can do here."""
    fields: Mapping[str, ReplyField] = field(default_factory=dict)
    """The scenario's own reply fields that this member may fill in."""
    whispers: bool = False
    """Whether something may be said to some of them only."""
    phase: str = ""
    """The part of the conversation it is in; empty: it has none."""
    phase_about: str = ""
    """What is done in that part; empty: the scenario does not say."""
    last_word: bool = False
    """Whether the conversation ends with this turn."""
    form: ReplyForm = field(default_factory=ReplyForm, repr=False)
    """What a reply must be like."""

    @classmethod
    def of(cls, state: State, cast: Cast, member_id: str) -> HumanTurn:
        """The turn that is pending for a member."""
        member, form = cast.member(member_id), ReplyForm.of(cast)
        situation = Situation.of(state, cast, member_id)
        card = [_read_by_people(part) for part in private_sections(cast, member)]
        wish = [f"Now you want: {situation.goal}"] if situation.goal else []
        perceived = situation.perceived
        heard = _new(perceived.in_order, state, member_id)
        people = "\n".join((people_section(cast).text, *found_cards(cast, perceived)))
        return cls(
            member=member_id,
            name=member.name,
            turn=situation.turn,
            turns=situation.turns,
            setting=f"{system_sections(cast)[0].text}\n\n{people}",
            card="\n\n".join(card + wish),
            heard=tuple(_told(said, cast) for said in heard),
            moved=tuple(move_line(cast, one) for one in _moved(perceived, state, member_id)),
            present={one: cast.member(one).name for one in cast.ids if one in state.here},
            acts=acts_of(actions=cast.scenario.actions),
            fields={
                name: one
                for name, one in form.fields.items()
                if member_id in form.speakers.get(name, {member_id})
            },
            whispers=form.whispers,
            phase=situation.phase.phase if situation.phase is not None else "",
            phase_about=situation.phase.about if situation.phase is not None else "",
            last_word=situation.closing,
            form=form.without(set(cast.ids).difference(situation.here)),
        )

    def checked(self, answer: object) -> Reply:
        """The answer as a reply that fits the scenario.

        Raises:
            ValueError: a sentence that says what to answer instead.
        """
        given = HumanReply(answer) if isinstance(answer, str) else answer
        if not isinstance(given, HumanReply) or not isinstance(given.text, str):
            kind = type(given.text if isinstance(given, HumanReply) else given).__name__
            message = f"it must be a text or a HumanReply, not {kind}"
            raise ValueError(message)  # noqa: TRY004 - one kind of error for any answer
        act = given.act or ("ask" if is_question(given.text, None) else "answer")
        self._check(given, act)
        written = {
            **given.reply,
            "reasoning": "",
            "message": given.text.strip(),
            "act": act,
            "confidence": 1.0,
            "emotions": [],
            "expertise": [],
            "to": list(given.to),
        }
        try:
            text = json.dumps(written)
        except (TypeError, ValueError, RecursionError):
            message = "reply must hold plain values: text, numbers, true or false"
            raise ValueError(message) from None
        return self.form.parse(text, speaker=self.member)

    def _check(self, given: HumanReply, act: str) -> None:
        """What a model cannot get wrong, since its schema does not offer it."""
        if act not in self.acts:
            message = f"act cannot be {act!r}: it is one of {', '.join(self.acts)}"
            raise ValueError(message)
        listeners: object = given.to
        if not isinstance(listeners, tuple | list):
            such = f", such as ({listeners!r},)" if isinstance(listeners, str) else ""
            message = f"to must be a tuple of ids{such}"
            raise ValueError(message)  # noqa: TRY004 - one kind of error for any answer
        fields: object = given.reply
        if not isinstance(fields, Mapping):
            message = "reply must be a mapping: {'name of a field': value}"
            raise ValueError(message)  # noqa: TRY004 - one kind of error for any answer
        if given.to and not self.whispers:
            message = "to must stay empty: the scenario does not say `whispers: true`"
            raise ValueError(message)
        unknown = [str(name) for name in given.reply if name not in self.fields]
        if unknown:
            there = f"there are {', '.join(self.fields)}" if self.fields else "there are none"
            message = f"{unknown[0]} is no field that {self.name} fills in here; {there}"
            raise ValueError(message)


class Human(Protocol):
    """A person who plays a member: a function, plain or `async`.

    A plain function is called in a thread of its own, so it may take its time. An exception
    fails the turn, and the talk goes on; `EOFError` pauses the run.
    """

    def __call__(
        self, turn: HumanTurn, /
    ) -> str | HumanReply | Awaitable[str] | Awaitable[HumanReply] | Awaitable[str | HumanReply]:
        """What the member says now."""


def _read_by_people(part: Section) -> str:
    """A part of the member's card, without what only a model has to be told."""
    _, _, samples = part.text.partition("\n")
    return f"How you talk, for instance:\n{samples}" if part.name == "samples" else part.text


def _new(heard: tuple[Utterance, ...], state: State, member: str) -> tuple[Utterance, ...]:
    """Of what a member heard, what came after its last turn."""
    last = state.listened.get(member)
    earlier = perceive(state, member, heard=last).in_order if last is not None else ()
    known = {id(said) for said in earlier}
    return tuple(said for said in heard if id(said) not in known and said.speaker != member)


def _moved(perceived: Perceived, state: State, member: str) -> tuple[Move, ...]:
    """Of the comings and goings of others a member saw, those after its last turn."""
    last = state.listened.get(member)
    seen = (one for one in perceived.moves if last is None or one.after > last)
    return tuple(one for one in seen if one.member != member)


def _told(said: Utterance, cast: Cast) -> Heard:
    known = said.speaker in cast.ids
    voice = said.speaker[:1].upper() + said.speaker[1:]
    return Heard(
        turn=said.turn,
        speaker=said.speaker,
        name=cast.member(said.speaker).name if known else voice,
        text=said.text,
        act=said.act,
        to=said.to,
        reply=cast.scenario.public(said.reply),
        edited=said.edited,
    )
