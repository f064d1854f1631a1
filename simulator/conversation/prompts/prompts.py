"""What models are asked: from cast and perception to a neutral prompt, and from nothing else.

What all speakers share stands first and never changes within a run; what is private or changes
stands last. Words of people and of cards are data: what follows a break in them is indented, so
that they cannot forge a label, a heading or a rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean

from simulator.conversation.context_window import fit
from simulator.conversation.perception import Perceived
from simulator.conversation.prompts.cards import people_section, private_sections, system_sections
from simulator.conversation.prompts.lines import aside, line_of, whispers
from simulator.conversation.prompts.notes import noted, remembered, room_for, summary_line
from simulator.conversation.prompts.presence import (
    here_now,
    move_line,
    presence_tokens,
    with_moves,
)
from simulator.conversation.prompts.situation import Situation
from simulator.conversation.quoting import quoted
from simulator.conversation.reply import choice_schema, verdict_schema
from simulator.conversation.reply_form import ReplyForm
from simulator.conversation.state import Move, Utterance
from simulator.definitions.cast import Cast, Member
from simulator.definitions.tool_use import offered_name
from simulator.llm.layout import Speakers
from simulator.llm.prompt import Prompt, ReplySchema, Section, ToolSpec, estimate_tokens
from simulator.record.events import PhaseEntered

__all__ = ["Prompts"]

_WORDS = 35
"""Words of a line, where the speaker's file does not bound them."""
_TOKENS_PER_WORD = 1.4
_LABEL_TOKENS = 8
"""Tokens of a line's number and name."""


