"""Which model an answer is billed as, where a server says that another one answered."""

from __future__ import annotations

import re

from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.model_entry import ModelSpec

__all__ = ["answering"]

_DATED = re.compile(r"(?:[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|\d{6}|\d{4})|-latest)$")
"""How providers write the day of a snapshot behind a model's name."""


def answering(catalog: ModelCatalog, asked: ModelSpec, name: str) -> ModelSpec:
    """The model with a price in the catalog that a server calls `name`, else the one asked for.

    A snapshot costs what its model does, unless it is listed by itself.
    """
    undated = _DATED.sub("", name)
    # Some name the model with the endpoint that it is asked at.
    own = tuple(dict.fromkeys((name, name.removeprefix(f"{asked.endpoint_id}/"))))
    exact = _listed(catalog, asked, own)
    if exact is not None:
        return exact
    if not undated or undated == _DATED.sub("", asked.model):
        return asked
    return _listed(catalog, asked, tuple(_DATED.sub("", one) for one in own)) or asked


def _listed(catalog: ModelCatalog, asked: ModelSpec, names: tuple[str, ...]) -> ModelSpec | None:
    endpoint = asked.endpoint
    for name in names:
        if name == asked.model:
            return asked
        here = f"{asked.endpoint_id}/{name}"
        if here in catalog.models or f"{endpoint.plays}/{name}" in catalog.models:
            found = catalog.spec(here)
            return found if found.price is not None else None
    return None
