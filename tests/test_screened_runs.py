"""A key in what somebody wrote or said: what a run sends, keeps and tells of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from simulator import Run
from simulator.definitions.outgoing import Outgoing
from simulator.display.paragraph import paragraph_of
from simulator.record.events import CredentialFound, RunStarted
from tests.cli_samples import simulate
from tests.small_project import loader, small_project

KEY = "AKIA" + "IOSFODNN7EXAMPLE"
OFFLINE = "endpoints:\n  offline: {in_process: true, stand_in: true, free: true}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in whose scenario somebody says a key."""
    monkeypatch.chdir(small_project(tmp_path))
    scenario = tmp_path / "scenarios" / "tea.yaml"
    scenario.write_text(scenario.read_text().replace('"The kettle', f'"{KEY}! The kettle'))
    return tmp_path


def played(project: Path, *, credentials: str) -> Run:
    """A run under a rule."""
    rules = f"{OFFLINE}outgoing: {{credentials: {credentials}}}\n"
    (project / "models.yaml").write_text(rules)
    return loader(project)(turns=4).run(seed=1)


def found(run: Run) -> list[CredentialFound]:
    """What the run tells of keys."""
    return [event for event in run.events if isinstance(event, CredentialFound)]


def in_files(project: Path) -> bool:
    """Whether the key is in the database or its log."""
    return any(KEY.encode() in path.read_bytes() for path in project.glob("runs.db*"))


def test_a_key_that_is_said_is_not_kept(project: Path) -> None:
    """It is told once, after the event that begins the run, and the talk goes on."""
    run = played(project, credentials="redact")

    assert isinstance(run.events[0], RunStarted)
    (told,) = found(run)
    assert (told.names, told.handling) == (("an AWS key",), "redact")
    assert "***! The kettle is on for the vicar." in [turn.text for turn in run.turns]
    assert run.stop_reason == "phrase"
    assert not in_files(project)


def test_a_warning_keeps_what_was_said(project: Path) -> None:
    """For who tests how personas treat keys that are not real."""
    run = played(project, credentials="warn")

    assert [one.handling for one in found(run)] == ["warn"]
    assert f"{KEY}! The kettle is on for the vicar." in [turn.text for turn in run.turns]


def test_to_block_ends_the_run(project: Path) -> None:
    """At the first prompt with a key in it, and `simulator errors` tells why."""
    persona = project / "personas" / "dev.yaml"
    persona.write_text(f"{persona.read_text()}about: His key is {KEY}.\n")
    (project / "models.yaml").write_text(OFFLINE)
    loaded = loader(project)(turns=4)
    rules = Outgoing(credentials="block")
    strict = loaded.catalog.model_copy(update={"outgoing": rules})

    run = replace(loaded, catalog=strict).run(seed=1)

    errors = simulate("errors", "--json").stdout
    assert (run.stop_reason, run.exit_code) == ("failed", 1)
    assert "request_blocked" in errors
    assert "an AWS key stands in it" in errors
    assert not in_files(project)


def test_a_run_tells_it_on_every_display(project: Path) -> None:
    """In words where talk is shown, as an event in JSON."""
    (project / "models.yaml").write_text(OFFLINE)

    shown = {name: simulate("run", "tea", "--display", name).stdout for name in ("talk", "plain")}
    events = map(json.loads, simulate("run", "tea", "--json").stdout.splitlines())

    note = "warning: an AWS key was found in what is said; *** is sent and kept instead"
    assert [name for name, text in shown.items() if note not in text] == []
    assert "credential_found" in {event["kind"] for event in events}


@pytest.mark.parametrize(
    ("handling", "said"),
    [
        ("warn", "it is sent and kept as it stands"),
        ("redact", "*** is sent and kept instead"),
        ("block", "the prompt is not sent, and *** is kept instead"),
    ],
)
def test_what_is_done_is_told(handling: str, said: str) -> None:
    """And what was found, by its names."""
    event = CredentialFound(turn=1, names=("a badge", "an AWS key"), handling=handling)  # type: ignore[arg-type] # one of the three

    told = paragraph_of(event, {})

    assert told is not None
    assert told.text == f"warning: a badge and an AWS key were found in what is said; {said}"


def test_the_prompt_command_shows_what_would_be_sent(project: Path) -> None:
    """Which is not the key."""
    persona = project / "personas" / "rosa.yaml"
    persona.write_text(f"{persona.read_text()}about: Her key is {KEY}.\n")
    (project / "models.yaml").write_text(OFFLINE)

    shown = simulate("prompt", "rosa", "--scenario", "tea").stdout

    assert "Her key is ***." in shown
    assert KEY not in shown


def test_a_key_in_a_file_is_not_repeated(project: Path) -> None:
    """Where a mistake is shown with the lines around it, and in JSON."""
    key = "sk-" + "aB3dE6gH9" * 4
    (project / "models.yaml").write_text(
        f"endpoints:\n  a: {{base_url: http://x/v1, key_variable: {key}}}\n"
    )

    shown = [simulate("validate", *words) for words in ((), ("--json",))]

    assert [one.exit_code for one in shown] == [3, 3]
    assert [one for one in shown if key in one.stdout + one.stderr] == []
