"""How a stand-in that listens is asked: the command, by what models.yaml says."""

from __future__ import annotations

from simulator.definitions.model_catalog import TIERS, ModelCatalog

__all__ = ["how_to_use"]


def how_to_use(catalog: ModelCatalog, url: str, *, scenario: str, checks_keys: bool) -> str:
    """The lines to read: by the endpoint of this project whose address can be set from outside.

    `checks_keys`: the server accepts some keys alone; none of them is repeated.
    """
    found = {name: one for name, one in catalog.endpoints.items() if one.base_url_variable}
    if not found:
        return _to_write(url, checks_keys=checks_keys)
    homes = {name.partition("/")[0] for tier in TIERS for name in catalog.tiers.of(tier)}
    name = next((name for name in found if name in homes), next(iter(found)))
    model = name if name in homes else f"{name}/MODEL"
    if homes == {name}:
        model = "tiers"
    endpoint, key = found[name], "KEY" if checks_keys else "any"
    values = [f"{endpoint.base_url_variable}={url}"]
    values += [f"{variable}={key}" for variable in endpoint.key_variables[:1]]
    head = "Use it (KEY is one of those it accepts) with" if checks_keys else "Use it with"
    return f"{head}\n  {' '.join(values)} simulator run {scenario} --model {model}"


def _to_write(url: str, *, checks_keys: bool) -> str:
    """What to add to models.yaml, where no endpoint can be sent here by a variable."""
    entry, told = f"base_url: {url}, stand_in: true", ""
    if checks_keys:
        entry += ", key_variable: STAND_IN_KEY"
        told = " STAND_IN_KEY has to hold one of the keys it accepts."
    return (
        "No endpoint in models.yaml has a base_url_variable: give this one an entry there, and use "
        f"it with --model here/MODEL.{told}\n  endpoints: {{here: {{{entry}}}}}"
    )
