"""The calls and lambdas in a source file, and the text of a lambda, which has no name of its own."""

from __future__ import annotations

import ast
import functools
import linecache
from types import CodeType
from typing import Any

_MOST = 60
"""Characters of a source that is shown."""


def source_of(function: Any) -> str:
    """A lambda as it stands in its file, in one line; empty where that cannot be told, or is long."""
    code = getattr(function, "__code__", None)
    if code is None:
        return ""
    source = "".join(linecache.getlines(code.co_filename))
    lambdas = [n for n in nodes_of(source) if isinstance(n, ast.Lambda) and n.lineno == code.co_firstlineno and _fits(n, code)]
    found = {" ".join((ast.get_source_segment(source, n) or "").split()) for n in lambdas}
    text = found.pop() if len(found) == 1 else ""
    return text if len(text) <= _MOST else ""


@functools.lru_cache(8)
def nodes_of(source: str) -> tuple[ast.Call | ast.Lambda, ...]:
    """The calls and lambdas in a source; none where it is no Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a notebook's cell with magic
        return ()
    return tuple(node for node in ast.walk(tree) if isinstance(node, (ast.Call, ast.Lambda)))


def _fits(node: ast.Lambda, code: CodeType) -> bool:
    """Whether a lambda has this code, as far as names and numbers tell: others may begin in the same line."""
    expression = ast.fix_missing_locations(ast.Expression(node))
    made = next(c for c in compile(expression, "", "eval").co_consts if isinstance(c, CodeType))
    return _outline(made) == _outline(code)


def _outline(code: CodeType) -> Any:
    numbers = [repr(c) for c in code.co_consts if not isinstance(c, CodeType)]
    return code.co_varnames[: code.co_argcount], sorted({*code.co_names, *code.co_freevars}), numbers
