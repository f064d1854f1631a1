"""What a client asks: the body of a chat completion request, read and checked once.

Refusals use the envelope and the words of OpenAI's API, so that clients treat them alike:
https://platform.openai.com/docs/guides/error-codes
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Required

from pydantic import BaseModel, ConfigDict, Field, ValidationError, with_config
from typing_extensions import TypedDict

__all__ = ["ChatRequest", "Message", "Part", "Refusal", "read_request"]

Role = Literal["system", "developer", "user", "assistant", "tool", "function"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A request that gets no completion."""

    status: int
    message: str
    kind: str = "invalid_request_error"
    code: str | None = None
    param: str | None = None

    def envelope(self) -> dict[str, Any]:
        """The body of the answer."""
        detail = {
            "message": self.message,
            "type": self.kind,
            "param": self.param,
            "code": self.code,
        }
        return {"error": detail}


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


@with_config(ConfigDict(extra="allow", strict=True))
class Part(TypedDict, total=False):
    """One content part; fields of parts that are no text are kept as they came."""

    type: Required[str]
    text: str
    prompt_cache_breakpoint: dict[str, Any] | None


class Message(_Read):
    """One message of the conversation with the client."""

    role: Role
    content: str | tuple[Part, ...] | None = Field(default=None, union_mode="left_to_right")
    name: str | None = None
    tool_calls: tuple[dict[str, Any], ...] | None = None
    tool_call_id: str | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """The content as parts; a string is one part."""
        if isinstance(self.content, str):
            return (Part(type="text", text=self.content),)
        return self.content or ()

    @property
    def text(self) -> str:
        """The words of the content."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.get("text", "") for part in self.content or ())


class _JsonSchema(_Read):
    name: str = ""
    definition: dict[str, Any] | None = Field(default=None, alias="schema")


class _ResponseFormat(_Read):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: _JsonSchema | None = None


class _StreamOptions(_Read):
    include_usage: bool | None = None


class ChatRequest(_Read):
    """A chat completion request; fields that change nothing here are ignored."""

    model: str = Field(min_length=1)
    messages: tuple[Message, ...] = Field(min_length=1)
    tools: tuple[dict[str, Any], ...] | None = None
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    response_format: _ResponseFormat | None = None
    max_completion_tokens: int | None = Field(default=None, ge=1)
    max_tokens: int | None = Field(default=None, ge=1)
    stop: str | tuple[str, ...] | None = None
    n: int | None = Field(default=None, ge=1)
    seed: int | None = None
    service_tier: str | None = None
    stream: bool | None = None
    stream_options: _StreamOptions | None = None

    @property
    def output_limit(self) -> int | None:
        """Completion tokens allowed; None: as many as it takes."""
        return self.max_completion_tokens or self.max_tokens

    @property
    def stops(self) -> tuple[str, ...]:
        """Where the answer has to break off."""
        given = (self.stop,) if isinstance(self.stop, str) else self.stop or ()
        return tuple(text for text in given if text)

    @property
    def schema_definition(self) -> dict[str, Any] | None:
        """The JSON schema the answer has to fit, where one is demanded."""
        demanded = self.response_format.json_schema if self.response_format else None
        return demanded.definition if demanded else None

    @property
    def wants_json(self) -> bool:
        """Whether the answer has to be a JSON object of any form."""
        return self.response_format is not None and self.response_format.type == "json_object"

    @property
    def wants_stream(self) -> bool:
        """Whether the answer is to come in chunks."""
        return self.stream is True

    @property
    def wants_usage(self) -> bool:
        """Whether the answer is to tell its tokens; a stream does so only on demand."""
        options = self.stream_options
        return not self.wants_stream or bool(options and options.include_usage)


def read_request(content: bytes) -> ChatRequest | Refusal:
    """The request in a body, or why it is refused."""
    try:
        request = ChatRequest.model_validate_json(content)
    except ValidationError as error:
        return _refusal(error)
    if request.n not in {None, 1}:
        return _invalid("n", f"expected 1, but got {request.n}: the stand-in answers once")
    demanded = request.response_format
    if demanded and demanded.type == "json_schema" and request.schema_definition is None:
        return _missing("response_format.json_schema.schema")
    return request


def _refusal(error: ValidationError) -> Refusal:
    first = error.errors(include_url=False, include_context=False)[0]
    if first["type"] == "json_invalid":
        message = f"We could not parse the JSON body of your request: {first['msg']}."
        return Refusal(status=400, message=message)
    if not first["loc"]:
        return Refusal(status=400, message="The body of your request is not a JSON object.")
    param = _param(first["loc"])
    return _missing(param) if first["type"] == "missing" else _invalid(param, first["msg"])


def _missing(param: str) -> Refusal:
    message = f"Missing required parameter: '{param}'."
    return Refusal(status=400, message=message, code="missing_required_parameter", param=param)


def _invalid(param: str, why: str) -> Refusal:
    message = f"Invalid value for '{param}': {why}."
    return Refusal(status=400, message=message, code="invalid_value", param=param)


def _param(loc: Sequence[str | int]) -> str:
    """A place as OpenAI writes it, `messages[0].content`, without pydantic's union branches."""
    steps = [step for step in loc if isinstance(step, int) or step.isidentifier()]
    if steps[-1] in {"str", "int"}:
        steps.pop()
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")
