"""One endpoint and one model as `models.yaml` describes them: address, abilities, prices, dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, field_validator

from simulator.definitions.amount import Count, not_tiny
from simulator.definitions.written import Written
from simulator.errors import UsageError

__all__ = [
    "STAND_IN_PATH",
    "Cache",
    "Effort",
    "Endpoint",
    "Layout",
    "LongPrompt",
    "ModelEntry",
    "ModelSpec",
    "Price",
    "Processing",
    "Support",
]

Cache = Literal["automatic", "breakpoints", "none"]
"""How a provider caches prompts: by itself, at marked breakpoints, or not at all."""
Processing = Literal["standard", "flex", "priority", "batch"]
"""How a request is processed: flex and batch are slower and cheaper, priority faster and dearer."""
Layout = Literal["shared_first", "persona_first"]
"""What stands before the transcript of a prompt: only what all speakers share, so that they share
its cache; or the speaker's own card too, which then is read from the speaker's own cache."""
Effort = Literal["none", "minimal", "low", "medium", "high"]
"""How much a model reasons, as chat completions name it."""
Support = Literal[
    "json_schema", "tools", "temperature", "vision", "reasoning", "flex", "allowed_tools"
]
"""What a chat completion may ask of a model."""


def _decimal(value: object) -> object:
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        return str(value).strip()
    return value if isinstance(value, Decimal) else repr(value)


_DEAREST = 100_000
"""US dollars per million tokens; a hundred times what any model on offer costs (o1-pro: 600)."""
_STRONGEST = 10
"""A factor on a price; providers have such from 0.5 to 2.5."""


def _priced(value: Decimal) -> Decimal:
    if value > _DEAREST:
        message = f"no model costs more than ${_DEAREST:,} for a million tokens"
        raise ValueError(message)
    return value


Amount = Annotated[
    Decimal,
    Field(ge=0),
    BeforeValidator(_decimal),
    AfterValidator(_priced),
    AfterValidator(not_tiny),
]
Factor = Annotated[
    Decimal, Field(ge=0, le=_STRONGEST), BeforeValidator(_decimal), AfterValidator(not_tiny)
]
Flag = Annotated[bool, Field(strict=True)]
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]

STAND_IN_PATH: Final = "/stand-in/"
"""Where the stand-in answers as a server."""
_SCHEMES = frozenset({"http", "https"})
_LONGEST_LABEL = 63
"""Characters of a part of a host's name (RFC 1035)."""
IN, OUT = AliasChoices("in", "input"), AliasChoices("out", "output")


class Price(Written):
    """List prices in US dollars per million tokens, as exact decimals."""

    input: Amount = Field(validation_alias=IN, serialization_alias="in")
    """Prompt tokens; written `in`."""
    cached: Amount | None = None
    """Prompt tokens read from the provider's cache; None: they cost `in`."""
    cache_write: Amount | None = None
    """Prompt tokens written to the provider's cache; None: they cost `in`."""
    output: Amount = Field(validation_alias=OUT, serialization_alias="out")
    """Answered tokens, reasoning included; written `out`."""
    audio_in: Amount | None = None
    """Prompt tokens that are sound; None: unknown, and so is what a request with such tokens
    costs."""
    audio_out: Amount | None = None
    """Answered tokens that are sound; None: unknown, as above."""

    @property
    def free(self) -> bool:
        """Whether nothing costs anything."""
        return not self.input and not self.output

    def times(self, read: Decimal, written: Decimal) -> Price:
        """The price with one factor on all that is read, and another on all that is written."""
        return self.model_copy(
            update={
                "input": self.input * read,
                "cached": _times(self.cached, read),
                "cache_write": _times(self.cache_write, read),
                "output": self.output * written,
                "audio_in": _times(self.audio_in, read),
                "audio_out": _times(self.audio_out, written),
            }
        )

    def at_most(self, other: Price) -> Price:
        """What the dearer of the two costs, for everything that is read and written."""
        read, written = max(self.input, other.input), max(self.output, other.output)
        stored = [one.cache_write for one in (self, other) if one.cache_write is not None]
        store = max([read, *stored]) if stored else None
        most = {"input": read, "cached": None, "cache_write": store, "output": written}
        return self.model_copy(update=most)

    def uncached(self) -> Price:
        """The price without a cache: every prompt token costs `input`."""
        return self.model_copy(update={"cached": None, "cache_write": None})


