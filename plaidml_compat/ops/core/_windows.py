"""Windows that move over images: how many there are, what is padded, and the pixels that stand at one place of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ...errors import UnimplementedError
from ._checks import invalid, whole_numbers

_Error = Callable[[str], Exception]


def unimplemented(what: str) -> Exception:
    """An UnimplementedError with a message, to be raised: what TensorFlow cannot do on the processor either."""
    return UnimplementedError(None, None, what)


def pair(name: str, what: str, numbers: Sequence[int], across: _Error = invalid, small: _Error = invalid) -> tuple[int, int]:
    """Numbers for rows and columns, from one, two or four.

    Raises:
        InvalidArgumentError (or what `small` makes): they are not positive.
        InvalidArgumentError (or what `across` makes): of four, those for the batch and for the channels are not 1.
    """
    if len(numbers) == 4:
        if numbers[0] != 1 or numbers[3] != 1:
            raise across(f"{name}: {what} must be 1 for the batch and for the channels; received {list(numbers)}")
        numbers = numbers[1:3]
    if min(numbers) < 1:
        raise small(f"{name}: {what} must be positive; received {list(numbers)}")
    return numbers[0], numbers[-1]


class Windows:
    """Windows of one size over images of one size.

    Args:
        name: the op's.
        size: of the images: rows and columns.
        window: rows and columns.
        strides: from one window to the next.
        rates: from one pixel of a window to the next.
        padding: `"SAME"`, `"VALID"`, or what is added around (batch, rows, columns, channels): pairs.

    Attributes:
        count: how many there are in a column and in a row.

    Raises:
        InvalidArgumentError: a window is larger than the images, or there is no such padding.
        ValueError: padding that is a list of another length, or `"EXPLICIT"` without a list.
    """

    def __init__(
        self,
        name: str,
        size: tuple[int, ...],
        window: tuple[int, ...],
        strides: tuple[int, int],
        rates: tuple[int, int],
        padding: Any,
    ) -> None:
        self._window, self._strides, self._rates = window, strides, rates
        reach = [(w - 1) * r + 1 for w, r in zip(window, rates)]
        if padding == "SAME":
            totals = [max(0, (-(-n // s) - 1) * s + r - n) for n, s, r in zip(size, strides, reach)]
            around = [(t // 2, t - t // 2) for t in totals]
        elif isinstance(padding, str):
            if padding == "EXPLICIT":
                raise ValueError(f"{name}: to pad explicitly, `padding` must be a list; received {padding!r}")
            if padding != "VALID":
                raise invalid(f"{name}: padding must be 'SAME', 'VALID' or pairs of numbers; received {padding!r}")
            around = [(0, 0), (0, 0)]
        else:
            around = self._explicit(name, padding)
        # As TensorFlow divides: towards zero.
        counts = [int((n + sum(a) - r + s) / s) for n, a, r, s in zip(size, around, reach, strides)]
        if min(counts) < 0:
            raise invalid(f"{name}: a window of {tuple(reach)} pixels does not fit into images of {tuple(size)}, padding {padding!r}")
        self._around, self.count = around, (counts[0], counts[1])

    @staticmethod
    def _explicit(name: str, padding: Any) -> list[tuple[int, int]]:
        pairs = [whole_numbers(p) for p in padding]
        if len(pairs) != 4:
            raise ValueError(f"{name}: padding that is a list must hold four pairs; received {padding!r}")
        if any(len(p) != 2 or min(p) < 0 for p in pairs):
            raise invalid(f"{name}: padding must hold pairs of numbers that are not negative; received {padding!r}")
        if pairs[0] != [0, 0] or pairs[3] != [0, 0]:
            raise invalid(f"{name}: the batch and the channels cannot be padded; received padding={padding!r}")
        return [(p[0], p[1]) for p in pairs[1:3]]

    def padded(self, images: np.ndarray) -> np.ndarray:
        """The images, (batch, rows, columns, channels), with zeros around."""
        return np.pad(images, [(0, 0), *self._around, (0, 0)]) if any(map(any, self._around)) else images

    def places(self, padded: np.ndarray) -> Iterator[tuple[int, int, np.ndarray]]:
        """For each place in a window its row, its column and the pixels that stand there: (batch, *count, channels)."""
        for i in range(self._window[0]):
            for j in range(self._window[1]):
                corner = i * self._rates[0], j * self._rates[1]
                rows, columns = (slice(c, c + (n - 1) * s + 1, s) for c, n, s in zip(corner, self.count, self._strides))
                yield i, j, padded[:, rows, columns]
