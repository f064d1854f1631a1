"""What models cost by a public collection of list prices: the library genai-prices.

The collection travels inside the library, so it is read without a network; newer data come over
the library's own way, or from a file of it (`prices/new_data/v2/data.json` of
https://github.com/pydantic/genai-prices). Those who gather it are no provider: its prices are a
third party's word for what providers published.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from simulator.definitions.model_catalog import LongPrompt, ModelSpec, Price
from simulator.errors import NotFound, UsageError

__all__ = ["ListPrice", "ListPrices"]

_BATCH, _FLEX = {"processing": "batch"}, {"service_tier": "flex"}
_PARTS: Mapping[str, str] = {
    "in": "input_mtok",
    "cached": "cache_read_mtok",
    "cache_write": "cache_write_mtok",
    "out": "output_mtok",
}
"""Our names of prices per million tokens, and the library's."""
_HINT = f"Install it: {sys.executable} -m pip install 'genai-prices>=0.2.3,<0.3'"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPrice:
    """What the collection says of one model."""

    known_as: str
    """The provider and the model there: `openai/gpt-4o`."""
    price: Price
    batch: Decimal | None = None
    flex: Decimal | None = None
    long_prompt: LongPrompt | None = None
    untold: tuple[str, ...] = ()
    """What models.yaml has no words for, a sentence each."""


@dataclass(frozen=True, kw_only=True)
class ListPrices:
    """A state of the collection."""

    source: str
    """Where it comes from, for people."""
    as_of: date
    """The day of the newest price in it that is in force, or the day it was fetched."""
    _now: datetime
    _snapshot: Any

    @classmethod
    def installed(cls, *, now: datetime | None = None) -> Self:
        """The prices that the library brings along. Raises UsageError: it is not installed."""
        data, version = _library()
        return cls._of(data.get_snapshot(), f"genai-prices {version} as installed", now=now)

    @classmethod
    def from_file(cls, path: Path, *, now: datetime | None = None) -> Self:
        """The prices in a data file of the library.

        Raises:
            UsageError: the library is not installed, or this is no such file.
        """
        data, _ = _library()
        if not path.is_file():
            raise NotFound("file", str(path))
        try:
            raw = json.loads(path.read_bytes(), parse_float=Decimal)
        except (OSError, ValueError) as error:
            raise UsageError(f"{path} cannot be read as JSON: {error}.") from error
        try:
            # The library reads its own files by this function alone.
            from genai_prices.types import _providers_from_raw  # noqa: PLC0415 - see above

            providers = _providers_from_raw(raw)
        except Exception as error:
            reason = str(error).partition("\n")[0]
            raise UsageError(f"{path} is no data file of genai-prices: {reason}.") from error
        snapshot = data.DataSnapshot(providers=providers, from_auto_update=False)
        return cls._of(snapshot, str(path), now=now)

    @classmethod
    def fetched(cls, *, url: str | None = None, now: datetime | None = None) -> Self:
        """The prices the library's makers publish at this moment, or those at another address.

        Raises:
            UsageError: the library is not installed, or they cannot be had.
        """
        _library()
        from genai_prices import UpdatePrices  # noqa: PLC0415 - an extra: loaded when it is used

        update = UpdatePrices(url=url) if url else UpdatePrices()
        try:
            snapshot = update.fetch()
        except Exception as error:
            raise UsageError(
                f"Newer prices cannot be had from {update.url}: {error}. Without --online the "
                "installed ones are taken."
            ) from error
        today = (now or datetime.now(UTC)).date()
        source = f"genai-prices, {update.url}"
        return replace(cls._of(snapshot, source, now=now), as_of=today)

    @classmethod
    def _of(cls, snapshot: Any, source: str, *, now: datetime | None) -> Self:
        moment = now or datetime.now(UTC)
        begun = (day for day in _days(snapshot) if day <= moment.date())
        as_of = max(begun, default=moment.date())
        return cls(source=source, as_of=as_of, _now=moment, _snapshot=snapshot)

    def of(self, spec: ModelSpec) -> ListPrice | None:
        """What a model costs, looked up by its endpoint's written address or id, and its name.

        None where the collection does not know it, or has no price in and out for it.
        """
        found = self._found(spec)
        if found is None:
            return None
        provider, model = found
        standard = model.get_prices(self._now)
        bases = {ours: _base(standard, theirs) for ours, theirs in _PARTS.items()}
        if not bases["in"] or not bases["out"]:
            return None
        batch, no_batch = self._factor(model, _BATCH)
        flex, no_flex = self._factor(model, _FLEX)
        long, no_long = _long_prompt(standard)
        return ListPrice(
            known_as=f"{provider.id}/{model.id}",
            price=Price.model_validate({k: v for k, v in bases.items() if v is not None}),
            batch=batch,
            flex=flex,
            long_prompt=long,
            untold=tuple(one for one in (no_batch, no_flex, no_long) if one),
        )

    def _found(self, spec: ModelSpec) -> tuple[Any, Any] | None:
        """The provider by the endpoint's address, else by its id, and the model there."""
        known = {provider.id for provider in self._snapshot.providers}
        by_id = spec.endpoint_id if spec.endpoint_id in known else None
        for provider_id, url in ((None, spec.endpoint.base_url), (by_id, None)):
            if provider_id is None and url is None:
                continue
            try:
                found: tuple[Any, Any] = self._snapshot.find_provider_model(
                    spec.model, None, provider_id, url
                )
            except LookupError:
                continue
            return found
        return None

    def _factor(self, model: Any, context: dict[str, str]) -> tuple[Decimal | None, str]:
        """What part of the price another kind of processing costs, or why no factor tells it."""
        when = [variant.when for variant in model.price_variants or ()]
        if context not in when:
            return None, ""
        word = next(iter(context.values()))
        usual, other = model.get_prices(self._now), model.get_prices(self._now, context)
        factors = {_ratio(_base(other, name), _base(usual, name)) for name in _PARTS.values()}
        main = {_ratio(_base(other, _PARTS[p]), _base(usual, _PARTS[p])) for p in ("in", "out")}
        (factor, *more) = main
        if more or factor is None or factor > 1:
            return None, f"{word} has prices of its own, which one factor cannot tell"
        if factors - {factor, None}:
            return factor, f"{word} has another price for the cache than the factor says"
        return factor, ""


