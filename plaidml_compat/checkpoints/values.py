"""What can be in a checkpoint: kinds of objects, their parts, and how the state of each is taken and given back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable

import numpy as np

from ..exceptions import UnsupportedArgumentError
from ..random.generator import Generator
from ..tensor import as_array
from ..variable import Variable

Values = dict[str, Any]
"""A state: arrays, and texts."""


class Kind:
    """Objects of one kind. Subclasses define `of` and what such objects have.

    Attributes:
        name: written into checkpoints.
    """

    name = ""

    def of(self, value: Any) -> bool:
        """True for an object of this kind."""
        raise NotImplementedError(self.name)

    def parts(self, value: Any) -> dict[str, Any]:
        """Objects inside it that may be of some kind, by name."""
        return {}

    def take(self, value: Any) -> Values:
        """Its own state."""
        return {}

    def give(self, value: Any, saved: Values) -> Callable[[], list[str]]:
        """Set its own state.

        Returns:
            A function that tells which names of `saved` have not been used up to now.

        Raises:
            ValueError: it does not fit.
        """
        names = list(saved)
        return lambda: names


KINDS: list[Kind] = []


def kind(cls: type[Kind]) -> type[Kind]:
    """Register a kind; those registered later are asked first."""
    KINDS.insert(0, cls())
    return cls


def kind_of(value: Any) -> Kind | None:
    """The kind of an object, `None` where it cannot be in a checkpoint."""
    return next((k for k in KINDS if k.of(value)), None)


def nothing_left() -> list[str]:
    """For `give`: all was used."""
    return []


@kind
class _Containers(Kind):
    """Lists, tuples and dictionaries; what in them is of no kind is left out."""

    name = "container"

    def of(self, value: Any) -> bool:
        return isinstance(value, (list, tuple, dict))

    def parts(self, value: Any) -> dict[str, Any]:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return {str(k): v for k, v in items if kind_of(v) is not None}


@kind
class _Variables(Kind):
    name = "variable"

    def of(self, value: Any) -> bool:
        return isinstance(value, Variable)

    def take(self, value: Variable) -> Values:
        array = np.asarray(value.numpy())
        if array.dtype == object:
            raise UnsupportedArgumentError(
                "tf.train.Checkpoint", f"variables of text cannot be saved; received {value!r}", "Number the texts"
            )
        return {"VARIABLE_VALUE": array}

    def give(self, value: Variable, saved: Values) -> Callable[[], list[str]]:
        array = saved["VARIABLE_VALUE"]
        if not value.shape.is_compatible_with(array.shape):
            raise ValueError(
                f"Received incompatible tensor with shape {array.shape} when attempting to restore variable with shape {value.shape} "
                f"and name {value.name}."
            )
        value.assign(array.astype(value.dtype.as_numpy_dtype, copy=False))
        return nothing_left


@kind
class _Generators(Kind):
    name = "generator"

    def of(self, value: Any) -> bool:
        return isinstance(value, Generator)

    def take(self, value: Generator) -> Values:
        return {"_state_var": as_array(value.state)}

    def give(self, value: Generator, saved: Values) -> Callable[[], list[str]]:
        value.reset(saved["_state_var"])
        return nothing_left


class Found:
    """An object in a program's tree of objects.

    Attributes:
        value: the object.
        kind: its kind.
        parts: the numbers of the objects inside it, by name.
        path: names from the root to it, the first way that was found.
    """

    def __init__(self, value: Any, of: Kind, path: str) -> None:
        self.value, self.kind, self.path = value, of, path
        self.parts: dict[str, int] = {}


def walk(root: Any) -> list[Found]:
    """The root and all objects of known kinds inside it, each once, nearest first."""
    first = kind_of(root)
    assert first is not None
    found, numbers = [Found(root, first, "")], {id(root): 0}
    for at in _growing(found):
        for name, value in at.kind.parts(at.value).items():
            of = kind_of(value)
            if of is None:
                continue
            if id(value) not in numbers:
                numbers[id(value)] = len(found)
                found.append(Found(value, of, f"{at.path}/{_escaped(name)}".lstrip("/")))
            at.parts[name] = numbers[id(value)]
    return found


def _escaped(name: str) -> str:
    return name.replace(".", "..").replace("/", ".S")


def _growing(items: list) -> Iterator[Any]:
    i = 0
    while i < len(items):
        yield items[i]
        i += 1
