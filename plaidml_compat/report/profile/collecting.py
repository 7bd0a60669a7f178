"""`profile()`: what ran in a block of the program, where, for how long, and why not elsewhere."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable

from ... import observe
from .rows import Clock, ProfileRow, Totals, totals_of
from .tally import Tally

if TYPE_CHECKING:
    from .program import Program

SCHEMA = 1
"""Version of what `to_dict` returns: another one where something is renamed or left out."""


def profile(*, sites: bool = False) -> Profile:
    """Count and time what runs in a block: `with plaidml_compat.profile() as p: ...`, then `print(p)`.

    Everything counts that happens in this process while the block runs, in whatever thread: workers of `Dataset.map` and `prefetch`, and
    threads that have nothing to do with the block, too. Other processes do not count. Profiles may lie in each other and overlap.
    An op that runs when the block begins, and ends in it, counts with all its seconds.

    Args:
        sites: also look up which lines of the program ran each op (`ProfileRow.places`), which costs some microseconds a call. The
            lines of fallbacks, slow ops and refusals are always there.

    Returns:
        The profile. It can be read while the block runs; nothing is printed.
    """
    return Profile(sites=sites)


class Profile:
    """What ran in a block, by op; see `profile`."""

    def __init__(self, *, sites: bool = False) -> None:
        self._sites = sites
        self._tally: Tally | None = None
        self._end: Callable[[], None] | None = None

    def __enter__(self) -> Profile:
        if self._tally is not None:
            state = "runs" if self._end is not None else "has ended"
            raise RuntimeError(
                "plaidml_compat.profile: a profile is of one block alone, so that its seconds are those of that block. "
                f"Make another one: `with plaidml_compat.profile() as p:`. Received one that {state}"
            )
        self._tally = Tally(time.perf_counter(), self._sites)
        sited = ("fallback", "slow", "refused", *(("run", "step", "load", "call") if self._sites else ()))
        self._end = observe.subscribe(self._tally, sited, wants=("call", "import"))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        assert self._tally is not None and self._end is not None
        self._end()
        self._end = None
        self._tally.close()

    @property
    def rows(self) -> list[ProfileRow]:
        """One row for each op, layer and function of the device, most seconds first."""
        return self.read()[0]

    @property
    def totals(self) -> Totals:
        """All of it in numbers."""
        return self.read()[1]

    def read(self) -> tuple[list[ProfileRow], Totals]:
        """`rows` and `totals` of the same moment."""
        rows, clock = ([], Clock()) if self._tally is None else self._tally.read()
        return rows, totals_of(rows, clock)

    def text(self, most: int | None = None) -> str:
        """The profile as a table of at most 100 columns.

        Args:
            most: rows to show; `None`: all.
        """
        from .text import table

        if self._tally is None:
            return "plaidml_compat profile: nothing yet; it begins with `with plaidml_compat.profile() as p:`"
        return table(*self.read(), most=most)

    __str__ = text

    def __repr__(self) -> str:
        state = "not begun" if self._tally is None else "running" if self._end is not None else "ended"
        return f"<plaidml_compat profile, {state}, {len(self.rows)} rows>"

    def to_dict(self) -> dict[str, Any]:
        """Everything, JSON-ready: `schema`, `totals` and `rows`, with the attributes of `Totals` and `ProfileRow` as keys."""
        rows, totals = self.read()
        about = {"device_share": totals.device_share, "other_seconds": totals.other_seconds}
        return {"schema": SCHEMA, "totals": {**dataclasses.asdict(totals), **about}, "rows": [dataclasses.asdict(r) for r in rows]}

    def to_json(self) -> str:
        """`to_dict` as text."""
        return json.dumps(self.to_dict(), indent=2)

    def beside(self, *paths: str) -> Program:
        """What the code in files, and in folders with all that is in them, uses, beside what ran: `print(p.beside("train.py"))`.

        The files are read, neither imported nor run. `python -m plaidml_compat --profile` does this for a whole program.
        """
        from .program import of_paths

        return of_paths(self, paths)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write `to_json` to a file, whole or not at all.

        Raises:
            OSError: the folder is missing or read-only.
        """
        from ...writing_files import writing

        with writing(os.fspath(path)) as f:
            f.write(self.to_json().encode() + b"\n")
