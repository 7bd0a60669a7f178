"""The plugin's section at the end of the terminal: placements, flags with their reasons, the tests that have most of them."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Collection
from typing import Any

from .findings import Findings
from .recording import Flag
from .settings import KINDS
from .static import place

_SHORT = 5
_WORST = 3


def write(terminal: Any, findings: Findings, scanned: list[dict[str, Any]], verbosity: int) -> None:
    """Write the section: the worst with no option, everything with -v.

    Args:
        terminal: pytest's terminal reporter.
        findings: of the run.
        scanned: what the scanner found in the files.
        verbosity: pytest's, 0 or more.
    """
    most = None if verbosity > 0 else _SHORT
    parts = [*_ran(findings, most), *_scanned(scanned, findings.folder, most)]
    if not parts:
        return
    terminal.write_sep("=", "plaidml")
    for i, lines in enumerate(parts):
        for line in ["", *lines] if i else lines:
            for short in _wrapped(line, terminal._tw.fullwidth):
                terminal.write_line(short)


def _wrapped(line: str, width: int) -> list[str]:
    """A line that is no longer than the terminal is wide, but for paths and names of tests."""
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


def _ran(findings: Findings, most: int | None) -> list[list[str]]:
    """What ran, in paragraphs.

    Args:
        findings: of the run.
        most: how many flags of a kind; `None`: all, with the tests that have them.
    """
    placements = findings.placements()
    flags = {kind: {flag: seen.counting for flag, seen in findings.flags(kind).items() if seen.counting} for kind in KINDS}
    if not placements and not any(flags.values()):
        return []
    ran = _where([nodeid for nodeid, found in findings.tests.items() if found.record.runs], findings)
    calls = f"{_count(placements['host'], 'op call')} on the host, {placements['device']} on the device"
    parts = [[f"{calls}, in {ran}" if ran else calls]]
    for kind, found in flags.items():
        if not found:
            continue
        where = _where({nodeid for nodeids in found.values() for nodeid in nodeids}, findings)
        lines = [f"{KINDS[kind].title}: {_count(len({flag.op for flag in found}), 'op')} in {where}"]
        for flag, nodeids in list(found.items())[:most]:
            lines += _flag(flag, nodeids, findings, most is None)
        parts.append(lines + _rest(found, most, "places"))
    worst = _worst(findings)
    if len(worst) > 1:
        shown = worst[: None if most is None else _WORST]
        parts.append(["most flags:", *(f"  {test}  ({n})" for test, n in shown)])
    return parts


def _scanned(scanned: list[dict[str, Any]], folder: str, most: int | None) -> list[list[str]]:
    """What the code will hit, whether or not it ran."""
    if not scanned:
        return []
    lines = [f"in the code, without running it: {_count(len(scanned), 'use')} of what is missing, slow or falls back here"]
    lines += [f"  {place(f, folder)}  {f['name']}  {f['rule']}: {f['reason']}" for f in scanned[:most]]
    return [lines + _rest(scanned, most, "uses")]


def _flag(flag: Flag, nodeids: list[str], findings: Findings, all_tests: bool) -> list[str]:
    lines = [f"  {flag.op}  {flag.place(findings.folder)}  ({_where(nodeids, findings)})", f"    {flag.reason}"]
    lines += [f"    -> {flag.advice}"] if flag.advice else []
    return lines + [f"    in {nodeid}" for nodeid in nodeids if all_tests]


def _rest(found: Any, most: int | None, what: str) -> list[str]:
    return [f"  ... and {len(found) - most} more {what} (-v shows all)"] if most is not None and len(found) > most else []


def _worst(findings: Findings) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for nodeid, found in findings.tests.items():
        n = sum(1 for flag in found.record.flags if found.policy[flag.kind] != "allow")
        if n:
            counts[nodeid] = n
    return counts.most_common()


def _where(nodeids: Collection[str], findings: Findings) -> str:
    """How many tests, and how many modules while they were imported."""
    imported = len(findings.imports.intersection(nodeids))
    counts = (len(nodeids) - imported, "test"), (imported, "imported module")
    return " and ".join(_count(n, what) for n, what in counts if n)


def _count(n: int, what: str) -> str:
    return f"{n} {what}" + ("s" if n != 1 else "")
