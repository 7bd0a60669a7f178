"""One size of a shape as TensorFlow 1 had it: tf.compat.v1.Dimension, tf.compat.dimension_value and dimension_at_index."""

from __future__ import annotations

import operator
from typing import Any, Callable

from ..registry import export
from ..tensor_shape import TensorShape


def _arithmetic(combine: Callable[[int, int], int]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """An operator and its swapped form; the result is not known where one of the sizes is not."""

    def straight(self: Dimension, other: Any) -> Any:
        found = _as_dimension(other)
        if found is None:
            return NotImplemented
        known = self.value is not None and found.value is not None
        return Dimension(combine(self.value, found.value) if known else None)

    def swapped(self: Dimension, other: Any) -> Any:
        found = _as_dimension(other)
        return NotImplemented if found is None else straight(found, self)

    return straight, swapped


def _comparison(compare: Callable[[int, int], bool]) -> Callable[..., Any]:
    """A comparison; `None` where one of the sizes is not known."""

    def compared(self: Dimension, other: Any) -> Any:
        found = _as_dimension(other)
        if found is None:
            return NotImplemented
        return None if self.value is None or found.value is None else compare(self.value, found.value)

    return compared


@export("tf.compat.v1.Dimension")
class Dimension:
    """The size of a shape along an axis; its `value` is `None` where it is not known."""

    def __init__(self, value: Any) -> None:
        if isinstance(value, Dimension):
            value = value.value
        elif value is not None and not hasattr(value, "__index__"):
            raise TypeError(f"Dimension value must be integer or None or have an __index__ method, got value '{value!r}'")
        self._value = None if value is None else operator.index(value)
        if self._value is not None and self._value < 0:
            raise ValueError(f"Dimension {self._value} must be >= 0")

    @property
    def value(self) -> Any:
        """The size, or `None`."""
        return self._value

    def is_compatible_with(self, other: Any) -> bool:
        """True where the sizes are equal, or one is not known."""
        return (self == Dimension(other)) is not False

    def __repr__(self) -> str:
        return f"Dimension({self._value!r})"

    def __str__(self) -> str:
        return "?" if self._value is None else str(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __int__(self) -> Any:
        return self._value

    __index__ = __int__

    __add__, __radd__ = _arithmetic(operator.add)
    __sub__, __rsub__ = _arithmetic(operator.sub)
    __mul__, __rmul__ = _arithmetic(operator.mul)
    __floordiv__, __rfloordiv__ = _arithmetic(operator.floordiv)
    __mod__, __rmod__ = _arithmetic(operator.mod)
    __hash__ = None  # type: ignore[assignment]  # as in TensorFlow
    __eq__, __ne__ = _comparison(operator.eq), _comparison(operator.ne)
    __lt__, __le__ = _comparison(operator.lt), _comparison(operator.le)
    __gt__, __ge__ = _comparison(operator.gt), _comparison(operator.ge)


def _as_dimension(value: Any) -> Dimension | None:
    """What is compared or computed with; `None`: it is no size."""
    try:
        return Dimension(value)
    except (TypeError, ValueError):
        return None


@export("tf.compat.dimension_value", "tf.compat.v1.dimension_value")
def dimension_value(dimension: Any) -> Any:
    """The size that an entry of a shape is, or `None`: of a `Dimension` its value, else itself."""
    return dimension.value if isinstance(dimension, Dimension) else dimension


@export("tf.compat.dimension_at_index", "tf.compat.v1.dimension_at_index")
def dimension_at_index(shape: TensorShape, index: int) -> Dimension:
    """The size of a shape along an axis, as a `Dimension`; one that is not known where the rank is not.

    Raises:
        IndexError: there is no such axis.
        AssertionError: it is no `tf.TensorShape`.
    """
    assert isinstance(shape, TensorShape), "tf.compat.dimension_at_index: `shape` must be a tf.TensorShape"
    return Dimension(None if shape.dims is None else shape.dims[index])
