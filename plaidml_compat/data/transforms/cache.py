"""Dataset.cache: elements kept once they were made, in memory or in a file."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Callable, Protocol

import numpy as np

from ...registry import export
from ..dataset import Dataset
from ..items import Items, copied
from ..nest import leaves, same_structure
from ..node import Node, Run, SpecUnknown
from ..passes import Indexed, IndexedPass, Mark, Pass
from ..spec import spec_of
from ..storage import elements as storage
from ..storage import format
from ..storage.kept import InFile
from ..storage.paths import path_of
from ..storage.structure import check_storable


class Writing(Protocol):
    """The elements of a pass that are being kept."""

    def add(self, element: Any) -> Any:
        """Keep an element; returns what to hand out."""

    def finish(self) -> None:
        """There are no more."""

    def drop(self) -> None:
        """Keep nothing."""


class Place(Protocol):
    """Where elements are kept.

    Attributes:
        early: they are complete with the last one, rather than with the end after it.
        start: the mark of the parent's pass that they came from, before its first element, where this process has made them.
    """

    early: bool
    start: Mark

    def kept(self) -> Indexed | None:
        """The elements, once all are kept."""

    def writing(self) -> Writing:
        """A pass begins to keep its elements."""


class Cache(Node):
    """Keeps the elements of the first pass that comes to its end."""

    tf_name = "CacheDataset"

    def __init__(self, parent: Node) -> None:
        super().__init__(parent)
        self.place: Place = InMemory()

    def _begin(self, run: Run, mark: Mark) -> Pass:
        return Cached(self.place, lambda start: self.parent.begin(run, start), self.parent.cardinality(), mark)

    def writes(self) -> bool:
        return self.place.kept() is None

    def aside(self, parents: tuple[Node, ...]) -> Node:
        made = super().aside(parents)
        if self.writes():
            made.place = Nowhere()  # type: ignore[attr-defined]
        return made


class Nowhere:
    """Nothing is kept of a pass."""

    early, start, identity = False, None, ""

    def kept(self) -> None:
        """There is nothing."""

    def writing(self) -> Nowhere:
        """It needs to know nothing of a pass."""
        return self

    def add(self, element: Any) -> Any:
        """Hand it on."""
        return element

    def finish(self) -> None:
        """There are no more."""

    def drop(self) -> None:
        """There is nothing to drop."""


class InMemory:
    """The elements of a step in memory."""

    early = True

    def __init__(self) -> None:
        self.elements: Indexed | None = None
        self.start: Mark = None

    @property
    def identity(self) -> str:
        """What tells it from others."""
        return ""

    def kept(self) -> Indexed | None:
        return self.elements

    def writing(self) -> _Holding:
        return _Holding(self)


class _Holding:
    """A pass's elements on their way there, in blocks, of which batches are slices. The first pass that has them all counts."""

    def __init__(self, place: InMemory) -> None:
        self._place = place
        self._filling: format.Filling | None = None
        self._blocks: list[Any] = []
        self._counts: list[int] = []
        self._spec: Any = None
        self._listed: list[Any] | None = None

    def add(self, element: Any) -> Any:
        if self._listed is not None:
            self._listed.append(element)
            return copied(element)
        parts = [element] if type(element) is np.ndarray else leaves(element)
        filling = self._filling
        if filling is None or not filling.takes(parts):
            if not self._suits(element, parts):
                return self.add(element)
            self._close_block()
            filling = self._filling = format.Filling(parts)
        filling.add(parts)
        return element

    def _suits(self, element: Any, parts: list[Any]) -> bool:
        """Whether the element can be in a block; datasets, and elements of different structures, are in a list."""
        spec = spec_of(element)
        if self._spec is None:
            self._spec = spec
        if all(a is None or type(a) is np.ndarray for a in parts) and same_structure(spec, self._spec):
            return True
        self._close_block()
        before = storage.InMemory(self._blocks, self._counts, self._spec)
        self._listed, self._blocks = [before.at(i) for i in range(len(before))], []
        return False

    def _close_block(self) -> None:
        if self._filling is not None:
            self._blocks.append(self._filling.held())
            self._counts.append(self._filling.count)
            self._filling = None

    def finish(self) -> None:
        if self._place.elements is not None:
            return
        self._close_block()
        if self._listed is not None or self._spec is None:
            self._place.elements = Items(self._listed or [])
        else:
            self._place.elements = storage.InMemory(self._blocks, self._counts, self._spec)

    def drop(self) -> None:
        self._filling, self._blocks, self._counts, self._listed = None, [], [], None


