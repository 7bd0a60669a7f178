"""Two ways to write a pipeline, tried here: which gives more elements a second, and whether they give the same."""

from __future__ import annotations

import itertools
import time
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...wording import rounded
from ..nest import leaves, same_structure
from ..node import Node
from ..running import run_of
from .aside import aside
from .rates import Clock, counted, separated

_ROUNDS = 5
_TRIFLE = 1.05
_COMPARED = 3
"""Elements that are compared."""


@dataclass(frozen=True)
class Speeds:
    """Elements a second of two pipelines in some rounds, in turn."""

    before: tuple[float, ...]
    after: tuple[float, ...]

    @staticmethod
    def middle(rounds: tuple[float, ...]) -> float:
        """Their median."""
        return sorted(rounds)[len(rounds) // 2]

    @property
    def is_clear(self) -> bool:
        """Whether the second was faster in every round, and by more than a trifle."""
        ratio = self.middle(self.after) / self.middle(self.before)
        return ratio >= _TRIFLE and all(b > a for a, b in zip(self.before, self.after))

    def words(self) -> str:
        """What was measured."""
        low, high = self.middle(self.before), self.middle(self.after)
        return f"{rounded(low)} -> {rounded(high)} elements/s"


def speeds(before: Node, after: Node, seconds: float, clock: Clock = time.perf_counter) -> Speeds:
    """Time two pipelines in turn, each pass after its first element.

    Args:
        before: the last step of the one.
        after: that of the other.
        seconds: for all.
        clock: seconds, from anywhere.

    Raises:
        what their functions raise.
    """
    each = seconds / _ROUNDS / 2
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(_ROUNDS):
        for node, rates in zip((before, after), found):
            rates.append(_rate(node, each, clock))
    return Speeds(tuple(found[0]), tuple(found[1]))


def _rate(node: Node, seconds: float, clock: Clock) -> float:
    count, took = counted(node, seconds, clock)
    return count / took if count else 0.0


def difference(before: Node, after: Node) -> tuple[bool, float | None]:
    """Whether the first elements of two pipelines fit each other, and by how much their numbers differ at most.

    Returns:
        Whether structure, shapes and dtypes agree, and the largest difference as a part of the largest number; `None`: texts differ.
    """
    firsts = []
    for node in (before, after):
        with aside(), closing(separated(node).begin(run_of(node))) as elements:
            firsts.append(list(itertools.islice(elements, _COMPARED)))
    a, b = firsts
    if len(a) != len(b) or not all(same_structure(x, y) for x, y in zip(a, b)):
        return False, None
    pairs = [pair for x, y in zip(a, b) for pair in zip(leaves(x), leaves(y))]
    if any(
        getattr(x, "shape", None) != getattr(y, "shape", None) or getattr(x, "dtype", None) != getattr(y, "dtype", None) for x, y in pairs
    ):
        return False, None
    gaps = [_gap(x, y) for x, y in pairs]
    return True, None if None in gaps else max((g for g in gaps if g is not None), default=0.0)


def _gap(a: Any, b: Any) -> float | None:
    if not isinstance(a, np.ndarray) or a.dtype.kind not in "iufb":
        return 0.0 if np.array_equal(a, b) else None
    if np.array_equal(a, b, equal_nan=a.dtype.kind == "f") or not a.size:
        return 0.0
    x, y = a.astype(np.float64), b.astype(np.float64)
    return float(np.nanmax(np.abs(x - y))) / (float(np.nanmax(np.abs(x))) or 1.0)
