"""Lines of text in columns that fit a width: cells that are too long go on below, in their column."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence

WIDTH = 100
"""Characters of a line."""

_GAP, _LEAST = "  ", 7


def can_show(text: str) -> bool:
    """Whether standard output has the characters of a text."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def columns(rows: Sequence[Sequence[str]], hanging: Sequence[str] = (), width: int = WIDTH) -> list[str]:
    """The rows as lines.

    Args:
        rows: the cells of each, as many in all of them.
        hanging: for each row what stands before the lines on which its first cell goes on.
        width: of a line, in characters.
    """
    if not rows:
        return []
    texts = list(zip(*rows))
    words = [max((len(word) for cell in column for word in cell.split()), default=0) for column in texts]
    words[0] += max(map(len, hanging), default=0)
    widths = _fitted([max(map(len, column)) for column in texts], words, width)
    lines = []
    for at, row in enumerate(rows):
        below = hanging[at] if at < len(hanging) else ""
        cells = [_wrapped(cell, w, below if i == 0 else "") for i, (cell, w) in enumerate(zip(row, widths))]
        for k in range(max(map(len, cells))):
            parts = [
                (cell[k] if k < len(cell) else below.rstrip() if i == 0 else "").ljust(w) for i, (cell, w) in enumerate(zip(cells, widths))
            ]
            lines.append(_GAP.join(parts).rstrip())
    return lines


def paragraph(text: str, first: str = "", then: str = "", width: int = WIDTH) -> list[str]:
    """A text as lines: the first behind `first`, the others behind `then`."""
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=then, break_on_hyphens=False) or [first.rstrip()]


def _wrapped(cell: str, width: int, below: str) -> list[str]:
    if len(cell) <= width:
        return [cell]
    return textwrap.wrap(cell, width, subsequent_indent=below, break_on_hyphens=False, drop_whitespace=True) or [""]


def _fitted(natural: list[int], words: list[int], width: int) -> list[int]:
    """The widths of columns: the widest give way first, and words are broken only where nothing else helps."""
    widths = list(natural)
    room = width - len(_GAP) * (len(widths) - 1)
    for least in (words, [_LEAST] * len(widths)):
        while sum(widths) > room:
            loose = [i for i, w in enumerate(widths) if w > max(least[i], _LEAST)]
            if not loose:
                break
            widths[max(loose, key=lambda i: widths[i])] -= 1
    return widths
