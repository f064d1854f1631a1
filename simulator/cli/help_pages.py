"""The help of every command as one page; `make docs` writes it to docs/commands.md."""

from __future__ import annotations

from collections.abc import Iterator

import click

from simulator.cli.program import Deferred, program

__all__ = ["commands_page"]

_OPENING = """# Commands

What `--help` says of every command, as the program itself says it (`make docs` writes this page).

Data goes to stdout, everything else to stderr; most commands write JSON with `--json`. Exit codes:
0 done, also at the turn limit; 1 failed; 2 wrong usage; 3 mistakes in files; 4 done, but turns
failed; 5 stopped by money, tokens or time; 6 no key, or it was refused; 130 interrupted, 143
terminated.
`SIMULATOR_DB` names the database, `NO_COLOR` and pipes keep the output free of escape codes,
`SIMULATOR_DEBUG=1` shows tracebacks.

Completion of commands, options, scenarios, personas, models and runs:

```sh
eval "$(_SIMULATOR_COMPLETE=bash_source simulator)"    # in ~/.bashrc; zsh_source, fish_source
```
"""
_WIDTH = 100


def commands_page() -> str:
    """The page, in Markdown."""
    return "\n".join((_OPENING, *_sections(program, ("simulator",), parent=None)))


def _sections(
    command: click.Command, names: tuple[str, ...], *, parent: click.Context | None
) -> Iterator[str]:
    context = click.Context(
        command,
        info_name=names[-1],
        parent=parent,
        terminal_width=_WIDTH,
        **command.context_settings,
    )
    called = " ".join(names)
    yield f"## {called}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                whole = found.loaded() if isinstance(found, Deferred) else found
                yield from _sections(whole, (*names, name), parent=context)


if __name__ == "__main__":
    print(commands_page(), end="")  # noqa: T201 - the page is data on stdout
