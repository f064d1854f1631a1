"""Why a model is called: the words that ledger, cost tables and budgets share."""

from __future__ import annotations

from typing import Literal

__all__ = ["Purpose"]

Purpose = Literal[
    "speak",
    "select",
    "summarise",
    "probe",
    "judge",
    "extract",
    "repair",
    "speech",
    "transcribe",
    "embed",
    "image",
    "other",
]
"""Why a model is called."""
