"""The modules of the facade, and the finder that serves them as `tensorflow` and below."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from ..exceptions import UnsupportedNameError
from ..missing import why_missing
from ..registry import OPS, Unsupported
from ..surface import in_tensorflow
from . import names

ROOT = "tensorflow"
# Names of modules that TensorFlow's Keras changed since 2.2.4.
_KERAS_MODULES = {"applications.mobilenet_v2": "applications.mobilenetv2"}
_MISSING = object()
_PUBLIC = "Use the public names: tf.test.TestCase instead of test_util and googletest, tf.NAME instead of ops, tf.keras instead of keras"


def to_tf(module: str) -> str:
    """`tensorflow.keras.layers` -> `tf.keras.layers`."""
    return "tf" + module[len(ROOT) :]


def keras_place(name: str) -> tuple[Any, str] | None:
    """The module of Keras 2.2.4 in which what TensorFlow serves under a name is looked up, and what it is called there."""
    if not name.startswith("tf.keras"):
        return None
    path = name[len("tf.keras.") :]
    path = _KERAS_MODULES.get(path, path)
    module, _, attribute = path.rpartition(".")
    module = _KERAS_MODULES.get(module, module)
    try:
        return importlib.import_module("keras" + ("." + module if module else "")), attribute
    except ImportError:
        return None


def _from_keras(name: str) -> Any:
    """The object of Keras 2.2.4 that TensorFlow serves under this name, or `_MISSING`."""
    place = keras_place(name)
    value = _MISSING if place is None else getattr(*place, _MISSING)
    return _MISSING if isinstance(value, ModuleType) else value


def resolve(module: str, attribute: str) -> Any:
    """What `tensorflow...module.attribute` is.

    Raises:
        UnsupportedNameError: TensorFlow has the name, this package does not.
        AttributeError: TensorFlow does not have it either; the message names the closest name that exists.
    """
    __tracebackhide__ = True
    value = _served(module, attribute)
    if value is not _MISSING:
        return value
    name = names.canonical(f"{to_tf(module)}.{attribute}")
    if to_tf(module) in names.PRIVATE_MODULES or attribute == names.INTERNAL:
        raise UnsupportedNameError(name, "TensorFlow's private modules are not served", _PUBLIC)
    if isinstance(OPS.get(name), Unsupported) or in_tensorflow(name):
        raise UnsupportedNameError(name, *why_missing(name))
    raise AttributeError(f"module {module!r} has no attribute {attribute!r}{names.closest(attribute, dir(sys.modules[module]))}")


def _served(module: str, attribute: str) -> Any:
    """What `tensorflow...module.attribute` is, or `_MISSING`: the words why cost more than the look."""
    if to_tf(module) in names.PRIVATE_MODULES:
        public = names.PRIVATE_MODULES[to_tf(module)]
        place = f"{to_tf(module)}.{attribute}"
        if public:
            return _served(ROOT + public[len("tf") :], attribute)
        return importlib.import_module(f"{module}.{attribute}") if place in names.PRIVATE_MODULES else _MISSING
    name = names.canonical(f"{to_tf(module)}.{attribute}")
    entry = OPS.get(name)
    if entry is not None and not (isinstance(entry, Unsupported) and entry.obj is None):
        return entry.obj
    if names.is_module(name):
        return importlib.import_module(f"{module}.{attribute}")
    return _MISSING if entry is not None or attribute.startswith("_") else _from_keras(name)


class FacadeModule(ModuleType):
    """A module whose attributes are looked up when they are asked for: what is registered later is there at once."""

    __path__ = ()  # type: ignore[assignment]

    def __getattr__(self, attribute: str) -> Any:
        __tracebackhide__ = True  # what pytest shows ends at the user's line
        if attribute == "__all__":
            return [n for n in dir(self) if not n.startswith("_")]
        if attribute.startswith("__") and attribute not in names.DUNDERS:
            raise AttributeError(f"module {self.__name__!r} has no attribute {attribute!r}")
        return resolve(self.__name__, attribute)

    def __dir__(self) -> list[str]:
        found = [n for n in names.children(to_tf(self.__name__)) if _served(self.__name__, n) is not _MISSING]
        return sorted({*found, *(n for n in self.__dict__ if not n.startswith("_"))})


class FacadeFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `tensorflow` and its modules."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The spec of a facade module; `None` for modules of others.

        Raises:
            ModuleNotFoundError: a name below `tensorflow` that is no module: `from tensorflow... import name` ends here too,
                and so gets the message that explains what is missing.
        """
        if fullname != ROOT and not fullname.startswith(ROOT + "."):
            return None
        if not names.is_importable(to_tf(fullname)):
            parent, _, attribute = fullname.rpartition(".")
            if not names.is_importable(to_tf(parent)):
                return None
            try:
                resolve(parent, attribute)
            except AttributeError as e:
                raise ModuleNotFoundError(str(e)) from e
            return None
        spec = importlib.machinery.ModuleSpec(fullname, self, origin="plaidml_compat", is_package=True)
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """A facade module."""
        return FacadeModule(spec.name, f"Served by plaidml_compat: {to_tf(spec.name)}.")

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: attributes are looked up when asked for."""


def loaded() -> list[str]:
    """The facade modules in `sys.modules`."""
    return [n for n in sys.modules if n == ROOT or n.startswith(ROOT + ".")]
