"""A profile as lines of text: as wide as the terminal, at most 100 columns."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

from ... import wording
from ...text_columns import WIDTH, paragraph
from ...wording import counted
from .rows import Copies, Place, ProfileRow, Reason, Totals

_NARROW, _NAME, _PLACES_SHOWN = 72, 40, 3
_SAYS = {
    "fallback": "ran on the host though the device was asked for, {times}",
    "slow": "slow, {times}",
    "refused": "refused, {times}",
}


def table(rows: Sequence[ProfileRow], totals: Totals, most: int | None = None, more: str = "", notes: Sequence[str] = ()) -> str:
    """The profile: totals, a line or more for each row, and what the columns mean.

    Args:
        rows: in the order in which they are shown.
        totals: their sums.
        most: rows shown; `None`: all.
        more: what to say of the rows left out.
        notes: sentences for the head.
    """
    shown = rows if most is None else rows[:most]
    lines = headline(totals, notes)
    if rows:
        width = min(_NAME, columns() - len(COLUMNS) - 4, max(len(r.name) for r in shown))
        lines += ["", f"  {'op':<{width}}  {COLUMNS}"]
        for r in shown:
            lines.append(f"  {shortened(r.name, width):<{width}}  {cells(r, totals)}".rstrip())
            lines += details(r)
        if len(shown) < len(rows):
            lines.append(f"  ... {len(rows) - len(shown)} more" + (f" ({more})" if more else ""))
        lines += ["", *legend()]
    return "\n".join(lines)


COLUMNS = f"{'calls':>9} {'where':<6}  {'host s':>8}  {'device s':>8}  {'share':>6}"


def cells(row: ProfileRow, totals: Totals) -> str:
    """What stands below `COLUMNS`."""
    share = f"{row.seconds / totals.op_seconds:6.1%}" if totals.op_seconds and row.seconds else ""
    count = f"{row.host_calls + row.device_calls:,}"
    return f"{count:>9} {where(row):<6}  {seconds(row.host_seconds):>8}  {seconds(row.device_seconds):>8}  {share:>6}"


def headline(totals: Totals, notes: Sequence[str] = ()) -> list[str]:
    """What the profile says in all, then notes."""
    t, said = totals, []
    share = t.device_share
    part = "no op ran" if share is None else f"{percent(share)} of op time ran on the device"
    said.append(f"plaidml_compat profile: {rounded(t.wall_seconds)} s, {part}")
    if share is not None:
        took = f"op time {rounded(t.op_seconds)} s: host {rounded(t.host_seconds)} s, "
        took += f"device {rounded(t.device_seconds)} s"
        if t.compilations:
            took += f" (of which {rounded(t.compile_seconds)} s first runs, which compile)"
        said.append(took)
        other = t.other_seconds / t.wall_seconds if t.wall_seconds else 0.0
        where_else = "Python, imports, waiting, other libraries"
        said.append(f"for {percent(other)} of the {rounded(t.wall_seconds)} s nothing ran that is counted: {where_else}")
    if t.import_seconds >= 0.001:
        said.append(f"libraries that ops imported when they first needed them: {rounded(t.import_seconds)} s, which is no op time")
    counts = [counted(t.host_calls, "op call") + " on the host", f"{t.device_calls:,} on the device", counted(t.steps, "step")]
    if t.other_calls:
        counts.append(counted(t.other_calls, "call") + " of other functions")
    counts += [counted(t.fallbacks, "fallback"), counted(t.compilations, "compilation")]
    if t.built:
        counts.append(f"{t.built:,} built into graphs")
    if t.refused:
        counts.append(f"{t.refused:,} refused")
    said.append(", ".join(counts))
    if t.to_device.count or t.from_device.count:
        said.append(f"copies: {copies(t.to_device)} to the device, {copies(t.from_device)} back")
    return [*wrapped(said[0], ""), *(line for text in (*said[1:], *notes) for line in wrapped(text, "  "))]


def legend() -> list[str]:
    """What the columns mean."""
    text = (
        "Op time: seconds in ops called one by one, in TensorFlow's other functions (tf.random.normal, save_img), in loading of files, and "
        "in functions of the device (the steps of a model), copies and compilations included; what runs inside something else counts there "
        "no more. Threads add up, so op time may exceed wall time. A layer counts a call for each op that it runs; a function that "
        "Dataset.map applies to many elements at once counts one for all of them. This process alone is counted."
    )
    return wrapped(text, "  ")


def columns() -> int:
    """Characters of a line: those of the terminal, or of COLUMNS, within bounds."""
    return max(_NARROW, min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns))


def where(row: ProfileRow) -> str:
    """Where it ran: `"host"`, `"device"`, `"both"`, `"steps"` of a function of the device, `"graph"` alone, or `"-"`: nowhere."""
    if row.host_calls and row.device_calls:
        return "both"
    if row.device_calls:
        return ("step" if row.device_calls == 1 else "steps") if row.kind == "function" else "device"
    return "host" if row.host_calls else "graph" if row.built else "-"


def details(row: ProfileRow) -> list[str]:
    """Lines below a row: what it copied and compiled, why it did not run as asked, which lines called it."""
    facts = []
    if row.host_calls and row.device_calls:
        facts.append(f"{row.host_calls:,} on the host, {row.device_calls:,} on the device")
    if row.built:
        facts.append(f"built into graphs {times(row.built)}")
    if row.to_device.count or row.from_device.count:
        facts.append(f"copies: {copies(row.to_device)} to the device, {copies(row.from_device)} back")
    if row.compilations:
        facts.append(f"{counted(row.compilations, 'compilation')} (first runs: {rounded(row.compile_seconds)} s)")
    lines = [line for fact in facts for line in wrapped(fact, "      ")]
    for reason in row.reasons:
        lines += _reason(reason)
    if row.places:
        lines += wrapped("called at " + places(row.places), "      ")
    return lines


def _reason(r: Reason) -> list[str]:
    said = _SAYS[r.kind].format(times=times(r.count))
    if r.places:
        said += f" ({places(r.places)})"
    lines = wrapped(f"{said}: {r.reason}", "    ! ")
    return lines + (wrapped(r.advice, "      -> ") if r.advice else [])


def places(found: Sequence[Place]) -> str:
    """The first few, with their counts."""
    shown = [at(p) + (f" x{p.count}" if p.count > 1 else "") for p in found[:_PLACES_SHOWN]]
    if len(found) > _PLACES_SHOWN:
        shown.append(f"{len(found) - _PLACES_SHOWN} more")
    return ", ".join(shown)


def at(place: Place) -> str:
    """`"train.py:12"`."""
    return f"{os.path.basename(place.file)}:{place.line}"


def wrapped(text: str, start: str) -> list[str]:
    """A paragraph, indented by `start`."""
    return paragraph(text, start, " " * len(start), columns())


# ------------------------------------------------------------------------------------------------------------ numbers
def shortened(name: str, width: int) -> str:
    """A name in so many columns: its middle is left out."""
    if len(name) <= width:
        return name
    head = width // 2 - 2
    return f"{name[:head]}...{name[len(name) - (width - head - 3) :]}"


def times(n: int) -> str:
    """`"once"`, `"3 times"`."""
    return "once" if n == 1 else f"{n:,} times"


def percent(share: float) -> str:
    """Whole percents; never 0 % for something or 100 % for less than all."""
    if 0 < share < 0.01:
        return "< 1 %"
    return "> 99 %" if 0.99 < share < 1 else f"{share:.0%}".replace("%", " %")


def seconds(s: float) -> str:
    """Seconds in eight columns; nothing for none."""
    return "" if not s else "< 0.0001" if s < 0.0001 else f"{s:.4f}" if s < 1000 else f"{s:.1f}"


def rounded(s: float) -> str:
    """Seconds in a sentence: of three digits, or all before the point; very few are said to be so."""
    return "< 0.001" if 0 < s < 0.001 else wording.rounded(s)


def copies(c: Copies) -> str:
    """How many, and how large."""
    return f"{c.count:,} ({size(c.bytes)})"


def size(n: float) -> str:
    """Bytes as people say them: `"12 B"`, `"1.2 MB"`."""
    power = 0
    while n >= 1000 and power < 3:
        n, power = n / 1000, power + 1
    return f"{n:.0f} B" if power == 0 else f"{n:,.1f} {' kMG'[power]}B"
