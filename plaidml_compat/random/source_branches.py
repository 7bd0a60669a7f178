"""Which parts of a program AutoGraph makes graphs of: branches and bodies of `if`, `while`, `for`, `a if b else c`, `and`, `or`."""

from __future__ import annotations

import ast
import functools
import linecache
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import CodeType, FrameType
from typing import Any, Optional

Position = tuple[int, Optional[int]]  # line, and column where Python knows it: from 3.11 on


@dataclass(frozen=True)
class Span:
    """A part of a file: from its first character up to the one behind its last, each (line, column)."""

    start: tuple[int, int]
    end: tuple[int, int]

    def holds(self, at: Position) -> bool:
        """Whether code at a position is in it; without a column, whether the line is."""
        if at[1] is None:
            return self.start[0] <= at[0] <= self.end[0]
        return self.start <= (at[0], at[1]) < self.end

    def has_lines_of(self, other: Span) -> bool:
        """Whether another part is within it, and begins in a later line."""
        return self.start[0] < other.start[0] and other.end[0] <= self.end[0]


CONDITION = 0
"""The number of a graph that is run before anybody can know of it: a `while`'s condition. What it draws cannot be numbered as there."""


@dataclass
class Construct:
    """What becomes one op with graphs.

    Attributes:
        asks: the part that is asked for its truth, or whose elements are gone through.
        first: the part of it that is asked first, which is in no graph.
        begins: where the whole begins: Python before 3.11 may say that it asks in that line, 3.11 that a `for` does there.
        repeats: whether it is a loop.
        loops_over: whether it is a `for`: it goes through elements, and asks for no truth.
        graphs: the parts that become graphs, each with its number; several parts may be one graph.
        unsure: parts that are in graphs which cannot be told.
    """

    asks: Span
    first: Span
    begins: tuple[int, int]
    repeats: bool = False
    loops_over: bool = False
    graphs: list[tuple[int, Span]] = field(default_factory=list)
    unsure: list[Span] = field(default_factory=list)

    def asks_at(self, at: Position) -> bool:
        """Whether it is what asks at a position."""
        if at[1] is None:
            return self.begins[0] <= at[0] <= self.asks.end[0]
        return self.asks.holds(at) or self.begins == at

    def graph_at(self, at: Position) -> int | None:
        """The number of the graph that a position is in, or `None`."""
        return next((number for number, span in self.graphs if span.holds(at)), None)

    def is_unsure(self, at: Position) -> bool:
        """Whether the number is not known to be right: two parts may stand in one line, and Python may not tell where in it."""
        if any(span.holds(at) for span in self.unsure):
            return True
        if at[1] is not None:
            return False
        holding = [span for span in (self.first, *(s for _, s in self.graphs)) if span.holds(at)]
        return sum(not any(span.has_lines_of(other) for other in holding) for span in holding) > 1


def position(frame: FrameType) -> Position:
    """Where a frame is."""
    line, column = _position(frame.f_code, frame.f_lasti)
    return (frame.f_lineno, None) if line is None or column is None else (line, column)


