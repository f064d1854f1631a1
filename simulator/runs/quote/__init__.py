"""What runs will cost, told before they are made."""

from __future__ import annotations

from simulator.runs.quote.figures import Figures, QuotedModel, Spread
from simulator.runs.quote.quote import Alternative, Known, Quote, Wanted, Within, models_of, quote

__all__ = [
    "Alternative",
    "Figures",
    "Known",
    "Quote",
    "QuotedModel",
    "Spread",
    "Wanted",
    "Within",
    "models_of",
    "quote",
]
