"""The public names of TensorFlow: which exist, and which of them are modules."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable
from typing import Callable

from ..registry import OPS
from ..surface import V1, tensorflow_names, v1_names

# TensorFlow serves these parts at two places.
ALIASES = {
    "tf.compat.v2": "tf",
    "tf.compat.v1.compat": "tf.compat",
    "tf.losses": "tf.keras.losses",
    "tf.metrics": "tf.keras.metrics",
    "tf.optimizers": "tf.keras.optimizers",
    "tf.keras.optimizers.experimental": "tf.keras.optimizers",
    "tf.initializers": "tf.keras.initializers",
}
EMPTY_MODULES = (
    "tf.compat",
    "tf.compat.v1",
    "tf.keras.layers.experimental",
    "tf.keras.layers.experimental.preprocessing",
    "tf.keras.mixed_precision",
)
INTERNAL = "__internal__"
"""What TensorFlow's and Keras's own packages use of each other, below `tf` and `tf.keras`."""
PRIVATE_MODULES = {"tf.python": "", "tf.python.platform": "", "tf.python.platform.test": "tf.test"}
"""Modules of TensorFlow's own that programs import from -> the public module that holds the same; empty: a way to others."""
DUNDERS = ("__version__", "__git_version__", "__operators__", INTERNAL)
"""Names of TensorFlow's own among those that begin with two underscores; the others every module has."""


def canonical(name: str) -> str:
    """The name at the first of its places: `tf.losses.X` is `tf.keras.losses.X`, `tf.compat.v2.X` is `tf.X`, as much of v1 is."""
    for alias, target in ALIASES.items():
        if name == alias or name.startswith(alias + "."):
            return canonical(target + name[len(alias) :])
    return _of_v1(name) if name.startswith(V1) else name


@functools.lru_cache(4096)
def _of_v1(name: str) -> str:
    """What stands below an object that TensorFlow 2 has too, at its place there; other names as they are."""
    start = name
    while len(start) > len(V1):
        if start in v1_names():
            return canonical(v1_names()[start] + name[len(start) :])
        start = start.rpartition(".")[0]
    return name


def _prefixes(names: Iterable[str]) -> set[str]:
    """Every dotted prefix of the names that is no class or function itself."""
    found = {"tf"}
    for name in names:
        parts = name.split(".")
        found.update(".".join(parts[:i]) for i in range(1, len(parts)))
    return found


@functools.lru_cache(None)
def _tensorflow_modules() -> frozenset[str]:
    names = tensorflow_names()
    objects = {n for n, (kind, _) in names.items() if kind in "cfm"}
    modules = {n for n, (kind, _) in names.items() if kind == "M"}
    return frozenset(
        (_prefixes(names) - objects) | modules | set(ALIASES) | _prefixes(x + ".x" for x in EMPTY_MODULES) | _prefixes(v1_names())
    )


def is_module(name: str) -> bool:
    """True for the name of a module of the facade."""
    name = canonical(name)
    if name in _tensorflow_modules():
        return True
    if name in OPS or name in tensorflow_names():
        return False
    # A package that registers entries may bring modules of its own.
    return any(n.startswith(name + ".") for n in OPS)


def is_importable(name: str) -> bool:
    """True for a module that `import` finds: one of the facade's, or the way to one by TensorFlow's private modules."""
    return name in PRIVATE_MODULES or is_module(name)


def children(module: str) -> list[str]:
    """The names directly below a module that are known to TensorFlow or the registry."""
    start = canonical(module) + "."
    everything = (*tensorflow_names(), *OPS, *EMPTY_MODULES, *(v1_names() if start.startswith(V1) else ()))
    names = {n[len(start) :].partition(".")[0] for n in everything if n.startswith(start)}
    names |= {a.rpartition(".")[2] for a in ALIASES if a.rpartition(".")[0] == module}
    return sorted(n for n in names if not n.startswith("_") or n.startswith("__"))


def closest(name: str, candidates: Iterable[str], fits: Callable[[str], bool] = lambda candidate: True) -> str:
    """ "; did you mean ...?" with the nearest candidate that fits, or nothing; only those that are near are asked about."""
    listed = list(candidates)
    near = difflib.get_close_matches(name, listed, max(len(listed), 1), 0.6)
    return next((f"; did you mean {c!r}?" for c in near if fits(c)), "")
