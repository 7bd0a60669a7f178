"""Reads calls: what they give, and those that ask for a name by its text, as `getattr(tf.image, "rot90")`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from . import graphs
from .imports import module_value
from .known import is_input, is_lambda
from .values import NOTHING, UNKNOWN, Class, Function, Instance, Name, Object, Outside, Result, Symbolic, Value, only

if TYPE_CHECKING:
    from .expressions import Expressions

_CHAIN = (ast.Name, ast.Attribute)
_INSTALL = {"plaidml_compat.install", "plaidml_compat.installation.install"}
_DEVICE_SCOPE = {"plaidml_compat.device_scope", "plaidml_compat.dispatch.device_scope"}


class Calls:
    """Reads calls for the reader of expressions `reader`."""

    def __init__(self, reader: Expressions) -> None:
        self._reader = reader

    def read(self, node: ast.Call) -> frozenset:
        """What a call may give; its uses are taken down."""
        reader = self._reader
        if isinstance(node.func, _CHAIN):
            callees = reader.chain(node.func)
            special = self._by_text(callees, node)
            if special is not None:
                return special
            reader.found.record(callees, node.func, call=node)
        else:
            callees = reader.read(node.func)
        callee = only(callees)
        if isinstance(callee, Name) and is_lambda(callee.path):
            return self._lambda_layer(callee.path, node)
        given = [reader.read(a) for a in node.args]
        named = {k.arg or "**": reader.read(k.value) for k in node.keywords}
        if _outside(callees) & _INSTALL:
            self._installed(node)
        in_graph = self._in_graph(callee, node, given, named) if callee is not None else None
        if in_graph is not None:
            return frozenset((in_graph,))
        return NOTHING.union(*map(self._result, callees)) or UNKNOWN

    def _in_graph(self, callee: Value, node: ast.Call, given: list[frozenset], named: dict[str, frozenset]) -> Value | None:
        """What the call of an input, or of a layer on a symbolic value, gives; `None` for other calls."""
        found = self._reader.found
        if isinstance(callee, Name):
            reached = graphs.reaches(callee, node, given, named)
            if reached is not None:
                found.in_graph(callee, node.func, reached.within)
            return Symbolic() if is_input(callee.path) and not callee.guarded else None
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            found.graphs.method(self._reader.chain(node.func.value), node.func.attr)
        return found.graphs.called(callee, given)

    def _lambda_layer(self, path: str, node: ast.Call) -> frozenset:
        """A layer that calls a function of the program: the function's first parameter is symbolic where the layer is in a graph."""
        function: ast.Lambda | Function | None = None
        for argument in (*node.args, *(k.value for k in node.keywords)):
            if function is None and isinstance(argument, ast.Lambda):
                function = argument
                self._reader.read_lambda(argument, Symbolic(argument))
                continue
            values = self._reader.read(argument)
            plain = [v for v in values if isinstance(v, Function) and v.owner is None]
            if function is None and plain and len(values) == 1:
                function = plain[0]
                function.in_layer = True
        return frozenset((Instance(path, function),))

    def _result(self, value: Value) -> frozenset:
        if isinstance(value, Name):
            return UNKNOWN if value.ended or value.guarded else self._reader.known.call(value.path)
        if isinstance(value, Function):
            return self._reader.returned_by(value)
        if isinstance(value, Class):
            return frozenset((Object(value),))
        return value.values if isinstance(value, Result) else UNKNOWN

    def _by_text(self, callees: frozenset, node: ast.Call) -> frozenset | None:
        """What `getattr`, `hasattr` and `import_module` with a literal give; `None` for other calls."""
        paths = _outside(callees)
        if paths & {"builtins.getattr", "builtins.hasattr"}:
            return self._attribute_by_text(node, "builtins.hasattr" in paths)
        if paths & {"importlib.import_module", "builtins.__import__"} and len(node.args) >= 1:
            module = _text(node.args[0])
            if module is None:
                return None
            top = "builtins.__import__" in paths and not any(k.arg == "fromlist" for k in node.keywords) and len(node.args) < 4
            values = module_value(self._reader, module)
            if any(isinstance(v, Name) for v in values):
                self._reader.found.record(values, node)
            return module_value(self._reader, module.partition(".")[0]) if top else values
        return None

    def asked_for(self, node: ast.Call) -> frozenset:
        """The attribute that `getattr(object, "name")` or `hasattr` asks for."""
        attribute = _text(node.args[1])
        return UNKNOWN if attribute is None else self._reader.attribute(self._reader.chain(node.args[0]), attribute)

    def _attribute_by_text(self, node: ast.Call, only_asks: bool) -> frozenset | None:
        if len(node.args) not in (2, 3) or _text(node.args[1]) is None:
            return None
        values = self.asked_for(node)
        guarded = only_asks or len(node.args) == 3
        if guarded:
            values = frozenset(Name(v.path, True, v.of_instance, v.ended) if isinstance(v, Name) else v for v in values)
        self._reader.found.record(values, node)
        default = self._reader.read(node.args[2]) if len(node.args) == 3 else NOTHING
        if only_asks or any(isinstance(v, Name) and v.ended for v in values):
            return UNKNOWN
        return values | default

    def _installed(self, node: ast.Call) -> None:
        given = [k.value for k in node.keywords if k.arg == "placement"] or node.args[1:2]
        if given and _text(given[0]) is not None:
            self._reader.found.everywhere = _text(given[0])

    def scope_placement(self, node: ast.expr) -> str | None:
        """The placement of `device_scope("device")`; `None` for other expressions."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, _CHAIN) or not node.args + node.keywords:
            return None
        if not _outside(self._reader.chain(node.func)) & _DEVICE_SCOPE:
            return None
        return _text(node.args[0] if node.args else node.keywords[0].value)


def _outside(values: frozenset) -> set[str]:
    """The full names of what is of other modules, or Python's own."""
    return {v.path for v in values if isinstance(v, Outside)}


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
