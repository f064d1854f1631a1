"""How much of a long talk a prompt holds, and what becomes of one that is too long all the same.

Before a prompt is sent, whole blocks of lines drop from the front. Where an endpoint refuses one
as too long, the question is asked once more with the last lines only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

from simulator.conversation.state import Utterance
from simulator.definitions.limits import Limits
from simulator.definitions.model_catalog import TIERS, ModelCatalog, ModelChoice
from simulator.errors import ContextOverflow
from simulator.llm.ask import Answer, ModelAccess, Occasion, Question, ask
from simulator.llm.economy import FEWEST_LINES, with_last_lines
from simulator.llm.prompt import Prompt
from simulator.record.calls import call_id
from simulator.record.events import LimitReached

__all__ = [
    "BLOCK",
    "FEWEST",
    "Asked",
    "LeftOut",
    "Window",
    "ask_in_window",
    "fit",
    "narrowest",
    "to_cover",
]

T = TypeVar("T")

BLOCK = 16
"""Lines that drop at once: between drops the transcript only grows, and its prefix is cached."""
FEWEST = FEWEST_LINES
"""Lines that are kept however long they are."""
_LABEL_TOKENS = 8
_OPENING_SHARE = 4
"""Opening lines that take more than this part of the room drop like others."""
_PLANNED = 7, 10
"""Share of a model's context that is planned with: an estimate may be 0.72 of the true count."""
_AFTER_REFUSAL = 50
"""What is added to a question's number when it is asked again with fewer lines."""
_REMEDIES = {
    "transcript": "lower limits.output_tokens, so that lines stay shorter",
    "exchange": "lower limits.tool_rounds",
}


@dataclass(frozen=True, slots=True)
class Window:
    """The lines kept, and how many were left out and are in no summary."""

    kept: tuple[Utterance, ...]
    dropped: int
    opening: tuple[Utterance, ...] = ()
    """Lines kept from the beginning, before those that were left out."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What of the lines that somebody perceived is not read for the number of all lines."""

    opening: int = 0
    """How many of the first lines are read all the same."""
    lines: int = 0
    """How many after them are not read."""
    unheard: int = 0
    """How many lines nobody reads any more that were not perceived."""


def fit(
    lines: Sequence[Utterance], *, limit: int, covered: int = 0, left_out: LeftOut | None = None
) -> Window:
    """The latest lines that take at most `limit` estimated tokens, cut at a block's border.

    Where a block is too long, single lines drop; the last `FEWEST` are always kept. The first
    `covered` lines are in a summary and are not shown.
    """
    without = left_out or LeftOut()
    cut = bool(without.lines or without.unheard) and not covered
    begun = lines[: without.opening] if cut else ()
    taken = sum(line.tokens + _LABEL_TOKENS for line in begun)
    if taken * _OPENING_SHARE > limit:
        begun, taken = (), 0
    gone = without.lines + (0 if covered else len(begun))
    first = max(covered, gone, _outgrown(lines, limit=limit - taken, since=covered))
    return Window(tuple(lines[first:]), first - covered - len(begun), tuple(begun))


def to_cover(
    lines: Sequence[Utterance], *, limit: int, covered: int, left_out: int = 0, least: int = 1
) -> int:
    """How many lines a summary should cover by now; `covered` where no new one is due.

    Whole blocks, even where only a part of one has no room, so that summaries are rare; and all
    of the first `left_out` that nobody reads. Fewer new lines than `least` wait, unread.
    """
    outgrown = _outgrown(lines, limit=limit, since=covered)
    blocks = covered - (covered - outgrown) // BLOCK * BLOCK
    wanted = max(outgrown, left_out, min(blocks, len(lines) - FEWEST))
    due = max(outgrown, left_out) > covered
    return wanted if due and wanted - covered >= least else covered


def _outgrown(lines: Sequence[Utterance], *, limit: int, since: int = 0) -> int:
    """How many of the first lines there is no room for; those before `since` need none."""
    sizes = [line.tokens + _LABEL_TOKENS for line in lines]
    total, dropped, most = sum(sizes[since:]), since, len(lines) - FEWEST
    for step in (BLOCK, 1):
        while total > limit and dropped + step <= most:
            total -= sum(sizes[dropped : dropped + step])
            dropped += step
    return dropped


