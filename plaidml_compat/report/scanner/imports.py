"""Reads import statements: which names they bind to TensorFlow's, and what they ask for that may be missing."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from .values import NOTHING, Name, Outside, only

if TYPE_CHECKING:
    from .expressions import Expressions

SEPARATE_PACKAGES = (
    "keras_cv",
    "keras_hub",
    "keras_nlp",
    "keras_tuner",
    "tensorflow_addons",
    "tensorflow_datasets",
    "tensorflow_examples",
    "tensorflow_federated",
    "tensorflow_gan",
    "tensorflow_graphics",
    "tensorflow_hub",
    "tensorflow_io",
    "tensorflow_model_optimization",
    "tensorflow_probability",
    "tensorflow_text",
    "tensorflow_transform",
    "tf_keras",
)
"""Packages of their own that compute with the real TensorFlow."""


def module_value(reader: Expressions, module: str) -> frozenset:
    """What the module of a full name is."""
    first, _, rest = module.partition(".")
    if first == "tensorflow":
        return frozenset((_held(reader, f"tf.{rest}" if rest else "tf"),))
    if first == "keras":
        return frozenset((_held(reader, module),))
    return frozenset((Outside(module),))


def separate_package(name: str) -> frozenset:
    """A package of its own that needs the real TensorFlow; nothing for others."""
    return frozenset((Name(name),)) if name in SEPARATE_PACKAGES else NOTHING


def _held(reader: Expressions, path: str) -> Name:
    """A name as the program holds it from here on: under `try` the program knows that it may not be there."""
    return Name(path, guarded=reader.found.guarded and not reader.known.module(path))


def read_import(reader: Expressions, node: ast.Import) -> None:
    """`import a.b` and `import a.b as c`."""
    for alias in node.names:
        values = module_value(reader, alias.name)
        first = alias.name.partition(".")[0]
        _take_down(reader, separate_package(first) or values, _placed(alias, node))
        if alias.asname:
            reader.scope.bind(alias.asname, values)
        else:
            reader.scope.bind(first, module_value(reader, first))


def read_import_from(reader: Expressions, node: ast.ImportFrom) -> None:
    """`from a.b import c` and `from a import *`."""
    module = "." * node.level + (node.module or "")
    values = module_value(reader, module)
    _take_down(reader, separate_package(module.partition(".")[0]), node)
    for alias in node.names:
        if alias.name == "*":
            _star(reader, values, node)
            continue
        found = reader.attribute(values, alias.name)
        found = frozenset(_held(reader, v.path) if isinstance(v, Name) else v for v in found)
        _take_down(reader, found, _placed(alias, node))
        reader.scope.bind(alias.asname or alias.name, found)


def _star(reader: Expressions, values: frozenset, node: ast.ImportFrom) -> None:
    module = only(values)
    if isinstance(module, Name) and reader.known.module(module.path):
        reader.scope.stars.append(module)
    else:
        _take_down(reader, values, node)
        reader.scope.stars.append(None)


def _take_down(reader: Expressions, values: frozenset, node: Any) -> None:
    reader.found.record(frozenset(v for v in values if isinstance(v, Name)), node)


def _placed(alias: ast.alias, node: ast.stmt) -> Any:
    """The alias, where it has a place of its own: Python 3.9's has none."""
    return alias if hasattr(alias, "lineno") else node
