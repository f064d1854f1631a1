"""The help of every command: the page in docs/, and what a shell completes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from simulator.cli.help_pages import commands_page
from simulator.cli.program import program
from simulator.record.store import Store
from tests.cli_samples import ROOT, recorded, simulate
from tests.record_samples import started


def test_the_page_of_commands_is_what_the_program_says() -> None:
    """`make docs` writes it."""
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")

    assert written == commands_page()


def test_without_a_command_there_is_help() -> None:
    """The commands in the order people meet them."""
    result = simulate()

    listed = (result.stdout + result.stderr).partition("Commands:\n")[2]
    assert [line.split()[0] for line in listed.splitlines()] == list(program.commands)


def test_every_command_is_what_its_name_says() -> None:
    """Each module's command bears the name it is listed under, and has help."""
    context = click.Context(program)

    loaded = {name: program.resolve_command(context, [name])[1] for name in program.commands}

    assert {name: command.name for name, command in loaded.items() if command} == {
        name: name for name in program.commands
    }
    assert [name for name, command in loaded.items() if not (command and command.help)] == []


@pytest.mark.parametrize(
    ("words", "incomplete", "completed"),
    [
        ([], "v", ["validate"]),
        (["runs"], "s", ["search", "show"]),
        (["run"], "focus", ["focus-group"]),
        (["demo"], "inter", ["interview-practice"]),
        (["prompt"], "r", ["rosa"]),
        (["graphs", "show"], "court", ["courtroom"]),
        (["prompt", "rosa", "--scenario"], "d", ["design-review"]),
        (["run", "x", "--model"], "openai/gpt-6-", ["openai/gpt-6-luna", "openai/gpt-6-sol"]),
        (["run", "x", "--display"], "p", ["plain"]),
        (["cost", "--run"], "@", ["@last"]),
        (["cost", "--study"], "pi", ["pilot"]),
        (["run", "x", "--study"], "pi", ["pilot"]),
    ],
)
def test_names_are_completed(
    words: list[str],
    incomplete: str,
    completed: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Commands, scenarios, personas, models, runs, studies."""
    monkeypatch.chdir(tmp_path)
    recorded(tmp_path / "runs.db")
    with Store.open(tmp_path / "runs.db") as store:
        store.journal(store.create_run("focus-group")).commit(replace(started(), study="pilot"))

    found = ShellComplete(program, {}, "simulator", "X").get_completions(words, incomplete)

    assert [item.value for item in found] == completed


def test_a_folder_without_runs_completes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says nothing about it: a shell that completes shows no errors."""
    monkeypatch.chdir(tmp_path)

    found = ShellComplete(program, {}, "simulator", "X").get_completions(["runs", "show"], "")

    assert found == []
    assert list(tmp_path.iterdir()) == []