def _times(amount: Decimal | None, factor: Decimal) -> Decimal | None:
    return None if amount is None else amount * factor


class LongPrompt(Written):
    """What a request with a very long prompt costs: factors on the whole request."""

    above: Count
    """Prompt tokens; a request with more of them pays the factors."""
    input: Factor = Field(validation_alias=IN, serialization_alias="in")
    """Factor of `in`, `cached` and `cache_write`; written `in`."""
    output: Factor = Field(validation_alias=OUT, serialization_alias="out")
    """Factor of `out`; written `out`."""


@lru_cache(maxsize=64)
def _fault_in_address(text: str) -> str:
    """What makes a text no address of an endpoint; empty for one that can be asked."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        return f"{error}"[:1].lower() + f"{error}"[1:]
    labels = host.rstrip(".").split(".")
    named = ":" in host or all(0 < len(label) <= _LONGEST_LABEL for label in labels)
    whose = "a key stands in a variable of its own"
    faults = {
        "it has to begin with http:// or https://": parts.scheme not in _SCHEMES or not host,
        f"no name and password belong into it, {whose}": "@" in parts.netloc,
        f"nothing belongs behind ? or #, {whose}": not {"?", "#"}.isdisjoint(text),
        "it has a blank in it": re.search(r"\s", text) is not None,
        f"no host can be called {host!r}": not named,
    }
    return next((fault for fault, found in faults.items() if found), "")


class Endpoint(Written):
    """A place that answers chat completions, and the ways in which it differs from others."""

    base_url: str | None = Field(default=None, pattern=r"^https?://[^\s/]\S*$")
    """The address before `/chat/completions`; None: only with `in_process`."""
    base_url_variable: Variable | None = None
    """An environment variable that overrides `base_url` where it is set; None: nothing does."""
    key_variable: Variable | Annotated[tuple[Variable, ...], Field(min_length=1)] | None = None
    """The environment variable that holds the API key, or several of them: where the endpoint
    refuses the first one's key, the next one's is sent; None: no key is needed."""
    stand_in: Flag = False
    """True: the stand-in answers here and gets the machine-readable line it reads."""
    in_process: Flag = False
    """True: answered inside this program, without HTTP."""
    free: Flag = False
    """True: costs no dollars; a model without a price of its own costs exactly zero."""
    plays: str | None = None
    """An endpoint whose models this one imitates: a model not listed here has the entry, price
    included, that it has there, and `free` does not apply to it; None: it imitates nobody."""
    content: Literal["parts", "text"] = "parts"
    """Whether a message of text is sent as content parts or as one string."""
    schema_support: Literal["json_schema", "json_object", "none"] = Field(
        default="json_schema", validation_alias="schema", serialization_alias="schema"
    )
    """How an answer's form can be demanded: by JSON schema, only as JSON, or not at all;
    written `schema`."""
    output_limit: Literal["max_completion_tokens", "max_tokens"] = "max_completion_tokens"
    """The request field that bounds an answer's tokens; some servers ignore the other one."""
    finish_reason: Literal["always", "sometimes"] = "always"
    """`sometimes`: a whole answer may come without a finish_reason and is accepted."""
    streams: Flag = True
    """False: answers are asked for whole, as from a server that refuses `stream_options`."""
    cache_key: Flag = False
    """True: each request bears its run's `prompt_cache_key`, a hash, so that a provider with many
    machines finds the one that has read the prompt's beginning; False: none is sent."""
    layout: Layout | None = None
    """The layout of prompts for all its models; None: what costs less at each model's price."""
    requests_per_minute: Count | None = None
    """Requests sent in any minute at most; None: no limit."""
    tokens_per_minute: Count | None = None
    """Tokens reserved in any minute at most; None: no limit."""
    max_concurrent: Count | None = None
    """Requests in flight at most; None: no limit."""

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        fault = _fault_in_address(value) if value is not None else ""
        if fault:
            message = f"this is no address: {fault}"
            raise ValueError(message)
        return value

    @property
    def key_variables(self) -> tuple[str, ...]:
        """The variables that may hold its key, first choice first."""
        named = self.key_variable
        return (named,) if isinstance(named, str) else named or ()

    def url(self, environ: Mapping[str, str]) -> str | None:
        """The address to use, without a slash at its end; None for an endpoint in process.

        Raises UsageError if the overriding variable holds no http address.
        """
        if self.in_process:
            return None
        variable = self.base_url_variable
        override = environ.get(variable, "").strip() if variable else ""
        fault = _fault_in_address(override) if override else ""
        if fault:
            shown = re.sub(r"(?<=[?#]).*", "***", re.sub(r"//[^/@]*@", "//***@", override))
            raise UsageError(
                f"{variable} is {shown!r}, which is no address: {fault}. Correct it, or unset it."
            )
        return (override or self.base_url or "").rstrip("/") or None

    def speaks_stand_in(self, environ: Mapping[str, str]) -> bool:
        """Whether the stand-in answers: by its mark, or by an address under `/stand-in/`."""
        path = urlsplit(self.url(environ) or "").path
        return self.stand_in or f"{path}/".startswith(STAND_IN_PATH)


