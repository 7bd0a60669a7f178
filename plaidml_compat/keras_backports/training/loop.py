"""The loops of fit, evaluate and predict."""

from __future__ import annotations

import copy
import logging
from typing import Any

import numpy as np

from .batches import Batches, DatasetBatches, SequenceBatches, is_dataset, make_batches
from .callback_list import Callbacks
from .compiling import compiled
from .overlap import OverlappedEpochs
from .progress import Progress, resolve_verbose
from .steps import CompiledSteps, PredictionSteps

log = logging.getLogger("plaidml_compat")
_EMPTY = "Unexpected result of `{}` (Empty logs): the input has no batches. Check that it is not empty."


def train(
    model: Any,
    batches: Batches,
    *,
    epochs: int,
    initial_epoch: int,
    verbose: Any,
    callbacks: Any,
    class_weight: Any,
    validation: Any,
    validation_steps: int | None,
    validation_batch_size: int | None,
    validation_freq: Any,
) -> Any:
    """Train for some epochs; returns the History."""
    verbose = resolve_verbose(verbose)
    source = OverlappedEpochs(batches, CompiledSteps(model, "train", class_weight), epochs - initial_epoch)
    bar = Progress(verbose, source.steps, epochs)
    calls = Callbacks(model, callbacks, history=True, verbose=verbose, epochs=epochs, steps=source.steps)
    model.stop_training = False
    calls.call("on_train_begin", {})
    initial_epoch, step = calls.start(source.steps, initial_epoch)
    logs: dict = {}
    validates = None if validation is None else _Validation(model, validation, validation_batch_size, validation_steps, calls)
    try:
        for epoch in range(initial_epoch, epochs):
            logs = _epoch(model, source, calls, bar, epoch, epochs, step)
            step = 0
            if not logs:
                if epoch == initial_epoch:
                    raise ValueError(_EMPTY.format("train_function"))
                logs = compiled(model).logs()  # an epoch without a batch is reported, with metrics that have seen none: so does tf.keras
            epoch_logs = copy.copy(logs)
            if validates is not None and _validates(epoch, validation_freq):
                epoch_logs.update({f"val_{k}": v for k, v in validates.run().items()})
            calls.call("on_epoch_end", epoch, epoch_logs)
            bar.end(bar.done, epoch_logs)  # with what callbacks have added
            source.on_epoch_end()
            logs = epoch_logs
            if model.stop_training or source.exhausted:
                break
    finally:
        source.close()
    calls.call("on_train_end", logs)
    return calls.history


def _epoch(model: Any, source: OverlappedEpochs, calls: Callbacks, bar: Progress, epoch: int, epochs: int, first: int) -> dict:
    logs: dict = {}
    state = compiled(model, required=False)
    if state is not None:
        state.reset()
    calls.call("on_epoch_begin", epoch, {})
    bar.begin(f"Epoch {epoch + 1}/{epochs}")
    bar.done = first
    for step, batch in enumerate(source.epoch(first), first):
        calls.call("on_train_batch_begin", step, {})
        logs = source.run(batch)
        calls.call("on_train_batch_end", step, logs)
        bar.done = step + 1
        bar.update(step + 1, logs)
        if model.stop_training:
            source.drop()
            break
    if source.ended:
        calls.call("on_train_batch_begin", bar.done, {})  # tf.keras finds out within a step that there is no batch
        step_without_data = getattr(model.optimizer, "step_without_data", None)
        if step_without_data is not None:
            step_without_data()
    return dict(logs)


def _validates(epoch: int, freq: Any) -> bool:
    if isinstance(freq, int):
        if freq < 1:
            raise ValueError(f"`validation_freq` can not be less than 1. Received: {freq}")
        return (epoch + 1) % freq == 0
    return (epoch + 1) in freq


