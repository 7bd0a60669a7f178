"""tf.TensorShape: the shape of a tensor, of which sizes or the rank may not be known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .registry import export


@export("tf.TensorShape")
class TensorShape(tuple):
    """The shape of a tensor: a tuple of sizes, `None` where one is not known; `TensorShape(None)` knows not even the rank."""

    _unknown: bool

    def __new__(cls, dims: Iterable[Any] | int | None = None) -> TensorShape:
        if isinstance(dims, TensorShape):
            return dims
        if isinstance(dims, (int, np.integer)):
            dims = [int(dims)]
        sizes = () if dims is None else tuple(d if d is None else int(d) for d in dims)
        if any(d is not None and d < 0 for d in sizes):
            raise ValueError(f"Dimension {min(d for d in sizes if d is not None)} must be >= 0")
        self = super().__new__(cls, sizes)
        self._unknown = dims is None
        return self

    @property
    def rank(self) -> int | None:
        """Number of axes, or `None`."""
        return None if self._unknown else len(self)

    ndims = rank

    @property
    def dims(self) -> list[int | None] | None:
        """The sizes, or `None` when the rank is not known."""
        return None if self._unknown else list(self)

    def as_list(self) -> list[int | None]:
        """The sizes as a list.

        Raises:
            ValueError: the rank is not known.
        """
        if self._unknown:
            raise ValueError("as_list() is not defined on an unknown TensorShape.")
        return list(self)

    def num_elements(self) -> int | None:
        """Product of the sizes, or `None` when one is not known."""
        if self._unknown or None in self:
            return None
        return int(np.prod(self, dtype=np.int64))

    def is_fully_defined(self) -> bool:
        """True when the rank and all sizes are known."""
        return not self._unknown and None not in self

    def is_compatible_with(self, other: Any) -> bool:
        """True when some shape fits both."""
        other = TensorShape(other)
        if self._unknown or other._unknown:
            return True
        return len(self) == len(other) and all(a is None or b is None or a == b for a, b in zip(self, other))

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raise ValueError when `is_compatible_with` is false."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {TensorShape(other)} are incompatible")

    def concatenate(self, other: Any) -> TensorShape:
        """This shape followed by another."""
        other = TensorShape(other)
        return TensorShape(None) if self._unknown or other._unknown else TensorShape(tuple(self) + tuple(other))

    def with_rank(self, rank: int) -> TensorShape:
        """This shape, or `rank` unknown sizes when the rank is not known.

        Raises:
            ValueError: the rank is another one.
        """
        if self._unknown:
            return TensorShape([None] * rank)
        if len(self) != rank:
            raise ValueError(f"Shape {self} must have rank {rank}")
        return self

    def __getitem__(self, key: Any) -> Any:
        if self._unknown:
            return TensorShape(None) if isinstance(key, slice) else None
        got = super().__getitem__(key)
        return TensorShape(got) if isinstance(key, slice) else got

    def __add__(self, other: Any) -> TensorShape:
        return self.concatenate(other)

    def __radd__(self, other: Any) -> TensorShape:
        return TensorShape(other).concatenate(self)

    def __eq__(self, other: object) -> bool:
        if other is None:
            return self._unknown
        try:
            other = TensorShape(other)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return False
        return self._unknown == other._unknown and tuple.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self._unknown, tuple(self)))

    def __bool__(self) -> bool:
        return not self._unknown

    def __len__(self) -> int:
        if self._unknown:
            raise ValueError("Cannot take the length of shape with unknown rank.")
        return tuple.__len__(self)

    def __repr__(self) -> str:
        return f"TensorShape({None if self._unknown else list(self)})"

    def __str__(self) -> str:
        return "<unknown>" if self._unknown else tuple.__repr__(tuple(self))

    def __reduce__(self) -> tuple:
        return TensorShape, (self.dims,)
