"""Takes down the uses that are found: one a place and name, with what holds at the place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from .. import names
from .calls_refused import is_checked, literals, names_texts, refusal
from .graphs import Graphs
from .known import Known, is_a_model, nobody_has, steps_of_models
from .uses import Use
from .values import Class, Name, Other, Symbolic

EVERYTHING = "*"
"""Among the names that the program has made sure of: all of them, for it looked at TensorFlow's version, or nothing runs here."""


class Recorder:
    """The uses found so far, and what holds where the program is being read.

    Attributes:
        known: answers about names.
        graphs: answers about symbolic values.
        placement: that of the `device_scope` around; `None`: none is.
        everywhere: the placement that `install()` is called with.
        guarded: whether the program copes with what is missing here.
        deriving: whether the bases of a class are being read.
        there: names that the program has made sure of here.
        assigned: attributes that the program sets on objects: these exist, whoever made the object.
        replaced: names of TensorFlow's that the program sets itself.
    """

    def __init__(self) -> None:
        self.known = Known()
        self.graphs = Graphs()
        self.placement: str | None = None
        self.everywhere: str | None = None
        self.guarded = False
        self.deriving = False
        self.there: frozenset[str] = frozenset()
        self.assigned: set[str] = set()
        self.replaced: set[str] = set()
        self._found: dict[tuple, tuple[Use, str | None]] = {}
        self._symbolic: dict[tuple, object] = {}
        self._classes: list[Class] = []

    @contextmanager
    def here(self, **holds: Any) -> Iterator[None]:
        """In the block `placement`, `guarded`, `deriving` or `there` are these."""
        before = {k: getattr(self, k) for k in holds}
        vars(self).update(holds)
        try:
            yield
        finally:
            vars(self).update(before)

    def record(self, values: frozenset, node: Any, call: ast.Call | None = None) -> None:
        """Take down the names among the values as used by `node`, which `call` calls."""
        for value in values:
            if isinstance(value, Name) and not (self.known.module(value.path) and not value.ended):
                if names.may_be_asked_about(value.path) and not (value.ended or self.deriving or call):
                    continue
                ambiguous = any(isinstance(v, (Other, Symbolic)) for v in values)
                if not (ambiguous and nobody_has(value.path)):
                    self._add(value, node, None if ambiguous or value.ended else call)

    def _add(self, value: Name, node: Any, call: ast.Call | None) -> None:
        placement = self.placement
        keywords = positional = None
        if call is not None:
            if not any(k.arg is None for k in call.keywords):
                keywords = tuple(k.arg for k in call.keywords if k.arg is not None)
            if keywords is not None and not any(isinstance(a, ast.Starred) for a in call.args):
                positional = len(call.args)
            for k in call.keywords:
                if k.arg == "placement" and isinstance(k.value, ast.Constant) and isinstance(k.value.value, str):
                    placement = k.value.value
        guarded = value.guarded or self._copes_without(value.path)
        place = _place(node, value)
        written = () if call is None else literals(call)
        called: dict[str, Any] = {"keywords": keywords, "positional": positional, "literals": written}
        use = Use(value.path, *place, guarded=guarded, of_instance=value.of_instance, **called)
        key = (*place, value.path)
        if key in self._found:
            use = replace(use, guarded=use.guarded and self._found[key][0].guarded)
        self._found[key] = use, placement

    def in_graph(self, value: Name, node: ast.AST, within: object) -> None:
        """Take down that a use that was recorded is called on a value that is symbolic within this, see `Symbolic`."""
        self._symbolic.setdefault((*_place(node, value), value.path), within)

    def replaces(self, cls: Class, attribute: str) -> bool:
        """Whether a class of the program that derives from this one has an attribute of its own: `self` may be one of these."""
        return any(attribute in c.scope.names or attribute in c.attributes for c in self._classes if cls in c.ancestors())

    def define(self, cls: Class, node: ast.ClassDef) -> None:
        """Take down a class, and the methods by which a model of the program's own would train, test or predict in its own way."""
        self._classes.append(cls)
        if any(isinstance(a, Name) and is_a_model(a.path) for a in cls.ancestors()):
            for step in node.body:
                if isinstance(step, ast.FunctionDef) and step.name in steps_of_models():
                    path, column = f"tf.keras.Model.{step.name}", step.col_offset + 1
                    place = step.lineno, column, step.lineno, column + len(f"def {step.name}")
                    key = (*place, path)
                    self._found[key] = Use(path, *place, guarded=self._copes_without(path), defined=True), None

    def _copes_without(self, path: str) -> bool:
        """Whether the program copes, where it is being read, with the absence of a name."""
        return self.guarded or path in self.there or EVERYTHING in self.there

    def uses(self) -> list[Use]:
        """What was found, in the order of the program's lines."""
        found = []
        own_texts = any(names_texts(use.name) for use, _ in self._found.values())
        for key, (first, placement) in self._found.items():
            use = replace(first, own_texts=True) if own_texts else first
            of_instance = use.of_instance
            set_here = of_instance and use.name.rpartition(".")[2] in self.assigned
            if of_instance and is_checked(use.name) and names.about(use.name).works and (set_here or refusal(use) is None):
                continue
            if (set_here or use.name in self.replaced) and not names.about(use.name).works:
                continue
            in_graph = key in self._symbolic and self.graphs.certain(self._symbolic[key])
            found.append(replace(use, on_device=(placement or self.everywhere) == "device", in_graph=in_graph))
        return sorted(found, key=lambda u: (u.line, u.column, u.end_line, u.end_column, u.name))


def _place(node: Any, value: Name) -> tuple[int, int, int, int]:
    """First line and column, last line and the column behind; of a method its name alone, so that those of a chain have places apart."""
    line, column = node.lineno, node.col_offset
    if value.of_instance and isinstance(node, ast.Attribute):
        line, column = node.end_lineno or line, (node.end_col_offset or 0) - len(node.attr.encode())
    return line, column + 1, node.end_lineno or line, (node.end_col_offset or 0) + 1
