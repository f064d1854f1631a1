"""Where each key that a project names is found, without a word of what it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from simulator.definitions.project import Project
from simulator.llm.keys.environment import dotenv_of

__all__ = ["ADMIN_KEY", "KeyPlace", "Where", "key_places"]

ADMIN_KEY = "OPENAI_ADMIN_KEY"
"""The variable of the key that may read an organisation's books."""

Where = Literal["environment", ".env", "key file"]
"""Where a key may be found; the first place that has it counts."""


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """One variable that may hold a key."""

    variable: str
    used_by: tuple[str, ...]
    """The endpoints of models.yaml and the servers of tools.yaml that name it; or a command."""
    found_in: Where | None
    """None: nowhere."""


def key_places(project: Project, *, in_file: tuple[str, ...]) -> tuple[KeyPlace, ...]:
    """Every variable for a key: the project's, the organisation's, and those of the key file.

    `in_file` are the names that the key file holds. Raises InvalidFiles, and UsageError for a
    `.env` that cannot be read.
    """
    written = dotenv_of(Path.cwd() if project.is_starter else project.root)
    used = _used(project)
    names = dict.fromkeys((*used, *in_file))
    return tuple(
        KeyPlace(name, used.get(name, ()), _where(name, written, in_file)) for name in names
    )


def _used(project: Project) -> dict[str, tuple[str, ...]]:
    users: dict[str, list[str]] = {}
    for endpoint_id, endpoint in project.catalog().endpoints.items():
        for variable in endpoint.key_variables:
            users.setdefault(variable, []).append(endpoint_id)
    for server_id, server in project.tool_servers().items():
        for variable in server.variables:
            users.setdefault(variable, []).append(server_id)
    users.setdefault(ADMIN_KEY, []).append("cost --reconcile")
    return {variable: tuple(names) for variable, names in users.items()}


def _where(name: str, written: Mapping[str, str], in_file: tuple[str, ...]) -> Where | None:
    if os.environ.get(name, "").strip():
        return "environment"
    if written.get(name, "").strip():
        return ".env"
    return "key file" if name in in_file else None