def narrowest(
    limits: Limits, *, catalog: ModelCatalog, choice: ModelChoice, today: date
) -> int | None:
    """Estimated tokens a prompt may have, whichever model of the choice is asked.

    One figure for all turns of a run, so that all speakers read the same lines. A reply of full
    length has to fit as well; a model whose context is unknown bounds nothing. None where the
    scenario's own limit is lower.

    Raises:
        UsageError: no model of the choice serves any tier.
    """
    specs = [catalog.candidates(choice, tier, today=today)[0] for tier in TIERS]
    (planned, of), output = _PLANNED, limits.output_tokens
    windows = (
        max(0, spec.context - min(output, spec.max_output or output)) * planned // of
        for spec in specs
        if spec.context is not None
    )
    return min((window for window in windows if window < limits.context_tokens), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Generic[T]):
    """An answer, and what had to be left out to get it."""

    answer: Answer[T]
    prompt: Prompt
    """The one that was answered."""
    refused: Prompt | None = None
    """The one that was too long."""

    def as_events(self, turn: int, *, known: Iterable[LimitReached]) -> tuple[LimitReached, ...]:
        """What later turns must know: with half the lines there was room; nothing twice."""
        if self.refused is None:
            return ()
        model, tokens = self.answer.route.spec.name, self.refused.estimated_tokens()
        reached = LimitReached(
            turn=turn,
            scope="run",
            unit="context_tokens",
            limit=str(_with_half_the_lines(self.refused)),
            used=str(tokens),
            detail=f"a prompt of about {tokens:,} tokens was too long for {model}",
        )
        told = {(one.turn, one.sentence) for one in known}
        return () if (reached.turn, reached.sentence) in told else (reached,)


async def ask_in_window(question: Question[T], access: ModelAccess, occasion: Occasion) -> Asked[T]:
    """The answer to a question, asked again with its last lines only where it is too long.

    Raises:
        ContextOverflow: what always stays in the prompt is too long by itself.
        InvalidReply, BudgetExhausted, ModelError: as `ask` does.
    """
    prompt = question.prompt
    try:
        return Asked(answer=await ask(question, access, occasion), prompt=prompt)
    except ContextOverflow as error:
        shorter = _last_lines(prompt)
        if shorter is None:
            raise _hopeless(error, prompt) from error
    again = replace(question, prompt=shorter, n=question.n + _AFTER_REFUSAL)
    try:
        answer = await ask(again, access, occasion)
    except ContextOverflow as error:
        raise _hopeless(error, shorter) from error
    first = call_id(access.run, occasion.turn, question.asked_of, question.purpose, question.n)
    answer = replace(answer, calls=(first, *answer.calls))
    return Asked(answer=answer, prompt=shorter, refused=prompt)


def _with_half_the_lines(prompt: Prompt) -> int:
    """Estimated tokens without half of the transcript, and without what this turn looked up."""
    sizes = {part.name: part.tokens for part in prompt.sections()}
    return sum(sizes.values()) - sizes.get("exchange", 0) - sizes.get("transcript", 0) // 2


def _last_lines(prompt: Prompt) -> Prompt | None:
    """The prompt with its last lines only; None where it has no more."""
    if all(line.startswith("(") for line in prompt.transcript[:-FEWEST]):
        return None
    return with_last_lines(prompt, FEWEST)


def _hopeless(error: ContextOverflow, prompt: Prompt) -> ContextOverflow:
    longest = max(prompt.sections(), key=lambda part: part.tokens)
    remedy = _REMEDIES.get(longest.name, f"shorten the {longest.name}")
    message = (
        f"{error}, even with no more than the last {FEWEST} lines: about {longest.tokens} of "
        f"{prompt.estimated_tokens()} tokens are its {longest.name}; {remedy}, or choose a model "
        "with a larger context"
    )
    return ContextOverflow(message, status=error.status, request_id=error.request_id)
