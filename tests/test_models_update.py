"""`simulator models update`: a third party's list prices as a diff that keeps what people wrote."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from simulator.authoring.list_prices import ListPrices
from simulator.authoring.models_file import ModelsFile
from simulator.authoring.price_update import NewPrice, price_update
from simulator.definitions.project import Project
from simulator.errors import InvalidFiles, UsageError
from tests.cli_samples import ROOT, simulate
from tests.price_samples import ENDPOINTS, NOW, PLAIN, entry_in, update_of, write_list, write_models

LONG = "long_prompt: {above: 200000, in: 2, out: 1.5}"
TODAY = "checked_on: 2026-11-20"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test starts in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def tiered(base: float, long: float, *, start: int = 200_000) -> dict[str, Any]:
    """A price that is another one for long prompts."""
    return {"base": base, "tiers": [{"start": start, "price": long}]}


@pytest.mark.parametrize(
    ("entry", "prices", "new"),
    [
        ("{price: {in: 2, out: 4}}", PLAIN, "{price: {in: 1, out: 4}, checked_on: 2026-11-20}"),
        (
            '{price: {in: "2.50", out: 4.00}, context: 9}',
            PLAIN,
            "{price: {in: 1, out: 4.00}, context: 9, checked_on: 2026-11-20}",
        ),
        (
            "{price: {in: 1, out: 4}, checked_on: 2026-11-20}",
            {**PLAIN, "cache_read_mtok": 0.125, "cache_write_mtok": 1.25},
            "{price: {in: 1, cached: 0.125, cache_write: 1.25, out: 4}, checked_on: 2026-11-20}",
        ),
        ("{context: 9}", PLAIN, "{price: {in: 1, out: 4}, context: 9, checked_on: 2026-11-20}"),
        ("{}", PLAIN, "{price: {in: 1, out: 4}, checked_on: 2026-11-20}"),
        (
            "{price: {in: 1, out: 4}, max_output: 9, checked_on: 2026-11-20}",
            {"input_mtok": tiered(1, 2), "output_mtok": tiered(4, 6)},
            f"{{price: {{in: 1, out: 4}}, {LONG.replace('1.5', '1.50')}, max_output: 9, {TODAY}}}",
        ),
        (
            f"{{price: {{in: 1, out: 4}}, long_prompt: {{above: 9, in: 3, out: 1.5}}, {TODAY}}}",
            {"input_mtok": tiered(1, 2), "output_mtok": tiered(4, 6)},
            f"{{price: {{in: 1, out: 4}}, {LONG}, {TODAY}}}",
        ),
    ],
)
def test_figures_change_and_nothing_else(here: Path, entry: str, prices: object, new: str) -> None:
    """New ones stand where people write them; what is equal keeps its spelling."""
    update = update_of(write_models(here, entry), write_list(here, prices))

    assert entry_in(update) == new
    assert update.differs


def test_batch_and_flex_are_factors(here: Path) -> None:
    """Where one factor tells all prices; a cache with another one is told in words."""
    variants = [
        {"when": {"processing": "batch"}, "prices": {"input_mtok": 0.5, "output_mtok": 2}},
        {"when": {"service_tier": "flex"}, "prices": {"input_mtok": 0.6, "output_mtok": 2}},
    ]
    path = write_list(here, {**PLAIN, "cache_read_mtok": 0.1}, price_variants=variants)
    update = update_of(write_models(here, "{price: {in: 1, cached: 0.1, out: 4}}"), path)

    assert update.prices == (NewPrice(model="acme/m", field="batch", old="", new="0.50"),)
    assert update.notes == (
        ("acme/m", "batch has another price for the cache than the factor says"),
        ("acme/m", "flex has prices of its own, which one factor cannot tell"),
    )


def test_nothing_is_ever_taken_away(here: Path) -> None:
    """What the list lacks or calls zero stays, and is told."""
    kept = "{price: {in: 1, cached: 0.1, cache_write: 2, out: 4}, batch: 0.5, flex: 0.5, "
    kept += "long_prompt: {above: 9, in: 2, out: 2}, checked_on: 2026-11-20}"
    update = update_of(write_models(here, kept), write_list(here, {**PLAIN, "cache_read_mtok": 0}))

    assert not update.differs
    assert [note for _, note in update.notes] == [
        "the list says zero of `cached`: 0.10 is kept",
        "the list says nothing of `cache_write`: 2 is kept",
        "the list tells no factor for batch: 0.50 is kept",
        "the list tells no factor for flex: 0.50 is kept",
        "the list tells no factors for long prompts: ours are kept",
    ]


@pytest.mark.parametrize(
    "prices",
    [
        {"input_mtok": tiered(1, 2), "output_mtok": 4},
        {"input_mtok": tiered(1, 2), "output_mtok": tiered(4, 6, start=9)},
        {**PLAIN, "input_mtok": {"base": 1, "tiers": [{"start": 1, "price": 2}] * 2}},
        {
            "input_mtok": tiered(1, 2),
            "cache_read_mtok": tiered(0.1, 0.5),
            "output_mtok": tiered(4, 6),
        },
    ],
)
def test_tiers_that_no_factor_tells_are_told_in_words(here: Path, prices: object) -> None:
    """The price for usual prompts is compared all the same."""
    update = update_of(write_models(here, "{price: {in: 2, out: 4}}"), write_list(here, prices))

    assert "price.in" in {one.field for one in update.prices}
    assert ("acme/m", "long prompts have prices that `long_prompt` cannot tell") in update.notes
    assert "long_prompt:" not in update.text


def test_endpoints_are_found_by_address_then_by_id(here: Path) -> None:
    """Free ones are left alone; models that the list does not know are listed."""
    models = "".join(f"  {name}: {{}}\n" for name in ("acme/m", "other/m", "home/m", "acme/new"))
    update = update_of(write_models(here, "", text=ENDPOINTS + models), write_list(here))

    assert update.known == ("acme/m", "other/m")
    assert update.unknown == ("acme/new",)
    assert "  home/m: {}\n  acme/new: {}\n" in update.text


def test_the_price_of_today_counts_and_its_day_is_told(here: Path) -> None:
    """Prices that begin later are not taken; the newest in force is the day of the list."""
    prices = [
        {"prices": {"input_mtok": 9, "output_mtok": 9}},
        {"constraint": {"start_date": "2026-11-02"}, "prices": PLAIN},
        {"constraint": {"start_date": "2026-12-01"}, "prices": {**PLAIN, "input_mtok": 5}},
    ]
    file = write_models(here, "{price: {in: 2, out: 4}, checked_on: 2026-11-01}")
    update = update_of(file, write_list(here, prices))

    assert entry_in(update) == "{price: {in: 1, out: 4}, checked_on: 2026-11-02}"
    assert update.notes == ()


def test_a_newer_check_by_hand_stays_where_nothing_differs(here: Path) -> None:
    """An older one is brought up to the day of the list."""
    later = "{price: {in: 1, out: 4}, checked_on: 2026-11-21}"
    earlier = later.replace("11-21", "01-31")
    path = write_list(here)

    assert not update_of(write_models(here, later), path).differs
    assert entry_in(update_of(write_models(here, earlier), path)) == later.replace("-21", "-20")


def test_comments_order_and_line_ends_stay(here: Path) -> None:
    """Every byte but the figure's: comments, quotes, blank lines, CRLF, byte order mark."""
    old = (
        "\ufeff# Prices\n\n"
        + ENDPOINTS
        + "  'acme/m':        # ours\n"
        + "    context: 9   # small\n\n"
        + "    price:\n"
        + "      output: 4  # dear\n"
        + "      # cheap\n"
        + "      input: 2   # was 3\n"
        + "    checked_on: 2026-11-20"
    ).replace("\n", "\r\n")
    (here / "models.yaml").write_bytes(old.encode())
    file = ModelsFile.of(Project.find(here))
    cached = {**PLAIN, "cache_read_mtok": 0.1}

    file.write(update_of(file, write_list(here, cached)).text)

    new = old.replace("input: 2 ", "input: 1 ")
    new = new.replace("# was 3", "# was 3\r\n      cached: 0.10")
    assert (here / "models.yaml").read_bytes() == new.encode()