class _Validation:
    """The validation of a fit."""

    def __init__(self, model: Any, data: Any, batch_size: int | None, steps: int | None, calls: Callbacks) -> None:
        self._model, self._calls, self._batch_size, self._steps = model, calls, batch_size, steps
        self._exhausted = False
        self._sequence: Batches | None = None  # kept: tf.keras looks at the first batch of a Sequence once in a fit
        if isinstance(data, (tuple, list)) and not is_dataset(data):
            if not 2 <= len(data) <= 3:
                raise ValueError(
                    f"`validation_data` should be a tuple `(val_x, val_y, val_sample_weight)` or `(val_x, val_y)`. Found: {data!r:.200}"
                )
            self._x, self._y, self._weight = (*data, None)[:3]
        else:
            self._x, self._y, self._weight, self._batch_size = data, None, None, None

    def run(self) -> dict:
        """What is reported, by name: nothing once the data fell short of `validation_steps`, as in tf.keras."""
        if self._exhausted:
            self._calls.call("on_test_begin", {})
            self._calls.call("on_test_end", {})
            return {}
        batches = self._sequence or make_batches(self._x, self._y, self._weight, self._batch_size, self._steps)
        self._sequence = batches if isinstance(batches, SequenceBatches) else None
        source = _testing(self._model, batches)
        logs = _tested(self._model, source, verbose=0, callbacks=self._calls)
        self._exhausted = source.exhausted
        return logs


def test(model: Any, batches: Batches, *, verbose: Any, callbacks: Any) -> dict:
    """Evaluate; returns what is reported, by name."""
    return _tested(model, _testing(model, batches), verbose=verbose, callbacks=callbacks)


def _testing(model: Any, batches: Batches) -> OverlappedEpochs:
    return OverlappedEpochs(batches, CompiledSteps(model, "test"))


def _tested(model: Any, source: OverlappedEpochs, *, verbose: Any, callbacks: Any) -> dict:
    """`callbacks` are the user's, or the list of the fit that validates."""
    verbose = resolve_verbose(verbose)
    bar = Progress(verbose, source.steps)
    calls = callbacks if isinstance(callbacks, Callbacks) else Callbacks(model, callbacks, verbose=verbose, epochs=1, steps=source.steps)
    state = compiled(model, required=False)
    if state is not None:
        state.reset()
    calls.call("on_test_begin", {})
    logs: dict = {}
    done = 0
    bar.begin()
    try:
        for step, batch in enumerate(source.epoch()):
            calls.call("on_test_batch_begin", step, {})
            logs = source.run(batch)
            calls.call("on_test_batch_end", step, logs)
            done = step + 1
            bar.update(done, logs)
        if source.ended:
            calls.call("on_test_batch_begin", done, {})
        source.on_epoch_end()
    finally:
        source.close()
    if not logs:
        if not isinstance(source.batches, DatasetBatches):
            raise ValueError(_EMPTY.format("test_function"))
        log.warning("evaluate: the dataset has no batches, so nothing is reported")  # tf.keras returns nothing, too
    calls.call("on_test_end", logs)
    bar.end(done, logs)
    return logs


def predict(model: Any, batches: Batches, *, verbose: Any, callbacks: Any) -> Any:
    """Predictions for all batches, joined: one array, or a list of them for several outputs."""
    verbose = resolve_verbose(verbose)
    source = OverlappedEpochs(batches, PredictionSteps(model))
    bar = Progress(verbose, source.steps)
    calls = Callbacks(model, callbacks, verbose=verbose, epochs=1, steps=source.steps)
    calls.call("on_predict_begin", {})
    found: list[list] = []
    done = 0
    bar.begin()
    try:
        for step, batch in enumerate(source.epoch()):
            calls.call("on_predict_batch_begin", step, {})
            outs = source.run(batch)
            found = found or [[] for _ in outs]
            for part, out in zip(found, outs):
                part.append(out)
            calls.call("on_predict_batch_end", step, {"outputs": outs[0] if len(outs) == 1 else outs})
            done = step + 1
            bar.update(done, {})
        if source.ended:
            calls.call("on_predict_batch_begin", done, {})
        source.on_epoch_end()
    finally:
        source.close()
    if not found:
        raise ValueError("Expect x to be a non-empty array or dataset.")
    calls.call("on_predict_end", {})
    bar.end(done, {})
    joined = [part[0] if len(part) == 1 else np.concatenate(part) for part in found]
    return joined[0] if len(joined) == 1 else joined
