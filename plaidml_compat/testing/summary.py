"""The plugin's section at the end of the terminal: placements, flags with their reasons, the tests that have most of them."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Collection
from typing import Any

from ..wording import counted
from .findings import CONFTEST, OUTSIDE, Findings
from .recording import Flag
from .settings import KINDS, Settings, allowing
from .static import place
from .statuses import title

_SHORT = 5
_WORST = 3


def write(terminal: Any, run: Settings, findings: Findings, scanned: list[dict[str, Any]], verbosity: int) -> None:
    """Write the section: the worst with no option, everything with -v.

    Args:
        terminal: pytest's terminal reporter.
        run: what was asked for.
        findings: of the run.
        scanned: what the scanner found in the files.
        verbosity: pytest's, 0 or more.
    """
    most = None if verbosity > 0 else _SHORT
    parts = [*_ran(run, findings, most), *_scanned(scanned, findings.folder, most)]
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


def _ran(run: Settings, findings: Findings, most: int | None) -> list[list[str]]:
    """What ran, in paragraphs.

    Args:
        run: what was asked for.
        findings: of the run.
        most: how many flags of a status; `None`: all, with the tests that have them.
    """
    flags = {kind: {flag: seen.counting for flag, seen in findings.flags(kind).items() if seen.counting} for kind in KINDS}
    counting = [nodeid for nodeid, found in findings.tests.items() if found.record.counts]
    if not counting and not any(flags.values()):
        return []
    total = findings.totals().text()
    parts = [[f"{total}, {_in(counting, findings)}" if counting else total]]
    for kind, found in flags.items():
        by_title: dict[str, dict[Flag, list[str]]] = {}
        for flag, nodeids in found.items():
            by_title.setdefault(title(flag), {})[flag] = nodeids
        for name, flagged in by_title.items():
            where = _in({nodeid for nodeids in flagged.values() for nodeid in nodeids}, findings)
            lines = [f"{name}: {counted(len({flag.op for flag in flagged}), 'op')} {where}"]
            lines += _flags(dict(list(flagged.items())[:most]), findings, most is None)
            parts.append(lines + _rest(flagged, most, "place"))
        ways = _ways_out(kind, run, {nodeid for nodeids in found.values() for nodeid in nodeids}, findings)
        if found and ways:
            parts[-1].append(f"  {', '.join(ways)}")
    worst = _worst(findings)
    if worst:
        shown = worst[: None if most is None else _WORST]
        parts.append(["most flags:", *(f"  {test}  ({n})" for test, n in shown)])
    return parts


def _ways_out(kind: str, run: Settings, nodeids: Collection[str], findings: Findings) -> list[str]:
    """What a suite can do about flags of a kind, where they are."""
    about, option, undecided = KINDS[kind].about, f"--plaidml-{KINDS[kind].setting}", KINDS[kind].setting not in run.asked
    tests = set(nodeids) - findings.imports
    modules = [nodeid for nodeid in nodeids if nodeid.endswith(".py") and nodeid != CONFTEST]
    allowed = [f"by @{allowing([kind])} in a test"] if tests else [f"by pytestmark = {allowing([kind])} in the module"] if modules else []
    allowed += [f"by {option} {about.allowing} in all"] if undecided and about.allowing in about.words else []
    ways = [f"allowed {', '.join(allowed)}"] if allowed else []
    return ways + ([f"{option} skip skips tests that fail of it"] if undecided and "skip" in about.words and (tests or modules) else [])


def _scanned(scanned: list[dict[str, Any]], folder: str, most: int | None) -> list[list[str]]:
    """What the code will hit, whether or not it ran."""
    if not scanned:
        return []
    lines = [f"in the code, without running it: {counted(len(scanned), 'use')} of what is missing, slow or falls back here"]
    by_reason: dict[str, list[str]] = {}
    for f in scanned[:most]:
        by_reason.setdefault(f"{f['rule']}: {f['reason']}", []).append("  ".join(filter(None, (place(f, folder), f["name"]))))
    for reason, places in by_reason.items():
        lines += [f"  {reason}", *(f"    {where}" for where in places)]
    return [lines + _rest(scanned, most, "use")]


def _flags(found: dict[Flag, list[str]], findings: Findings, all_tests: bool) -> list[str]:
    """What is common to several is said once: the reason, and below it places with the same advice."""
    by_reason: dict[str, dict[str, list[Flag]]] = {}
    for flag in found:
        by_reason.setdefault(flag.reason, {}).setdefault(flag.advice, []).append(flag)
    blocks = [(reason, advice, flags) for reason, by_advice in by_reason.items() for advice, flags in by_advice.items()]
    lines: list[str] = []
    for i, (reason, advice, flags) in enumerate(blocks):
        if i == 0 or blocks[i - 1][0] != reason:
            lines.append(f"  {reason}")
        for flag in flags:
            lines.append(f"    {flag.op}  {flag.place(findings.folder)}  ({_how_many(found[flag], findings)})")
            lines += [f"      in {nodeid}" for nodeid in found[flag] if all_tests and nodeid != OUTSIDE]
        if advice and (i == len(blocks) - 1 or blocks[i + 1][1] != advice):
            lines.append(f"    -> {advice}")
    return lines


def _rest(found: Any, most: int | None, what: str) -> list[str]:
    return [f"  ... and {counted(len(found) - most, f'more {what}')} (-v shows all)"] if most is not None and len(found) > most else []


def _worst(findings: Findings) -> list[tuple[str, int]]:
    """Tests with more flags than others have."""
    counts: Counter[str] = Counter()
    for nodeid, found in findings.tests.items():
        n = sum(1 for flag in found.record.flags if found.policy[flag.kind] != "allow")
        if n and nodeid != OUTSIDE:
            counts[nodeid] = n
    fewest = min(counts.values(), default=0)
    return [(nodeid, n) for nodeid, n in counts.most_common() if n > fewest]


def _in(nodeids: Collection[str], findings: Findings) -> str:
    text = _how_many(nodeids, findings)
    return text if text.startswith(OUTSIDE) else f"in {text}"


def _how_many(nodeids: Collection[str], findings: Findings) -> str:
    """How many tests, and how many modules while they were imported."""
    imported = len(findings.imports.intersection(nodeids) - {OUTSIDE})
    tests = len(set(nodeids) - findings.imports)
    texts = [counted(n, what) for n, what in ((tests, "test"), (imported, "imported module")) if n]
    return " and ".join([*texts, *([OUTSIDE] if OUTSIDE in nodeids else [])])