def test_a_price_that_an_alias_repeats_is_refused_with_its_place(here: Path) -> None:
    """It could not be changed without another model's."""
    models = "  acme/new: {price: &cheap {in: 2, out: 4}}\n  acme/m: {price: *cheap}\n"
    file = write_models(here, "", text=ENDPOINTS + models)

    with pytest.raises(InvalidFiles) as caught:
        update_of(file, write_list(here))

    assert str(caught.value) == (
        "models.yaml:8:29: `in` cannot be changed here without changing something else. "
        "Write it yourself: in: 1"
    )


def test_without_write_nothing_is_written(here: Path) -> None:
    """The diff goes to stdout, what it is to stderr."""
    write_models(here, "{price: {in: 2, out: 4}, checked_on: 2026-11-20}  # mine")
    before = (here / "models.yaml").read_bytes()
    write_list(here, [{"prices": PLAIN, "constraint": {"start_date": "2026-11-20"}}])

    result = simulate("models", "update", "--from", "data.json")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == ["--- a/models.yaml", "+++ b/models.yaml"]
    assert [line for line in result.stdout.splitlines() if line[:2] in {"- ", "+ "}] == [
        "-  acme/m: {price: {in: 2, out: 4}, checked_on: 2026-11-20}  # mine",
        "+  acme/m: {price: {in: 1, out: 4}, checked_on: 2026-11-20}  # mine",
    ]
    assert result.stderr.splitlines() == [
        "List prices of a third party: data.json, prices up to 2026-11-20.",
        "Your provider's own page is what counts: look through the diff before you write it.",
        "The list knows 1 of your models: 1 new figure, in 1 of them.",
        "Nothing was written; --write does.",
    ]
    assert (here / "models.yaml").read_bytes() == before


