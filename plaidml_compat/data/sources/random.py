"""Dataset.random: random whole numbers, TensorFlow's own for the same seeds."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...random.philox import words
from ...registry import export
from ..dataset import Dataset, scalar_int, source
from ..node import INFINITE, Node, Run
from ..passes import Mark, Pass
from ..spec import TensorSpec
from ..transforms.shuffle import EpochSeeds

_CHUNK = 1024


class Random(Node):
    """The words of a generator, without end."""

    def __init__(self, seeds: EpochSeeds) -> None:
        super().__init__()
        self._seeds = seeds

    @property
    def draws_anew(self) -> bool:
        return self._seeds.change

    def _spec(self) -> Any:
        return TensorSpec([], "int64")

    def cardinality(self) -> int:
        return INFINITE

    def _begin(self, run: Run, mark: Mark) -> Pass:
        return _Words(self._seeds, mark)


class _Words(Pass):
    """One word after the other."""

    stacks = True

    def __init__(self, seeds: EpochSeeds, mark: Mark) -> None:
        super().__init__()
        self._seeds = seeds
        self._pair, self._done = seeds.begin(mark)
        self._words: list[int] = []
        self._chunk = -1

    def __next__(self) -> np.ndarray:
        chunk, i = divmod(self._done, _CHUNK)
        if chunk != self._chunk:
            self._words, self._chunk = self._made(chunk * _CHUNK, _CHUNK).tolist(), chunk
        self._done += 1
        return np.array(self._words[i], np.int64)

    def stacked(self, most: int) -> np.ndarray:
        before = self._done % 4
        made = self._made(self._done - before, before + most)[before:].astype(np.int64)
        self._done += most
        return made

    def _made(self, start: int, count: int) -> np.ndarray:
        return words(count, (self._pair[1] << 64) + start // 4, self._pair[0])

    def skip(self, count: int, lazily: bool = False) -> int:
        self._done += count
        return count

    def mark(self) -> Mark:
        return [self._done, list(self._pair), self._seeds.mark()]


def random_seeds(seed: Any, rerandomize_each_iteration: Any, what: str) -> EpochSeeds:
    """The seeds of each pass of a random dataset made now."""
    return EpochSeeds(None if seed is None else scalar_int(seed, f"{what}: `seed`"), bool(rerandomize_each_iteration))


@export("tf.data.Dataset.random", "tf.data.experimental.RandomDataset", draws=True)
@source
def random(seed: int | None = None, rerandomize_each_iteration: bool | None = None, name: str | None = None) -> Dataset:
    """Random numbers from 0 to 2**32 - 1, int64 scalars without end.

    Args:
        seed: with `tf.random.set_seed`, decides the numbers.
        rerandomize_each_iteration: other numbers in each pass; by default the same.
        name: ignored.

    Raises:
        TypeError: `seed` is no whole number.
    """
    return Dataset(Random(random_seeds(seed, rerandomize_each_iteration, "tf.data.Dataset.random")))
