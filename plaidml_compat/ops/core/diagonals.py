"""tf.linalg.diag, diag_part and set_diag: diagonals of matrices, one or a band of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...registry import op
from ...tensor import TensorLike, as_array
from ._checks import invalid, whole_numbers

_ALIGNMENTS = ("RIGHT_LEFT", "LEFT_RIGHT", "LEFT_LEFT", "RIGHT_RIGHT")


class _Band:
    """Diagonals `lowest` to `highest` of matrices of a size; negative ones are below the main one.

    Attributes:
        shape: of the diagonals packed together: how many, unless it is one, and the length of the longest.
    """

    def __init__(self, name: str, rows: int, columns: int, k: tuple[int, int], align: str) -> None:
        if align not in _ALIGNMENTS:
            raise invalid(f"{name}: align must be one of {', '.join(_ALIGNMENTS)}; received {align!r}")
        if any(d and not -rows < d < columns for d in k):
            raise invalid(f"{name}: k must name diagonals of a matrix of {rows} rows and {columns} columns; received {k}")
        self._rows, self._columns, self._k = rows, columns, k
        self._left = tuple(side == "LEFT" for side in align.split("_"))
        self._longest = self._length(*k)
        self.shape = (self._longest,) if k[0] == k[1] else (k[1] - k[0] + 1, self._longest)

    def _length(self, lowest: int, highest: int) -> int:
        """Of the longest of these diagonals."""
        return max(0, min(self._rows + min(highest, 0), self._columns - max(lowest, 0)))

    def places(self) -> Iterator[tuple[tuple, tuple]]:
        """For each diagonal the index of its elements in the packed ones, the highest first, and that in the matrices."""
        for d in range(self._k[1], self._k[0] - 1, -1):
            length = self._length(d, d)
            left = (d >= 0 and self._left[0]) or (d <= 0 and self._left[1])
            start = 0 if left else self._longest - length
            along = np.arange(length)
            which = () if len(self.shape) == 1 else (self._k[1] - d,)
            yield (..., *which, slice(start, start + length)), (..., along + max(-d, 0), along + max(d, 0))


def _ends(name: str, k: Any) -> tuple[int, int]:
    """The lowest and the highest diagonal of `k`, one number or two."""
    ends = whole_numbers(k)
    if len(ends) not in (1, 2) or ends[0] > ends[-1]:
        raise invalid(f"{name}: k must be a number, or two of which the first is not larger; received {k!r}")
    return ends[0], ends[-1]


def _band_of(name: str, matrices: np.ndarray, k: Any, align: str) -> _Band:
    if matrices.ndim < 2:
        raise invalid(f"{name}: input must have at least two axes; received shape {matrices.shape}")
    return _Band(name, matrices.shape[-2], matrices.shape[-1], _ends(name, k), align)


def _padding(value: Any, dtype: np.dtype) -> Any:
    return bool(value) if dtype.kind == "b" else as_array(value, dtype)


@op("tf.linalg.diag_part", parity="bit-equal")
def diag_part(input: TensorLike, name: str = "diag_part", k: Any = 0, padding_value: Any = 0, align: str = "RIGHT_LEFT") -> TensorLike:
    """Diagonals of matrices.

    Args:
        input: (..., rows, columns).
        name: ignored.
        k: which diagonal (0: the main one, above 0: above it), or the lowest and the highest of several.
        padding_value: stands where a diagonal is shorter than the longest.
        align: to which side shorter diagonals above and below the main one are moved.

    Returns:
        (..., length), of several (..., diagonals, length), the highest first.

    Raises:
        InvalidArgumentError: fewer than two axes, no such diagonals or alignment.
    """
    band = _band_of("tf.linalg.diag_part", input, k, align)
    out = np.full(input.shape[:-2] + band.shape, _padding(padding_value, input.dtype), input.dtype)
    for packed, place in band.places():
        out[packed] = input[place]
    return out


def _put(name: str, matrices: np.ndarray, diagonals: np.ndarray, band: _Band) -> np.ndarray:
    """`matrices` with these diagonals in place of its own."""
    if diagonals.shape != matrices.shape[:-2] + band.shape:
        wanted = matrices.shape[:-2] + band.shape
        raise invalid(f"{name}: the diagonals must have shape {wanted}; received shape {diagonals.shape}")
    for packed, place in band.places():
        matrices[place] = diagonals[packed]
    return matrices


@op("tf.linalg.set_diag", agree=("input", "diagonal"), parity="bit-equal")
def set_diag(input: TensorLike, diagonal: TensorLike, name: str = "set_diag", k: Any = 0, align: str = "RIGHT_LEFT") -> TensorLike:
    """Matrices with other diagonals; arguments as in `tf.linalg.diag_part`, whose result's shape `diagonal` has.

    Raises:
        InvalidArgumentError: fewer than two axes, no such diagonals or alignment, or diagonals of another shape.
    """
    band = _band_of("tf.linalg.set_diag", input, k, align)
    return _put("tf.linalg.set_diag", input.copy(), diagonal, band)


@op("tf.linalg.diag", parity="bit-equal")
def diag(
    diagonal: TensorLike,
    name: str = "diag",
    k: Any = 0,
    num_rows: Any = -1,
    num_cols: Any = -1,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> TensorLike:
    """Matrices of which only diagonals are given.

    Args:
        diagonal: (..., length), with several diagonals (..., diagonals, length).
        name: ignored.
        k: which diagonals; see `tf.linalg.diag_part`.
        num_rows: -1: as few as are needed, square if `num_cols` is -1 too.
        num_cols: likewise.
        padding_value: stands everywhere else.
        align: see `tf.linalg.diag_part`.

    Returns:
        (..., num_rows, num_cols).

    Raises:
        InvalidArgumentError: the shape of `diagonal` and `k`, or the sizes, do not go together.
    """
    own = "tf.linalg.diag"
    low, high = _ends(own, k)
    several = int(low != high)
    if diagonal.ndim < 1 + several or (several and diagonal.shape[-2] != high - low + 1):
        raise invalid(f"{own}: k={k!r} names {high - low + 1} diagonals; received shape {diagonal.shape}")
    least = diagonal.shape[-1] - min(high, 0), diagonal.shape[-1] + max(low, 0)
    asked = whole_numbers([num_rows, num_cols])
    rows, columns = (max(least), max(least)) if asked == [-1, -1] else (n if n != -1 else m for n, m in zip(asked, least))
    if rows < least[0] or columns < least[1] or (rows > least[0] and columns > least[1] and asked != [-1, -1]):
        raise invalid(f"{own}: these diagonals need {least[0]} rows and {least[1]} columns; received num_rows={rows}, num_cols={columns}")
    matrices = np.full((*diagonal.shape[: -1 - several], rows, columns), _padding(padding_value, diagonal.dtype), diagonal.dtype)
    return _put(own, matrices, diagonal, _Band(own, rows, columns, (low, high), align))
