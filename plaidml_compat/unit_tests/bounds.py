"""Assertions of test cases that all values lie above, below, in a range or in a set."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from .values import Values, assertion

__tracebackhide__ = True
__unittest = True

_SHOWN = 10


class BoundAssertions(Values):
    """`assertAllGreater`, `assertAllLess`, with `Equal`, `assertAllInRange`, `assertAllInSet`."""

    @assertion
    def assertAllGreater(self, a: Any, comparison_target: Any) -> None:
        """Assert that all values are greater."""
        self.assertGreater(np.min(self._GetNdArray(a)), comparison_target)

    @assertion
    def assertAllLess(self, a: Any, comparison_target: Any) -> None:
        """Assert that all values are less."""
        self.assertLess(np.max(self._GetNdArray(a)), comparison_target)

    @assertion
    def assertAllGreaterEqual(self, a: Any, comparison_target: Any) -> None:
        """Assert that all values are greater or equal."""
        self.assertGreaterEqual(np.min(self._GetNdArray(a)), comparison_target)

    @assertion
    def assertAllLessEqual(self, a: Any, comparison_target: Any) -> None:
        """Assert that all values are less or equal."""
        self.assertLessEqual(np.max(self._GetNdArray(a)), comparison_target)

    @assertion
    def assertAllInRange(
        self, target: Any, lower_bound: Any, upper_bound: Any, open_lower_bound: bool = False, open_upper_bound: bool = False
    ) -> None:
        """Assert that all values are numbers between two bounds.

        Args:
            target: array or tensor.
            lower_bound: the least.
            upper_bound: the greatest.
            open_lower_bound: whether the least does not belong to the range.
            open_upper_bound: whether the greatest does not belong to the range.
        """
        held = self._GetNdArray(target)
        if not (np.issubdtype(held.dtype, np.floating) or np.issubdtype(held.dtype, np.integer)):
            raise AssertionError(f"The value of {held} does not have an ordered numeric type, instead it has type: {held.dtype}")
        nan = np.isnan(held)
        if np.any(nan):
            head = f"{np.sum(nan)} of the {held.size} element(s) are NaN. Subscripts(s) and value(s) of the NaN element(s):"
            raise AssertionError("\n".join([head, *_listed(nan, held)]))
        outside = held <= lower_bound if open_lower_bound else held < lower_bound
        outside = outside | (held >= upper_bound if open_upper_bound else held > upper_bound)
        if np.any(outside):
            bounds = f"{'(' if open_lower_bound else '['}{lower_bound}, {upper_bound}{')' if open_upper_bound else ']'}"
            head = f"{np.sum(outside)} of the {held.size} element(s) are outside the range {bounds}. "
            raise AssertionError("\n".join([head + "Subscript(s) and value(s) of the offending elements:", *_listed(outside, held)]))

    @assertion
    def assertAllInSet(self, target: Any, expected_set: Collection[Any]) -> None:
        """Assert that all values are among some."""
        others = np.setdiff1d(self._GetNdArray(target).flatten(), list(expected_set))
        if others.size:
            raise AssertionError(f"{others.size} unique element(s) are not in the set {expected_set}: {others}")


def _listed(where: Any, held: np.ndarray) -> list[str]:
    """A line for each of the first values in question."""
    if not held.ndim:
        return [f"  [0] : {held}"]
    places = np.argwhere(where)
    lines = [f"  {place} : {held[tuple(place)]}" for place in places[:_SHOWN]]
    return lines + ["  ..."] * (len(places) > _SHOWN)
