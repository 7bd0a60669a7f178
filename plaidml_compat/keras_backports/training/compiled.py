"""What compile() made of a model: losses, metrics, and one graph for each kind of targets and weights that is fed."""

from __future__ import annotations

from typing import Any

import keras.backend as K
import numpy as np

from plaidml_compat.device import graph_lock
from plaidml_compat.exceptions import PlacementError
from plaidml_compat.tensor import Tensor, as_array, payload

from ..losses.classes import as_tensor
from ..losses.functions import LOSSES
from ..metrics.base import Mean, Metric
from . import feeding, losses_of
from .batch_loss import batch_loss
from .forward import outputs_for, phase_of
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

    # ------------------------------------------------------------------------------------------------- feeding
    def target_names(self) -> list[str]:
        """Names of the outputs that need targets."""
        return [self.model.output_names[i] for i in self.fed]

    def standardize(self, x: Any, y: Any, sample_weight: Any, class_weight: Any = None) -> tuple[list, list, list]:
        """Arrays for the inputs, the fed targets and their weights (`None` where there are none)."""
        names = self.target_names()
        xs = feeding.inputs(self.model, x)
        if y is None and names:
            raise ValueError(
                "Target data is missing. Your model was compiled with a loss, and so expects targets `y` to be passed in `fit()`."
            )
        raw = feeding.in_order(y, names, "target") if names else []
        ys = [as_array(a) for a in raw]
        weights: list = [None] * len(names)
        if sample_weight is not None:
            given = (
                feeding.in_order(sample_weight, names, "sample_weight")
                if isinstance(sample_weight, (list, tuple, dict))
                else [sample_weight] * len(names)
            )
            weights = [None if w is None else as_array(w) for w in given]
        if class_weight is not None:
            if len(self.model.output_names) > 1:
                raise ValueError("`class_weight` is only supported for Models with a single output.")
            own = feeding.class_weights(ys[0], class_weight)
            weights[0] = own if weights[0] is None else weights[0] * own
        ranks = [K.ndim(self.model.outputs[i]) for i in self.fed]
        self._seen = [a.shape for a in ys]
        ys = [feeding.target(a, rank) for a, rank in zip(ys, ranks)]
        for i, a in zip(self.fed, ys):
            self._check(i, a)
        sizes = {feeding.batch_size([a]) for a in xs + ys}
        if len(sizes) > 1:
            raise ValueError(
                f"Data cardinality is ambiguous: x has {[len(a) for a in xs]} samples, y {[len(a) for a in ys]}. "
                "Make sure all arrays contain the same number of samples."
            )
        return xs, ys, weights

    def _check(self, output: int, y: np.ndarray) -> None:
        loss, shape = self.losses[output], K.int_shape(self.model.outputs[output])
        name = loss.name if loss is not None else ""
        if name == "sparse_categorical_crossentropy" and _plain(loss):
            if y.shape[-1] != 1:
                raise ValueError(
                    f"sparse_categorical_crossentropy: expected class numbers of shape {shape[:-1]}, received targets of shape {y.shape}; "
                    "for one-hot targets use categorical_crossentropy"
                )
            feeding.check_classes(y, shape[-1], getattr(loss, "_options", {}).get("ignore_class"), name)
        elif name == "categorical_crossentropy" and _plain(loss) and not _fits(y.shape, shape):
            raise ValueError(
                f"Shapes {(None, *y.shape[1:])} and {tuple(shape)} are incompatible: categorical_crossentropy needs one-hot targets "
                "of the shape of the predictions; for class numbers use sparse_categorical_crossentropy"
            )
        elif loss is not None and _plain(loss) and not str(name).startswith("sparse_") and not _broadcasts(y.shape, shape):
            raise ValueError(f"Dimensions must be equal: {name} of targets of shape {y.shape} and predictions of shape {tuple(shape)}")

    # -------------------------------------------------------------------------------------------------- graphs
    def graph(self, mode: str, ys: list | None = None, weights: list | None = None) -> _Graph:
        """The graph for these targets and weights (or, without any, for the targets the losses suggest), with its function."""
        key: tuple = (mode, None)
        if ys is not None:
            key = (mode, tuple((a.ndim, a.shape[1:]) for a in ys), tuple(None if w is None else np.ndim(w) for w in weights or ()))
        found = self._graphs.get(key)
        if found is None:
            with graph_lock, as_compiled(self.model):
                found = self._graphs[key] = self._build(mode, ys, weights)
        return found

    def _build(self, mode: str, ys: list | None, weights: list | None) -> _Graph:
        model, g = self.model, _Graph()
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
        if ys is not None:
            self._add_metrics(g)
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

    def _add_metrics(self, g: _Graph) -> None:
        for n, slot in enumerate(self.slots):
            y_pred = g.outputs[slot.output]
            slot.resolve(self._seen[self.fed.index(slot.output)], tuple(K.int_shape(y_pred)))
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
    def step(self, mode: str, xs: list, ys: list, weights: list) -> dict[str, float]:
        """Run one batch, take it into account, and return what is reported so far."""
        model = self.model
        g = self.graph(mode, ys, weights)
        feed = xs + ys + [w for w in weights if w is not None]
        if g.phase:
            feed = feed + [1.0 if mode == "train" else 0.0]
        before = getattr(model.optimizer, "before_step", None)
        if mode == "train" and before is not None:
            before()
        out = g.function(feed)
        self._account(g, out, ys or xs, ys, weights)
        return self.logs()

    def _account(self, g: _Graph, out: list, counted: list, ys: list, weights: list) -> None:
        size = feeding.batch_size(counted)
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


def _fits(shape: tuple, expected: tuple) -> bool:
    return len(shape) == len(expected) and all(e is None or e == n for e, n in zip(expected[1:], shape[1:]))


def _broadcasts(shape: tuple, expected: tuple) -> bool:
    """True when targets fit predictions as arrays do, a last axis of size 1 more or less apart."""
    if len(shape) - len(expected) == 1 and shape[-1] == 1:
        shape = shape[:-1]
    pairs = zip(reversed(shape[1:]), reversed(expected[1:]))
    return len(shape) <= len(expected) and all(b is None or 1 in (a, b) or a == b for a, b in pairs)


def _plain(loss: Any) -> bool:
    return type(loss).__module__.startswith("plaidml_compat.") and (
        not isinstance(loss, losses_of.CalledLoss) or loss.function in LOSSES.values()
    )


def _config_name(identifier: Any) -> str | None:
    return identifier.get("config", {}).get("name") if isinstance(identifier, dict) else None


def _number(metric: Any) -> Any:
    value = as_array(metric.result())
    return float(value) if value.ndim == 0 else value.tolist()
