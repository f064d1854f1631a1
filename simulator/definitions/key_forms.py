"""What real keys look like, issuer by issuer, so that they can be found where they must not be.

Forms are those that their issuers have published, so that the words "key" and "secret" may be
said. Each form has marks, short texts that stand in all of its keys: to look for these first makes
ten kilobytes of talk cost less than 0.1 ms (`benchmarks/redaction.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

__all__ = ["FORMS", "Finder", "Form"]


class Finder(Protocol):
    """What finds keys: a compiled regular expression, or what does as much."""

    def search(self, string: str, /) -> object:
        """Something where one stands in the text, else None."""

    def sub(self, repl: str, string: str, /) -> str:
        """The text with other words where they stand."""


F_co = TypeVar("F_co", bound=Finder, covariant=True)


@dataclass(frozen=True, slots=True)
class Form(Generic[F_co]):
    """What the keys of one issuer look like."""

    name: str
    marks: tuple[str, ...]
    """Of which one stands in every such key; none: always look."""
    pattern: F_co

    def may_be_in(self, text: str) -> bool:
        """Whether it is worth looking."""
        for mark in self.marks:
            if mark in text:
                return True
        return not self.marks


_PEM = r"-----{} (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"


def _form(name: str, *marks: str, pattern: str) -> Form[re.Pattern[str]]:
    return Form(name, marks, re.compile(pattern, re.ASCII))


# A pattern begins with its mark, or the search could not skip to it; what may not stand in front is
# looked back for.
FORMS: tuple[Form[re.Pattern[str]], ...] = (
    _form("an Anthropic key", "sk-ant-", pattern=r"sk-ant-(?<![\w-]sk-ant-)[\w-]{16,}"),
    _form(
        "an OpenAI key",
        "sk-",
        pattern=r"sk-(?!ant-)(?<![\w-]sk-)(?=[A-Za-z_-]*\d)[\w-]{16,}",
    ),
    _form("a Stripe key", "_live_", pattern=r"[rs]k_live_(?<!\w[rs]k_live_)\w{16,}"),
    _form(
        "a GitHub token",
        *("github_pat_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        pattern=r"github_pat_\w{22,}|gh[pousr]_(?<!\wgh[pousr]_)[A-Za-z0-9]{36,}",
    ),
    _form(
        "an AWS key",
        *("AKIA", "ASIA"),
        pattern=r"A[KS]IA(?<![A-Z0-9]A[KS]IA)[A-Z0-9]{16}(?![A-Z0-9])",
    ),
    _form("a Google key", "AIza", pattern=r"AIza(?<![\w-]AIza)[\w-]{35}(?![\w-])"),
    _form("a Slack token", "xox", "xapp-", pattern=r"x(?:ox[a-z]|app)-(?=\D*\d)[\w-]{10,}"),
    _form("a JSON web token", ".eyJ", pattern=r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"),
    # Up to its end; without one, the lines that look like a key's. Five dashes end the search, so
    # that many beginnings take no longer than one.
    _form(
        "a private key",
        "PRIVATE KEY",
        pattern=_PEM.format("BEGIN")
        + rf"(?:[^-]*(?:-(?!----)[^-]*)*{_PEM.format('END')}|(?:(?:\s|\\[nr])*[\w+/=]{{40,}})*)",
    ),
)
"""The forms that are always known."""