@dataclass(frozen=True, kw_only=True)
class Prompts:
    """What the members of a cast are asked; what never changes within a run is made once."""

    cast: Cast
    tools: tuple[ToolSpec, ...] = ()
    """The union of the cast's tools, the same for every speaker."""

    def speaking(self, member: Member, situation: Situation) -> Prompt:
        """The question to a member: what it says now."""
        return replace(
            self._shared,
            transcript=self._transcript(situation, around=self._shared_tokens),
            private=self._private(member, situation, _instruction(self.cast, member, situation)),
            allowed_tools=situation.allowed_tools,
            settled=len(self._cards[member.id]),
        )

    def within(
        self, member: Member, situation: Situation, schema: ReplySchema, *, instruction: str
    ) -> Prompt:
        """A question to a member that is asked aside: it reads what it reads when it speaks."""
        private = self._private(member, situation, instruction)
        return self.beside(situation, schema, private)

    def _private(
        self, member: Member, situation: Situation, instruction: str
    ) -> tuple[Section, ...]:
        """What only the member reads, the instruction last."""
        parts = (
            Section("remembered", remembered(situation.remembered)),
            Section("heard in private", aside(self.cast, situation.aside)),
            Section("noted", noted(situation.noted)),
            Section("goal", quoted(f"Now you want: {situation.goal}") if situation.goal else ""),
            Section("here", here_now(self.cast, situation)),
            Section("phase", _phase(situation.phase)),
            Section("instruction", instruction),
        )
        return (*self._cards[member.id], *(part for part in parts if part.text))

    def choice(
        self, moderator: Member, situation: Situation, *, candidates: Sequence[str]
    ) -> Prompt:
        """The question to a moderator: who speaks next."""
        may = moderator.id in candidates
        yourself = "You may choose yourself to move the talk on. " if may else ""
        instruction = (
            f"You are {quoted(moderator.name)} and lead this conversation. Decide who speaks next: "
            "whoever can best answer what was said last, so that everybody is heard and nobody "
            f"is asked twice in a row. {self._among(candidates)} {yourself}"
            f"This is turn {situation.turn} of at most {situation.turns}."
        )
        private = (Section("instruction", instruction),)
        return self.beside(situation, choice_schema(candidates), private)

    def selection(self, situation: Situation, *, candidates: Sequence[str]) -> Prompt:
        """The question to nobody of the cast: who speaks next."""
        instruction = (
            "You take no part in this conversation; you decide who speaks next: whoever has most "
            "reason to answer what was said last, so that nobody is left out for long. "
            f"{self._among(candidates)} "
            f"This is turn {situation.turn} of at most {situation.turns}."
        )
        private = (
            Section("whispers", whispers(self.cast, situation.perceived.private)),
            Section("phase", _phase(situation.phase)),
            Section("instruction", instruction),
        )
        return self.beside(situation, choice_schema(candidates), private)

    def verdict(self, statement: str, situation: Situation) -> Prompt:
        """The question whether a statement about the talk is true."""
        asked = (
            "You take no part in this conversation; you judge it. Is this statement true of what "
            f"was said so far?\n{statement}"
        )
        private = (
            Section("whispers", whispers(self.cast, situation.perceived.private)),
            Section("instruction", asked),
        )
        return self.beside(situation, verdict_schema(), private)

    def _among(self, candidates: Sequence[str]) -> str:
        people = "; ".join(f"{name} is {self.cast.member(name).name}" for name in candidates)
        return f"{quoted(people)}."

    def beside(
        self, situation: Situation, schema: ReplySchema, private: Sequence[Section]
    ) -> Prompt:
        """A question about the talk, beside it; empty sections are left out."""
        shared = Prompt(system=self._shared.system, people=self._shared.people, schema=schema)
        return replace(
            shared,
            transcript=self._transcript(situation, around=shared.estimated_tokens()),
            private=tuple(section for section in private if section.text),
        )

    @cached_property
    def form(self) -> ReplyForm:
        """What a reply holds."""
        return ReplyForm.of(self.cast)

    @cached_property
    def _shared(self) -> Prompt:
        """What stands before the transcript of whoever speaks."""
        return Prompt(
            system=system_sections(self.cast),
            people=(people_section(self.cast),),
            tools=self.tools,
            schema=self.form.schema,
            speakers=self._speakers,
        )

    @cached_property
    def _shared_tokens(self) -> int:
        return self._shared.estimated_tokens()

    @cached_property
    def _cards(self) -> Mapping[str, tuple[Section, ...]]:
        return {member.id: private_sections(self.cast, member) for member in self.cast.members}

    @cached_property
    def _speakers(self) -> Speakers:
        """Those whom models play, and how much only they read."""
        cards = [
            sum(part.tokens for part in self._cards[one.id])
            for one in self.cast.members
            if one.player != "human"
        ]
        limits = self.cast.scenario.limits
        words = fmean(one.persona.style.max_words or _WORDS for one in self.cast.members)
        return Speakers(
            count=max(1, len(cards)),
            turns=limits.turns,
            card=round(fmean(cards)) if cards else 0,
            line=round(words * _TOKENS_PER_WORD) + _LABEL_TOKENS,
            lines=limits.context_lines,
            foreign_tools=self._foreign_tools,
        )

    @cached_property
    def _foreign_tools(self) -> int:
        """Tokens of the tools that a speaker may not call, on average."""
        named = [{offered_name(tool.use) for tool in one.tools} for one in self.cast.members]
        sizes = {tool.name: estimate_tokens(tool.text) for tool in self.tools}
        foreign = (sum(size for name, size in sizes.items() if name not in own) for own in named)
        return round(fmean(foreign))

    @cached_property
    def _beside_tokens(self) -> int:
        """What only one speaker reads takes as much room for all, so all read the same lines."""
        cards = self._cards.values()
        longest = max(estimate_tokens("".join(part.text for part in card)) for card in cards)
        return longest + room_for(self.cast.scenario.memory)

    def _transcript(self, situation: Situation, *, around: int) -> tuple[str, ...]:
        """The lines there is room for beside what stands around them, and a note of the rest."""
        perceived, summary = situation.perceived, situation.summary
        public = perceived.public
        covered = sum(said.turn <= summary.last for said in public) if summary else 0
        limit = self._room(situation, around=around)
        window = fit(public, limit=limit, covered=covered, left_out=situation.left_out)
        begun, first = len(window.opening), len(public) - len(window.kept)
        lines = self._lines_of(perceived, first)
        # Who somebody is stays known, however many lines drop.
        between = tuple(with_moves(perceived, begun, first))
        came = (one for one in between if isinstance(one, Move) and one.comes)
        lines = (*(move_line(self.cast, one) for one in came), *lines)
        if unread := window.dropped + situation.left_out.unheard:
            opening = self._lines_of(perceived, 0, begun)
            note = f"({unread} {'' if begun else 'earlier '}lines are left out.)"
            lines = (*opening, note, *lines)
        return lines if summary is None else (summary_line(summary), *lines)

    def _lines_of(
        self, perceived: Perceived, first: int, last: int | None = None
    ) -> tuple[str, ...]:
        """Some of the words for everybody, with who came in and left between them."""
        return tuple(
            move_line(self.cast, one) if isinstance(one, Move) else self._line(one)
            for one in with_moves(perceived, first, last)
        )

    def room(self, situation: Situation) -> int:
        """Estimated tokens that the lines of a speaker's prompt may take."""
        return self._room(situation, around=self._shared_tokens)

    def _room(self, situation: Situation, *, around: int) -> int:
        moved = presence_tokens(self.cast, situation.moves)
        return situation.context_tokens - around - self._beside_tokens - moved

    def _line(self, said: Utterance) -> str:
        known = self._lines.get(id(said))
        if known is None:
            known = self._lines[id(said)] = (said, line_of(self.cast, said))
        return known[1]

    @cached_property
    def _lines(self) -> dict[int, tuple[Utterance, str]]:
        """Utterances by their identity, each kept so that no other gets it, with their lines."""
        return {}


def _phase(phase: PhaseEntered | None) -> str:
    if phase is None:
        return ""
    about = f": {phase.about.rstrip('.')}" if phase.about else ""
    return quoted(f"This part of the conversation is called {phase.phase}{about}.")


def _instruction(cast: Cast, member: Member, situation: Situation) -> str:
    size = len(cast.ids)
    last_round = size < situation.turn > situation.turns - size
    ending = " The conversation ends soon: come to your last word." if last_round else ""
    if situation.closing:
        ending = " The conversation ends with what you say now: it is the last word."
    words = member.persona.style.max_words
    length = f" At most {words} words." if words else ""
    tools = ", ".join(situation.allowed_tools)
    look_up = f" You may look things up first with {tools}." if tools else ""
    return quoted(
        f"It is turn {situation.turn} of at most {situation.turns}, and {member.name} has the "
        f"floor. What do you say?{length}{look_up}{ending}"
    )
