"""Base classes of metrics: state on the host, updated batch by batch."""

from __future__ import annotations

import re
from typing import Any, Callable

import keras.backend as K
import numpy as np

from plaidml_compat.registry import export
from plaidml_compat.tensor import Tensor, as_array

from ..arithmetic import HOST
from ..losses.classes import fit_weights


@export("tf.keras.metrics.Metric", placement="device")
class Metric:
    """Base class of metrics: subclasses implement `update_state`, `result` and, beyond `add_weight`, `reset_state`.

    Args:
        name: what logs and histories call it.
        dtype: type of the result, floatx unless given.
    """

    def __init__(self, name: str | None = None, dtype: Any = None, **kwargs: Any) -> None:
        if kwargs:
            raise TypeError(f"{type(self).__name__}: keyword argument not understood: {sorted(kwargs)[0]!r}")
        self._name = name or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(self).__name__).lower()
        self._dtype = np.dtype(dtype or K.floatx())
        self._states: list[MetricState] = []

    @property
    def name(self) -> str:
        """What logs and histories call it."""
        return self._name

    @property
    def dtype(self) -> str:
        """Type of the result."""
        return self._dtype.name

    @property
    def variables(self) -> list[MetricState]:
        """The state."""
        return list(self._states)

    weights = variables

    def add_weight(self, name: str = "weight", shape: Any = (), initializer: Any = "zeros", dtype: Any = None, **_: Any) -> MetricState:
        """A piece of state that `reset_state` sets back; `initializer` is `"zeros"`, `"ones"` or a function of the shape.

        Raises:
            ValueError: another initializer.
        """
        if callable(initializer):
            start = np.asarray(initializer(tuple(shape)), dtype or self._dtype)
        elif initializer in ("zeros", "ones"):
            start = np.full(tuple(shape), initializer == "ones", dtype or self._dtype)
        else:
            raise ValueError(
                f"{type(self).__name__}.add_weight: initializer must be 'zeros', 'ones' or a function; received {initializer!r}"
            )
        state = MetricState(name, start)
        self._states.append(state)
        return state

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Take a batch into account."""
        raise NotImplementedError("Must be implemented in subclasses.")

    def result(self) -> Any:
        """The metric of all batches since the last reset, a scalar tensor."""
        raise NotImplementedError("Must be implemented in subclasses.")

    def reset_state(self) -> None:
        """Forget all batches."""
        for state in self._states:
            state.assign(state.start)

    def reset_states(self) -> None:
        """Same as `reset_state`."""
        self.reset_state()

    def merge_state(self, metrics: Any) -> None:
        """Add the state of other metrics of the same kind."""
        for other in metrics:
            for mine, its in zip(self._states, other._states):
                mine.assign_add(its)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Take a batch into account and return the result so far."""
        self.update_state(*args, **kwargs)
        return self.result()

    def get_config(self) -> dict:
        """What the constructor needs to make an equal metric."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict) -> Metric:
        """A metric from its `get_config()`."""
        return cls(**config)


class MetricState(Tensor):
    """A number or array that a metric keeps, changed by `assign` and `assign_add`."""

    __slots__ = ("name", "start")

    def __init__(self, name: str, start: np.ndarray) -> None:
        super().__init__(start.copy())
        self.name, self.start = name, start

    def assign(self, value: Any) -> MetricState:
        """Set it."""
        self._payload = np.broadcast_to(as_array(value), self.start.shape).astype(self.start.dtype)
        return self

    def assign_add(self, value: Any) -> MetricState:
        """Add to it."""
        return self.assign(self._payload + as_array(value).astype(self.start.dtype))


class Reduced(Metric):
    """Keeps a total, and a count where the result is a mean."""

    mean = True

    def __init__(self, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(name, dtype)
        self.total = self.add_weight("total")
        if self.mean:
            self.count = self.add_weight("count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add values; weights broadcast against them, or against their first axes."""
        values = HOST.cast(values).astype(self._dtype, copy=False)
        if sample_weight is None:
            self.total.assign_add(values.sum(dtype=self._dtype))
            if self.mean:
                self.count.assign_add(values.size)
            return
        weights = fit_weights(HOST, values, HOST.cast(sample_weight).astype(self._dtype, copy=False))
        try:
            weights = np.broadcast_to(weights, values.shape)
        except ValueError:
            # Weights of fewer axes belong to the first axes of the values: those are averaged over the others.
            values = values.mean(axis=tuple(range(weights.ndim, values.ndim)), dtype=self._dtype)
            weights = np.broadcast_to(weights, values.shape)
        self.total.assign_add((values * weights).sum(dtype=self._dtype))
        if self.mean:
            self.count.assign_add(weights.sum(dtype=self._dtype))

    def result(self) -> Tensor:
        """The total, or the total divided by the sum of the weights (0 while that is 0)."""
        total = self.total._payload
        if not self.mean:
            return Tensor(total.copy())
        count = self.count._payload
        return Tensor(np.asarray(total / count if count else np.zeros((), self._dtype), self._dtype))


@export("tf.keras.metrics.Mean", placement="device")
class Mean(Reduced):
    """The weighted mean of the values given."""

    def __init__(self, name: str | None = "mean", dtype: Any = None) -> None:
        super().__init__(name, dtype)


@export("tf.keras.metrics.Sum", placement="device")
class Sum(Reduced):
    """The weighted sum of the values given."""

    mean = False

    def __init__(self, name: str | None = "sum", dtype: Any = None) -> None:
        super().__init__(name, dtype)


@export("tf.keras.metrics.MeanMetricWrapper", placement="device")
class MeanMetricWrapper(Mean):
    """The mean of a function of targets and predictions, over all samples.

    Args:
        fn: `fn(y_true, y_pred, **kwargs)`, giving one value a sample.
        name: what logs and histories call it.
        dtype: type of the result.
        **kwargs: options of `fn`.
    """

    def __init__(self, fn: Callable, name: str | None = None, dtype: Any = None, **kwargs: Any) -> None:
        super().__init__(name or getattr(fn, "__name__", None), dtype)
        self._fn, self._fn_kwargs = fn, kwargs

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Take a batch into account."""
        y_true, y_pred = as_array(y_true), HOST.cast(y_pred)
        if y_true.ndim - y_pred.ndim == 1 and y_true.shape[-1] == 1:
            y_true = y_true[..., 0]
        elif y_pred.ndim - y_true.ndim == 1 and y_pred.shape[-1] == 1:
            y_pred = y_pred[..., 0]
        values = self._fn(Tensor(y_true), Tensor(y_pred), **self._fn_kwargs)
        super().update_state(values, sample_weight)

    def get_config(self) -> dict:
        """What the constructor needs to make an equal metric."""
        return {**super().get_config(), **self._fn_kwargs}
