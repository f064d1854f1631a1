"""Tool servers that run already: asked at their address, with keys from the environment."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from simulator.conversation.tools import Toolbox, open_servers
from simulator.errors import UserCodeFailed
from tests.ward_project import KEYS, SERVER, told, ward


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The server of the ward over HTTP, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(SERVER), str(port)]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
    latest = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            assert time.monotonic() < latest
            time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/mcp", process
    process.kill()
    process.wait()


@pytest.mark.slow
async def test_a_server_has_an_address(
    serving: tuple[str, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    """Over HTTP it is the same, also when it dies."""
    address, process = serving
    cast = ward(tmp_path, "ward/beds", "ward/rules", command=[], url=address)
    async with open_servers(cast, KEYS) as served:
        box = Toolbox.of(cast, served=served)
        beds = await told(box, "ward_beds", ward="A")
        rules = await told(box, "ward_rules", topic="night")
        process.kill()
        gone = await told(box, "ward_rules", topic="night")

    assert beds.result == "A: 4 beds\n[1] Rosa: of which free: None"
    assert gone.error == "the tool server 'ward' is gone; nobody knows whether this was done"
    assert rules.sources == ("ward://rules/night", "ward://plan")


@pytest.fixture
def refusing() -> Iterator[tuple[str, list[str | None]]]:
    """A server that wants another key, and what it was sent."""
    seen: list[str | None] = []

    class Refusal(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Refuse."""
            seen.extend(self.headers.get(name) for name in ("Authorization", "X-Other"))
            self.send_response(401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Refusal) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/mcp", seen
        server.shutdown()


@pytest.mark.slow
async def test_keys_travel_as_headers(
    refusing: tuple[str, list[str | None]], tmp_path: Path
) -> None:
    """To their server, and into no message."""
    url, seen = refusing
    keyed = {"key_variable": "WARD_KEY", "header_variables": {"X-Other": "OTHER_KEY"}}
    cast = ward(tmp_path, "ward/beds", command=[], url=url, **keyed)

    with pytest.raises(UserCodeFailed) as raised:
        async with open_servers(cast, KEYS):
            pass

    assert str(raised.value) == f"The tool server 'ward' ({url}) did not start: it answered 401."
    assert seen[:2] == ["Bearer s3cret-1f", "not for the ward"]


@pytest.mark.slow
async def test_an_address_where_nobody_is_is_told(tmp_path: Path) -> None:
    """Without what may be a key in it."""
    url = "http://127.0.0.1:9/mcp?key=s3cret"
    with pytest.raises(UserCodeFailed) as raised:
        async with open_servers(ward(tmp_path, "ward/beds", command=[], url=url), {}):
            pass

    assert str(raised.value) == (
        "The tool server 'ward' (http://127.0.0.1:9/mcp) did not start: All connection attempts "
        "failed."
    )
