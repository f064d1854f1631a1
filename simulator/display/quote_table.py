"""A quote as people and programs read it: what runs will cost, what else they might, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from simulator.definitions.limits import Budget
from simulator.display.money import UNKNOWN, count, dollars, exact
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.money import plural
from simulator.record.usage import NANO, Spent
from simulator.runs.quote import Figures, Known, Quote, QuotedModel, Spread, Within
from simulator.runs.study import StudyStanding

__all__ = ["print_quote", "quote_object", "quote_sentences"]

_CHOICES = (
    Column("model", cut=True),
    Column("half below", right=True),
    Column("9 of 10 below", right=True),
    Column("flex", right=True),
    Column("batch", right=True),
    Column("turns", right=True),
    Column("tokens", right=True, spare=1),
    Column("minutes", right=True),
)
_MODELS = (
    Column("run of middle price", cut=True),
    Column("calls", right=True),
    Column("tokens in", right=True),
    Column("cached", right=True),
    Column("tokens out", right=True),
    Column("dollars", right=True),
)
_NOT_OFFERED = "-"
_LEAST_MINUTES = 0.05
"""Less than this is told as such."""
_MOST_RUNS = 0.5
"""What happens in as many runs is what happens."""
_FREE: Final = Spread(Decimal(0), Decimal(0))
_ENDING = frozenset({"run", "study", "day", "purpose:speak"})
"""Budgets without which a run is over."""
_SHARED = frozenset({"study", "day"})
"""Budgets that are told with what is left of them."""
_CANNOT_BEGIN = "cannot begin"
"""The budget does not reach for the first question."""


def print_quote(out: Terminal, quote: Quote) -> None:
    """Print what the runs cost by choice, and one of them by model."""
    choices = [(quote.choice, quote.figures)]
    choices += [(one.name, one.figures) for one in (*quote.policies, *quote.windows, *quote.models)]
    print_table(out, _CHOICES, [_choice(name, figures) for name, figures in choices])
    out.say("")
    models = quote.figures.models
    print_table(out, _MODELS, [*map(_model, models), _in_all(models)], total=True)


def quote_sentences(quote: Quote) -> Iterator[str]:
    """What the quote assumes, and what it says about the budget, a sentence each."""
    yield from _of_the_talk(quote)
    yield from _of_lengths(quote)
    yield (
        "Prices: list prices; nothing is in the cache before the first run, and what was read "
        "within the last five minutes is. Retries are free: what was refused costs nothing."
    )
    if quote.figures.flex is not None:
        yield "flex: slower processing, with the same tokens; nobody can say how much slower."
    if quote.figures.batch is not None:
        yield (
            "batch: many runs side by side, every round of theirs one batch job. A turn waits for "
            "the one before it, so each may take up to 24 hours; a single run gains nothing."
        )
    yield from _of_the_budget(quote)
    for member, turns in quote.silent.items():
        yield (
            f"{quote.members.get(member, member)} would fall silent after about "
            f"{plural(turns, 'turn')} of a run: what is left would not reach for them, but for "
            "others."
        )
    for standing in (quote.study, quote.day):
        if standing is not None:
            yield _of_a_shared(quote, standing)


def quote_object(quote: Quote) -> dict[str, Any]:
    """The quote for programs; amounts are exact texts, null where they are unknown."""
    return {
        "kind": "quote",
        "scenario": quote.scenario,
        "choice": quote.choice,
        "runs": quote.runs,
        **_figures(quote.figures),
        "fitting_runs": quote.figures.fitting,
        "at_most": exact(quote.at_most),
        "models": [_model_object(model) for model in quote.figures.models],
        "choices": [{"choice": one.name, **_figures(one.figures)} for one in quote.models],
        "policies": [{"choice": one.name, **_figures(one.figures)} for one in quote.policies],
        "windows": [{"window": one.name, **_figures(one.figures)} for one in quote.windows],
        "known": [
            {"model": one.model, "turns": one.turns, "turns_here": one.here} for one in quote.known
        ],
        "past_runs": quote.past_runs,
        "output_tokens_per_reply": quote.output_tokens,
        "budget": exact(quote.budget),
        "budget_tokens": quote.budget_tokens,
        "ends_after_turns": quote.ends_after,
        "human_turns": {name: list(turns) for name, turns in quote.human_turns.items()},
        "cheaper_turns": quote.cheaper,
        "silent_after_turns": dict(quote.silent),
        "stand_in": quote.stand_in,
        "budgets": [_within_object(one) for one in quote.within],
        "study": None if quote.study is None else _study_object(quote.study),
        "day": None if quote.day is None else _standing_object(quote.day),
        "assumed": list(quote_sentences(quote)),
    }


def _choice(name: str, figures: Figures) -> tuple[str, ...]:
    if not figures.turns.p90:
        return (name, _CANNOT_BEGIN, *(_NOT_OFFERED for _ in _CHOICES[2:]))
    known = figures.dollars
    amounts = (None, None) if known is None else (known.p50, known.p90)
    other = (_offered(figures, one) for one in (figures.flex, figures.batch))
    numbers = (count(figures.turns.p50), count(figures.tokens.p50))
    return (name, *map(dollars, amounts), *other, *numbers, _minutes(figures.minutes.p50))


def _minutes(minutes: float) -> str:
    return f"{minutes:.1f}" if minutes >= _LEAST_MINUTES or not minutes else "<0.1"


def _offered(figures: Figures, spread: Spread[Decimal] | None) -> str:
    if spread is not None:
        return dollars(spread.p50)
    return UNKNOWN if figures.dollars is None else _NOT_OFFERED


def _model(model: QuotedModel) -> tuple[str, ...]:
    figures = (model.calls, model.input, model.cached, model.output)
    return (model.model, *map(count, figures), dollars(model.dollars))


def _in_all(models: Iterable[QuotedModel]) -> tuple[str, ...]:
    calls = read = cached = output = 0
    amount: Decimal | None = Decimal(0)
    for one in models:
        calls, read = calls + one.calls, read + one.input
        cached, output = cached + one.cached, output + one.output
        amount = None if amount is None or one.dollars is None else amount + one.dollars
    return ("in all", *map(count, (calls, read, cached, output)), dollars(amount))


def _of_the_talk(quote: Quote) -> Iterator[str]:
    runs, usual, mean = quote.runs, quote.usual_turns.p50, round(quote.mean_turns)
    more = f" ({mean:,} on average)" if mean != usual else ""
    yield (
        f"A quote for {plural(runs, 'run')} of about {plural(usual, 'turn')}{more}: nothing was "
        "sent, nothing was recorded."
    )
    if runs > 1:
        together = _minutes(quote.figures.at_once.p50)
        yield (
            f"minutes: one run after the other; all at once about {together}, and each then pays "
            "for its beginning."
        )
    for member, own in quote.human_turns.items():
        told = f"turns {', '.join(map(str, own))}" if own else "no turn"
        yield (
            f"{quote.members.get(member, member)} is played by a human, who has {told}: no model "
            "is asked for that, and the minutes leave it out."
        )
    if quote.past_runs:
        past = plural(quote.past_runs, "past run")
        yield f"Turns and who takes them: as in {past} of the scenario."
    elif quote.may_end:
        yield (
            "Turns: half of all runs go to the limit, the others end anywhere in the second half, "
            "since a stop rule may end them."
        )


def _of_lengths(quote: Quote) -> Iterator[str]:
    if quote.stand_in:
        names = ", ".join(one.model for one in quote.known)
        yield (
            f"The stand-in answers for {names}: turns and lengths on record are the stand-in's, "
            "and say nothing of what models would cost."
        )
    yield from map(_of_model, quote.known)
    if any(not one.turns for one in quote.known):
        yield (
            "Assumed replies: 70 % of a persona's max_words (50 words without), give or take a "
            "half; 75 tokens of form and thought; 200 of hidden reasoning where a model reasons; "
            "2 % asked for again; a quarter token per byte read; 70 tokens a second."
        )
    yield f"At most {dollars(quote.at_most)} a run, {_bound(quote)}."


def _bound(quote: Quote) -> str:
    """Why a run cannot cost more than its most."""
    if quote.at_most is not None:
        if quote.at_most == quote.budget:
            return "which is its limit"
        for one in (quote.study, quote.day):
            if one is not None and quote.at_most == one.dollars_left:
                return f"which is what is left of the {one.scope}"
    longest = count(quote.output_tokens)
    return f"if it goes to its last turn, with {longest} tokens for every reply and its repair"


def _of_model(known: Known) -> str:
    if not known.turns:
        return f"{known.model}: no run is on record, so the lengths of its replies are assumed."
    here = f", {count(known.here)} of them here" if known.here else ", none of them here"
    return f"{known.model}: lengths as in {plural(known.turns, 'past turn')}{here}."


def _of_the_budget(quote: Quote) -> Iterator[str]:
    told = _amounts(quote.budget, quote.budget_tokens)
    if not told:
        yield "The run has no limit of dollars; --budget sets one."
    if quote.cheaper:
        yield (
            f"To make the money last, about {plural(quote.cheaper, 'turn')} of a run would go to a "
            "cheaper model."
        )
    for one in quote.within:
        if one.scope not in _SHARED:
            yield from _of_one_budget(quote, one)
    if quote.ends_after is not None and not any(
        one.scope in _ENDING and one.reached >= _MOST_RUNS for one in quote.within
    ):
        yield f"Nobody could pay for a turn after about {plural(quote.ends_after, 'turn')}."


def _of_one_budget(quote: Quote, one: Within) -> Iterator[str]:
    """How far it reaches; of the run's own only where it does not."""
    amount, (kind, _, purpose) = _amounts(one.budget.dollars, one.budget.tokens), _parts(one.scope)
    name = quote.members.get(one.scope, one.scope)
    told = f"{name}'s budget of {amount}"
    ends = f"then {name} falls silent"
    if kind == "run":
        told, ends = f"The limit of {amount}", "then it ends"
    elif purpose:
        told = f"The budget of {amount} for {purpose} questions"
        ends = "then it ends" if one.scope in _ENDING else "then it goes on without them"
    if one.turns is None:
        if kind != "run":
            yield f"{told} reaches."
        return
    if not one.begins:
        never = "none is asked" if purpose else f"{name} never speaks"
        yield f"{told} does not reach for a first question; {never}."
        return
    after = f"after about {plural(one.turns, 'turn')}"
    if kind == "run" and one.reached >= _MOST_RUNS:
        yield f"{told} would end a run {after}."
    elif one.reached >= _MOST_RUNS:
        yield f"{told} would be used up {after} of a run; {ends}."
    else:
        yield f"{told} would be used up in {one.reached:.0%} of runs, {after}; {ends}."


