"""tf.keras.callbacks.BackupAndRestore: a training that was interrupted goes on where it was last saved."""

from __future__ import annotations

import os
import shutil
from typing import Any

import keras.callbacks

from plaidml_compat.checkpoints.checkpoint import Checkpoint
from plaidml_compat.checkpoints.manager import CheckpointManager
from plaidml_compat.registry import Limit, export, limit_calls
from plaidml_compat.variable import Variable

_NAME = "tf.keras.callbacks.BackupAndRestore"
limit_calls(
    _NAME,
    limits=[
        Limit(
            "`save_before_preemption` needs clusters that TensorFlow knows of",
            lambda save_before_preemption=False: bool(save_before_preemption),
            advice="Save every few batches: save_freq=100",
        )
    ],
)


@export("tf.keras.callbacks.BackupAndRestore", "tf.keras.callbacks.experimental.BackupAndRestore")
class BackupAndRestore(keras.callbacks.Callback):
    """Save the training as it goes; `fit` with the same folder, in another process, goes on after the epoch or batch saved last.

    The model's weights and its optimizer are saved, not the place in the data: as in TensorFlow, a dataset begins anew. To go on with
    the next element, keep an iterator in a `tf.train.Checkpoint`.

    Args:
        backup_dir: a folder for this training alone; TensorFlow's own files in it cannot be read.
        save_freq: `"epoch"`, or a number of batches.
        delete_checkpoint: delete what was saved once `fit` has ended.
        save_before_preemption: refused.

    Raises:
        ValueError: nothing says when to save.
        UnsupportedArgumentError: `save_before_preemption`.
    """

    def __init__(
        self, backup_dir: Any, save_freq: Any = "epoch", delete_checkpoint: bool = True, save_before_preemption: bool = False
    ) -> None:
        super().__init__()
        if not save_freq:
            raise ValueError("Either `save_freq` or `save_before_preemption` must be set.")
        if save_freq != "epoch" and not isinstance(save_freq, int):
            raise ValueError(f"Unrecognized save_freq: {save_freq!r}. Expected save_freq are 'epoch' or integer values")
        self.backup_dir, self.save_freq, self.delete_checkpoint = os.fspath(backup_dir), save_freq, delete_checkpoint
        self._batches = 0
        self._manager: CheckpointManager | None = None

    def on_train_begin(self, logs: Any = None) -> None:
        self._epoch, self._batch = (Variable(-1, dtype="int64", name=f"ckpt_saved_{n}") for n in ("epoch", "batch"))
        checkpoint = Checkpoint(model=self.model, ckpt_saved_epoch=self._epoch, ckpt_saved_batch=self._batch)
        self._manager = CheckpointManager(checkpoint, os.path.join(self.backup_dir, "chief"), max_to_keep=1)
        self._manager.restore_or_initialize()

    def start(self, steps: int | None, epoch: int) -> tuple[int, int]:
        """Where `fit` begins: an epoch, and a step in it.

        Args:
            steps: batches that an epoch has, `None` where that is not known.
            epoch: where it would begin if nothing had been saved.

        Raises:
            ValueError: that is within an epoch of unknown length.
        """
        saved, batch = int(self._epoch), int(self._batch)
        if self.save_freq == "epoch":
            return (saved + 1 if saved >= 0 else epoch), 0
        if batch < 0:
            return epoch, 0
        if steps is None:
            raise ValueError(
                f"tf.keras.callbacks.BackupAndRestore: the training stopped after batch {batch} of an epoch, and how many batches an epoch "
                "has is not known. Give steps_per_epoch to fit, or apply tf.data.experimental.assert_cardinality to the dataset"
            )
        return (saved + 1, 0) if batch == steps - 1 else (saved, batch + 1)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch.assign(epoch)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self._batch.assign(batch)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.save_freq != "epoch":
            self._batches += 1
            if self._batches >= self.save_freq:
                self._batches = 0
                self._save()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self.save_freq == "epoch":
            self._save()

    def _save(self) -> None:
        assert self._manager is not None
        self._manager.save()

    def on_train_end(self, logs: Any = None) -> None:
        assert self._manager is not None
        if self.delete_checkpoint:
            shutil.rmtree(self._manager.directory, ignore_errors=True)
        self._manager = None
