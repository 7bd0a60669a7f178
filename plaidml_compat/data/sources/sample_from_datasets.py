"""Dataset.sample_from_datasets: elements of several datasets, chosen at random: TensorFlow's own choices for the same seeds."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...random.philox import words
from ...random.philox_blocks import stateless_doubles
from ...registry import export
from ...tensor import Tensor, as_array
from ..dataset import Dataset, source
from ..nest import leaves
from ..node import INFINITE, Node, Run, SpecUnknown
from ..passes import Mark, Pass
from ..spec import TensorSpec
from ..transforms.shuffle import EpochSeeds
from ..transforms.take import take
from .choose_from_datasets import checked_datasets, directed
from .random import random_seeds

_WHAT = "tf.data.Dataset.sample_from_datasets"
_CHUNK = 128


class Choices(Node):
    """Random numbers of datasets, always with the same weights, or with those that a parent tells."""

    def __init__(self, seeds: EpochSeeds, sums: Sequence[float] | None, *parents: Node) -> None:
        super().__init__(*parents)
        self._seeds, self._sums = seeds, sums

    @property
    def draws_anew(self) -> bool:
        return self._seeds.change

    def _spec(self) -> Any:
        return TensorSpec([], "int64")

    def cardinality(self) -> int:
        return self.parent.cardinality() if self.parents else INFINITE

    def _begin(self, run: Run, mark: Mark) -> Pass:
        numbers, before = mark or (None, None)
        weights = [p.begin(run, before) for p in self.parents]
        return _Chosen(self._seeds, self._sums, numbers, weights)


class _Chosen(Pass):
    """One number after the other."""

    def __init__(self, seeds: EpochSeeds, sums: Sequence[float] | None, numbers: Mark, weights: list[Pass]) -> None:
        super().__init__(*weights)
        self._seeds, self._sums = seeds, sums
        self._pair, self._done = seeds.begin(numbers)
        self._units: list[float] = []
        self._chunk = -1
        self._weights: bytes | None = None

    def __next__(self) -> np.ndarray:
        if self.parents:
            self._weigh(next(self.parent))
        chunk, i = divmod(self._done, _CHUNK)
        if chunk != self._chunk:
            # The op that chooses takes two words as its seeds each time.
            raw = words(2 * _CHUNK, (self._pair[1] << 64) + chunk * (_CHUNK // 2), self._pair[0])
            self._units, self._chunk = stateless_doubles(raw[0::2], raw[1::2]).tolist(), chunk
        self._done += 1
        sums = self._sums
        assert sums is not None
        return np.array(bisect_right(sums, self._units[i] * sums[-1]), np.int64)

    def _weigh(self, weights: Any) -> None:
        row = _row(weights)
        raw = row.tobytes()
        if raw != self._weights:
            self._sums, self._weights = _sums(row), raw

    def mark(self) -> Mark:
        return [[self._done, list(self._pair), self._seeds.mark()], self.parent.mark() if self.parents else None]


def _row(element: Any) -> np.ndarray:
    """The weights in an element: a vector, or a tuple of numbers, perhaps as the only component of a tuple.

    Raises:
        ValueError: it is something else.
    """
    row = element[0] if type(element) is tuple and len(element) == 1 else element
    if type(row) is tuple and row is not element:
        row = np.stack(row)
    if type(row) is not np.ndarray or row.ndim != 1:
        raise _no_row(element)
    return row


def _no_row(received: Any) -> ValueError:
    return ValueError(
        f"{_WHAT}: Invalid `weights`. Each element of the dataset must be a vector, with a weight for each dataset; "
        f"received {received!r:.300}"
    )


def _sums(weights: np.ndarray) -> list[float]:
    """The running sums of weights, up to a factor, with TensorFlow's steps: by way of their logarithms."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logits = np.log(weights).ravel().tolist()
    most = max((x for x in logits if math.isfinite(x)), default=float(np.finfo(weights.dtype).min))
    sums, total = [], 0.0
    for x in logits:
        if math.isfinite(x):
            total += math.exp(x - most)
        sums.append(total)
    return sums