def _parts(scope: str) -> tuple[str, str, str]:
    return scope.partition(":")


def _of_a_shared(quote: Quote, study: StudyStanding) -> str:
    budget = study.budget
    name = "The day" if study.scope == "day" else f"Study {study.name!r}"
    if budget == Budget():
        return f"{name} has spent {dollars(study.spent.dollars)} until now; no budget is given."
    limits = _amounts(budget.dollars, budget.tokens)
    left = _amounts(study.dollars_left, study.tokens_left)
    told = f"{name} has {left} left of {limits}"
    if quote.dollars is None and budget.dollars is not None:
        return f"{told}."
    return f"{told}, which {_reach(quote, study)}."


def _reach(quote: Quote, study: StudyStanding) -> str:
    """How far what is left of it reaches."""
    own = next((one for one in quote.within if one.scope == study.scope), None)
    fitting, amounts = quote.figures.fitting, quote.dollars or _FREE
    # No figure is above what is left of the tightest, so that is the one which they come up to.
    tight = not study.reaches(Spent(quote.tokens.p90 + 1, amounts.p90 + 1 / NANO))
    if fitting is not None and tight:
        return (
            f"reaches for about {count(fitting)} of the {count(quote.runs)} runs: others would "
            "close early, or not begin"
        )
    if own is not None and own.turns is not None:
        runs = "a run" if own.reached >= _MOST_RUNS else f"{own.reached:.0%} of runs"
        return f"would end {runs} after about {plural(own.turns, 'turn')}"
    return "may just reach for this" if tight else "reaches for this"


