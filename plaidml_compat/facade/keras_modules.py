"""Has Keras's own modules say of a name that they lack what the facade says of it: why it is not here, or that it is in tf.keras."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import FrameType, ModuleType
from typing import Any, Callable

from .. import call_sites
from ..exceptions import UnsupportedNameError
from ..journal import Journal
from ..missing import not_in_keras, why_missing
from ..registry import OPS, Unsupported
from ..surface import tensorflow_names
from . import names

_PRIVATE = "keras.src"


def install(undo: Journal) -> None:
    """Place the words; what `undo` undoes takes them away."""
    for name, module in list(sys.modules.items()):
        if f"{name}.".startswith("keras.") and isinstance(module, ModuleType) and names.is_module(f"tf.{name}"):
            undo.set(module, "__getattr__", _words_of(name))
            if not hasattr(module, "__path__"):
                undo.set(module, "__path__", [])  # or `from keras.losses import name` would ask nobody, and give no reason
    finder = _Finder()
    sys.meta_path.append(finder)
    undo.add(lambda: sys.meta_path.remove(finder) if finder in sys.meta_path else None)


def _words_of(module: str) -> Callable[[str], Any]:
    def __getattr__(attribute: str) -> Any:
        __tracebackhide__ = True
        # Imports ask the finder next; the facade looks here for what it serves.
        if not call_sites.is_engine(sys._getframe(1).f_code.co_filename):
            _refuse(f"{module}.{attribute}")
        raise AttributeError(f"module {module!r} has no attribute {attribute!r}")

    return __getattr__


def _refuse(name: str) -> None:
    """Refuse a name below `keras` that Keras 2.2.4 lacks, where there is something to say of it."""
    __tracebackhide__ = True
    full = f"tf.{name}"
    if f"{name}.".startswith(f"{_PRIVATE}."):
        reason = f"{_PRIVATE} is private, and `import keras` gives Keras 2.2.4, which has none"
        raise UnsupportedNameError(name, reason, "Use the public names: from tensorflow import keras")
    entry = OPS.get(full)
    if names.is_module(full) or not (entry is None or isinstance(entry, Unsupported)):
        raise UnsupportedNameError(name, *not_in_keras(name))
    for listed in (full, name):  # what Keras 3 alone has, by its own name
        if listed in OPS or listed in tensorflow_names():
            raise UnsupportedNameError(listed, *why_missing(listed))


class _Finder(importlib.abc.MetaPathFinder):
    """The last one asked: what it is asked for below `keras`, nobody has found."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """`None`.

        Raises:
            ModuleNotFoundError: a program imports a name that TensorFlow has and Keras 2.2.4 has not; it says why, and what to do.
        """
        if fullname.startswith("keras.") and _is_program(sys._getframe(1)):
            try:
                _refuse(fullname)
            except UnsupportedNameError as e:
                raise ModuleNotFoundError(str(e)) from e
        return None


def _is_program(frame: FrameType | None) -> bool:
    """Whether it is a program that imports here, not this package, or Keras; who only asks whether there is a module does not import."""
    imports = False
    while frame is not None and (frame.f_code.co_filename.startswith("<frozen") or frame.f_code.co_filename == importlib.__file__):
        imports |= frame.f_code.co_name == "_find_and_load"
        frame = frame.f_back
    return imports and frame is not None and not call_sites.is_engine(frame.f_code.co_filename)
