"""Keeping a turn true to its persona: what is out of character is asked for once more.

model's reply -> guard -> clean: spoken
                        | breach: the same model is shown its mistake
                        | still breached: a tier up, asked afresh
                        | still breached, or no money or time for it: spoken, and flagged

Lines that people wrote, which the stand-in speaks, are neither corrected nor flagged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from simulator.conversation.escalation import asked_higher
from simulator.conversation.fidelity import Breach, Rule
from simulator.conversation.perception import Perceived
from simulator.conversation.reply import Reply
from simulator.conversation.run_context import RunContext
from simulator.conversation.state import Pending, State
from simulator.errors import BudgetExhausted, ModelError
from simulator.llm.ask import Answer, Occasion, Question, ask_again
from simulator.llm.call_context import Deadline
from simulator.llm.stand_in.speech import read_fingerprint
from simulator.record.events import FidelityFlagged

__all__ = ["Faithful", "Kept"]

_TOLD: Mapping[Rule, str] = MappingProxyType(
    {
        "age": "The age is not yours",
        "assistant_speak": "This is how a program talks that serves a user",
        "name": "The name is not the true one",
        "not_known": "You speak as one who knows what you know nothing about",
        "number": "The figure is not the true one",
        "opinion": "You give up your opinion before anybody has given you a reason",
        "role_reversal": "These are the words of somebody in another place than yours",
        "secret": "You tell what you keep from those who hear it",
        "speaks_for_other": "You speak or act for somebody else",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The reply that stands."""

    reply: Reply
    fingerprint: str
    calls: tuple[str, ...] = ()
    """Ids of the calls that the correction took; empty: there was none."""
    flags: tuple[FidelityFlagged, ...] = ()
    """What is wrong with it all the same, as far as it is not on record yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faithful:
    """Holds the reply of one turn against the guard of its speaker."""

    run: RunContext
    state: State
    pending: Pending
    perceived: Perceived

    async def kept(
        self, first: Reply, answer: Answer[Reply], *, question: Question[Reply], occasion: Occasion
    ) -> Kept:
        """The reply, or a better one of the same model or a tier up, in the turn's time and money.

        `first` is the value of `answer`, and `question` what was answered.
        """
        off = self.run.cast.scenario.fidelity == "off"
        if off or read_fingerprint(answer.fingerprint) is not None:
            return Kept(reply=first, fingerprint=answer.fingerprint)
        breaches = self._breaches(first)
        if not breaches:
            return Kept(reply=first, fingerprint=answer.fingerprint)
        calls: tuple[str, ...] = ()
        for correct in (self._again, self._higher):
            again = await correct(answer, breaches, question=question, occasion=occasion)
            calls += again.calls if again is not None else ()
            if again is not None and again.value is not None:
                left = self._breaches(again.value)
                if len(left) <= len(breaches):
                    first, answer, breaches = again.value, again, left
            if not breaches:
                break
        flags = self._flags(breaches)
        return Kept(reply=first, fingerprint=answer.fingerprint, calls=calls, flags=flags)

    def _breaches(self, reply: Reply) -> tuple[Breach, ...]:
        if reply.act == "pass":
            return ()
        pending = self.pending
        there = (one for one in self.state.members if one not in pending.missed)
        return self.run.guards[pending.speaker].check(
            reply.message.strip(),
            said_before=self.perceived.in_order,
            listeners=reply.to or there,
        )

    async def _higher(
        self,
        answer: Answer[Reply],
        breaches: Sequence[Breach],
        *,
        question: Question[Reply],
        occasion: Occasion,
    ) -> Answer[Reply] | None:
        """An answer from a tier up; None where there is no such tier, or no time or money."""
        why = f"out of character ({', '.join(breach.rule for breach in breaches)})"
        access = self.run.access
        return await asked_higher(
            answer, why, question=question, access=access, occasion=self._in_time(occasion)
        )

    async def _again(
        self,
        answer: Answer[Reply],
        breaches: Sequence[Breach],
        *,
        question: Question[Reply],
        occasion: Occasion,
    ) -> Answer[Reply] | None:
        """The second answer; None where time or money ran out, or the model failed."""
        flaw, occasion = _told(breaches), self._in_time(occasion)
        try:
            return await ask_again(
                question, answer, flaw, access=self.run.access, occasion=occasion
            )
        except (BudgetExhausted, ModelError):
            return None

    def _in_time(self, occasion: Occasion) -> Occasion:
        """No time at all where a flag is on record: it is known then what came of the correction.

        An answer that was had is read again, one that was not is not asked for.
        """
        return replace(occasion, deadline=Deadline(0)) if self._on_record() else occasion

    def _on_record(self) -> frozenset[str]:
        turn = self.pending.turn
        return frozenset(flag.rule for flag in self.state.flags if flag.turn == turn)

    def _flags(self, breaches: Sequence[Breach]) -> tuple[FidelityFlagged, ...]:
        known = self._on_record()
        return tuple(
            FidelityFlagged(
                turn=self.pending.turn,
                speaker=self.pending.speaker,
                rule=breach.rule,
                evidence=breach.evidence,
            )
            for breach in breaches
            if breach.rule not in known
        )


def _told(breaches: Iterable[Breach]) -> str:
    """What is wrong with an answer, one sentence for each breach; the last without its stop."""
    sentences = (f'{_TOLD[breach.rule]}: "{breach.evidence}"' for breach in breaches)
    return "it is out of character. " + ". ".join(sentences)
