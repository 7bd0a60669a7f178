"""Text as syntax trees, or why it has none; what the parser warns of is not printed."""

from __future__ import annotations

import ast
import warnings
from typing import Any


def statements(text: str) -> ast.Module | Exception:
    """The tree of a program, or of a part of one."""
    return _parsed(text, "exec")


def expression(text: str) -> ast.Expression | Exception:
    """The tree of one expression."""
    return _parsed(text, "eval")


def _parsed(text: str, mode: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of invalid escapes, say: not the scanner's to report
            return ast.parse(text, mode=mode)
    except (SyntaxError, RecursionError, MemoryError, ValueError) as e:
        return e
