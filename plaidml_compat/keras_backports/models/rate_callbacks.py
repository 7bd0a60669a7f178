"""The callbacks that change the learning rate: on a plateau, and by a schedule of epochs."""

from __future__ import annotations

import logging
from typing import Any

import keras.backend as K
import keras.callbacks
import numpy as np

from plaidml_compat.registry import export
from plaidml_compat.tensor import as_array

from .callbacks import improves

log = logging.getLogger("plaidml_compat")


@export("tf.keras.callbacks.ReduceLROnPlateau")
class ReduceLROnPlateau(keras.callbacks.Callback):
    """Reduce the learning rate when a monitored value has stopped improving.

    Args:
        monitor: what to watch.
        factor: the rate is multiplied by this.
        patience: epochs without improvement before it acts.
        verbose: 1 prints when it acts.
        mode: `"min"`, `"max"` or `"auto"`.
        min_delta: a smaller change is no improvement.
        cooldown: epochs to wait after acting.
        min_lr: the rate does not go below this.

    Raises:
        ValueError: a factor of 1 or more.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        if factor >= 1.0:
            raise ValueError(f"ReduceLROnPlateau does not support a factor >= 1.0. Got {factor}")
        self.monitor, self.factor, self.patience, self.verbose = monitor, factor, patience, verbose
        self.min_delta, self.cooldown, self.min_lr = kwargs.pop("epsilon", min_delta), cooldown, min_lr
        self._improves = improves(monitor, mode, "ReduceLROnPlateau")
        self._reset()

    def _reset(self) -> None:
        self.best = np.inf if self._improves is np.less else -np.inf
        self.cooldown_counter = self.wait = 0

    def on_train_begin(self, logs: Any = None) -> None:
        self._reset()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        logs = logs if logs is not None else {}
        rate = _rate_of(self.model)
        logs["lr"] = rate
        current = logs.get(self.monitor)
        if current is None:
            log.warning(
                "Learning rate reduction is conditioned on metric `%s` which is not available. Available: %s", self.monitor, ",".join(logs)
            )
            return
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.wait = 0
        delta = self.min_delta if self._improves is np.greater else -self.min_delta
        if self._improves(current, self.best + delta):
            self.best, self.wait = current, 0
        elif self.cooldown_counter <= 0:
            self.wait += 1
            if self.wait >= self.patience and rate > np.float32(self.min_lr):
                new = max(rate * self.factor, self.min_lr)
                _set_rate(self.model, new)
                if self.verbose > 0:
                    print(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {new}.")
                self.cooldown_counter, self.wait = self.cooldown, 0


@export("tf.keras.callbacks.LearningRateScheduler")
class LearningRateScheduler(keras.callbacks.Callback):
    """Set the learning rate at the beginning of each epoch.

    Args:
        schedule: `schedule(epoch, rate)` or `schedule(epoch)`, giving a float.
        verbose: 1 prints the rate.
    """

    def __init__(self, schedule: Any, verbose: int = 0) -> None:
        super().__init__()
        self.schedule, self.verbose = schedule, verbose

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        try:
            rate = self.schedule(epoch, _rate_of(self.model))
        except TypeError:
            rate = self.schedule(epoch)
        value = as_array(rate)
        if value.dtype.kind != "f":
            raise ValueError(f"The output of the `schedule` function should be a float. Got: {rate!r}")
        _set_rate(self.model, float(value))
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to {float(value)}.")

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if logs is not None:
            logs["lr"] = _rate_of(self.model)


def _rate_of(model: Any) -> float:
    rate = model.optimizer.lr
    if callable(rate):
        raise ValueError("This callback sets the learning rate, but the optimizer follows a schedule: give it a number as learning_rate")
    return float(K.get_value(rate))


def _set_rate(model: Any, value: float) -> None:
    K.set_value(model.optimizer.lr, value)
