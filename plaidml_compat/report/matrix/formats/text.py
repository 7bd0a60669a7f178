"""The matrix for a terminal: a summary, a line a name, or all about single names."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ...about import OF_TENSORFLOW
from .. import words
from ..building import Heading, Matrix, Totals
from ..row import Row, Source
from . import Reading

LABEL = 14
"""Width of the labels that stand before what is said of a name."""
_STATUS = f"{'status':<11}  "
_INDENT = " " * len(_STATUS)
_COLOURS = {"device": "green", "host": "cyan", "unsupported": "red", "not built": "dim", "unknown": "red"}


def render(matrix: Matrix, reading: Reading) -> str:
    """The matrix as text."""
    lines = {"summary": _summary, "lines": _lines, "details": _details}[reading.shown](matrix, reading)
    return _coloured(lines) if reading.colours else "".join(f"{text}\n" for _, text in lines)


Lines = Iterable[tuple[str, str]]
"""(style of rich's, or nothing; a line)."""


def _coloured(lines: Lines) -> str:
    from rich.console import Console

    console = Console(file=io.StringIO(), force_terminal=True, soft_wrap=True, highlight=False)
    for style, text in lines:
        console.print(text, style=style or None, markup=False, soft_wrap=True)
    return console.file.getvalue()  # type: ignore[attr-defined]


def _wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(text, max(width, 40), initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False)


# --------------------------------------------------------------------------------------------------------- summary
def _summary(matrix: Matrix, reading: Reading) -> Iterator[tuple[str, str]]:
    about, totals = matrix.about, matrix.totals
    yield "bold", f"{totals.names:,} names: {words.about_line(about)}"
    yield "", ""
    for status, n in totals.by_status.items():
        yield _COLOURS[status], f"  {status:<11} {n:>6,}  {words.STATUSES[status]}"
    yield "", ""
    if totals.beside:
        yield from _plain(f"{words.beside(totals)}.", reading.width)
    counts = totals.in_model
    head = counts["host, at the head only"]
    yield from _plain(
        f"In a model, aliases counted once: {counts['device']} run on the device, {counts['device within limits']} within limits, "
        f"{head} on the host at its head only, {counts['no']} cannot.",
        reading.width,
    )
    yield from _measurements(about, totals, reading)
    yield "", ""
    yield from _families(totals.by_family, reading.width)
    yield "", ""
    if any(m.here for m in about.measurements):
        measured = [r for r in matrix.rows if any(any(r.cells(m)) for m in about.measurements if m.here) and not r.same_as]
        yield from _lines(replace(matrix, rows=measured), reading)
        return
    yield "dim", f"All about a name:  {reading.prog} tf.image.resize"
    yield "dim", f"A line a name:     {reading.prog} --family tf.image  (or --status, --all)"
    yield "dim", f"As a page:         {reading.prog} -o matrix.html  (.md, .json, .txt)"


def _plain(text: str, width: int) -> Iterator[tuple[str, str]]:
    yield from (("", line) for line in _wrapped(text, width))


def _measurements(about: Heading, totals: Totals, reading: Reading) -> Iterator[tuple[str, str]]:
    here = [m for m in about.measurements if m.here]
    shipped = [m for m in about.measurements if not m.here]
    if here:
        yield from _plain(f"Measured here: {totals.measured_here} of them; {'; '.join(map(words.measurement, here))}.", reading.width)
    else:
        yield from _plain(f"Nothing was measured on this machine; {reading.prog} --measure does.", reading.width)
    if shipped:
        yield from _plain(f"Measured by the project: {'; '.join(map(words.measurement, shipped))}.", reading.width)


def _families(by_family: Mapping[str, Mapping[str, int]], width: int) -> Iterator[tuple[str, str]]:
    some = {f: c for f, c in by_family.items() if any(n for s, n in c.items() if s != "not built")}
    longest = max((len(f) for f in some), default=0)
    if some:
        yield "bold", "  ".join([f"{'family':<{longest}}", " names", *OF_TENSORFLOW])
    for family, counts in some.items():
        numbers = [f"{counts.get(t) or '-':>{len(t)}}" for t in OF_TENSORFLOW]
        yield "", "  ".join([f"{family:<{longest}}", f"{sum(counts.values()):>6}", *numbers])
    none = [f"{f} ({sum(c.values())})" for f, c in by_family.items() if f not in some]
    if none:
        yield "", ""
        yield from (("dim", line) for line in _wrapped(f"Nothing is built of {', '.join(none)}.", width))


# ----------------------------------------------------------------------------------------------------------- lines
def _lines(matrix: Matrix, reading: Reading) -> Iterator[tuple[str, str]]:
    here = [m for m in matrix.about.measurements if m.here]
    if not matrix.rows:
        yield "", "No name fits."
        return
    yield "bold", _STATUS + "model   map   " + ("  host/s  device/s   error  " if here else "") + "name"
    for row in matrix.rows:
        yield _COLOURS[row.status], _line(row, here)
        if row.status == "unsupported":
            yield from (("dim", line) for line in _wrapped(f"{row.reason}. {row.instead}", reading.width, _INDENT, _INDENT))
    yield "", ""
    yield "dim", "model: in a model (limits: on the device within limits; head: on the host at"
    yield "dim", "its head only); map: in Dataset.map; -: does not apply, or is not declared."
    measured = "/s: images a second; error: the larger one's; both measured here; -: not measured."
    yield "dim", measured if here else f"{words.NOT_MEASURED_HERE.capitalize()}."
    yield "dim", f"All about a name:  {reading.prog} {matrix.rows[0].name}"


def _line(row: Row, here: Sequence[Source]) -> str:
    text = f"{row.status:<11}  {words.PLACES[row.in_model.where].short if row.in_model.where else '-':<6}  {row.in_map or '-':<4}  "
    if here:
        host, device = row.cells(here[0])
        text += f"{words.rate(host) or '-':>8}  {words.rate(device) or '-':>8}  {words.error(words.worse(host, device)) or '-':>6}  "
    return text + row.name


# --------------------------------------------------------------------------------------------------------- details
def _details(matrix: Matrix, reading: Reading) -> Iterator[tuple[str, str]]:
    if not matrix.rows:
        yield "", "No name fits."
    for i, row in enumerate(matrix.rows):
        if i:
            yield "", ""
        yield (
            f"bold {_COLOURS[row.status]}",
            row.name + f": {row.status}" + (f" ({row.kind})" if row.status != "unknown" else ""),
        )
        for label, text in _said(row, matrix.about.measurements):
            lines = _wrapped(text, reading.width, f"  {label:<{LABEL}}  ", " " * (LABEL + 4))
            yield from (("dim" if label == "->" else "", line) for line in lines)


def _said(row: Row, measurements: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """(label, text) of everything known about a name; a label's `->` is what to do about the line before."""
    if row.same_as:
        yield "the same as", row.same_as
    for what, cure in words.limits_of_calls(row):
        yield "limit", what
        yield "->", cure
    for cls in words.limiting_classes(row):
        yield "limits", f"those of {cls} too"
    if row.in_model.words:
        yield "in a model", row.in_model.words
    for what, cure in words.limits_on_device(row):
        yield "  limit", what
        yield "->", cure
    if row.in_map:
        yield "in Dataset.map", f"on the {row.in_map}"
    reason = row.in_model.reason or row.reason
    if reason:
        yield "why host" if row.works else "why not", reason
    if row.instead:
        yield "->", row.instead
    for what, cure in words.slow(row):
        yield "slow", what
        yield "->", cure
    declared = "; ".join(filter(None, [row.declared.parity, words.tolerance(row.declared), words.repeats(row.declared)]))
    if declared:
        yield "declared", declared
    yield from _measured(row, measurements)
    if row.source:
        yield "comes from", row.source
    if row.versions:
        yield "TensorFlow", ", ".join(row.versions)


def _measured(row: Row, measurements: Sequence[Source]) -> Iterator[tuple[str, str]]:
    if row.kind not in ("op", "layer"):
        return
    yield "measured", "; ".join(filter(None, (words.found(row, m) for m in measurements if m.here))) or words.NOT_MEASURED_HERE
    for m in measurements:
        found = "" if m.here else words.found(row, m)
        if found:
            yield "  by project", f"{words.measurement(m)}: {found}"
