"""Where a project's files are: what its own folder holds, and what it takes from the starter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from simulator.definitions.folder import files_in, is_file, is_folder

__all__ = ["MODELS", "TOOLS", "YAML", "ProjectFiles", "is_project", "starter_folder"]

YAML = (".yaml", ".yml")
MODELS = "models.yaml"
TOOLS = "tools.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFiles:
    """The files of a project as they are at one moment, by id."""

    root: Path
    """The project's folder, where the user's own code is looked for."""
    personas: Mapping[str, Path]
    scenarios: Mapping[str, Path]
    graphs: Mapping[str, Path]
    """Graphs by bare name; the project's own before the starter's."""
    models: Path
    tools: Path | None = None
    """The file of the tool servers; None: the project has none."""

    @classmethod
    def of(cls, root: Path) -> ProjectFiles:
        """The files of the project in a folder.

        A project without models.yaml uses the starter's, one that has neither personas/ nor
        scenarios/ the starter's people and scripts; the starter's graphs are there for all.
        """
        starter = starter_folder()
        own = is_folder(root / "personas") or is_folder(root / "scenarios")
        people = root if own else starter
        graphs = (*files_in(root / "graphs", ".py"), *files_in(starter / "graphs", ".py"))
        return cls(
            root=root,
            personas=_by_stem(files_in(people / "personas", *YAML)),
            scenarios=_by_stem(files_in(people / "scenarios", *YAML)),
            graphs=_by_stem(graphs),
            models=(root if is_file(root / MODELS) else starter) / MODELS,
            tools=root / TOOLS if is_file(root / TOOLS) else None,
        )


def is_project(folder: Path) -> bool:
    """Whether a folder is a project: it has models.yaml, or both personas/ and scenarios/."""
    people = is_folder(folder / "personas") and is_folder(folder / "scenarios")
    return people or is_file(folder / MODELS)


def starter_folder() -> Path:
    """The starter project: it travels inside the package, or is the checkout around it.

    The way there is from this file on and never over the search path for modules: an editable
    install leaves a stale copy where that would find it.
    """
    package = Path(__file__).parents[1]
    packed = package / "starter"
    return packed if is_file(packed / MODELS) else package.parent


def _by_stem(files: tuple[Path, ...]) -> dict[str, Path]:
    return {file.stem: file for file in reversed(files)}
