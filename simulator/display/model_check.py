"""What checking models found out: a table, the lines of models.yaml to change, or plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from simulator.display.money import count, dollars, exact
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.runs.model_check.advice import Advice
from simulator.runs.model_check.finding import ModelCheck

__all__ = ["check_objects", "print_checks"]

_COLUMNS = (
    Column("model", cut=True),
    Column("feature"),
    Column("verdict"),
    Column("seen", cut=True),
)


def print_checks(out: Terminal, checks: Sequence[ModelCheck], lines: Iterable[Advice]) -> None:
    """A row for every feature of every model, then what to change."""
    rows: list[tuple[str, ...]] = []
    notes: list[str] = []
    for check in checks:
        for row, note in _rows(check):
            if note and note in notes[-1:]:
                notes[-1] = ""  # said once, below the last of the models that it is true of
            rows.append(row)
            notes.append(note)
    print_table(out, _COLUMNS, rows, notes=notes)
    told = tuple(lines)
    if told:
        out.say()
        out.say("To change in models.yaml:", style="bold")
    for line in told:
        out.say(str(line))


def _rows(check: ModelCheck) -> Iterator[tuple[tuple[str, ...], str]]:
    """Cells and what stands below them; what differs is told below, where nothing is cut."""
    if check.standing != "asked":
        yield (check.model, "-", check.standing, ""), check.why
        return
    yield (check.model, "speed", "", _speed(check)), ""
    yield ("", "cost", "", _cost(check)), ""
    for finding in check.findings:
        differs = finding.verdict == "differs"
        cells = ("", finding.feature, finding.verdict, "" if differs else finding.said)
        yield cells, finding.said if differs else ""


def _speed(check: ModelCheck) -> str:
    whole = "-" if check.latency_ms is None else f"answers within {count(check.latency_ms)} ms"
    if check.first_words_ms is not None:
        whole = f"{whole}, first words of a stream after {count(check.first_words_ms)} ms"
    return f"{whole} (the stand-in's, no model's)" if check.stand_in else whole


def _cost(check: ModelCheck) -> str:
    asked = f"{count(check.calls)} questions, {count(check.tokens)} tokens"
    if check.dollars is None:
        return f"{asked}; models.yaml has no price for it"
    return f"{asked}, {dollars(check.dollars, at_least=check.at_least)}"


def check_objects(checks: Iterable[ModelCheck], lines: Iterable[Advice]) -> dict[str, Any]:
    """The checks as plain data, with the lines to change."""
    models = [
        {
            "model": check.model,
            "fine": check.fine,
            "stand_in": check.stand_in,
            "standing": check.standing,
            "why": check.why or None,
            "listed": check.listed,
            "latency_ms": check.latency_ms,
            "first_words_ms": check.first_words_ms,
            "calls": check.calls,
            "tokens": check.tokens,
            "dollars": exact(check.dollars),
            "dollars_at_least": check.at_least,
            "features": {
                finding.feature: {"verdict": finding.verdict, "said": finding.said}
                for finding in check.findings
            },
        }
        for check in checks
    ]
    changes = [{"place": line.place, "doing": line.doing} for line in lines]
    return {"models": models, "changes": changes}
