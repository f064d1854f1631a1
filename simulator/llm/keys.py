"""API keys: from the environment, only when a question is really asked, never kept elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from simulator.definitions.model_catalog import ModelSpec
from simulator.errors import KeyMissing, KeyRefused

__all__ = ["key_for"]

_NO_KEY = "none-needed"


def key_for(spec: ModelSpec, environ: Mapping[str, str]) -> SecretStr:
    """The key of the model's endpoint; a placeholder where the endpoint needs none.

    Raises:
        KeyMissing: the endpoint needs a key and its variable is not set.
        KeyRefused: what the variable holds can be no key.
    """
    variable = spec.endpoint.key_variable
    if variable is None:
        return SecretStr(_NO_KEY)
    value = environ.get(variable, "").strip()
    if not value:
        raise KeyMissing(spec.endpoint_id, variable)
    if not value.isascii() or any(character.isspace() for character in value):
        raise KeyRefused(
            f"{variable} holds something that no API key has (a curly quote, a letter with an "
            "accent, a space or a line break): set it anew."
        )
    return SecretStr(value)
