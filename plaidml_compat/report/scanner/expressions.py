"""Reads expressions: what they may stand for, and the uses in them."""

from __future__ import annotations

import ast
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Callable

from . import guards
from .annotations import Annotations
from .calls import Calls
from .graphs import symbolic
from .known import DATASET
from .recording import EVERYTHING, Recorder
from .scopes import Scope, builtin, parameters, positional, undoubted
from .values import NOTHING, OTHER, UNKNOWN, Class, Function, Instance, Name, Object, Outside, Result, Several, Value

_CHAIN = (ast.Name, ast.Attribute)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Expressions(ABC):
    """Reads expressions in the scope `scope`, and takes uses down in `found`."""

    def __init__(self) -> None:
        self.found = Recorder()
        self.known = self.found.known
        self.scope = Scope("module")
        self.annotations = Annotations(self)
        self.calls = Calls(self)
        self._readers: dict[type, Callable[..., frozenset]] = {
            ast.Name: self._name_or_attribute,
            ast.Attribute: self._name_or_attribute,
            ast.Call: self.calls.read,
            ast.Constant: _constant,
            ast.Tuple: self._several,
            ast.List: self._several,
            ast.IfExp: self._if,
            ast.BoolOp: self._bool,
            ast.NamedExpr: self._walrus,
            ast.Lambda: self.read_lambda,
            ast.BinOp: self._binary,
            ast.Subscript: self._subscript,
            **dict.fromkeys(_COMPREHENSIONS, self._comprehension),
        }

    @abstractmethod
    def returned_by(self, function: Function) -> frozenset:
        """What a function of the program may return."""

    def read(self, node: ast.AST | None) -> frozenset:
        """What an expression may stand for; its uses are taken down."""
        if node is None:
            return NOTHING
        reader = self._readers.get(type(node))
        if reader is not None:
            return reader(node)
        for child in ast.iter_child_nodes(node):
            self.read(child)
        return UNKNOWN

    def chain(self, node: ast.AST) -> frozenset:
        """What a name with attributes may stand for; the chain itself is not taken down, for it may go on."""
        if isinstance(node, ast.Name):
            return self._look_up(node.id)
        if isinstance(node, ast.Attribute):
            values = self.chain(node.value) if isinstance(node.value, _CHAIN) else self.read(node.value)
            return self.attribute(values, node.attr)
        return self.read(node)

    def attribute(self, values: frozenset, attribute: str) -> frozenset:
        """What an attribute of something may be."""
        found: frozenset = NOTHING
        for value in values:
            found |= self._attribute_of(value, attribute)
        return found

    def _attribute_of(self, value: Value, attribute: str) -> frozenset:
        longer: Value | None = None
        if isinstance(value, Name):
            longer = self.known.extend(value, attribute)
        elif isinstance(value, Instance):
            longer = self.known.on_instance(value.of, attribute)
        elif isinstance(value, Outside):
            longer = Outside(f"{value.path}.{attribute}")
        elif isinstance(value, (Object, Class)):
            return self._of_class(value, attribute)
        return UNKNOWN if longer is None else frozenset((longer,))

    def _of_class(self, value: Object | Class, attribute: str) -> frozenset:
        """An attribute of a class of the program, or of its instance: its own, or else one of TensorFlow's class below it."""
        cls = value if isinstance(value, Class) else value.of
        found = cls.find(attribute)
        if found:
            return found if isinstance(value, Class) else frozenset(v for f in found for v in self._got(f))
        ancestors = list(cls.ancestors())
        bases = [a for a in ancestors if isinstance(a, Name)]
        if None in ancestors or len(bases) != 1 or isinstance(value, Class) or self.found.replaces(cls, attribute):
            return UNKNOWN
        method = self.known.on_instance(bases[0].path, attribute, derived=True)
        return UNKNOWN if method is None else frozenset((method,))

    def _got(self, value: Value) -> frozenset:
        """What an instance gives for what its class has: of a property what that returns."""
        if isinstance(value, Function) and any(guards.last_part(d) in ("property", "cached_property") for d in value.node.decorator_list):
            return self.returned_by(value)
        return frozenset((value,))

    def _look_up(self, name: str) -> frozenset:
        found = self.scope.find(name)
        if found is not None:
            return found
        for star in self.scope.all_stars():
            if star is None:
                return UNKNOWN  # it may come from there
            if self.known.exports(star.path, name):
                longer = self.known.extend(star, name)
                return UNKNOWN if longer is None else frozenset((longer,))
        return builtin(name)

    # ------------------------------------------------------------------------------------------------ kinds of nodes
    def _name_or_attribute(self, node: ast.AST) -> frozenset:
        values = self.chain(node)
        self.found.record(values, node)
        return plain(values)

    def _several(self, node: ast.Tuple | ast.List) -> frozenset:
        parts = tuple(self.read(e) for e in node.elts)
        if any(isinstance(e, ast.Starred) for e in node.elts):
            return UNKNOWN
        return frozenset((Several(parts),))

    def _if(self, node: ast.IfExp) -> frozenset:
        self.read(node.test)
        with self.knowing(node.test, True):
            values = self.read(node.body)
        with self.knowing(node.test, False):
            return values | self.read(node.orelse)

    def _bool(self, node: ast.BoolOp) -> frozenset:
        values: frozenset = NOTHING
        with contextlib.ExitStack() as stack:
            for part in node.values:
                values |= self.read(part)
                stack.enter_context(self.knowing(part, isinstance(node.op, ast.And)))
        return values

    def knowing(self, test: ast.expr, outcome: bool) -> contextlib.AbstractContextManager:
        """Where a test had this outcome: the names are there that it asked for."""
        if any(isinstance(n, ast.Call) for n in ast.walk(test)):
            self.scope.doubt()  # it may ask whether a value is symbolic
        if guards.asks_version(test):
            return self.found.here(there=self.found.there | {EVERYTHING})
        calls = guards.sides(test)[0 if outcome else 1]
        if not calls:
            return contextlib.nullcontext()
        there = {v.path for call in calls for v in self.calls.asked_for(call) if isinstance(v, Name)}
        return self.found.here(there=self.found.there | there)

    def _walrus(self, node: ast.NamedExpr) -> frozenset:
        values = self.read(node.value)
        self.scope.bind_outside_comprehensions(node.target.id, values)
        return values

    def _binary(self, node: ast.BinOp) -> frozenset:
        sides = self.read(node.left), self.read(node.right)
        return next((s for s in sides if symbolic(s)), UNKNOWN)

    def read_lambda(self, node: ast.Lambda, first: Value = OTHER) -> frozenset:
        """A lambda; its first parameter is `first`."""
        self.read_defaults(node.args)
        bound = {a.arg: UNKNOWN for a in parameters(node.args)}
        bound.update((a.arg, frozenset((first,))) for a in positional(node.args)[:1])
        with self.within(Scope("function", self.scope, bound)):
            return frozenset((Result(self.read(node.body)),))

    def read_defaults(self, arguments: ast.arguments) -> None:
        """What is evaluated where a function is defined."""
        for default in (*arguments.defaults, *arguments.kw_defaults):
            self.read(default)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> frozenset:
        first = self.read(node.generators[0].iter)
        with self.within(Scope("comprehension", self.scope)):
            for i, generator in enumerate(node.generators):
                self.bind(generator.target, elements(self.read(generator.iter) if i else first))
                for test in generator.ifs:
                    self.read(test)
            if isinstance(node, ast.DictComp):
                self.read(node.key)
                self.read(node.value)
            else:
                self.read(node.elt)
        return UNKNOWN

    def _subscript(self, node: ast.Subscript) -> frozenset:
        values = self.read(node.value)
        self.read(node.slice)
        if symbolic(values):
            return values
        index = node.slice.value if isinstance(node.slice, ast.Constant) else None
        found: frozenset = NOTHING
        for value in values:
            inside = isinstance(value, Several) and isinstance(index, int) and -len(value.parts) <= index < len(value.parts)
            found |= value.parts[index] if inside else UNKNOWN
        return found

    # -------------------------------------------------------------------------------------------------------- binding
    @contextlib.contextmanager
    def within(self, scope: Scope) -> Iterator[Scope]:
        """In the block names are looked up and bound in another scope."""
        before, self.scope = self.scope, scope
        try:
            yield scope
        finally:
            self.scope = before

    def bind(self, target: ast.AST, values: frozenset) -> None:
        """Assign to whatever stands on the left."""
        if isinstance(target, ast.Name):
            self.scope.bind(target.id, values)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for part, element in zip(target.elts, _unpacked(values, target.elts)):
                self.bind(part, element)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, UNKNOWN)
        elif isinstance(target, ast.Attribute):
            self._set(target, values)
        else:
            self.read(target)

    def _set(self, target: ast.Attribute, values: frozenset) -> None:
        self.found.assigned.add(target.attr)
        for value in self.chain(target.value):
            if isinstance(value, Name):
                self.found.replaced.add(f"{value.path}.{target.attr}")
            elif isinstance(value, Object):
                known = value.of.attributes
                known[target.attr] = known.get(target.attr, NOTHING) | undoubted(values)


def _constant(node: ast.Constant) -> frozenset:
    """`None` stands for what is not there: beside it a name is what else it may be."""
    return NOTHING if node.value is None else UNKNOWN


def plain(values: frozenset) -> frozenset:
    """Values as they are bound: what is behind a TensorFlow name, and is none itself, is anything."""
    return frozenset(OTHER if isinstance(v, Name) and v.ended else v for v in values)


def elements(values: frozenset) -> frozenset:
    """What a loop over something goes through."""
    found: frozenset = NOTHING
    for value in values:
        found |= frozenset().union(*value.parts) if isinstance(value, Several) else UNKNOWN
    return found or UNKNOWN


def _unpacked(values: frozenset, targets: list[ast.expr]) -> list[frozenset]:
    """What each of the targets on the left gets."""
    found = [NOTHING for _ in targets]
    starred = any(isinstance(t, ast.Starred) for t in targets)
    for value in values:
        if isinstance(value, Instance) and value.of == DATASET and len(values) > 1:
            continue  # a loader that gives one or two: here it gave two
        fits = isinstance(value, Several) and len(value.parts) == len(targets) and not starred
        parts = value.parts if fits else (UNKNOWN,) * len(targets)
        found = [f | p for f, p in zip(found, parts)]
    return found
