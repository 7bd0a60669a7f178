"""The matrix as one HTML page: a plain table that reads without JavaScript, which adds search, filters and sorting.

The page is one file that asks nobody for anything: its Content-Security-Policy admits its own style and script, by their digests,
and no request at all.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from importlib import resources
from string import Template

from ..building import Matrix
from . import head, rows
from .columns import Group, groups_of

__all__ = ["render"]


def render(matrix: Matrix) -> str:
    """The page, whole.

    Args:
        matrix: all rows, or some.

    Returns:
        HTML without a link to another file, to be written as UTF-8.
    """
    groups = groups_of(matrix.about.measurements)
    style = "\n".join([_part("page.css"), *_widths(groups)])
    script = _part("page.js")
    return Template(_part("page.html")).substitute(
        head.parts(matrix, groups),
        style=style,
        script=script,
        style_digest=_digest(style),
        script_digest=_digest(script),
        table_head=rows.table_head(groups),
        table_rows="\n".join(rows.table_rows(matrix.rows, groups)),
    )


def _part(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _widths(groups: Iterable[Group]) -> Iterator[str]:
    """CSS that depends on how many columns were measured."""
    widths = [w for g in groups for w in ["var(--number)"] * len(g.columns) or ["var(--words)"]]
    needed = " + ".join(["var(--declared)", *widths, f"{len(widths)} * var(--gap)"])
    yield f":root {{ --measured: {' '.join(widths)}; --needed: calc({needed}); }}"
    for width in sorted({g.width for g in groups} | {rows.DECLARED}):
        yield f'.names [colspan="{width}"] {{ grid-column: span {width}; }}'
