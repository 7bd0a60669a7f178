"""Where a program itself copes with a name that is missing: `try`, `hasattr`, versions, type checking."""

from __future__ import annotations

import ast
from collections.abc import Iterable

COPES = frozenset(("AttributeError", "ImportError", "ModuleNotFoundError", "Exception", "BaseException"))
"""Exceptions that a missing name raises, by the last part of their names."""
_LEAVES = frozenset(("exit", "_exit", "quit", "abort"))


def last_part(node: ast.AST | None) -> str:
    """`Exception` of `builtins.Exception`; nothing for what is no name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def decorator(node: ast.expr) -> str:
    """The last part of a decorator's name."""
    return last_part(node.func if isinstance(node, ast.Call) else node)


def copes(handlers: Iterable[ast.ExceptHandler]) -> bool:
    """True if one of the handlers goes on after a missing name."""
    return any(_catches(h.type) and not _gives_up(h.body) for h in handlers)


def suppresses(call: ast.AST) -> bool:
    """True for `contextlib.suppress(AttributeError)`."""
    return isinstance(call, ast.Call) and last_part(call.func) == "suppress" and any(last_part(a) in COPES for a in call.args)


def _catches(kind: ast.expr | None) -> bool:
    if kind is None:
        return True
    return any(last_part(k) in COPES for k in (kind.elts if isinstance(kind, ast.Tuple) else [kind]))


def _gives_up(body: list[ast.stmt]) -> bool:
    """True for a handler that raises, or ends the program."""
    last = body[-1]
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return last_part(last.value.func) in _LEAVES
    return isinstance(last, ast.Raise)


def sides(test: ast.expr) -> tuple[list[ast.Call], list[ast.Call]]:
    """The calls of `hasattr` that are known to be true where a test is true, and where it is false."""
    if isinstance(test, ast.Call) and last_part(test.func) == "hasattr" and len(test.args) == 2:
        return [test], []
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yes, no = sides(test.operand)
        return no, yes
    if isinstance(test, ast.BoolOp):
        parts = [sides(v) for v in test.values]
        if isinstance(test.op, ast.And):
            return [call for yes, _ in parts for call in yes], []
        return [], [call for _, no in parts for call in no]
    return [], []


def asks_version(test: ast.expr) -> bool:
    """True for a test that looks at a version, as `tf.__version__`: the program has a way for each."""
    return any(last_part(n) in ("__version__", "VERSION") for n in ast.walk(test))


def is_for_type_checkers(test: ast.expr) -> bool:
    """True for `if TYPE_CHECKING:`, which no run enters."""
    return last_part(test) == "TYPE_CHECKING"
