"""What `simulator models update` shows: a small diff, and what it keeps since it is newer."""

from __future__ import annotations

import json
from difflib import unified_diff
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.authoring.models_file import ModelsFile
from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.yaml_file import parse
from tests.cli_samples import simulate
from tests.price_samples import ENDPOINTS, PLAIN, update_of, write_list, write_models


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test starts in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_was_checked_later_than_the_list_is_kept_and_told(here: Path) -> None:
    """The list is the older of the two; what it says stands beside what is kept."""
    later = "{price: {in: 2, out: 4}, checked_on: 2026-11-21}"
    write_models(here, later)
    write_list(here, [{"prices": PLAIN, "constraint": {"start_date": "2026-11-02"}}])

    told = simulate("models", "update", "--from", "data.json", "--write")
    data = json.loads(simulate("models", "update", "--from", "data.json", "--json").stdout)

    assert (told.exit_code, told.stdout) == (0, "")
    assert told.stderr.splitlines()[2:] == [
        "The list knows 1 of your models: no new figure.",
        "Kept, since `checked_on` in models.yaml is later than 2026-11-02:",
        "  acme/m: price.in 2 (list: 1)",
        "--overwrite-newer takes the list's figures there, too.",
        "Nothing to change.",
    ]
    assert data["prices"] == []
    assert data["kept"] == [{"model": "acme/m", "field": "price.in", "old": "2", "new": "1"}]
    assert f"  acme/m: {later}\n" in (here / "models.yaml").read_text()


def test_whoever_wants_an_older_price_gets_it_and_the_day_never_goes_back(here: Path) -> None:
    """`checked_on` is the day on which somebody looked, and nobody looks in the past."""
    write_models(here, "{price: {in: 2, out: 4}, checked_on: 2026-11-21}")
    write_list(here, [{"prices": PLAIN, "constraint": {"start_date": "2026-11-02"}}])
    command = ("models", "update", "--from", "data.json", "--write", "--overwrite-newer")

    told = simulate(*command)

    note = "acme/m: checked on 2026-11-21, later than the list's 2026-11-02: look twice."
    assert note in told.stderr.splitlines()
    assert (
        "acme/m: {price: {in: 1, out: 4}, checked_on: 2026-11-21}"
        in (here / "models.yaml").read_text()
    )


def test_a_diff_shows_only_what_differs(here: Path) -> None:
    """Lines that many models have are no reason to show a model's whole block as another one."""
    block = "    batch: 0.5\n    context: 9\n    max_output: 9\n    cache: automatic\n"
    price = "    price: {in: 2, out: 4}\n"
    names = ("m", *(f"x{number}" for number in range(60)))
    models = "".join(f"  acme/{name}:\n{price}{block}\n" for name in names)
    file = write_models(here, "", text=ENDPOINTS + models)

    shown = file.diff(update_of(file, write_list(here)).text)

    assert shown.splitlines() == [
        "--- a/models.yaml",
        "+++ b/models.yaml",
        "@@ -6,11 +6,12 @@",
        "   home: {base_url: http://127.0.0.1:2/v1, free: true}",
        " models:",
        "   acme/m:",
        "-    price: {in: 2, out: 4}",
        "+    price: {in: 1, out: 4}",
        "     batch: 0.5",
        "     context: 9",
        "     max_output: 9",
        "     cache: automatic",
        "+    checked_on: 2026-11-20",
        " ",
        "   acme/x0:",
        "     price: {in: 2, out: 4}",
    ]


@given(
    old=st.lists(st.sampled_from(["# a", "# b", "# c"]), max_size=12),
    new=st.lists(st.sampled_from(["# a", "# b", "# c"]), max_size=12),
)
def test_a_diff_is_written_as_difflib_writes_short_ones(old: list[str], new: list[str]) -> None:
    """Headers and ranges too, so that `git apply` and `patch` read it."""
    before, after = ("\n".join(["k: 1", *lines]) + "\n" for lines in (old, new))
    file = ModelsFile(
        path=Path("models.yaml"),
        own=True,
        catalog=ModelCatalog(endpoints={}),
        document=parse(before, "models.yaml"),
        _raw=before.encode(),
    )

    shown = file.diff(after)

    sides = ("a/models.yaml", "b/models.yaml")
    assert shown.splitlines() == [
        line.rstrip("\n")
        for line in unified_diff(before.splitlines(), after.splitlines(), *sides, lineterm="")
    ]
