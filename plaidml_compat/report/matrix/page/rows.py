"""The table: its head, and for every name a row and what opens below it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from ...names import STATUSES
from .. import words
from ..row import Row
from . import details
from .columns import Column, Group
from .marks import slug

DECLARED = 4
"""How many columns are declared, beside the name and the reasons."""

_BREAKS = re.compile(r"(?<=.{12})[._](?=.{12})")
"""Where a long name may go on in the next line."""


def table_head(groups: Sequence[Group]) -> str:
    """Two lines of headers: who says it, then what. A header with `data-sort` becomes a button of the script's."""
    over = "".join(
        f'<th scope="colgroup" colspan="{g.width}" class="over {"here" if g.here else "project"}">'
        f"<b>{g.who}</b> {escape(g.where) if g.columns else ''}</th>"
        for g in groups
    )
    under = "".join(_header(c, g) for g in groups for c in g.columns or [None])
    return (
        '<tr><td colspan="2"></td>'
        f'<th scope="colgroup" colspan="{DECLARED}" class="over declared"><b>Declared</b> in the code</th>{over}</tr>\n'
        '<tr><th scope="col" data-sort="name">Name</th><th scope="col" class="why">Why, and what to do</th>'
        '<th scope="col" data-sort="status">Status</th><th scope="col" data-sort="model">In a model</th>'
        '<th scope="col" data-sort="map">In Dataset<wbr>.map</th>'
        '<th scope="col" class="n" data-sort="tolerance" title="largest difference from TensorFlow that the tests allow">Tolerance</th>'
        f"{under}</tr>"
    )


def _header(column: Column | None, group: Group) -> str:
    if column is None:
        return '<th scope="col">nothing</th>'
    says = escape(f"{column.says}; {group.who.lower()}: {group.where}")
    return f'<th scope="col" class="n" data-sort="{column.key}" title="{says}">{column.label} <small>{column.unit}</small></th>'


def table_rows(rows: Iterable[Row], groups: Sequence[Group]) -> Iterator[str]:
    """What works comes first. Each name has a body of its own: the script hides, moves and opens that one element."""
    width = 2 + DECLARED + sum(g.width for g in groups)
    for r in sorted(rows, key=lambda r: (STATUSES.index(r.status), r.name)):
        name = escape(r.name)
        yield (
            f'<tbody id="{name}" data-family="{escape(r.family)}" data-status="{escape(r.status)}"'
            f' data-model="{escape(r.in_model.where)}" data-map="{escape(r.in_map)}">'
            f"<tr>{_cells(r, name)}{''.join(_measured(r, g) for g in groups)}</tr>"
            f'<tr class="more"><td colspan="{width}">{details.of(r, groups)}</td></tr></tbody>'
        )


def _cells(row: Row, name: str) -> str:
    where, tolerance = row.in_model.where, row.declared.tolerance
    broken = _BREAKS.sub(r"\g<0><wbr>", name)
    model = f'<td class="model"><span class="mark m-{slug(where)}">{escape(where)}</span></td>' if where else "<td></td>"
    return (
        f'<th scope="row"><code>{broken}</code></th><td class="why">{_why(row)}</td>'
        f'<td class="mark s-{slug(row.status)}">{escape(row.status)}</td>{model}'
        f'<td class="map">{escape(row.in_map)}</td>{_number("tolerance", tolerance, f"{tolerance or 0:.3g}")}'
    )


def _why(row: Row) -> str:
    """The reason, unless it is that nobody has built it yet: the status says that, and half the rows would repeat it."""
    reason = "" if row.status == "not built" else escape(row.reason or row.in_model.reason)
    return f"{reason} {details.advice(row.instead)}".strip()


def _number(key: str, value: float | None, text: str) -> str:
    """A cell that knows its whole number, for sorting."""
    return "<td></td>" if value is None else f'<td class="n" data-c="{key}" data-v="{value!r}">{escape(text)}</td>'


def _measured(row: Row, group: Group) -> str:
    """The cells of a group; where nothing was measured, one over all its columns that says so."""
    host, device = group.cells(row)
    found = [c for c in (host, device) if c]
    if not found:
        nothing = "" if not row.works else "not measured" if group.here else "\N{EN DASH}"
        return f'<td class="none" colspan="{group.width}">{nothing}</td>'
    worst = words.worse(host, device)
    error, *rates = group.columns
    return _number(error.key, worst.found.error if worst else None, words.error(worst)) + "".join(
        _number(column.key, c.found.images_per_second if c else None, words.rate(c)) for column, c in zip(rates, (host, device))
    )
