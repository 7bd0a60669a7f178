"""Made-up sizes for axes of unknown size, and which sizes of a function's results come from them.

The function is run once, so that is told from the numbers alone: two primes that nobody chooses, in a ratio that nobody chooses.
What this cannot see: that `x[:96]` gives less for smaller images, or that a batch's size went to another axis than the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .nest import leaves, map_nest
from .node import SpecUnknown
from .spec import TensorSpec

MOST = 1 << 22
"""Elements of a made-up array at most; one whose known sizes are large already may have twice as many as they say."""

_NEAR, _PARTS, _LEAST = 3, (2, 3, 4), 8


@dataclass(frozen=True)
class Sizes:
    """What unknown sizes are taken to be.

    Attributes:
        lead: of a first axis that counts elements: small, since the rest is multiplied by it.
        tall: of the axis after it, and the height of images.
        wide: of the next axis, and the width of images.
        images: whether the first two of three axes are an image's.
        telling: whether results show what came from them.
    """

    lead: int = 2
    tall: int = 283
    wide: int = 389
    images: bool = True
    telling: bool = True

    def shape(self, spec: Any) -> tuple[int, ...]:
        """A shape that fits a spec.

        Raises:
            SpecUnknown: there is none, or none that is small enough.
        """
        if not isinstance(spec, TensorSpec) or spec.shape.rank is None:
            raise SpecUnknown
        unknown, known = [i for i, s in enumerate(spec.shape) if s is None], [s for s in spec.shape if s is not None]
        if unknown and unknown[-1] > 2 and self.telling:
            raise SpecUnknown
        axes = (self.tall, self.wide) if self._is_image(spec) else (self.lead, self.tall, self.wide)
        shape = tuple((axes[i] if i < len(axes) else self.lead) if s is None else s for i, s in enumerate(spec.shape))
        if unknown and _product(shape) > max(MOST, 2 * _product(known)):
            raise SpecUnknown
        return shape

    def zeros(self, spec: Any) -> np.ndarray:
        """Zeros, or empty texts, of that shape."""
        shape = self.shape(spec)
        return np.full(shape, b"", object) if spec.dtype == "string" else np.zeros(shape, spec.dtype.np_type)

    def _is_image(self, spec: TensorSpec) -> bool:
        return self.images and spec.shape.rank == 3 and spec.shape[0] is None and spec.shape[1] is None and spec.shape[2] is not None

    def told(self, given: Any, image_asked: bool, result: Any) -> Any:
        """The specs of a function's results for such zeros: sizes that may have come from made-up ones are unknown.

        Args:
            given: the specs of its arguments.
            image_asked: whether an image of made-up size was decoded in it.
            result: the specs of what it returned.
        """
        specs = [s for s in leaves(given) if isinstance(s, TensorSpec)]
        by_lead = any(s.shape[0] is None and not self._is_image(s) for s in specs if s.shape.rank)
        beyond = image_asked or any(self._is_image(s) or None in tuple(s.shape)[1:] for s in specs)

        def one(spec: Any) -> Any:
            if not isinstance(spec, TensorSpec) or not (by_lead or beyond):
                return spec
            shape = list(spec.shape)
            if not self.telling:
                return TensorSpec([None] * len(shape), spec.dtype)
            doubtful = self._doubtful(shape) if beyond else set()
            if by_lead:
                doubtful.add(0)
            return TensorSpec([None if i in doubtful else s for i, s in enumerate(shape)], spec.dtype)

        return map_nest(one, result)

    def _doubtful(self, shape: Sequence[int]) -> set[int]:
        """The axes whose size may have been made from `tall` or `wide`."""
        doubtful = {i for i, s in enumerate(shape) if any(_derived(s, t) for t in (self.tall, self.wide))}
        for i, (a, b) in enumerate(zip(shape, shape[1:])):
            # Both grew or shrank alike: by as many pixels, or by the same factor but for rounding.
            scaled = abs(a * self.wide - b * self.tall) <= self.wide + self.tall and min(a, b) >= _LEAST
            if scaled or a - self.tall == b - self.wide:
                doubtful |= {i, i + 1}
        return doubtful


def _product(sizes: Sequence[int]) -> int:
    n = 1
    for s in sizes:
        n *= s
    return n


def _derived(size: int, made_up: int) -> bool:
    return (
        (size > 0 and size % made_up == 0) or abs(size - made_up) <= _NEAR or any(size in (made_up // k, -(-made_up // k)) for k in _PARTS)
    )


ATTEMPTS = (Sizes(), Sizes(images=False), Sizes(lead=787, tall=787, wide=1087), Sizes(2, 3, 5, telling=False))
"""The natural sizes; for pairs of a padded batch and its labels; for functions that cut large pieces; for arrays of many axes."""
