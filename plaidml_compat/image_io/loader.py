"""Loads image files into batches: decoded and resized by several threads straight into the batch's own memory."""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Any, Callable

import numpy as np

from .. import buffers, observe, threads
from ..data import engine, origin
from ..data.ending import Owned, begin, drop, end, wait
from ..data.function import Calls
from ..data.node import Node, Run
from ..data.passes import IndexedPass, Mark, Pass
from ..data.spec import TensorSpec, array_spec, with_leading, without_leading
from ..data.transforms.shuffle import EpochSeeds, Shuffled
from ..ops.image.resize import resize_one
from ..ops.image.smart_resize import crop_box
from ..random.turnstile import Cancelled
from . import files, jpeg
from .decode import invalid, kind_of, pixels
from .jpeg import BadImage

AHEAD = 3
"""Batches in work or ready while the consumer holds one."""

GRAIN = 4
"""Images that a thread takes at a time."""

_OP = "tf.keras.utils.image_dataset_from_directory"


class Recipe:
    """How a file becomes an image of fixed size."""

    def __init__(self, size: tuple[int, int], channels: int, method: str, crop: bool) -> None:
        self.shape = (*size, channels)
        self.dtype = np.dtype("uint8" if method == "nearest" else "float32")
        self._method, self._crop = method, crop

    def load(self, path: str, out: np.ndarray, scratch: Scratch) -> None:
        """Decode a file and resize it into `out`, of `shape` and `dtype`.

        Raises:
            NotFoundError, InvalidArgumentError: it cannot be read, or is no image.
        """
        start = time.perf_counter()
        try:
            self._load(path, out, scratch)
        except Exception as e:
            if path not in str(e):
                origin.add(e, f"in {_OP}, for the file {path}")
            raise
        observe.emit(observe.took("load", _OP, "host", start))

    def _load(self, path: str, out: np.ndarray, scratch: Scratch) -> None:
        data = files.read(path)
        try:
            image = self._decode(data, scratch)
        except BadImage as e:
            raise invalid(_OP, path, e) from e
        if self._crop:
            rows, columns = crop_box(image.shape[0], image.shape[1], self.shape[:2])
            image = image[rows, columns]
        if self._method == "bilinear":
            image = scratch.as_float(image)
        resize_one(image, out, self._method)

    def _decode(self, data: bytes, scratch: Scratch) -> np.ndarray:
        channels = self.shape[2]
        if kind_of(data) == "JPEG" and channels != 4:
            return jpeg.decode(data, channels, buffer=scratch.levels)
        image = pixels(data, channels)
        return image[0] if image.ndim == 4 else image


_AT_LEAST = 1 << 22
"""Bytes from which NumPy asks for huge pages; what is not touched takes no memory."""


