"""A server on loopback that keeps an organisation's books: costs and usage, page by page."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from simulator.record.calls import Call, Outcome, Purpose, call_id
from simulator.record.store import Store
from simulator.record.usage import Usage
from tests.record_samples import at_one_price, try_number

__all__ = [
    "ADMIN",
    "LUNA",
    "MINI",
    "MONDAY",
    "TORN",
    "Asked",
    "Bookkeeper",
    "Fault",
    "billed",
    "one_day",
    "used",
]

ADMIN = "sk-admin-4Qx7Vt2LmZr9Kp3WsNd8Yb"
"""The key that may read the books."""
TORN = b'{"object": "page", "data": [{"object": "bucket", "start_ti'

MONDAY = date(2026, 11, 16)
MINI, LUNA = "gpt-4.1-mini-2025-04-14", "gpt-6-luna-2026-09-01"
"""Models as the organisation names them."""

Fault = int | bytes | Mapping[str, Any]
"""Instead of a page: a status, the bytes of a body, or a body."""


def used(
    model: str, requests: int, read: int, written: int, *, cached: int = 0, project: str = "proj_a"
) -> dict[str, Any]:
    """What a model was asked for in a day, as the API tells it."""
    return {
        "object": "organization.usage.completions.result",
        "input_tokens": read,
        "output_tokens": written,
        "input_cached_tokens": cached,
        "input_cache_write_tokens": None,
        "num_model_requests": requests,
        "project_id": project,
        "model": model,
        "batch": None,
    }


def billed(line: str, value: object, *, project: str = "proj_a") -> dict[str, Any]:
    """A line of a day's bill, as the API tells it."""
    return {
        "object": "organization.costs.result",
        "amount": {"value": value, "currency": "usd"},
        "line_item": line,
        "project_id": project,
    }


@dataclass(frozen=True)
class Asked:
    """One request of the newest run in `runs.db`, at a price or at none."""

    dollars: str | None
    read: int
    written: int
    cached: int = 0
    day: date = MONDAY
    hour: int = 9
    model: str = MINI
    endpoint: str = "openai"
    purpose: Purpose = "speak"
    outcome: Outcome | None = None
    """How it ended; None: settled."""

    def book(self) -> None:
        """Write it into the ledger."""
        with Store.open("runs.db") as store:
            run = store.find_run("@last")
            number = len(store.calls(run)) + 1
            call = Call(
                id=call_id(run, number, "rosa", self.purpose, 0),
                run=run,
                turn=number,
                persona="rosa",
                purpose=self.purpose,
                model=f"{self.endpoint}/{self.model[:-11]}",
            )
            store.open_call(call)
            at = datetime.combine(self.day, time(self.hour), UTC)
            store.reserve(try_number(1, call, at=at))
            store.close_attempt(call.id, 1, self.outcome or self._settled())

    def _settled(self) -> Outcome:
        cost = None if self.dollars is None else Decimal(self.dollars)
        return Outcome(
            state="settled",
            usage=Usage(input=self.read, cached=self.cached, output=self.written),
            cost=cost,
            instead=at_one_price(cost),
            response_model=self.model,
        )


@dataclass
class Bookkeeper:
    """What stands in the books, and how the server behaves."""

    usage: dict[date, list[dict[str, Any]]] = field(default_factory=dict)
    costs: dict[date, list[dict[str, Any]]] = field(default_factory=dict)
    page_days: int = 31
    """The days of a page at most, whatever is asked for."""
    faults: list[Fault] = field(default_factory=list)
    """What the next requests get instead of a page."""
    keeps_empty_days: bool = True
    """False: days without a result are left out."""
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    """The questions that came, by their parameters, and `path`."""

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serve while the block runs; its address."""
        keeper = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body, headers = keeper.answer(self.path, self.headers["authorization"])
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing is said on stderr."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def answer(self, target: str, key: str | None) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers for a request."""
        url = urlsplit(target)
        question = parse_qs(url.query)
        self.asked.append({**question, "path": [url.path]})
        if self.faults:
            return _faulty(self.faults.pop(0), key or "")
        if key != f"Bearer {ADMIN}":
            return _faulty(401, key or "")
        reports = {"/v1/organization/costs": self.costs}
        reports["/v1/organization/usage/completions"] = self.usage
        if url.path not in reports:
            return _faulty(404, "")
        return 200, json.dumps(self._page(reports[url.path], question)).encode(), {}

    def _page(
        self, report: Mapping[date, list[dict[str, Any]]], question: Mapping[str, list[str]]
    ) -> dict[str, Any]:
        first, end = (_day(int(question[name][0])) for name in ("start_time", "end_time"))
        projects = {name for key in question if "project_ids" in key for name in question[key]}
        days = [first + timedelta(days=n) for n in range((end - first).days)]
        if not self.keeps_empty_days:
            days = [day for day in days if report.get(day)]
        begin = int(question.get("page", ["page_0"])[0].removeprefix("page_"))
        size = min(self.page_days, int(question["limit"][0]))
        more = begin + size < len(days)
        return {
            "object": "page",
            "data": [
                {
                    "object": "bucket",
                    "start_time": _seconds(day),
                    "end_time": _seconds(day + timedelta(days=1)),
                    "results": [
                        one
                        for one in report.get(day, [])
                        if not projects or one["project_id"] in projects
                    ],
                }
                for day in days[begin : begin + size]
            ],
            "has_more": more,
            "next_page": f"page_{begin + size}" if more else None,
        }


def one_day(*lines: dict[str, Any], costs: tuple[dict[str, Any], ...] = ()) -> Bookkeeper:
    """Books with Monday in them."""
    return Bookkeeper(usage={MONDAY: list(lines)}, costs={MONDAY: list(costs)})


def _faulty(fault: Fault, key: str) -> tuple[int, bytes, dict[str, str]]:
    if isinstance(fault, bytes):
        return 200, fault, {}
    if isinstance(fault, int):
        said = {"error": {"message": f"You said {key}.", "type": "error", "code": None}}
        return fault, json.dumps(said).encode(), {"retry-after": "0.01", "x-request-id": "req_b"}
    return 200, json.dumps(fault).encode(), {}


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
