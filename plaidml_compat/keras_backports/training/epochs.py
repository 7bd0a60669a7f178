"""Hands out the batches of each epoch, keeping one iterator where the source goes on over epochs."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

from .batches import Batch, Batches, close


class Epochs:
    """Hands out the batches of each epoch, keeping one iterator where the source goes on over epochs."""

    def __init__(self, batches: Batches) -> None:
        self.batches = batches
        self.exhausted = False
        self._iterator: Any = None

    @property
    def steps(self) -> int | None:
        """Batches an epoch has, `None` while not known."""
        return self.batches.steps

    def epoch(self) -> Iterator[Batch]:
        """The batches of the next epoch."""
        if self._iterator is None or self.batches.restarts:
            self.close()
            self._iterator = self.batches.iterate()
        done = 0
        while self.batches.steps is None or done < self.batches.steps:
            try:
                batch = next(self._iterator)
            except StopIteration:
                if self.batches.steps is None:
                    self.batches.steps = done
                    return
                self.exhausted = True
                warnings.warn(
                    "Your input ran out of data; interrupting training. Make sure that your dataset or generator can generate at "
                    "least `steps_per_epoch * epochs` batches. You may need to use the repeat() function when building your dataset.",
                    stacklevel=5,
                )
                return
            done += 1
            yield batch

    def on_epoch_end(self) -> None:
        """Tell the source that an epoch is over."""
        self.batches.on_epoch_end()

    def close(self) -> None:
        """End the iterator and what it holds; a user's generator is left as it is."""
        if self._iterator is not None:
            close(self._iterator)
            self._iterator = None
