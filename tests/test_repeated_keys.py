"""A key that a server repeats in what it says is written down nowhere."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from simulator import Tracker
from simulator.llm.session import Session
from simulator.record.store import Store
from simulator.testing import completion
from tests.cli_samples import simulate
from tests.llm_samples import ONCE
from tests.small_project import MODEL, loader, small_project

KEY = "sk-proj-0123456789abcdef"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test starts in a small project of its own."""
    monkeypatch.chdir(small_project(tmp_path))
    return tmp_path


ECHOES = {
    "error": (401, "application/json", '{"error": {"message": "Incorrect key: AUTH."}}'),
    "nested": (500, "application/json", '{"error": "got {\\"authorization\\": \\"AUTH\\"}"}'),
    "html": (200, "text/html", "<html><pre>Authorization: AUTH</pre></html>"),
    "html-500": (500, "text/html", "<html><pre>Authorization: AUTH</pre></html>"),
    "event": (200, "text/event-stream", 'data: {"error": {"message": "AUTH"}}\n\n'),
    "no-chunk": (200, "text/event-stream", "data: AUTH\n\n"),
    "reason": (500, "text/plain", ""),
    "status": (-1, "", ""),
}
"""Answers that repeat the header a request came with; `status` is no HTTP at all."""


@asynccontextmanager
async def repeating(status: int, kind: str, body: str) -> AsyncIterator[str]:
    """The address of a server that answers like this, and puts the header into every place."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        found = re.search(r"(?i)^authorization: (.*)\r$", head, re.MULTILINE)
        length = re.search(r"(?i)^content-length: (\d+)\r$", head, re.MULTILINE)
        assert found is not None
        assert length is not None
        await reader.readexactly(int(length[1]))
        said = body.replace("AUTH", found[1])
        line = f"HTTP/1.1 {status} {found[1]}" if status > 0 else f"HTTP/1.1 {found[1]}"
        fields = f"content-type: {kind}\r\nx-request-id: {found[1]}\r\nconnection: close"
        writer.write(f"{line}\r\n{fields}\r\n\r\n{said}".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


def holds_key(folder: Path, *, beginning: int = len(KEY)) -> bool:
    """Whether the key, or so much of its beginning, stands anywhere in the database's files."""
    part = KEY[:beginning].encode()
    return any(part in path.read_bytes() for path in folder.glob("runs.db*"))


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES.keys())
async def test_a_key_that_comes_back_is_nowhere_in_the_file(
    echo: tuple[int, str, str], here: Path
) -> None:
    """Whatever a server repeats, neither messages, events nor request ids hold the key."""
    simulation = loader(here)(model=MODEL, turns=2)
    async with repeating(*echo) as url:
        environ = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": url}
        async with Session(environ=environ, retry=ONCE) as session:
            run = await simulation.arun(seed=7, session=session)

    shown = simulate("errors", "--json").stdout
    assert {"attempt", "turn", "run"} <= {error.what for error in run.errors}
    assert not holds_key(here)
    assert KEY not in shown
    assert "***" in shown or "is no HTTP" in shown


@pytest.mark.parametrize("place", ["model", "finish_reason", "content", "refusal", "tool"])
async def test_a_key_in_an_answer_is_not_kept(place: str, here: Path) -> None:
    """Whatever part of a whole answer repeats it."""
    reply = {"reasoning": "", "act": "answer", "confidence": 1, "emotions": [], "expertise": []}
    body = completion(json.dumps({**reply, "message": "AUTH" if place == "content" else "Tea."}))
    body["usage"] |= {"prompt_tokens": 9}
    choice = body["choices"][0]
    if place == "model":
        body["model"] = "AUTH"
    elif place == "tool":
        function = {"name": "AUTH", "arguments": "{}"}
        choice["message"] |= {"tool_calls": [{"id": "AUTH", "function": function}]}
    elif place == "refusal":
        choice["message"] |= {"content": None, "refusal": "AUTH"}
    else:
        choice["finish_reason"] = "AUTH" if place == "finish_reason" else "stop"
    async with repeating(200, "application/json", json.dumps(body)) as url:
        environ = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": url}
        async with Session(environ=environ, retry=ONCE) as session:
            await loader(here)(model=MODEL, turns=2).arun(seed=7, session=session)

    assert not holds_key(here)


async def test_a_key_at_the_edge_of_what_is_shown_is_not_cut_in_two(here: Path) -> None:
    """It is blotted out before a long message is shortened."""
    long = json.dumps({"error": {"message": "tools are not supported. " + "x" * 260 + " AUTH"}})
    async with repeating(500, "application/json", long) as url:
        environ = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": url}
        async with Session(environ=environ, retry=ONCE) as session:
            await loader(here)(model=MODEL, turns=2).arun(seed=7, session=session)

    assert not holds_key(here, beginning=12)


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES.keys())
@pytest.mark.parametrize("streams", [False, True])
async def test_a_plain_model_does_not_record_its_key(
    echo: tuple[int, str, str], here: Path, *, streams: bool
) -> None:
    """The tracker blots it out of what the SDK and LangChain say, and books the error."""
    kind = None
    async with repeating(*echo) as url:
        with Store.open("runs.db") as store:
            model = ChatOpenAI(
                model="gpt-4.1-mini",
                api_key=SecretStr(KEY),
                base_url=url,
                max_retries=0,
                callbacks=[Tracker(store, run="")],
            )
            try:
                if streams:
                    async for _ in model.astream("Well?"):
                        pass
                else:
                    await model.ainvoke("Well?")
            except Exception as error:  # noqa: BLE001 - the SDK meets these answers in many ways
                kind = type(error).__name__
            rows = store.errors()

    assert [(row.run, row.outcome) for row in rows] == ([("", "failed")] if kind else [])
    assert not holds_key(here)
