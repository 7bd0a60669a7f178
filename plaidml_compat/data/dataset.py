"""tf.data.Dataset: the fluent class. It has no transformations of its own: they are found in the registry."""

from __future__ import annotations

import os
import threading
import types
import weakref
from typing import Any, Callable, TypeVar

import numpy as np

from .. import random
from ..errors import OutOfRangeError
from ..exceptions import UnsupportedNameError
from ..missing import why_missing
from ..random.traces import undone
from ..random.turnstile import Cancelled
from ..registry import OPS, Entry, RegistrationError, Unsupported, export, on_declare
from ..surface import in_tensorflow
from ..tensor import Tensor, as_array
from . import state
from .ending import PATIENCE, drop
from .function import loosened
from .nest import map_nest, to_tensors
from .node import INFINITE, UNKNOWN, Node, Run, SpecUnknown
from .passes import Ended
from .running import run_of
from .spec import spec_of

_PREFIX = "tf.data.Dataset."
_F = TypeVar("_F", bound=Callable[..., Any])


def source(function: _F) -> _F:
    """Mark a dataset method that makes a dataset from nothing, such as `range`: it takes no dataset."""
    function.makes_dataset = True  # type: ignore[attr-defined]
    return function


def _find(name: str) -> Any:
    full = _PREFIX + name
    entry = OPS.get(full) if not name.startswith("_") else None
    if isinstance(entry, Unsupported) or (entry is None and not name.startswith("_") and in_tensorflow(full)):
        raise UnsupportedNameError(full, *why_missing(full))
    if entry is None:
        raise AttributeError(f"type object 'Dataset' has no attribute {name!r}")
    return entry.obj


def _names() -> list[str]:
    return [n[len(_PREFIX) :] for n in OPS if n.startswith(_PREFIX) and not isinstance(OPS[n], Unsupported)]


class _FromRegistry(type):
    """Classes whose missing attributes are the methods declared as `tf.data.Dataset.NAME`."""

    def __getattr__(cls, name: str) -> Any:
        return _find(name)

    def __dir__(cls) -> list[str]:
        return sorted({*super().__dir__(), *_names()})


