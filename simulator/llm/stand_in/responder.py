"""The stand-in itself: the bytes of a chat completion request in, an answer out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.definitions.model_catalog import ModelCatalog, ModelSpec
from simulator.errors import SimulatorError
from simulator.llm.event_stream import event_chunks
from simulator.llm.stand_in.bill import Bill, TokenCounts, billed_nano
from simulator.llm.stand_in.completion import Completion, calling, speaking
from simulator.llm.stand_in.cue import Cue, find_cue
from simulator.llm.stand_in.form import compose, demanded_schema, takes_speech
from simulator.llm.stand_in.prompt_cache import MeasuredPrompt, PromptCache, measure_prompt
from simulator.llm.stand_in.request import ChatRequest, Message, Refusal, read_request
from simulator.llm.stand_in.rules.request_rules import RequestRules
from simulator.llm.stand_in.script import Script, Scripts
from simulator.llm.stand_in.speech import UNCUED, UNWRITTEN, Speech, speak
from simulator.llm.stand_in.tool_use import tools_to_call

__all__ = ["Responder", "Response"]

_SPEAKING = frozenset({"speak", "repair"})
_SPECS = 1_000
"""Models remembered; clients may ask for any name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What goes back to the client, and what is booked for it."""

    status: int
    body: Mapping[str, Any]
    streamed: bool = False
    bill: Bill

    @property
    def headers(self) -> dict[str, str]:
        """The headers that say what the body is."""
        kind = "text/event-stream; charset=utf-8" if self.streamed else "application/json"
        return {"content-type": kind, "x-request-id": self.bill.request_id}

    def chunks(self) -> list[bytes]:
        """The body as it is sent: one piece, or the events of a stream."""
        if self.streamed:
            return event_chunks(self.body)
        return [json.dumps(self.body, ensure_ascii=False).encode()]


class Responder:
    """Answers requests from scripts, and keeps what a provider keeps between requests.

    The same requests in the same order get the same answers, ids included.
    """

    def __init__(self, scripts: Scripts, *, catalog: ModelCatalog | None = None) -> None:
        """Without a catalog prices are unknown, and every model caches automatically."""
        self._scripts, self._catalog = scripts, catalog
        self._cache, self._rules = PromptCache(), RequestRules()
        self._specs: dict[str, ModelSpec | None] = {}
        self._served = 0

    def respond(self, content: bytes) -> Response:
        """The answer to a request's body; a bad one is refused, nothing is raised."""
        request = read_request(content)
        if isinstance(request, Refusal):
            return self.refuse(request, content)
        answer = self._rules.broken_by(request) or self._answer(request)
        if isinstance(answer, Refusal):
            return self.refuse(answer, content, model=request.model)
        return self._billed(answer, request, self._next_key(content))

    def refuse(self, refusal: Refusal, content: bytes = b"", *, model: str = "") -> Response:
        """The answer that says no."""
        key = self._next_key(content)
        bill = Bill(request_id=f"req_{key}", status=refusal.status, model=model)
        return Response(status=refusal.status, body=refusal.envelope(), bill=bill)

    def tell(self, body: Mapping[str, Any]) -> Response:
        """An answer that no model gives: it costs nothing."""
        bill = Bill(request_id=f"req_{self._next_key(b'')}", status=200)
        return Response(status=200, body=body, bill=bill)

    def _next_key(self, content: bytes) -> str:
        self._served += 1
        number = self._served.to_bytes(8, "big")
        return hashlib.blake2b(content, key=number, digest_size=12).hexdigest()

    def _answer(self, request: ChatRequest) -> _Answer | Refusal:
        spec, prompt = self._spec(request.model), measure_prompt(request)
        question = _question(request)
        if spec is not None and spec.context is not None and prompt.tokens > spec.context:
            return _too_long(prompt.tokens, spec.context)
        try:
            script = self._scripts.find(question.cue) if question.cue else None
        except SimulatorError as error:
            return Refusal(status=400, message=f"The stand-in cannot read its script: {error}")
        try:
            completion, speech = _complete(request, question, script)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            return _bad_schema(error)
        return _Answer(completion, speech, prompt, question.cue, spec)

    def _billed(self, answer: _Answer, request: ChatRequest, key: str) -> Response:
        spec = answer.spec
        use = self._cache.use(answer.prompt, spec.cache if spec else "automatic")
        tokens = TokenCounts(
            prompt=answer.prompt.tokens,
            cached=use.read,
            cache_write=use.written,
            completion=answer.completion.tokens,
        )
        flex = request.service_tier == "flex" and spec is not None and spec.flex is not None
        bill = Bill(
            id=f"chatcmpl-{key}",
            request_id=f"req_{key}",
            status=200,
            model=request.model,
            streamed=request.wants_stream,
            tokens=tokens,
            nano=billed_nano(tokens, spec, flex=flex) if spec else None,
            cue=answer.cue,
        )
        body = answer.completion.body(
            bill.id,
            request,
            tokens=tokens,
            fingerprint=answer.speech.fingerprint,
            service_tier="flex" if flex else "default",
        )
        return Response(status=200, body=body, streamed=bill.streamed, bill=bill)

    def _spec(self, model: str) -> ModelSpec | None:
        if self._catalog is None:
            return None
        if model not in self._specs:
            if len(self._specs) >= _SPECS:
                self._specs.clear()
            self._specs[model] = _meant(self._catalog, model)
        return self._specs[model]


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked: the cue, the text it stands in, and the messages after it."""

    cue: Cue | None
    text: str
    since: Sequence[Message]


@dataclass(frozen=True, slots=True)
class _Answer:
    completion: Completion
    speech: Speech
    prompt: MeasuredPrompt
    cue: Cue | None
    spec: ModelSpec | None


def _question(request: ChatRequest) -> _Question:
    """The last user message with a cue, else the last one, else nothing."""
    messages = request.messages
    asked = [place for place, m in enumerate(messages) if m.role == "user"]
    for place in reversed(asked):
        text = messages[place].text
        cue = find_cue(text)
        if cue is not None:
            return _Question(cue, text, messages[place + 1 :])
    last = asked[-1] if asked else -1
    text = messages[last].text if asked else ""
    return _Question(None, text, messages[last + 1 :])


def _complete(
    request: ChatRequest, question: _Question, script: Script | None
) -> tuple[Completion, Speech]:
    cue = question.cue
    schema = demanded_schema(request, question.text, cued=cue is not None)
    speech = _speech(cue, script) if takes_speech(schema) else UNWRITTEN
    wanted = cue is not None and cue.of_endpoint
    calls = tools_to_call(request, question.since, speech.uses, wanted_any=wanted)
    if calls:
        return calling(calls, request), speech
    return speaking(compose(speech, schema, cue=cue, script=script), request), speech


def _speech(cue: Cue | None, script: Script | None) -> Speech:
    if cue is None:
        return UNCUED
    return speak(script, cue) if cue.purpose in _SPEAKING else UNWRITTEN


def _meant(catalog: ModelCatalog, model: str) -> ModelSpec | None:
    """The model of the catalog that a request names without its endpoint.

    One that an endpoint of stand-ins lists or imitates comes first, then one that any endpoint
    lists, then whatever the first endpoint of stand-ins makes of an unknown name.
    """
    endpoints = [name for name, endpoint in catalog.endpoints.items() if endpoint.stand_in]
    played = [catalog.spec(f"{name}/{model}") for name in endpoints]
    names = {spec.name: (spec.name, f"{spec.endpoint.plays}/{model}") for spec in played}
    listed = [spec for spec in played if any(n in catalog.models for n in names[spec.name])]
    other = [catalog.spec(name) for name in catalog.models if name.partition("/")[2] == model]
    return next(iter((*listed, *other, *played)), None)


def _too_long(tokens: int, context: int) -> Refusal:
    message = (
        f"This model's maximum context length is {context} tokens. However, your messages "
        f"resulted in {tokens} tokens. Please reduce the length of the messages."
    )
    return Refusal(status=400, message=message, code="context_length_exceeded", param="messages")


def _bad_schema(error: Exception) -> Refusal:
    message = f"Invalid schema in the request: {type(error).__name__}: {error}."
    return Refusal(status=400, message=message, code="invalid_json_schema")
