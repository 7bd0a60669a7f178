"""What the cells of the matrix say, in words: the same in every format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...wording import rounded
from ..about import Determinism
from ..names import DEVICE_ENGINES
from .building import Heading, Totals
from .row import Cell, Declared, Row, Source

STATUSES = {
    "device": "a PlaidML device can run it, at least inside a model",
    "host": "it runs on the host (this machine's processor) alone",
    "unsupported": "not served; its row says why, and what to use instead",
    "not built": "nobody has built it yet",
    "unknown": "TensorFlow has no such name",
}
"""What each of `names.STATUSES` means."""


@dataclass(frozen=True)
class Place:
    """A place in a model.

    Attributes:
        means: in a sentence.
        brief: in a narrow column.
        short: in six characters.
    """

    means: str
    brief: str
    short: str


_ON_DEVICE = (
    "it becomes a part of PlaidML's graph; a preprocessing layer at the head of a model runs on the host instead, before the batch is sent"
)
PLACES = {
    "device": Place(_ON_DEVICE, "device", "device"),
    "device within limits": Place(
        "the same, but its kernel refuses some shapes, dtypes or arguments: the row's details say which", "device, limits", "limits"
    ),
    "host, at the head only": Place("it runs on the host before the batch is sent, and cannot be further down", "host, head only", "head"),
    "no": Place("it cannot be a part of a model: apply it in Dataset.map", "no", "no"),
}
"""What is said of each of `row.IN_MODEL`."""

REPEATS = {
    Determinism.SAME: "the same result for the same arguments",
    Determinism.SEEDS: "TensorFlow's random numbers for the same seed",
}
NOT_MEASURED_HERE = "not measured on this machine"


def about_line(about: Heading) -> str:
    """Which names these are, and of what they are told."""
    line = f"TensorFlow {' and '.join(about.tensorflow)} in plaidml_compat {about.version}"
    if about.device:
        line += f", on {about.device}"
    if about.engine and about.engine not in DEVICE_ENGINES:
        line += f" (what is declared was tried on {' and '.join(DEVICE_ENGINES)}, never on {about.engine})"
    return line


def beside(totals: Totals) -> str:
    """How many names there are that TensorFlow does not have; empty: none."""
    return f"{totals.beside:,} more names are no names of TensorFlow and are counted by family alone" if totals.beside else ""


# -------------------------------------------------------------------------------------------------------- measured
def measurement(m: Source) -> str:
    """One measurement: `"llvm_cpu on 2 cores of an Intel Xeon, 2025-11-23"`."""
    device = m.device or m.engine
    return ", ".join(filter(None, [f"{device} on {m.machine}" if m.machine else device, m.date]))


def rate(cell: Cell | None) -> str:
    """Images per second of a measured cell, three digits of them; empty: no number."""
    value = cell.found.images_per_second if cell else None
    return "" if value is None else rounded(float(f"{value:.3g}"))


def error(cell: Cell | None) -> str:
    """The largest difference from TensorFlow that was seen; empty: no number."""
    value = cell.found.error if cell else None
    return "" if value is None else f"{value:.2g}"


def worse(*cells: Cell | None) -> Cell | None:
    """The cell with the largest error; `None`: none has one."""
    known = [(c.found.error, c) for c in cells if c and c.found.error is not None]
    return max(known, key=lambda pair: pair[0])[1] if known else None


def repeatable(cell: Cell | None) -> str:
    """Whether the same call gave the same bits twice; empty: not tried."""
    value = cell.found.repeatable if cell else None
    return "" if value is None else "repeatable" if value else "not the same bits twice"


def found(row: Row, source: Source) -> str:
    """All that a measurement found of a row, and in which call; empty: nothing."""
    cells = [c for c in row.cells(source) if c]
    said = []
    for c in cells:
        numbers = [f"{rate(c)} images/s" if rate(c) else "", f"error {error(c)}" if error(c) else "", repeatable(c), c.found.note]
        said.append(f"{c.where} {', '.join(filter(None, numbers))}")
    return "; ".join([*said, *dict.fromkeys(f"called with {c.found.call}" for c in cells if c.found.call)])


# -------------------------------------------------------------------------------------------------------- declared
def tolerance(declared: Declared) -> str:
    """The declared bounds, in words; empty: it has no samples of its own."""
    if declared.tolerance is None:
        return ""
    words = f"samples differ by {declared.tolerance:.3g} at most" if declared.tolerance else "no difference in any sample"
    return words + "".join(f", on {engine} by {value:.3g}" for engine, value in declared.device_tolerances)


def repeats(declared: Declared) -> str:
    """What repeats, in words; empty: not declared."""
    return REPEATS[declared.determinism] if declared.determinism else ""


def limits_of_calls(row: Row) -> Iterator[tuple[str, str]]:
    """What is refused wherever it would run, of the name itself: (what, what to do)."""
    for x in row.limits:
        if not x.inherited:
            yield x.reason, x.advice


def limiting_classes(row: Row) -> list[str]:
    """The classes that it derives from, whose limits of calls hold for it as well."""
    return list(dict.fromkeys(x.of for x in row.limits if x.inherited))


def limits_on_device(row: Row) -> Iterator[tuple[str, str]]:
    """What a device kernel refuses, each reason once: (what, what to do)."""
    for x in row.in_model.limits:
        yield (f"on {x.engine}: " if x.engine else "") + x.reason, x.advice


def slow(row: Row) -> Iterator[tuple[str, str]]:
    """Where it was measured to be slow when called on its own with arrays: (what, what to do)."""
    for x in row.slow:
        of = "" if x.op == row.name else f"{x.op}, "
        yield of + x.reason, x.advice
