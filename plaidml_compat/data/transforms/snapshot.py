"""Dataset.snapshot: elements written to a folder by the first pass, and read from it by later ones."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any, Callable

from ...errors import NotFoundError
from ...registry import export
from ..dataset import Dataset
from ..function import loosened
from ..node import Node, Run, SpecUnknown
from ..passes import Mark, Pass
from ..spec import TensorSpec, spec_of
from ..storage import folder
from ..storage.damage import failed
from ..storage.fingerprint import fingerprint
from ..storage.paths import path_of
from ..storage.reading import FromShards
from ..storage.sharding import Sharding, is_gzip
from ..storage.structure import check_fits, check_storable

_WHAT = "tf.data.Dataset.snapshot"


class Snapshot(Node):
    """Writes the elements of a pass, or reads those that one wrote.

    Attributes:
        early: whether it is complete with the last element, rather than with the end after it.
    """

    def __init__(
        self,
        parent: Node,
        path: str,
        gzip: bool,
        reader: Callable[[Dataset], Dataset] | None,
        sharder: Callable[..., Any] | None,
    ) -> None:
        super().__init__(parent)
        self.gzip, self.sharding, self.early = gzip, Sharding(sharder, parent, _WHAT), sharder is None
        self.tf_name = "_MapDataset" if sharder is None else "_SnapshotDataset"
        self._top, self._folder, self._reader = path, "", reader
        self._reading: FromShards | None = None
        self._shards: folder.Shards | None = None
        with suppress(SpecUnknown):
            check_storable(parent.spec, _WHAT)
            self._reading = FromShards(reader, _WHAT, parent.spec)

    @property
    def identity(self) -> Any:
        """What tells it from others, beside the steps before it."""
        return [self._top, self._reader, self.sharding.function]

    @property
    def path(self) -> str:
        """The folder of this pipeline in the one that the user gave."""
        if not self._folder:
            self._folder = os.path.join(self._top, fingerprint(self.parent, "one shard" if self.early else "shards"))
        return self._folder

    def writes(self) -> bool:
        return self.opened() is None

    def aside(self, parents: tuple[Node, ...]) -> Node:
        return parents[0] if self.writes() else super().aside(parents)

    def opened(self) -> folder.Shards | None:
        """What a pass wrote; `None` where there is nothing.

        Raises:
            DataLossError: it is damaged.
        """
        try:
            found = folder.opened(self.path, self._shards)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as e:
            raise failed(_WHAT, self.path, e) from e
        self._shards = found
        with suppress(SpecUnknown):
            advice = "Another pipeline wrote this snapshot. Delete the folder, or choose another"
            check_fits(found.spec, self.parent.spec, f"{_WHAT}: {self.path}", advice, nested=True)
        if self._reading is None:
            self._reading = FromShards(self._reader, _WHAT, found.spec)
        return found

    def read(self, shards: folder.Shards, run: Run, mark: Mark) -> Pass:
        """A pass over what was written."""
        assert self._reading is not None
        return self._reading.begin(shards, run, mark)

    def _begin(self, run: Run, mark: Mark) -> Pass:
        return _Snapshotted(self, run, mark)


class _Snapshotted(Pass):
    """Reads, or writes what it passes on; which of the two is decided with the first element.

    Marks: `None` before it; [True, that of the pass that reads]; [False, the parent's at the start, the shard function's there, elements
    handed out]: going on with writing means to write anew what was written before.
    """

    def __init__(self, node: Snapshot, run: Run, mark: Mark) -> None:
        super().__init__()
        self._node, self._run, self._mark = node, run, mark
        self._reads: Pass | None = None
        self._writer: folder.RunWriter | None = None
        self._writes = self._started = self._closed = False
        self._done, self._spec = 0, None  # type: int, Any
        shards = node.opened() if mark is None or mark[0] else None
        if shards is not None:
            self._read(shards, None if mark is None else mark[1])
        elif mark is not None:
            self._go_on(mark)

    def _go_on(self, mark: Mark) -> None:
        if mark[0]:
            if not self._node.early or not isinstance(mark[1], int):
                raise NotFoundError(
                    None,
                    None,
                    f"{_WHAT}: {self._node.path}: the snapshot in which this iterator was is gone, and its order with it. Begin a new pass",
                )
            mark = [False, None, None, mark[1]]
        self._write(mark[1], mark[2])
        while self._done < mark[3]:
            try:
                next(self)
            except StopIteration:
                break
            except Exception:  # it was raised before
                continue

    def _read(self, shards: folder.Shards, mark: Mark) -> None:
        self._started = True
        self._reads = self._node.read(shards, self._run, mark)
        self.parents, self.stacks = (self._reads,), self._reads.stacks

    def _write(self, start: Mark, drawn: Mark) -> None:
        node = self._node
        self._started = self._writes = True
        self._parent = node.parent.begin(self._run, start)
        self.parents = (self._parent,)
        self._start = self._parent.mark() if start is None else start
        function = node.sharding.function
        self._calls = None if function is None else function.calls(self._run, drawn)
        self._drawn = None if self._calls is None else self._calls.mark()

    def __next__(self) -> Any:
        if self._reads is not None:
            return next(self._reads)
        if not self._started:
            if self._closed:
                raise StopIteration
            shards = self._node.opened()
            if shards is not None:
                self._read(shards, None)
                return next(self)
            self._write(None, None)
        try:
            element = next(self._parent)
        except StopIteration:
            self._finish()
            raise
        self._done += 1
        if self._writes:
            self._keep(element)
        return element

    def _keep(self, element: Any) -> None:
        node = self._node
        try:
            self._writing(element).add(node.sharding.of(element, self._calls), element)
        except OSError as e:
            self._drop()
            raise failed(_WHAT, node.path, e) from e
        except BaseException:
            self._drop()
            raise
        if node.early and self._done == node.cardinality():
            self._finish()

    def _writing(self, element: Any) -> folder.RunWriter:
        if self._writer is None:
            try:
                self._spec = self._node.parent.spec
            except SpecUnknown:
                self._spec = loosened(spec_of(element))
            check_storable(self._spec, _WHAT)
            self._writer = folder.RunWriter(self._node.path, self._node.gzip)
        return self._writer

    def _finish(self) -> None:
        if not self._writes:
            return
        try:
            if self._writer is None:
                self._node.spec  # noqa: B018  (unknown, and no element to tell it: there is nothing to write)
            self._writing(None).finish(self._spec)
        except SpecUnknown:
            pass
        except OSError as e:
            self._drop()
            raise failed(_WHAT, self._node.path, e) from e
        self._writes, self._writer = False, None

    def _drop(self) -> None:
        self._writes = False
        if self._writer is not None:
            self._writer.abandon()
            self._writer = None

    def stacked(self, most: int) -> Any:
        assert self._reads is not None
        return self._reads.stacked(most)

    def skip(self, count: int, lazily: bool = False) -> int:
        return super().skip(count) if self._reads is None else self._reads.skip(count, lazily)

    def mark(self) -> Mark:
        if not self._started:
            return self._mark
        if self._reads is not None:
            return [True, self._reads.mark()]
        return [False, self._start, self._drawn, self._done]

    def close(self) -> None:
        self._closed = True
        self._drop()
        super().close()


@export("tf.data.Dataset.snapshot")
def snapshot(
    dataset: Dataset,
    path: str,
    compression: str | None = "AUTO",
    reader_func: Callable[[Dataset], Dataset] | None = None,
    shard_func: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Dataset:
    """Write the elements to a folder in the first pass that comes to its end; later passes, and processes, read them from there.

    A folder holds the snapshots of several pipelines: one that was changed writes its own. What tells them apart are the steps, their
    arguments, arrays and the code of functions, with the values that these refer to; not what is in files that they read, nor the weights
    of models. The format is plaidml_compat's own: TensorFlow's snapshots are not read. Files are as those of `Dataset.save`.

    Args:
        dataset: the elements, which consist of tensors.
        path: the folder, made where it is missing.
        compression: `"GZIP"` compresses; anything else does not.
        reader_func: as that of `Dataset.load`, for passes that read.
        shard_func: tells the number of an element's shard, a scalar int64; called as a function given to `map`.
        name: ignored.

    Raises:
        TypeError: `shard_func` returns no scalar integers.
        UnsupportedOpError: elements do not consist of tensors.
        InvalidArgumentError: when iterated: `shard_func` or `reader_func` returned something else.
        DataLossError: when iterated: a file is damaged.
        NotFoundError, PermissionDeniedError, FailedPreconditionError, ResourceExhaustedError: when iterated: it cannot be written.
    """
    top = path_of(path, f"{_WHAT}: `path`")
    node = Snapshot(dataset._node, top, is_gzip(compression, _WHAT), reader_func, shard_func)
    if node.sharding.function is not None:
        with suppress(SpecUnknown):
            made = node.sharding.function.spec()
            if not isinstance(made, TensorSpec) or made.shape.rank != 0 or made.dtype.name not in ("int32", "int64"):
                raise TypeError(f"Invalid `shard_func`. `shard_func` must return `tf.int64` scalar tensor but its return type is {made}.")
    return Dataset(node)


@export("tf.data.experimental.snapshot")
def experimental_snapshot(
    path: str,
    compression: str | None = "AUTO",
    reader_func: Callable[[Dataset], Dataset] | None = None,
    shard_func: Callable[..., Any] | None = None,
) -> Callable[[Dataset], Dataset]:
    """`Dataset.snapshot`, for `Dataset.apply`."""
    return lambda dataset: snapshot(dataset, path, compression, reader_func, shard_func)
