"""Which prices of a models.yaml list prices would change, as changes to look through.

Nothing is ever taken away: a price that the collection lacks, or calls zero, stays as it is. What
somebody has checked later than the collection's day is kept, too, and told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from simulator.authoring.list_prices import ListPrice, ListPrices
from simulator.authoring.models_file import ModelsFile
from simulator.authoring.yaml_edit import Change, written
from simulator.definitions.model_catalog import ModelSpec
from simulator.definitions.model_entry import LongPrompt, ModelEntry, Price

__all__ = ["NewPrice", "PriceUpdate", "price_update"]

_FIELDS = tuple(ModelEntry.model_fields)
_PRICE_FIELDS = ("in", "cached", "cache_write", "out")
_PRICE_ORDER = ("in", "input", "cached", "cache_write", "out", "output")
_LONG_FIELDS = ("above", "in", "out")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPrice:
    """One figure that would change."""

    model: str
    field: str
    """As models.yaml writes it: `price.in`, `batch`, `long_prompt`."""
    old: str
    """As models.yaml would write it; empty: there is none yet."""
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceUpdate:
    """What list prices would change in a models.yaml."""

    prices: tuple[NewPrice, ...]
    kept: tuple[NewPrice, ...]
    """What would change, had nobody checked these models later than the collection's day."""
    known: tuple[str, ...]
    """Models that the collection knows."""
    unknown: tuple[str, ...]
    """Models that the collection does not know; they stay as they are."""
    notes: tuple[tuple[str, str], ...]
    """(model, sentence): what the collection lacks, and what models.yaml has no words for."""
    text: str
    """The whole file as it would be."""
    differs: bool
    """Whether that is anything else than it is."""


def price_update(
    file: ModelsFile, listed: ListPrices, *, overwrites_newer: bool = False
) -> PriceUpdate:
    """Compare every listed model that is not free with the list prices.

    With `overwrites_newer` also models change that somebody checked later than the list's day;
    the day they were checked on stays.

    Raises:
        InvalidFiles: a price cannot be changed by itself, as where an alias repeats it.
    """
    catalog = file.catalog
    specs = [catalog.spec(name) for name in catalog.models]
    paid = [spec for spec in specs if not (spec.endpoint.free or spec.endpoint.in_process)]
    found = [(spec, listed.of(spec)) for spec in paid]
    updates = [
        _ModelUpdate(file, spec, said, as_of=listed.as_of, overwrites_newer=overwrites_newer)
        for spec, said in found
        if said is not None
    ]
    changes = [change for one in updates for change in one.changes()]
    text = file.with_changes(changes) if changes else file.document.source.text
    return PriceUpdate(
        prices=tuple(price for one in updates if not one.held for price in one.prices),
        kept=tuple(price for one in updates if one.held for price in one.prices),
        known=tuple(one.spec.name for one in updates),
        unknown=tuple(spec.name for spec, said in found if said is None),
        notes=tuple((one.spec.name, note) for one in updates for note in one.notes),
        text=text,
        differs=bool(changes),
    )


class _ModelUpdate:
    """One model's figures beside those of the collection."""

    def __init__(
        self,
        file: ModelsFile,
        spec: ModelSpec,
        said: ListPrice,
        *,
        as_of: date,
        overwrites_newer: bool,
    ) -> None:
        self._file, self.spec, self._as_of = file, spec, as_of
        newer = spec.checked_on is not None and spec.checked_on > as_of
        self.held = newer and not overwrites_newer
        """Whether the figures stay, since somebody checked them later than the list's day."""
        self._changes: list[Change] = []
        self.prices: list[NewPrice] = []
        self.notes = [*said.untold]
        self._compare_price(spec.price, said.price)
        for name in ("batch", "flex"):
            self._compare_factor(name, getattr(spec, name), getattr(said, name))
        self._compare_long(spec.long_prompt, said.long_prompt)
        if self.prices and newer and overwrites_newer:
            told = f"checked on {spec.checked_on}, later than the list's {as_of}: look twice"
            self.notes.insert(0, told)

    def changes(self) -> Iterator[Change]:
        """The changes, with the day that now stands for them, which never goes back."""
        if self.held:
            return
        yield from self._changes
        checked, as_of = self.spec.checked_on, self._as_of
        if checked is None or checked < as_of:
            loc = ("models", self.spec.name, "checked_on")
            yield Change(loc=loc, text=as_of.isoformat(), order=_FIELDS)

    def _compare_price(self, ours: Price | None, theirs: Price) -> None:
        new = _figures(theirs)
        if ours is None:
            self._note("price", "", written(new), loc=("price",), order=_FIELDS)
            return
        old = _figures(ours)
        for name in _PRICE_FIELDS:
            before, after = old.get(name), new.get(name)
            if before and not after:
                said = "zero" if after is not None else "nothing"
                self.notes.append(f"the list says {said} of `{name}`: {written(before)} is kept")
            elif after is not None and before != after:
                loc = ("price", self._spelling("price", name))
                shown = "" if before is None else written(before)
                self._note(f"price.{name}", shown, written(after), loc=loc, order=_PRICE_ORDER)

    def _spelling(self, parent: str, name: str) -> str:
        """`in` and `out`, or as the file writes them."""
        long = {"in": "input", "out": "output"}.get(name, name)
        there = self._file.has("models", self.spec.name, parent, long)
        return long if there else name

    def _compare_factor(self, name: str, ours: Decimal | None, theirs: Decimal | None) -> None:
        if theirs is None and ours is not None:
            self.notes.append(f"the list tells no factor for {name}: {written(ours)} is kept")
        elif theirs is not None and ours != theirs:
            shown = "" if ours is None else written(ours)
            self._note(name, shown, written(theirs), loc=(name,), order=_FIELDS)

    def _compare_long(self, ours: LongPrompt | None, theirs: LongPrompt | None) -> None:
        if theirs is None and ours is not None:
            self.notes.append("the list tells no factors for long prompts: ours are kept")
        if theirs is None or ours == theirs:
            return
        new = _long_figures(theirs)
        if ours is None:
            self._note("long_prompt", "", written(new), loc=("long_prompt",), order=_FIELDS)
            return
        old = _long_figures(ours)
        for name in _LONG_FIELDS:
            if old[name] != new[name]:
                loc = ("long_prompt", self._spelling("long_prompt", name))
                before, after = written(old[name]), written(new[name])
                self._note(f"long_prompt.{name}", before, after, loc=loc, order=_LONG_FIELDS)

    def _note(
        self, field: str, old: str, new: str, *, loc: tuple[str, ...], order: tuple[str, ...]
    ) -> None:
        place = ("models", self.spec.name, *loc)
        self._changes.append(Change(loc=place, text=new, order=order))
        self.prices.append(NewPrice(model=self.spec.name, field=field, old=old, new=new))


def _figures(price: Price) -> dict[str, Decimal]:
    figures = (price.input, price.cached, price.cache_write, price.output)
    return {k: v for k, v in zip(_PRICE_FIELDS, figures, strict=True) if v is not None}


def _long_figures(long: LongPrompt) -> dict[str, Decimal | int]:
    return {"above": long.above, "in": long.input, "out": long.output}
