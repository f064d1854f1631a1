"""Keys: where they come from, which of several is sent, and what is done when one is refused."""

from __future__ import annotations

import asyncio
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import httpx2
import openai
import pytest
from pydantic import SecretStr

from simulator.definitions.project import Project
from simulator.errors import (
    InvalidFiles,
    KeyFileUnreadable,
    KeyMissing,
    KeyRefused,
    QuotaExhausted,
    UsageError,
)
from simulator.llm.credentials import Credentials
from simulator.llm.keys import (
    Environment,
    KeyFile,
    KeyPlace,
    KeyRing,
    dotenv_of,
    key_places,
    new_encryption_key,
)
from simulator.llm.session import Session
from simulator.testing import Scripted, completion
from tests.llm_samples import ONCE, catalog, desk, model_spec, question

KEY, OTHER = "sk-proj-0123456789abcdef", "sk-proj-fedcba9876543210"
KEYED = catalog(key_variable="TEST_KEY")
BOTH = catalog(key_variable=["TEST_KEY", "TEST_KEY_2"])
WELL = completion("Well, why not?")
ENVELOPE = {"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}}


def ring(**environ: str) -> KeyRing:
    """A ring over these variables."""
    return KeyRing(environ, credentials=Credentials())


def key_of(held: KeyRing) -> SecretStr:
    """The key that would be sent."""
    handle = held.handle(KEYED.spec("test/small")).get_secret_value()
    return held.next_of(held.variables_of(handle), place="")[1]


@pytest.mark.parametrize("written", [KEY, f" {KEY}\n"])
def test_a_key_comes_from_its_variable(written: str) -> None:
    """Spaces around it are forgiven."""
    assert key_of(ring(TEST_KEY=written)) == SecretStr(KEY)


@pytest.mark.parametrize("environ", [{}, {"OPENAI_API_KEY": KEY}, {"TEST_KEY": "  "}])
def test_a_key_that_is_not_there_is_missing(environ: dict[str, str]) -> None:
    """Another endpoint's key is none, nor is a variable that is set to nothing."""
    with pytest.raises(KeyMissing, match=r"^No API key for 'test': set TEST_KEY in the"):
        key_of(ring(**environ))


@pytest.mark.parametrize("value", ["\u201csk-curly\u201d", "sk-\u00e4", "sk-one\nsk-two", "sk one"])
def test_what_can_be_no_key_is_refused_before_it_is_sent(value: str) -> None:
    """A curly quote, an accent, a line break: one sentence, and the value is not in it."""
    with pytest.raises(KeyRefused, match=r"^TEST_KEY holds something") as raised:
        key_of(ring(TEST_KEY=value))

    assert value not in str(raised.value)


def test_an_endpoint_without_keys_gets_a_placeholder() -> None:
    """A local server is not sent somebody's key."""
    key = ring(OPENAI_API_KEY=KEY).handle(model_spec())

    assert key.get_secret_value() == "none-needed"


def test_dotenv_adds_what_the_environment_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It never overrides what is set, nothing is exported, and a dollar sign is a dollar sign."""
    lines = ["# keys", "export TEST_KEY='from file'", "OTHER=a$HOME=b # mine", "EMPTY=filled"]
    (tmp_path / ".env").write_text("\ufeff" + "\n".join([*lines, "BARE", "SET=no"]))
    for name, value in (("SET", "yes"), ("EMPTY", " ")):
        monkeypatch.setenv(name, value)

    around = Environment.of(tmp_path)

    told = {name: around.get(name) for name in ("TEST_KEY", "OTHER", "SET", "EMPTY", "BARE")}
    assert told == {
        "TEST_KEY": "from file",
        "OTHER": "a$HOME=b",
        "SET": "yes",
        "EMPTY": "filled",
        "BARE": None,
    }
    assert "TEST_KEY" not in os.environ


@pytest.mark.parametrize("content", [None, b"", b"\n \n"])
def test_without_dotenv_there_is_nothing_in_it(content: bytes | None, tmp_path: Path) -> None:
    """No file, an empty one."""
    if content is not None:
        (tmp_path / ".env").write_bytes(content)

    assert dotenv_of(tmp_path) == {}


@pytest.mark.skipif(os.name != "posix", reason="there are no such things elsewhere")
@pytest.mark.parametrize(
    ("make", "why"),
    [
        (Path.mkdir, "it is a folder"),
        (os.mkfifo, "it is no file"),
        (lambda path: path.symlink_to(path), "Too many levels of symbolic links"),
        (lambda path: path.symlink_to("nowhere"), "No such file or directory"),
    ],
    ids=["folder", "pipe", "loop", "link to nowhere"],
)
def test_a_dotenv_that_is_no_file_is_told(
    make: Callable[[Path], object], why: str, tmp_path: Path
) -> None:
    """Whoever put it there wants it read."""
    make(tmp_path / ".env")

    with pytest.raises(UsageError, match=rf"\.env cannot be read: {why}\.$"):
        dotenv_of(tmp_path)


@pytest.mark.parametrize("line", ["my key", "OTHER='open", "=value"])
def test_a_line_of_a_dotenv_that_means_nothing_is_told(line: str, tmp_path: Path) -> None:
    """With file and line, once, and without what stands there: it may be a key."""
    (tmp_path / ".env").write_text(f"# keys\nTEST_KEY=ok\n\n{line} sk-secret\nLAST=1\n")

    with pytest.raises(InvalidFiles) as raised:
        dotenv_of(tmp_path)

    (problem,) = raised.value.problems
    assert (Path(problem.file).name, problem.line) == (".env", 4)
    assert "sk-secret" not in str(problem)


def test_a_dotenv_that_is_no_text_is_told(tmp_path: Path) -> None:
    """One sentence, without what stands in it."""
    (tmp_path / ".env").write_bytes(b"TEST_KEY=\xff\xfe")

    with pytest.raises(UsageError, match=r"\.env cannot be read: it is no UTF-8 text\.$"):
        dotenv_of(tmp_path)


def test_an_environment_shows_and_pickles_no_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a pickle is loaded, the variables are read anew."""
    (tmp_path / ".env").write_text(f"TEST_KEY={KEY}")

    around = Environment.of(tmp_path)
    written = pickle.dumps(around)

    assert KEY not in repr(around) + str(around)
    assert KEY.encode() not in written
    assert pickle.loads(written)["TEST_KEY"] == KEY  # noqa: S301 - our own, of a moment ago


def test_a_session_cannot_be_pickled() -> None:
    """It holds keys and connections."""
    with pytest.raises(TypeError, match="a Session holds connections and keys"):
        pickle.dumps(Session(environ={"TEST_KEY": KEY}))


def test_the_key_file_is_the_last_place(tmp_path: Path) -> None:
    """It is opened where the environment has no key, and only then."""
    opener, place = new_encryption_key(), {"SIMULATOR_KEYS": str(tmp_path / "keys")}
    KeyFile(tmp_path / "keys").change(opener, lambda held: held.update({"TEST_KEY": KEY}))

    found = [
        key_of(ring(**place, ENCRYPTION_KEY=opener)),
        key_of(ring(**place, ENCRYPTION_KEY=opener, TEST_KEY=OTHER)),
        key_of(ring(**place, TEST_KEY=OTHER)),
    ]
    with pytest.raises(KeyFileUnreadable, match=r"^TEST_KEY is not set\. The key file needs ENC"):
        key_of(ring(**place))

    assert found == [SecretStr(KEY), SecretStr(OTHER), SecretStr(OTHER)]


def test_a_key_file_that_does_not_open_hides_no_key(tmp_path: Path) -> None:
    """One of two variables is set; that the other may be in a closed file does not matter."""
    file = {"SIMULATOR_KEYS": str(tmp_path / "keys")}
    KeyFile(tmp_path / "keys").change(new_encryption_key(), lambda held: held.update({"A": KEY}))
    spec = BOTH.spec("test/small")

    handle = ring(**file, TEST_KEY_2=OTHER).handle(spec)

    assert handle == SecretStr("key-in:TEST_KEY,TEST_KEY_2")


def test_places_are_told_without_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first place that has it; what only the file has, or only a command uses, is told too."""
    endpoints = "  a: {base_url: http://x/v1, key_variable: [KEY_A, KEY_B]}\n"
    endpoints += "  b: {base_url: http://x/v1, key_variable: KEY_B}\n"
    (tmp_path / "models.yaml").write_text(f"default: a/m\nendpoints:\n{endpoints}")
    servers = "servers:\n  shop: {url: https://x/mcp, key_variable: KEY_C}\n"
    (tmp_path / "tools.yaml").write_text(servers)
    (tmp_path / "personas").mkdir()
    (tmp_path / ".env").write_text("KEY_A=one\nKEY_B=two")
    monkeypatch.setenv("KEY_B", "three")

    places = key_places(Project.find(tmp_path), in_file=("KEY_A", "KEY_D"))

    assert places == (
        KeyPlace("KEY_A", ("a",), ".env"),
        KeyPlace("KEY_B", ("a", "b"), "environment"),
        KeyPlace("KEY_C", ("shop",), None),
        KeyPlace("OPENAI_ADMIN_KEY", ("cost --reconcile",), None),
        KeyPlace("KEY_D", (), "key file"),
    )


def refusing(*refused: str, status: int = 401) -> Callable[[httpx2.Request], httpx2.Response]:
    """An endpoint that knows some keys for bad."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.headers["authorization"].removeprefix("Bearer ") in refused:
            return httpx2.Response(status, json=ENVELOPE)
        return httpx2.Response(200, json=WELL)

    return answer


async def test_a_refused_key_makes_room_for_the_next() -> None:
    """Within the same question; its attempt is released, and it is not sent again."""
    answers = [refusing(KEY)] * 3

    async with desk(*answers, models=BOTH, retry=ONCE, TEST_KEY=KEY, TEST_KEY_2=OTHER) as here:
        first = await here.ask()
        await here.ask(question(n=1))

    sent = [request.headers["authorization"] for request in here.network.requests]
    assert first.value == "WELL, WHY NOT?"
    assert sent == [f"Bearer {KEY}", f"Bearer {OTHER}", f"Bearer {OTHER}"]
    assert here.ends == [("released", "key_refused"), ("settled", ""), ("settled", "")]
    assert [number for _, number in here.record.outcomes] == [1, 2, 1]
    assert here.left_open == 0


async def test_when_all_are_refused_the_variables_are_told() -> None:
    """And nothing more is sent in this session; the values are not told."""
    async with desk(
        *[refusing(KEY, OTHER)] * 2, models=BOTH, TEST_KEY=KEY, TEST_KEY_2=OTHER
    ) as here:
        with pytest.raises(KeyRefused):
            await here.ask()
        with pytest.raises(KeyRefused) as raised:
            await here.ask(question(n=1))

    assert str(raised.value) == (
        "test/small: the endpoint refuses the key: Incorrect API key provided (401) "
        "(set TEST_KEY or TEST_KEY_2 anew: their keys were refused)"
    )
    assert len(here.network.requests) == 2
    assert here.ends == [("released", "key_refused")] * 2


async def test_a_variable_that_is_not_set_is_passed_over() -> None:
    """One of several is enough; the same key in two variables is one key."""
    async with desk(refusing(), models=BOTH, TEST_KEY_2=OTHER) as here:
        await here.ask()
    async with desk(refusing(KEY), models=BOTH, TEST_KEY=KEY, TEST_KEY_2=KEY) as twice:
        with pytest.raises(KeyRefused):
            await twice.ask()

    assert here.network.requests[0].headers["authorization"] == f"Bearer {OTHER}"
    assert len(twice.network.requests) == 1


@pytest.mark.parametrize(
    ("said", "code", "requests"),
    [
        ("This API key was revoked.", "", 2),
        ("Invalid token", "", 2),
        ("Go away.", "invalid_api_key", 2),
        ("Country, region, or territory not supported", "unsupported_country", 1),
        ("Project does not have access to model m", "model_not_found", 1),
    ],
)
async def test_a_403_changes_the_key_only_where_it_blames_it(
    said: str, code: str, requests: int
) -> None:
    """Another key would not help against a country or a model that may not be used."""
    refusal: Scripted = (403, {}, {"error": {"message": said, "code": code}})

    async with desk(
        refusal, refusal, models=BOTH, retry=ONCE, TEST_KEY=KEY, TEST_KEY_2=OTHER
    ) as here:
        with pytest.raises(KeyRefused):
            await here.ask()

    assert len(here.network.requests) == requests


async def test_limits_and_empty_accounts_do_not_change_the_key() -> None:
    """A second key is no way around a limit."""
    limited: Scripted = (429, {}, {"error": {"code": "insufficient_quota", "message": "Pay."}})

    async with desk(limited, models=BOTH, retry=ONCE, TEST_KEY=KEY, TEST_KEY_2=OTHER) as here:
        with pytest.raises(QuotaExhausted, match="no quota left"):
            await here.ask()

    assert len(here.network.requests) == 1


async def test_fifty_at_once_meet_each_refusal_once() -> None:
    """No more 401 than questions in flight, no key twice in one question, and all are answered."""
    seen: list[str] = []

    async def answered(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers["authorization"])
        await asyncio.sleep(0.01)
        return refusing(KEY)(request)

    class Network(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            return await answered(request)

    async with desk(models=BOTH, network=Network(), TEST_KEY=KEY, TEST_KEY_2=OTHER) as here:
        answers = await asyncio.gather(*(here.ask(question(n=n)) for n in range(50)))
        await here.ask(question(n=50))

    assert {answer.value for answer in answers} == {"WELL, WHY NOT?"}
    assert (seen.count(f"Bearer {KEY}"), seen.count(f"Bearer {OTHER}")) == (50, 51)
    assert here.left_open == 0


async def test_plain_langchain_use_changes_the_key_as_well() -> None:
    """And what an endpoint repeats of the key is not in the error of the SDK."""
    echo: Scripted = (401, {"x-echo": OTHER}, {"error": {"message": f"Bad key {OTHER}"}})
    spec = BOTH.spec("test/small")

    async with desk(
        refusing(KEY), refusing(), echo, models=BOTH, TEST_KEY=KEY, TEST_KEY_2=OTHER
    ) as here:
        model = here.access.session.model(spec)
        said = await model.ainvoke("Well?")
        with pytest.raises(openai.AuthenticationError) as raised:
            await model.ainvoke("Well?")

    assert said.content == "Well, why not?"
    assert OTHER not in f"{raised.value}{raised.value.body}{raised.value.response.headers}"


async def test_a_model_holds_no_key() -> None:
    """Nor does anything else above the transports."""
    async with Session(environ={"TEST_KEY": KEY}) as session:
        model = session.model(KEYED.spec("test/small"))

    held = model.openai_api_key
    assert isinstance(held, SecretStr)
    assert held.get_secret_value() == "key-in:TEST_KEY"
    assert model.root_async_client.api_key == "key-in:TEST_KEY"
