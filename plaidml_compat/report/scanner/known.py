"""What the registry and TensorFlow's list of names tell the scanner: which names go on, and what a call of one gives."""

from __future__ import annotations

import builtins
import difflib
import functools
import inspect
from typing import Any

from ...data.dataset import Dataset
from ...facade.names import DUNDERS, canonical, is_module
from ...registry import OPS, Op
from ...surface import in_tensorflow, tensorflow_names
from .. import names, refusals
from . import plain_keras
from .arguments_taken import strings
from .values import OTHER, UNKNOWN, Instance, Name, Several, Value

DATASET = "tf.data.Dataset"
_A_DATASET = frozenset((Instance(DATASET),))


def tf_path(path: str) -> str:
    """`keras.X` as TensorFlow calls it."""
    return f"tf.{path}" if plain_keras.is_name(path) else path


def called(path: str) -> Any:
    """What a program calls under a name, of `keras.X` what `import keras` gives; `None` for a name of TensorFlow's that is not served."""
    return plain_keras.reached(path) if plain_keras.is_name(path) else names.find(path)


def nobody_has(path: str) -> bool:
    """True for a name that neither TensorFlow nor Keras 2.2.4 has."""
    return names.about(path).status == "unknown" and not plain_keras.has(path)


class Known:
    """Answers about names, each found out once."""

    def __init__(self) -> None:
        self._extended: dict[tuple[str, str], str | None] = {}
        self._results: dict[str, frozenset] = {}
        self._modules: dict[str, bool] = {}

    def module(self, path: str) -> bool:
        """True for a module of TensorFlow's, or of Keras 2.2.4 alone."""
        found = self._modules.get(path)
        if found is None:
            found = self._modules[path] = is_module(tf_path(path)) or plain_keras.is_module(path)
        return found

    def extend(self, name: Name, attribute: str) -> Name | None:
        """The name that `name.attribute` is; `None` for what every module has, which is not TensorFlow's."""
        if name.ended:
            return name
        key = name.path, attribute
        if key not in self._extended:
            self._extended[key] = self._extend(name.path, attribute)
        path = self._extended[key]
        if path is None:
            return None
        return Name(path, name.guarded, name.of_instance, ended=path == name.path)

    def _extend(self, path: str, attribute: str) -> str | None:
        longer = f"{path}.{attribute}"
        if self.module(path):
            dunder = attribute.startswith("__") and attribute not in DUNDERS
            return None if dunder else longer
        works = names.about(path).works
        if nobody_has(path):
            return longer
        if attribute.startswith("_"):
            return path
        return longer if in_tensorflow(canonical(tf_path(longer))) or (works and names.about(longer).works) else path

    def exports(self, module: str, name: str) -> bool:
        """True where `from module import *` brings the name, or would in TensorFlow."""
        if name.startswith("_"):
            return False
        path = f"{module}.{name}"
        return names.about(path).works or plain_keras.has(path) or (in_tensorflow(tf_path(path)) and not hasattr(builtins, name))

    def on_instance(self, of: str, attribute: str, derived: bool = False) -> Name | None:
        """The method of an instance, where it is certain to be used or to be missing.

        Args:
            of: the class's name.
            attribute: the method's.
            derived: it is an instance of a class of the program that derives from `of`.
        """
        path = f"{of}.{attribute}"
        if of == DATASET and (in_tensorflow(path) or path in OPS):
            return Name(path, of_instance=True)
        cls = _served(of)
        limited = refusals.method_of(cls, attribute) if isinstance(cls, type) else ""
        if limited:
            return Name(limited, of_instance=True)
        missing = _missing_method(cls, attribute) if isinstance(cls, type) and of != DATASET else ""
        if missing:
            return Name(missing, of_instance=True)
        return Name(path, of_instance=True) if not derived and misspelt(path) else None

    def call(self, path: str) -> frozenset:
        """What a call of a name may give."""
        if path not in self._results:
            self._results[path] = self._call(path)
        return self._results[path]

    def _call(self, path: str) -> frozenset:
        if path.startswith(f"{DATASET}.") and not names.about(path).works:
            return _A_DATASET  # sparse_batch(...).map(...): each of them is to be found
        obj = _served(path)
        if isinstance(obj, type):
            return _A_DATASET if issubclass(obj, Dataset) else frozenset((Instance(path),))
        return UNKNOWN if obj is None or isinstance(obj, Op) else _returned(obj)


def _served(path: str) -> Any:
    return names.find(tf_path(path))


def is_a_model(path: str) -> bool:
    """True for the name of a class of models."""
    cls, model = _served(path), _served("tf.keras.Model")
    return isinstance(cls, type) and issubclass(cls, model)


