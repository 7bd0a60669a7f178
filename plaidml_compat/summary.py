"""A reader of the events: counts ops by placement, and what was refused."""

from __future__ import annotations

import os
import threading
from collections import Counter
from typing import Callable

from .observe import Event, subscribe
from .text_columns import paragraph
from .wording import counted


class Summary:
    """Counts ops by placement, with the reasons of fallbacks, and what was refused. Also a context manager.

    Attributes:
        runs: (op, placement) -> number of calls; of an op in a graph, number of times that it was built into one.
        reasons: (op, reason) -> number of fallbacks.
        compilations: number of functions compiled for a new shape.
        refused: (op, placement, reason, advice, file, line) -> how often it was refused there, also where the program caught the error.
    """

    def __init__(self) -> None:
        self.runs: Counter[tuple[str, str]] = Counter()
        self.reasons: Counter[tuple[str, str]] = Counter()
        self.compilations = 0
        self.refused: Counter[tuple[str, str, str, str, str, int]] = Counter()
        self._lock = threading.Lock()
        self._end: Callable[[], None] | None = None

    def __call__(self, event: Event) -> None:
        with self._lock:
            if event.kind in ("run", "build"):
                self.runs[event.op, event.placement] += 1
            elif event.kind == "fallback":
                self.reasons[event.op, event.reason] += 1
            elif event.kind == "compile":
                self.compilations += 1
            elif event.kind == "refused":
                file, line = event.site or ("<unknown>", 1)
                self.refused[event.op, event.placement, event.reason, event.advice, file, line] += 1

    def __enter__(self) -> Summary:
        self._end = subscribe(self)
        return self

    def __exit__(self, *exc: object) -> None:
        assert self._end is not None
        self._end()

    def rows(self) -> list[dict]:
        """One row an op, as JSON-ready dictionaries: op, host, device, fallbacks, reasons."""
        ops = sorted({op for op, _ in self.runs} | {op for op, _ in self.reasons})
        return [
            {
                "op": op,
                "host": self.runs[op, "host"],
                "device": self.runs[op, "device"],
                "fallbacks": sum(n for (o, _), n in self.reasons.items() if o == op),
                "reasons": [r for (o, r) in self.reasons if o == op],
            }
            for op in ops
        ]

    def refusals(self) -> list[dict]:
        """What was refused, as JSON-ready dictionaries in the order of the first time: op, placement, reason, advice, file, line, count."""
        names = ("op", "placement", "reason", "advice", "file", "line")
        return [{**dict(zip(names, about)), "count": n} for about, n in self.refused.items()]

    def text(self) -> str:
        """The summary as lines of text."""
        rows, refused = self.rows(), self.refusals()
        said = f", {sum(r['count'] for r in refused)} refused" if refused else ""
        told = [line for r in refused for line in _refusal(r)]
        if not rows and not self.compilations:
            return "\n".join([f"plaidml_compat: no op ran{said}", *told])
        width = max([len(r["op"]) for r in rows], default=2)
        host, device, fallbacks = (sum(r[column] for r in rows) for column in ("host", "device", "fallbacks"))
        out = [
            f"plaidml_compat: {counted(host, 'op call')} on the host, {device:,} on the device, {counted(fallbacks, 'fallback')}, "
            f"{counted(self.compilations, 'compilation')}{said}"
        ]
        for r in rows:
            out.append(f"  {r['op']:<{width}}  host {r['host']:>7}  device {r['device']:>7}" + "".join(f"  ({x})" for x in r["reasons"]))
        return "\n".join(out + told)


def _refusal(row: dict) -> list[str]:
    times = f", {row['count']} times" if row["count"] > 1 else ""
    said = f"{row['op']}: refused at {os.path.basename(row['file'])}:{row['line']}{times}: {row['reason']}"
    return paragraph(said, "  ! ", "    ") + (paragraph(row["advice"], "    -> ", "       ") if row["advice"] else [])
