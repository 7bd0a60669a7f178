"""Lines of text in columns that fit a width: cells that are too long go on below, in their column."""

from __future__ import annotations

import functools
import shutil
import sys
import textwrap
from collections.abc import Sequence

WIDTH = 100
"""Characters of a line, where no terminal says how many it has."""
_NARROWEST, _WIDEST = 60, 160

_GAP, _LEAST = "  ", 7


def can_show(text: str) -> bool:
    """Whether standard output has the characters of a text."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def line_width() -> int:
    """Characters of a line: the terminal's, or what the environment variable COLUMNS says; within reason."""
    return max(_NARROWEST, min(shutil.get_terminal_size((WIDTH, 24)).columns, _WIDEST))


def columns(rows: Sequence[Sequence[str]], hanging: Sequence[str] = (), width: int | None = None) -> list[str]:
    """The rows as lines, as few as fit the width.

    Args:
        rows: the cells of each, as many in all of them.
        hanging: for each row what stands before the lines on which its first cell goes on.
        width: of a line, in characters; `None`: see `line_width`.
    """
    if not rows:
        return []
    texts = list(zip(*rows))
    words = [max((len(word) for cell in column for word in cell.split()), default=0) for column in texts]
    words[0] += max(map(len, hanging), default=0)
    widths = _fitted(texts, words, hanging, line_width() if width is None else width)
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


def paragraph(text: str, first: str = "", then: str = "", width: int | None = None) -> list[str]:
    """A text as lines of at most `width` characters (`None`: see `line_width`): the first behind `first`, the others behind `then`."""
    width = line_width() if width is None else width
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=then, break_on_hyphens=False) or [first.rstrip()]


def _wrapped(cell: str, width: int, below: str) -> list[str]:
    if len(cell) <= width:
        return [cell]
    return textwrap.wrap(cell, width, subsequent_indent=below, break_on_hyphens=False, drop_whitespace=True) or [""]


def _fitted(texts: Sequence[Sequence[str]], words: list[int], hanging: Sequence[str], width: int) -> list[int]:
    """The widths of columns: one gives way, or several in turn, as it costs the fewest lines; words are broken where nothing helps."""
    widths = [max(map(len, column)) for column in texts]
    room = width - len(_GAP) * (len(widths) - 1)

    @functools.lru_cache(None)
    def heights(column: int, w: int) -> tuple[int, ...]:
        below = hanging if not column else ()
        return tuple(len(_wrapped(cell, w, below[i] if i < len(below) else "")) for i, cell in enumerate(texts[column]))

    def lines(tried: Sequence[int]) -> int:
        return sum(map(max, zip(*(heights(i, w) for i, w in enumerate(tried)))))

    def narrower(column: int, by: int = 1) -> list[int]:
        return [w - by * (i == column) for i, w in enumerate(widths)]

    excess = sum(widths) - room
    alone = [narrower(i, excess) for i, w in enumerate(widths) if 0 < excess <= w - max(words[i], _LEAST)]
    for least in (words, [_LEAST] * len(widths)):
        while sum(widths) > room:
            loose = [i for i, w in enumerate(widths) if w > max(least[i], _LEAST)]
            if not loose:
                break
            widths = min((narrower(i) for i in sorted(loose, key=lambda i: -widths[i])), key=lines)
    return min([*alone, widths], key=lines)