def _library() -> tuple[Any, str]:
    """The library's data and version. Raises UsageError."""
    try:
        import genai_prices  # noqa: PLC0415 - an extra: only who updates prices needs it
        from genai_prices import data_snapshot  # noqa: PLC0415 - the same
    except ImportError as error:
        raise UsageError(f"List prices come from the library genai-prices. {_HINT}") from error
    return data_snapshot, str(genai_prices.__version__)


def _days(snapshot: Any) -> Iterator[date]:
    """The days from which prices of the collection hold, as far as it tells them."""
    for provider in snapshot.providers:
        for model in provider.models:
            dated = model.prices if isinstance(model.prices, list) else ()
            for one in (*dated, *(model.price_variants or ())):
                day = getattr(one.constraint, "start_date", None)
                if isinstance(day, date):
                    yield day


def _base(prices: Any, name: str) -> Decimal | None:
    """A price for prompts of usual length."""
    value = getattr(prices, name)
    base = getattr(value, "base", value)
    return base if isinstance(base, Decimal) else None


def _ratio(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return None if part is None or not whole else part / whole


def _long_prompt(prices: Any) -> tuple[LongPrompt | None, str]:
    """What long prompts cost as factors, or why factors cannot tell it."""
    values = {ours: getattr(prices, theirs) for ours, theirs in _PARTS.items()}
    told = {ours: value for ours, value in values.items() if value is not None}
    tiers = {ours: getattr(value, "tiers", []) for ours, value in told.items()}
    if not any(tiers.values()):
        return None, ""
    refusal = "long prompts have prices that `long_prompt` cannot tell"
    if any(len(one) != 1 for one in tiers.values()):
        return None, refusal
    steps = {(one[0].start, ours == "out") for ours, one in tiers.items()}
    factors = {(ours == "out", one[0].price / told[ours].base) for ours, one in tiers.items()}
    if len(steps) != 2 or len({start for start, _ in steps}) != 1 or len(factors) != 2:
        return None, refusal
    by_side = dict(factors)
    start = next(iter(steps))[0]
    return LongPrompt(above=start, input=by_side[False], output=by_side[True]), ""
