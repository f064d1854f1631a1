"""What a client asks: the body of a chat completion request, read and checked once.

Fields with their values and limits: `CreateChatCompletionRequest` of
https://github.com/openai/openai-openapi and `openai/types/chat/completion_create_params.py` of
the SDK; limits that only refusals tell: 2048 messages
(https://github.com/obot-platform/obot/issues/1009), 128 calls
(https://github.com/openai/openai-dotnet/issues/317), 1024 characters of a description
(https://github.com/getsentry/sentry-mcp/issues/106), 40 of a call's id
(https://github.com/anomalyco/opencode/issues/12653), 64 of a cache key
(https://github.com/theopenco/llmgateway/pull/3110). What several fields decide together is in
`rules/`.

Refusals use the envelope and the words of OpenAI's API, so that clients treat them alike:
https://platform.openai.com/docs/guides/error-codes
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Literal, Required

from pydantic import BaseModel, ConfigDict, Field, ValidationError, with_config
from pydantic_core import ErrorDetails
from typing_extensions import TypedDict

__all__ = [
    "ChatRequest",
    "Message",
    "Part",
    "Refusal",
    "ResponseFormat",
    "Tool",
    "ToolCalled",
    "read_request",
]

Role = Literal["system", "developer", "user", "assistant", "tool", "function"]
Name = Annotated[str, Field(pattern="^[a-zA-Z0-9_-]+$", max_length=64)]
"""What tools, functions and answer formats may be called."""
Speaker = Annotated[str, Field(pattern=r"^[^\s<|\\/>]+$", max_length=64)]
Anything = dict[str, Any]
_CLOSED = ConfigDict(extra="forbid", strict=True)


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
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


@with_config(_CLOSED)
class Part(TypedDict, total=False):
    """One content part; fields of parts that are no text are kept as they came."""

    type: Required[Literal["text", "image_url", "input_audio", "file", "refusal"]]
    text: str
    image_url: Anything
    input_audio: Anything
    file: Anything
    refusal: str
    prompt_cache_breakpoint: _Breakpoint | None


@with_config(_CLOSED)
class _Breakpoint(TypedDict, total=False):
    mode: Required[Literal["explicit"]]
    ttl: Literal["30m", "12h"]


@with_config(_CLOSED)
class _Function(TypedDict, total=False):
    name: Required[Name]
    description: Annotated[str, Field(max_length=1_024)]
    parameters: Anything
    strict: bool | None


@with_config(_CLOSED)
class Tool(TypedDict, total=False):
    """A tool the model may call."""

    type: Required[Literal["function", "custom"]]
    function: _Function
    custom: Anything


@with_config(_CLOSED)
class _FunctionCalled(TypedDict):
    name: Name
    arguments: str


@with_config(_CLOSED)
class ToolCalled(TypedDict, total=False):
    """A tool the model has called."""

    id: Required[Annotated[str, Field(max_length=40)]]
    type: Required[Literal["function", "custom"]]
    function: _FunctionCalled
    custom: Anything


class Message(_Read):
    """One message of the conversation with the client."""

    role: Role
    content: str | Annotated[tuple[Part, ...], Field(min_length=1)] | None = Field(
        default=None, union_mode="left_to_right"
    )
    name: Speaker | None = None
    refusal: str | None = None
    audio: Anything | None = None
    function_call: Anything | None = None
    tool_calls: tuple[ToolCalled, ...] | None = Field(default=None, min_length=1, max_length=128)
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
    name: Name
    description: str | None = None
    definition: Anything | None = Field(default=None, alias="schema")
    strict: bool | None = None


class ResponseFormat(_Read):
    """The form an answer has to have."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: _JsonSchema | None = None


class _StreamOptions(_Read):
    include_usage: bool | None = None
    include_obfuscation: bool | None = None


class _CacheOptions(_Read):
    mode: Literal["implicit", "explicit"] | None = None
    ttl: Literal["30m"] | None = None