def test_written_it_is_what_was_shown(here: Path) -> None:
    """A link stays a link, the mode stays, and a second time there is nothing to change."""
    (here / "real").mkdir()
    write_models(here / "real", "{price: {in: 2, out: 4}}")
    (here / "real" / "models.yaml").chmod(0o640)
    (here / "models.yaml").symlink_to(here / "real" / "models.yaml")
    write_list(here)

    told = simulate("models", "update", "--from", "data.json", "--write", "--json")
    again = simulate("models", "update", "--from", "data.json", "--write")

    data = json.loads(told.stdout)
    assert data["written"]
    assert data["prices"] == [{"model": "acme/m", "field": "price.in", "old": "2", "new": "1"}]
    assert again.stdout == ""
    assert again.stderr.splitlines()[-1] == "Nothing to change."
    assert (here / "models.yaml").is_symlink()
    assert (here / "real" / "models.yaml").stat().st_mode & 0o777 == 0o640
    price = ModelsFile.of(Project.find(here)).catalog.spec("acme/m").price
    assert price is not None
    assert price.input == Decimal(1)
    assert [path.name for path in (here / "real").iterdir()] == ["models.yaml"]


def test_what_somebody_wrote_meanwhile_is_not_lost(here: Path) -> None:
    """The file is not the one that was read: nothing is written."""
    file = write_models(here, "{price: {in: 2, out: 4}}")
    update = update_of(file, write_list(here))
    (here / "models.yaml").write_text("mine")

    with pytest.raises(UsageError, match=r"models\.yaml was changed meanwhile: run this again"):
        file.write(update.text)

    assert (here / "models.yaml").read_text() == "mine"


def test_the_starter_is_compared_but_never_written(here: Path) -> None:
    """What came with the simulator is not the user's."""
    before = (ROOT / "models.yaml").read_bytes()

    shown = simulate("models", "update")
    written = simulate("models", "update", "--write")

    assert shown.exit_code == 0
    assert written.exit_code == 2
    assert "simulator init DIR" in written.stderr
    assert (ROOT / "models.yaml").read_bytes() == before


def test_the_shipped_prices_agree_with_the_installed_list() -> None:
    """Whatever both know is equal; the list adds prices of the cache that we left out."""
    file = ModelsFile.of(Project.starter())
    update = price_update(file, ListPrices.installed())

    assert update.unknown == ()
    assert update.prices == ()
    assert {one.old for one in update.kept} <= {""}
    assert {one.field for one in update.kept} <= {"price.cached"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "No file is called 'list.json'."),
        ("{", "list.json cannot be read as JSON"),
        ("[1]", "list.json is no data file of genai-prices"),
        ("{}", "list.json is no data file of genai-prices"),
    ],
)
def test_a_file_that_is_no_list_is_told(here: Path, content: str | None, sentence: str) -> None:
    """One sentence, no traceback."""
    write_models(here, "{}")
    if content is not None:
        (here / "list.json").write_text(content)

    result = simulate("models", "update", "--from", "list.json")

    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert sentence in result.stderr


def test_a_file_and_the_network_are_not_taken_together(here: Path) -> None:
    """It would not be clear which counts."""
    result = simulate("models", "update", "--from", "x", "--online")

    assert result.exit_code == 2
    assert "give one of them" in result.stderr


def test_without_the_library_the_way_to_it_is_told(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an extra."""
    monkeypatch.setitem(sys.modules, "genai_prices", None)

    result = simulate("models", "update")

    assert result.exit_code == 2
    assert "genai-prices" in result.stderr
    assert "pip install" in result.stderr


@contextmanager
def published(content: bytes) -> Iterator[str]:
    """An address where the newest list is."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/data.json"
        server.shutdown()
        thread.join()


def test_newer_prices_come_over_the_librarys_own_way(here: Path) -> None:
    """They are of today, and told with their address; what cannot be had is one sentence."""
    file = write_models(here, "{price: {in: 2, out: 4}, checked_on: 2026-11-10}")
    with published(write_list(here).read_bytes()) as url:
        listed = ListPrices.fetched(url=url, now=NOW)
        update = price_update(file, listed)

    assert (listed.source, listed.as_of) == (f"genai-prices, {url}", date(2026, 11, 20))
    assert entry_in(update) == "{price: {in: 1, out: 4}, checked_on: 2026-11-20}"
    with pytest.raises(UsageError, match="cannot be had from"):
        ListPrices.fetched(url=url)
