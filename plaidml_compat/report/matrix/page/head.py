"""What stands above the table: totals, filters, how to read it, and who measured on what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from ..building import Heading, Matrix, Totals
from ..words import PLACES, STATUSES, about_line, beside
from .columns import Group
from .details import link
from .marks import slug


def parts(matrix: Matrix, groups: Sequence[Group]) -> dict[str, str]:
    """HTML for each place of the template that is filled here."""
    about, totals = matrix.about, matrix.totals
    statuses = totals.by_status
    return {
        "title": "TensorFlow on PlaidML: what works",
        "summary": _summary(about, totals),
        "statuses": "\n".join(_statuses(statuses)),
        "bar": _bar(statuses),
        "family_options": "\n".join(_family_options(totals.by_family)),
        "place_options": "\n".join(f'<option value="{escape(w)}">{escape(w)}</option>' for w in PLACES),
        "status_meanings": _meanings({s: STATUSES[s] for s in statuses}, "s"),
        "place_meanings": _meanings({w: p.means for w, p in PLACES.items()}, "m"),
        "measurements": "\n".join(_measurements(groups)),
        "families_head": "".join(f'<th scope="col" class="n">{escape(s)}</th>' for s in statuses),
        "families_rows": "\n".join(_family_rows(totals.by_family, list(statuses))),
        "shown": f"{len(matrix.rows):,} names",
    }


def _summary(about: Heading, totals: Totals) -> str:
    said = [f"<b>{totals.served:,} of {totals.names:,} names work</b>: {escape(about_line(about))}."]
    if totals.beside:
        said.append(f"{beside(totals)}.")
    if about.engine:
        said.append(f"Kernels, limits and measurements are those for the engine {escape(about.engine)} alone.")
    if about.filters:
        only = "; ".join(f"{what} {', '.join(given)}" for what, given in about.filters.items())
        said.append(f"This page holds some rows alone: {escape(only)}.")
    return " ".join(said)


def _statuses(counts: Mapping[str, int]) -> Iterator[str]:
    for status, n in counts.items():
        yield (
            f'<li data-status="{escape(status)}"><strong>{n:,}</strong> <span class="mark s-{slug(status)}">{escape(status)}</span>'
            f" <small>{escape(STATUSES[status])}</small></li>"
        )


def _bar(counts: Mapping[str, int]) -> str:
    """The totals as one bar, in the order of the list above it; widths are in thousandths of all names."""
    start, names, bars = 0.0, max(1, sum(counts.values())), []
    for status, n in counts.items():
        width = 1000 * n / names
        bars.append(f'<rect class="f-{slug(status)}" x="{start:.1f}" width="{max(0.0, width - 2):.1f}" height="6"/>')
        start += width
    return f'<svg class="bar" viewBox="0 0 998 6" preserveAspectRatio="none" aria-hidden="true">{"".join(bars)}</svg>'


def _family_options(by_family: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    for family, counts in by_family.items():
        yield f'<option value="{escape(family)}">{escape(family)} ({sum(counts.values()):,})</option>'


def _family_rows(by_family: Mapping[str, Mapping[str, int]], statuses: Sequence[str]) -> Iterator[str]:
    for family, counts in by_family.items():
        numbers = [sum(counts.values()), *(counts.get(s, 0) for s in statuses)]
        cells = "".join(f'<td class="n">{n:,}</td>' if n else "<td></td>" for n in numbers)
        yield f'<tr><th scope="row">{link(family, f"family={family}")}</th>{cells}</tr>'


def _meanings(meanings: dict[str, str], kind: str) -> str:
    return "".join(f'<dt class="mark {kind}-{slug(word)}">{escape(word)}</dt><dd>{escape(says)}</dd>' for word, says in meanings.items())


def _measurements(groups: Sequence[Group]) -> Iterator[str]:
    for g in groups:
        m = g.measurement
        if m is None:
            yield (
                "<li><b>Measured here</b>: nothing. <code>plaidml-compat matrix --measure --format html -o FILE</code>"
                " measures on your machine, and writes this page with what it found.</li>"
            )
        else:
            engine, version = escape(m.engine), escape(m.version)
            yield f"<li><b>{g.who}</b>: {escape(g.where)}; engine {engine}, and the host beside it; plaidml_compat {version}.</li>"
