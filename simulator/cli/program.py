"""The command group: every command has its own module, loaded when the command is used."""

from __future__ import annotations

from importlib import import_module

import click

from simulator.cli.failures import said_clearly

__all__ = ["Deferred", "Program", "program"]

COMMANDS = {
    "demo": ("demo", "Play a scenario that comes with the simulator, without a key."),
    "run": ("run", "Play a scenario and keep its record."),
    "runs": ("runs", "List, show and search what was said."),
    "memories": ("memories", "List, search and forget what personas remember."),
    "cost": ("cost", "Tell what runs cost."),
    "errors": ("errors", "Tell what went wrong, and whether it was mended."),
    "keys": ("keys", "Tell where API keys come from, and keep them encrypted."),
    "models": ("models", "List, check and choose models; update their prices."),
    "graphs": ("graphs", "List and draw graphs: who may speak when."),
    "validate": ("validate", "Find every mistake in personas, scenarios and models."),
    "prompt": ("prompt", "Show exactly what a model would read."),
    "why": ("why", "Tell why this model answered a turn, with the figures."),
    "stand-in": ("stand_in", "Serve the stand-in as a local OpenAI-like server."),
    "init": ("init", "Copy the starter project into a folder."),
}
"""Name -> (module, what it does); help and completion need no more than this."""


class Deferred(click.Command):
    """A command that is known by name and short help, and loaded when it is used."""

    def __init__(self, name: str, *, module: str, short_help: str) -> None:
        super().__init__(name, short_help=short_help)
        self._module = module

    def loaded(self) -> click.Command:
        """The command itself, which its module calls `command`."""
        found = import_module(f"simulator.cli.{self._module}").command
        if not isinstance(found, click.Command):
            raise TypeError(f"simulator.cli.{self._module}.command is no command")
        return found


class Program(click.Group):
    """The group of all commands; whatever goes wrong in one is said clearly."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order people meet them."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command and load it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command.loaded() if isinstance(command, Deferred) else command, rest

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        with said_clearly():
            return super().invoke(ctx)


@click.group(
    cls=Program,
    commands={
        name: Deferred(name, module=module, short_help=short)
        for name, (module, short) in COMMANDS.items()
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="persona-simulator", prog_name="simulator")
def program() -> None:
    """Simulate conversations between personas written in YAML.

    Start with `simulator demo`: it needs no key and no network. Data goes to stdout, everything
    else to stderr.
    """
