"""A user's own Python, named in YAML: `my_tools.py:weather` or `package.module:name`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import walk_tb
from types import ModuleType

from simulator.definitions.folder import is_file
from simulator.errors import UserCodeFailed, did_you_mean

__all__ = ["load_user_code", "raised"]

_PACKAGE = Path(__file__).parents[2]
_STANDARD = Path(os.__file__).parent
_INSTALLED = frozenset({"site-packages", "dist-packages"})
"""Folders of packages that others wrote."""


def load_user_code(name: str, *, folder: Path) -> object:
    """What `file.py:name` or `package.module:name` refers to.

    Files and modules are looked for in `folder`; modules then among the installed ones. While it
    is loaded, the code can import what stands beside it.

    Raises:
        UserCodeFailed: no such file or name, or the file raises while it is loaded.
    """
    place, _, attribute = name.rpartition(":")
    try:
        with _importable(folder):
            module = _from_file(folder / place) if place.endswith(".py") else import_module(place)
    except (Exception, SystemExit) as error:
        where = _place(error, folder)
        reason = f"{f'{where}: ' if where else ''}{type(error).__name__}: {error}"
        raise UserCodeFailed(f"{name!r} cannot be loaded: {reason}") from error
    if not hasattr(module, attribute):
        names = [known for known in vars(module) if not known.startswith("_")]
        hint = did_you_mean(attribute, names)
        raise UserCodeFailed(f"{place!r} defines no {attribute!r}. {hint}".rstrip())
    return getattr(module, attribute)


def raised(error: BaseException, *, folder: Path) -> str:
    """An error of the user's code in words, with its place: `KeyError: 'x' (my_graph.py:3)`."""
    place = _place(error, folder)
    return f"{type(error).__name__}: {error}{f' ({place})' if place else ''}"


def _place(error: BaseException, folder: Path) -> str:
    """`my_tools.py:3`, the last place in code of the user's that the error came through.

    That is neither this package nor a library; empty where there is none. A file below the folder
    is told from there on, any other by its name alone: models read it too.
    """
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).name}:{error.lineno}:{error.offset}"
    frames = (frame for frame, _ in walk_tb(error.__traceback__))
    lines = [(Path(frame.f_code.co_filename).resolve(), frame.f_lineno) for frame in frames]
    own = [(path, line) for path, line in lines if _is_own(path)]
    if not own:
        return ""
    (path, line), home = own[-1], folder.resolve()
    told = path.relative_to(home).as_posix() if path.is_relative_to(home) else path.name
    return f"{told}:{line}"


def _is_own(path: Path) -> bool:
    foreign = any(path.is_relative_to(library) for library in (_PACKAGE, _STANDARD))
    return is_file(path) and not foreign and _INSTALLED.isdisjoint(path.parts)


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    entry = str(folder.resolve())
    sys.path.insert(0, entry)
    try:
        yield
    finally:
        with suppress(ValueError):
            sys.path.remove(entry)


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    digest = blake2b(str(path.resolve()).encode(), digest_size=6).hexdigest()
    name = f"_simulator_user_{path.stem}_{digest}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
