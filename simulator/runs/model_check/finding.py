"""What was found out about a model: feature by feature, with what models.yaml should say."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

__all__ = ["Finding", "ModelCheck", "Setting", "Verdict"]

Verdict: TypeAlias = Literal["ok", "differs", "not tried"]
"""As models.yaml says, otherwise than it says, or not known."""


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
    """None where it could not be reached."""
    unreachable: str = ""
    """Why it could not be asked; empty: it was."""
    stand_in: bool = False
    """Whether the stand-in answered, so that nothing is said of a model."""
    latency_ms: int | None = None
    """From the request to the end of a short answer; None: there was none."""
    first_words_ms: int | None = None
    """From the question to the first words of a streamed answer."""
    calls: int = 0
    tokens: int = 0
    dollars: Decimal | None = Decimal(0)
    """What it cost; None: the price is unknown."""
    at_least: bool = False
    """Whether `dollars` leaves out requests of unknown cost."""

    @property
    def fine(self) -> bool:
        """Whether it answered and nothing differs."""
        return not self.unreachable and all(one.verdict != "differs" for one in self.findings)
