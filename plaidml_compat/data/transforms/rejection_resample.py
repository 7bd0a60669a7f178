"""Dataset.rejection_resample: elements left out at random, until classes are as frequent as wanted."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Callable

import numpy as np

from ... import observe, random
from ...errors import InvalidArgumentError
from ...random.distributions import RESERVED, unit_interval
from ...random.graphs import CallsOfElement, GraphCalls
from ...random.philox_blocks import first_words
from ...registry import export
from ...tensor import as_array
from ..dataset import Dataset
from ..node import UNKNOWN, Node, Run, SpecUnknown
from ..passes import Mark, Pass
from ..sources.sample_from_datasets import sample_from_datasets
from ..sources.tensors import SingleElement
from ..sources.zip import Zip
from ..spec import TensorSpec
from .batch import Batch
from .map import Map
from .repeat import Repeat
from .scan import Scan, Step
from .unbatch import Unbatch

_WHAT = "tf.data.Dataset.rejection_resample"
_ESTIMATED = 32
"""Elements after which the classes' frequencies are told anew."""

_SEEN = 10
"""Elements of each class that count as seen before the first."""

_CHUNK = 128


class _Each(Node):
    """A function of our own of each element: of arrays, without draws; it never fails."""

    def __init__(self, parent: Node, function: Callable[[Any], Any], spec: Any) -> None:
        super().__init__(parent)
        self._function, self._made = function, spec

    def _spec(self) -> Any:
        return self._made

    def _begin(self, run: Run, mark: Mark) -> Pass:
        return _EachPass(self.parent.begin(run, mark), self._function)


class _EachPass(Pass):
    """Applies it."""

    def __init__(self, elements: Pass, function: Callable[[Any], Any]) -> None:
        super().__init__(elements)
        self._function = function

    def __next__(self) -> Any:
        return self._function(next(self.parent))

    def mark(self) -> Mark:
        return self.parent.mark()


class _Estimated(Scan):
    """Of batches of classes: for each of their elements, how frequent the classes were up to then."""

    def __init__(self, batches: Node, classes: int) -> None:
        Node.__init__(self, batches)
        self._state, self._classes = np.full(classes, _SEEN, np.int64), classes

    def _spec(self) -> Any:
        return TensorSpec([_ESTIMATED, self._classes], "float32")

    def _steps(self, run: Run, drawn: Mark) -> tuple[Step, Callable[[], Mark]]:
        def step(pair: Any) -> Any:
            seen, batch = pair
            # Numbers that are no classes are not counted: that they are wrong is said where the element is looked at.
            inside = batch[(batch >= 0) & (batch < self._classes)].astype(np.int64)
            seen = seen + np.bincount(inside, minlength=self._classes)
            return seen, np.tile((seen / seen.sum()).astype(np.float32), (_ESTIMATED, 1))

        return step, lambda: None


class _Accepted(Node):
    """Of (class, element) those which a draw below their class's probability lets through."""

    def __init__(self, probabilities: Node, classified: Node, seed: int | None) -> None:
        super().__init__(probabilities, classified)
        self._seeds = random.eager.graph_seed(), seed

    @property
    def draws_anew(self) -> bool:
        return True

    def _spec(self) -> Any:
        return self.parents[1].spec

    def cardinality(self) -> int:
        return UNKNOWN

    def _begin(self, run: Run, mark: Mark) -> Pass:
        marks, drawn = mark or ([None, None], None)
        draws = run.calls.get(self)
        if draws is None:
            draws = run.calls[self] = _Draws(*self._seeds)
        if drawn is not None:
            draws.go_on(drawn)
        probabilities, classified = (p.begin(run.branch(self, i), marks[i]) for i, p in enumerate(self.parents))
        return _Lucky(probabilities, classified, draws)


class _Draws:
    """The numbers of a `tf.random.uniform([])` in a dataset's function, for one pass of the user's."""

    def __init__(self, global_seed: int | None, seed: int | None) -> None:
        self._start = CallsOfElement(GraphCalls(global_seed)).stream(("uniform", "float32"), seed).peek()
        self._done, self._chunk = 0, -1
        self._units: list[float] = []

    def next(self) -> float:
        chunk, i = divmod(self._done, _CHUNK)
        if chunk != self._chunk:
            counter, key = self._start
            drawn = first_words(counter + chunk * _CHUNK * RESERVED, RESERVED, _CHUNK, key)
            self._units, self._chunk = unit_interval(drawn, np.dtype(np.float32)).tolist(), chunk
        self._done += 1
        return self._units[i]

    def mark(self) -> Mark:
        return [self._done, list(self._start)]

    def go_on(self, mark: Mark) -> None:
        self._done, self._start, self._chunk = mark[0], tuple(mark[1]), -1


class _Lucky(Pass):
    """Draws for one element after the other."""

    def __init__(self, probabilities: Pass, classified: Pass, draws: _Draws) -> None:
        super().__init__(probabilities, classified)
        self._probabilities, self._classified, self._draws = probabilities, classified, draws

    def __next__(self) -> Any:
        while True:
            accepted, pair = next(self._probabilities), next(self._classified)
            number = int(pair[0])
            if not 0 <= number < len(accepted):
                raise InvalidArgumentError(
                    None,
                    None,
                    f"{_WHAT}: `class_func` must return a number in [0, {len(accepted)}), because `target_dist` has so many classes; "
                    f"received {number}",
                )
            if self._draws.next() < accepted[number]:
                return pair

    def mark(self) -> Mark:
        return [[p.mark() for p in self.parents], self._draws.mark()]


