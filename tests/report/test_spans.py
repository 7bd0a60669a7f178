"""Spans of time against the same sums done the slow way: on a grid of ticks."""

from __future__ import annotations

import random

import pytest

from plaidml_compat.report.profile import spans


def ticks(added):
    return len({t for start, end in added for t in range(start, end)})


@pytest.mark.parametrize("kept", [3, 1000])
@pytest.mark.parametrize("ordered", [True, False])
def test_covered_is_the_union(kept, ordered, monkeypatch):
    monkeypatch.setattr(spans, "KEPT", kept)
    for seed in range(30):
        numbers = random.Random(seed)
        added = [(s, s + numbers.randrange(0, 30)) for s in (numbers.randrange(0, 900) for _ in range(60))]
        # In the order in which they end, as they come; what spans more than is remembered is cut, so with `kept` 3 they are short.
        if kept == 3:
            added = [(s, min(e, s + 4)) for s, e in added]
        if ordered:
            added.sort(key=lambda span: span[1])
        elif kept == 3:
            continue
        covered = spans.Covered(100)
        for start, end in added:
            covered.add(start, end)
        assert covered.seconds() == ticks([(max(s, 100), e) for s, e in added])


def test_what_began_before_the_moment_counts_from_there_on():
    covered = spans.Covered(10.0)
    covered.add(5.0, 8.0)
    covered.add(5.0, 12.0)
    assert covered.seconds() == 2.0


def a_tree(numbers, start, end, depth=0):
    """Spans within each other, each behind those within it, with their depth."""
    at, made = start, []
    while depth < 4 and end - at > 4 and numbers.random() < 0.7:
        inner = at + numbers.randrange(0, 3), at + numbers.randrange(3, end - at)
        made += a_tree(numbers, *inner, depth + 1)
        at = inner[1]
    return [*made, (start, end)]


@pytest.mark.parametrize("kept", [8, 1000])
def test_own_seconds_add_up_to_the_outermost(kept, monkeypatch):
    monkeypatch.setattr(spans, "KEPT", kept)
    for seed in range(30):
        numbers, nested, at = random.Random(seed), spans.Nested(), 0
        for _ in range(20):  # spans one after the other, each with others in it
            tree = a_tree(numbers, at, at + 100)
            assert sum(nested.own(s, e - s) for s, e in tree) == 100
            at += 110


def test_more_spans_within_one_than_are_remembered(monkeypatch):
    monkeypatch.setattr(spans, "KEPT", 16)
    nested = spans.Nested()
    nested.own(0.0, 5.0)
    assert sum(nested.own(10.0 + i, 0.5) for i in range(200)) == 100.0
    assert 300 - 2 * 16 * 0.5 <= nested.own(9.0, 300.0) <= 300 - 16 * 0.5
