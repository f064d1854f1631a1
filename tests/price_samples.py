"""A third party's list of prices, and a models.yaml to compare with it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simulator.authoring.list_prices import ListPrices
from simulator.authoring.models_file import ModelsFile
from simulator.authoring.price_update import PriceUpdate, price_update
from simulator.definitions.project import Project

__all__ = ["ENDPOINTS", "NOW", "PLAIN", "entry_in", "update_of", "write_list", "write_models"]

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ENDPOINTS = """\
# Ours.
default: home/x
endpoints:
  acme: {base_url: https://api.acme.example/v1}   # by its address
  other: {base_url: http://127.0.0.1:1/v1}        # by its id
  home: {base_url: http://127.0.0.1:2/v1, free: true}
models:
"""
PLAIN = {"input_mtok": 1, "output_mtok": 4}


def write_list(folder: Path, prices: object = PLAIN, **more: Any) -> Path:
    """A data file of genai-prices that knows the model `m` of the provider `acme`, and `other`."""
    model = {"id": "m", "match": {"equals": "m"}, "prices": prices, **more}
    acme = {"id": "acme", "name": "Acme", "api_pattern": r"https://api\.acme\.example"}
    other = {"id": "other", "name": "Other", "api_pattern": r"https://other\.example"}
    path = folder / "data.json"
    path.write_text(json.dumps([{**acme, "models": [model]}, {**other, "models": [model]}]))
    return path


def write_models(folder: Path, entry: str, *, text: str = "") -> ModelsFile:
    """A project whose `acme/m` has this entry."""
    (folder / "models.yaml").write_text(text or f"{ENDPOINTS}  acme/m: {entry}\n")
    return ModelsFile.of(Project.find(folder))


def update_of(file: ModelsFile, path: Path) -> PriceUpdate:
    """What the file's prices would become by a list."""
    return price_update(file, ListPrices.from_file(path, now=NOW))


def entry_in(update: PriceUpdate) -> str:
    """What `acme/m` would be."""
    return update.text.partition("acme/m: ")[2].rstrip("\n")
