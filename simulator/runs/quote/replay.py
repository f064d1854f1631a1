"""A talk played again on paper: each time with other lengths, as often as a spread needs.

Nothing is rendered and nobody is asked: who speaks follows the read-through and what is on record,
how long replies are is drawn, and a bill is kept of it. Where budgets count, the run does what a
real one does for lack of money: cheaper models early, cheaper and shorter questions, silence.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.conversation.unpaid import FOR_ALL
from simulator.definitions.model_catalog import ModelSpec
from simulator.errors import BudgetExhausted
from simulator.runs.quote import assumed
from simulator.runs.quote.bill import Answering, Asking, Bill
from simulator.runs.quote.chooser import Chooser
from simulator.runs.quote.lengths import Said, World
from simulator.runs.quote.played import Played
from simulator.runs.quote.score import Asked
from simulator.runs.quote.stage import Stage
from simulator.runs.quote.till import Till

__all__ = ["replayed"]

_MISTAKE = 60
"""Tokens that tell what is wrong with a reply."""


def replayed(stage: Stage, world: World) -> Played:
    """One run on paper."""
    return _Run(stage, world).play()


class _Run:
    """One run on paper, while it is played."""

    def __init__(self, stage: Stage, world: World) -> None:
        self._stage, self._world, self._played = stage, world, Played()
        self._till = Till(stage.cast, stage.catalog, stage.buying) if stage.pays else None
        self._bill = Bill(stage, world, played=self._played, till=self._till)
        self._chooser = Chooser(stage, self._bill, till=self._till)
        self._round: int | None = None
        self._waited = 0.0
        self._spoke: dict[str, int] = {}

    def play(self) -> Played:
        """Play it to its end."""
        stage, played, score = self._stage, self._played, self._stage.score
        limit = stage.cast.scenario.limits.turns
        self._world.begin(score.turns, limit=limit, may_end=stage.may_end)
        if stage.in_full:
            self._world.last = max(score.turns, limit)
        for one in score.asked:
            if one.turn <= self._world.last and not one.at_the_end and not played.stopped:
                self._take(one)
        turns = [one for one in score.asked if one.is_turn][-len(stage.cast.members) :]
        for number in range(self._world.last - score.turns if turns else 0):
            if not played.stopped:
                self._turn(turns[number % len(turns)], turn=score.turns + number + 1)
        self._bill.leave_unsaid()
        for one in score.asked:
            if one.at_the_end:
                self._aside(one)
        if self._till is None:
            played.turns = self._world.last
            played.times(self._world.factor)
        played.seconds += self._waited
        played.cheaper = len(self._chooser.cheaper | self._bill.cheaper)
        return played

    def _take(self, asked: Asked) -> None:
        if asked.is_turn:
            self._turn(asked, turn=asked.turn)
            return
        for _ in range(self._world.whole(self._stage.beside.get(asked.purpose, 1.0))):
            self._aside(asked)

    def _turn(self, asked: Asked, *, turn: int) -> None:
        """Somebody's turn; one that the read-through did not come to is like an earlier one."""
        persona = self._speaker(asked, turn)
        if persona is None:
            self._played.stopped = True
            return
        asking = Asking(asked, persona, turn, new=turn != asked.turn)
        try:
            self._spoken(asking)
        except BudgetExhausted as error:
            self._unpaid(error, asking)
        else:
            self._played.turns += 1
            self._spoke[persona] = turn

    def _speaker(self, asked: Asked, turn: int) -> str | None:
        """Who speaks; of those who can pay, instead of who cannot, whoever has waited longest."""
        cards = self._stage.score.cards
        persona = self._world.speaker(turn) or asked.persona
        if persona not in cards:
            persona = asked.persona
        silent = self._till.silent if self._till is not None else ()
        if persona not in silent:
            return persona
        others = [one for one in self._stage.cast.ids if one in cards and one not in silent]
        return min(others, key=lambda one: self._spoke.get(one, 0), default=None)

    def _spoken(self, asking: Asking) -> None:
        """A turn that is taken. Raises BudgetExhausted where it cannot be paid."""
        spec, said = self._cast_for(asking)
        play = self._rehearsed if said.rehearsed else self._real
        seconds, spec, part = play(asking, spec, said)
        asked = asking.asked
        self._wait(-asking.turn if asking.new else asked.round, seconds)
        if asking.new or asked.place is not None:
            self._bill.say(None if asking.new else asked.place, said.words * part)
        self._bill.answered(spec, said.answers[-1].output * part)

    def _unpaid(self, error: BudgetExhausted, asking: Asking) -> None:
        """Without whoever cannot pay the talk goes on; else it is over, but for the last word."""
        played, till = self._played, self._till
        if till is None:
            raise error
        goes_on = error.scope == "purpose:repair" or till.falls_silent(error, asking.persona)
        if goes_on and error.scope in FOR_ALL:
            played.silent.setdefault(asking.persona, played.turns)
        else:
            played.reached.setdefault(error.scope, played.turns)
        if goes_on:
            return
        played.stopped, played.refusal = True, error
        closer = self._stage.cast.meant((self._stage.cast.scenario.last_word or "",))
        names = [one.id for one in closer if one.id in self._stage.score.cards]
        if not names or asking.closing or asking.turn >= self._stage.cast.scenario.limits.turns:
            return
        last = replace(asking, persona=names[0], turn=asking.turn + 1, closing=True)
        try:
            self._spoken(last)
        except BudgetExhausted:
            return
        played.turns += 1

    def _cast_for(self, asking: Asking) -> tuple[ModelSpec, Said]:
        """Which model takes a turn, and what it says."""
        stage, persona = self._stage, asking.persona
        score = self._world.score(asking.turn)
        spec = self._chooser.taken(asking, asking.asked.score if score is None else score)
        said = self._world.said(
            asking.asked,
            spec,
            persona=persona,
            max_words=stage.cast.member(persona).persona.style.max_words,
            most=stage.most(spec),
        )
        return spec, said.in_full(stage.most(spec)) if stage.in_full else said

    def _rehearsed(
        self, asking: Asking, spec: ModelSpec, said: Said
    ) -> tuple[float, ModelSpec, float]:
        """The turn with the tools that were called in the read-through."""
        (reply,), seconds, part = said.answers, 0.0, 1.0
        asked = (asking.asked, *asking.asked.more)
        more, base = 0.0, len(asking.asked.prompt.exchange)
        for number, one in enumerate(asked):
            output = reply.output if one is asked[-1] else assumed.LOOKING_UP
            more = 0.0 if not number else _exchanged(one, since=base) * assumed.TOKENS_PER_BYTE
            answer = Answering(output=output, more=more, rounds=number)
            spec, part = self._bill.ask(asking, spec, answer)
            seconds += reply.seconds
        if self._stage.in_full or self._world.repairs():
            more += reply.output + _MISTAKE
            again = Answering(output=reply.output, more=more, rounds=len(asked), purpose="repair")
            spec, part = self._bill.ask(asking, spec, again)
            seconds += reply.seconds
        return seconds, spec, part

    def _real(self, asking: Asking, spec: ModelSpec, said: Said) -> tuple[float, ModelSpec, float]:
        """The turn as turns like it were."""
        answers, stage, part = said.answers, self._stage, 1.0
        if asking.persona not in stage.score.looks_up:
            spoken = [one for one in answers if one.purpose == "speak"]
            answers = (spoken[-1], *(one for one in answers if one.purpose != "speak"))
        first, before = answers[0].model, spec
        for number, one in enumerate(answers):
            # What was asked of a cheaper model for lack of money goes on there.
            if not number or spec is before or one.model != first:
                spec = before = stage.catalog.spec(one.model)
            answer = Answering(
                output=min(one.output, stage.most(spec)),
                more=one.more if number else 0.0,
                rounds=number if one.model == first else 0,
                purpose="speak" if one.purpose == "speak" else "repair",
            )
            spec, part = self._bill.ask(asking, spec, answer)
        return sum(one.seconds for one in answers), spec, part

    def _aside(self, asked: Asked) -> None:
        spec = self._stage.spec_of(asked)
        most = self._stage.most(spec)
        answer = self._world.answered(asked, spec, most=most)
        asking = Asking(asked, asked.persona, asked.turn)
        try:
            output = most if self._stage.in_full else answer.output
            self._bill.ask(asking, spec, Answering(output=output))
        except BudgetExhausted as error:
            self._unasked(error)
        else:
            self._wait(asked.round, answer.seconds)

    def _unasked(self, error: BudgetExhausted) -> None:
        """A talk goes on without a question beside it."""
        played, till = self._played, self._till
        if till is None:
            raise error
        if error.scope in self._stage.cast.ids:
            till.silent.add(error.scope)
        if error.scope not in FOR_ALL:
            played.reached.setdefault(error.scope, played.turns)

    def _wait(self, round_: int, seconds: float) -> None:
        """Let time pass; what is asked at the same time is waited for once."""
        if round_ == self._round:
            self._waited = max(self._waited, seconds)
            return
        self._played.seconds += self._waited
        self._round, self._waited = round_, seconds


def _exchanged(asked: Asked, *, since: int) -> float:
    """utf-8 bytes of what tools were asked and said."""
    return float(sum(len(str(one)) for one in asked.prompt.exchange[since:]))
