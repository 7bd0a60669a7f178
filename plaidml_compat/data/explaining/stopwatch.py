"""Measures what each step of a pipeline takes for itself, in the consumer's thread and in all others, while elements are made."""

from __future__ import annotations

import contextlib
import copy
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Callable

from .. import nest
from ..dataset import Dataset
from ..function import UserFunction
from ..items import copied
from ..memory import bytes_of
from ..node import Node, Run
from ..passes import Indexed, Mark, Pass
from ..transforms.prefetch import Prefetch
from .calls import functions_of
from .contents import Ran, listening
from .deadline import TimeUp
from .steps import Path, hands_over, loads_images

_KEPT = 8
"""First elements of a function that are kept."""
_MOST_KEPT = 1 << 26
"""Bytes that they may take."""


@dataclass
class Stage:
    """What a step took.

    Attributes:
        work: seconds of its own, without those of the steps that it reads from; those of its function in all threads.
        waits: seconds that the consumer waited for its threads.
        elements: that it handed out.
        calls: of its function, in threads; they are ahead of what was handed out.
        calls_each: calls for an element.
        ran: what its functions called for their first real elements, by attribute.
        given: the first elements that its functions got, by attribute.
    """

    work: float = 0.0
    waits: float = 0.0
    elements: int = 0
    calls: int = 0
    calls_each: int = 1
    ran: dict[str, list[Ran]] = field(default_factory=dict)
    given: dict[str, list[Any]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, work: float = 0.0, waits: float = 0.0, elements: int = 0, calls: int = 0) -> None:
        """More of each; from any thread."""
        with self.lock:
            self.work += work
            self.waits += waits
            self.elements += elements
            self.calls += calls

    def notes(self, name: str) -> list[Ran] | None:
        """The list for what a function calls, for the first who asks."""
        with self.lock:
            return None if name in self.ran else self.ran.setdefault(name, [])

    def keep(self, name: str, element: Any) -> None:
        """Keep one of the first elements that a function gets."""
        with self.lock:
            kept = self.given.setdefault(name, [])
            if len(kept) < _KEPT and bytes_of(element) * _KEPT <= _MOST_KEPT:
                kept.append(copied(element))

    @property
    def each(self) -> float | None:
        """Seconds of work for an element; `None`: it made none."""
        made = self.calls / self.calls_each if self.calls else self.elements
        return self.work / made if made else None

    def forget(self) -> tuple[float, float, int, int]:
        """Begin anew; returns what was there."""
        with self.lock:
            before = self.work, self.waits, self.elements, self.calls
            self.work, self.waits, self.elements, self.calls = 0.0, 0.0, 0, 0
        return before


