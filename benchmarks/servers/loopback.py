"""A server for benchmarks: answers every chat completion with one valid reply, after a latency.

Run as a script it prints its port and serves until it is killed, so that its CPU is its own.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

REPLY = {
    "reasoning": "They want to hear what I did, not what I think of it.",
    "message": "I got to screen 000000 and then somebody rang, so I put it in my pocket, "
    "and when I took it out again it had forgotten who I was.",
    "act": "answer",
    "confidence": 0.7,
    "emotions": ["tired"],
    "expertise": [],
}
_BODY = json.dumps(
    {
        "id": "chatcmpl-benchmark",
        "object": "chat.completion",
        "created": 0,
        "model": "benchmark",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": json.dumps(REPLY)},
            }
        ],
        "usage": {"prompt_tokens": 1500, "completion_tokens": 60, "total_tokens": 1560},
    }
).encode()
_RESPONSE = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_benchmark\r\n"
    b"content-length: " + str(len(_BODY)).encode() + b"\r\n\r\n" + _BODY
)


class _Completions(asyncio.Protocol):
    def __init__(self, latency: float) -> None:
        self._latency, self._buffer, self._answered = latency, bytearray(), 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._whole():
            asyncio.get_running_loop().call_later(self._latency, self._answer)

    def _whole(self) -> bool:
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return False
        length = 0
        for line in bytes(self._buffer[:head]).lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        if len(self._buffer) < head + 4 + length:
            return False
        del self._buffer[: head + 4 + length]
        return True

    def _answer(self) -> None:
        if not self._transport.is_closing():
            self._answered += 1  # no two turns in a row are the same, so nothing is just remembered
            response = _RESPONSE.replace(b"000000", b"%06d" % self._answered)
            self._transport.write(response)  # type: ignore[attr-defined] # a TCP transport


async def _serve(latency: float) -> None:
    server = await asyncio.get_running_loop().create_server(
        lambda: _Completions(latency), "127.0.0.1", 0, backlog=2048
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def serving(latency: float = 0.0) -> Iterator[str]:
    """The base URL of a server in a process of its own."""
    command = [sys.executable, __file__, str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        finally:
            process.kill()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
