"""A server that refuses a feature: one sentence names it, and the setting that does without it."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.errors import RequestRefused
from simulator.llm.ask import Listener
from simulator.testing import completion
from tests.llm_samples import CLOCK, SCHEMA, prompt, question
from tests.lookalike import reply, served, whole

STREAMED = Listener(streams=True)
OK = completion("Well, why not?")
SAID: dict[str, Any] = {
    "OpenAI": {"error": {"message": "it is broken", "type": "x", "code": 400}},
    "a string": {"error": "it is broken"},
    "FastAPI": {"detail": "it is broken"},
    "vLLM": {"object": "error", "message": "it is broken", "type": "BadRequest", "code": 400},
    "a message": {"message": "it is broken"},
    "a list": {"detail": [{"msg": "it is broken", "type": "value_error"}]},
    "Mistral": {"object": "error", "message": {"detail": [{"msg": "it is broken"}]}},
    "a bare string": "it is broken",
}


@pytest.mark.parametrize("body", SAID.values(), ids=SAID.keys())
async def test_a_refusal_is_heard_wherever_it_is_said(body: object) -> None:
    """Every envelope servers have for an error is opened."""
    async with served(whole(body, status=400)) as (here, _):
        with pytest.raises(RequestRefused) as raised:
            await here.ask()

    assert str(raised.value) == ("test/small: the endpoint refuses the request: it is broken (400)")


FORM = "set `schema: json_object` for the endpoint 'test' in models.yaml."
TOOLS = "give the model 'test/small' in models.yaml a `supports` without `tools`."
TEXT = "set `content: text` for the endpoint 'test' in models.yaml."
LIMIT = "set `output_limit: max_tokens` for the endpoint 'test' in models.yaml."
FORBIDDEN = "Extra inputs are not permitted"


def pydantic_error(
    *place: str, kind: str = "extra_forbidden", says: str = FORBIDDEN
) -> dict[str, object]:
    """What servers built on FastAPI answer."""
    return {"detail": [{"type": kind, "loc": ["body", *place], "msg": says, "input": 1}]}


def error(message: str, code: object = None) -> dict[str, object]:
    """OpenAI's envelope."""
    return {"error": {"message": message, "type": "invalid_request_error", "code": code}}


MISSING: dict[str, tuple[int, Any, str]] = {
    "DeepSeek's forms": (400, error("This response_format type is unavailable now"), FORM),
    "DeepSeek's forms, earlier": (
        422,
        b"Failed to deserialize the JSON body: response_format.type `json_schema` is unavailable",
        FORM,
    ),
    "llama.cpp's forms": (
        500,
        error('response_format type must be one of "text" or "json_object", got: json_schema'),
        FORM,
    ),
    "Groq's forms": (
        400,
        error(
            "'response_format' : one of the following must be satisfied[('response_format.type'"
            " : value is not one of the allowed values ['text'])]"
        ),
        FORM,
    ),
    "a model's forms": (
        400,
        error("This model does not support response format `json_schema`. See the docs."),
        "give the model 'test/small' in models.yaml a `supports` without `json_schema`.",
    ),
    "Mistral's forms": (422, pydantic_error("response_format", "json_schema"), FORM),
    "vLLM's forms": (
        400,
        {
            "object": "error",
            "message": "guided decoding is not supported with this backend",
            "code": 400,
        },
        FORM,
    ),
    "Ollama's tools": (400, error("registry.ollama.ai/library/x does not support tools"), TOOLS),
    "llama.cpp's tools": (
        500,
        {
            "error": {
                "code": 500,
                "message": "tools param requires --jinja flag",
                "type": "server_error",
            }
        },
        TOOLS,
    ),
    "llama.cpp's tools, earlier": (
        500,
        {"code": 500, "message": "Unsupported param: tools", "type": "server_error"},
        TOOLS,
    ),
    "vLLM's tools": (
        400,
        {
            "object": "error",
            "message": '"auto" tool choice requires --enable-auto-tool-choice and '
            "--tool-call-parser to be set",
            "code": 400,
        },
        TOOLS,
    ),
    "llama.cpp's choice": (
        400,
        error("tool_choice: expected a string; objects are not supported"),
        "give the model 'test/small' in models.yaml a `supports` without `allowed_tools`.",
    ),
    "DeepSeek's content": (
        422,
        b"Failed to deserialize: messages[1]: invalid type: sequence, expected a string",
        TEXT,
    ),
    "FastAPI's content": (
        422,
        pydantic_error(
            "messages", "1", "content", kind="string_type", says="Input should be a valid string"
        ),
        TEXT,
    ),
    "a template's content": (
        500,
        error('can only concatenate str (not "list") to str'),
        TEXT,
    ),
    "a template's roles": (
        500,
        error("Conversation roles must alternate user/assistant/user/assistant/..."),
        TEXT,
    ),
    "Mistral's limit": (422, pydantic_error("max_completion_tokens"), LIMIT),
    "vLLM's limit": (
        400,
        {
            "object": "error",
            "message": "[{'type': 'extra_forbidden', 'loc': ('body', "
            "'max_completion_tokens'), 'msg': 'Extra inputs are not permitted', 'input': 100}]",
            "type": "BadRequestError",
            "param": None,
            "code": 400,
        },
        LIMIT,
    ),
}


def refusing(body: object, status: int) -> bytes:
    """A refusal in JSON, or in plain words."""
    if isinstance(body, bytes):
        return reply(body, kind="text/plain", status=status)
    return whole(body, status=status)


ASKED = question(
    prompt=prompt("[1] Rosa: Well?", tools=(CLOCK,), allowed_tools=("clock",), schema=SCHEMA)
)
ABLE = ("json_schema", "tools", "allowed_tools", "temperature")


