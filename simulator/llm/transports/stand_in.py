"""The stand-in in process: the same answers as over HTTP, JSON in and JSON out, no network."""

from __future__ import annotations

import httpx2

from simulator.definitions.model_catalog import ModelCatalog
from simulator.llm.stand_in.request import Refusal
from simulator.llm.stand_in.responder import Responder
from simulator.llm.stand_in.script import Scripts

__all__ = ["StandIn"]


class StandIn(httpx2.AsyncBaseTransport):
    """The bottom of the chain where no network is wanted."""

    def __init__(self, scripts: Scripts, *, catalog: ModelCatalog | None = None) -> None:
        """A catalog says how the models played here cache prompts; without one, automatically."""
        self._responder = Responder(scripts, catalog=catalog)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The completion for a request; anything else gets the API's own error envelope."""
        content = await request.aread()
        if request.url.path.endswith("/chat/completions"):
            response = self._responder.respond(content)
        else:
            message = f"The stand-in answers chat completions only, not {request.url.path}."
            refusal = Refusal(status=404, message=message, code="unknown_url")
            response = self._responder.refuse(refusal, content)
        return httpx2.Response(
            response.status, headers=response.headers, content=b"".join(response.chunks())
        )
