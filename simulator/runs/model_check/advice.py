"""What checks say of models.yaml, line by line: where it stands and what it should be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from simulator.authoring.models_file import ModelsFile
from simulator.authoring.yaml_edit import written
from simulator.runs.model_check.finding import ModelCheck, Setting
from simulator.runs.model_check.probes import supports_text

__all__ = ["Advice", "advice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One line of models.yaml to write, add or delete."""

    place: str
    """`models.yaml:14:5`."""
    doing: str
    """What to do there: `write "schema: json_object"`."""

    def __str__(self) -> str:
        return f"{self.place}: {self.doing}"


def advice(checks: Iterable[ModelCheck], file: ModelsFile) -> tuple[Advice, ...]:
    """All lines to change, each once; of several findings about a line the last one holds."""
    settings: dict[tuple[str, str, str], Setting] = {}
    for check in checks:
        for finding in check.findings:
            for one in finding.settings:
                settings[one.part, one.name, one.field] = one
    groups: dict[tuple[str, str], dict[str, str]] = {}
    for one in settings.values():
        groups.setdefault((one.part, one.name), {})[one.field] = one.text
    return tuple(
        line
        for (part, name), fields in groups.items()
        for line in _lines(part, name, fields=fields, file=file)
    )


def _lines(
    part: str, name: str, *, fields: Mapping[str, str], file: ModelsFile
) -> Iterator[Advice]:
    if not file.has(part, name):
        yield _entry(part, name, fields=fields, file=file)
        return
    for field, text in fields.items():
        line = f"`{field}: {text}`"
        place = file.place(part, name, field)
        if not text:
            yield Advice(place=place, doing=f"delete `{field}`")
        elif file.has(part, name, field):
            yield Advice(place=place, doing=f"write {line}")
        else:
            yield Advice(place=place, doing=f"add {line} to `{name}`")


def _entry(part: str, name: str, *, fields: Mapping[str, str], file: ModelsFile) -> Advice:
    """A model that is not listed: its entry has to say what was taken for granted until now."""
    supports = supports_text(file.catalog.spec(name).supports)
    told = {"supports": supports, **{field: text for field, text in fields.items() if text}}
    entry = ", ".join(f"{field}: {text}" for field, text in told.items())
    doing = f"add `{written(name)}: {{{entry}}}` under `{part}`"
    return Advice(place=file.place(part), doing=doing)
