"""A reader of the events: counts ops by placement."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Callable

from .observe import Event, subscribe


class Summary:
    """Counts ops by placement, with the reasons of fallbacks. Also a context manager.

    Attributes:
        runs: (op, placement) -> number of calls; of an op in a graph, number of times that it was built into one.
        reasons: (op, reason) -> number of fallbacks.
        compilations: number of functions compiled for a new shape.
    """

    def __init__(self) -> None:
        self.runs: Counter[tuple[str, str]] = Counter()
        self.reasons: Counter[tuple[str, str]] = Counter()
        self.compilations = 0
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

    def text(self) -> str:
        """The summary as lines of text."""
        rows = self.rows()
        if not rows and not self.compilations:
            return "plaidml_compat: no op ran"
        width = max([len(r["op"]) for r in rows], default=2)
        out = [
            f"plaidml_compat: {sum(r['host'] for r in rows)} op calls on the host, {sum(r['device'] for r in rows)} on the device, "
            f"{sum(r['fallbacks'] for r in rows)} fallbacks, {self.compilations} compilations"
        ]
        for r in rows:
            out.append(f"  {r['op']:<{width}}  host {r['host']:>7}  device {r['device']:>7}" + "".join(f"  ({x})" for x in r["reasons"]))
        return "\n".join(out)