class Cached(Pass):
    """Keeps what it passes on, until all is kept. Going on in another process means to make anew what was kept before.

    Args:
        place: where elements are kept.
        begin: begins a pass over the elements, where a mark says.
        expected: how many there are, if that is known.
        mark: where to go on.
    """

    def __init__(self, place: Place, begin: Callable[[Mark], Pass], expected: int, mark: Mark) -> None:
        self._start: Mark
        self._start, done, failed = mark or (None, 0, 0)
        # Elements that could not be made; `None`: a pass over kept elements goes on, among which there are none.
        self._failed: int | None = 0 if failed is not None else None
        self._again: IndexedPass | None = None
        self._writing: Writing | None = None
        self._done, self._place = 0, place
        kept = place.kept()
        if kept is not None:
            super().__init__()
            if mark is None:
                self._start = place.start
            self._again, self.stacks = IndexedPass(kept, done), True
            return
        super().__init__(begin(self._start))
        if mark is None:  # a pass that goes on tells the same start again
            self._start = self.parent.mark()
        self._writing, self._expected = place.writing(), expected if place.early else -1
        while self._done + (self._failed or 0) < done + (failed or 0):
            try:
                next(self)
            except StopIteration:
                break
            except Exception:  # it was raised before
                continue

    def __next__(self) -> Any:
        if self._again is not None:
            return next(self._again)
        try:
            element = next(self.parent)
        except StopIteration:
            self._finish()
            raise
        except Exception:
            if self._failed is None:
                return next(self)
            self._failed += 1
            raise
        self._done += 1
        writing = self._writing
        if writing is None:
            return element
        try:
            element = writing.add(element)
        except Exception:
            self._writing = None
            raise
        if self._done == self._expected:
            self._finish()
        return element

    def _finish(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.finish()
            self._place.start = self._start

    def stacked(self, most: int) -> Any:
        assert self._again is not None
        return self._again.stacked(most)

    def skip(self, count: int, lazily: bool = False) -> int:
        return super().skip(count) if self._again is None else self._again.skip(count)

    def mark(self) -> Mark:
        return [self._start, self._done, self._failed] if self._again is None else [self._start, self._again.mark(), None]

    def close(self) -> None:
        if self._writing is not None:
            self._writing.drop()
            self._writing = None
        super().close()


@export("tf.data.Dataset.cache")
def cache(dataset: Dataset, filename: str = "", name: str | None = None) -> Dataset:
    """Keep the elements from the first pass on that comes to its end; later passes read them.

    In a file they are kept for later processes, too: whatever the pipeline before `cache` is then, its elements are not made again
    until the file is deleted. It is `filename` with `.cache` after it, in a format of plaidml_compat's own: a cache that TensorFlow wrote
    is not read, but written again. It is read through a memory map, its checksums are looked at, and it appears once it is complete:
    passes that are cut off leave nothing, and several processes may write it at once.

    Args:
        dataset: the elements.
        filename: what the file's name begins with; empty: in memory.
        name: ignored.

    Raises:
        TypeError, ValueError: `filename` is no text.
        UnsupportedOpError: elements that do not consist of tensors were to be kept in a file.
        InvalidArgumentError: when iterated: the elements in the file have other specs.
        DataLossError: when iterated: the file is damaged.
        NotFoundError, PermissionDeniedError, ResourceExhaustedError: when iterated: it cannot be written.
    """
    path = path_of(filename, "tf.data.Dataset.cache: `filename`")
    node = Cache(dataset._node)
    if path:
        with suppress(SpecUnknown):
            check_storable(node.spec, "tf.data.Dataset.cache(filename)")
        node.place = InFile(node, path)
    return Dataset(node)
