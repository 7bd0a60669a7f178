"""Dataset.shuffle: elements in random order, in TensorFlow's own order for the same seeds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from ...errors import InvalidArgumentError
from ...random import get_seed_pair
from ...random.philox import WordStream
from ...random.turnstile import Source
from ...registry import export
from ..dataset import Dataset, scalar_int
from ..node import UNKNOWN, Node, Run


class EpochSeeds(Source):
    """The two seeds of each pass: the next two words of a generator, or the same two always."""

    def __init__(self, seed: int | None, reshuffle: bool) -> None:
        pair = get_seed_pair(seed)
        if pair is None:
            raw = os.urandom(8)
            pair = int.from_bytes(raw[:4], "little"), int.from_bytes(raw[4:], "little")
        self._pair, self._reshuffle = pair, reshuffle
        super().__init__(0)

    def next(self) -> tuple[int, int]:
        """The seeds of the pass that begins."""
        if not self._reshuffle:
            return self._pair
        n = self.advance(lambda i: i + 1)
        word = WordStream((self._pair[1] << 64) + n // 2, self._pair[0], chunk=4)
        four = [word() for _ in range(4)]
        return (four[2], four[3]) if n % 2 else (four[0], four[1])


class ShuffleOrder:
    """Which element of the buffer comes next: the buffer is a ring, whose first element changes places with the chosen one."""

    def __init__(self, seeds: tuple[int, int]) -> None:
        self._word = WordStream(seeds[1] << 64, seeds[0])

    def shuffle(self, elements: Iterator[Any], size: int | None) -> Iterator[Any]:
        """The elements, through a buffer of `size`; `None`: of all of them."""
        with closing(elements):  # type: ignore[type-var]
            ring: list[Any] = []
            start = count = 0
            more = True
            while True:
                while more and (size is None or count < size):
                    for element in elements:
                        # The ring grows until it is full; from then on there is one free place, before `start`.
                        if size is None or len(ring) < size:
                            ring.append(element)
                        else:
                            ring[(start + count) % size] = element
                        count += 1
                        break
                    else:
                        more = False
                if not count:
                    return
                i = (start + self._word() % count) % len(ring)
                chosen, ring[i], ring[start] = ring[i], ring[start], None
                start, count = (start + 1) % len(ring), count - 1
                yield chosen
                del chosen


class Shuffle(Node):
    """Shuffles through a buffer."""

    def __init__(self, parent: Node, size: int | None, seeds: EpochSeeds) -> None:
        super().__init__(parent)
        self._size, self._seeds = size, seeds

    def over(self, run: Run, elements: Iterator[Any]) -> Iterator[Any]:
        return ShuffleOrder(self._seeds.next()).shuffle(elements, self._size)


@export("tf.data.Dataset.shuffle")
def shuffle(
    dataset: Dataset,
    buffer_size: int,
    seed: int | None = None,
    reshuffle_each_iteration: bool | None = None,
    name: str | None = None,
) -> Dataset:
    """Shuffle the elements, through a buffer.

    Args:
        dataset: the elements.
        buffer_size: elements in the buffer; `dataset.cardinality()` or more shuffles perfectly.
        seed: with `tf.random.set_seed`, decides the order.
        reshuffle_each_iteration: another order for each pass (the default).
        name: ignored.

    Raises:
        InvalidArgumentError: `buffer_size` is not positive.
    """
    n = scalar_int(buffer_size, "tf.data.Dataset.shuffle: `buffer_size`")
    if seed is not None:
        seed = scalar_int(seed, "tf.data.Dataset.shuffle: `seed`")
    # Before the check, as in TensorFlow: seeds are taken even by a call that fails.
    seeds = EpochSeeds(seed, True if reshuffle_each_iteration is None else bool(reshuffle_each_iteration))
    if n < 1 and n != UNKNOWN:
        raise InvalidArgumentError(
            None, None, f"tf.data.Dataset.shuffle: buffer_size must be greater than zero or UNKNOWN_CARDINALITY; received {n}"
        )
    return Dataset(Shuffle(dataset._node, None if n == UNKNOWN else n, seeds))