@export("tf.data.Dataset.sample_from_datasets", draws=True)
@source
def sample_from_datasets(
    datasets: Any,
    weights: Any = None,
    seed: int | None = None,
    stop_on_empty_dataset: bool = False,
    rerandomize_each_iteration: bool | None = None,
) -> Dataset:
    """Elements of several datasets, each time from one chosen at random.

    Args:
        datasets: a non-empty list of datasets with compatible elements.
        weights: how likely each is chosen: a list, an array or tensor of floats, or a dataset of such; all alike by default.
        seed: with `tf.random.set_seed`, decides the choices.
        stop_on_empty_dataset: end when one that has no more elements is chosen; otherwise it is passed over.
        rerandomize_each_iteration: other choices in each pass; by default the same.

    Raises:
        ValueError: `datasets` is empty, or `weights` are not as many.
        TypeError: `weights` are no floats, or the datasets' elements differ.
    """
    made = checked_datasets(datasets, _WHAT)
    if isinstance(weights, Dataset):
        _check_rows(weights._node)
        selector = Choices(random_seeds(seed, rerandomize_each_iteration, _WHAT), None, weights._node)
        return directed(selector, made, stop_on_empty_dataset)
    sums: Sequence[float] = range(1, len(made) + 1)
    if weights is not None:
        made, row = _weighted(made, weights)
        sums = _sums(row)
    if len(made) == 1:
        return made[0]
    return directed(Choices(random_seeds(seed, rerandomize_each_iteration, _WHAT), sums), made, stop_on_empty_dataset)


def _weighted(datasets: list[Dataset], weights: Any) -> tuple[list[Dataset], np.ndarray]:
    """The datasets that can be chosen, and their weights."""
    if (weights.shape != [len(datasets)]) if isinstance(weights, Tensor) else (len(weights) != len(datasets)):
        raise ValueError(f"{_WHAT}: Invalid `weights`. There should be one for each of the {len(datasets)} datasets; received {weights!r}")
    if not isinstance(weights, Tensor):
        kept = [(d, w) for d, w in zip(datasets, weights) if w > 0]
        if kept:
            datasets, weights = [d for d, _ in kept], [w for _, w in kept]
        else:
            datasets, weights = [take(datasets[0], 0)], [1.0]
    row = as_array(weights)
    if row.dtype not in (np.float32, np.float64):
        raise TypeError(f"{_WHAT}: Invalid `weights`. They must be `tf.float32` or `tf.float64`; received {weights!r}")
    return datasets, row


def _check_rows(weights: Node) -> None:
    try:
        spec = weights.spec
    except SpecUnknown:
        return
    row = spec[0] if type(spec) is tuple and len(spec) == 1 else spec
    scalars = row is not spec and type(row) is tuple
    for s in leaves(row):
        if not isinstance(s, TensorSpec) or s.dtype.name not in ("float16", "bfloat16", "float32", "float64"):
            raise TypeError(f"{_WHAT}: Invalid `weights`. The dataset's elements must be vectors of floats; received {spec!r}")
    if isinstance(row, Mapping):
        raise TypeError(f"{_WHAT}: Invalid `weights`. The dataset's elements must be vectors; received {spec!r}")
    if (not scalars and type(row) is tuple) or any(s.shape.rank not in (None, 0 if scalars else 1) for s in leaves(row)):
        raise _no_row(spec)


@export("tf.data.experimental.sample_from_datasets", draws=True)
def experimental_sample_from_datasets(
    datasets: Any, weights: Any = None, seed: int | None = None, stop_on_empty_dataset: bool = False
) -> Dataset:
    """`tf.data.Dataset.sample_from_datasets`."""
    return sample_from_datasets(datasets, weights, seed, stop_on_empty_dataset)
