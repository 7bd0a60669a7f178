"""A batch of arrays of different sizes: what `ragged_batch` makes, in the place of `tf.RaggedTensor`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..dtypes import DType, as_dtype
from ..registry import unsupported
from ..tensor import Tensor, as_array
from ..tensor_shape import TensorShape


class RaggedTensorSpec:
    """The spec of such a batch, as TensorFlow's."""

    def __init__(self, shape: Any, dtype: Any = "float32", ragged_rank: int | None = None, row_splits_dtype: Any = "int64") -> None:
        self._shape, self._dtype, self._row_splits_dtype = TensorShape(shape), as_dtype(dtype), as_dtype(row_splits_dtype)
        self._ragged_rank = len(self._shape) - 1 if ragged_rank is None else int(ragged_rank)

    @property
    def shape(self) -> TensorShape:
        """The shape, `None` for sizes that differ."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The element type."""
        return self._dtype

    @property
    def ragged_rank(self) -> int:
        """The last axis of which sizes differ."""
        return self._ragged_rank

    @property
    def row_splits_dtype(self) -> DType:
        """Type of the numbers that `row_lengths` returns."""
        return self._row_splits_dtype

    def _key(self) -> tuple:
        return self._shape, self._dtype, self._ragged_rank, self._row_splits_dtype

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RaggedTensorSpec) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"RaggedTensorSpec({self._shape!r}, {self._dtype!r}, {self._ragged_rank!r}, {self._row_splits_dtype!r})"


class RaggedBatch(Sequence):
    """Arrays of different sizes, one a row: a sequence of tensors. Functions of tensors do not take it: use `to_tensor()` or its rows.

    Attributes:
        rows: the arrays.
        component_spec: its spec.
    """

    component_spec: Any = None

    def __init__(self, rows: Sequence[np.ndarray], spec: RaggedTensorSpec) -> None:
        self.rows = list(rows)
        shape = TensorShape([len(self.rows), *list(spec.shape)[1:]])
        self.component_spec = RaggedTensorSpec(shape, spec.dtype, spec.ragged_rank, spec.row_splits_dtype)

    @property
    def shape(self) -> TensorShape:
        """The number of rows, then the sizes of a row, `None` where they differ."""
        return self.component_spec.shape

    @property
    def dtype(self) -> DType:
        """The element type."""
        return self.component_spec.dtype

    @property
    def ragged_rank(self) -> int:
        """The last axis of which sizes differ."""
        return self.component_spec.ragged_rank

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Tensor]:
        return map(Tensor, self.rows)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return RaggedBatch(self.rows[key], self.component_spec)
        return Tensor(self.rows[int(key)])

    def nrows(self) -> Tensor:
        """The number of rows, a scalar."""
        return Tensor(np.array(len(self.rows), self.component_spec.row_splits_dtype.np_type))

    def row_lengths(self) -> Tensor:
        """The first size of each row."""
        return Tensor(np.array([len(r) for r in self.rows], self.component_spec.row_splits_dtype.np_type))

    def bounding_shape(self) -> Tensor:
        """The smallest shape that holds all rows."""
        return Tensor(np.array([len(self.rows), *self._largest()], self.component_spec.row_splits_dtype.np_type))

    def _largest(self) -> list[int]:
        return [max((r.shape[i] for r in self.rows), default=0) for i in range(len(self.shape) - 1)]

    def to_tensor(self, default_value: Any = None) -> Tensor:
        """The rows in one tensor, padded with a value (0 or empty text) at their ends."""
        kind = self.dtype.np_type
        default: Any = (b"" if self.dtype == "string" else 0) if default_value is None else as_array(default_value, self.dtype)
        out = np.empty((len(self.rows), *self._largest()), kind)
        out[...] = default
        for i, row in enumerate(self.rows):
            corner: Any = (i, *map(slice, row.shape))
            out[corner] = row
        return Tensor(out)

    def to_list(self) -> list:
        """The rows as nested lists of numbers."""
        return [r.tolist() for r in self.rows]

    def numpy(self) -> np.ndarray:
        """One array where all rows have the same shape; else an array of arrays."""
        if len({r.shape for r in self.rows}) == 1:
            return np.stack(self.rows)
        out = np.empty(len(self.rows), object)
        out[:] = self.rows
        return out

    def __repr__(self) -> str:
        return f"<RaggedBatch {self.to_list()!r}>"


_NOT_BUILT = "ragged tensors are not built: PlaidML's tensors have one size along each axis"
_INSTEAD = (
    "Keep a Python list of arrays; make elements of different sizes with tf.data.Dataset.from_generator, and batches with padded_batch or "
    "ragged_batch"
)
unsupported("tf.RaggedTensor", reason=_NOT_BUILT, instead=_INSTEAD, instances=(RaggedBatch,))
unsupported("tf.RaggedTensorSpec", reason=_NOT_BUILT, instead=_INSTEAD, instances=(RaggedTensorSpec,))
unsupported(
    *(f"tf.ragged.{name}" for name in ("boolean_mask", "constant", "cross", "map_flat_values", "range", "stack")),
    reason=_NOT_BUILT,
    instead=_INSTEAD,
)
