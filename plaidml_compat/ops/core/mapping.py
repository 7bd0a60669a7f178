"""Functions applied along the first axis of tensors that have values: tf.map_fn, vectorized_map, foldl, foldr and scan."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, Callable

import numpy as np

from ...dtypes import as_dtype
from ...exceptions import PlacementError
from ...nesting import assert_same_structure, flatten, map_structure, pack_sequence_as
from ...random.branches import Graphs
from ...registry import export
from ...tensor import Tensor, as_array, is_symbolic
from ...tensor_shape import TensorShape
from ._checks import invalid


def _elements(name: str, elems: Any) -> list[np.ndarray]:
    """The leaves of a structure as arrays.

    Raises:
        PlacementError: one is symbolic.
        ValueError: there is none, or one is a scalar.
    """
    flat = flatten(elems)
    if any(is_symbolic(leaf) for leaf in flat):
        raise PlacementError(
            name,
            "a PlaidML graph holds no loops",
            "Write it with functions of whole tensors, or apply it in Dataset.map, before the batch reaches the model",
        )
    if not flat:
        raise ValueError(f"{name}: `elems` must be a tensor or a structure of tensors; received {elems!r:.200}")
    arrays = [as_array(leaf) for leaf in flat]
    if any(not a.ndim for a in arrays):
        raise ValueError(f"{name}: Elements in elems must be 1+ dimensional Tensors, not scalars; received {elems!r:.200}")
    return arrays


def _function(name: str, fn: Any) -> Callable[..., Any]:
    if not callable(fn):
        raise TypeError(f"{name}: `fn` must be callable; received {fn!r:.200}")
    return fn


def _at(elems: Any, arrays: list[np.ndarray], i: int) -> Any:
    """The structure of the slices of that number."""
    return pack_sequence_as(elems, [Tensor(np.array(a[i, ...])) for a in arrays])


def _same_length(name: str, arrays: list[np.ndarray]) -> int:
    lengths = {len(a) for a in arrays}
    if len(lengths) > 1:
        raise ValueError(f"{name}: the first sizes of all `elems` must be the same; received {sorted(lengths)}")
    return lengths.pop()


def _stacked(name: str, column: list[Any]) -> Tensor:
    shapes = {np.shape(a) for a in column}
    if len(shapes) > 1:
        raise invalid(f"{name}: the results of `fn` must have one shape; received {sorted(shapes, key=str)}")
    return Tensor(np.stack(column))


def _all_stacked(name: str, results: list[Any]) -> Any:
    """Structures of results as one of tensors with a first axis."""
    return map_structure(lambda *column: _stacked(name, [as_array(v) for v in column]), *results)


def _written(name: str, value: Any, dtype: np.dtype, known: TensorShape) -> np.ndarray:
    """One result as an array of this dtype and a compatible shape."""
    a = as_array(value) if isinstance(value, Tensor) else as_array(value, hint=dtype)
    if a.dtype != dtype:
        raise invalid(
            f"{name}: `fn` must give {as_dtype(dtype).name}, or `fn_output_signature` say what it gives; received {as_dtype(a.dtype).name}"
        )
    if not known.is_compatible_with(a.shape):
        raise ValueError(f"{name}: Incompatible shape for value ({TensorShape(a.shape)}), expected ({known})")
    return a


@export("tf.map_fn")
def map_fn(
    fn: Callable[[Any], Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
    fn_output_signature: Any = None,
) -> Any:
    """The results of a function for each slice along the first axis, stacked.

    Args:
        fn: of a structure like `elems`, without the first axis.
        elems: a tensor or a structure of tensors with one first size.
        dtype: an older name of `fn_output_signature`.
        parallel_iterations: has no effect.
        back_prop: has no effect.
        swap_memory: has no effect.
        infer_shape: has no effect: results have one shape.
        name: ignored.
        fn_output_signature: a structure like the results, of dtypes or `tf.TensorSpec`; by default results are like `elems`.

    Returns:
        A structure like the results, with a first axis.

    Raises:
        TypeError: `fn` cannot be called, or gives another structure.
        ValueError: there are no tensors, one is a scalar, first sizes differ, or results differ in shape or structure.
        InvalidArgumentError: results are of another dtype.
        PlacementError: a tensor is symbolic.
    """
    what = "tf.map_fn"
    _function(what, fn)
    arrays = _elements(what, elems)
    n = _same_length(what, arrays)
    signature = dtype if fn_output_signature is None else fn_output_signature
    given = [a.dtype for a in arrays] if signature is None else flatten(signature)
    kinds, shapes = [as_dtype(getattr(g, "dtype", g)).np_type for g in given], [TensorShape(getattr(g, "shape", None)) for g in given]
    if signature is None:
        shapes = [TensorShape(None) for _ in given]
    columns: list[list[np.ndarray]] = [[] for _ in kinds]
    graphs = Graphs()
    for i in range(n):
        result = graphs.run(0, fn, _at(elems, arrays, i))
        assert_same_structure(elems if signature is None else signature, result)
        for j, value in enumerate(flatten(result)):
            a = _written(what, value, kinds[j], shapes[j])
            shapes[j] = TensorShape(a.shape)
            columns[j].append(a)
    stacks = [
        _stacked(what, c) if c else Tensor(np.zeros((0, *(s or 0 for s in shape)) if shape.rank is not None else (0,), kind))
        for c, shape, kind in zip(columns, shapes, kinds)
    ]
    return pack_sequence_as(elems if signature is None else signature, stacks)


@export("tf.vectorized_map")
def vectorized_map(fn: Callable[[Any], Any], elems: Any, fallback_to_while_loop: bool = True, warn: bool = True) -> Any:
    """The results of a function for each slice along the first axis, stacked; here one after the other.

    Args:
        fn: of a structure like `elems`, without the first axis. What it draws differs from TensorFlow, which draws for all at once.
        elems: a tensor or a structure of tensors with one first size, or 1, which counts for all.
        fallback_to_while_loop: has no effect.
        warn: has no effect.

    Returns:
        A structure like the results, with a first axis.

    Raises:
        ValueError: there are no tensors, or one is a scalar.
        InvalidArgumentError: results differ in shape.
        PlacementError: a tensor is symbolic.
    """
    what = "tf.vectorized_map"
    _function(what, fn)
    arrays = _elements(what, elems)
    n = max(map(len, arrays))
    arrays = [np.repeat(a, n, 0) if len(a) == 1 else a for a in arrays]
    _same_length(what, arrays)
    results = [fn(_at(elems, arrays, i)) for i in range(n)]
    if not results:
        raise ValueError(f"{what}: there are no elements")
    return _all_stacked(what, results)


def _tensors(structure: Any) -> Any:
    return map_structure(lambda v: v if isinstance(v, Tensor) else Tensor(as_array(v)), structure)


def _results(what: str, fn: Any, elems: Any, initializer: Any, backwards: bool) -> Iterator[Any]:
    """A result of `fn(result before, slice)` for each slice; without an initializer the first slice is the first result."""
    _function(what, fn)
    arrays = _elements(what, elems)
    numbers = range(_same_length(what, arrays))
    held, graphs = None if initializer is None else _tensors(initializer), Graphs()
    for i in numbers[::-1] if backwards else numbers:
        slices = _at(elems, arrays, i)
        if held is None:
            held = slices
        else:
            made = graphs.run(0, fn, held, slices)
            assert_same_structure(held, made)
            held = _tensors(made)
        yield held


def _fold(what: str, fn: Any, elems: Any, initializer: Any, backwards: bool) -> Any:
    last = deque(_results(what, fn, elems, initializer, backwards), maxlen=1)
    if last:
        return last[0]
    if initializer is None:
        raise invalid(f"{what}: there are no elements, and there is no `initializer`")
    return _tensors(initializer)


@export("tf.foldl")
def foldl(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The last result of `fn(result before, slice)` along the first axis.

    Args:
        fn: of the result before and a structure like `elems`, without the first axis; it gives the next result.
        elems: a tensor or a structure of tensors with one first size.
        initializer: the first result; by default the first slice.
        parallel_iterations: has no effect.
        back_prop: has no effect.
        swap_memory: has no effect.
        name: ignored.

    Raises:
        TypeError: `fn` cannot be called, or gives another structure.
        ValueError: there are no tensors, or one is a scalar.
        PlacementError: a tensor is symbolic.
    """
    return _fold("tf.foldl", fn, elems, initializer, False)


@export("tf.foldr")
def foldr(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """`tf.foldl` from the last slice to the first."""
    return _fold("tf.foldr", fn, elems, initializer, True)


@export("tf.scan")
def scan(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """All results of `fn(result before, slice)` along the first axis, stacked; arguments as in `tf.foldl`.

    Args:
        fn: of the result before and a structure like `elems`, without the first axis; it gives the next result.
        elems: a tensor or a structure of tensors with one first size.
        initializer: the first result, which is not among those returned; by default the first slice, which is.
        parallel_iterations: has no effect.
        back_prop: has no effect.
        swap_memory: has no effect.
        infer_shape: has no effect: results have one shape.
        reverse: from the last slice to the first; results stand where their slices do.
        name: ignored.

    Raises:
        TypeError: `fn` cannot be called, or gives another structure.
        ValueError: there are no tensors, one is a scalar, or results differ in structure.
        InvalidArgumentError: results differ in shape.
        PlacementError: a tensor is symbolic.
    """
    what = "tf.scan"
    results = list(_results(what, fn, elems, initializer, reverse))
    if not results:
        raise invalid(f"{what}: there are no elements")
    return _all_stacked(what, results[::-1] if reverse else results)
