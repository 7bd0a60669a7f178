"""What a step of a model takes: each hoisted layer on the host, and the rest on the device."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Callable

import numpy as np

from plaidml_compat import observe, random

from ..training import feeding
from ..training.compiling import predicts_with_phase
from ..training.steps import PredictionSteps

BATCH = 32
"""Images in a made-up batch, where the model does not say."""


@dataclass
class Costs:
    """What was measured.

    Attributes:
        batch: images in the batch.
        made_up: whether it was made of zeros.
        host: seconds of each hoisted layer in training, by id.
        step: seconds of the device's part of predicting, copies included; `None`: it was not measured.
        sent: bytes of the arrays that are sent to the device.
        problem: why there is no more to tell.
    """

    batch: int = 0
    made_up: bool = True
    host: dict[int, float] = field(default_factory=dict)
    step: float | None = None
    sent: int = 0
    problem: str = ""


def measure(model: Any, seconds: float, data: Any = None, clock: Callable[[], float] = time.perf_counter) -> Costs:
    """Predict a batch again and again, without a trace; hoisted layers do what they do in training.

    Args:
        model: a built model.
        seconds: how long, after a first step that may compile.
        data: the batch: an array, or a nest of them as `predict` takes it; `None`: zeros.
        clock: seconds, from anywhere.

    Raises:
        ValueError: the batch does not fit the model.
    """
    if getattr(model, "stateful", False):
        return Costs(problem="not measured: the model is stateful, and a step would change its state")
    found = Costs(made_up=data is None)
    if data is None:
        shapes = [tuple(v) for v in getattr(model, "_feed_input_shapes", None) or []]
        if not shapes or any(None in shape[1:] for shape in shapes):
            return Costs(
                problem="not measured: the sizes of the model's inputs are not known; give a batch: explain(model, measure=True, data=x)"
            )
        data = [np.zeros((shape[0] or BATCH, *shape[1:]), np.float32) for shape in shapes]
    else:
        _check(model, data)
    with random.discarded(), observe.Held().running():
        _measure(model, data, seconds, clock, found)
    return found


def _check(model: Any, data: Any) -> None:
    for array in feeding.inputs(model, data):
        if not array.size:
            raise ValueError(
                f"plaidml_compat.explain: `data` is empty, and there is nothing to measure with; give a batch with an element at least; "
                f"received an array of shape {array.shape}"
            )


def _measure(model: Any, data: Any, seconds: float, clock: Callable[[], float], found: Costs) -> None:
    step = PredictionSteps(model).make((data, None, None))
    arrays = feeding.inputs(model, data)
    found.batch = feeding.batch_size(arrays)
    feed = [*arrays, *([1.0] if predicts_with_phase(model) else [])]
    hosted = step.hosted
    with _timed(hosted.layers if hosted is not None else [], clock, found.host):
        step.run(step.prepare())  # this may compile
        found.host.clear()
        begun, device, rounds = clock(), 0.0, 0
        while not rounds or clock() - begun < seconds:
            if hosted is not None:
                hosted.prepare(feed)
            spent = dict(found.host)
            prepared = step.prepare()  # prediction's own, which is not what is measured
            found.host.clear()
            found.host.update(spent)
            before = clock()
            step.run(prepared)
            device, rounds = device + clock() - before, rounds + 1
    found.host = {key: took / rounds for key, took in found.host.items()}
    found.step = device / rounds
    sent = arrays if hosted is None else [v for v in (prepared or {}).values() if isinstance(v, np.ndarray)] or arrays
    found.sent = sum(a.nbytes for a in sent)


@contextmanager
def _timed(layers: list[Any], clock: Callable[[], float], took: dict[int, float]) -> Iterator[None]:
    """Within the block it is noted how long layers take on arrays."""

    def timed(layer: Any, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            begun = clock()
            try:
                return function(*args, **kwargs)
            finally:
                took[id(layer)] = took.get(id(layer), 0.0) + clock() - begun

        return call

    for layer in layers:
        vars(layer)["on_arrays"] = timed(layer, layer.on_arrays)
    try:
        yield
    finally:
        for layer in layers:
            vars(layer).pop("on_arrays", None)
