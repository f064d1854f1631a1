"""A key in a file is told before anything is sent: its place and whose it is, never the key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.definitions.project import Project, examined
from simulator.errors import InvalidFiles
from tests.cli_samples import ROOT, simulate
from tests.small_project import loader, small_project

KEY = "AKIA" + "IOSFODNN7EXAMPLE"
OFFLINE = "endpoints:\n  offline: {in_process: true, stand_in: true, free: true}\n"
DONE = {
    "block": "`credentials: block` under `outgoing` in models.yaml sends no prompt with it",
    "redact": "*** is sent and kept in its place",
    "warn": "it is sent and kept as it stands",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two people in whose files no key stands yet."""
    monkeypatch.chdir(small_project(tmp_path))
    handled(tmp_path, "redact")
    return tmp_path


def handled(project: Path, credentials: str, *, more: str = "") -> None:
    """What models.yaml has done with keys."""
    rules = f"outgoing: {{credentials: {credentials}{more}}}\n"
    (project / "models.yaml").write_text(OFFLINE + rules)


def add(project: Path, persona: str, text: str) -> None:
    """More lines of a persona's file."""
    path = project / "personas" / f"{persona}.yaml"
    path.write_text(f"{path.read_text()}{text}\n")


def told(project: Path) -> tuple[list[str], list[str]]:
    """Mistakes and warnings, in words."""
    verdict = examined([], project=Project(project))
    return [str(one) for one in verdict.problems], [str(one) for one in verdict.warnings]


def test_without_a_key_nothing_is_told(project: Path) -> None:
    """The words "key" and "secret" are words, and so is what stands in a comment."""
    add(project, "dev", f"secrets: [he lost the key]  # {KEY}")

    assert told(project) == ([], [])


@pytest.mark.parametrize("handling", ["redact", "warn", "block"])
def test_each_key_is_told_with_its_place_and_whose_it_is(project: Path, handling: str) -> None:
    """In cards, secrets, knowledge, parts of the cast and the scenario's own words."""
    handled(project, handling)
    add(project, "dev", f"about: 'His: {KEY}'\nsecrets:\n  - {KEY} opens it\nknowledge: [ward.md]")
    (project / "personas" / "ward.md").write_text(f"# Ward\n\nUse {KEY}.\n")
    scenario = project / "scenarios" / "tea.yaml"
    text = scenario.read_text().replace(
        "  - persona: dev\n", f"  - persona: dev\n    goals: [get {KEY}]\n"
    )
    scenario.write_text(text.replace("The kettle", f"{KEY}! The kettle"))

    mistakes, warnings = told(project)

    places = {
        "personas/dev.yaml:3:14": "the card of 'dev'",
        "personas/dev.yaml:5:5": "a secret of 'dev'",
        "personas/ward.md:3:5": "what 'dev' knows",
        "scenarios/tea.yaml:10:17": "a goal of 'dev'",
        "scenarios/tea.yaml:14:50": "`lines` of the scenario",
    }
    expected = [
        f"{place}: This looks like an AWS key, in {whose}: {DONE[handling]}. Take it out."
        for place, whose in places.items()
    ]
    assert (mistakes, warnings) == ((expected, []) if handling == "block" else ([], expected))


def test_what_would_end_a_run_is_a_mistake_before_it(project: Path) -> None:
    """`validate`, `run --dry-run`, `run` and `load` refuse it alike, and nothing is recorded."""
    handled(project, "block")
    add(project, "dev", f"secrets: [{KEY}]")
    place = "personas/dev.yaml:3:11: This looks like an AWS key, in a secret of 'dev': "

    commands = (["validate"], ["run", "tea", "--dry-run"], ["run", "tea"])
    results = [simulate(*words) for words in commands]
    with pytest.raises(InvalidFiles) as caught:
        loader(project)()

    assert [result.exit_code for result in results] == [3, 3, 3]
    assert all(place in result.output for result in results)
    assert [one.line for one in caught.value.problems] == [3]
    assert not (project / "runs.db").exists()


def test_a_warning_changes_no_exit_code(project: Path) -> None:
    """It is told before the run, and its quote, on stderr; `validate` counts it apart."""
    add(project, "dev", f"secrets: [{KEY}]")
    sentence = (
        "Warning: personas/dev.yaml:3:11: This looks like an AWS key, in a secret of 'dev': "
        "*** is sent and kept in its place. Take it out."
    )

    validated = simulate("validate")
    data = json.loads(simulate("validate", "--json").stdout)
    runs = [simulate("run", "tea", *words) for words in ((), ("--dry-run",))]

    assert validated.exit_code == 0
    assert validated.stdout.splitlines()[0] == sentence
    assert validated.stderr == "4 files, no mistakes, 1 warning.\n"
    assert [(one["severity"], one["line"]) for one in data] == [("warning", 3)]
    assert [result.stderr.splitlines()[0] for result in runs] == [sentence, sentence]
    assert [result.exit_code for result in runs] == [0, 0]


def test_the_key_itself_is_never_told(project: Path) -> None:
    """Stars stand in its place in the lines that are shown, however it is written there."""
    handled(project, "block", more=r", patterns: {a badge: '\bEMP-\d{6}\b'}")
    pem = "-----BEGIN PRIVATE KEY-----"
    body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj"
    add(project, "dev", f'about: "Badge EMP-123456, \\x41{KEY[1:]}"')
    add(project, "rosa", f"about: |\n  {pem}\n  {body}\n  -----END PRIVATE KEY-----")

    text = simulate("validate").output

    assert [secret for secret in ("123456", KEY[1:], body) if secret in text] == []
    assert f"> 3 | about: {'*' * 43}" in text
    assert [line.partition(", in")[0] for line in text.splitlines() if "looks like" in line] == [
        "personas/dev.yaml:3:8: This looks like an AWS key",
        "personas/dev.yaml:3:15: This looks like a badge",
        "personas/rosa.yaml:5:3: This looks like a private key",
    ]


def test_the_value_of_an_input_is_looked_through(project: Path) -> None:
    """It is set on the command line, and said like the rest."""
    handled(project, "block")

    result = simulate("run", "tea", "--set", f"guest={KEY}")

    assert result.exit_code == 3
    assert result.stderr.startswith("--set guest: This looks like an AWS key, in the value of an ")
    assert KEY not in result.stderr


def test_only_whoever_takes_part_is_told_of(project: Path) -> None:
    """Another persona's card is not sent."""
    handled(project, "block")
    (project / "personas" / "ilse.yaml").write_text(f"name: Ilse\nabout: {KEY}\n")

    assert loader(project)(turns=1).cast.warnings == ()
    assert len(told(project)[0]) == 1


def test_the_shipped_files_hold_no_key() -> None:
    """Neither mistakes nor warnings."""
    verdict = examined([], project=Project(ROOT))

    assert (verdict.problems, verdict.warnings) == ((), ())
