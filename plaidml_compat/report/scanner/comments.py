"""Comments that say what a scan is to leave alone: `# plaidml: ignore[reason]`, `# plaidml: ignore-file[reason]`."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ...facade.names import closest
from .rules import IGNORABLE
from .uses import Finding

_COMMENT = re.compile(r"#\s*plaidml:\s*([\w-]+)\s*(?:\[([^\]]*)\])?[\s:,.-]*([^#]*)")


@dataclass
class Ignore:
    """One such comment.

    Attributes:
        line: where it stands, from 1.
        column: in characters, from 1.
        rules: what it ignores; empty: everything.
        reason: why, in the program's words.
        whole_file: whether it means the file.
        hit: the rules that it has ignored so far.
    """

    line: int
    column: int
    rules: tuple[str, ...] = ()
    reason: str = ""
    whole_file: bool = False
    hit: set[str] = field(default_factory=set)

    def takes(self, finding: Finding) -> bool:
        """Whether it is about such a finding; what simply works needs no comment, unless that names the rule."""
        return finding.rule in self.rules if self.rules else bool(finding.reason)


@dataclass(frozen=True)
class Remark:
    """What a comment says in vain: where, why, and what to do."""

    line: int
    column: int
    reason: str
    suggestion: str


def read(text: str) -> tuple[list[Ignore], list[Remark]]:
    """The comments of a program.

    Args:
        text: Python, perhaps with wrong syntax: then those above the fault.

    Returns:
        (comments, those that are not understood).
    """
    ignores: list[Ignore] = []
    remarks: list[Remark] = []
    if "plaidml:" not in text:
        return ignores, remarks
    for token, above_code in _comments(text):
        for match in _COMMENT.finditer(token.string):
            line, column = token.start[0], token.start[1] + match.start() + 1
            word, inside, behind = match[1], match[2], match[3].strip()
            if word not in ("ignore", "ignore-file"):
                near = closest(word, ("ignore", "ignore-file"))
                if near:
                    remarks.append(Remark(line, column, f"`# plaidml: {word}` means nothing{near}", "Correct it, or delete it"))
                continue
            if word == "ignore-file" and not above_code:
                reason = "`# plaidml: ignore-file` stands behind code, where it means nothing"
                remarks.append(Remark(line, column, reason, "Move it above the first statement"))
                continue
            named = tuple(filter(None, re.split(r"[\s,]+", inside or "")))
            if named and all(n in IGNORABLE for n in named):
                ignores.append(Ignore(line, column, named, behind, word == "ignore-file"))
                continue
            ignores.append(Ignore(line, column, (), (inside or behind).strip(), word == "ignore-file"))
            near = closest(named[0], IGNORABLE) if len(named) == 1 else ""
            if near:
                reason = f"[{named[0]}] is no rule, so it was read as the reason to ignore everything here{near}"
                remarks.append(Remark(line, column, reason, "Name the rule, or give the reason in other words"))
    return ignores, remarks


def _comments(text: str) -> Iterator[tuple[tokenize.TokenInfo, bool]]:
    """(comment, whether only comments and the docstring stand before it)."""
    above_code = True
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token, above_code
            elif token.type not in (tokenize.NL, tokenize.NEWLINE, tokenize.STRING):
                above_code = False
    except (tokenize.TokenError, SyntaxError):
        return


def apply(ignores: list[Ignore], findings: Iterable[Finding], tree: ast.Module) -> list[Finding]:
    """Findings, marked where a comment is about them. The findings' lines are those of the tree."""
    if not ignores:
        return list(findings)
    extents = [_extent(n) for n in ast.walk(tree) if isinstance(n, ast.stmt)]
    return [_marked(f, ignores, _lines(f, extents)) for f in findings]


def _marked(finding: Finding, ignores: list[Ignore], lines: set[int]) -> Finding:
    for ignore in ignores:
        if ignore.takes(finding) and (ignore.whole_file or ignore.line in lines):
            ignore.hit.add(finding.rule)
            finding = finding if finding.ignored is not None else replace(finding, ignored=ignore.reason)
    return finding


def _lines(finding: Finding, extents: list[tuple[int, int, int]]) -> set[int]:
    """Where a comment about a use may stand: on its lines, and on the first and the last of its statement."""
    use = finding.use
    lines = set(range(use.line, use.end_line + 1))
    nearest = None
    for first, code_ends, last in extents:
        if first <= use.line <= last and (nearest is None or first >= nearest[0]):
            nearest = (first, code_ends, last)
    if nearest:
        lines |= {nearest[0], *range(nearest[1], nearest[2] + 1)}
    return lines


def _extent(statement: ast.stmt) -> tuple[int, int, int]:
    """Lines of a simple statement, or of what stands before a compound one's body: first, end of its code, last."""
    first, end = statement.lineno, statement.end_lineno or statement.lineno
    body = getattr(statement, "body", None)
    if not body:
        return first, end, end
    head = [n for n in ast.iter_child_nodes(statement) if not isinstance(n, ast.stmt) and getattr(n, "end_lineno", None)]
    code_ends = max([first, *(n.end_lineno for n in head if n.end_lineno < body[0].lineno)])  # type: ignore[attr-defined]
    starts = min([body[0].lineno, *(d.lineno for d in getattr(body[0], "decorator_list", []))])
    return first, code_ends, max(first, starts - 1)


def unused(ignores: list[Ignore]) -> Iterator[Remark]:
    """What comments ignore in vain, once `apply` has seen all findings."""
    for ignore in ignores:
        idle = [r for r in ignore.rules if r not in ignore.hit]
        if not ignore.hit:
            where = "in this file" if ignore.whole_file else "on the lines of its statement"
            what = f"nothing {' or '.join(ignore.rules)}" if ignore.rules else "nothing to ignore"
            yield Remark(ignore.line, ignore.column, f"there is {what} {where}", "Delete the comment")
        elif idle:
            yield Remark(ignore.line, ignore.column, f"nothing here is {' or '.join(idle)}", f"Take {', '.join(idle)} out of the brackets")
