"""Keys and passwords of proxies that others repeat in errors, in spellings of their own."""

from __future__ import annotations

import asyncio
import io
import json
import re
import subprocess
import sys
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from html import escape
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import ConnectionFailed, ModelError, ProxyUnusable
from simulator.llm.blotted_stream import BlottedStream
from simulator.llm.credentials import BLOT, Credentials, Spoken
from simulator.llm.transports.live import Live
from tests.cli_samples import command, environment
from tests.llm_samples import ONCE, Desk, catalog, desk
from tests.scripted_server import at_server, says
from tests.small_project import small_project

ODD = "Ab3/xY+9kL\"m&0p'QrS<Uv\\Wx=="
"""A key with what JSON, Python, addresses, HTML and PHP escape."""
PLAIN = "sk-proj-Abcd1234Efgh5678IjklMnop9012"
PASSWORD = "S3cretProxyPw99"


def known(*values: str) -> Credentials:
    """What knows these values."""
    credentials = Credentials()
    credentials.learn(*values)
    return credentials


def as_json(text: str) -> str:
    """What stands between the quotes."""
    return json.dumps(text)[1:-1]


def as_php(text: str) -> str:
    """JSON as PHP writes it."""
    return as_json(text).replace("/", "\\/")


def numbered(text: str) -> str:
    """HTML in which everything odd is a number."""
    return re.sub(r"[^\w.-]", lambda one: f"&#{ord(one[0])};", text)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "json": as_json,
    "json in json": lambda key: as_json(as_json(key)),
    "json in json in json": lambda key: as_json(as_json(as_json(key))),
    "php": as_php,
    "php in json": lambda key: as_json(as_php(key)),
    "python": lambda key: repr(key)[1:-1],
    "address": lambda key: quote(key, safe=""),
    "address with slashes": quote,
    "address in small letters": lambda key: quote(key, safe="").replace("%2F", "%2f"),
    "address in an address": lambda key: quote(quote(key, safe="")),
    "html": escape,
    "html without quotes": lambda key: escape(key, quote=False),
    "html in numbers": numbered,
    "html in json": lambda key: as_json(escape(key)),
    "json for pages": lambda key: as_json(key).replace("<", "\\u003c").replace("&", "\\u0026"),
}
BASE64: dict[str, Callable[[str], bytes]] = {
    "alone": lambda key: key.encode(),
    "as a password": lambda key: f":{key}".encode(),
    "as a name": lambda key: f"{key}:".encode(),
    "of somebody": lambda key: f"me:{key}".encode(),
    "with its scheme": lambda key: f"Bearer {key}".encode(),
}


@pytest.mark.parametrize("spelt", SPELLINGS.values(), ids=list(SPELLINGS))
@pytest.mark.parametrize("key", [ODD, "Ab3/xY+9kLmN0pQrStUvWx==", "/+\"<'%&\\\\{}~|/"])
def test_a_key_is_known_however_it_is_spelt(key: str, spelt: Callable[[str], str]) -> None:
    """By JSON, PHP, Python, addresses and pages, and by one in another."""
    credentials = known(key)
    told = f"Refused: {spelt(key)} (401)"

    assert credentials.without_known(told) == f"Refused: {BLOT} (401)"
    assert credentials.has_known(told)


@pytest.mark.parametrize("wrapped", BASE64.values(), ids=list(BASE64))
@pytest.mark.parametrize("key", [ODD, PLAIN, "a7f3a9b2", "?>?>~~~?>?>"])
def test_a_key_is_known_in_base64(key: str, wrapped: Callable[[str], bytes]) -> None:
    """With whatever stands before and behind it, with padding and without, in both alphabets."""
    credentials, inside = known(key), wrapped(key)
    for encoded in (b64encode(inside).decode(), urlsafe_b64encode(inside).decode()):
        for told in (encoded, encoded.rstrip("="), as_php(encoded), quote(encoded, safe="")):
            shown = credentials.without_known(f"Basic {told} is refused")

            assert BLOT in shown
            assert len(f"Basic {told} is refused") - len(shown) + len(BLOT) > len(key) * 4 / 3 - 5


def test_words_stay_words() -> None:
    """What is like a key but is none is said as it was."""
    told = "Ab3/xY+9kL and m&0p'QrS, a%2Fb, &quot;c&quot;, \\/ and YWJjZGVmZ2g="

    assert known(ODD, PLAIN).blotted(told) == told


