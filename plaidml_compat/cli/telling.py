"""What `run` tells when the program ends: a summary, or a profile beside what its code uses, on standard error and as JSON."""

from __future__ import annotations

import argparse
import atexit
import json
import os
import sys
from typing import Any, Callable

from . import children, program

ROWS = 20
"""Rows of a profile shown on a terminal."""
SUMMARY_SCHEMA = 1
"""Version of the summary's JSON: another one where something is renamed or left out."""


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
            program.end_as_interrupted()


def _say(text: str) -> None:
    if sys.stderr is not None:
        print(text, file=sys.stderr, flush=True)


def _write(path: str, content: dict[str, Any], what: str) -> None:
    from ..writing_files import writing

    try:
        with writing(path) as f:
            f.write(json.dumps(content, indent=2).encode() + b"\n")
    except OSError as e:
        _say(f"plaidml_compat: the {what} was not written: {e}")


def _summary(options: argparse.Namespace, about: dict[str, Any]) -> Callable[[], None]:
    from ..summary import Summary

    summary = Summary()
    summary.__enter__()

    def tell() -> None:
        if options.summary_json:
            content = {
                "schema": SUMMARY_SCHEMA,
                **about,
                "compilations": summary.compilations,
                "ops": summary.rows(),
                "refused": summary.refusals(),
            }
            _write(options.summary_json, content, "summary")
        if not (options.quiet or options.profile):
            _say(summary.text())

    return tell


def _profile(options: argparse.Namespace, kind: str, what: str, about: dict[str, Any]) -> Callable[[], None]:
    from ..report.profile.collecting import profile

    running = profile()
    running.__enter__()
    here = os.getcwd()

    def tell() -> None:
        running.__exit__(None, None, None)
        from ..report.profile.program import of_main

        notes = [children.NOT_COUNTED] if children.were_started() else []
        told = of_main(running, kind, what, here, notes)
        if options.profile_json:
            _write(options.profile_json, {**about, **told.to_dict()}, "profile")
        if options.profile:
            _say(told.text(ROWS, f"all are in {options.profile_json}" if options.profile_json else "--profile-json FILE has all"))

    return tell
