"""The documentation cannot lie: generated parts are compared, examples run, links are followed."""

from __future__ import annotations

import ast
import inspect
import re
import shlex
import shutil
from pathlib import Path

import click
import pytest

from simulator.cli.program import Deferred, program
from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.persona import Persona
from simulator.definitions.project import Project, validate
from simulator.definitions.scenario import Scenario
from simulator.definitions.tool_servers import ToolServers
from simulator.definitions.yaml_file import read_text
from tests.generated_docs import generated

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def blocks(language: str) -> list[tuple[str, str]]:
    """(page, text) of every fenced block in a language."""
    return [
        (page.name, match[2])
        for page in PAGES
        for match in FENCE.finditer(page.read_text())
        if match[1] == language
    ]


@pytest.mark.parametrize("path", sorted(generated()), ids=lambda path: path.name)
def test_a_generated_page_is_up_to_date(path: Path) -> None:
    """What the program writes about itself stands in the docs; `make docs` renews it."""
    assert path.read_text() == generated()[path]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file that is there."""
    targets = LINK.findall(page.read_text())

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize(
    ("page", "line"),
    [
        (page, line.split("#")[0].strip(" &"))
        for page, text in blocks("sh")
        for line in text.replace("\\\n", " ").splitlines()
        if re.search(r"(^|\s)simulator\s", line) and "pip install" not in line
    ],
)
def test_a_command_in_the_docs_is_understood(page: str, line: str) -> None:
    """Every documented command line parses: commands, options and values exist."""
    words = shlex.split(line)
    words = words[words.index("simulator") + 1 :]
    words = words[: words.index("&&")] if "&&" in words else words

    parsed(program, words)


def parsed(command: click.Command, words: list[str]) -> None:
    """Parse a command line down to its last command, without running it."""
    if isinstance(command, Deferred):
        command = command.loaded()
    if isinstance(command, click.Group) and words and not words[0].startswith("-"):
        child = command.get_command(click.Context(command), words[0])
        assert child is not None, words[0]
        parsed(child, words[1:])
    else:
        command.make_context(command.name, words)


@pytest.mark.slow
@pytest.mark.parametrize(("page", "text"), blocks("python"))
async def test_python_in_the_docs_runs(
    page: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every Python example runs as it stands, in a project of its own."""
    for part in ("personas", "scenarios", "graphs"):
        shutil.copytree(ROOT / part, tmp_path / part)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-nothing-is-sent")
    code = compile(text, page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)

    result = eval(code, {"__name__": "docs"})  # noqa: S307 - our own examples

    if inspect.iscoroutine(result):
        await result


@pytest.mark.parametrize(("page", "text"), blocks("yaml"))
def test_yaml_in_the_docs_is_valid(page: str, text: str, tmp_path: Path) -> None:
    """Every YAML example is a scenario of our people, a persona, models or tools, or a part."""
    keys = set(re.findall(r"^(\w+):", text, re.MULTILINE))
    if keys <= Scenario.model_fields.keys() - Persona.model_fields.keys() | {"about", "cast"}:
        needed = {"title": "T", "setting": "S", "cast": "[{persona: rosa}]"}
        head = "".join(f"{key}: {value}\n" for key, value in needed.items() if key not in keys)
        file = tmp_path / "example.yaml"
        file.write_text(head + text)
        assert validate([file], project=Project(ROOT)) == []
        return
    if keys & ModelCatalog.model_fields.keys():
        place = "" if "endpoints" in keys else "endpoints: {}\n"
        read_text(place + text, file=page, model=ModelCatalog)
        return
    if keys == {"servers"}:
        read_text(text, file=page, model=ToolServers)
        return
    whole = text if "name" in keys else f"name: Somebody\n{text}"
    read_text(whole, file=page, model=Persona)
