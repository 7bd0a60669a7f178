"""tf.debugging.assert_equal, assert_less and the like, assert_near, and the checks of signs."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from ...registry import OPS, export
from ...tensor import Tensor, as_array
from ._values import about, assertion, failed, numbers, prefix

_BINARY = {
    "equal": ("==", "tf.math.equal"),
    "none_equal": ("!=", "tf.math.not_equal"),
    "less": ("<", "tf.math.less"),
    "less_equal": ("<=", "tf.math.less_equal"),
    "greater": (">", "tf.math.greater"),
    "greater_equal": (">=", "tf.math.greater_equal"),
}
_AT_TOP = ("equal", "less", "greater")
_SIGNS: dict[str, tuple[str, str, bool]] = {
    "positive": ("> 0", "tf.math.less", True),
    "non_negative": (">= 0", "tf.math.less_equal", True),
    "negative": ("< 0", "tf.math.less", False),
    "non_positive": ("<= 0", "tf.math.less_equal", False),
}


def _limit(summarize: int | None) -> int:
    return 3 if summarize is None else 10**9 if summarize < 0 else summarize


def _holds(op: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return OPS[op].obj(Tensor(x), Tensor(y))._array()


def _differences(sign: str, x: np.ndarray, y: np.ndarray, holds: np.ndarray, most: int) -> list[Any]:
    """Which elements do not fit, in TensorFlow's lines."""
    parts: list[Any] = [f"Condition x {sign} y did not hold."]
    if most <= 0:
        return parts
    if x.shape == y.shape and x.ndim:
        wrong = ~holds
        where = np.argwhere(wrong)
        n = min(most, len(where))
        parts += [f"Indices of first {n} different values:", where[:n]]
        parts += ["Corresponding x values:", x[wrong].reshape(-1)[:n], "Corresponding y values:", y[wrong].reshape(-1)[:n]]
    for name, a in (("x", x), ("y", y)):
        n = min(a.size, most)
        parts += [f"First {n} elements of {name}:", a.reshape(-1)[:n]]
    return parts


def _binary(name: str, sign: str, op: str) -> Callable[..., None]:
    def check(x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None) -> None:
        arrays = numbers(path, x, y)
        if arrays is None:
            return
        a, b = arrays
        holds = _holds(op, a, b)
        if not holds.all():
            most = _limit(summarize)
            parts = _differences(sign, a, b, holds, most)
            raise failed(parts if message is None else [message, *parts], most)

    path = f"tf.debugging.assert_{name}"
    check.__name__ = check.__qualname__ = f"assert_{name}"
    check.__doc__ = f"""Refuse two tensors unless x {sign} y for each pair of their elements, with broadcasting.

    Args:
        x: numbers.
        y: of the same dtype.
        message: what the error begins with.
        summarize: how many elements the error shows, 3 by default; below 0: all.
        name: ignored.

    Raises:
        InvalidArgumentError: a pair does not fit, or dtypes or shapes do not.
        PlacementError: a tensor is symbolic.
    """
    return check


def _none_equal(check: Callable[..., None]) -> Callable[..., None]:
    def assert_none_equal(x: Any, y: Any, summarize: int | None = None, message: str | None = None, name: str | None = None) -> None:
        check(x, y, message, summarize, name)

    assert_none_equal.__doc__ = check.__doc__
    return assert_none_equal


for _name, (_sign, _op) in _BINARY.items():
    _check = _binary(_name, _sign, _op)
    _paths = [f"tf.debugging.assert_{_name}", *([f"tf.assert_{_name}"] if _name in _AT_TOP else [])]
    export(*_paths)(_none_equal(_check) if _name == "none_equal" else _check)


def _of_sign(name: str, what: str, op: str, zero_first: bool) -> Callable[..., None]:
    def check(x: Any, message: str | None = None, summarize: int | None = None, name: str | None = None) -> None:
        arrays = numbers(path, x)
        if arrays is None:
            return
        (a,) = arrays
        zero = np.zeros((), a.dtype)
        if not _holds(op, *((zero, a) if zero_first else (a, zero))).all():
            lines = [f"Condition x {what} did not hold element-wise:", f"x ({about(a)}) = "]
            if what == "<= 0":  # TensorFlow has these in one line
                lines = ["".join(lines)]
            raise failed([prefix(message), *lines, Tensor(a)], _limit(summarize))

    path = f"tf.debugging.assert_{name}"
    check.__name__ = check.__qualname__ = f"assert_{name}"
    check.__doc__ = f"""Refuse a tensor unless x {what} for each element.

    Args:
        x: numbers.
        message: what the error begins with.
        summarize: how many elements the error shows, 3 by default; below 0: all.
        name: ignored.

    Raises:
        InvalidArgumentError: an element does not fit.
        PlacementError: the tensor is symbolic.
    """
    return check


for _name, _about in _SIGNS.items():
    export(f"tf.debugging.assert_{_name}")(_of_sign(_name, *_about))


@export("tf.debugging.assert_near")
def assert_near(
    x: Any, y: Any, rtol: Any = None, atol: Any = None, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Refuse two tensors unless each pair of elements differs by less than `atol + rtol * |y|`.

    Args:
        x: floats.
        y: of the same dtype.
        rtol: 10 times the dtype's precision by default.
        atol: likewise.
        message: what the error begins with.
        summarize: how many elements the error shows, 3 by default; below 0: all.
        name: ignored.

    Raises:
        InvalidArgumentError: a pair differs by more, or shapes do not fit.
        ValueError: dtypes differ, or are no floats'.
        PlacementError: a tensor is symbolic.
    """
    if numbers("tf.debugging.assert_near", x, y) is None:
        return
    a = as_array(x)
    b = as_array(y, a.dtype)
    real = np.empty(0, a.dtype).real.dtype
    least = 10 * np.finfo(real).eps
    relative, absolute = (as_array(least if t is None else t, None if isinstance(t, Tensor) else real) for t in (rtol, atol))
    apart = np.abs(OPS["tf.math.subtract"].obj(Tensor(a), Tensor(b))._array())
    near = _holds("tf.math.less", np.asarray(apart), np.asarray(absolute + relative * np.abs(b)))  # NumPy makes numbers of 0 axes
    if not near.all():
        tolerance = f"x and y not equal to tolerance rtol = {Tensor(relative)!s}, atol = {Tensor(absolute)!s}"
        data = [prefix(message), tolerance, f"x ({about(a)}) = ", a, f"y ({about(b)}) = ", b]
        raise assertion(Tensor(np.asarray(near.all())), data, summarize)
