"""A profile beside the code that ran: which files make up the program, their scan, and both in one table."""

from __future__ import annotations

import dataclasses
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ... import device, observe
from ..scanner.scanning import ScanReport, scan
from ..scanner.settings import Settings
from . import program_text, text
from .code_and_run import ProgramRow, joined
from .program_files import own_files

if TYPE_CHECKING:
    from .collecting import Profile


@dataclasses.dataclass(frozen=True)
class Program:
    """What a program's code uses, beside what ran of it.

    Attributes:
        profile: what ran.
        rows: one a name, what fails first, then by seconds; `None`: the code was not scanned.
        notes: sentences about what was not scanned, or not counted.
    """

    profile: Profile
    rows: tuple[ProgramRow, ...] | None
    notes: tuple[str, ...] = ()

    def text(self, most: int | None = None, more: str = "") -> str:
        """The table.

        Args:
            most: rows to show; `None`: all.
            more: what to say of the rows left out.
        """
        if self.rows is None:
            return text.table(*self.profile.read(), most=most, more=more, notes=self.notes)
        return program_text.table(self.rows, self.profile.totals, most=most, more=more, notes=self.notes)

    __str__ = text

    def to_dict(self) -> dict[str, Any]:
        """The profile's `to_dict`, with these rows as `program`, and `notes`; JSON-ready."""
        program = None if self.rows is None else [r.to_dict() for r in self.rows]
        return {**self.profile.to_dict(), "program": program, "notes": list(self.notes)}


def of_paths(profile: Profile, paths: Sequence[str]) -> Program:
    """A profile beside files, and folders with all that is in them."""
    report = scan(paths, Settings(device=device.current()))
    return Program(profile, tuple(joined(profile.rows, report.findings)), _problems(report))


def of_main(profile: Profile, kind: str, what: str, here: str, notes: Sequence[str] = ()) -> Program:
    """A profile beside the program that runs in this process: its own file and the modules of its own that it imported.

    Args:
        profile: what ran.
        kind: `"script"`, `"m"` or `"c"`.
        what: the script, module or code.
        here: the folder in which it was started.
        notes: what else is to be said.
    """
    try:
        report, unread = _scanned(kind, what, here)
        return Program(profile, tuple(joined(profile.rows, report.findings)), (*notes, *unread, *_problems(report)))
    except Exception as e:  # whatever the program left behind, what ran is told
        observe.log.debug("the scan for a profile failed", exc_info=True)
        return Program(profile, None, (*notes, f"The code was not scanned: {type(e).__name__}: {e}"))


def _scanned(kind: str, what: str, here: str) -> tuple[ScanReport, list[str]]:
    with _main_file(kind, what) as (main, shown):
        unread = [] if os.path.isfile(main) else [f"The program itself was not scanned: {main} is no file."]
        folders = [here if kind == "c" else os.path.dirname(os.path.realpath(main)), *([here] if kind == "m" else [])]
        report = scan(own_files(None if unread else main, folders), Settings(device=device.current()))
    findings = tuple(dataclasses.replace(f, path=shown) if f.path == main else f for f in report.findings)
    problems = tuple(dataclasses.replace(p, path=shown) if p.path == main else p for p in report.problems)
    return dataclasses.replace(report, findings=findings, problems=problems), unread


@contextmanager
def _main_file(kind: str, what: str) -> Iterator[tuple[str, str]]:
    """The program's own file, and how it is called; the code of `-c` is one for as long as the block runs."""
    if kind != "c":
        main = str(getattr(sys.modules.get("__main__"), "__file__", what))
        yield main, main
        return
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "code.py")
        with open(file, "w", encoding="utf-8", errors="surrogateescape") as f:
            f.write(what)
        yield file, "<string>"


def _problems(report: ScanReport) -> tuple[str, ...]:
    return tuple(f"Not scanned: {p.path}" + (f":{p.line}" if p.line else "") + f": {p.reason}." for p in report.problems)
