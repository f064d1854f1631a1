"""Packages that not everybody has, loaded when a picture or a table asks for them."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

from simulator.errors import UsageError

__all__ = ["extra"]


def extra(module: str) -> ModuleType:
    """A module of a package that comes with an extra of ours.

    Raises:
        UsageError: it is not installed; the message says how to get it.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        message = f"This needs {package}: {sys.executable} -m pip install {package}"
        raise UsageError(message) from error
