"""A group whose command `list` need not be written out: `simulator runs` lists runs."""

from __future__ import annotations

import click

__all__ = ["ListingGroup"]


class ListingGroup(click.Group):
    """Takes `list` where no command is named; options then are those of `list`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Write `list` out where it is meant."""
        unnamed = not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names)
        if unnamed and not ctx.resilient_parsing:
            args = ["list", *args]
        return super().parse_args(ctx, args)
