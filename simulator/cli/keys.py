"""`simulator keys`: where API keys come from, and a file in which they are encrypted."""

from __future__ import annotations

import re
import sys
from os import environ
from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.listing_group import ListingGroup
from simulator.definitions.project import Project
from simulator.errors import KeyFileUnreadable, NotFound, UsageError
from simulator.llm.credentials import watched
from simulator.llm.keys import (
    ENCRYPTION_KEY,
    Environment,
    KeyFile,
    key_fault,
    key_places,
    new_encryption_key,
)

__all__ = ["command"]

_NEW = "NEW_ENCRYPTION_KEY"
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,63}")
"""Capitals only, so that a key in the place of its name is refused; it is not repeated either."""


class _VariableName(click.ParamType[str]):
    """The name of a variable, as models.yaml and tools.yaml have it."""

    name = "NAME"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name itself."""
        if not _VARIABLE.fullmatch(value):
            self.fail(
                "this is no variable's name such as OPENAI_API_KEY; if it was a key, your shell's "
                "history has it now: replace it. `simulator keys set NAME` asks for the key.",
                param,
                ctx,
            )
        return value


@click.group("keys", cls=ListingGroup, subcommand_metavar="[COMMAND] [ARGS]...")
def command() -> None:
    """Tell where API keys come from, and keep them encrypted; without a command, list.

    A key is taken from the environment, else from the project's .env, else from the key file.
    """


@command.command("list")
@options.as_json
def list_keys(as_json: bool) -> None:
    """List the variables that may hold keys: where each is found, and which endpoint uses it.

    Nothing of a key itself is shown. The exit code is 6 where the key file cannot be opened.
    """
    from simulator.display.json_lines import json_line
    from simulator.display.key_list import key_objects, print_keys
    from simulator.display.terminal import Terminal

    out, err = (Terminal(stream, environ=environ) for stream in (sys.stdout, sys.stderr))
    project = Project.find(Path.cwd())
    around = Environment.of_project(project)
    file: KeyFile | None = None
    closed: KeyFileUnreadable | None = None
    held: tuple[str, ...] = ()
    try:
        file = KeyFile.of(around)
        held = tuple(file.read(around.get(ENCRYPTION_KEY, ""))) if file else ()
    except KeyFileUnreadable as error:
        closed = error
    places = key_places(project, in_file=held)
    if as_json:
        out.raw(json_line(key_objects(places)))
    else:
        print_keys(out, places)
    if closed is not None:
        raise closed
    if file and file.exists:
        err.say(f"Key file: {file.path}")


@command.command("new")
def new_key() -> None:
    """Print a fresh ENCRYPTION_KEY, once: it is kept nowhere."""
    click.echo(new_encryption_key())
    click.echo(
        f"Keep it where you keep passwords, and set it as {ENCRYPTION_KEY}. Without it the key "
        "file cannot be opened.",
        err=True,
    )


@command.command("set")
@click.argument("name", type=_VariableName(), metavar="NAME")
def set_key(name: str) -> None:
    """Keep a key for the variable NAME in the key file; it is asked for, or read from stdin.

    The file is SIMULATOR_KEYS, or persona-simulator/keys in ~/.config. ENCRYPTION_KEY opens it.
    """
    around = _around()
    file, opener = _file(around), around.get(ENCRYPTION_KEY, "")
    file.require(opener)
    value = _asked(f"Key for {name}")
    if not value or key_fault(value):
        why = f"it has {key_fault(value)}" if value else "it is empty"
        raise UsageError(f"This is no API key: {why}. Nothing was kept.")
    file.change(opener, lambda held: held.update({name: value}))
    click.echo(f"{name} is kept in {file.path}.", err=True)


@command.command("remove")
@click.argument("name", type=_VariableName(), metavar="NAME")
def remove_key(name: str) -> None:
    """Take the key of the variable NAME out of the key file."""
    around = _around()
    file = _file(around)

    def without(held: dict[str, str]) -> None:
        if name not in held:
            raise NotFound("key in the key file", name, known=held)
        del held[name]

    file.change(around.get(ENCRYPTION_KEY, ""), without)
    click.echo(f"{name} is no longer in {file.path}.", err=True)


@command.command("rotate")
def rotate_keys() -> None:
    """Encrypt the key file anew by another key, which NEW_ENCRYPTION_KEY holds, or is asked for."""
    around = _around()
    new = around.get(_NEW, "").strip() or _asked(f"New {ENCRYPTION_KEY}")
    count = _file(around).rotate(around.get(ENCRYPTION_KEY, ""), new)
    keys = f"{count} key{'' if count == 1 else 's'}"
    click.echo(f"{keys} encrypted anew: set {ENCRYPTION_KEY} to the new one now.", err=True)


def _around() -> Environment:
    return Environment.of_project(Project.find(Path.cwd()))


def _file(around: Environment) -> KeyFile:
    file = KeyFile.of(around)
    if file is None:
        raise UsageError("There is no home folder for a key file: name one in SIMULATOR_KEYS.")
    return file


def _asked(what: str) -> str:
    """A value that is neither shown nor a part of the command."""
    if sys.stdin.isatty():
        value: str = click.prompt(what, hide_input=True, err=True)
    else:
        value = sys.stdin.read()
    value = value.strip()
    known = watched.get()
    if known is not None:
        known.learn(value)
    return value
