"""What an expression of a program may stand for, as far as it matters: TensorFlow's names, instances, the program's own functions."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from .scopes import Scope


@dataclass(frozen=True)
class Name:
    """A module, class, function or constant of TensorFlow's or Keras'.

    Attributes:
        path: in full, `"tf.keras.layers.Dense"`; `"keras.layers.Dense"` where the program imports keras.
        guarded: it may be something else, and the program knows: it was imported in `try`, or by `getattr` with a default.
        of_instance: it was found on an instance, as `dataset.map`.
        ended: the expression goes on behind it with attributes that TensorFlow does not list.
    """

    path: str
    guarded: bool = False
    of_instance: bool = False
    ended: bool = False


@dataclass(frozen=True)
class Instance:
    """An instance of a class of TensorFlow's.

    Attributes:
        of: the class's name; `"tf.data.Dataset"` for every kind of dataset.
        within: of a `tf.keras.layers.Lambda`, the function that it calls.
    """

    of: str
    within: object = None


@dataclass(frozen=True)
class Outside:
    """Something of another module, `"plaidml_compat.device_scope"`, or of Python, `"builtins.getattr"`."""

    path: str


@dataclass(frozen=True)
class Several:
    """A tuple or list, part by part."""

    parts: tuple[frozenset, ...]


@dataclass(eq=False)
class Function:
    """A function of the program: read once, and asked for what it returns.

    Attributes:
        node: the definition.
        scope: where it is defined.
        owner: the class whose method it is.
        placement: the device scope that it is written in.
        there: names that the program has made sure of around it.
        returns: what it may return, once that is known.
        begun: whether reading it has begun.
        in_layer: whether a `tf.keras.layers.Lambda` calls it.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef
    scope: Scope
    owner: Class | None = None
    placement: str | None = None
    there: frozenset[str] = frozenset()
    returns: frozenset = frozenset()
    begun: bool = False
    in_layer: bool = False


@dataclass(eq=False)
class Class:
    """A class of the program.

    Attributes:
        bases: what it derives from.
        scope: its body.
        attributes: what its methods set on `self`.
    """

    bases: list[frozenset]
    scope: Scope
    attributes: dict[str, frozenset] = field(default_factory=dict)

    def ancestors(self) -> Iterable[Class | Name | None]:
        """The classes that it derives from, itself first; `None` for one that is not known."""
        yield self
        for base in self.bases:
            for value in base or (OTHER,):
                if isinstance(value, Class):
                    yield from value.ancestors()
                else:
                    yield value if isinstance(value, Name) else None

    def find(self, attribute: str) -> frozenset:
        """What `self.attribute` may be; nothing where no class of the program has it."""
        found: frozenset = frozenset()
        for cls in self.ancestors():
            if isinstance(cls, Class):
                found |= cls.attributes.get(attribute, NOTHING) | cls.scope.names.get(attribute, NOTHING)
        return found


@dataclass(frozen=True)
class Object:
    """An instance of a class of the program."""

    of: Class


@dataclass(frozen=True)
class Result:
    """A lambda: calling it gives `values`."""

    values: frozenset


@dataclass(frozen=True)
class Symbolic:
    """A value in a model's graph.

    Attributes:
        within: it is a parameter of this class's `call`, or of this function of a Lambda layer, and symbolic where these are called
            on symbolic values; `None`: it comes from `tf.keras.Input`.
    """

    within: object = None


@dataclass(frozen=True)
class Other:
    """Anything else."""


OTHER = Other()
Value = Union[Name, Instance, Outside, Several, Function, Class, Object, Result, Symbolic, Other]
NOTHING: frozenset = frozenset()
UNKNOWN: frozenset = frozenset((OTHER,))


def only(values: frozenset) -> Value | None:
    """What something certainly is; `None` where it may be one thing or another."""
    return next(iter(values)) if len(values) == 1 else None
