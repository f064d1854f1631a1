"""`tools.yaml`: checked with places, nothing is started, and no key stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import load
from simulator.definitions.project import Project, validate
from simulator.errors import InvalidFiles
from tests.ward_project import ward_project

TOOLS_YAML = """servers:
  ward: {command: [python, server.py], env: [sk-4711], key_variable: WARD_KEY}
  lib: {url: "http://example.org/mcp", key_variable: LIB_KEY}
  both: {url: "https://a.example/mcp", command: [x], env: [A]}
  named: {url: "https://me:pass@a.example/mcp", env: [A]}
  Big: {}
"""


def test_tools_yaml_is_checked_with_places(tmp_path: Path) -> None:
    """Values of keys are refused and not repeated; nothing is started."""
    project = ward_project(tmp_path, "beds: {ward: A}")
    (tmp_path / "tools.yaml").write_text(TOOLS_YAML)

    (wrong,) = validate([tmp_path / "tools.yaml"], project=Project(project))
    (tmp_path / "tools.yaml").write_text(TOOLS_YAML.replace("sk-4711", "WARD_ENV"))
    found = validate([tmp_path / "tools.yaml"], project=Project(project))

    assert (wrong.line, wrong.column) == (2, 46)
    assert "sk-4711" not in wrong.message + wrong.hint
    assert [(one.line, one.column, one.message) for one in found] == [
        (2, 71, "`key_variable` is for a server with a url."),
        (3, 14, "A key would go to example.org unencrypted."),
        (4, 15, "'both' has a command and a url."),
        (5, 16, "No name and password belong into an address."),
        (5, 54, "`env` is for a server with a command."),
        (6, 3, "'Big' cannot be a tool server's id."),
        (6, 3, "The tool server 'Big' has neither a command nor a url."),
    ]
    assert not (tmp_path / "server.pid").exists()


@pytest.mark.parametrize(
    ("servers", "told"),
    [
        ("servers: {wart: {command: [x]}}", "No tool server is called 'ward'. "),
        ("", "No tool server is called 'ward'. Describe it in "),
        ("servers: [", ""),
    ],
)
def test_a_persona_names_a_server_that_is_there(servers: str, told: str, tmp_path: Path) -> None:
    """Where tools.yaml cannot be read, only that is told."""
    project = ward_project(tmp_path, "beds: {ward: A}")
    (tmp_path / "tools.yaml").unlink()
    if servers:
        (tmp_path / "tools.yaml").write_text(servers)

    found = validate([tmp_path / "personas"], project=Project(project))

    places = [(one.line, one.column) for one in found]
    assert places == ([(2, 9), (2, 20), (2, 31)] if told else [])
    assert all(told in f"{one.message} {one.hint}" for one in found)


def test_a_cast_is_refused_with_a_broken_tools_yaml(tmp_path: Path) -> None:
    """Every mistake in it, with its place."""
    project = ward_project(tmp_path, "beds: {ward: A}", "1")

    with pytest.raises(InvalidFiles, match=r"tools\.yaml:2:19"):
        load("bed", project=project)