@given(
    st.sampled_from(list(SPELLINGS.values())),
    st.lists(st.integers(0, 120), max_size=12),
    st.sampled_from([ODD, "/+\"<'%&\\\\{}~|/", PLAIN]),
)
def test_a_stream_shows_no_spelling_however_it_is_cut(
    spelt: Callable[[str], str], cuts: list[int], key: str
) -> None:
    """And nothing else is lost or comes twice."""
    said = f"Well & good, 5% \\o/ {spelt(key)} & so on: {key[:9]}"
    places = [0, *sorted(min(cut, len(said)) for cut in cuts), len(said)]
    spoken = Spoken(known(key))

    shown = "".join(spoken.feed(said[a:b]) for a, b in pairwise(places)) + spoken.rest()

    assert shown == f"Well & good, 5% \\o/ {BLOT} & so on: {key[:9]}"


@pytest.mark.parametrize("text", ["\\", "&amp;", "%25", "&#0", "\\u00", "A", "/"])
def test_hostile_repetitions_take_no_longer(text: str) -> None:
    """A megabyte of what may begin a spelling, after a key."""
    credentials = known(ODD, '/\\"short\\\\"&')
    told = f"{ODD} short " + text * (1_000_000 // len(text))
    began = time.perf_counter()

    credentials.without_known(told)

    assert time.perf_counter() - began < 2.0


class TestStderr:
    """The stream without keys, for whoever writes to it."""

    @pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
    @pytest.mark.parametrize("key", [PLAIN, ODD])
    def test_click_writes_no_key(
        self, key: str, encoding: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It takes the bytes under a stream that it does not trust."""
        under = io.BytesIO()
        text = io.TextIOWrapper(under, encoding=encoding, errors="replace")
        monkeypatch.setattr(sys, "stderr", BlottedStream(text, blotted=known(key).blotted))

        click.echo(f"Error: {key} is no scenario.", err=True)
        click.echo(f"Error: {key} is bytes.".encode(), err=True)
        sys.stderr.flush()

        assert (
            under.getvalue() == f"Error: {BLOT} is no scenario.\nError: {BLOT} is bytes.\n".encode()
        )

    def test_bytes_are_blotted_and_others_stay_as_they_are(self) -> None:
        """Also those that are no text."""
        under = io.BytesIO()
        stream = BlottedStream(io.TextIOWrapper(under), blotted=known(PLAIN).blotted)

        stream.write("first ")
        count = stream.buffer.write(b"\xff\x00" + PLAIN.encode() + b"\xfe")
        stream.buffer.flush()

        assert (under.getvalue(), count) == (b"first \xff\x00***\xfe", len(PLAIN) + 3)

    def test_it_is_the_stream_it_stands_for(self) -> None:
        """For those who ask for its encoding; one without bytes has none."""
        text = io.TextIOWrapper(io.BytesIO(), encoding="latin-1", errors="replace")
        stream, bare = (BlottedStream(one, blotted=str) for one in (text, io.StringIO()))

        assert (stream.encoding, stream.errors) == ("latin-1", "replace")
        assert not hasattr(bare, "buffer")

    @pytest.mark.slow
    @pytest.mark.parametrize("key", [PLAIN, ODD])
    def test_no_error_line_shows_a_key(self, key: str, tmp_path: Path) -> None:
        """Not where it is taken for a scenario, a display or an amount, in any locale."""
        project = small_project(tmp_path)
        told = []
        for encoding, *words in (
            ("utf-8", key),
            ("ascii", "tea", "--display", key),
            ("utf-8", "tea", "--budget", key),
        ):
            env = environment(MY_API_KEY=key, PYTHONIOENCODING=encoding)
            done = subprocess.run(
                command("run", *words), cwd=project, env=env, capture_output=True, text=True,
                timeout=60, check=False,
            )  # fmt: skip
            told.append(done.stderr)

        assert all("Error" in one and BLOT in one for one in told)
        assert [one for one in told if key[:14] in one] == []


SLIPS = {
    "port": f"http://user:{PASSWORD}@127.0.0.1:99999",
    "bracket": f"http://user:{PASSWORD}@[::1:3128",
    "no scheme": f"user:{PASSWORD}@host",
    "no host": f"http://user:{PASSWORD}@",
    "another scheme": f"socks5://user:{PASSWORD}@127.0.0.1:9",
    "a slash in it": f"http://user:{PASSWORD}/x@127.0.0.1:9",
    "a word for a port": f"http://user:{PASSWORD}@127.0.0.1:abc",
}


async def failed_at(url: str) -> tuple[ModelError, Desk]:
    """What came of a question to an address, with every way to ask it again."""
    async with desk(network=Live(), models=catalog(base_url=url)) as here:
        with pytest.raises(ModelError) as raised:
            await here.ask()
    return raised.value, here


class TestProxies:
    """Addresses of proxies with a password, and with a slip."""

    @pytest.mark.parametrize("slip", SLIPS.values(), ids=list(SLIPS))
    @pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
    async def test_a_slip_is_told_by_the_name_of_its_variable(
        self, slip: str, variable: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Once, at once, without the address; nothing was sent, so nothing is booked as paid."""
        monkeypatch.setenv(variable, slip)

        error, here = await failed_at("http://nohost.invalid/v1")

        assert type(error) is ProxyUnusable
        assert str(error) == (
            f"The proxy that {variable} names cannot be used: its address is not of the form "
            "http://host:port or http://user:password@host:port, with what is odd in a password "
            "written as %XX."
        )
        assert here.ends == [("released", "proxy_unusable")]

    async def test_a_proxy_that_nobody_runs_is_told_as_such(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is not the server of one's own that is to be started."""
        async with at_server() as (_, server):
            pass
        address = f"http://user:{PASSWORD}@127.0.0.1:{server.port}"
        monkeypatch.setenv("http_proxy", address)

        async with desk(network=Live(), retry=ONCE) as here:
            with pytest.raises(ConnectionFailed) as raised:
                await here.ask()

        assert str(raised.value).startswith("Nothing answers at the proxy that http_proxy names: ")
        assert (type(raised.value), here.ends) == (
            ConnectionFailed,
            [("released", "connection_failed")],
        )

    @pytest.mark.parametrize(
        ("status", "kind", "sentence"),
        [
            (
                "407 Proxy Authentication Required",
                ProxyUnusable,
                "The proxy that https_proxy names cannot be used: it does not .*407..",
            ),
            (
                f"503 {PASSWORD}",
                ConnectionFailed,
                "The proxy that https_proxy names does not connect to models.invalid:https .503.",
            ),
        ],
    )
    async def test_a_proxy_that_refuses_sends_nothing_on(
        self, status: str, kind: type[ModelError], sentence: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What it says instead of a tunnel is told as its own."""

        async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
            writer.close()

        models = catalog(base_url="https://models.invalid/v1")
        async with await asyncio.start_server(refuse, "127.0.0.1", 0) as proxy:
            port = proxy.sockets[0].getsockname()[1]
            monkeypatch.setenv("https_proxy", f"http://user:{PASSWORD}@127.0.0.1:{port}")
            async with desk(network=Live(), models=models, retry=ONCE) as here:
                with pytest.raises(kind) as raised:
                    await here.ask()

        assert (type(raised.value), bool(re.fullmatch(sentence, str(raised.value)))) == (kind, True)
        assert here.ends == [("released", raised.value.kind)]

    async def test_a_proxys_password_is_known_as_it_is_used(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A proxy that repeats it, as it came and in its header, is not quoted."""
        password = "p%40ss/w0rd-of-9"
        header = b64encode(b"user:p@ss/w0rd-of-9").decode()
        body = json.dumps({"error": {"message": f"not you: p@ss/w0rd-of-9 {header}"}}).encode()
        async with at_server(says("400 Bad", body)) as (_, server):
            address = f"http://user:{quote(password, safe='%')}@127.0.0.1:{server.port}"
            monkeypatch.setenv("http_proxy", address)
            error, _ = await failed_at("http://models.invalid/v1")

        assert "not you: *** " in str(error)
        assert header not in str(error)

    @pytest.mark.parametrize(
        ("name", "address", "told", "shown"),
        [
            ("https_proxy", f"http://me:{PASSWORD}@h:1", f"{PASSWORD} h:1", f"{BLOT} h:1"),
            ("HTTP_PROXY", f"me:{PASSWORD}@h", f"me:{PASSWORD}@h", BLOT),
            ("all_proxy", "http://me:pw@h:1", "http://me:pw@h:1 me", f"{BLOT} me"),
            ("ALL_PROXY", "http://t0kenT0kenT0ken7:@h", "t0kenT0kenT0ken7 h", f"{BLOT} h"),
            ("ftp_proxy", "http://a:pa%2Fssword@h", "pa/ssword pa%2fssword", f"{BLOT} {BLOT}"),
            ("http_proxy", "http://administrator@h", "administrator", "administrator"),
            ("http_proxy", "http://h:3128", "http://h:3128", "http://h:3128"),
            ("no_proxy", f"me:{PASSWORD}@h", PASSWORD, PASSWORD),
        ],
    )
    def test_what_proxy_variables_hold_is_known(
        self, name: str, address: str, told: str, shown: str
    ) -> None:
        """The password, user and password, and the address they stand in; not the host."""
        credentials = Credentials()
        credentials.learn_from({name: address})

        assert credentials.blotted(told) == shown
