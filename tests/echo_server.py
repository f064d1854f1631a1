"""A server that repeats the key it is sent wherever a server can say anything."""

from __future__ import annotations

import html
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from simulator.testing import completion

__all__ = ["ECHOES", "echo_server"]

Echo = Callable[["_Handler", str], None]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer as the first part of the path says."""
        length = int(self.headers.get("content-length") or 0)
        asked = json.loads(self.rfile.read(length) or b"{}")
        key = self.headers.get("authorization", "").removeprefix("Bearer ")
        mode = self.path.split("/")[1]
        self.close_connection = True
        if mode.startswith("stream") and not asked.get("stream"):
            mode = "content"
        ECHOES[mode](self, key)

    def tell(
        self,
        status: int,
        body: bytes,
        *,
        kind: str = "application/json",
        reason: str = "",
        **more: str,
    ) -> None:
        """Send a whole response."""
        self.send_response(status, reason or None)
        for name, value in {"content-type": kind, "connection": "close", **more}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name for it
        """Say nothing on stderr."""


def _envelope(status: int, **more: str) -> Echo:
    def echo(handler: _Handler, key: str) -> None:
        said = f"Incorrect API key provided: {key}. You sent 'Authorization: Bearer {key}'."
        handler.tell(status, json.dumps({"error": {"message": said, "code": key}}).encode(), **more)

    return echo


def _page(status: int) -> Echo:
    def echo(handler: _Handler, key: str) -> None:
        page = f"<html><body>Bearer {html.escape(key)} <b>{key}</b></body></html>"
        handler.tell(status, page.encode(), kind="text/html")

    return echo


def _answer(body: Callable[[str], Any]) -> Echo:
    return lambda handler, key: handler.tell(200, json.dumps(body(key)).encode())


def _events(pieces: Callable[[str], list[Mapping[str, Any]]]) -> Echo:
    def echo(handler: _Handler, key: str) -> None:
        sent = "".join(f"data: {json.dumps(piece)}\n\n" for piece in pieces(key))
        handler.tell(200, f"{sent}data: [DONE]\n\n".encode(), kind="text/event-stream")

    return echo


def _reply(key: str) -> str:
    return json.dumps({"reasoning": key, "message": f"My key is {key}, you see.", "act": "answer"})


def _deltas(key: str) -> list[Mapping[str, Any]]:
    text = _reply(key)
    head: dict[str, Any] = {
        "id": "x",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
    }
    cut = [text[n : n + 7] for n in range(0, len(text), 7)]
    said = [{**head, "choices": [{"index": 0, "delta": {"content": one}}]} for one in cut]
    done = {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    return [*said, done, {**head, "choices": [], "usage": usage}]


def _raw(text: str) -> Echo:
    return lambda handler, key: _write(handler, text.replace("KEY", key).encode())


def _write(handler: _Handler, content: bytes) -> None:
    handler.wfile.write(content)


def _tool(key: str) -> Any:
    arguments = json.dumps({"query": key, key: key})
    return completion(tools=[(f"call_{key}", "search_knowledge_base", arguments)])


ECHOES: dict[str, Echo] = {
    **{f"{status}": _envelope(status) for status in (400, 401, 403, 404, 422, 500)},
    "429": _envelope(429, retry_after="0.05"),
    "401-page": _page(401),
    "502-page": _page(502),
    "200-page": _page(200),
    "200-error": _answer(lambda key: {"error": {"message": key, "type": key}}),
    "302": lambda handler, key: handler.tell(302, b"", location=f"http://127.0.0.1:9/{key}"),
    "id": lambda handler, key: handler.tell(401, b"{}", x_request_id=key, x_echo=key),
    "reason": lambda handler, key: handler.tell(400, b"", reason=f"Bad {key}"),
    "long": lambda handler, key: handler.tell(400, f"No {key} ".encode() * 200, kind="text/plain"),
    "cut": lambda handler, key: handler.tell(200, f'{{"choices": "{key}'.encode()),
    "content": _answer(lambda key: completion(_reply(key))),
    "fields": _answer(
        lambda key: {**completion(_reply("x")), "model": key, "system_fingerprint": key, "id": key}
    ),
    "finish": _answer(lambda key: completion(_reply("x"), finish_reason=key)),
    "tool": _answer(_tool),
    "prose": _answer(lambda key: completion(f"{key} is no JSON: {key}")),
    "header": _raw("HTTP/1.1 200 OK\r\nKEY\x01: KEY\r\nbroken KEY\r\n\r\n"),
    "head": _raw("HTTP/KEY 200 KEY\r\n\r\n"),
    "torn": _raw("HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\nKEY"),
    "stream": _events(_deltas),
    "stream-error": _events(lambda key: [*_deltas(key)[:5], {"error": {"message": f"Bad {key}"}}]),
    "stream-junk": _raw("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: KEY\n\n"),
}
"""Name -> what is answered."""


@contextmanager
def echo_server() -> Iterator[str]:
    """A server on a free loopback port; `{address}/{echo}/v1` is the base URL of an echo."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
