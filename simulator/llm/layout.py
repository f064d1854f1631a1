"""In which order a prompt is read: what all speakers share first, or with the speaker's card.

shared_first    tools, schema, system, people | transcript | card, instruction
persona_first   tools, schema, system, people | card | transcript | instruction

Providers bill a prompt's known beginning at the price for cached tokens. With `shared_first` every
line is new once, for whoever speaks next, and the card is new in every turn. With `persona_first`
every speaker has a cache of its own: the card is known, and each line is new once per speaker.
So the cast's size, the cards, the window and the model's prices decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from simulator.definitions.model_entry import Layout, ModelSpec, Price
from simulator.definitions.window import halved, opening

__all__ = [
    "CACHE_STEP",
    "LEAST_CACHED",
    "LayoutChoice",
    "Speakers",
    "chosen_layout",
    "prompt_price",
    "without_discount",
]

LEAST_CACHED = 1_024
"""Tokens of the shortest beginning that providers keep.
https://platform.openai.com/docs/guides/prompt-caching"""
CACHE_STEP = 128
"""Tokens by which automatic caches count."""
_INSTRUCTION = 60
"""Tokens that change from turn to turn, beside the lines."""
_LOOKED_AT = 200
"""Turns of a talk that are reckoned with; longer ones go on like them."""
_WORTH_IT = 0.9
"""A card stands nearer to the question after the transcript: moving it has to save this much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speakers:
    """Those whom one talk asks in turn: what decides which layout costs less."""

    count: int
    """How many of them a model plays."""
    turns: int
    """Turns of the talk at most."""
    card: int
    """Tokens of a speaker's card, on average."""
    line: int
    """Tokens of a line, on average."""
    lines: int | None = None
    """Lines of the transcript a prompt has at most; None: all of them."""
    foreign_tools: int = 0
    """Tokens of the tools that a speaker may not call, on average."""


@dataclass(frozen=True, slots=True)
class LayoutChoice:
    """A layout and why it was taken, in words."""

    layout: Layout
    reason: str

    @property
    def told(self) -> tuple[str, ...]:
        """What the record says where prompts are not laid out as most are."""
        return ("card before the transcript",) if self.layout == "persona_first" else ()


def chosen_layout(spec: ModelSpec, speakers: Speakers | None, *, shared: int) -> LayoutChoice:
    """The layout for a model: the one that models.yaml names, or the cheaper one.

    `speakers` is None for a question that has no speaker's card; `shared` are the tokens of tools,
    schema and system message. It is the same for all turns of a run on this model.
    """
    named = spec.layout or spec.endpoint.layout
    if named is not None:
        return LayoutChoice(named, "models.yaml names it")
    if speakers is None:
        return LayoutChoice("shared_first", "the question has no speaker's card")
    if without_discount(spec):
        return _uncached(speakers)
    price = spec.price
    if price is None or not price.input:
        why = "free" if price is not None else "its price is unknown"
        return LayoutChoice("shared_first", f"{why}: the prompt before is its beginning")
    return _cheaper(speakers, shared, price, marked=spec.cache == "breakpoints")


def without_discount(spec: ModelSpec) -> bool:
    """Whether what a model has read before costs as much as what is new."""
    price = spec.price
    if spec.cache == "none":
        return True
    dear = price is not None and price.input > 0
    return dear and price is not None and (price.cached is None or price.cached >= price.input)


def _uncached(speakers: Speakers) -> LayoutChoice:
    if speakers.foreign_tools:
        why = f"no cache to share: {speakers.foreign_tools} tokens of others' tools are not sent"
        return LayoutChoice("persona_first", why)
    why = "without a cache both cost the same; the card stands right before the question"
    return LayoutChoice("shared_first", why)


@lru_cache(maxsize=1_024)
def _cheaper(speakers: Speakers, shared: int, price: Price, *, marked: bool) -> LayoutChoice:
    cost = {
        layout: prompt_price(layout, speakers, shared=shared, price=price, marked=marked)
        for layout in ("shared_first", "persona_first")
    }
    ratio = cost["persona_first"] / cost["shared_first"]
    told = f"{speakers.count} speakers with cards of {speakers.card} tokens: "
    if ratio <= _WORTH_IT:
        told += f"a cache for each costs {ratio:.2f} of one for all"
        return LayoutChoice("persona_first", told)
    return LayoutChoice("shared_first", told + f"a cache for each would cost {ratio:.2f} of one")


def prompt_price(
    layout: Layout, speakers: Speakers, *, shared: int, price: Price, marked: bool
) -> float:
    """About what the prompts of a talk cost in one layout, in millionths of a dollar.

    One line is said per turn, speakers take turns in a row, and nothing is forgotten meanwhile.
    `marked`: the cache keeps what is marked, and writing it is paid.
    """
    full, cached = float(price.input), float(price.input if price.cached is None else price.cached)
    written = full if not marked or price.cache_write is None else float(price.cache_write)
    own, before = (speakers.card, speakers.count) if layout == "persona_first" else (0, 1)
    fixed, total = shared + own, 0.0
    for turn in range(min(speakers.turns, _LOOKED_AT)):
        dropped = halved(turn, most=speakers.lines)
        then = turn - before
        known = shared if then < 0 else fixed
        if then >= 0:
            alike = halved(then, most=speakers.lines) == dropped
            known += (then - dropped if alike else opening(speakers.lines)) * speakers.line
        kept = fixed + (turn - dropped) * speakers.line
        read = known if marked else known // CACHE_STEP * CACHE_STEP
        read = read if turn and known >= LEAST_CACHED else 0
        new = (kept - read) if kept >= LEAST_CACHED else 0
        rest = kept - read - new + speakers.card - own + _INSTRUCTION
        total += read * cached + new * written + rest * full
    return total
