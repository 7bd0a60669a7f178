"""keras.callbacks as in tf.keras: hook names for batches, and the callbacks that differ."""

from __future__ import annotations

import logging
import os
from typing import Any

import keras.callbacks
import numpy as np

from plaidml_compat.registry import export

from ..patching import backport, patch
from .weight_files import is_hdf5_name

log = logging.getLogger("plaidml_compat")
_HOOKS = (
    *(["on_test_begin", "on_test_end", "on_test_batch_begin", "on_test_batch_end"]),
    *(["on_predict_begin", "on_predict_end", "on_predict_batch_begin", "on_predict_batch_end"]),
)


@backport
def hooks() -> None:
    """Symptom: callbacks written for tf.keras have on_train_batch_end and hooks for evaluate and predict, which Keras never calls."""
    cls = keras.callbacks.Callback

    def begin(self: Any, batch: int, logs: Any = None) -> None:
        """Called before a training batch."""
        self.on_batch_begin(batch, logs=logs)

    def end(self: Any, batch: int, logs: Any = None) -> None:
        """Called after a training batch; `logs` holds what is reported so far in the epoch."""
        self.on_batch_end(batch, logs=logs)

    def nothing(self: Any, *args: Any, **kwargs: Any) -> None:
        """Called at this point of evaluate or predict."""

    patch(cls, "on_train_batch_begin", begin)
    patch(cls, "on_train_batch_end", end)
    for name in _HOOKS:
        patch(cls, name, nothing)

    def terminate(self: Any, batch: int, logs: Any = None) -> None:
        """Stop when the loss is no number."""
        loss = (logs or {}).get("loss")
        if loss is not None and not np.isfinite(loss):
            print(f"Batch {batch}: Invalid loss, terminating training")
            self.model.stop_training = True

    patch(keras.callbacks.TerminateOnNaN, "on_batch_end", terminate)


def improves(monitor: str, mode: str, who: str) -> Any:
    """The comparison that means improvement: largest for accuracies, AUC and whatever `mode="max"` says."""
    if mode not in ("auto", "min", "max"):
        log.warning("%s mode %s is unknown, fallback to auto mode.", who, mode)
        mode = "auto"
    up = mode == "max" or (
        mode == "auto" and (monitor.endswith(("acc", "accuracy", "auc")) or "acc" in monitor or monitor.startswith("fmeasure"))
    )
    return np.greater if up else np.less


