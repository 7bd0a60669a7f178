"""A scan for people: one line a finding in a pipe; on a terminal a few, with the program's line and colours; totals below."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ....wording import counted
from ..rules import FAILS, RULES
from ..scanning import ScanReport, severity
from ..sources import Problem
from ..uses import Finding
from . import wording

if TYPE_CHECKING:
    from rich.console import Console

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
_INDENT = 4


def render(report: ScanReport, statistics: bool = False) -> str:
    """A line a finding, `place: rule name: reason. Suggestion.`, then the totals.

    Args:
        report: what was found.
        statistics: a line a name instead, the most frequent first.
    """
    lines = [f"{wording.place(p)}: error: {wording.sentence(p)}" for p in report.problems]
    if statistics:
        lines += [f"{n:>6} {f.rule} {f.use.name}: {wording.sentence(f)}" for f, n in _by_name(report)]
    else:
        lines += [f"{wording.place(f)}: {f.rule} {f.use.name}: {wording.sentence(f)}" for f in report.shown]
    lines += [f"{wording.place(n)}: note: {wording.sentence(n)}" for n in report.notes]
    return "\n".join(lines + totals(report)) + "\n"


def show(report: ScanReport, console: Console, statistics: bool = False) -> None:
    """Print it for a terminal, wrapped to its width."""
    from rich.padding import Padding
    from rich.text import Text

    def below(text: Text, **options: Any) -> None:
        console.print(Padding(text, (0, 0, 0, _INDENT), expand=False), highlight=False, **options)

    def say(thing: Finding | Problem, where: str, what: str, colour: str, name: str = "", code: str = "") -> None:
        head = Text.assemble((where, "bold"), "  ", (what, colour))
        together = Text.assemble(head, "  ", (name, "bold")) if name else head
        apart = together.cell_len > console.width
        console.print(head if apart else together, highlight=False, soft_wrap=True)
        if apart:
            below(Text(name, "bold"))
        if code:
            below(Text(wording.printable(code), "dim"), no_wrap=True, overflow="ellipsis")
        if thing.reason:
            below(Text(wording.why(thing)))
        if thing.reason and thing.suggestion:
            below(Text.assemble(("→ ", "green"), wording.ended(thing.suggestion)))

    for problem in report.problems:
        say(problem, wording.place(problem), "error", "red")
    before = report.problems[-1].path if report.problems else None
    for finding, count in _by_name(report) if statistics else [(f, 0) for f in report.shown]:
        if before not in (None, finding.path) and not statistics:
            console.print()
        before = finding.path
        where = f"{count:>6}" if count else wording.place(finding)
        code = "" if count or not finding.reason else finding.code
        say(finding, where, finding.rule, _COLOURS[severity(finding)], finding.use.name, code)
    if report.notes and before is not None:
        console.print()
    for note in report.notes:
        say(note, wording.place(note), "note", "cyan")
    if report.notes or before is not None:
        console.print()
    for line in totals(report):
        console.print(Text(line), highlight=False)


def _by_name(report: ScanReport) -> list[tuple[Finding, int]]:
    """The first finding of each name and reason, and how many there are: what fails first, then the most frequent."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in report.shown:
        groups.setdefault((finding.rule, finding.use.name, finding.reason), []).append(finding)
    found = [(g[0], len(g)) for g in groups.values()]
    return sorted(found, key=lambda p: (p[0].rule not in FAILS, -p[1], p[0].use.name))


def totals(report: ScanReport) -> list[str]:
    """What was read, the findings by rule, the names that fail most often, and what is not shown."""
    counts = report.by_rule()
    ignored = sum(f.ignored is not None for f in report.findings)
    parts = [f"{counts[r]:,} {r}" for r in reversed(RULES) if counts[r]] + ([f"{ignored:,} ignored"] if ignored else [])
    uses, files = counted(len(report.findings) + report.left_out, "use"), counted(len(report.files), "file")
    if report.left_out:
        uses = f"{len(report.findings):,} of {uses}"
    lines = [f"{uses} of TensorFlow in {files}{_unread(report)}{': ' if parts else ''}{', '.join(parts)}."]
    worst = Counter(f.use.name for f in report.failing).most_common(5)
    if worst:
        lines.append("Most often missing: " + ", ".join(f"{name} ({n:,})" for name, n in worst) + ".")
    hidden = report.hidden
    guarded = sum(f.rule in FAILS for f in hidden)
    unseen = [f"{len(hidden) - guarded:,} that work"] if len(hidden) > guarded else []
    unseen += [f"{guarded:,} that the program copes without"] if guarded else []
    if unseen:
        lines.append(f"Not shown: {' and '.join(unseen)} (--select all shows them).")
    return lines


def _unread(report: ScanReport) -> str:
    unread = {p.path for p in report.problems}
    in_part = len(unread & set(report.files))
    said = [f"{len(unread) - in_part:,} more could not be read"] if len(unread) > in_part else []
    said += [f"{in_part:,} only in part"] if in_part else []
    return f" ({', '.join(said)})" if said else ""
