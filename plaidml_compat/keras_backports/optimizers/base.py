"""The base class of the optimizers: learning rate, clipping, weight decay, slots, and the update of a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras.backend as K
import keras.optimizers
import numpy as np

from plaidml_compat.argument_limits import flag
from plaidml_compat.exceptions import UnsupportedArgumentError
from plaidml_compat.registry import export, limit_calls
from plaidml_compat.tensor import Tensor, as_array, is_symbolic

from ..calls.contagion import unwrap
from . import clipping, schedules
from .rate import Rate

limit_calls(
    "tf.keras.optimizers.Optimizer",
    limits=[flag("use_ema", "(averaged weights) is not built", "Average `get_weights()` in a callback")],
    parameters="name weight_decay clipnorm clipvalue global_clipnorm use_ema ema_momentum ema_overwrite_frequency jit_compile",
    without_effect=("ema_momentum", "ema_overwrite_frequency"),
)


@export("tf.keras.optimizers.Optimizer", placement="device")
class Optimizer(keras.optimizers.Optimizer):
    """Base class of the optimizers.

    A subclass declares `slots` and implements `step`.

    Args:
        name: name of the optimizer.
        learning_rate: a number or a schedule.
        weight_decay: each step takes this part, times the learning rate, off the weights.
        clipnorm: largest norm of each gradient.
        clipvalue: largest size of each element of a gradient.
        global_clipnorm: largest norm of all gradients together.
        jit_compile: accepted.
        lr: same as learning_rate.
        decay: for the legacy optimizers: the rate is divided by 1 + decay * step.

    Attributes:
        awaited: values of slots that were restored before there were slots.

    Raises:
        ValueError: `clipnorm` with `global_clipnorm`; `decay` for an optimizer that is not a legacy one.
        UnsupportedArgumentError: averaged weights (`use_ema`).
        TypeError: another keyword.
    """

    slots: tuple[str, ...] = ()
    legacy = False
    ema_overwrite_frequency: int | None = None  # a setting that every configuration has, without effect

    def __init__(
        self,
        name: str | None = None,
        learning_rate: Any = 0.001,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        jit_compile: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        rate = kwargs.pop("lr", None)
        learning_rate = learning_rate if rate is None else rate
        decay = kwargs.pop("decay", None)
        kwargs.pop("is_legacy_optimizer", None)
        if kwargs:
            raise TypeError(f"{type(self).__name__}: unexpected keyword argument(s) {sorted(kwargs)}")
        if decay and not self.legacy:
            raise ValueError(
                f"decay is deprecated in the new Keras optimizer, please use a learning rate schedule or the legacy optimizer, "
                f"tf.keras.optimizers.legacy.{type(self).__name__}. Received: decay={decay}"
            )
        if clipnorm is not None and global_clipnorm is not None:
            raise ValueError(
                "At most one of `clipnorm` and `global_clipnorm` can be set. Received: "
                f"clipnorm={clipnorm}, global_clipnorm={global_clipnorm}."
            )
        self.name = name or type(self).__name__
        self.weight_decay, self.jit_compile = weight_decay, jit_compile
        self._clip = {"clipnorm": clipnorm, "clipvalue": clipvalue, "global_clipnorm": global_clipnorm}
        self.initial_decay = float(decay or 0.0)
        self._schedule = learning_rate if callable(learning_rate) and not isinstance(learning_rate, (Tensor, np.ndarray)) else None
        if isinstance(learning_rate, dict):
            self._schedule = schedules.deserialize(learning_rate)
        start = self._schedule_value(0) if self._schedule is not None else float(as_array(_number(learning_rate)))
        with K.name_scope(type(self).__name__):
            self.iterations = K.variable(0, dtype="int64", name="iterations")
            self._rate = K.variable(start, name="learning_rate")
        self._steps: int | None = 0
        self._slots: dict[int, list] = {}
        self._excluded: list = []
        self.awaited: list | None = None

    # -------------------------------------------------------------------------------------------- learning rate
    def _schedule_value(self, step: int) -> float:
        schedule: Any = self._schedule
        try:
            return float(as_array(schedule(step)))
        except TypeError:
            return float(as_array(schedule()))  # a function without arguments

    @property
    def learning_rate(self) -> Any:
        """The learning rate, or the schedule it follows."""
        return self._schedule if self._schedule is not None else Rate(self._rate)

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if isinstance(value, schedules.LearningRateSchedule):
            self._schedule = value
            return
        if self._schedule is not None:
            raise TypeError(
                "This optimizer was created with a `LearningRateSchedule` object as its `learning_rate` constructor argument, hence "
                "its learning rate is not settable. If you need the learning rate to be settable, you should instantiate the "
                "optimizer with a float `learning_rate` argument."
            )
        K.set_value(self._rate, float(as_array(_number(value))))

    @property
    def lr(self) -> Any:
        """Same as `learning_rate`."""
        return self.learning_rate

    @lr.setter
    def lr(self, value: Any) -> None:
        self.learning_rate = value

    def before_step(self) -> None:
        """Put the schedule's value for this step on the device: called before each training step."""
        if self._schedule is not None:
            if self._steps is None:
                self._steps = int(K.get_value(self.iterations))
            K.set_value(self._rate, self._schedule_value(self._steps))
        if self._steps is not None:
            self._steps += 1

    def step_without_data(self) -> None:
        """Count a step for which there was no batch, as TensorFlow does where `fit` finds out so that the data has ended."""
        if not self.legacy:
            K.set_value(self.iterations, int(K.get_value(self.iterations)) + 1)
            self._steps = None

    # ------------------------------------------------------------------------------------------------- updates
    def saved_slots(self) -> Sequence[tuple[str, ...]]:
        """The slots as TensorFlow's files have them: of a group those of a variable stand together, one group follows the other."""
        return [self.slots] if self.slots else []

    def step(self, rate: Any, t: Any, gradient: Any, variable: Any, slots: list) -> tuple[Any, list]:
        """The new value of a variable and of its slots.

        Args:
            rate: learning rate.
            t: number of this step, from 1, a float.
            gradient: the gradient, clipped.
            variable: its value (after weight decay).
            slots: values of its slots, in the order of `slots`.
        """
        raise NotImplementedError

    def slot_start(self, name: str, variable: Any) -> Any:
        """The first value of a slot."""
        return K.zeros(K.int_shape(variable), dtype=K.dtype(variable))

    def get_updates(self, loss: Any = None, params: Any = None, **_: Any) -> list:
        """The updates of a training step, for Keras."""
        params = [unwrap(p) for p in params]
        gradients = self.clipped(self.get_gradients(unwrap(loss), params))
        t = K.cast(self.iterations, K.floatx()) + 1.0
        rate: Any = self._rate
        if self.initial_decay:
            rate = rate / (1.0 + self.initial_decay * (t - 1.0))
        self.updates = [K.update_add(self.iterations, 1), *self.shared_updates(t)]
        self.weights = [self.iterations, *self.shared_weights()]
        for p, g in zip(params, gradients):
            slots = self._slots.get(id(p))
            if slots is None:
                slots = self._slots[id(p)] = [p] + [self.slot_start(n, p) for n in self.slots]
            slots = slots[1:]
            self.weights.extend(slots)
            value = p
            if self.weight_decay and not self._is_excluded(p):
                value = p - p * (self.weight_decay * rate)
            new, new_slots = self.step(rate, t, g, value, slots)
            constraint = getattr(p, "constraint", None)
            if constraint is not None:
                new = unwrap(constraint(new))
            self.updates.extend(K.update(s, n) for s, n in zip(slots, new_slots))
            self.updates.append(K.update(p, new))
        if self.awaited is not None:
            self.restore(K.get_value(self.iterations), self.awaited)
        return self.updates

    def shared_updates(self, t: Any) -> list:
        """Updates of state that all variables share."""
        return []

    def shared_weights(self) -> list:
        """State that all variables share."""
        return []

    def clipped(self, gradients: list) -> list:
        """The gradients, clipped as asked for."""
        return clipping.clipped(gradients, self._clip, self.legacy)

    def exclude_from_weight_decay(self, var_list: Any = None, var_names: Any = None) -> None:
        """Leave variables out of weight decay, given themselves or by a part of their names."""
        self._excluded += [unwrap(v) for v in var_list or ()] + list(var_names or ())

    def _is_excluded(self, p: Any) -> bool:
        return any(p is e or (isinstance(e, str) and e in str(getattr(p, "name", ""))) for e in self._excluded)

    @property
    def clipnorm(self) -> float | None:
        """Largest norm of each gradient."""
        return self._clip["clipnorm"]

    @property
    def clipvalue(self) -> float | None:
        """Largest size of each element of a gradient."""
        return self._clip["clipvalue"]

    @property
    def global_clipnorm(self) -> float | None:
        """Largest norm of all gradients together."""
        return self._clip["global_clipnorm"]

    def get_gradients(self, loss: Any, params: Any) -> list:
        """The gradients of a loss."""
        gradients = [unwrap(g) for g in K.gradients(loss, params)]
        if any(g is None for g in gradients):
            raise ValueError("An operation has `None` for gradient. Please make sure that all of your ops have a gradient defined.")
        return gradients

    def set_weights(self, weights: Any) -> None:
        """Set the optimizer's state from arrays, `iterations` first."""
        super().set_weights(weights)
        self._steps = None

    def restore(self, iterations: Any, slots: list) -> None:
        """Take over a state: the number of steps now, the rest once a training step has made a place for it.

        Raises:
            ValueError: it is that of an optimizer of other weights.
        """
        K.set_value(self.iterations, int(iterations))
        self._steps, self.awaited = None, None
        if slots and not self.weights:
            self.awaited = slots
        elif slots:
            self.set_weights([np.asarray(int(iterations)), *slots])

    @property
    def variables(self) -> list:
        """The optimizer's state."""
        return list(self.weights)

    def get_config(self) -> dict:
        """What the constructor needs to make an equal optimizer."""
        rate: Any = schedules.serialize(self._schedule) if isinstance(self._schedule, schedules.LearningRateSchedule) else None
        if rate is None:
            if self._schedule is not None:
                raise UnsupportedArgumentError(
                    "tf.keras.optimizers.Optimizer.get_config", "a function as learning rate cannot be saved", "Use a LearningRateSchedule"
                )
            rate = float(K.get_value(self._rate))
        if self.legacy:
            clip = {k: v for k, v in self._clip.items() if v is not None}
            return {"name": self.name, "learning_rate": rate, "decay": self.initial_decay, **clip, **self.hyper_config()}
        return {
            "name": self.name,
            "weight_decay": self.weight_decay,
            **self._clip,
            "use_ema": False,
            "ema_momentum": 0.99,
            "ema_overwrite_frequency": self.ema_overwrite_frequency,
            "jit_compile": False,  # as TensorFlow says where it has no GPU
            "is_legacy_optimizer": False,  # without it TensorFlow makes an optimizer of the older kind
            "learning_rate": rate,
            **self.hyper_config(),
        }

    def hyper_config(self) -> dict:
        """The part of the configuration that a subclass adds."""
        return {}

    @classmethod
    def from_config(cls, config: dict, custom_objects: dict | None = None) -> Optimizer:
        """An optimizer from its `get_config()`."""
        config = dict(config)
        if isinstance(config.get("learning_rate"), dict):
            config["learning_rate"] = schedules.deserialize(config["learning_rate"], custom_objects)
        return cls(**config)


def _number(value: Any) -> Any:
    if isinstance(value, (str, bytes)):
        raise TypeError(f"Cannot convert {value!r:.80} to EagerTensor of dtype float: a learning rate is a number or a schedule")
    if isinstance(value, Rate):
        return value.numpy()
    return K.get_value(unwrap(value)) if is_symbolic(value) else value
