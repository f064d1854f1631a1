"""`simulator init`, `validate`, `models` and `prompt`: what a user writes, before it is played."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.definitions.project import STARTER_PARTS, Project
from simulator.record.store import Store
from simulator.runs.preview import preview
from tests.cli_samples import ROOT, simulate


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test starts in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def starter_files() -> dict[str, bytes]:
    """The starter project's files by their path in it."""
    paths = (
        path
        for part in STARTER_PARTS
        for path in ((ROOT / part).rglob("*") if (ROOT / part).is_dir() else [ROOT / part])
    )
    return {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in paths
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_init_copies_the_starter_project(here: Path) -> None:
    """All of it, byte for byte, and what it copied is valid and says what to do next."""
    result = simulate("init", "my-project")

    copied = {
        path.relative_to(here / "my-project").as_posix(): path.read_bytes()
        for path in (here / "my-project").rglob("*")
        if path.is_file()
    }
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[:3] == [
        f"{len(copied)} files in my-project. Now:",
        "  cd my-project",
        "  simulator validate",
    ]
    ignored = copied.pop(".gitignore").decode().splitlines()
    assert {"runs.db*", ".env"} <= set(ignored)
    assert copied == starter_files()


def test_init_leaves_a_gitignore_as_it_is(here: Path) -> None:
    """Nothing is overwritten, also where it would only help."""
    (here / ".gitignore").write_text("mine")

    simulate("init", ".")

    assert (here / ".gitignore").read_text() == "mine"


def test_init_overwrites_nothing(here: Path) -> None:
    """A folder that has one of the files is refused and stays as it was."""
    (here / "models.yaml").write_text("mine")

    result = simulate("init", ".")

    assert result.exit_code == 2
    assert result.stderr.startswith("Error: '.' has models.yaml already")
    assert [path.name for path in here.iterdir()] == ["models.yaml"]


def test_validate_says_how_much_it_read(here: Path) -> None:
    """A project without mistakes is a sentence on stderr and an empty stdout."""
    simulate("init", ".")

    result = simulate("validate")
    one = simulate("validate", "personas/rosa.yaml", "--json")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "28 files, no mistakes.\n"
    assert (one.stdout, one.stderr) == ("[]\n", "1 file, no mistakes.\n")


def test_validate_shows_every_mistake(here: Path) -> None:
    """On stdout, with the lines around it; as JSON too; exit code 3."""
    simulate("init", ".")
    (here / "personas" / "rosa.yaml").write_text("name: Rosa\nwnt: [x]\n")

    result = simulate("validate", "personas")
    data = simulate("validate", "personas", "--json")

    assert (result.exit_code, data.exit_code) == (3, 3)
    assert result.stdout == (
        "personas/rosa.yaml:2:1: `wnt` is not a field here. Did you mean `wont`?\n"
        "  1 | name: Rosa\n> 2 | wnt: [x]\n    | ^\n\n"
    )
    assert result.stderr == "17 files, 1 mistake.\n"
    assert [(p["file"], p["line"], p["column"]) for p in json.loads(data.stdout)] == [
        ("personas/rosa.yaml", 2, 1)
    ]


def test_models_are_listed_by_tier() -> None:
    """Tiers first, in the order they are tried, prices per million; what goes unused warns not."""
    result = simulate("models")
    data = json.loads(simulate("models", "list", "--json").stdout)

    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[1][:6] == ["simple", "openai/gpt-6-luna", "0.10", "0.01", "0.125", "0.50"]
    assert [line[1] for line in lines[1:]] == [model["model"] for model in data]
    assert data[0]["price"] == {
        "in": "0.1",
        "cached": "0.01",
        "cache_write": "0.125",
        "out": "0.5",
        "audio_in": None,
        "audio_out": None,
    }
    assert result.stderr == (
        "Prices are dollars per million tokens. Without --model a run takes: stand-in\n"
    )


def test_a_default_that_goes_away_is_told(here: Path) -> None:
    """Only models that are used warn: those of the tiers, and the default."""
    catalog = (ROOT / "models.yaml").read_text()
    (here / "models.yaml").write_text(catalog.replace("default: stand-in", "default: openai/gpt-4"))

    warnings = simulate("models").stderr.splitlines()[:-1]

    assert warnings == [
        "Warning: 'openai/gpt-4' was shut down on 2026-10-23; use 'openai/gpt-6-sol'."
    ]


def test_a_prompt_without_a_model_is_a_models(here: Path) -> None:
    """What only the stand-in reads is shown for the stand-in only."""
    plain = simulate("prompt", "rosa", "--scenario", "focus-group")
    cued = simulate("prompt", "rosa", "--scenario", "focus-group", "--model", "stand-in")

    assert "openai/gpt-6" in plain.stdout.splitlines()[1]
    assert ["<stand-in" in one.stdout for one in (plain, cued)] == [False, True]


def test_a_prompt_is_of_the_first_scenario_that_needs_no_input(here: Path) -> None:
    """One that cannot be played as it is comes after one that can."""
    for name in ("personas", "scenarios"):
        (here / name).mkdir()
    (here / "personas" / "ann.yaml").write_text("name: Ann\n")
    cast = "cast: [{persona: ann}]\n"
    asks = "title: Asks\nsetting: About {{ it }}.\ninputs: {it: {about: What.}}\n"
    (here / "scenarios" / "a.yaml").write_text(asks + cast)
    (here / "scenarios" / "b.yaml").write_text("title: Plain\nsetting: A room.\n" + cast)

    plain, given = simulate("prompt", "ann"), simulate("prompt", "ann", "--set", "it=tea")

    assert [one.stdout.splitlines()[0] for one in (plain, given)] == [
        "Ann in Plain, if turn 1 were theirs",
        "Ann in Asks, if turn 1 were theirs",
    ]


def test_a_model_that_goes_away_is_told_before_a_run() -> None:
    """The warning names the day and what to use instead; a quote warns too, and then refuses."""
    result = simulate("run", "focus-group", "--model", "openai/gpt-4")
    rehearsed = simulate("run", "focus-group", "--model", "openai/gpt-4", "--dry-run")

    warning = "Warning: 'openai/gpt-4' was shut down on 2026-10-23; use 'openai/gpt-6-sol'."
    assert (result.exit_code, rehearsed.exit_code) == (6, 5)
    assert [one.stderr.splitlines()[0] for one in (result, rehearsed)] == [warning, warning]


def test_the_prompt_is_what_a_run_asks(here: Path) -> None:
    """The first question of a run is the one that was shown, by its hash and by its words."""
    simulate("demo", "--seed", "44", "--display", "none")
    with Store.open(here / "runs.db", create=False) as store:
        call = store.calls(store.find_run("@last"))[0].call
    project = Project.find(here)
    catalog = project.catalog()

    shown = preview(
        project.cast("focus-group"),
        call.persona,
        catalog=catalog,
        choice=catalog.choose("stand-in"),
        today=call.at.date(),
        environ={},
    )

    assert shown.prompt.hash == call.prompt_hash
    assert (shown.route.tier, shown.route.score) == (call.tier, call.score)
    assert shown.route.reasons == call.reasons


def test_the_prompt_is_shown_with_its_sizes() -> None:
    """Who, which model and why, tokens per section, then every message, tool and schema."""
    result = simulate("prompt", "rosa", "--scenario", "focus-group", "--model", "tiers")

    lines = result.stdout.splitlines()
    headings = [line.removeprefix("--- ") for line in lines if line.startswith("--- ")]
    assert lines[:2] == [
        "Rosa Lindqvist in Three-step onboarding, if turn 1 were theirs",
        "simple tier · openai/gpt-6-luna · score 0.10: phase +0.10",
    ]
    assert headings == ["system", "user", "user", "tools", "reply schema", "other fields"]
    assert "- she already deleted the app once" in result.stdout
    assert "<stand-in>" not in result.stdout


def test_the_prompt_as_json_is_the_body_of_the_request() -> None:
    """With nothing but what the endpoint would get."""
    result = simulate("prompt", "nkechi", "--model", "openai/gpt-4.1-mini", "--json")

    body = json.loads(result.stdout)
    assert set(body) >= {"max_completion_tokens", "response_format", "tools"}
    assert body["model"] == "gpt-4.1-mini"
    assert [message["role"] for message in body["messages"]] == ["system", "user", "user"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("prompt", "roza"), "Did you mean 'rosa'?"),
        (("prompt", "rosa", "--scenario", "design-review"), "the cast of 'design-review'"),
        (
            ("prompt", "rosa", "--set", "x=1"),
            "'courtroom' has no input 'x'. Its inputs are: charge.",
        ),
        (("validate", "nosuch.yaml"), "No file or folder is called 'nosuch.yaml'."),
    ],
)
def test_names_that_nothing_bears_are_wrong_usage(words: tuple[str, ...], sentence: str) -> None:
    """Exit code 2, with the names there are."""
    result = simulate(*words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_a_persona_without_a_scenario_says_so(here: Path) -> None:
    """It names what to do."""
    simulate("init", ".")
    (here / "personas" / "lone.yaml").write_text("name: Lone\n")

    result = simulate("prompt", "lone")

    assert result.exit_code == 2
    assert result.stderr.startswith("Error: No scenario without mistakes has 'lone' in its cast")