class ChatRequest(_Read):
    """A chat completion request: every field there is, though many change nothing here."""

    model: str = Field(min_length=1)
    messages: tuple[Message, ...] = Field(min_length=1, max_length=2_048)
    tools: tuple[Tool, ...] | None = Field(default=None, min_length=1, max_length=128)
    tool_choice: str | Anything | None = None
    parallel_tool_calls: bool | None = None
    functions: tuple[Anything, ...] | None = Field(default=None, min_length=1, max_length=128)
    function_call: str | Anything | None = None
    response_format: ResponseFormat | None = None
    max_completion_tokens: int | None = Field(default=None, ge=1)
    max_tokens: int | None = Field(default=None, ge=1)
    stop: str | Annotated[tuple[str, ...], Field(max_length=4)] | None = None
    n: int | None = Field(default=None, ge=1, le=128)
    seed: int | None = Field(default=None, ge=-(2**63), lt=2**63)
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, ge=0, le=1)
    frequency_penalty: float | None = Field(default=None, ge=-2, le=2)
    presence_penalty: float | None = Field(default=None, ge=-2, le=2)
    logit_bias: dict[str, Annotated[int, Field(ge=-100, le=100)]] | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = Field(default=None, ge=0, le=20)
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = (
        None
    )
    verbosity: Literal["low", "medium", "high"] | None = None
    service_tier: Literal["auto", "default", "flex", "scale", "priority", "fast"] | None = None
    prompt_cache_key: Annotated[str, Field(max_length=64)] | None = None
    prompt_cache_options: _CacheOptions | None = None
    prompt_cache_retention: Literal["in_memory", "24h"] | None = None
    safety_identifier: Annotated[str, Field(max_length=128)] | None = None
    user: str | None = None
    metadata: (
        Annotated[
            dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=512)]],
            Field(max_length=16),
        ]
        | None
    ) = None
    store: bool | None = None
    modalities: tuple[Literal["text", "audio"], ...] | None = None
    audio: Anything | None = None
    prediction: Anything | None = None
    moderation: Anything | None = None
    web_search_options: Anything | None = None
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
    errors = error.errors(include_url=False)
    first = max(errors, key=lambda one: (len(one["loc"]), not one["type"].endswith("_type")))
    if first["type"] == "json_invalid":
        message = f"We could not parse the JSON body of your request: {first['msg']}."
        return Refusal(status=400, message=message)
    if not first["loc"]:
        return Refusal(status=400, message="The body of your request is not a JSON object.")
    return _field_refusal(first)


def _field_refusal(first: ErrorDetails) -> Refusal:
    """The API's words for a field that is missing, unknown or not as it must be."""
    param, kind = _param(first["loc"]), first["type"]
    if kind == "missing":
        return _missing(param)
    if kind == "extra_forbidden" and len(first["loc"]) == 1:
        return Refusal(status=400, message=f"Unrecognized request argument supplied: {param}")
    if kind not in _WORDS and not kind.endswith("_type"):
        return _invalid(param, first["msg"])
    words, code = _WORDS.get(kind, _WRONG_TYPE)
    context = {**first.get("ctx", {}), "given": first["input"], "why": first["msg"]}
    message = words.format(param=param, **context)
    return Refusal(status=400, message=message, code=code, param=param)


_WRONG_TYPE = ("Invalid type for '{param}': {why}.", "invalid_type")
_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "extra_forbidden": ("Unknown parameter: '{param}'.", "unknown_parameter"),
        "literal_error": (
            "Invalid value: '{given}'. Supported values are: {expected}.",
            "invalid_value",
        ),
        "string_too_long": (
            (
                "Invalid '{param}': string too long. Expected a string with maximum length "
                "{max_length}."
            ),
            "string_above_max_length",
        ),
        "string_pattern_mismatch": (
            (
                "Invalid '{param}': string does not match pattern. Expected a string that matches "
                "the pattern '{pattern}'."
            ),
            "invalid_value",
        ),
        "too_long": (
            (
                "Invalid '{param}': array too long. Expected an array with maximum length "
                "{max_length}."
            ),
            "array_above_max_length",
        ),
        "too_short": (
            "Invalid '{param}': empty array. Expected an array with minimum length {min_length}.",
            "empty_array",
        ),
    }
)
"""What pydantic calls a mistake: what the API says of it, and its code."""


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