class Stopwatch:
    """Makes copies of pipelines whose steps are timed.

    Args:
        clock: seconds, from anywhere.
        until: when elements are not waited for any longer.
    """

    def __init__(self, clock: Callable[[], float], until: float) -> None:
        self.clock, self.until = clock, until
        self.stages: dict[Path, Stage] = {}
        self._inside = threading.local()

    def timed(self, node: Node, path: Path = ()) -> Node:
        """A copy of a pipeline, which leaves no trace: its steps are those of the original, by path."""
        parents = tuple(self.timed(p, (*path, i)) for i, p in enumerate(node.parents))
        made = node.aside(parents)
        if made in parents:
            return made
        stage = self.stages.setdefault(path, Stage())
        is_ahead = isinstance(node, Prefetch) and node._size != 0
        threaded = bool(hands_over(node))
        if loads_images(made):
            source: Any = made
            source._recipe = recipe = copy.copy(source._recipe)
            recipe.load = self._function(recipe.load, stage, counts=True)
            stage.calls_each = source._size or 1
        for name, function in functions_of(made):
            self._time(function, name, stage, path, threaded)
        kind: Any = type(made)

        def begin(run: Run, mark: Mark = None) -> Pass:
            return _TimedPass(kind.begin(made, run, mark), self, stage, threaded or is_ahead, kind.indexed(made) is None)

        def indexed() -> Indexed | None:
            elements = kind.indexed(made)
            return None if elements is None else _TimedIndex(elements, self, stage)

        made.begin, made.indexed = begin, indexed  # type: ignore[method-assign]
        return made

    def forget(self) -> Callable[[], None]:
        """Begin anew: what was measured until now is left out, unless the function that this returns is called."""
        before = [(stage, stage.forget()) for stage in list(self.stages.values())]

        def bring_back() -> None:
            for stage, spent in before:
                stage.add(*spent)

        return bring_back

    def _time(self, function: UserFunction, name: str, stage: Stage, path: Path, threaded: bool) -> None:
        run = function.run

        def first_noted(element: Any, calls: Any) -> Any:
            if len(stage.given.get(name, ())) < _KEPT:
                stage.keep(name, element)
            notes = stage.notes(name)
            if notes is None:
                return run(element, calls)
            with listening() as ran:
                result = run(element, calls)
            notes += ran
            return result

        def with_inner_timed(element: Any, calls: Any) -> Any:
            result = first_noted(element, calls)
            return Dataset(self.timed(result._node, (*path, name))) if isinstance(result, Dataset) else result

        function.run = self._function(with_inner_timed, stage, counts=threaded)  # type: ignore[method-assign]
        function.one = self._function(function.one, stage)  # type: ignore[method-assign]
        function.stack = self._function(function.stack, stage)  # type: ignore[method-assign]

    def _function(self, function: Callable[..., Any], stage: Stage, counts: bool = False) -> Callable[..., Any]:
        def timed(*args: Any) -> Any:
            with self.running(stage):
                result = function(*args)
            if counts:
                stage.add(calls=1)
            return result

        return timed

    @contextlib.contextmanager
    def running(self, stage: Stage, waits: bool = False) -> Iterator[None]:
        """What the block takes, without blocks of the kind within it, is a step's work, or what is waited for it."""
        outer = getattr(self._inside, "seconds", None)
        self._inside.seconds = 0.0
        begun = self.clock()
        try:
            yield
        finally:
            took = self.clock() - begun
            own = took - self._inside.seconds
            self._inside.seconds = None if outer is None else outer + took
            stage.add(waits=own) if waits else stage.add(own)


class _TimedPass(Pass):
    """A pass that is timed."""

    def __init__(self, elements: Pass, watch: Stopwatch, stage: Stage, waits: bool, counts: bool) -> None:
        super().__init__(elements)
        self._watch, self._stage, self._waits, self._counts = watch, stage, waits, counts

    @property
    def stacks(self) -> bool:  # type: ignore[override]
        """As the pass."""
        return self.parent.stacks

    def _look(self) -> None:
        if self._watch.clock() > self._watch.until:
            raise TimeUp

    def __next__(self) -> Any:
        self._look()
        with self._watch.running(self._stage, self._waits):
            element = next(self.parent)
        self._stage.add(elements=int(self._counts))
        return element

    def stacked(self, most: int) -> Any:
        self._look()
        with self._watch.running(self._stage, self._waits):
            elements = self.parent.stacked(most)
        self._stage.add(elements=nest.first_size(elements) * self._counts)
        return elements

    def skip(self, count: int, lazily: bool = False) -> int:
        with self._watch.running(self._stage, self._waits):
            return self.parent.skip(count, lazily)

    def mark(self) -> Mark:
        return self.parent.mark()


class _TimedIndex:
    """Elements by number, timed."""

    def __init__(self, elements: Indexed, watch: Stopwatch, stage: Stage) -> None:
        self._elements, self._watch, self._stage = elements, watch, stage

    def __len__(self) -> int:
        return len(self._elements)

    def at(self, i: int) -> Any:
        with self._watch.running(self._stage):
            element = self._elements.at(i)
        self._stage.add(elements=1)
        return element

    def gather(self, numbers: Any) -> Any:
        with self._watch.running(self._stage):
            elements = self._elements.gather(numbers)
        self._stage.add(elements=nest.first_size(elements))
        return elements
