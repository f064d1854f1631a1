"""Options and arguments that several commands share, with what a shell completes them to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from simulator.money import LEAST_DOLLARS, MOST_DOLLARS

__all__ = [
    "DISPLAYS",
    "MOST_ROWS",
    "Dollars",
    "GraphName",
    "MemberName",
    "ModelName",
    "PersonaName",
    "RunName",
    "ScenarioName",
    "Seconds",
    "Seed",
    "Setting",
    "StudyName",
    "as_json",
    "database",
    "display",
    "given",
    "inputs",
    "limit",
    "model",
    "play",
    "repeated",
    "seed",
    "steer",
]

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

DISPLAYS = ("talk", "full", "plain", "none")
MOST_ROWS = 1_000_000_000
"""Rows of the record that anybody asks for, and the highest number one of them is asked by."""
_COMPLETED = 200
"""Names that a shell is offered at most."""


_LONGEST_WAIT = 3_600


class _Named(click.ParamType[str]):
    """A name that the shell completes; whether it exists is for the command to say."""

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The known names that begin like this."""
        try:
            known = list(self._known(ctx))
        except Exception:  # noqa: BLE001 - while completing, a shell shows no errors
            return []
        fitting = [item for item in known if item.value.startswith(incomplete)]
        return fitting[:_COMPLETED]

    def _known(self, ctx: click.Context) -> Iterable[CompletionItem]:
        return ()


class ScenarioName(_Named):
    """A scenario's id or the path of its file."""

    name = "scenario"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Ids that begin like this, else files."""
        found = super().shell_complete(ctx, param, incomplete)
        return found or [CompletionItem(incomplete, type="file")]

    def _known(self, ctx: click.Context) -> Iterable[CompletionItem]:
        from simulator.definitions.project import Project

        return map(CompletionItem, Project.find(Path.cwd()).scenario_ids())


class MemberName(_Named):
    """The id of a member of the scenario's cast."""

    name = "member"

    def _known(self, ctx: click.Context) -> Iterable[CompletionItem]:
        from simulator.definitions.project import Project

        scenario = Project.find(Path.cwd()).scenario(ctx.params["scenario"])
        return (CompletionItem(entry.name or entry.persona) for entry in scenario.cast)


class PersonaName(_Named):
    """A persona's id."""

    name = "persona"

    def _known(self, ctx: click.Context) -> Iterable[CompletionItem]:
        from simulator.definitions.project import Project

        return map(CompletionItem, Project.find(Path.cwd()).persona_ids())


class GraphName(_Named):
    """A graph's name, or user code."""

    name = "graph"

    def _known(self, ctx: click.Context) -> Iterable[CompletionItem]:
        from simulator.definitions.project import Project

        return map(CompletionItem, sorted(Project.find(Path.cwd()).files.graphs))


class ModelName(_Named):
    """What `--model` takes."""

    name = "model"

    def _known(self, ctx: click.Context) -> Iterable[CompletionItem]:
        from simulator.definitions.project import Project

        catalog = Project.find(Path.cwd()).catalog()
        names = ("stand-in", "tiers", *catalog.endpoints, *catalog.models)
        return map(CompletionItem, dict.fromkeys(names))


class RunName(_Named):
    """A run's id, the beginning of one, or @last."""

    name = "run"

    def _known(self, ctx: click.Context) -> Iterable[CompletionItem]:
        from simulator.record.store import Store

        with Store.open(ctx.params.get("database") or "runs.db", create=False) as store:
            rows = store.runs(limit=_COMPLETED)
        runs = [CompletionItem(row.id, help=row.title) for row in rows]
        return [CompletionItem("@last", help="the newest run"), *runs]


class StudyName(_Named):
    """The study that runs are played for."""

    name = "study"

    def _known(self, ctx: click.Context) -> Iterable[CompletionItem]:
        from simulator.record.store import Store

        with Store.open(ctx.params.get("database") or "runs.db", create=False) as store:
            return [CompletionItem(name) for name in store.studies()]


