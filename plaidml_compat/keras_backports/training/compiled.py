"""What compile() made of a model: losses, metrics, and one graph for each kind of targets and weights that is fed."""

from __future__ import annotations

from typing import Any

import keras.backend as K
import numpy as np

from plaidml_compat.device import graph_lock
from plaidml_compat.exceptions import PlacementError
from plaidml_compat.tensor import Tensor, as_array, payload

from ..losses.classes import as_tensor
from ..metrics.base import Mean, Metric
from . import feeding, losses_of
from .batch_loss import batch_loss
from .forward import outputs_for, phase_of
from .standardizing import Fed
from .trainable import as_compiled


class _Slot:
    """One metric of one output; what kind it is shows with the first batch."""

    def __init__(self, output: int, identifier: Any, weighted: bool, name: str) -> None:
        self.output, self.identifier, self.weighted, self.name = output, identifier, weighted, name
        self.metric: Metric | None = None
        self.function: Any = None  # in the graph, where a user wrote it

    def resolve(self, y_true_shape: tuple, y_pred_shape: tuple) -> None:
        if self.metric is None:
            self.metric, self.function = losses_of.get_metric(self.identifier, y_true_shape, y_pred_shape)


class _Graph:
    """Symbolic loss and metrics for one kind of targets (their shapes) and weights (their numbers of axes)."""

    def __init__(self) -> None:
        self.targets: list = []
        self.weights: list = []
        self.total_loss: Any = None
        self.output_losses: list = []
        self.values: dict[int, Any] = {}  # slot -> what the user's metric function gives
        self.outputs: list = []
        self.phase: list = []  # the learning phase, where it is fed
        self.function: Any = None


