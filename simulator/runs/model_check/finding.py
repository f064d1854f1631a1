"""What was found out about a model: feature by feature, with what models.yaml should say."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

__all__ = ["Finding", "ModelCheck", "Setting", "Standing", "Verdict"]

Verdict: TypeAlias = Literal["ok", "differs", "not tried"]
"""As models.yaml says, otherwise than it says, or not known."""


Standing: TypeAlias = Literal[
    "asked", "not tried", "no key", "key refused", "no quota", "refused", "unreachable", "failed"
]
"""What became of the first question to a model: `not tried` for want of money, `refused` whatever
its key, `failed` where an answer came that was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A line of models.yaml as it should be."""

    part: Literal["endpoints", "models"]
    name: str
    """The endpoint's id or the model's full name."""
    field: str
    text: str
    """The value in YAML; empty: the field has to go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One feature of a model."""

    feature: str
    verdict: Verdict
    said: str
    """What was seen, or why nothing was tried."""
    settings: tuple[Setting, ...] = ()
    """What to change, where something differs; none: no line tells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCheck:
    """One model, asked."""

    model: str
    findings: tuple[Finding, ...] = ()
    """None where its first question had no answer."""
    standing: Standing = "asked"
    why: str = ""
    """What stood in the way, in a sentence; empty where it was asked."""
    listed: bool = True
    """Whether models.yaml lists it; else it is compared with what is taken for granted."""
    stand_in: bool = False
    """Whether the stand-in answered, so that nothing is said of a model."""
    latency_ms: int | None = None
    """From the request to the end of a short answer; None: there was none."""
    first_words_ms: int | None = None
    """From the question to the first words of a streamed answer."""
    calls: int = 0
    """Questions that were sent."""
    tokens: int = 0
    dollars: Decimal | None = Decimal(0)
    """What it cost; None: the price is unknown."""
    at_least: bool = False
    """Whether `dollars` leaves out requests of unknown cost."""

    @property
    def fine(self) -> bool:
        """Whether it answered and nothing differs."""
        asked = self.standing == "asked"
        return asked and all(one.verdict != "differs" for one in self.findings)