def _amounts(amount: Decimal | None, tokens: int | None) -> str:
    known = [] if amount is None else [dollars(amount)]
    return " and ".join(known if tokens is None else [*known, f"{count(tokens)} tokens"])


def _study_object(study: StudyStanding) -> dict[str, Any]:
    return {"name": study.name, **_standing_object(study)}


def _within_object(one: Within) -> dict[str, Any]:
    return {
        "scope": one.scope,
        "budget": exact(one.budget.dollars),
        "budget_tokens": one.budget.tokens,
        "reached": round(one.reached, 3),
        "after_turns": one.turns,
        "begins": one.begins,
    }


def _standing_object(study: StudyStanding) -> dict[str, Any]:
    return {
        "budget": exact(study.budget.dollars),
        "budget_tokens": study.budget.tokens,
        "spent": exact(study.spent.dollars),
        "spent_tokens": study.spent.tokens,
        "left": exact(study.dollars_left),
        "left_tokens": study.tokens_left,
    }


def _figures(figures: Figures) -> dict[str, Any]:
    amounts = {"dollars": figures.dollars, "flex": figures.flex, "batch": figures.batch}
    numbers: dict[str, Spread[int] | Spread[float]] = {
        "tokens": figures.tokens,
        "calls": figures.calls,
        "turns": figures.turns,
        "minutes": figures.minutes,
        "minutes_at_once": figures.at_once,
    }
    return {
        **{name: _exactly(amount) for name, amount in amounts.items()},
        **{name: {"p50": one.p50, "p90": one.p90} for name, one in numbers.items()},
    }


def _exactly(spread: Spread[Decimal] | None) -> dict[str, str | None] | None:
    return None if spread is None else {"p50": exact(spread.p50), "p90": exact(spread.p90)}


def _model_object(model: QuotedModel) -> dict[str, Any]:
    return {
        "model": model.model,
        "calls": model.calls,
        "input_tokens": model.input,
        "cached_tokens": model.cached,
        "output_tokens": model.output,
        "dollars": exact(model.dollars),
    }
