"""Reads annotations: the uses in them, and which parameters are datasets."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from . import syntax
from .guards import last_part
from .known import DATASET, is_a_dataset
from .values import NOTHING, OTHER, UNKNOWN, Instance, Name

if TYPE_CHECKING:
    from .expressions import Expressions

_DATASET_OR_OTHER = frozenset((Instance(DATASET), OTHER))


class Annotations:
    """Reads annotations for the reader of expressions `reader`.

    Attributes:
        evaluated: whether Python evaluates them, that is without `from __future__ import annotations`.
    """

    def __init__(self, reader: Expressions) -> None:
        self._reader = reader
        self.evaluated = True

    def read(self, node: ast.expr | None, evaluated: bool = True) -> frozenset:
        """What something with this annotation may be; a name that nobody evaluates cannot fail."""
        if node is None:
            return UNKNOWN
        if not isinstance(node, ast.Constant):
            with self._reader.found.here(guarded=self._reader.found.guarded or not (evaluated and self.evaluated)):
                self._reader.read(node)
        return self._meant(node)

    def _meant(self, node: ast.expr) -> frozenset:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            tree = syntax.expression(node.value)
            if not isinstance(tree, ast.Expression):
                return UNKNOWN
            node = tree.body
        if isinstance(node, (ast.Name, ast.Attribute)):
            values = self._reader.chain(node)
            return frozenset(Instance(DATASET) if isinstance(v, Name) and is_a_dataset(v.path) else OTHER for v in values) or UNKNOWN
        parts: list[ast.expr] = []
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            parts = [node.left, node.right]
        elif isinstance(node, ast.Subscript) and last_part(node.value) in ("Optional", "Union"):
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        found = NOTHING.union(*(self._meant(p) for p in parts))
        return _DATASET_OR_OTHER if Instance(DATASET) in found else UNKNOWN
