"""Spans of time that overlap and contain each other: how much of the clock they cover, and how much of one is not inside others."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

KEPT = 1 << 13
"""So many spans are always remembered, and at most twice as many. What spans more than that is taken to begin with the oldest of them."""


class Covered:
    """How much of the time since a moment is covered by spans, which may overlap and come in any order.

    Args:
        since: the moment; spans, or parts of them, before it do not count.
    """

    def __init__(self, since: float) -> None:
        self._since = since
        self._settled = 0.0
        self._starts: list[float] = []
        self._ends: list[float] = []

    def add(self, start: float, end: float) -> None:
        """Take a span in."""
        starts, ends = self._starts, self._ends
        start = max(start, self._since)
        if end <= start:
            return
        if not ends or start > ends[-1]:  # nearly always: what happens comes in order
            starts.append(start)
            ends.append(end)
            if len(ends) > 2 * KEPT:
                self._settle()
            return
        first, behind = bisect_left(ends, start), bisect_right(starts, end)
        if first < behind:
            start, end = min(start, starts[first]), max(end, ends[behind - 1])
        starts[first:behind], ends[first:behind] = [start], [end]

    def seconds(self) -> float:
        """Covered so far."""
        return self._settled + sum(self._ends) - sum(self._starts)

    def _settle(self) -> None:
        self._since = self._ends[KEPT - 1]
        self._settled += sum(self._ends[:KEPT]) - sum(self._starts[:KEPT])
        del self._starts[:KEPT], self._ends[:KEPT]


class Nested:
    """What spans of one thread have for themselves; one that lies within another comes before it, as it ends first."""

    def __init__(self) -> None:
        self._before: list[tuple[float, float]] = []  # start and length of those that nothing contains so far

    def own(self, start: float, seconds: float) -> float:
        """Seconds of a span that are in none of the spans within it."""
        before, rest = self._before, seconds
        while before and before[-1][0] >= start:
            rest -= before.pop()[1]
        before.append((start, seconds))
        if len(before) > 2 * KEPT:
            del before[:KEPT]
        return max(rest, 0.0)
