"""Recorded usage payloads against totals that were computed by hand: exact, to the nano-dollar."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.model_entry import ModelSpec, Processing
from simulator.llm.listener import Listener
from simulator.record.priced import Priced, priced
from simulator.record.usage import Usage
from simulator.record.usage_report import (
    processing_from_langchain,
    processing_named,
    usage_from_langchain,
    usage_from_openai,
)
from simulator.testing import completion
from tests.llm_samples import desk

CORPUS = Path(__file__).parent / "corpora" / "usage"
PAGES = ("chat", "processing", "responses", "audio", "lookalikes", "langchain")
PRODUCT = re.compile(r"([\d.]+)(?:\*([\d.]+))?")
Case = Mapping[str, Any]


def cases(page: str) -> list[Case]:
    """The payloads of one file."""
    found: list[Case] = yaml.safe_load((CORPUS / f"{page}.yaml").read_text(encoding="utf-8"))
    return found


CASES = [case for page in PAGES for case in cases(page)]
PRICED = [case for case in CASES if case["usage"] is not None]


@cache
def catalog() -> ModelCatalog:
    """The corpus's models, all at one endpoint, and an endpoint that is free."""
    entries = yaml.safe_load((CORPUS / "models.yaml").read_text(encoding="utf-8"))
    return ModelCatalog.model_validate(
        {
            "endpoints": {
                "corpus": {"base_url": "https://api.openai.com/v1"},
                "free": {"base_url": "http://localhost:8000/v1", "free": True},
            },
            "models": {f"corpus/{name}": entry for name, entry in entries.items()},
        }
    )


def spec_of(case: Case) -> ModelSpec:
    """The model that answered."""
    name = case["model"]
    return catalog().spec("free/any" if name == "free" else f"corpus/{name}")


def read(case: Case) -> tuple[Usage | None, Processing]:
    """What our reading makes of the payload."""
    if "metadata" in case:
        reported = case["metadata"]
        return usage_from_langchain(reported), processing_from_langchain(reported)
    if "batch_line" in case:
        return usage_from_openai(case["batch_line"]["response"]["body"]["usage"]), "batch"
    raw = case["answer"].get("usage")
    usage = usage_from_openai(raw) if isinstance(raw, Mapping) else None
    return usage, processing_named(case["answer"].get("service_tier"))


def amount(text: str | None) -> Decimal | None:
    """Dollars as they are written in the corpus."""
    return None if text is None else Decimal(text)


def by_hand(work: str) -> Decimal:
    """What a sum of products, in millionths of a dollar, comes to in whole nano-dollars."""
    products = (Decimal(a) * Decimal(b or 1) for a, b in PRODUCT.findall(work))
    return (sum(products, start=Decimal(0)) / 10**6).quantize(
        Decimal("1e-9"), rounding=ROUND_HALF_EVEN
    )


def test_the_corpus_is_large_and_its_names_are_its_own() -> None:
    """At least 60 payloads, each under one name."""
    names = [case["id"] for case in CASES]

    assert len(names) == len(set(names)) >= 60


@pytest.mark.parametrize("case", [c for c in PRICED if "work" in c], ids=lambda case: case["id"])
def test_the_arithmetic_of_the_corpus_is_right(case: Case) -> None:
    """What was computed by hand is what the sums written beside it come to."""
    listed = case.get("list_work", case["work"])

    assert by_hand(case["work"]) == amount(case["dollars"])
    assert by_hand(listed) == amount(case["list"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_payload_is_read_as_it_was_meant(case: Case) -> None:
    """Tokens and their parts, and how the answer was processed; unknown where nothing is told."""
    expected = None if case["usage"] is None else Usage(**case["usage"])

    assert read(case) == (expected, case.get("processing", "standard"))


@pytest.mark.parametrize("case", PRICED, ids=lambda case: case["id"])
def test_every_payload_costs_what_was_computed_by_hand(case: Case) -> None:
    """Charged, at standard processing, and at list price: all three to the nano-dollar."""
    usage, processing = read(case)
    assert usage is not None

    found = priced(usage, spec_of(case), processing=processing)

    assert found == Priced(
        top=amount(case["list"]),
        list=amount(case["list"]),
        standard=amount(case.get("standard", case["dollars"])),
        charged=amount(case["dollars"]),
    )


def test_the_highest_tier_is_priced_without_a_cache() -> None:
    """What the router saved is measured against the dearest model, asked for everything afresh."""
    usage = Usage(input=2_006, cached=1_920, output=300)
    luna, sol = (catalog().spec(f"corpus/{name}") for name in ("luna", "sol"))

    found = priced(usage, luna, top=sol)

    alone = priced(usage, luna)
    assert found == replace(alone, top=by_hand("2006*2 + 300*10"))


WIRED = [
    case
    for case in PRICED
    if case["usage"].get("output") and "prompt_tokens" in case.get("answer", {}).get("usage", {})
]
"""Payloads that a chat completion can carry together with words."""
TORN = {"cached-a-string", "details-a-list", "total-a-string"}
"""Reports that break a stream off, since LangChain cannot read them either."""


@pytest.mark.parametrize(
    ("case", "streams"),
    [
        (case, streams)
        for case in WIRED
        for streams in ((False,) if case["id"] in TORN else (False, True))
    ],
    ids=lambda value: value["id"] if isinstance(value, dict) else str(value),
)
async def test_the_ledger_has_what_was_computed_by_hand(case: Case, *, streams: bool) -> None:
    """Through LangChain and our transports, whole or streamed: one row with the same figures."""
    told = {
        name: case["answer"][name] for name in ("usage", "service_tier") if name in case["answer"]
    }
    body = {**completion("Well, why not?"), **told}

    async with desk(body, model=spec_of(case).name, models=catalog(), budget=Budget()) as here:
        await here.ask(listener=Listener(streams=streams))
    (outcome,) = here.outcomes

    assert (outcome.usage, outcome.processing) == (
        Usage(**case["usage"]),
        case.get("processing", "standard"),
    )
    assert (outcome.cost, outcome.instead.list) == (amount(case["dollars"]), amount(case["list"]))
