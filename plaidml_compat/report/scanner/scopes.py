"""Which name of a program stands for what: a scope for the module and for each function, class, lambda and comprehension."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable

from .values import NOTHING, OTHER, UNKNOWN, Name, Outside, Symbolic

_BUILTINS = frozenset(dir(builtins))


class Scope:
    """The names of one scope, as they are at the place that is read.

    Attributes:
        names: name -> what it may stand for here.
        kind: `"module"`, `"function"`, `"class"` or `"comprehension"`.
        parent: the scope around it.
        stars: modules of TensorFlow's whose names were all imported; `None` in it: all names of a module that is not known.
    """

    def __init__(self, kind: str, parent: Scope | None = None, names: dict[str, frozenset] | None = None) -> None:
        self.kind, self.parent = kind, parent
        self.names: dict[str, frozenset] = names if names is not None else {}
        self.stars: list[Name | None] = []
        self._elsewhere: dict[str, Scope] = {}

    def bind(self, name: str, values: frozenset) -> None:
        """From here on the name stands for these."""
        elsewhere = self._elsewhere.get(name)
        if elsewhere is None:
            self.names[name] = values
        else:  # when it happens is not known
            elsewhere.names[name] = elsewhere.names.get(name, NOTHING) | values

    def bind_outside_comprehensions(self, name: str, values: frozenset) -> None:
        """What `:=` does."""
        scope = self
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        scope.bind(name, values)

    def declare(self, names: Iterable[str], is_global: bool) -> None:
        """`global` or `nonlocal` names."""
        for name in names:
            scope = self.parent
            while scope is not None and scope.parent is not None and (is_global or scope.kind == "class" or name not in scope.names):
                scope = scope.parent
            if scope is not None:
                self._elsewhere[name] = scope

    def find(self, name: str) -> frozenset | None:
        """What a name may stand for, from here outwards; `None`: nobody binds it, but a star import may."""
        scope: Scope | None = self
        inside = True
        while scope is not None:
            if (inside or scope.kind != "class") and name in scope.names:
                return scope.names[name]
            inside = inside and scope.kind == "comprehension"
            scope = scope.parent
        return None

    def doubt(self) -> None:
        """From here on no name of this scope is certain to be symbolic."""
        for name, values in self.names.items():
            self.names[name] = undoubted(values)

    def all_stars(self) -> list[Name | None]:
        """The star imports seen from here, the last one first."""
        scope: Scope | None = self
        found: list[Name | None] = []
        while scope is not None:
            found += reversed(scope.stars)
            scope = scope.parent
        return found


def positional(arguments: ast.arguments) -> list[ast.arg]:
    """The parameters of a function that a call may give by their place."""
    return [*arguments.posonlyargs, *arguments.args]


def parameters(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters of a function."""
    every = (*positional(arguments), *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    return [a for a in every if a is not None]


def undoubted(values: frozenset) -> frozenset:
    """Values, of which none is certain to be symbolic."""
    return frozenset(OTHER if isinstance(v, Symbolic) else v for v in values)


def builtin(name: str) -> frozenset:
    """What Python itself has under a name."""
    return frozenset((Outside(f"builtins.{name}"),)) if name in _BUILTINS else UNKNOWN


def merged(ways: list[dict[str, frozenset]]) -> dict[str, frozenset]:
    """The names behind a branch, given those at the end of each way through it."""
    first, *others = ways
    out = dict(first)
    for way in others:
        for name, values in way.items():
            known = out.get(name)
            if known is None:
                out[name] = values
            elif known is not values:
                out[name] = known | values
    return out
