"""Lists a folder of plug-ins: a module's file name is its name in settings and on the command line."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType


def names(package: ModuleType) -> list[str]:
    """The names of the modules in `package`, in order, without those that begin with an underscore."""
    return sorted(found.name for found in pkgutil.iter_modules(package.__path__) if not found.name.startswith("_"))


def module(package: ModuleType, name: str) -> ModuleType:
    """The module `name` of `package`, imported. Raises KeyError when the folder has no such file."""
    if name not in names(package):
        raise KeyError(name)
    return import_module(f"{package.__name__}.{name}")