class ModelEntry(Written):
    """What is known of one model."""

    price: Price | None = None
    """What it costs; None: zero on an endpoint marked `free`, unknown elsewhere."""
    batch: Factor | None = Field(default=None, le=1)
    """Factor of the price for batch jobs; None: no batch jobs."""
    flex: Factor | None = Field(default=None, le=1)
    """Factor of the price for slower, cheaper processing; None: none is offered."""
    priority: Factor | None = Field(default=None, ge=1)
    """Factor of the price for faster processing; None: unknown, and so is what such an answer
    costs."""
    batch_cache: Flag = True
    """False: in batch jobs, tokens read from the cache cost the full price of such jobs."""
    long_prompt: LongPrompt | None = None
    """What very long prompts cost; None: the same price at any length."""
    context: Count | None = None
    """Tokens of prompt and answer together; None: unknown."""
    max_output: Count | None = None
    """Tokens of one answer, reasoning included; None: unknown."""
    supports: tuple[Support, ...] = ()
    """What a chat completion may ask of it; what is not named here is not sent."""
    effort_with_tools: Effort | None = None
    """The reasoning effort a chat completion with tools has to name, or it is refused;
    None: any, or none named."""
    cache: Cache = "automatic"
    """How the provider caches prompts: by itself, at marked breakpoints, or not at all."""
    layout: Layout | None = None
    """The layout of prompts; None: the endpoint's, or what costs less at its price."""
    retires_on: date | None = None
    """The day it is shut down, from which it does not answer; None: no day announced."""
    replaced_by: str | None = None
    """The listed model to use instead; None: nothing to recommend."""
    checked_on: date | None = None
    """The day somebody last compared this with published figures; None: nobody has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """One model as the catalog resolves it; the fields of `ModelEntry` mean what they do there."""

    name: str
    endpoint_id: str
    model: str
    """What the endpoint calls it: the name after its first slash."""
    endpoint: Endpoint
    price: Price | None = None
    """The price in force: zero if free, None if unknown."""
    batch: Decimal | None = None
    flex: Decimal | None = None
    priority: Decimal | None = None
    batch_cache: bool = True
    long_prompt: LongPrompt | None = None
    context: int | None = None
    max_output: int | None = None
    supports: frozenset[str] = frozenset()
    effort_with_tools: Effort | None = None
    cache: Cache = "automatic"
    layout: Layout | None = None
    retires_on: date | None = None
    replaced_by: str | None = None
    checked_on: date | None = None

    @property
    def is_stand_in(self) -> bool:
        """Whether its endpoint is marked `stand_in`."""
        return self.endpoint.stand_in

    def retired(self, today: date) -> bool:
        """Whether it has been shut down."""
        return self.retires_on is not None and self.retires_on <= today

    def price_for(self, prompt_tokens: int, *, processing: Processing = "standard") -> Price | None:
        """The price of a request with a prompt of that many tokens; None if unknown.

        Without a factor of its own, slower processing costs what standard does (never more), and
        the price of faster processing is unknown.
        """
        price, long = self.price, self.long_prompt
        if price is None or (processing == "priority" and self.priority is None):
            return price if price is not None and price.free else None
        if processing == "batch" and not self.batch_cache:
            price = price.uncached()
        factors = {"flex": self.flex, "priority": self.priority, "batch": self.batch}
        factor = factors.get(processing)
        factor = Decimal(1) if factor is None else factor
        if long is not None and prompt_tokens > long.above:
            return price.times(long.input * factor, long.output * factor)
        return price if factor == 1 else price.times(factor, factor)
