"""What runs will cost, told before they are made."""

from __future__ import annotations

from simulator.runs.quote.figures import Figures, QuotedModel, Spread
from simulator.runs.quote.quote import Alternative, Known, Quote
from simulator.runs.quote.quoting import Wanted, models_of, quote
from simulator.runs.quote.within import Within

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
