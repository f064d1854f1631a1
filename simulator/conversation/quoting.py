"""Foreign words in a prompt: quoted so that they cannot pass for words of ours."""

from __future__ import annotations

__all__ = ["indented", "quoted"]


def quoted(text: str) -> str:
    """Foreign words after a label of ours: what follows a break in them is indented.

    So no line of theirs begins like one of a transcript, a heading, a rule or a list entry of
    ours, wherever they come from: speech, cards, tools, knowledge. A cue for a stand-in that
    stands in them is none any more.
    """
    return "\n    ".join(text.splitlines()).replace("<stand-in>", "<stand-in >")


def indented(text: str) -> str:
    """Foreign words on lines of their own, below a label of ours: every line is indented."""
    return f"    {quoted(text)}"
