"""What ops refuse before any kernel runs: shapes that do not fit, axes that do not exist. Raises what TensorFlow raises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable

import numpy as np

from ...errors import InvalidArgumentError
from ...tensor import Tensor, as_array, broadcasts


def invalid(what: str) -> Exception:
    """An InvalidArgumentError with a message, to be raised."""
    return InvalidArgumentError(None, None, what)


def whole_numbers(value: Any) -> list[int]:
    """Whole numbers from a number, tensor, array, TensorShape or sequence of them (each of those may be a tensor)."""
    if isinstance(value, (list, tuple)):
        return [int(v) for v in value]
    if isinstance(value, int):
        return [value]
    return [int(v) for v in np.ravel(as_array(value)).tolist()]


def broadcast(op: str, *names: str) -> Callable[..., None]:
    """A check: the shapes of these arguments can be combined element by element."""

    def check(**arguments: Any) -> None:
        shapes = [arguments[n].shape for n in names if arguments[n] is not None]
        if shapes.count(shapes[0]) < len(shapes) and not broadcasts(*shapes):
            told = " vs. ".join(f"[{','.join('?' if n is None else str(n) for n in s)}]" for s in shapes)
            raise invalid(f"{op}: Incompatible shapes: {told}: sizes must be equal or 1")

    return check


def find_axis(op: str, axis: Any, ndim: int, name: str = "axis", error: Callable[[str], Exception] = invalid) -> int:
    """The axis counted from the front.

    Raises:
        InvalidArgumentError (or what `error` makes): there is no such axis.
    """
    a = int(axis)
    if not -ndim <= a < ndim:
        raise error(f"{op}: `{name}` must be from {-ndim} to {ndim - 1}; received {a}")
    return a % ndim


def find_axes(op: str, axis: Any, ndim: int) -> tuple[int, ...]:
    """Axes (a number, several, or `None`: all), counted from the front, in the order given.

    Raises:
        InvalidArgumentError: there is no such axis, or one is named twice.
    """
    if axis is None:
        return tuple(range(ndim))
    axes = tuple(find_axis(op, a, ndim) for a in whole_numbers(axis))
    if len(set(axes)) < len(axes):
        raise invalid(f"{op}: an axis is named twice; received {axis!r}")
    return axes


def axes_exist(op: str, tensor: str) -> Callable[..., None]:
    """A check: the axes named by `axis` exist."""

    def check(axis: Any = None, **arguments: Any) -> None:
        find_axes(op, axis, len(arguments[tensor].shape))

    return check


def elements(shape: Sequence[Any]) -> int | None:
    """The number of elements of a shape, `None` where a size is not known."""
    count = 1
    for size in shape:
        if size is None:
            return None
        count *= size
    return count


def is_number(value: Any) -> bool:
    """True for Python's and NumPy's numbers and eager scalar tensors, of any numeric type but bool."""
    if isinstance(value, Tensor):
        return value.is_eager and not value.ndim and (value.dtype.is_integer or value.dtype.is_floating)
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
