"""Dataset.save: elements written to a folder, from which `Dataset.load` reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

from ...checkpoints.checkpoint import Checkpoint
from ...checkpoints.manager import CheckpointManager
from ...registry import export
from ..dataset import Dataset
from ..node import Node, Run
from ..passes import Mark, Pass
from ..running import run_of
from ..storage import folder
from ..storage.damage import failed
from ..storage.paths import path_of
from ..storage.sharding import Sharding, is_gzip
from ..storage.structure import check_storable

_WHAT = "tf.data.Dataset.save"


class Save(Node):
    """Writes the elements that it passes on."""

    def __init__(self, parent: Node, path: str, gzip: bool, sharding: Sharding, spec: Any) -> None:
        super().__init__(parent)
        self.path, self.gzip, self.sharding, self._known_spec = path, gzip, sharding, spec

    def _begin(self, run: Run, mark: Mark) -> Pass:
        return _Saving(self, run, mark)

    def writes(self) -> bool:
        return True

    def aside(self, parents: tuple[Node, ...]) -> Node:
        return parents[0]


class _Saving(Pass):
    """Writes elements to a run of its own. A mark is one of what is on the disk: asking for it closes the files."""

    def __init__(self, node: Save, run: Run, mark: Mark) -> None:
        before: Mark
        drawn: Mark
        self._run: str | None
        self._chunk: int
        self._run, self._chunk, before, drawn = mark or (None, 0, None, None)
        super().__init__(node.parent.begin(run, before))
        function = node.sharding.function
        self._calls = None if function is None else function.calls(run, drawn)
        self._node, self._writer, self._kept = node, None, False  # type: tuple[Save, folder.RunWriter | None, bool]

    def _writing(self) -> folder.RunWriter:
        if self._writer is None:
            self._writer = folder.RunWriter(self._node.path, self._node.gzip, self._run, self._chunk)
        return self._writer

    def __next__(self) -> Any:
        node = self._node
        try:
            element = next(self.parent)
        except StopIteration:
            self._do(lambda: self._writing().finish(node.spec))
            raise
        shard = node.sharding.of(element, self._calls)
        self._do(lambda: self._writing().add(shard, element))
        return element

    def _do(self, action: Callable[[], None]) -> None:
        try:
            action()
        except OSError as e:
            self.close()
            raise failed(_WHAT, self._node.path, e) from e

    def mark(self) -> Mark:
        """[the run, the number of its next files, the parent's, the shard function's]."""
        self._do(lambda: self._writing().close_files(self._node.spec))
        self._kept = True
        writer = self._writing()
        return [writer.run, writer.chunk, self.parent.mark(), None if self._calls is None else self._calls.mark()]

    def close(self) -> None:
        if self._writer is not None and self._kept:
            self._writer.keep()
        elif self._writer is not None:
            self._writer.abandon()
        super().close()


@export("tf.data.Dataset.save", "tf.data.experimental.save")
def save(
    dataset: Dataset,
    path: str,
    compression: str | None = None,
    shard_func: Callable[..., Any] | None = None,
    checkpoint_args: Mapping[str, Any] | None = None,
) -> None:
    """Write the elements to a folder, from which `Dataset.load` reads them.

    The format is plaidml_compat's own: TensorFlow does not read it. What was saved to the folder before stays in force until all is
    written. Several processes may write to it at once: each writes files of its own, and those of the one that ends last count.

    Args:
        dataset: the elements, which consist of tensors.
        path: the folder, made where it is missing.
        compression: `"GZIP"` compresses; anything else does not.
        shard_func: tells the number of an element's shard, a scalar int64; called as a function given to `map`.
        checkpoint_args: arguments of `tf.train.CheckpointManager` but for `checkpoint`: the work is saved now and then, and the same call
            goes on with it in a later process. A `step_counter` counts elements.

    Raises:
        UnsupportedOpError: elements do not consist of tensors.
        ValueError: `checkpoint_args` has a `checkpoint`.
        InvalidArgumentError: `shard_func` returned something else.
        NotFoundError, PermissionDeniedError, FailedPreconditionError, ResourceExhaustedError: the folder cannot be written.
        DataLossError: the files to go on with are gone.
    """
    spec = dataset.element_spec
    check_storable(spec, _WHAT)
    name = path_of(path, f"{_WHAT}: `path`") or "."
    gzip, sharding = is_gzip(compression, _WHAT), Sharding(shard_func, dataset._node, _WHAT)
    try:
        folder.make(name)
    except OSError as e:
        raise failed(_WHAT, name, e) from e
    node = Save(dataset._node, name, gzip, sharding, spec)
    if checkpoint_args:
        _save_in_parts(node, dict(checkpoint_args))
        return
    elements = node.begin(run_of(node))
    try:
        for _ in elements:
            pass
    finally:
        elements.close()


def _save_in_parts(node: Save, arguments: dict[str, Any]) -> None:
    if "checkpoint" in arguments:
        raise ValueError("Invalid `checkpoint_args`. `checkpoint_args` are not allowed to include 'checkpoint'.")
    elements = iter(Dataset(node))
    try:
        checkpoint = Checkpoint(iterator=elements)
        manager = CheckpointManager(checkpoint, **arguments)
        checkpoint.restore(manager.latest_checkpoint)
        for _ in elements:
            if "step_counter" in arguments:
                arguments["step_counter"].assign_add(1)
            manager.save(check_interval=True)
    finally:
        elements.close()
