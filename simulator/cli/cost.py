"""`simulator cost`: what runs cost, grouped as one likes, and whether the bill says the same."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from os import environ
from pathlib import Path

import click

from simulator.cli import options
from simulator.errors import UsageError

__all__ = ["command"]

_RECONCILING = ("first", "last", "tolerance", "projects", "endpoint")
_GROUPING = ("run", "study", "by", "savings")


_FIRST_YEAR, _LAST_YEAR = 2000, 2999
"""Beyond these, a week more or less may be no date."""


class _Day(click.ParamType[date]):
    """A day of the calendar."""

    name = "DAY"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """The day."""
        try:
            day = datetime.strptime(str(value), "%Y-%m-%d").replace(tzinfo=UTC).date()
        except ValueError:
            self.fail(f"{value!r} is no day, such as 2026-11-20.", param, ctx)
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            self.fail(f"nobody was asked anything on {value!r}.", param, ctx)
        return day


class _Tolerated(click.ParamType[tuple[Decimal | None, Decimal | None]]):
    """A share such as 2%, or an amount of dollars such as 0.01: one of the two is None."""

    name = "SHARE|USD"

    def convert(
        self,
        value: str | tuple[Decimal | None, Decimal | None],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[Decimal | None, Decimal | None]:
        """The share as a part of one, or the amount."""
        if isinstance(value, tuple):
            return value
        text = value.strip()
        try:
            number = Decimal(text.removeprefix("$").removesuffix("%"))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or number < 0:
            self.fail(f"{value!r} is neither a share, such as 2%, nor dollars: 0.01.", param, ctx)
        return (number / 100, None) if text.endswith("%") else (None, number)


@click.command("cost")
@click.option("--run", type=options.RunName(), help="Only this run: an id, its beginning, @last.")
@click.option("--study", type=options.StudyName(), help="Only the runs of this study.")
@click.option(
    "--by",
    default="model",
    show_default=True,
    metavar="NAMES",
    help="Group by any of day, model, persona, processing, purpose, run, scenario, study, tier, "
    "tool, with commas between.",
)
@click.option(
    "--savings",
    is_flag=True,
    help="Tell what routing, the cache, batch and flex saved, against the top tier, uncached.",
)
@click.option(
    "--reconcile",
    is_flag=True,
    help="Compare with the organisation's own books; OPENAI_ADMIN_KEY may read them.",
)
@click.option("--from", "first", type=_Day(), help="First day (UTC) to compare; default: a week.")
@click.option("--to", "last", type=_Day(), help="Last day (UTC) to compare; default: yesterday.")
@click.option(
    "--tolerance",
    type=_Tolerated(),
    default="2%",
    show_default=True,
    help="How far figures of a day and model may differ: a share of each, or dollars alone (0.01).",
)
@click.option(
    "--project",
    "projects",
    multiple=True,
    metavar="ID",
    help="Compare with this project of the organisation; may be given several times.",
)
@click.option(
    "--endpoint", default="openai", show_default=True, help="The endpoint whose books to compare."
)
@options.database
@options.as_json
@click.pass_context
def command(
    ctx: click.Context,
    run: str | None,
    study: str | None,
    by: str,
    savings: bool,
    reconcile: bool,
    first: date | None,
    last: date | None,
    tolerance: tuple[Decimal | None, Decimal | None],
    projects: tuple[str, ...],
    endpoint: str,
    database: Path,
    as_json: bool,
) -> None:
    """Tell what runs cost, in tokens and dollars.

    Days are UTC. The list price is that of the model that answered, without a cache; dollars are
    what was charged. Dollars with a sign for "at least" leave out requests whose cost is not
    known; those are counted apart, with the most they can have cost.

    With --reconcile, the exit code is 0 where both sides agree within the tolerance, or requests
    of unknown outcome explain the rest, and else 1.
    """
    _fit_together(ctx, reconcile=reconcile)
    if reconcile:
        from simulator.cli.reconciled_cost import ReconciledCost
        from simulator.runs.reconciliation import Tolerance

        comparison = ReconciledCost(
            endpoint=endpoint,
            first=first,
            last=last,
            tolerance=Tolerance(share=tolerance[0], dollars=tolerance[1]),
            projects=projects,
        )
        ctx.exit(comparison.run(database, as_json=as_json))
    _tell(database, run=run, study=study, by=by, savings=savings, as_json=as_json)


def _tell(
    database: Path,
    *,
    run: str | None,
    study: str | None,
    by: str,
    savings: bool,
    as_json: bool,
) -> None:
    from simulator.display.cost_table import cost_objects, cost_report, print_costs, print_savings
    from simulator.display.json_lines import json_line
    from simulator.display.terminal import Terminal
    from simulator.record.store import Store

    names = [name.strip() for name in by.split(",") if name.strip()]
    out = Terminal(sys.stdout, environ=environ)
    with Store.open(database, create=False) as store:
        found = None if run is None else store.find_run(run)
        report = cost_report(store, by=names, run=found, study=study)
    if as_json:
        out.raw(json_line(list(cost_objects(report))))
    elif report.total.calls:
        show = print_savings if savings else print_costs
        show(out, report)
        if found is None and study is None:
            click.echo("All runs on record together; --run ID or --run @last takes one.", err=True)
    else:
        click.echo("Nothing was asked yet, so nothing was paid.", err=True)


def _fit_together(ctx: click.Context, *, reconcile: bool) -> None:
    """Refuse options that the other way of asking does not know."""
    others = _GROUPING if reconcile else _RECONCILING
    strange = [name for name in others if options.given(ctx, name)]
    if strange:
        words = next(one.opts[0] for one in ctx.command.params if one.name == strange[0])
        rule = "goes without --reconcile" if reconcile else "goes with --reconcile"
        raise UsageError(f"{words} {rule}.")
    if options.given(ctx, "run") and options.given(ctx, "study"):
        raise UsageError("--run goes without --study: a run belongs to one study or to none.")