@functools.lru_cache(None)
def is_a_layer(path: str) -> bool:
    """True for the name of a class of layers or models that may be called on symbolic values."""
    cls, layer = _served(path), _served("tf.keras.layers.Layer")
    return isinstance(cls, type) and issubclass(cls, layer)


def may_be_hoisted(path: str) -> bool:
    """True for the name of a class of layers that run on the host at the head of a model, and whose methods get arrays there."""
    from ...layers.base import PreprocessingLayer

    cls = _served(path)
    return isinstance(cls, type) and issubclass(cls, PreprocessingLayer)


@functools.lru_cache(None)
def is_lambda(path: str) -> bool:
    """True for `tf.keras.layers.Lambda`, under any of its names."""
    return _served(path) is _served("tf.keras.layers.Lambda")


@functools.lru_cache(None)
def is_input(path: str) -> bool:
    """True for `tf.keras.Input`, under any of its names."""
    return _served(path) is _served("tf.keras.Input")


@functools.lru_cache(None)
def steps_of_models() -> frozenset[str]:
    """The methods of models that are refused where a program defines them."""
    from ...keras_backports.training import own_steps

    return own_steps.METHODS


def is_a_dataset(path: str) -> bool:
    """True for the name of a class of datasets."""
    cls = _served(path)
    return isinstance(cls, type) and issubclass(cls, Dataset)


@functools.lru_cache(None)
def _returned(function: Any) -> frozenset:
    """What a function is annotated to return, as far as it is datasets."""
    try:
        words = str(inspect.signature(function).return_annotation)
    except (TypeError, ValueError):
        return UNKNOWN
    found: set[Value] = set()
    for word in words.replace("'", "").split(" | "):
        if word == "Dataset":
            found.add(Instance(DATASET))
        elif word in ("tuple[Dataset, ...]", "list[Dataset]"):
            found.add(Several((_A_DATASET, _A_DATASET)))  # training and validation, or the two parts of a split
        else:
            found.add(OTHER)
    return frozenset(found)


@functools.lru_cache(None)
def _missing_method(cls: type, attribute: str) -> str:
    """TensorFlow's name of a method that instances of a class certainly lack here; empty: TensorFlow has none, or they may have it."""
    if _has(cls, attribute) or _may_give(cls, attribute):
        return ""
    for parent in _classes_with_methods():
        path = f"{parent}.{attribute}"
        if path in tensorflow_names():
            base = _served(parent)
            if isinstance(base, type) and issubclass(cls, base):
                return path
    return ""


@functools.lru_cache(None)
def misspelt(path: str) -> str:
    """The method of a dataset or model that was meant by one that nobody has; empty where it may be some other attribute."""
    of, _, attribute = path.rpartition(".")
    cls = _served(of)
    if not isinstance(cls, type) or not (issubclass(cls, Dataset) or is_a_model(of)):
        return ""
    if _has(cls, attribute) or (not issubclass(cls, Dataset) and _may_give(cls, attribute)):  # datasets give what their class gives
        return ""
    methods = [n for n in dir(cls) if not n.startswith("_") and callable(getattr(cls, n, None))]
    # Attributes that are set on single objects, as class_names on datasets of images, are not so near to a method.
    return next((f"{of}.{m}" for m in difflib.get_close_matches(attribute, methods, 1, 0.85)), "")


def _has(cls: type, attribute: str) -> bool:
    """Whether a class or its code has the attribute, or it is one that is not asked about."""
    return attribute.startswith("_") or hasattr(cls, attribute) or attribute in _names_in_code(cls)


def _may_give(cls: type, attribute: str) -> bool:
    """Whether a `__getattr__` may have it: not one of those that only say why something is missing, and do not name it."""
    for c in cls.__mro__:
        code = getattr(vars(c).get("__getattr__"), "__code__", None)
        if code is None and "__getattr__" in vars(c):
            return True
        if code is not None and ("no_attribute" not in code.co_names or attribute in strings(code.co_consts)):
            return True
    return False


@functools.lru_cache(None)
def _classes_with_methods() -> tuple[str, ...]:
    """The classes whose methods TensorFlow's list has."""
    return tuple(sorted({n.rpartition(".")[0] for n, (kind, _) in tensorflow_names().items() if kind == "m"}))


@functools.lru_cache(None)
def _names_in_code(cls: type) -> frozenset[str]:
    """Names that methods of a class touch: what they set on `self` is among them."""
    found: set[str] = set()
    for c in cls.__mro__:
        for member in vars(c).values():
            code = getattr(inspect.unwrap(member) if callable(member) else member, "__code__", None)
            if code is not None:
                found.update(code.co_names)
    return frozenset(found)