class Compiled:
    """Losses, metrics and functions of a compiled model."""

    def __init__(self, model: Any, loss: Any, metrics: Any, weighted_metrics: Any, loss_weights: Any) -> None:
        self.model = model
        self.model_outputs = [id(v) for v in model.outputs]
        names = model.output_names
        if isinstance(loss, (list, tuple)):  # TensorFlow goes through losses and outputs side by side, and leaves out what is too much
            loss = list(loss)[: len(names)]
        self.losses = [losses_of.get_loss(v) for v in losses_of.per_output(loss, names, "`loss`")]
        weights = [None] * len(names) if loss_weights is None else losses_of.per_output(loss_weights, names, "`loss_weights`")
        self.loss_weights = [1.0 if w is None else float(w) for w in weights]
        self.fed = [i for i, v in enumerate(self.losses) if v is not None]
        self.slots = self._make_slots(metrics, weighted_metrics)
        for slot in self.slots:
            if slot.output not in self.fed:
                self.fed.append(slot.output)
        self.fed.sort()
        self.total = Mean("loss")
        self.per_output = [Mean(f"{n}_loss") if i in self.fed and self.losses[i] is not None else None for i, n in enumerate(names)]
        if len(names) == 1:
            self.per_output = [None]
        self._graphs: dict[tuple, _Graph] = {}

    @property
    def names(self) -> list[str]:
        """Names of all that is reported, in order, `loss` first."""
        return ["loss", *(m.name for m in self.per_output if m is not None), *(s.name for s in self.slots)]

    @property
    def metrics(self) -> list[Metric]:
        """Everything that is reported, as metric objects, as far as it is resolved."""
        found = [self.total, *(m for m in self.per_output if m is not None)]
        return found + [s.metric for s in self.slots if s.metric is not None]

    def _make_slots(self, metrics: Any, weighted_metrics: Any) -> list[_Slot]:
        names = self.model.output_names
        plain = losses_of.per_output(metrics, names, "`metrics`", nested=True)
        weighted = losses_of.per_output(weighted_metrics, names, "`weighted_metrics`", nested=True)
        slots: list[_Slot] = []
        taken: set[str] = set()
        for i, output in enumerate(names):
            prefix = f"{output}_" if len(names) > 1 else ""
            for identifier, is_weighted in [(m, False) for m in plain[i]] + [(m, True) for m in weighted[i]]:
                if identifier is None:
                    continue
                own = identifier if isinstance(identifier, str) else _config_name(identifier) or losses_of.name_of(identifier)
                name = prefix + own
                if name in taken and is_weighted:
                    name = f"{prefix}weighted_{own}"
                if name in taken:
                    raise ValueError(
                        f"Found two metrics with the same name: {name}. All the metrics added to the model need to have unique names."
                    )
                taken.add(name)
                slots.append(_Slot(i, identifier, is_weighted, name))
        return slots

    def target_names(self) -> list[str]:
        """Names of the outputs that need targets."""
        return [self.model.output_names[i] for i in self.fed]

    # -------------------------------------------------------------------------------------------------- graphs
    def known_graph(self, mode: str, fed: Fed | None = None) -> _Graph | None:
        """The graph for the targets and weights of a batch, if it was built already."""
        return self._graphs.get(_key(mode, fed))

    def graph(self, mode: str, fed: Fed | None = None) -> _Graph:
        """The graph for the targets and weights of a batch (without one, for the targets the losses suggest), with its function."""
        found = self.known_graph(mode, fed)
        if found is None:
            with graph_lock, as_compiled(self.model):
                found = self._graphs[_key(mode, fed)] = self._build(mode, fed)
        return found

    def _build(self, mode: str, fed: Fed | None) -> _Graph:
        model, g = self.model, _Graph()
        ys, weights = (None, None) if fed is None else (fed.targets, fed.weights)
        g.outputs, masks, updates, extra_losses = outputs_for(model, mode == "train")
        total: Any = None
        for k, i in enumerate(self.fed):
            name, y_pred = model.output_names[i], g.outputs[i]
            shape = (None, *ys[k].shape[1:]) if ys is not None else self._expected_shape(i)
            target = K.placeholder(shape=shape, name=f"{name}_target", dtype=K.floatx())
            g.targets.append(target)
            weight = None
            if weights is not None and weights[k] is not None:
                weight = K.placeholder(shape=(None, *np.shape(weights[k])[1:]), name=f"{name}_sample_weights", dtype=K.floatx())
                g.weights.append(weight)
            loss = self.losses[i]
            if loss is None:
                continue
            value = batch_loss(loss, target, y_pred, weight, masks[i])
            g.output_losses.append(value)
            value = value if self.loss_weights[i] == 1.0 else value * self.loss_weights[i]
            total = value if total is None else total + value
        for value in extra_losses:
            value = payload(value)
            total = value if total is None else total + value
        if total is None:
            raise ValueError("The model cannot be compiled because it has no loss to optimize.")
        g.total_loss = total
        if fed is not None:
            self._add_metrics(g, fed)
        inputs = model._feed_inputs + g.targets + g.weights
        if mode == "train":
            with K.name_scope("training"):
                updates = updates + list(model.optimizer.get_updates(params=model._collected_trainable_weights, loss=g.total_loss))
        else:
            updates = updates + list(model.state_updates)
        reported = [g.total_loss, *(g.output_losses if len(model.output_names) > 1 else ())]
        reported += [g.values[s] for s in sorted(g.values)]
        reported += [g.outputs[i] for i in self._fetched(g)]
        g.phase = phase_of([*reported, *updates])
        g.function = K.function(inputs + g.phase, reported, updates=updates, name=f"{mode}_function")
        return g

    def _expected_shape(self, i: int) -> tuple:
        shape = tuple(K.int_shape(self.model.outputs[i]))
        loss = self.losses[i]
        if loss is not None and loss.name == "sparse_categorical_crossentropy":
            return (*shape[:-1], 1)
        return shape

    def _add_metrics(self, g: _Graph, fed: Fed) -> None:
        for n, slot in enumerate(self.slots):
            y_pred = g.outputs[slot.output]
            slot.resolve(fed.seen[self.fed.index(slot.output)], tuple(K.int_shape(y_pred)))
            if slot.function is None:
                continue
            try:
                out = payload(slot.function(as_tensor(g.targets[self.fed.index(slot.output)]), as_tensor(y_pred)))
                g.values[n] = out if K.dtype(out).startswith("float") else K.cast(out, K.floatx())
            except (PlacementError, NotImplementedError):
                slot.function = None  # on the host then, on the arrays

    def _fetched(self, g: _Graph) -> list[int]:
        """Outputs whose predictions the host needs."""
        return sorted({s.output for n, s in enumerate(self.slots) if n not in g.values and s.metric is not None})

    # ------------------------------------------------------------------------------------------------- running
    def account(self, g: _Graph, out: list, fed: Fed) -> dict[str, Any]:
        """Take the results of a batch into account, and return what is reported so far."""
        ys, weights = fed.targets, fed.weights
        size = feeding.batch_size(ys or fed.inputs)
        self.total.update_state(out[0].reshape(()), sample_weight=size)
        k = 1
        if len(self.model.output_names) > 1:
            for metric in self.per_output:
                if metric is not None:
                    metric.update_state(out[k].reshape(()), sample_weight=size)
                    k += 1
        values = {}
        for n in sorted(g.values):
            values[n] = out[k]
            k += 1
        predictions = dict(zip(self._fetched(g), out[k:]))
        for n, slot in enumerate(self.slots):
            at = self.fed.index(slot.output)
            weight = weights[at] if slot.weighted else None
            assert slot.metric is not None
            if n in values:
                found = values[n] if K.ndim(g.values[n]) else values[n].reshape(())
                Mean.update_state(slot.metric, found, sample_weight=weight)  # type: ignore[arg-type]
            else:
                y = ys[at]
                kwargs = {} if weight is None else {"sample_weight": weight}
                slot.metric.update_state(Tensor(y), Tensor(predictions[slot.output]), **kwargs)
        return self.logs()

    def logs(self) -> dict[str, float]:
        """What is reported so far, as Python floats (an array where a metric gives one)."""
        found = {"loss": _number(self.total)}
        for metric in self.per_output:
            if metric is not None:
                found[metric.name] = _number(metric)
        for slot in self.slots:
            found[slot.name] = _number(slot.metric)
        return found

    def reset(self) -> None:
        """Forget the batches seen."""
        for metric in self.metrics:
            metric.reset_state()


def _config_name(identifier: Any) -> str | None:
    return identifier.get("config", {}).get("name") if isinstance(identifier, dict) else None


def _number(metric: Any) -> Any:
    value = as_array(metric.result())
    return float(value) if value.ndim == 0 else value.tolist()


def _key(mode: str, fed: Fed | None) -> tuple:
    if fed is None:
        return mode, None
    shapes = tuple((a.ndim, a.shape[1:]) for a in fed.targets)
    return mode, shapes, tuple(None if w is None else np.ndim(w) for w in fed.weights)
