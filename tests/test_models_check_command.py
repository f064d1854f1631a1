"""`simulator models check` as a command: what it prints, its exit codes, its sentences."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.definitions.project import Project
from simulator.testing import LoopbackServer, Scripts
from tests.cli_samples import ROOT, simulate
from tests.partial_server import partial, write_models


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test starts in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    """A server that plays OpenAI's models and accepts one key."""
    project = Project.find(ROOT)
    with LoopbackServer(Scripts.of(project), project.catalog(), keys=["sk-right"]) as running:
        yield running


def test_offline_it_works_without_a_key_or_a_network(here: Path) -> None:
    """The stand-in in process is asked like any model, and labelled."""
    result = simulate("models", "check", "stand-in")

    assert result.exit_code == 0
    assert [line.split()[:2] for line in result.stdout.splitlines()[1:3]] == [
        ["offline/stand-in", "speed"],
        ["cost", "6"],
    ]
    assert result.stderr.splitlines() == [
        "1 model, about ten tiny questions each. It costs nothing.",
        "The stand-in answered: these are its values, no findings about a model.",
        "1 of 1 as models.yaml says.",
    ]


def test_a_missing_key_is_told_and_the_others_go_on(here: Path) -> None:
    """Each model tells its own reason; the exit code says that not all was well."""
    result = simulate("models", "check", "openai/gpt-6-luna", "stand-in", "--json")
    luna, stand_in = json.loads(result.stdout)["models"]

    assert result.exit_code == 1
    assert luna["standing"] == "no key"
    assert "set OPENAI_API_KEY" in luna["why"]
    assert (luna["calls"], luna["features"]) == (0, {})
    assert stand_in["fine"]


def test_what_is_true_of_several_models_is_told_once(here: Path) -> None:
    """Below the last of them; the last line counts what became of the others."""
    result = simulate("models", "check", "openai/gpt-6-luna", "openai/gpt-4.1")

    heading, first, second, why = result.stdout.splitlines()
    assert heading.split() == ["model", "feature", "verdict", "seen"]
    assert first.split() == ["openai/gpt-6-luna", "-", "no", "key"]
    assert second.split() == ["openai/gpt-4.1", "-", "no", "key"]
    assert why.startswith("  No API key for 'openai': set OPENAI_API_KEY")
    assert result.stderr.splitlines()[1:] == ["0 of 2 as models.yaml says (no key: 2)."]


def test_a_key_that_is_refused_and_a_server_that_is_not_there_are_told(
    server: LoopbackServer, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence for each model, below its row."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-but-long-enough")
    write_models(here, f"http://127.0.0.1:{port}/v1")
    (here / "models.yaml").write_text(
        (here / "models.yaml")
        .read_text()
        .replace(
            "models:",
            "  openai: {base_url: 'http://127.0.0.1:1', base_url_variable: OPENAI_BASE_URL, "
            "key_variable: OPENAI_API_KEY}\nmodels:",
        )
    )

    result = simulate("models", "check", "test/m", "openai/gpt-6-luna")

    assert result.exit_code == 1
    shown = result.stdout.splitlines()
    assert shown[1].split() == ["test/m", "-", "unreachable"]
    assert shown[2].startswith(f"  Nothing listens at 127.0.0.1:{port}")
    assert shown[3].split() == ["openai/gpt-6-luna", "-", "key", "refused"]
    assert "refuses the key" in shown[4]
    assert "sk-wrong" not in result.stdout + result.stderr


async def test_the_table_names_what_differs_and_the_line(here: Path) -> None:
    """The reason stands whole below its row, the lines to change after the table."""
    async with partial("stream").running() as url:
        write_models(here, url)
        result = await asyncio.to_thread(simulate, "models", "check", "--budget", "0.02")

    assert result.exit_code == 1
    shown = result.stdout.splitlines()
    place = next(i for i, line in enumerate(shown) if line.split()[:2] == ["stream", "differs"])
    assert "streaming is not supported" in shown[place + 1]
    assert shown[-2:] == [
        "To change in models.yaml:",
        "models.yaml:3:3: add `streams: false` to `test`",
    ]
    assert result.stderr.splitlines() == [
        "1 model, about ten tiny questions each: $0.02 at most, and no more than that is spent.",
        "0 of 1 as models.yaml says.",
    ]


def test_what_money_does_not_reach_for_is_not_tried(
    server: LoopbackServer, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was asked, so nothing answered; the exit code says that it was for the money."""
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-right")
    names = ("openai/gpt-6-luna", "openai/gpt-4.1")

    result = simulate("models", "check", *names, "--budget", "0.000001")

    assert result.exit_code == 5
    shown = result.stdout.splitlines()
    assert [line.split() for line in shown[1::2]] == [[name, "-", "not", "tried"] for name in names]
    assert all("The check's own limit of $0.000001 " in line for line in shown[2::2])
    assert result.stderr.splitlines()[1:] == ["0 of 2 as models.yaml says (not tried: 2)."]


async def test_a_model_that_models_yaml_does_not_list_is_told(here: Path) -> None:
    """What it says of others does not hold for this one, and nothing else is claimed."""
    async with partial().running() as url:
        write_models(here, url)
        told = await asyncio.to_thread(simulate, "models", "check", "test/new", "test/m")
        data = await asyncio.to_thread(simulate, "models", "check", "test/new", "--json")

    assert told.exit_code == 0
    assert told.stderr.splitlines()[1:] == [
        "models.yaml does not list test/new: it is what is taken for granted there.",
        "1 of 1 as models.yaml says.",
    ]
    (model,) = json.loads(data.stdout)["models"]
    assert (model["standing"], model["listed"], model["fine"]) == ("asked", False, True)


async def test_a_day_that_is_spent_refuses_a_check(here: Path) -> None:
    """The record knows what was asked today, by whatever command; one sentence, exit code 5."""
    async with partial().running() as url:
        write_models(here, url)
        text = (here / "models.yaml").read_text()
        (here / "models.yaml").write_text(f"{text}budget: {{day: {{tokens: 300}}}}\n")
        first = await asyncio.to_thread(simulate, "models", "check")
        second = await asyncio.to_thread(simulate, "models", "check")

    assert (first.exit_code, second.exit_code, second.stdout) == (0, 5, "")
    assert "The day's limit of 300 tokens leaves 235, and the next" in second.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["openai/"], "No model is called 'openai/'."),
        (["gpt-6-luna"], "Did you mean 'openai/gpt-6-luna'?"),
        (["--endpoint", "nowhere"], "No endpoint is called 'nowhere'."),
        (["--budget", "0"], "'0' is no amount of dollars from 0.000000001"),
    ],
)
def test_a_wrong_name_is_one_sentence(words: list[str], sentence: str) -> None:
    """Nothing is asked then."""
    result = simulate("models", "check", *words)

    assert result.exit_code == 2
    assert sentence in result.stderr
