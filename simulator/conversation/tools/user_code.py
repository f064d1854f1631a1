"""A user's own Python, named in YAML: `my_tools.py:weather` or `package.module:name`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import walk_tb
from types import ModuleType

from simulator.errors import UserCodeFailed, did_you_mean

__all__ = ["load_user_code"]


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
        where = _last_line_of_the_user(error, folder)
        reason = f"{where}{type(error).__name__}: {error}"
        raise UserCodeFailed(f"{name!r} cannot be loaded: {reason}") from error
    if not hasattr(module, attribute):
        names = [known for known in vars(module) if not known.startswith("_")]
        hint = did_you_mean(attribute, names)
        raise UserCodeFailed(f"{place!r} defines no {attribute!r}. {hint}".rstrip())
    return getattr(module, attribute)


def _last_line_of_the_user(error: BaseException, folder: Path) -> str:
    """`my_tools.py:3: `, the last place below the folder that the error came through."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).name}:{error.lineno}:{error.offset}: "
    home = folder.resolve()
    frames = (frame for frame, _ in walk_tb(error.__traceback__))
    lines = [(Path(frame.f_code.co_filename), frame.f_lineno) for frame in frames]
    own = [(path, line) for path, line in lines if path.is_relative_to(home)]
    return f"{own[-1][0].relative_to(home)}:{own[-1][1]}: " if own else ""


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