@pytest.mark.parametrize(("status", "body", "mend"), MISSING.values(), ids=MISSING.keys())
async def test_a_missing_feature_is_named_with_its_setting(
    status: int, body: object, mend: str
) -> None:
    """The server's words are kept; a server that fails for it is not asked again and again."""
    async with served(refusing(body, status), supports=ABLE) as (here, server):
        with pytest.raises(RequestRefused) as raised:
            await here.ask(ASKED)

    told = str(raised.value)
    assert told.endswith(mend)
    assert told.startswith("test/small: the endpoint refuses the request: ")
    assert f"({status}). The server seems not to know " in told
    assert (len(server.bodies), here.ends) == (1, [("released", "request_refused")])


@pytest.mark.parametrize(("status", "body", "mend"), MISSING.values(), ids=MISSING.keys())
async def test_what_was_not_asked_for_is_not_named(status: int, body: object, mend: str) -> None:
    """The same words about a request without the feature are only repeated."""
    refused = refusing(body, status)

    async with served(refused, whole(OK), content="text", output_limit="max_tokens") as (here, _):
        if status == 500:
            await here.ask()
        else:
            with pytest.raises(RequestRefused):
                await here.ask()

    assert mend not in here.outcomes[0].message
    assert "seems not to know" not in here.outcomes[0].message


OTHERS: dict[str, tuple[dict[str, Any], Any, str]] = {
    "LM Studio's forms": (
        {"schema": "json_object"},
        {"error": "'response_format.type' must be 'json_schema' or 'text'"},
        "set `schema: json_schema` for the endpoint 'test' in models.yaml.",
    ),
    "no forms at all": (
        {"schema": "json_object"},
        error("response_format is not supported"),
        "set `schema: none` for the endpoint 'test' in models.yaml.",
    ),
    "OpenAI's limit": (
        {"output_limit": "max_tokens"},
        error(
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
            "'max_completion_tokens' instead."
        ),
        "set `output_limit: max_completion_tokens` for the endpoint 'test' in models.yaml.",
    ),
    "options of a stream": (
        {},
        pydantic_error("stream_options"),
        "set `streams: false` for the endpoint 'test' in models.yaml.",
    ),
    "an effort": (
        {},
        error("Unrecognized request argument supplied: reasoning_effort"),
        "leave out `effort_with_tools` of the model 'test/small' in models.yaml.",
    ),
}


@pytest.mark.parametrize(("endpoint", "body", "mend"), OTHERS.values(), ids=OTHERS.keys())
async def test_other_features_have_settings_too(
    endpoint: dict[str, Any], body: object, mend: str
) -> None:
    """Also those that only some requests use."""
    refused = whole(body, status=400)

    async with served(refused, supports=ABLE, **endpoint) as (here, _):
        with pytest.raises(RequestRefused) as raised:
            await here.ask(ASKED, listener=STREAMED)

    assert str(raised.value).endswith(mend)


@pytest.mark.parametrize(
    "said",
    [
        "Invalid schema for response_format 'reply': In context=(), 'oneOf' is not permitted.",
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message.",
        "Invalid 'tools[0].function.name': string does not match pattern.",
        "The model `gpt-7` does not exist or you do not have access to it.",
    ],
)
async def test_a_request_that_breaks_rules_misses_no_feature(said: str) -> None:
    """OpenAI's own refusals do not send anybody to the settings."""
    async with served(whole(error(said), status=400)) as (here, _):
        with pytest.raises(RequestRefused) as raised:
            await here.ask(ASKED)

    assert str(raised.value) == f"test/small: the endpoint refuses the request: {said} (400)"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (503, "structured output is not supported while the model loads"),
        (500, "Failed to parse input at pos 12: invalid <tool_call>"),
    ],
)
async def test_what_may_pass_is_asked_again(status: int, said: str) -> None:
    """A server that fails is only given up for what it says it never does."""
    async with served(whole(error(said), status=status), whole(OK), supports=ABLE) as (here, _):
        await here.ask(ASKED)

    assert here.ends == [("released", "server_failed"), ("settled", "")]


SETTINGS: list[tuple[dict[str, Any], str, object]] = [
    ({"schema": "json_object"}, "response_format", {"type": "json_object"}),
    ({"schema": "none"}, "response_format", None),
    ({"output_limit": "max_tokens"}, "max_completion_tokens", None),
    ({"streams": False}, "stream_options", None),
    ({"streams": False}, "stream", None),
    ({"supports": ("json_schema", "tools")}, "tool_choice", None),
    ({"supports": ("json_schema",)}, "tools", None),
    ({"supports": ("tools",)}, "response_format", None),
]


@pytest.mark.parametrize(("settings", "field", "value"), SETTINGS)
async def test_a_setting_leaves_out_what_it_says(
    settings: dict[str, Any], field: str, value: object
) -> None:
    """With the setting the server gets no such thing, and its answer is taken."""
    async with served(whole(OK), **{"supports": ABLE, **settings}) as (here, server):
        said = await here.ask(ASKED, listener=STREAMED)

    assert (said.value, server.bodies[0].get(field)) == ("WELL, WHY NOT?", value)


async def test_content_as_text_is_text_throughout() -> None:
    """With `content: text` no message has parts, and none has no content."""
    exchange = ({"role": "assistant", "content": ""}, {"role": "user", "content": "Again."})
    asked = question(prompt=prompt("[1] Rosa: Well?", exchange=exchange))

    async with served(whole(OK), content="text") as (here, server):
        await here.ask(asked)

    contents = [message["content"] for message in server.bodies[0]["messages"]]
    assert all(isinstance(content, str) for content in contents)
