"""What an organisation was billed, by its own books: tokens a day and model, dollars a line.

OpenAI's administration API, read through the SDK:
https://platform.openai.com/docs/api-reference/usage. Days are UTC. Amounts are read from the text
of the answer, so that no binary fraction comes in between.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Protocol

import httpx2
import openai
from openai import AsyncOpenAI

from simulator.definitions.model_entry import Endpoint, ModelSpec
from simulator.errors import BadAnswer, ConnectionFailed, KeyMissing, ModelError, UsageError
from simulator.llm.credentials import Credentials
from simulator.llm.keys import ADMIN_KEY, KeyRing
from simulator.llm.transports.keyed import Keyed
from simulator.llm.transports.live import Live
from simulator.llm.transports.retrying import RetryPolicy, three_attempts
from simulator.llm.transports.verdict import error_from
from simulator.record.usage import Usage

__all__ = ["BilledDollars", "BilledTokens", "Books", "read_books"]

_COST_DAYS, _USAGE_DAYS = 180, 31
"""The most days that a page may have."""
_MOST_PAGES = 1_000
_LONGEST_WAIT = 60.0
_ATTEMPTS = 3
"""Where the policy names no number: nothing else would end it."""
_MOST_DOLLARS, _FINEST = Decimal(10) ** 12, -40
"""What no amount of a bill is beyond: so much, and told with so many digits."""
_REFUSED = frozenset({401, 403})
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledTokens:
    """What one model was asked for on one day, in one project."""

    day: date
    model: str
    """As the organisation names it: `gpt-4.1-mini-2025-04-14`."""
    project: str
    requests: int
    usage: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledDollars:
    """One line of one day's bill, in one project."""

    day: date
    line: str
    """`gpt-4.1-mini-2025-04-14, input`, or whatever else was sold."""
    project: str
    dollars: Decimal
    rounding: Decimal
    """How far the amount can be from the exact one, by the digits it is told with; half a cent at
    most."""

    @property
    def item(self) -> str:
        """What was sold, without the kind of its tokens: a model's name, where it is a model."""
        return self.line.partition(",")[0].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The books of some days."""

    tokens: tuple[BilledTokens, ...]
    dollars: tuple[BilledDollars, ...]


class _Page(Protocol):
    """Asks for one page of a report."""

    def __call__(self, page: str | None) -> Awaitable[httpx2.Response]: ...


async def read_books(
    endpoint: Endpoint,
    *,
    days: tuple[date, date],
    environ: Mapping[str, str],
    credentials: Credentials,
    projects: Sequence[str] = (),
    retry: RetryPolicy | None = None,
) -> Books:
    """The books from one day to another, both included; of some projects, or of all.

    Raises:
        UsageError: the endpoint has no such books.
        KeyMissing: OPENAI_ADMIN_KEY is not set.
        KeyRefused: it may not read the books.
        ModelError: they cannot be had.
    """
    url = endpoint.url(environ)
    if url is None or endpoint.speaks_stand_in(environ):
        raise UsageError("The stand-in bills nobody: there are no books to compare with.")
    ring = KeyRing(environ, credentials=credentials)
    if ring.key(ADMIN_KEY) is None:
        raise KeyMissing("the organisation's books", ADMIN_KEY, otherwise="leave out --reconcile")
    books = endpoint.model_copy(update={"key_variable": ADMIN_KEY})
    spec = ModelSpec(name="books", endpoint_id="books", model="books", endpoint=books)
    transport = Keyed(Live(), ring=ring, credentials=credentials)
    async with httpx2.AsyncClient(transport=transport, timeout=None) as http:
        handle = ring.handle(spec).get_secret_value()
        client = AsyncOpenAI(
            api_key=handle, admin_api_key=handle, base_url=url, http_client=http, max_retries=0
        )
        policy = retry or three_attempts()
        reader = _Reader(client, days=days, projects=tuple(projects), retry=policy)
        return Books(tokens=await reader.tokens(), dollars=await reader.dollars())


class _Reader:
    """Reads two reports, page by page; a page that fails for the moment is asked for again."""

    def __init__(
        self,
        client: AsyncOpenAI,
        *,
        days: tuple[date, date],
        projects: tuple[str, ...],
        retry: RetryPolicy,
    ) -> None:
        self._usage = client.admin.organization.usage.with_raw_response
        self._first, self._last = days
        self._retry = retry
        begin, end = self._first, self._last + timedelta(days=1)
        self._range: dict[str, Any] = {
            "start_time": _seconds(begin),
            "end_time": _seconds(end),
            "bucket_width": "1d",
        }
        if projects:
            self._range["project_ids"] = projects

    async def tokens(self) -> tuple[BilledTokens, ...]:
        """What models were asked for."""

        async def page(page: str | None) -> httpx2.Response:
            raw = await self._usage.completions(
                **self._range,
                group_by=["model", "project_id"],
                limit=_USAGE_DAYS,
                page=openai.omit if page is None else page,
            )
            return raw.http_response

        return tuple([_tokens(*one) async for one in self._results(page, "usage")])

    async def dollars(self) -> tuple[BilledDollars, ...]:
        """What was billed for."""

        async def page(page: str | None) -> httpx2.Response:
            raw = await self._usage.costs(
                **self._range,
                group_by=["line_item", "project_id"],
                limit=_COST_DAYS,
                page=openai.omit if page is None else page,
            )
            return raw.http_response

        found = [_dollars(*one) async for one in self._results(page, "costs")]
        return tuple(one for one in found if one is not None)

    async def _results(
        self, ask: _Page, what: str
    ) -> AsyncIterator[tuple[date, Mapping[str, Any]]]:
        """The results of all days, whichever pages they stand on."""
        cursor: str | None = None
        seen: set[str] = set()
        for _ in range(_MOST_PAGES):
            body = await self._whole(partial(ask, cursor), what)
            for day, result in _days(body):
                if self._first <= day <= self._last:
                    yield day, result
            cursor = _next(body)
            if cursor is None:
                return
            if cursor in seen:
                break
            seen.add(cursor)
        raise BadAnswer(f"The organisation's {what}: the pages do not come to an end")

    async def _whole(
        self, ask: Callable[[], Awaitable[httpx2.Response]], what: str
    ) -> Mapping[str, Any]:
        failed = 0
        while True:
            try:
                return _page_in(await _answered(ask, what), what)
            except ModelError as error:
                failed += 1
                if not error.transient or failed >= (self._retry.attempts or _ATTEMPTS):
                    raise
                wait = error.retry_after or self._retry.pause(failed, 0.5)
                await asyncio.sleep(min(wait, _LONGEST_WAIT))


async def _answered(ask: Callable[[], Awaitable[httpx2.Response]], what: str) -> httpx2.Response:
    """What the SDK got, with its errors as ours."""
    name = f"The organisation's {what}"
    try:
        return await ask()
    except openai.APIStatusError as error:
        found = error_from(error.response, model=name)
        if error.status_code in _REFUSED:
            found = type(found)(
                f"{found}. It takes an admin key, which an owner of the organisation makes at "
                "https://platform.openai.com/settings/organization/admin-keys",
                status=found.status,
                request_id=found.request_id,
            )
        raise found from None
    except openai.APIConnectionError as error:
        if isinstance(error.__cause__, ModelError):
            raise error.__cause__ from None
        raise ConnectionFailed(f"{name}: the connection broke") from None
    except httpx2.HTTPError:
        raise ConnectionFailed(f"{name}: the connection broke") from None
    except (json.JSONDecodeError, openai.APIResponseValidationError):
        raise BadAnswer(f"{name}: the answer is cut off, or is no JSON") from None


def _page_in(response: httpx2.Response, what: str) -> Mapping[str, Any]:
    """A page as plain data, its amounts as they are written.

    Raises:
        BadAnswer: it is torn, or is no page.
    """
    try:
        body = json.loads(response.content, parse_float=Decimal, parse_constant=_no_constant)
        for _, result in _days(body):
            if not isinstance(result, dict):
                raise TypeError
        _next(body)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadAnswer(f"The organisation's {what}: a page is torn, or is none") from error
    page: Mapping[str, Any] = body
    return page


def _no_constant(name: str) -> Decimal:
    raise ValueError(name)


def _days(body: Mapping[str, Any]) -> list[tuple[date, Mapping[str, Any]]]:
    """Every result with its day; days without any may be missing or empty."""
    return [
        (datetime.fromtimestamp(int(bucket["start_time"]), UTC).date(), result)
        for bucket in body["data"]
        for result in bucket["results"]
    ]


def _next(body: Mapping[str, Any]) -> str | None:
    """The cursor of the next page; None on the last one."""
    if not body.get("has_more"):
        return None
    cursor = body["next_page"]
    if not isinstance(cursor, str) or not cursor:
        raise ValueError(cursor)
    return cursor


def _tokens(day: date, result: Mapping[str, Any]) -> BilledTokens:
    return BilledTokens(
        day=day,
        model=_text(result, "model"),
        project=_text(result, "project_id"),
        requests=_count(result, "num_model_requests"),
        usage=Usage(
            input=_count(result, "input_tokens"),
            cached=_count(result, "input_cached_tokens"),
            cache_write=_count(result, "input_cache_write_tokens"),
            output=_count(result, "output_tokens"),
        ),
    )


def _dollars(day: date, result: Mapping[str, Any]) -> BilledDollars | None:
    """One line of the bill; None where nothing was billed."""
    amount = result.get("amount") or {}
    if not isinstance(amount, dict):
        raise BadAnswer(f"The organisation's costs: {amount!s:.40} is no amount of dollars")
    value, currency = amount.get("value"), str(amount.get("currency") or "usd")
    if value is None:
        return None
    if currency.lower() != "usd":
        raise BadAnswer(f"The organisation's costs are told in {currency!r}, not in US dollars")
    try:
        dollars = Decimal(str(value))
    except InvalidOperation:
        dollars = Decimal("NaN")
    exponent = dollars.as_tuple().exponent
    if (
        isinstance(value, bool)
        or not isinstance(exponent, int)
        or abs(dollars) >= _MOST_DOLLARS
        or exponent < _FINEST
    ):
        raise BadAnswer(f"The organisation's costs: {value!s:.40} is no amount of dollars")
    digit = Decimal(1).scaleb(exponent)
    return BilledDollars(
        day=day,
        line=_text(result, "line_item"),
        project=_text(result, "project_id"),
        dollars=dollars,
        rounding=min(digit, _CENT) / 2,
    )


def _text(result: Mapping[str, Any], name: str) -> str:
    return str(result.get(name) or "")


def _count(result: Mapping[str, Any], name: str) -> int:
    value = result.get(name)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadAnswer(f"The organisation's usage: {value!r} is no count ({name})")
    return value


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