def _mixed(initial: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How likely an element of each class is accepted, and how likely one is taken without asking: float32, as in TensorFlow."""
    with np.errstate(all="ignore"):
        ratio = target / (initial + np.finfo(np.float32).tiny)
        least = np.asarray(ratio.min())
        return (ratio - least) / (ratio.max() - least), least


class _Warning:
    """Says once that most elements are left out."""

    def __init__(self) -> None:
        self._said = False

    def __call__(self, accepted: np.ndarray, initial: np.ndarray) -> None:
        if not self._said:
            rejected = float(((1 - accepted) * initial).sum())
            if not rejected < 0.5:
                self._said = True
                observe.log.warning(
                    "%s: Proportion of examples rejected by sampler is high: %.3g, with initial distribution %s and acceptance %s",
                    _WHAT,
                    rejected,
                    initial,
                    accepted,
                )


def _filtered(dataset: Dataset, accepted: Node, initial: Node, classify: Callable[..., Any], seed: int | None) -> Dataset:
    warn = _Warning()

    def told(pair: Any) -> Any:
        warn(*pair)
        return pair[0]

    # The frequencies are a pass of their own over the elements, as in TensorFlow: a shuffle above gives it seeds too.
    probabilities = _Each(Zip((accepted, initial)), told, accepted.spec)
    classified = Map(dataset._node, classify, 0)
    with suppress(SpecUnknown):
        spec = classified.spec[0]
        if not isinstance(spec, TensorSpec) or not spec.dtype.is_integer:
            raise TypeError(f"{_WHAT}: `class_func` must return an integer, the number of a class; cast it; received {spec!r}")
        if spec.shape.rank not in (0, None):
            raise ValueError(f"{_WHAT}: `class_func` must return a scalar, the number of a class; received {spec!r}")
    return Dataset(_Accepted(probabilities, classified, seed))


@export("tf.data.Dataset.rejection_resample", draws=True)
def rejection_resample(
    dataset: Dataset,
    class_func: Callable[..., Any],
    target_dist: Any,
    initial_dist: Any = None,
    seed: int | None = None,
    name: str | None = None,
) -> Dataset:
    """Pairs (class, element), some elements left out and some repeated so that the classes are as frequent as `target_dist` says.

    Args:
        dataset: the elements. Several passes over it run side by side, as in TensorFlow.
        class_func: called as a function given to `map`; returns the number of the element's class, an integer scalar.
        target_dist: vector of how frequent each class is to be.
        initial_dist: how frequent they are; by default that is estimated from the elements so far, 32 at a time.
        seed: with `tf.random.set_seed`, decides what is left out.
        name: ignored.

    Raises:
        TypeError: `class_func` returns no integer.
        ValueError: it returns no scalar, or `target_dist` is no vector.
        InvalidArgumentError: `initial_dist` has another length; or, when iterated, `class_func` returns the number of no class.
    """
    target = as_array(target_dist).astype(np.float32)
    if target.ndim != 1:
        raise ValueError(f"{_WHAT}: `target_dist` must be a vector, with a probability for each class; received {target_dist!r}")
    vector = TensorSpec(target.shape, "float32")

    def classify(*element: Any) -> Any:
        return class_func(*element), element[0] if len(element) == 1 else element

    if initial_dist is None:
        frequencies = Unbatch(_Estimated(Batch(Map(dataset._node, class_func, 0), _ESTIMATED, False), len(target)))
        accepted: Node = _Each(frequencies, lambda initial: _mixed(initial, target)[0], vector)
        unasked: Node = _Each(frequencies, lambda initial: _row(_mixed(initial, target)[1]), TensorSpec([2], "float32"))
        initial_node: Node = frequencies
        static = None
    else:
        initial = as_array(initial_dist).astype(np.float32)
        if initial.shape != target.shape:
            raise InvalidArgumentError(
                None, None, f"{_WHAT}: `initial_dist` must have the {len(target)} numbers of `target_dist`; received {initial_dist!r}"
            )
        probabilities, least = _mixed(initial, target)
        initial_node, accepted, unasked = (Repeat(SingleElement(a), -1) for a in (initial, probabilities, _row(least)))
        with np.errstate(all="ignore"):
            static = np.min(target / initial)
    chosen = _filtered(dataset, accepted, initial_node, classify, seed)
    if static == 0:
        return chosen
    every = Dataset(Map(dataset._node, classify, 0))
    if static == 1:
        return every
    return sample_from_datasets([every, chosen], Dataset(unasked), seed, stop_on_empty_dataset=True)


def _row(least: np.ndarray) -> np.ndarray:
    return np.stack([least, np.float32(1) - least])


@export("tf.data.experimental.rejection_resample", draws=True)
def experimental_rejection_resample(
    class_func: Callable[..., Any], target_dist: Any, initial_dist: Any = None, seed: int | None = None
) -> Callable[[Dataset], Dataset]:
    """`tf.data.Dataset.rejection_resample`, as a function for `Dataset.apply`."""
    return lambda dataset: rejection_resample(dataset, class_func, target_dist, initial_dist, seed)
