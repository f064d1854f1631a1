"""Which models runs take where nobody chooses: the `default` of a project's models.yaml."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.authoring.models_file import ModelsFile
from simulator.authoring.yaml_edit import Change, written
from simulator.definitions.model_catalog import ModelCatalog

__all__ = ["DefaultChange", "default_change"]

_FIELD = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultChange:
    """Another choice as the default."""

    old: str
    new: str
    place: str
    """`models.yaml:12:1`: where it stands, or will."""
    text: str
    """The whole file as it will be."""


def default_change(file: ModelsFile, choice: str) -> DefaultChange:
    """What makes a choice the default: anything that `--model` takes.

    Raises:
        NotFound: there is no such model or endpoint.
        UsageError: the file is not the project's own.
        InvalidFiles: no tier names a model that the choice allows.
    """
    file.require_own()
    old, new = file.catalog.default, file.catalog.choose(choice).text
    if old == new and file.has(_FIELD):
        text = file.document.source.text
    else:
        order = (_FIELD, *ModelCatalog.model_fields)
        text = file.with_changes([Change(loc=(_FIELD,), text=written(new), order=order)])
    return DefaultChange(old=old, new=new, place=file.place(_FIELD), text=text)