class Dollars(click.ParamType[Decimal]):
    """An exact amount of US dollars within the bounds that files have too."""

    name = "USD"

    def convert(
        self, value: str | Decimal, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """The amount, without the way through a binary fraction."""
        try:
            amount = Decimal(str(value).strip().removeprefix("$"))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not (amount.is_finite() and LEAST_DOLLARS <= amount <= MOST_DOLLARS):
            bounds = f"from {LEAST_DOLLARS:f} to {MOST_DOLLARS:,f}"
            self.fail(f"{value!r} is no amount of dollars {bounds}, such as 0.05.", param, ctx)
        return amount


class Seconds(click.ParamType[float]):
    """A wait of at most an hour."""

    name = "SECONDS"

    def convert(
        self, value: str | float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The wait as a number."""
        try:
            seconds = float(value)
        except ValueError:
            seconds = math.nan
        if not 0 <= seconds <= _LONGEST_WAIT:
            self.fail(f"{value!r} is no number of seconds from 0 to {_LONGEST_WAIT}.", param, ctx)
        return seconds


class Seed(click.ParamType[int]):
    """A whole number that SQLite can hold."""

    name = "N"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """The number."""
        try:
            number = int(value)
        except ValueError:
            number = -1
        if not 0 <= number < 2**63:
            self.fail(f"{value!r} is no whole number from 0 to 2^63 - 1.", param, ctx)
        return number


class Setting(click.ParamType[tuple[str, str]]):
    """A value for one of a scenario's inputs, as NAME=VALUE."""

    name = "NAME=VALUE"

    def convert(
        self,
        value: str | tuple[str, str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, str]:
        """Name and value; the value may hold more equals signs."""
        if isinstance(value, tuple):
            return value
        name, sign, text = value.partition("=")
        if not sign or not name.strip():
            self.fail(f'{value!r} is not NAME=VALUE, such as idea="Two steps".', param, ctx)
        return name.strip(), text


def database(command: F) -> F:
    """`--db`: which database."""
    return click.option(
        "--db",
        "database",
        type=click.Path(path_type=Path),
        default=Path("runs.db"),
        envvar="SIMULATOR_DB",
        show_envvar=True,
        show_default=True,
        is_eager=True,
        help="The database of runs.",
    )(command)


def as_json(command: F) -> F:
    """`--json`: data for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")(command)


def display(command: F) -> F:
    """`--display`: how a talk is shown."""
    return click.option(
        "--display",
        type=click.Choice(DISPLAYS),
        default="talk",
        show_default=True,
        help="full adds reasons, models and costs; plain has a line per turn; none shows no talk.",
    )(command)


def limit(things: str) -> Callable[[F], F]:
    """`--limit`: how many of the things at most."""
    return click.option(
        "--limit",
        type=click.IntRange(1, MOST_ROWS),
        default=20,
        show_default=True,
        metavar="N",
        help=f"No more {things} than this.",
    )


def seed(command: F) -> F:
    """`--seed`: where chance comes from."""
    return click.option(
        "--seed",
        type=Seed(),
        help="Every random choice comes from it. [default: drawn, and recorded]",
    )(command)


def model(command: F) -> F:
    """`--model`: what speaks."""
    return click.option(
        "--model",
        type=ModelName(),
        help="stand-in, tiers (the router decides), an endpoint, or endpoint/model. "
        "[default: models.yaml says, else stand-in]",
    )(command)


def play(command: F) -> F:
    """`--play`: which members somebody plays at the terminal."""
    return click.option(
        "--play",
        "played",
        type=MemberName(),
        multiple=True,
        help="Play this member of the cast yourself, at the terminal; may be repeated.",
    )(command)


def steer(command: F) -> F:
    """`--steer`: whether somebody steers the run from the terminal."""
    return click.option(
        "--steer",
        "steers",
        is_flag=True,
        help="Pause, say and edit something, or stop while it is played.",
    )(command)


def inputs(command: F) -> F:
    """`--set`: values for a scenario's inputs."""
    return click.option(
        "--set",
        "settings",
        type=Setting(),
        multiple=True,
        help="A value for one of the scenario's inputs; may be repeated.",
    )(command)


def given(ctx: click.Context, name: str) -> bool:
    """Whether somebody wrote this parameter on the command line."""
    return ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE


def repeated(ctx: click.Context, *names: str) -> tuple[str, ...]:
    """These options as they were written on the command line, to be written again."""
    words: list[str] = []
    for option in ctx.command.params:
        if option.name not in names or not given(ctx, option.name):
            continue
        value = ctx.params[option.name]
        if value is True:
            words.append(option.opts[0])
            continue
        for one in value if option.nargs == 1 and isinstance(value, tuple) else (value,):
            text = "=".join(one) if isinstance(one, tuple) else str(one)
            words += [option.opts[0], text]
    return tuple(words)
