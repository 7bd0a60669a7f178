"""One batch on its way through a function of a model: what is fed, what the host makes of it, and what is done with the results."""

from __future__ import annotations

from typing import Any, Callable

from plaidml_compat.layers.hosted_function import HostedFunction, Prepared

from ..calls.building import ensure_built
from . import feeding
from .batches import Batch
from .compiling import compiled, predicts_with_phase
from .own_steps import refuse_own_steps
from .standardizing import Fed, standardize


class Step:
    """One batch, ready to run.

    Attributes:
        function: the model's function.
        hosted: the same where hoisted layers have a part in it, else `None`.
    """

    def __init__(self, function: Any, feed: list, finish: Callable[[list], Any], before: Callable[[], None] | None = None) -> None:
        self.function, self._feed, self._finish, self._before = function, feed, finish, before
        self.hosted = function if isinstance(function, HostedFunction) else None

    def prepare(self) -> Prepared | None:
        """Compute the host's part; it changes nothing but the layers' generators."""
        return self.hosted.prepare(self._feed) if self.hosted is not None else None

    def run(self, prepared: Prepared | None) -> Any:
        """Run the function on the device and account for what it gives."""
        if self._before is not None:
            self._before()
        if self.hosted is not None:
            return self._finish(self.hosted(self._feed, prepared))
        return self._finish(self.function(self._feed))


class Steps:
    """Makes the steps of one loop."""

    def make(self, batch: Batch) -> Step:
        """The step of a batch; for the first one the model and its function are built."""
        raise NotImplementedError

    def known(self, batch: Batch) -> Step | None:
        """The step of a batch after the first, made without changing anything, in any thread; `None`: its function is not built yet."""
        raise NotImplementedError


class CompiledSteps(Steps):
    """Steps of training or testing; their results are what is reported so far.

    Args:
        model: a compiled model.
        mode: `"train"` or `"test"`.
        class_weight: as in `fit`.

    Raises:
        UnsupportedOpError: the model's class has training steps of its own.
    """

    def __init__(self, model: Any, mode: str, class_weight: Any = None) -> None:
        refuse_own_steps(model, mode)
        self._model, self._mode, self._class_weight = model, mode, class_weight
        self._state: Any = None

    def make(self, batch: Batch) -> Step:
        ensure_built(self._model, batch[0])
        self._state = compiled(self._model)
        x, y, weight = batch
        fed = standardize(self._state, x, y, weight, self._class_weight)
        return self._step(self._state, self._state.graph(self._mode, fed), fed)

    def known(self, batch: Batch) -> Step | None:
        state, (x, y, weight) = self._state, batch
        fed = standardize(state, x, y, weight, self._class_weight)
        graph = state.known_graph(self._mode, fed)
        return None if graph is None else self._step(state, graph, fed)

    def _step(self, state: Any, graph: Any, fed: Fed) -> Step:
        before = getattr(self._model.optimizer, "before_step", None) if self._mode == "train" else None
        feed = [*fed.inputs, *fed.targets, *(w for w in fed.weights if w is not None)]
        if graph.phase:
            feed.append(1.0 if self._mode == "train" else 0.0)
        return Step(graph.function, feed, lambda out: state.account(graph, out, fed), before)


class PredictionSteps(Steps):
    """Steps of predicting; their results are the outputs for the batch."""

    def __init__(self, model: Any) -> None:
        refuse_own_steps(model, "predict")
        self._model = model

    def make(self, batch: Batch) -> Step:
        ensure_built(self._model, batch[0])
        self._model._make_predict_function()
        return self.known(batch)

    def known(self, batch: Batch) -> Step:
        model = self._model
        phase = [0.0] if predicts_with_phase(model) else []
        return Step(model.predict_function, [*feeding.inputs(model, batch[0]), *phase], list)


def run_one(steps: Steps, batch: Batch) -> Any:
    """Run one batch for itself."""
    step = steps.make(batch)
    return step.run(step.prepare())