@export("tf.data.Dataset")
class Dataset(metaclass=_FromRegistry):
    """A sequence of elements, made when it is iterated: nests of tensors. Immutable; each method returns a new dataset."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def __getattr__(self, name: str) -> Any:
        function = _find(name)
        return function if getattr(function, "makes_dataset", False) else types.MethodType(function, self)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *_names()})

    @property
    def element_spec(self) -> Any:
        """The nest of `tf.TensorSpec`s of its elements."""
        try:
            return self._node.spec
        except SpecUnknown:
            with random.discarded(), undone():
                first = next(self._node.begin(Run()), None)
            if first is None:
                raise ValueError("element_spec: the elements' shapes cannot be told, because there is no element") from None
            self._node._known_spec = loosened(spec_of(first))
            return self._node._known_spec

    def __iter__(self) -> DatasetIterator:
        return DatasetIterator(self)

    def __len__(self) -> int:
        n = self._node.cardinality()
        if n == INFINITE:
            raise TypeError("The dataset is infinite.")
        if n == UNKNOWN:
            raise TypeError("The dataset length is unknown.")
        return n

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        try:
            spec: Any = self._node.spec
        except SpecUnknown:
            spec = "?"
        return f"<{self._node.tf_name or f'_{type(self._node).__name__}Dataset'} element_spec={spec!r}>"


@export("tf.data.Iterator")
class DatasetIterator:
    """One pass over a dataset, which several threads may share: each element goes to one of them. Dropping it ends its threads."""

    _of_array: Any = Tensor
    _of_nest: Any = staticmethod(to_tensors)

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._lock = threading.RLock()
        self._elements = dataset._node.begin(run_of(dataset._node))
        _iterators.add(self)

    @property
    def element_spec(self) -> Any:
        """The specs of its elements."""
        return self._dataset.element_spec

    def __iter__(self) -> DatasetIterator:
        return self

    def __next__(self) -> Any:
        with self._lock:
            try:
                element = next(self._elements)
            except BaseException as e:
                closed = isinstance(e, Cancelled) and isinstance(self._elements, Ended)
                del self  # who keeps the error's traceback must not keep the threads
                if closed:
                    raise StopIteration from None
                raise
        return self._of_array(element) if type(element) is np.ndarray else self._of_nest(element)

    def get_next(self) -> Any:
        """The next element.

        Raises:
            OutOfRangeError: there is none.
        """
        try:
            return next(self)
        except StopIteration:
            raise OutOfRangeError(None, None, "End of sequence") from None

    def get_next_as_optional(self) -> Any:
        """The next element as a `tf.experimental.Optional`, which is empty at the end."""
        from .experimental.optional import get_next_as_optional  # it needs this class

        return get_next_as_optional(self)

    def close(self) -> None:
        """End it, and its threads: also for another thread that waits for an element."""
        elements, self._elements = self._elements, Ended(self._elements)
        if not self._lock.acquire(blocking=False):
            elements.interrupt()
            if not self._lock.acquire(timeout=PATIENCE):
                return  # a function runs in the other thread: its threads end when nobody has the iterator
        try:
            elements.close()
        finally:
            self._lock.release()

    def __del__(self, drop: Any = drop) -> None:
        # A traceback may hold passes within, which would otherwise end their own threads.
        if hasattr(self, "_elements"):
            drop(self._elements.close)

    def save_state(self) -> str:
        """Where it is, as JSON: what `restore_state` of another iterator over the same pipeline needs to go on from here."""
        with self._lock:
            return state.save(self._dataset._node, self._elements)

    def restore_state(self, saved: str) -> None:
        """Go on where an iterator over the same pipeline was, in this process or another, when it said `saved`.

        Raises:
            ValueError: it was another pipeline, or one of more elements, or it is no such text. Then it goes on where it is.
        """
        with self._lock:
            node = self._dataset._node
            mark, here = state.load(node, saved), self._elements.mark()
            # Closed first: its threads must not draw from generators that are being set.
            self.close()
            try:
                self._elements = state.begin(node, mark)
            except Exception:
                self._elements = node.begin(run_of(node), here)
                raise


_iterators: weakref.WeakSet[DatasetIterator] = weakref.WeakSet()


def _unlock_all() -> None:
    for iterator in _iterators:
        iterator._lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unlock_all)  # a thread that was in one of them is not in the child


def _to_numpy(leaf: Any) -> Any:
    if isinstance(leaf, np.ndarray):
        return leaf if leaf.ndim else leaf[()]
    return leaf.numpy() if hasattr(type(leaf), "component_spec") else leaf


@export("tf.data.NumpyIterator")
class NumpyIterator(DatasetIterator):
    """One pass over a dataset whose elements are nests of NumPy arrays and scalars.

    Args:
        dataset: the dataset.

    Raises:
        TypeError: it is none.
    """

    _of_array = staticmethod(_to_numpy)
    _of_nest = staticmethod(lambda element: map_nest(_to_numpy, element))

    def __init__(self, dataset: Dataset) -> None:
        super().__init__(check_dataset(dataset, "tf.data.NumpyIterator: `dataset`"))

    def next(self) -> Any:
        """The next element."""
        return next(self)

    def save(self) -> Tensor:
        """Where it is, as a scalar of text: what `restore` needs to go on from here."""
        return Tensor(np.array(self.save_state().encode(), object))

    def restore(self, state: Any) -> None:
        """Go on where an iterator over the same pipeline was when `save` returned this."""
        self.restore_state(as_array(state).item().decode())


def check_dataset(value: Any, what: str) -> Dataset:
    """The dataset itself.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, Dataset):
        raise TypeError(f"{what} must be a `tf.data.Dataset`; received {value!r} of type {type(value)}")
    return value


def scalar_int(value: Any, what: str) -> int:
    """A whole number given as a number, array or tensor.

    Raises:
        TypeError: it is none.
    """
    a = np.asarray(value)
    if a.ndim or a.dtype.kind not in "iu":
        raise TypeError(f"{what} must be a scalar integer; received {value!r}")
    return int(a)


export("tf.data.INFINITE_CARDINALITY", "tf.data.experimental.INFINITE_CARDINALITY")(INFINITE)
export("tf.data.UNKNOWN_CARDINALITY", "tf.data.experimental.UNKNOWN_CARDINALITY")(UNKNOWN)
AUTOTUNE = -1
export("tf.data.AUTOTUNE", "tf.data.experimental.AUTOTUNE")(AUTOTUNE)


def _refuse_shadowed(entry: Entry) -> None:
    for name in entry.names:
        if name.startswith(_PREFIX) and name[len(_PREFIX) :] in Dataset.__dict__:
            raise RegistrationError(f"{name}: the class Dataset defines this itself, so a method declared here would never be found")


on_declare(_refuse_shadowed)
