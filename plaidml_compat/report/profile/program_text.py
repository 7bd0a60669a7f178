"""What a program's code would hit beside what a run of it did hit, as lines of text: as wide as the terminal, at most 100 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...wording import counted
from .rows import Totals
from .text import COLUMNS, at, cells, columns, details, headline, legend, places, shortened, wrapped

if TYPE_CHECKING:
    from .code_and_run import ProgramRow

_CODE, _LEAST = "in the code", 24
_SHORT = {"unsupported": "unsupp."}
_NOT_RUN = {state: f"{state:>16}" for state in ("never reached", "did not run")}


def table(rows: Sequence[ProgramRow], totals: Totals, most: int | None = None, more: str = "", notes: Sequence[str] = ()) -> str:
    """Totals, a line or more for each name, and what the columns mean.

    Args:
        rows: in the order in which they are shown; what works and is not counted is left out, and its number said.
        totals: of the profile.
        most: rows shown; `None`: all.
        more: what to say of the rows left out.
        notes: sentences for the head: what was not scanned, or not counted.
    """
    told = [r for r in rows if r.state != "not counted" or r.reason]
    shown = told if most is None else told[:most]
    lines = headline(totals, notes)
    if shown:
        code = min(24, max(len(_CODE), *(len(_code(r)) for r in shown)))
        room = columns() - len(COLUMNS) - 4
        beside = room - code - 2 >= _LEAST
        width = min(room - code - 2 if beside else room, max(len(r.name) for r in shown))
        lines += ["", f"  {'op':<{width}}  " + (f"{_CODE:<{code}}  " if beside else "") + COLUMNS]
        for r in shown:
            numbers = cells(r.ran, totals) if r.ran is not None else _NOT_RUN.get(r.state, "")
            in_code = f"{shortened(_code(r), code):<{code}}  " if beside else ""
            lines.append(f"  {shortened(r.name, width):<{width}}  {in_code}{numbers}".rstrip())
            if not beside and r.places:
                lines += wrapped(f"{_CODE}: {_code(r)}", "      ")
            lines += _details(r)
    if len(shown) < len(told):
        idle = ", none of which ran" if all(r.ran is None for r in told[len(shown) :]) else ""
        lines.append(f"  ... {len(told) - len(shown)} more{idle}" + (f" ({more})" if more else ""))
    lines.append("")
    if len(told) < len(rows):
        n = len(rows) - len(told)
        verbs = "works and is" if n == 1 else "work and are"
        what = "classes and their methods, datasets, Keras' own layers and functions"
        lines += wrapped(f"{counted(n, 'more name')} in the code {verbs} not counted one by one: {what}.", "  ")
    if shown:
        in_the_code = (
            "In the code: what the scanner says of it (device: a device can run it, in a model or in device_scope; host: the host alone), "
            "and its first line; no line: a model's step, or an op that something else called. Did not run: this run did not come there, "
            "or there was nothing to compute, as for augmentation in inference."
        )
        lines += [*wrapped(in_the_code, "  "), *legend()]
    return "\n".join(lines).rstrip()


def _code(row: ProgramRow) -> str:
    if not row.places:
        return ""
    first = f"{_SHORT.get(row.rule, row.rule)} {at(row.places[0])}"
    return first + (f" +{len(row.places) - 1}" if len(row.places) > 1 else "")


def _details(row: ProgramRow) -> list[str]:
    lines = details(row.ran) if row.ran is not None else []
    if row.reason and not (row.ran is not None and row.ran.reasons):  # what happened says it better than what was expected
        lines += wrapped(f"{row.rule} ({places(row.places)}): {row.reason}", "    ! ")
        lines += wrapped(row.suggestion, "      -> ") if row.suggestion else []
    return lines