@export("tf.keras.callbacks.EarlyStopping")
class EarlyStopping(keras.callbacks.Callback):
    """Stop training when a monitored value has stopped improving.

    Args:
        monitor: what to watch.
        min_delta: a smaller change is no improvement.
        patience: epochs without improvement before it stops.
        verbose: 1 prints when it acts.
        mode: `"min"`, `"max"` or `"auto"`.
        baseline: the value to beat first.
        restore_best_weights: take the best epoch's weights at the end.
        start_from_epoch: watch from this epoch on.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__()
        self.monitor, self.patience, self.verbose, self.baseline = monitor, patience, verbose, baseline
        self.restore_best_weights, self.start_from_epoch = restore_best_weights, start_from_epoch
        self.monitor_op = improves(monitor, mode, "EarlyStopping")
        self.min_delta = abs(min_delta) if self.monitor_op is np.greater else -abs(min_delta)
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best_weights: Any = None

    def on_train_begin(self, logs: Any = None) -> None:
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best = np.inf if self.monitor_op is np.less else -np.inf
        self.best_weights = None

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        current = self.get_monitor_value(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self.best_weights = self.model.get_weights()
            self.best_epoch = epoch
        self.wait += 1
        if self._is_improvement(current, self.best):
            self.best, self.best_epoch = current, epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self._is_improvement(current, self.baseline):
                self.wait = 0
            return
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True
            if self.restore_best_weights and self.best_weights is not None:
                if self.verbose > 0:
                    print(f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.")
                self.model.set_weights(self.best_weights)

    def on_train_end(self, logs: Any = None) -> None:
        if self.stopped_epoch > 0 and self.verbose > 0:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")

    def get_monitor_value(self, logs: Any) -> Any:
        """The monitored value, or `None` (with a warning in the log) where there is none."""
        value = (logs or {}).get(self.monitor)
        if value is None:
            log.warning(
                "Early stopping conditioned on metric `%s` which is not available. Available metrics are: %s",
                self.monitor,
                ",".join(logs or {}),
            )
        return value

    def _is_improvement(self, value: float, reference: float) -> bool:
        return bool(self.monitor_op(value - self.min_delta, reference))


@export("tf.keras.callbacks.ModelCheckpoint")
class ModelCheckpoint(keras.callbacks.Callback):
    """Save the model, or its weights, after epochs or batches.

    Args:
        filepath: where, as HDF5 (`.h5`, `.hdf5`); weights under another name are a checkpoint, which `tf.train.latest_checkpoint` finds
            and `load_weights` loads. May contain `{epoch}` and names of logs.
        monitor: what to watch with `save_best_only`.
        verbose: 1 prints when it acts.
        save_best_only: keep the best only.
        save_weights_only: weights without the model.
        mode: `"min"`, `"max"` or `"auto"`.
        save_freq: `"epoch"`, or a number of batches.
        initial_value_threshold: the value to beat first.
        period: epochs between saves (older programs).

    Raises:
        ValueError: `filepath` names a format that cannot be written here; `.h5` can.
    """

    def __init__(
        self,
        filepath: Any,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: Any = "epoch",
        options: Any = None,
        initial_value_threshold: float | None = None,
        period: int = 1,
    ) -> None:
        super().__init__()
        self.filepath = os.fspath(filepath)
        self.monitor, self.verbose = monitor, verbose
        self.save_best_only, self.save_weights_only = save_best_only, save_weights_only
        if save_freq != "epoch" and not isinstance(save_freq, int):
            raise ValueError(f"Unrecognized save_freq: {save_freq}. Expected save_freq are 'epoch' or integer values")
        self.save_freq, self.period = save_freq, period
        self.monitor_op = improves(monitor, mode, "ModelCheckpoint")
        self.best = initial_value_threshold if initial_value_threshold is not None else (np.inf if self.monitor_op is np.less else -np.inf)
        self._since, self._batches, self._epoch = 0, 0, 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.save_freq == "epoch":
            return
        self._batches += 1
        if self._batches >= self.save_freq:
            self._batches = 0
            self._save(self._epoch, batch, logs or {})

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self._since += 1
        if self.save_freq == "epoch" and self._since >= self.period:
            self._since = 0
            self._save(epoch, None, logs or {})

    def _save(self, epoch: int, batch: int | None, logs: dict) -> None:
        names = {"epoch": epoch + 1, **logs, **({} if batch is None else {"batch": batch + 1})}
        try:
            path = self.filepath.format(**names)
        except KeyError as e:
            raise KeyError(f'Failed to format this callback filepath: "{self.filepath}". Reason: {e}') from None
        if self.save_best_only:
            current = logs.get(self.monitor)
            if current is None:
                log.warning("Can save best model only with %s available, skipping.", self.monitor)
                return
            if not self.monitor_op(current, self.best):
                if self.verbose > 0:
                    print(f"\nEpoch {epoch + 1}: {self.monitor} did not improve from {self.best:.5f}")
                return
            if self.verbose > 0:
                print(f"\nEpoch {epoch + 1}: {self.monitor} improved from {self.best:.5f} to {current:.5f}, saving model to {path}")
            self.best = current
        elif self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: saving model to {path}")
        folder = os.path.dirname(path)
        if folder:
            os.makedirs(folder, exist_ok=True)
        if self.save_weights_only and not is_hdf5_name(path):
            self.model.save_weights(path, overwrite=True)
            return
        # Under another name first: a program that ends here leaves no half a file.
        partial = f"{path}.{os.getpid()}.part.h5"
        try:
            if self.save_weights_only:
                self.model.save_weights(partial, overwrite=True)
            else:
                self.model.save(partial, overwrite=True)
            os.replace(partial, path)
        finally:
            if os.path.exists(partial):
                os.remove(partial)
