"""The graphs of a `tf.function`: one for each kind of arguments, whose random calls go on from one call of it to the next."""

from __future__ import annotations

import inspect
import weakref
from collections.abc import Hashable
from typing import Any, Callable

import numpy as np

from ..tensor import Tensor
from ..variable import Variable
from .branches import Graphs
from .eager import graph_seed, seeding
from .graphs import ELEMENT, GraphCalls


class _Graph:
    """What TensorFlow traces for one kind of arguments.

    Attributes:
        seed: the global seed then.
    """

    def __init__(self) -> None:
        self.seed = graph_seed()
        self._calls, self._since = GraphCalls(self.seed), seeding()

    def calls(self) -> GraphCalls:
        """Where its random calls are; set_seed lets them start anew, with the seed that it was traced with."""
        if self._since is not seeding():
            self._calls, self._since = GraphCalls(self.seed), seeding()
        return self._calls


class TracedFunction:
    """The graphs of one `tf.function`.

    Args:
        function: what it does.
        has_signature: it is traced once, whatever it is called with.
    """

    def __init__(self, function: Callable[..., Any], has_signature: bool) -> None:
        self._function, self._has_signature = function, has_signature
        self._graphs: dict[Hashable, _Graph] = {}
        try:
            self._signature: inspect.Signature | None = inspect.signature(function)
        except (TypeError, ValueError):  # a builtin has none
            self._signature = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function's result, as the graph for such arguments gives it."""
        function = self._function
        key = () if self._has_signature else self._key(args, kwargs)
        graph = self._graphs.get(key)
        if graph is None:
            graph = self._graphs[key] = _Graph()
        if ELEMENT.get() is not None:
            # As in TensorFlow, each call in a graph has numbers of its own, which start as all others do.
            return Graphs().run(0, lambda: function(*args, **kwargs), seed=graph.seed)
        with graph.calls().element():
            return function(*args, **kwargs)

    def _key(self, args: tuple, kwargs: dict[str, Any]) -> Hashable:
        if self._signature is not None and (kwargs or len(args) != len(self._signature.parameters)):
            try:
                bound = self._signature.bind(*args, **kwargs)
            except TypeError:  # which the call will raise
                return None
            bound.apply_defaults()
            args, kwargs = bound.args, bound.kwargs
        return _kind((args, kwargs))


def _kind(value: Any) -> Hashable:
    """Equal for arguments that TensorFlow traces once: tensors by dtype and shape, Python's values by their own."""
    if isinstance(value, Tensor):
        kind, shape = "Variable" if isinstance(value, Variable) else "Tensor", value.shape
        return kind, value.dtype.name, shape.rank, tuple(shape)
    if isinstance(value, (np.ndarray, np.generic)):
        return "Tensor", value.dtype.name, value.ndim, value.shape
    if isinstance(value, dict):
        return "dict", tuple((k, _kind(v)) for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return type(value).__name__, tuple(map(_kind, value))
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes)):
        return value
    if hasattr(type(value), "component_spec"):  # of several tensors
        return type(value).__name__, repr(value.component_spec)
    try:
        hash(value)
        return weakref.ref(value)  # the function keeps nothing alive
    except TypeError:
        return id(value)
