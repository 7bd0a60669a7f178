"""Dataset.map: a function of each element, in this thread or in several."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Callable

from ...registry import export
from .. import engine
from ..dataset import Dataset, scalar_int
from ..function import UserFunction
from ..node import Node, Run


class Map(Node):
    """Applies a function; draws and results are in element order for any number of threads."""

    def __init__(self, parent: Node, function: Callable[..., Any], workers: int) -> None:
        super().__init__(parent)
        self._function, self._workers = UserFunction(function, parent), workers

    def _spec(self) -> Any:
        return self._function.spec()

    def over(self, run: Run, elements: Iterator[Any]) -> Iterator[Any]:
        calls, call = self._function.calls(run, self), self._function.run
        if self._workers:
            return engine.parallel_map(elements, lambda element: call(element, calls), self._workers)
        return _serial(elements, call, calls)


def _serial(elements: Iterator[Any], call: Callable[..., Any], calls: Any) -> Iterator[Any]:
    with closing(elements):  # type: ignore[type-var]
        for element in elements:
            result = call(element, calls)
            del element
            yield result
            del result


@export("tf.data.Dataset.map")
def map(
    dataset: Dataset,
    map_func: Callable[..., Any],
    num_parallel_calls: int | None = None,
    deterministic: bool | None = None,
    name: str | None = None,
) -> Dataset:
    """Apply a function to each element.

    Args:
        dataset: the elements.
        map_func: gets a tuple's components as arguments, any other element as its only one; returns a nest of tensors.
        num_parallel_calls: number of threads, or `tf.data.AUTOTUNE`; `None`: none. The results and random draws do not
            depend on it, unless two parallel maps of one pipeline draw from the same generator (use the same random layer): then
            threads decide which of the two draws first. Give each its own.
        deterministic: has no effect: the order is always that of the elements.
        name: ignored.
    """
    if not callable(map_func):
        raise ValueError(f"tf.data.Dataset.map: `map_func` must be callable; received {map_func!r}")
    if num_parallel_calls is None:
        if deterministic is not None:
            warnings.warn(
                "The `deterministic` argument has no effect unless the `num_parallel_calls` argument is specified.",
                stacklevel=2,
            )
        return Dataset(Map(dataset._node, map_func, 0))
    n = scalar_int(num_parallel_calls, "tf.data.Dataset.map: `num_parallel_calls`")
    if n < 1 and n != -1:
        from ...errors import InvalidArgumentError

        raise InvalidArgumentError(None, None, f"tf.data.Dataset.map: num_parallel_calls must be greater than zero; received {n}")
    return Dataset(Map(dataset._node, map_func, engine.workers_for(n)))
