"""Packages that declare entries of their own: the entry-point group `plaidml_compat.ops`."""

from __future__ import annotations

import importlib.metadata
import sys
import warnings
from collections.abc import Iterator

from . import observe, registry
from .exceptions import PlaidMLCompatWarning

GROUP = "plaidml_compat.ops"

_packages: dict[str, str] = {}
"""Name -> the package that declared it."""


def package_of(name: str) -> str:
    """The package that declared a name; empty: this one, or nobody."""
    return _packages.get(name, "") if name in registry.OPS else ""


def load() -> None:
    """Import the module that each package names; its decorators declare what it has.

    A package that fails is left out, all of it, with a `PlaidMLCompatWarning` that names it.
    """
    for package, point in _points():
        modules, before = set(sys.modules), set(registry.OPS)
        try:
            with registry.all_or_nothing():
                point.load()
            _packages.update(dict.fromkeys(set(registry.OPS) - before, package))
        except Exception as e:
            _forget_modules(set(sys.modules) - modules, point)
            warning = PlaidMLCompatWarning(
                f"The package {package} is left out",
                f"its entry point {point.name} = {point.value} in the group {GROUP} cannot be loaded: {type(e).__name__}: {e}",
                f"Repair it, or uninstall it: pip uninstall {package}",
            )
            warning.__cause__ = e
            warnings.warn_explicit(warning, type(warning), *observe.user_site())


def _points() -> Iterator[tuple[str, importlib.metadata.EntryPoint]]:
    """Package and entry point, in the order of their names, whatever order they were installed in."""
    found: dict[tuple[str, str], importlib.metadata.EntryPoint] = {}
    for distribution in importlib.metadata.distributions():
        for point in distribution.entry_points:
            if point.group == GROUP:
                # The first on sys.path is the one that is imported.
                found.setdefault((distribution.metadata["Name"], point.name), point)
    for (package, _), point in sorted(found.items()):
        yield package, point


def _forget_modules(modules: set[str], point: importlib.metadata.EntryPoint) -> None:
    """Import them anew at the next try: what they declared is forgotten."""
    package = point.value.partition(":")[0].partition(".")[0]
    for name in modules:
        if name.partition(".")[0] == package:
            del sys.modules[name]
