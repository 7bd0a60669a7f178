"""Datasets within datasets: those that a function makes of elements, and those that are components of elements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Callable

from .. import observe
from .dataset import Dataset
from .function import Traced, UserFunction, loosened
from .nest import leaves
from .node import UNKNOWN, Node, Run, SpecUnknown
from .passes import Indexed, Mark, Pass
from .spec import DatasetSpec, spec_of


class Held(Node):
    """Elements that are there already, by number: a window.

    Args:
        elements: the elements.
        spec: theirs; `None`: as the first one has it.
        site: where the user made the step that they come from.
    """

    tf_name = "_VariantDataset"

    def __init__(self, elements: Indexed, spec: Any, site: observe.CallSite) -> None:
        # Not `Node.__init__`, which looks for the user's line: a window is made for each element.
        self.parents, self.site, self.made_by = (), site, ()
        self.call, self.is_inner, self.is_made_up = None, False, False
        self._known_spec, self._known_index = spec, elements

    def _spec(self) -> Any:
        return loosened(spec_of(self._known_index.at(0)))

    def cardinality(self) -> int:
        return len(self._known_index)


class Component:
    """One leaf of each element, by number."""

    def __init__(self, elements: Indexed, which: int) -> None:
        self._elements, self._which = elements, which

    def __len__(self) -> int:
        return len(self._elements)

    def at(self, i: int) -> Any:
        return leaves(self._elements.at(i))[self._which]

    def gather(self, numbers: slice | Sequence[int]) -> Any:
        return leaves(self._elements.gather(numbers))[self._which]


class StandIn(Node):
    """In the trial of a function, what stands for a dataset: its specs are known, its elements and their number are not."""

    tf_name = "_VariantDataset"

    def __init__(self, spec: Any, zeros: Callable[[], Any], count: int) -> None:
        super().__init__()
        self._given, self._zeros, self._count = spec, zeros, count

    def _spec(self) -> Any:
        return self._given

    def cardinality(self) -> int:
        return UNKNOWN

    def _begin(self, run: Run, mark: Mark) -> Pass:
        return _Zeros(self._zeros, self._count)


class _Zeros(Pass):
    """Made-up elements."""

    def __init__(self, zeros: Callable[[], Any], count: int) -> None:
        super().__init__()
        self._zeros, self._left, self._count = zeros, count, count

    def __next__(self) -> Any:
        if not self._left:
            raise StopIteration
        self._left -= 1
        return self._zeros()

    def mark(self) -> Mark:
        return self._count - self._left


def stand_in(spec: Any, zeros: Callable[[], Any], count: int) -> Dataset:
    """A dataset for trial runs.

    Args:
        spec: of its elements; its unknown sizes stay unknown.
        zeros: makes an element, for functions that look at elements.
        count: how many there are then.
    """
    return Dataset(StandIn(spec, zeros, count))


def refuse_other(spec: Any, message: str) -> None:
    """Refuse a function whose result is no dataset.

    Raises:
        TypeError: it is none, as its spec or the result itself says.
    """
    if not isinstance(spec, (DatasetSpec, Dataset)):
        raise TypeError(message.format(type(spec)))


class Maker:
    """Begins passes over the datasets that a function makes of elements, as a part of one pass of the user's.

    The random calls of functions given to the inner datasets go on from one inner dataset to the next, as in TensorFlow, where these
    functions are traced once. So their states belong to the outer pass, and to its mark.

    Args:
        function: makes a dataset.
        run: the user's pass.
        message: what to say where it makes something else; `{}`: its type.
        mark: where the functions are, as `mark` told it.
    """

    def __init__(self, function: UserFunction, run: Run, message: str, mark: Mark = None) -> None:
        self._function, self._inner, self._message = function, run.inner(), message
        own, inner = mark or (None, ())
        self._calls = function.calls(run, own)
        self._awaited = dict(_pairs(inner))
        for _, traced in self._traced():
            traced.calls(self._inner)  # what they drew from in earlier passes is part of the mark from now on
        self._give()

    def make(self, element: Any) -> Node:
        """The dataset of an element."""
        made = self._function.run(element, self._calls)
        refuse_other(made, self._message)
        if self._awaited:
            self._give()
        return made._node

    def begin(self, made: Node, mark: Mark = None) -> Pass:
        """A pass over a dataset that it made."""
        return made.begin(self._inner, mark)

    def drawn(self) -> Mark:
        """Where the function's own random calls are."""
        return self._calls.mark()

    def draw_on(self, mark: Mark) -> None:
        """Let them go on where they were."""
        self._calls.go_on(mark)

    def mark(self) -> Mark:
        """Where the function's random calls are, and those of the functions given to inner datasets."""
        return [self._calls.mark(), self.inner()]

    def inner(self) -> Mark:
        """The latter alone: [name, where, name, where, ...]."""
        found = []
        for name, traced in self._traced():
            calls = self._inner.calls.get(traced)
            if calls is not None and calls.drew:
                found += [name, calls.mark()]
        return found

    def inner_on(self, mark: Mark) -> None:
        """Let these go on where they were."""
        self._awaited = dict(_pairs(mark))
        self._give()

    def _traced(self) -> Iterator[tuple[str, Traced]]:
        return self._function.traced.inner()

    def _give(self) -> None:
        if self._awaited:
            for name, traced in self._traced():
                if name in self._awaited:
                    traced.calls(self._inner).go_on(self._awaited.pop(name))


def _pairs(flat: Mark) -> Iterator[tuple[str, Mark]]:
    return zip(flat[::2], flat[1::2])


def made_spec(function: UserFunction) -> Any:
    """The specs of the elements of the datasets that a function makes.

    Raises:
        SpecUnknown: nothing is known.
    """
    return function.spec().element_spec


def check_makes_dataset(function: UserFunction, message: str) -> None:
    """Refuse a function whose trial showed that its results are no datasets.

    Raises:
        TypeError: they are none.
    """
    with suppress(SpecUnknown):
        refuse_other(function.spec(), message)