@functools.lru_cache(4096)
def _position(code: CodeType, instruction: int) -> tuple[Optional[int], Optional[int]]:
    positions = getattr(code, "co_positions", None)
    if positions is None:  # before Python 3.11
        return None, None
    line, _, column, _ = next(islice(positions(), instruction // 2, None))
    return line, column


def construct_at(frame: FrameType, loops_over: bool) -> Construct | None:
    """What asks a tensor where a frame is; `loops_over`: for its elements, not for its truth."""
    return _construct_at(frame.f_code.co_filename, position(frame), loops_over)


@functools.lru_cache(4096)
def _construct_at(file: str, at: Position, loops_over: bool) -> Construct | None:
    held = [c for c in _constructs(file) if c.loops_over == loops_over and c.asks_at(at)]
    return max(held, key=lambda c: (c.asks.start, (-c.asks.end[0], -c.asks.end[1])), default=None)


@functools.lru_cache(64)
def _constructs(file: str) -> list[Construct]:
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError):
        return []
    found: list[Construct] = []
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                found += _in_block(block)
        if isinstance(node, ast.IfExp):
            made = Construct(
                _span(node.test), _first(node.test), _span(node).start, graphs=[(1, _span(node.body)), (2, _span(node.orelse))]
            )
            made.graphs += _operands(node.test)
            found.append(made)
        elif isinstance(node, ast.BoolOp):
            # Where it is no test: what asks for the truth of an `if` is a smaller part, and found first.
            found.append(Construct(_span(node), _first(node), _span(node).start, graphs=list(_operands(node))))
    return found


def _in_block(block: Sequence[Any]) -> Iterator[Construct]:
    for i, node in enumerate(block):
        rest = block[i + 1 :]
        if isinstance(node, ast.If):
            made = Construct(_span(node.test), _first(node.test), _span(node).start, graphs=[(1, _span(*node.body))])
            if node.orelse:
                made.graphs.append((2, _span(*node.orelse)))
            made.graphs += _operands(node.test)
            if rest:
                returns = _ends(node.body), bool(node.orelse) and _ends(node.orelse)
                if returns[0] != returns[1]:
                    # AutoGraph moves what follows into the branch that does not return.
                    made.graphs.append((2 if returns[0] else 1, _span(*rest)))
                elif not returns[0] and _leaves(node, (ast.Return,)):
                    made.unsure.append(_span(*rest))
                elif not returns[0] and _leaves(node, (ast.Break, ast.Continue)):
                    # And here what follows into a branch of its own, `if not left:`.
                    made.graphs.append((3, _span(*rest)))
            yield made
        elif isinstance(node, ast.While):
            test = _span(node.test)
            graphs = [(1, _span(*node.body)), (CONDITION, test)]
            yield Construct(test, test, _span(node).start, True, graphs=graphs, unsure=[test, *_after_return(node, rest)])
        elif isinstance(node, ast.For):
            through, graphs = _span(node.iter), [(1, _span(*node.body))]
            yield Construct(through, through, _span(node).start, True, True, graphs, _after_return(node, rest))


def _after_return(loop: Any, rest: Sequence[Any]) -> list[Span]:
    return [_span(*rest)] if rest and _leaves(loop, (ast.Return,)) else []


def _operands(test: ast.expr) -> Iterator[tuple[int, Span]]:
    """`a and b and c` is `cond(a, lambda: cond(b, lambda: c, ...), ...)`: each operand but the first is in a graph."""
    number = 10
    for node in reversed(list(ast.walk(test))):  # what is within another operand is found before that
        if isinstance(node, ast.BoolOp):
            for operand in reversed(node.values[1:]):
                yield number, _span(operand)
                number += 1


def _first(test: ast.expr) -> Span:
    while isinstance(test, (ast.BoolOp, ast.UnaryOp)):
        test = test.values[0] if isinstance(test, ast.BoolOp) else test.operand
    return _span(test)


def _ends(block: Sequence[Any]) -> bool:
    """Whether every way through a block returns."""
    for node in block:
        if isinstance(node, ast.Return):
            return True
        if isinstance(node, ast.If) and node.orelse and _ends(node.body) and _ends(node.orelse):
            return True
        if isinstance(node, ast.With) and _ends(node.body):
            return True
    return False


def _leaves(node: Any, kinds: tuple[type, ...]) -> bool:
    """Whether a statement of these kinds is within, which leaves more than the loops and functions within."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        inner = tuple(k for k in kinds if k is ast.Return) if isinstance(child, (ast.For, ast.While)) else kinds
        if isinstance(child, kinds) or (inner and _leaves(child, inner)):
            return True
    return False


def _span(*nodes: Any) -> Span:
    return Span((nodes[0].lineno, nodes[0].col_offset), (nodes[-1].end_lineno, nodes[-1].end_col_offset))
