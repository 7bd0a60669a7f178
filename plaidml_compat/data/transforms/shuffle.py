"""Dataset.shuffle: elements in random order, in TensorFlow's own order for the same seeds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Callable

from ...errors import InvalidArgumentError
from ...random import get_seed_pair
from ...random.philox import WordStream
from ...random.turnstile import Source
from ...registry import export
from ..dataset import Dataset, scalar_int
from ..node import UNKNOWN, Node, Run
from ..passes import Indexed, Mark, Pass, comparable


class EpochSeeds(Source):
    """The two seeds of each pass: the next two words of a generator, or the same two always."""

    lasting = False

    def __init__(self, seed: int | None, reshuffle: bool) -> None:
        pair = get_seed_pair(seed)
        self.given = pair is not None
        if pair is None:
            raw = os.urandom(8)
            pair = int.from_bytes(raw[:4], "little"), int.from_bytes(raw[4:], "little")
        self._pair, self._reshuffle = pair, reshuffle
        super().__init__(0)

    @property
    def change(self) -> bool:
        """Whether those of a pass are others than those of the one before."""
        return self._reshuffle

    def next(self) -> tuple[int, int]:
        """The seeds of the pass that begins."""
        if not self._reshuffle:
            return self._pair
        n = self.advance(lambda i: i + 1)
        word = WordStream((self._pair[1] << 64) + n // 2, self._pair[0], chunk=4)
        four = [word() for _ in range(4)]
        return (four[2], four[3]) if n % 2 else (four[0], four[1])

    def begin(self, mark: Mark) -> tuple[tuple[int, int], int]:
        """The seeds of a pass of numbers that follow from them alone, and how many it has given: `mark` is [these, those, `mark()`]."""
        if mark is None:
            return self.next(), 0
        done, pair, seeds = mark
        self.go_on(seeds)
        return (pair[0], pair[1]), done

    def mark(self) -> Mark:
        """Where they are."""
        return [*self._pair, self.peek()]

    def go_on(self, mark: Mark) -> None:
        """Go on where others were."""
        self._pair = mark[0], mark[1]
        self.advance(lambda _: mark[2])


class Ring:
    """The buffer, whose first element changes places with the chosen one.

    Args:
        pull: gives the next element, or raises StopIteration.
        size: of the buffer; `None`: it holds all elements.
        seeds: of the order.
    """

    def __init__(self, pull: Callable[[], Any], size: int | None, seeds: tuple[int, int]) -> None:
        self._pull, self._size, self._word = pull, size, WordStream(seeds[1] << 64, seeds[0])
        self.places: list[Any] = []
        self.start = self.count = self.pulled = 0
        self._more = True

    def fill(self) -> None:
        """Pull elements until it is full, or there are no more."""
        places, size = self.places, self._size
        while self._more and (size is None or self.count < size):
            try:
                element = self._pull()
            except StopIteration:
                self._more = False
                break
            # The ring grows until it is full; from then on there is one free place, before `start`.
            if size is None or len(places) < size:
                places.append(element)
            else:
                places[(self.start + self.count) % size] = element
            self.count += 1
            self.pulled += 1

    def next(self) -> Any:
        """The next element.

        Raises:
            StopIteration: there is none.
        """
        self.fill()
        if not self.count:
            raise StopIteration
        places, start, n = self.places, self.start, len(self.places)
        i = (start + self._word() % self.count) % n
        chosen, places[i], places[start] = places[i], places[start], None
        self.start, self.count = (start + 1) % n, self.count - 1
        return chosen


class Shuffled(Pass):
    """Elements through a buffer. Of a step that is indexed, the buffer holds numbers.

    A mark holds the start of the pass and how many elements it gave: the buffer is filled anew from there. Elements that could not be
    made were never in it.

    Args:
        begin: begins a pass over the elements, where a mark says.
        indexed: the same elements by number, or `None`.
        size: of the buffer.
        seeds: of all passes.
        mark: where to go on.
        above: the seeds of the steps that it reads from, which are taken with the first element.
    """

    def __init__(
        self,
        begin: Callable[[Mark], Pass],
        indexed: Indexed | None,
        size: int | None,
        seeds: EpochSeeds,
        mark: Mark = None,
        above: Sequence[EpochSeeds] = (),
    ) -> None:
        if mark is None:
            self._start: Mark = None
            self._pair, done, pulled, failed, now = seeds.next(), 0, 0, 0, None
        else:
            self._start, pair, done, pulled, failed, now, all_seeds = mark
            self._pair = (pair[0], pair[1])
            seeds.go_on(all_seeds)
        super().__init__()
        self._begin, self._size, self._seeds, self._above = begin, size, seeds, above
        self._done, self._failed, self._elements = done, failed, indexed
        if indexed is not None:
            self.stacks = True
            self._ring = Ring(iter(range(len(indexed))).__next__, size, self._pair)
            for _ in range(done):
                self._ring.next()
        else:
            self._ring = Ring(self._pull, size, self._pair)
            if pulled or failed:
                self._begin_parent()
                if failed or not self._refill(pulled, now):
                    self._refill_exactly(pulled)
            else:
                self._start = now

    def _begin_parent(self) -> None:
        # With the first element, as in TensorFlow: a shuffle above takes its seeds then.
        self.parent = self._begin(self._start)
        self.parents = (self.parent,)
        if self._start is None:
            self._start = self.parent.mark()

    def _pull(self) -> Any:
        if not self.parents:
            self._begin_parent()
        try:
            return next(self.parent)
        except StopIteration:
            raise
        except Exception:
            self._failed += 1
            raise

    def _emptied(self, pulled: int) -> dict[int, int]:
        """A ring as it was, but for the elements in it: their numbers, and the places where they were."""
        ring = Ring(iter(range(pulled)).__next__, self._size, self._pair)
        for _ in range(self._done):
            ring.next()
        ring.fill()  # an error may have come before the next element
        ring._pull, ring._more = self._pull, True
        self._ring = ring
        return {i: place for place, i in enumerate(ring.places) if i is not None}

    def _refill(self, pulled: int, now: Mark) -> bool:
        """Fill the ring with the elements that it held, others are not made; `False` if the pass over them is not where it was then."""
        wanted = self._emptied(pulled)
        position = 0
        for i in sorted(wanted):
            self.parent.skip(i - position, lazily=True)
            self._ring.places[wanted[i]] = next(self.parent)
            position = i + 1
        self.parent.skip(pulled - position, lazily=True)
        # A pass that has ended may have another mark than one that only gave its last element: the second time, nothing is left out.
        if comparable(self.parent.mark()) == comparable(now):
            return True
        self.parent.close()
        self._begin_parent()
        return False

    def _refill_exactly(self, pulled: int) -> None:
        """The same; all are made, which shows those that fail."""
        wanted = self._emptied(pulled)
        failed, self._failed = self._failed, 0
        i = 0
        while i + self._failed < pulled + failed:
            try:
                element = self._pull()
            except StopIteration:
                raise
            except Exception:  # it was raised before
                continue
            if i in wanted:
                self._ring.places[wanted[i]] = element
            i += 1

    def __next__(self) -> Any:
        element = self._ring.next()
        self._done += 1
        return element if self._elements is None else self._elements.at(element)

    def stacked(self, most: int) -> Any:
        assert self._elements is not None
        numbers: list[int] = []
        with suppress(StopIteration):
            while len(numbers) < most:
                numbers.append(self._ring.next())
        if not numbers:
            raise StopIteration
        self._done += len(numbers)
        return self._elements.gather(numbers)

    def mark(self) -> Mark:
        now = None if self._elements is not None else self.parent.mark() if self.parents else self._upcoming()
        return [self._start, list(self._pair), self._done, self._ring.pulled, self._failed, now, self._seeds.mark()]

    def _upcoming(self) -> Mark:
        """Where a pass over the elements would begin now; none has, and no seeds are taken."""
        before = [s.mark() for s in self._above]
        tried = self._begin(self._start)
        now = tried.mark()
        tried.close()
        for seeds, mark in zip(self._above, before):
            seeds.go_on(mark)
        return now


class Shuffle(Node):
    """Shuffles through a buffer."""

    def __init__(self, parent: Node, size: int | None, seeds: EpochSeeds) -> None:
        super().__init__(parent)
        self._size, self._seeds = size, seeds

    @property
    def draws_anew(self) -> bool:
        return self._seeds.change

    def _begin(self, run: Run, mark: Mark) -> Pass:
        indexed = self.parent.indexed()
        above = () if indexed is not None else tuple(_seeds_above(self))
        return Shuffled(lambda start: self.parent.begin(run, start), indexed, self._size, self._seeds, mark, above)


def _seeds_above(node: Node) -> Iterator[EpochSeeds]:
    for step in node.above():
        seeds = getattr(step, "_seeds", None)
        if isinstance(seeds, EpochSeeds):
            yield seeds


@export("tf.data.Dataset.shuffle", draws=True)
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
