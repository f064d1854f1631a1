"""LangGraph's development server, where it is installed: `pip install 'langgraph-cli[inmem]'`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.test_shipped_graphs import GRAPHS, ROOT

pytest.importorskip("langgraph_cli")
pytest.importorskip("langgraph_api")
pytestmark = pytest.mark.slow

PROJECT = ("graphs", "personas", "scenarios", "models.yaml", "langgraph.json", "pyproject.toml")
UP_TO = 60.0
"""Seconds the server may take to start."""


def _asked(address: str, body: dict[str, Any] | None = None) -> Any:
    """The server's answer to a GET, or to a POST where there is a body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 - an address of this machine
        address, data=data, headers={"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the same address
        return json.load(answer)


def is_up(address: str, server: subprocess.Popen[bytes]) -> bool:
    """Whether the server answers; it fails where the server has ended."""
    assert server.poll() is None
    try:
        return bool(_asked(f"{address}/ok")["ok"])
    except OSError:
        return False


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server in a folder of its own, where it may write what it likes."""
    folder: Path = tmp_path_factory.mktemp("studio")
    for name in PROJECT:
        (folder / name).symlink_to(ROOT / name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "langgraph_cli", "dev", "--no-browser", "--no-reload"]
    quiet = {"LANGSMITH_TRACING": "false", "LANGGRAPH_CLI_NO_ANALYTICS": "1"}
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen(
            [*command, "--port", str(port)],
            cwd=folder,
            env={**os.environ, **quiet},
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as running,
    ):
        address, began = f"http://127.0.0.1:{port}", time.monotonic()
        try:
            while not is_up(address, running):
                assert time.monotonic() - began < UP_TO
                time.sleep(0.2)
            yield address
        finally:
            running.terminate()


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_plays_in_the_server(name: str, server: str) -> None:
    """To its end, with nothing given and nothing that blocks the server; it says what it takes."""
    talk = _asked(f"{server}/runs/wait", {"assistant_id": name, "input": {}})
    (assistant,) = _asked(f"{server}/assistants/search", {"graph_id": name})
    schemas = _asked(f"{server}/assistants/{assistant['assistant_id']}/schemas")

    assert talk.get("stop_reason") in {"agreement", "phases", "phrase", "turns"}, talk
    assert len(talk["transcript"]) >= 8
    assert set(schemas["context_schema"]["properties"]) == {"seed"}
    assert schemas["input_schema"]["properties"] == {}


def test_a_thread_keeps_its_talk(server: str) -> None:
    """A second run on a thread answers with the talk that is over; the state can be read."""
    thread = f"{server}/threads/{_asked(f'{server}/threads', {})['thread_id']}"
    body = {"assistant_id": "round_table", "input": {}, "context": {"seed": 7}}

    talks = [_asked(f"{thread}/runs/wait", body) for _ in range(2)]
    values = _asked(f"{thread}/state")["values"]

    assert talks[0] == talks[1] == {name: values[name] for name in ("transcript", "stop_reason")}
    assert values["events"][0]["seed"] == 7