class Scratch:
    """A thread's own memory, used for one image after the other."""

    def __init__(self) -> None:
        self._levels = np.empty(0, np.uint8)
        self._floats = np.empty(0, np.float32)

    def levels(self, n: int) -> np.ndarray:
        """Memory for `n` bytes."""
        if len(self._levels) < n:
            self._levels = np.empty(max(n, _AT_LEAST), np.uint8)
        return self._levels[:n]

    def as_float(self, image: np.ndarray) -> np.ndarray:
        """The image as float32, in this memory."""
        if len(self._floats) < image.size:
            self._floats = np.empty(max(image.size, _AT_LEAST // 4), np.float32)
        out = self._floats[: image.size].reshape(image.shape)
        np.copyto(out, image)
        return out


class _Batch:
    """A batch in work."""

    def __init__(self, indices: list[int], images: np.ndarray) -> None:
        self.indices, self.images = indices, images
        self.done = threading.Event()
        self._left = len(indices)
        self._lock = threading.Lock()
        self.errors: dict[int, BaseException] = {}

    def finished(self, n: int) -> None:
        """Count `n` images as done."""
        with self._lock:
            self._left -= n
            if self._left == 0:
                self.done.set()


def _work(jobs: queue.SimpleQueue, recipe: Recipe, paths: list[str], stop: threading.Event) -> None:
    threads.mark_worker()
    _do(jobs, recipe, paths, stop)


def _do(jobs: queue.SimpleQueue, recipe: Recipe, paths: list[str], stop: threading.Event) -> None:
    """Jobs, until there comes `None`."""
    scratch = Scratch()
    while True:
        job = jobs.get()
        if job is None or stop.is_set():
            return
        batch, start, end = job
        for i in range(start, end):
            if stop.is_set():
                return
            try:
                recipe.load(paths[batch.indices[i]], batch.images[i], scratch)
            except BaseException as e:
                batch.errors[i] = e
        batch.finished(end - start)
        del job, batch  # the arrays must not outlive their consumer in this frame


class ImageFiles(Node):
    """Image files and labels: in batches, in TensorFlow's order."""

    def __init__(
        self,
        paths: list[str],
        labels: np.ndarray | None,
        recipe: Recipe,
        batch_size: int | None,
        shuffle: tuple[int, int] | None,
    ) -> None:
        """Make the node.

        Args:
            paths: the files.
            labels: one row a file, or `None`: images only.
            recipe: how they become images.
            batch_size: images in a batch; `None`: single images.
            shuffle: (buffer size, seed), or `None`.
        """
        super().__init__()
        self._paths, self._labels, self._recipe, self._size = paths, labels, recipe, batch_size
        self._buffer = shuffle[0] if shuffle else 0
        self._seeds = EpochSeeds(shuffle[1], reshuffle=True) if shuffle else None

    @property
    def draws_anew(self) -> bool:
        return self._seeds is not None and self._seeds.change

    def _spec(self) -> Any:
        parts = [TensorSpec(self._recipe.shape, self._recipe.dtype)]
        if self._labels is not None:
            parts.append(without_leading(array_spec(self._labels)))
        if self._size is not None:
            parts = [with_leading(p, None) for p in parts]
        return tuple(parts) if len(parts) > 1 else parts[0]

    def cardinality(self) -> int:
        return len(self._paths) if self._size is None else -(-len(self._paths) // self._size)

    def _element(self, images: np.ndarray, indices: Any) -> Any:
        return images if self._labels is None else (images, np.asarray(self._labels[indices]))

    def _begin(self, run: Run, mark: Mark) -> Pass:
        workers = run.threads or threads.cores()
        if self._size is None:
            before = None if mark is None else mark[0]
            return engine.ParallelMap(self._order(before), self._load_one(), workers, Calls())
        return _Batches(self._order(mark), self._size, self._recipe, self._paths, self._element, workers)

    def _order(self, mark: Mark) -> Pass:
        """The numbers of the files, in order."""
        numbers = _Numbers(len(self._paths))
        if self._seeds is None:
            return IndexedPass(numbers, mark)
        return Shuffled(lambda start: IndexedPass(numbers, start), numbers, self._buffer, self._seeds, mark)

    def _load_one(self) -> Callable[[int], Any]:
        own, recipe = threading.local(), self._recipe

        def load(index: int) -> Any:
            if not hasattr(own, "scratch"):
                own.scratch = Scratch()
            image = buffers.empty(recipe.shape, recipe.dtype)
            recipe.load(self._paths[index], image, own.scratch)
            return self._element(image, index)

        return load


class _Numbers:
    """The numbers below `n`, by number."""

    def __init__(self, n: int) -> None:
        self._n = n

    def __len__(self) -> int:
        return self._n

    def at(self, i: int) -> int:
        return i

    def gather(self, numbers: slice | Sequence[int]) -> Any:
        return np.arange(self._n)[numbers]


class _Batches(Pass):
    """Batches of images: a few are in work, in threads, while the consumer holds one."""

    def __init__(
        self, order: Pass, size: int, recipe: Recipe, paths: list[str], element: Callable[[np.ndarray, Any], Any], workers: int
    ) -> None:
        super().__init__(order)
        self._size, self._recipe, self._element = size, recipe, element
        self._jobs: queue.SimpleQueue = queue.SimpleQueue()
        self._stop = threading.Event()
        self._pending: deque[tuple[_Batch, Mark]] = deque()
        self._mark = order.mark()
        self._paths, self._count = paths, workers
        self._workers: list[threading.Thread] = []
        self._owned = Owned()
        self._interrupted = False

    def _begin(self) -> None:
        for i in range(self._count):
            worker = threading.Thread(
                target=contextvars.copy_context().run,
                args=(_work, self._jobs, self._recipe, self._paths, self._stop),
                daemon=True,
                name=f"tf.data-images-{i}",
            )
            self._workers.append(worker)
            if not begin(worker):
                self._workers.pop()
                return

    def __next__(self) -> Any:
        if self._stop.is_set():
            raise StopIteration
        if not self._workers:
            self._begin()
        self._owned.check()
        while len(self._pending) <= AHEAD:
            indices = list(islice(self.parent, self._size))
            if not indices:
                break
            batch = _Batch(indices, buffers.empty((len(indices), *self._recipe.shape), self._recipe.dtype))
            self._pending.append((batch, self.parent.mark()))
            for start in range(0, len(indices), GRAIN):
                self._jobs.put((batch, start, min(start + GRAIN, len(indices))))
            del batch
        if not self._pending:
            self.close()
            raise StopIteration
        batch, mark = self._pending[0]
        if not self._workers:  # for want of threads
            self._jobs.put(None)
            _do(self._jobs, self._recipe, self._paths, self._stop)
        wait(batch.done)
        if self._interrupted:
            raise Cancelled
        # Only now is it taken: ctrl-C while it was waited for loses nothing.
        self._pending.popleft()
        self._mark = mark
        if batch.errors:
            raise batch.errors[min(batch.errors)]
        return self._element(batch.images, batch.indices)

    def mark(self) -> Mark:
        return self._mark

    def interrupt(self) -> None:
        self._interrupted = True
        for batch, _ in list(self._pending):
            batch.done.set()
        super().interrupt()

    def close(self) -> None:
        self._stop.set()
        if self._owned.here:
            self._pending.clear()
            for _ in self._workers:
                self._jobs.put(None)
            end(self._workers)
        super().close()

    def __del__(self, drop: Any = drop) -> None:
        if self._workers:
            drop(self.close)
