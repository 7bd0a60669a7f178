"""Which values of a program are certainly symbolic, in a model's graph, where an op without a device kernel raises an error."""

from __future__ import annotations

import ast

from ...facade.names import canonical
from ...registry import OPS, Op
from . import guards
from .known import is_a_layer, may_be_hoisted, tf_path
from .scopes import Scope, positional
from .values import UNKNOWN, Class, Function, Instance, Name, Object, Several, Symbolic, Value, only

_IN_GRAPHS = ("fit", "evaluate", "predict")
"""Methods of models that call the model on symbolic values."""


class Graphs:
    """What is called on symbolic values: a layer of the program's own, called on arrays or in `Dataset.map`, runs on the host.

    So the parameter of its `call` is symbolic where the program itself builds it into a model; that may be seen only later.
    """

    def __init__(self) -> None:
        self._callers: dict[object, set[object]] = {}

    def called(self, callee: Value, given: list[frozenset]) -> Symbolic | None:
        """What a layer gives that is called on a symbolic value; `None` for other calls."""
        within: object
        if isinstance(callee, Instance):
            is_layer, within = is_a_layer(callee.of), callee.within
        elif isinstance(callee, Object):
            is_layer, within = takes_symbols(callee.of), defining(callee.of)
        else:
            return None
        value = symbolic(given[0]) or _in_list(given[0]) if is_layer and given else None
        if value is not None and within is not None:
            self._callers.setdefault(within, set()).add(value.within)
        return value

    def method(self, owner: frozenset, name: str) -> None:
        """A method of something is called."""
        value = only(owner) if name in _IN_GRAPHS else None
        if isinstance(value, Object) and takes_symbols(value.of) and not value.of.find(name):
            self._callers.setdefault(defining(value.of), set()).add(None)

    def certain(self, within: object) -> bool:
        """Whether what is called there is called on symbolic values."""
        seen: set[object] = set()
        waiting = [within]
        while waiting:
            one = waiting.pop()
            if one is None:
                return True
            if one not in seen:
                seen.add(one)
                waiting += self._callers.get(one, ())
        return False


def takes_symbols(cls: Class) -> bool:
    """True for a class of the program that is a layer or a model of which all is known, and whose `call` is called as it stands."""
    ancestors = list(cls.ancestors())
    bases = [a.path for a in ancestors if isinstance(a, Name)]
    known = None not in ancestors and len(bases) == 1 and is_a_layer(bases[0]) and not may_be_hoisted(bases[0])
    return known and not cls.find("__call__") and not any(_is_given_a_graph(f) for f in cls.find("__init__"))


def _is_given_a_graph(init: Value) -> bool:
    """True for an `__init__` that hands inputs and outputs on: these make the model, and its `call` is not called."""
    calls = [n for n in ast.walk(init.node) if isinstance(n, ast.Call)] if isinstance(init, Function) else []
    begun = [c for c in calls if guards.last_part(c.func) == "__init__"]
    return any(len(c.args) > 1 or any(k.arg in ("inputs", "outputs") for k in c.keywords) for c in begun)


def defining(cls: Class) -> Class:
    """The class whose `call` an instance has."""
    return next((c for c in cls.ancestors() if isinstance(c, Class) and "call" in c.scope.names), cls)


def symbolic(values: frozenset) -> Symbolic | None:
    """The symbolic value that something certainly is."""
    value = only(values)
    return value if isinstance(value, Symbolic) else None


def reaches(callee: Value, node: ast.Call, given: list[frozenset], named: dict[str, frozenset]) -> Symbolic | None:
    """The symbolic value that a call hands to an op as a tensor."""
    op = OPS.get(canonical(tf_path(callee.path))) if isinstance(callee, Name) and not callee.guarded else None
    if not isinstance(op, Op) or any(isinstance(a, ast.Starred) for a in node.args):
        return None
    try:
        bound = op.signature.bind_partial(*given, **named).arguments
    except TypeError:
        return None
    for name in op.tensor_args:
        value = bound.get(name, frozenset())
        for one in value if isinstance(value, tuple) else (value,):
            found = symbolic(one) or _in_list(one)
            if found is not None:
                return found
    return None


def _in_list(values: frozenset) -> Symbolic | None:
    value = only(values)
    parts = value.parts if isinstance(value, Several) else ()
    return next((s for s in map(symbolic, parts) if s is not None), None)


def bind_symbolic(function: Function, scope: Scope) -> None:
    """The first parameter of a layer's `call`, and of a Lambda layer's function, is symbolic where that is called in a graph."""
    node, cls = function.node, function.owner
    plain = all(guards.decorator(d) == "function" for d in node.decorator_list)
    is_call = cls is not None and node.name == "call" and takes_symbols(cls)
    if not (plain and isinstance(node, ast.FunctionDef) and (is_call or function.in_layer)):
        return
    for argument in positional(node.args)[is_call:][:1]:
        if scope.names[argument.arg] == UNKNOWN:
            scope.names[argument.arg] = frozenset((Symbolic(cls if is_call else function),))
