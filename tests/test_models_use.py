"""`simulator models use`: what runs take where nobody chooses, set in the project's models.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.definitions.project import Project
from tests.cli_samples import ROOT, simulate

MINIMAL = "endpoints:\n  offline: {in_process: true, stand_in: true, free: true}\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test starts in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def mine(here: Path) -> Path:
    """A project's own models.yaml: a copy of the starter's."""
    path = here / "models.yaml"
    path.write_bytes((ROOT / "models.yaml").read_bytes())
    return path


def test_one_value_changes_and_the_way_back_is_told(mine: Path) -> None:
    """Everything else stays, byte for byte; costs and keys are told at once."""
    before = mine.read_bytes()
    tiers = Project.find(mine.parent).catalog().tiers
    firsts = (tiers.simple[0], tiers.standard[0], tiers.complex[0])

    result = simulate("models", "use", "openai")
    back = simulate("models", "use", "stand-in")

    assert result.exit_code == back.exit_code == 0
    assert result.stderr.splitlines() == [
        "models.yaml:12:1: default: stand-in -> openai",
        "To go back: simulator models use stand-in",
        f"From now on runs without --model cost money: they take {', '.join(firsts)}.",
        "What a run would cost: simulator run SCENARIO --dry-run",
        "To spend no more on one than five cents: simulator run SCENARIO --budget 0.05",
        "They need a key in OPENAI_API_KEY, which is not there yet.",
    ]
    assert back.stderr.splitlines() == [
        "models.yaml:12:1: default: openai -> stand-in",
        "To go back: simulator models use openai",
        "Runs without --model cost no dollars.",
        "The stand-in speaks then: written lines, no model.",
    ]
    assert mine.read_bytes() == before


@pytest.mark.parametrize(
    ("choice", "line"),
    [
        ("tiers", b"default: tiers"),
        ("openai/gpt-6-luna", b"default: openai/gpt-6-luna"),
        ("ollama/qwen3:8b", b"default: ollama/qwen3:8b"),
        ("ollama/my model #2", b'default: "ollama/my model #2"'),
    ],
)
def test_whatever_model_takes_can_be_chosen(mine: Path, choice: str, line: bytes) -> None:
    """It is written so that it is read again as what was chosen."""
    before = mine.read_bytes()

    simulate("models", "use", choice)

    assert mine.read_bytes() == before.replace(b"default: stand-in", line)
    assert Project.find(mine.parent).catalog().default == choice


def test_a_file_without_a_default_gets_one(here: Path) -> None:
    """As its first line; comments stay above what they are about."""
    path = here / "models.yaml"
    path.write_text(f"# Ours.\n{MINIMAL}  ollama: {{base_url: 'http://127.0.0.1:1', free: true}}\n")

    result = simulate("models", "use", "ollama/x")

    assert result.exit_code == 0
    assert path.read_text().splitlines()[:3] == ["# Ours.", "default: ollama/x", "endpoints:"]


def test_a_comment_beside_it_stays(here: Path) -> None:
    """Also where the value is in quotes."""
    path = here / "models.yaml"
    rest = f"{MINIMAL}  x: {{base_url: 'http://127.0.0.1:1'}}\n"
    path.write_text(f"default: 'stand-in'   # safe\n{rest}")

    simulate("models", "use", "x/y")

    assert path.read_text() == f"default: x/y   # safe\n{rest}"


def test_the_same_choice_changes_nothing(mine: Path) -> None:
    """That is told."""
    before = mine.stat().st_mtime_ns

    result = simulate("models", "use", "stand-in")

    assert result.stderr.splitlines()[0] == "models.yaml:12:1: default is stand-in already."
    assert mine.stat().st_mtime_ns == before


def test_a_key_that_is_set_is_told_but_never_shown(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only that it is there."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789abcdef")

    result = simulate("models", "use", "openai/gpt-6-luna")

    assert result.stderr.splitlines()[-1] == "They need a key in OPENAI_API_KEY, which is there."
    assert "0123456789" not in result.output


def test_a_model_that_is_shut_down_is_told(mine: Path) -> None:
    """It may be chosen all the same: somebody may serve it still."""
    result = simulate("models", "use", "openai/gpt-4")

    assert "Warning: 'openai/gpt-4' was shut down on 2026-10-23." in result.stderr.splitlines()


def test_the_starter_is_not_changed(here: Path) -> None:
    """Where there is no project, the way to one is told; also where it has no models.yaml."""
    before = (ROOT / "models.yaml").read_bytes()
    refused = simulate("models", "use", "openai")
    for name in ("personas", "scenarios"):
        (here / name).mkdir()
    without = simulate("models", "use", "openai")

    assert refused.exit_code == without.exit_code == 2
    assert refused.stderr == without.stderr
    assert "make a project with `simulator init DIR`" in refused.stderr
    assert (ROOT / "models.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("choice", "code", "sentence"),
    [
        ("openia", 2, "Error: No model is called 'openia'. Did you mean 'openai'?"),
        ("ollama", 3, "models.yaml:12:10: No tier of models.yaml names a model of the endpoint"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(
    mine: Path, choice: str, code: int, sentence: str
) -> None:
    """With a sentence, and nothing is written."""
    before = mine.read_bytes()

    result = simulate("models", "use", choice)

    assert result.exit_code == code
    assert result.stderr.startswith(sentence)
    assert mine.read_bytes() == before


def test_a_file_with_mistakes_is_told_with_their_places(here: Path) -> None:
    """Nothing is changed in what cannot be read."""
    path = here / "models.yaml"
    path.write_text(f"defualt: x\n{MINIMAL}")

    result = simulate("models", "use", "stand-in")

    assert result.exit_code == 3
    assert result.stderr.startswith("models.yaml:1:1: ")
    assert path.read_text().startswith("defualt: x")
