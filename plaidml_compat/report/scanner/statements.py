"""Reads statements in their order: what each binds, and what may have been bound behind a branch or a loop."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterable
from typing import Any, Callable

from . import guards
from .expressions import Expressions, elements
from .graphs import bind_symbolic
from .imports import read_import, read_import_from
from .recording import EVERYTHING
from .scopes import Scope, merged, parameters, positional, undoubted
from .values import NOTHING, UNKNOWN, Class, Function, Object

_TRANSPARENT = ("function", "staticmethod", "classmethod", "property", "cached_property", "cache", "lru_cache", "wraps", "overload")
"""Decorators behind which a function returns what it returned before, by the last part of their names."""


class Statements(Expressions):
    """Reads a module: its statements, then the functions in it, each once and after what is around it."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[Function] = []
        self._returned: list[frozenset] = []
        self._yields = False
        self._readers.update({ast.Yield: self._yield, ast.YieldFrom: self._yield})
        self._statements: dict[type, Callable[[Any], bool | None]] = {
            ast.Import: lambda node: read_import(self, node),
            ast.ImportFrom: lambda node: read_import_from(self, node),
            ast.Assign: self._assign,
            ast.AnnAssign: self._annotated,
            ast.AugAssign: self._augmented,
            ast.FunctionDef: self._function,
            ast.AsyncFunctionDef: self._function,
            ast.ClassDef: self._class,
            ast.Return: self._return,
            ast.Raise: self._raise,
            ast.Delete: self._delete,
            ast.If: self._if_statement,
            ast.For: self._for,
            ast.AsyncFor: self._for,
            ast.While: self._while,
            ast.With: self._with,
            ast.AsyncWith: self._with,
            ast.Try: self._try,
            ast.Global: lambda node: self.scope.declare(node.names, True),
            ast.Nonlocal: lambda node: self.scope.declare(node.names, False),
        }
        for later, reader in (("Match", self._match), ("TryStar", self._try)):
            if hasattr(ast, later):
                self._statements[getattr(ast, later)] = reader

    def read_module(self, tree: ast.Module) -> None:
        """Read a whole program."""
        self.annotations.evaluated = not any(
            isinstance(n, ast.ImportFrom) and n.module == "__future__" and any(a.name == "annotations" for a in n.names) for n in tree.body
        )
        self.block(tree.body)
        self.scope.doubt()  # what functions see of it depends on when they are called
        while self._waiting:
            self._read_function(self._waiting.pop(0))

    def block(self, body: list[ast.stmt]) -> bool:
        """Read statements; `False` where the program does not get behind them."""
        for i, node in enumerate(body):
            if self._statements.get(type(node), self.read)(node) is False:
                return False
            if isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], (ast.Return, ast.Raise)):
                with self.knowing(node.test, False):
                    return self.block(body[i + 1 :])
        return True

    # ------------------------------------------------------------------------------------------- simple statements
    def _assign(self, node: ast.Assign) -> None:
        values = self.read(node.value)
        for target in node.targets:
            self.bind(target, values)

    def _annotated(self, node: ast.AnnAssign) -> None:
        # Python evaluates the annotations of a module's and of a class's names alone.
        evaluated = self.scope.kind != "function" or not isinstance(node.target, ast.Name)
        meant = self.annotations.read(node.annotation, evaluated)
        if node.value is not None:
            values = self.read(node.value)
            self.bind(node.target, meant if values in (UNKNOWN, NOTHING) else values)
        else:
            self.bind(node.target, meant)

    def _augmented(self, node: ast.AugAssign) -> None:
        self.read(node.value)
        self.bind(node.target, UNKNOWN)

    def _return(self, node: ast.Return) -> bool:
        values = self.read(node.value)
        self._returned.append(values or UNKNOWN)
        return False

    def _yield(self, node: ast.Yield | ast.YieldFrom) -> frozenset:
        self._yields = True
        self.read(node.value)
        return UNKNOWN

    def _raise(self, node: ast.Raise) -> bool:
        self.read(node.exc)
        self.read(node.cause)
        return False

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.scope.bind(target.id, UNKNOWN)
            else:
                self.read(target)

    # ----------------------------------------------------------------------------------------- branches and loops
    def _ways(self, ways: Iterable[Callable[[], bool]]) -> bool:
        """Read what are alternatives; behind them a name may be what any of them made it."""
        scope = self.scope
        before, ends = scope.names, []
        for way in ways:
            scope.names = dict(before)
            if way():
                ends.append(scope.names)
        scope.names = merged(ends) if ends else before
        return bool(ends)

    def _if_statement(self, node: ast.If) -> bool:
        self.read(node.test)

        def yes() -> bool:
            never_runs = guards.is_for_type_checkers(node.test)
            with self.found.here(there=self.found.there | {EVERYTHING}) if never_runs else self.knowing(node.test, True):
                return self.block(node.body)

        def no() -> bool:
            with self.knowing(node.test, False):
                return self.block(node.orelse)

        return self._ways((yes, no))

    def _loop(self, body: list[ast.stmt], orelse: list[ast.stmt]) -> None:
        self._ways((lambda: self.block(body), lambda: True))
        self.block(orelse)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        values = self.read(node.iter)
        self.bind(node.target, elements(values))
        self._loop(node.body, node.orelse)

    def _while(self, node: ast.While) -> None:
        self.read(node.test)
        with self.knowing(node.test, True):
            self._loop(node.body, node.orelse)

    def _try(self, node: Any) -> bool:
        scope = self.scope
        if node.handlers:
            scope.doubt()  # the error may be caught
        before = dict(scope.names)
        with self.found.here(guarded=self.found.guarded or guards.copes(node.handlers)):
            through = self.block(node.body)
        behind = scope.names
        scope.names = merged([before, behind])  # an error may come anywhere

        def handler(h: ast.ExceptHandler) -> Callable[[], bool]:
            def way() -> bool:
                self.read(h.type)
                if h.name:
                    scope.bind(h.name, UNKNOWN)
                return self.block(h.body)

            return way

        def no_error() -> bool:
            scope.names = behind
            return through and self.block(node.orelse)

        alive = self._ways((no_error, *(handler(h) for h in node.handlers)))
        return self.block(node.finalbody) and alive

    def _with(self, node: ast.With | ast.AsyncWith) -> bool:
        with contextlib.ExitStack() as stack:
            for item in node.items:
                self.read(item.context_expr)
                placement = self.calls.scope_placement(item.context_expr)
                if placement is not None:
                    stack.enter_context(self.found.here(placement=placement))
                if guards.suppresses(item.context_expr):
                    stack.enter_context(self.found.here(guarded=True))
                if item.optional_vars is not None:
                    self.bind(item.optional_vars, UNKNOWN)
            return self.block(node.body)

    def _match(self, node: Any) -> bool:
        self.read(node.subject)

        def case(c: Any) -> Callable[[], bool]:
            def way() -> bool:
                for part in ast.walk(c.pattern):
                    for field in ("value", "cls"):
                        if isinstance(getattr(part, field, None), ast.expr) and not isinstance(part, ast.expr):
                            self.read(getattr(part, field))
                    for name in (getattr(part, "name", None), getattr(part, "rest", None)):
                        if isinstance(name, str):
                            self.scope.bind(name, UNKNOWN)
                self.read(c.guard)
                return self.block(c.body)

            return way

        return self._ways((*(case(c) for c in node.cases), lambda: True))

    # ------------------------------------------------------------------------------------------ functions, classes
    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.read(decorator)
        self.read_defaults(node.args)
        function = Function(node, self.scope, placement=self.found.placement, there=self.found.there)
        self._waiting.append(function)
        self.scope.bind(node.name, frozenset((function,)))

    def _class(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self.read(decorator)
        with self.found.here(deriving=True):
            bases = [self.read(base) for base in node.bases]
        for keyword in node.keywords:
            self.read(keyword.value)
        scope = Scope("class", self.scope)
        cls = Class(bases, scope)
        # What the class decorator makes of it, and metaclasses, are not looked into: attributes may come from there.
        if node.keywords or any(guards.decorator(d) not in ("final", "register_keras_serializable") for d in node.decorator_list):
            cls.bases.append(UNKNOWN)
        before = len(self._waiting)
        with self.within(scope):
            self.block(node.body)
        self.found.define(cls, node)
        for function in [f for f in self._waiting[before:] if f.scope is scope]:
            function.owner = cls
        # What __init__ sets on `self`, the other methods use.
        self._waiting[before:] = sorted(self._waiting[before:], key=lambda f: f.node.name != "__init__")
        self.scope.bind(node.name, frozenset((cls,)))

    def returned_by(self, function: Function) -> frozenset:
        """What a function of the program may return, as it is written or annotated."""
        self._read_function(function)
        return function.returns or UNKNOWN

    def _read_function(self, function: Function) -> None:
        if function.begun:
            return
        function.begun = True
        node, scope = function.node, Scope("function", function.scope)
        found, before = self.found, (self._returned, self._yields)
        held = found.here(guarded=False, there=function.there, placement=function.placement)
        with held, self.within(scope):
            self._bind_parameters(function, scope)
            with found.here(guarded=False), self.within(function.scope):
                annotated = self.annotations.read(node.returns)
            self._returned, self._yields = [], False
            self.block(node.body)
            returns = undoubted(NOTHING.union(*self._returned))
            scope.doubt()
        plainly = isinstance(node, ast.FunctionDef) and not self._yields
        self._returned, self._yields = before
        decorated = any(guards.decorator(d) not in _TRANSPARENT for d in node.decorator_list)
        if annotated != UNKNOWN:
            function.returns = annotated
        elif plainly and not decorated:
            function.returns = returns

    def _bind_parameters(self, function: Function, scope: Scope) -> None:
        arguments = function.node.args
        for argument in parameters(arguments):
            with self.within(function.scope):
                meant = self.annotations.read(argument.annotation)
            scope.names[argument.arg] = UNKNOWN if argument in (arguments.vararg, arguments.kwarg) else meant
        first = positional(arguments)[:1]
        plain_method = not any(guards.last_part(d) in ("staticmethod", "classmethod") for d in function.node.decorator_list)
        if function.owner is not None and first and plain_method:
            scope.names[first[0].arg] = frozenset((Object(function.owner),))
        bind_symbolic(function, scope)
