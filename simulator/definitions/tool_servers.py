"""Servers that lend tools to personas over the Model Context Protocol: `tools.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, WithJsonSchema

from simulator.definitions.amount import Seconds
from simulator.definitions.facts import Text
from simulator.definitions.persona import IDENTIFIER
from simulator.definitions.written import Written

__all__ = ["ToolServer", "ToolServers"]

_VARIABLE = r"^[A-Z_][A-Z0-9_]*$"
"""Capitals only, so that a key that is put where its variable's name belongs is refused."""


def _name_only(text: str) -> str:
    if not re.fullmatch(_VARIABLE, text):
        # What was written is not repeated: it may be a key.
        raise ValueError(
            "Here stands the name of an environment variable, in capitals, and never its value"
        )
    return text


VariableName = Annotated[
    str, AfterValidator(_name_only), WithJsonSchema({"type": "string", "pattern": _VARIABLE})
]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
Finding = tuple[tuple[str | int, ...], str, str]
"""A mistake: where it stands, what it is, what to do (may be empty)."""


class ToolServer(Written):
    """One server: a program that is started for a run, or an address.

    Keys never stand here: they come from the environment, by the names of variables.
    """

    command: tuple[Text, ...] = ()
    """The program and its arguments, started in the project's folder for each run; `python` is the
    Python that runs the simulator. Left out: the server has a `url`."""
    env: tuple[VariableName, ...] = ()
    """Names of environment variables the program gets, beside PATH, HOME and the like."""
    url: str | None = Field(default=None, pattern=r"^https?://[^\s/]\S*$")
    """The address of a server that runs already (streamable HTTP); None: it has a `command`."""
    key_variable: VariableName | None = None
    """The environment variable whose value is sent as `Authorization: Bearer ...`; None: no key."""
    header_variables: dict[HeaderName, VariableName] = Field(default_factory=dict)
    """Further headers: name -> the environment variable that holds the value."""
    start_seconds: Seconds = 30.0
    """Seconds it may take until it has told its tools."""

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of all environment variables it needs."""
        key = () if self.key_variable is None else (self.key_variable,)
        return tuple(dict.fromkeys((*self.env, *key, *self.header_variables.values())))


class ToolServers(Written):
    """The tool servers of a project; a persona names their tools as `server/tool`."""

    servers: dict[str, ToolServer] = Field(default_factory=dict)
    """Server id -> where it is; only those that a cast uses are started."""

    def cross_checks(self) -> tuple[Finding, ...]:
        """Every mistake between the parts of the file, which no field shows by itself."""
        return tuple(one for name, server in self.servers.items() for one in _faults(name, server))


def _faults(name: str, server: ToolServer) -> Iterator[Finding]:
    at = ("servers", name)
    if not re.fullmatch(IDENTIFIER, name):
        hint = "Use small letters, digits, - and _, a letter first."
        yield at, f"{name!r} cannot be a tool server's id.", hint
    if server.url is None and not server.command:
        hint = "Give it one of them, such as `command: [python, my_server.py]`."
        yield at, f"The tool server {name!r} has neither a command nor a url.", hint
    if server.url is not None and server.command:
        yield (*at, "url"), f"{name!r} has a command and a url.", "Drop one of them."
    elif server.command:
        yield from _misplaced(at, {"key_variable": server.key_variable}, "a url")
        yield from _misplaced(at, {"header_variables": server.header_variables}, "a url")
    elif server.url is not None:
        yield from _misplaced(at, {"env": server.env}, "a command")
        yield from _in_address((*at, "url"), server.url, keys=bool(server.variables))


def _misplaced(at: tuple[str, ...], written: Mapping[str, object], owner: str) -> Iterator[Finding]:
    for field, value in written.items():
        if value:
            yield (*at, field), f"`{field}` is for a server with {owner}.", "Leave it out."


def _in_address(at: tuple[str, ...], url: str, *, keys: bool) -> Iterator[Finding]:
    try:
        parts = urlsplit(url)
        host, named = parts.hostname or "", parts.username or parts.password
    except ValueError as error:
        yield at, f"This is no address: {error}.", ""
        return
    if named:
        hint = "Name the variable that holds it in `key_variable`."
        yield at, "No name and password belong into an address.", hint
    if keys and parts.scheme == "http" and host not in HERE:
        yield at, f"A key would go to {host} unencrypted.", "Write https://."
