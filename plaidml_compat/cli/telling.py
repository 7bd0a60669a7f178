"""What `run` tells when the program ends: a summary, or a profile beside what its code uses, on standard error and as JSON."""

from __future__ import annotations

import argparse
import atexit
import dataclasses
import json
import os
import sys
import tempfile
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from ..observe import Summary
    from ..report.code_and_run import ProgramRow
    from ..report.profiling import Profile

ROWS = 20
"""Rows of a profile shown on a terminal."""


def at_exit(options: argparse.Namespace, kind: str, what: str, about: dict[str, Any]) -> None:
    """Begin to count, and tell when this process ends; processes forked off by the program tell nothing.

    Args:
        options: `quiet`, `summary_json`, `profile` and `profile_json`, as `run`'s parser makes them.
        kind: `"script"`, `"m"` or `"c"`.
        what: the script, module or code.
        about: device and versions, for the JSON files.
    """
    tellers: list[Callable[[], None]] = []
    if options.profile or options.profile_json:
        tellers.append(_profile(options, kind, what, about))
    if options.summary_json or not (options.quiet or options.profile):
        tellers.append(_summary(options, about))
    process = os.getpid()

    # Registered before the program's own functions, so it runs after them.
    @atexit.register
    def _tell() -> None:
        if os.getpid() == process:
            for tell in tellers:
                tell()


def _say(text: str) -> None:
    if sys.stderr is not None:
        print(text, file=sys.stderr, flush=True)


def _write(path: str, content: dict[str, Any], what: str) -> None:
    from .files import writing

    try:
        with writing(path) as f:
            f.write(json.dumps(content, indent=2).encode() + b"\n")
    except OSError as e:
        _say(f"plaidml_compat: the {what} was not written: {e}")


# ------------------------------------------------------------------------------------------------------------ summary
def _summary(options: argparse.Namespace, about: dict[str, Any]) -> Callable[[], None]:
    from ..observe import Summary

    summary = Summary()
    summary.__enter__()

    def tell() -> None:
        if options.summary_json:
            _write(options.summary_json, _summary_content(summary, about), "summary")
        if not (options.quiet or options.profile):
            _say(summary.text())

    return tell


def _summary_content(summary: Summary, about: dict[str, Any]) -> dict[str, Any]:
    return {**about, "compilations": summary.compilations, "ops": summary.rows()}


# ------------------------------------------------------------------------------------------------------------ profile
def _profile(options: argparse.Namespace, kind: str, what: str, about: dict[str, Any]) -> Callable[[], None]:
    from ..report.profiling import profile

    running = profile()
    running.__enter__()
    here = os.getcwd()

    def tell() -> None:
        running.__exit__(None, None, None)
        program, notes = _code(running, kind, what, here, about["device"])
        if options.profile_json:
            more = {"program": None if program is None else [r.to_dict() for r in program], "notes": notes}
            _write(options.profile_json, {**about, **running.to_dict(), **more}, "profile")
        if options.profile:
            _say(_text(running, program, notes, bool(options.profile_json)))

    return tell


def _text(running: Profile, program: list[ProgramRow] | None, notes: list[str], saved: bool) -> str:
    from ..report import program_text

    if program is None:
        return "\n".join([running.text(ROWS), *(f"  {n}" for n in notes)])
    more = "" if saved else " (--profile-json FILE has all)"
    return program_text.table(program, running.totals, most=ROWS, more=more, notes=notes)


def _code(running: Profile, kind: str, what: str, here: str, device: str) -> tuple[list[ProgramRow] | None, list[str]]:
    """What the program's code uses, joined with what ran (`None`: it was not scanned), and sentences about that."""
    try:
        from ..report import code_and_run

        findings, notes = _findings(kind, what, here, device)
        return code_and_run.joined(running.rows, findings), notes
    except Exception as e:  # whatever the program left behind, what ran is told
        return None, [f"The code was not scanned: {type(e).__name__}: {e}"]


def _findings(kind: str, what: str, here: str, device: str) -> tuple[list[Any], list[str]]:
    from ..report.program_files import own_files
    from ..report.scanner.scanning import scan
    from ..report.scanner.settings import Settings

    notes = []
    with tempfile.TemporaryDirectory() as folder:
        code = os.path.join(folder, "code.py")
        if kind == "c":
            main = code
            with open(code, "w", encoding="utf-8", errors="surrogateescape") as f:
                f.write(what)
        else:
            main = str(getattr(sys.modules.get("__main__"), "__file__", what))
        folders = [here if kind == "c" else os.path.dirname(os.path.realpath(main)), *([here] if kind == "m" else [])]
        if not os.path.isfile(main):
            notes.append(f"The program itself was not scanned: {main} is no file.")
        report = scan(own_files(main if os.path.isfile(main) else None, folders), Settings(device=device))
    findings = [dataclasses.replace(f, path="<string>") if f.path == code else f for f in report.findings]
    problems = [f"Not scanned: {p.path}" + (f":{p.line}" if p.line else "") + f": {p.reason}." for p in report.problems]
    return findings, notes + problems
