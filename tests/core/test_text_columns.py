"""Tables of text: as wide as the terminal, and no row taller than needed."""

from __future__ import annotations

import pytest

from plaidml_compat.text_columns import columns, line_width, paragraph


@pytest.mark.parametrize(("told", "width"), [("80", 80), ("120", 120), ("20", 60), ("4000", 160)])
def test_the_width_is_the_terminals(monkeypatch, told, width):
    monkeypatch.setenv("COLUMNS", told)
    assert line_width() == width
    assert max(map(len, paragraph("word " * 200))) in range(width - 5, width + 1)
    assert max(map(len, columns([("word " * 60, "a")]))) <= width


def test_the_column_gives_way_that_costs_the_fewest_lines():
    rows = [("a bb " * 8, "x" * 10), *[("a", "y y y y y z") for _ in range(5)]]
    lines = columns(rows, width=40)
    assert max(map(len, lines)) <= 40 and len(lines) == 7
    assert all(line.endswith("y y y y y z") for line in lines[2:])
