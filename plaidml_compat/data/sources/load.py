"""Dataset.load: elements that `Dataset.save` wrote to a folder."""

from __future__ import annotations

import os
from typing import Any, Callable

from ...errors import NotFoundError, as_op_error
from ...exceptions import UnsupportedOpError
from ...registry import export
from ..dataset import Dataset, source
from ..node import Node, Run
from ..passes import Indexed, Mark, Pass
from ..storage import folder
from ..storage.damage import failed
from ..storage.paths import path_of
from ..storage.reading import FromShards
from ..storage.structure import check_fits

_WHAT = "tf.data.Dataset.load"
_TENSORFLOWS = ("snapshot.metadata", "dataset_spec.pb")


class Load(Node):
    """Reads what is in a folder when it is made."""

    def __init__(self, path: str, spec: Any, reader: Callable[[Dataset], Dataset] | None) -> None:
        super().__init__()
        self._path, self._shards = path, _opened(path)
        self._fits = spec is None
        self._known_spec = self._shards.spec if spec is None else spec
        self._reading = FromShards(reader, _WHAT, self._known_spec)

    @property
    def identity(self) -> Any:
        """What tells it from others."""
        return [self._shards.run, repr(self._known_spec), self._reading.reader]

    def cardinality(self) -> int:
        return len(self._shards)

    def _check(self) -> None:
        if not self._fits:
            advice = "Leave out `element_spec`, or give the one with which the elements were saved"
            check_fits(self._shards.spec, self._known_spec, f"{_WHAT}: {self._path}", advice, nested=False)
            self._fits = True

    def _indexed(self) -> Indexed | None:
        try:
            self._check()
        except Exception:  # it is raised by the pass
            return None
        return self._reading.indexed(self._shards)

    def _begin(self, run: Run, mark: Mark) -> Pass:
        self._check()
        return self._reading.begin(self._shards, run, mark)


def _opened(path: str) -> folder.Shards:
    try:
        return folder.opened(path)
    except FileNotFoundError as e:
        if any(os.path.exists(os.path.join(path, name)) for name in _TENSORFLOWS):
            refusal = UnsupportedOpError(
                _WHAT,
                f"{path} was written by TensorFlow, whose files of saved datasets are not read here",
                "Write it again with plaidml_compat; or, in TensorFlow, write the elements as tf.train.Example with "
                "tf.io.TFRecordWriter, which tf.data.TFRecordDataset reads here",
            )
            raise as_op_error(refusal) from e
        raise NotFoundError(
            None, None, f"{_WHAT}: {e.filename}; No such file or directory. Nothing was saved to {path}, or not to its end"
        ) from e
    except OSError as e:
        raise failed(_WHAT, path, e) from e


@export("tf.data.Dataset.load", "tf.data.experimental.load")
@source
def load(
    path: str,
    element_spec: Any = None,
    compression: str | None = None,
    reader_func: Callable[[Dataset], Dataset] | None = None,
) -> Dataset:
    """The elements that `Dataset.save` wrote to a folder, through a memory map.

    What is there now is what the dataset has, also where the folder is written again. The files' format is plaidml_compat's own: folders
    that TensorFlow wrote are not read.

    Args:
        path: the folder.
        element_spec: the nest of specs in which to hand out elements; by default that in which they were saved, with named tuples of a
            class made for them.
        compression: has no effect: the files say themselves how they are compressed.
        reader_func: gets a dataset of the datasets of the shards, and returns a dataset of elements. By default as many shards as there
            are cores are read in turn: for elements that were saved without `shard_func` this is their order.

    Raises:
        NotFoundError: nothing was saved there.
        UnimplementedError: TensorFlow wrote the folder.
        DataLossError: a file is damaged; when iterated: a block of elements is.
        InvalidArgumentError: when iterated: `element_spec` does not fit, or `reader_func` returns something else.
    """
    return Dataset(Load(path_of(path, f"{_WHAT}: `path`"), element_spec, reader_func))
