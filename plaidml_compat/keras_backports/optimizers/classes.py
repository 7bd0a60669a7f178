"""SGD, RMSprop, Adam and the others: TensorFlow's formulas and defaults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import keras.backend as K

from plaidml_compat.registry import export

from .base import Optimizer

_OF_ALL = ("clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum", "ema_overwrite_frequency", "jit_compile", "name")


class _WithHypers(Optimizer):
    """Takes its own parameters in TensorFlow's order, then those that all optimizers have."""

    hypers: ClassVar[dict[str, Any]] = {}
    default_rate = 0.001
    default_decay: float | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        names = self.parameters()
        if len(args) > len(names):
            raise TypeError(f"{type(self).__name__}() takes at most {len(names)} positional arguments; received {len(args)}")
        for name, value in zip(names, args):
            if name in kwargs:
                raise TypeError(f"{type(self).__name__}() got multiple values for argument {name!r}")
            kwargs[name] = value
        own = {k: kwargs.pop(k, v) for k, v in self.hypers.items()}
        if "epsilon" in own and own["epsilon"] is None:
            own["epsilon"] = K.epsilon()
        kwargs.setdefault("learning_rate", self.default_rate)
        if self.default_decay is not None:
            kwargs.setdefault("weight_decay", self.default_decay)
        self.__dict__.update(own)
        super().__init__(**kwargs)

    @classmethod
    def parameters(cls) -> list[str]:
        """Names of the positional parameters, in order."""
        if cls.legacy:
            return ["learning_rate", *cls.hypers, "name"]
        return ["learning_rate", *cls.hypers, "weight_decay", *_OF_ALL]

    def hyper_config(self) -> dict:
        return {k: getattr(self, k) for k in self.hypers}


@export("tf.keras.optimizers.SGD", "tf.keras.optimizers.experimental.SGD", placement="device")
class SGD(_WithHypers):
    """Gradient descent, with momentum where asked.

    Args: learning_rate=0.01, momentum=0.0, nesterov=False, then what `Optimizer` takes.
    """

    hypers: ClassVar[dict[str, Any]] = {"momentum": 0.0, "nesterov": False}
    default_rate = 0.01

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not 0 <= self.momentum <= 1:
            raise ValueError("`momentum` must be between [0, 1].")
        self.slots = ("m",) if self.momentum else ()

    def saved_slots(self) -> Sequence[tuple[str, ...]]:
        return [("m",)]  # TensorFlow keeps it without momentum, too

    def step(self, rate: Any, t: Any, gradient: Any, variable: Any, slots: list) -> tuple[Any, list]:
        if not slots:
            return variable - rate * gradient, []
        m = self.momentum * slots[0] - rate * gradient
        new = variable + self.momentum * m - rate * gradient if self.nesterov else variable + m
        return new, [m]


@export("tf.keras.optimizers.RMSprop", "tf.keras.optimizers.experimental.RMSprop", placement="device")
class RMSprop(_WithHypers):
    """Gradients divided by a running root mean square of themselves.

    Args: learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False, then what `Optimizer` takes.
    """

    hypers: ClassVar[dict[str, Any]] = {"rho": 0.9, "momentum": 0.0, "epsilon": 1e-7, "centered": False}
    ema_overwrite_frequency = 100

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = ("velocity", *(("momentum",) if self.momentum else ()), *(("average_gradient",) if self.centered else ()))

    def step(self, rate: Any, t: Any, gradient: Any, variable: Any, slots: list) -> tuple[Any, list]:
        named = dict(zip(self.slots, slots))
        velocity = self.rho * named["velocity"] + (1 - self.rho) * K.square(gradient)
        new = {"velocity": velocity}
        inside = velocity
        if self.centered:
            new["average_gradient"] = self.rho * named["average_gradient"] + (1 - self.rho) * gradient
            inside = velocity - K.square(new["average_gradient"])
        move = rate * gradient / self._root(inside)
        if self.momentum:
            move = new["momentum"] = self.momentum * named["momentum"] + move
        return variable - move, [new[n] for n in self.slots]

    def saved_slots(self) -> Sequence[tuple[str, ...]]:
        return [(s,) for s in self.slots]

    def _root(self, inside: Any) -> Any:
        return K.sqrt(inside + self.epsilon)


@export("tf.keras.optimizers.Adam", "tf.keras.optimizers.experimental.Adam", placement="device")
class Adam(_WithHypers):
    """Running means of gradients and of their squares, corrected for their start.

    Args: learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False, then what `Optimizer` takes.
    """

    hypers: ClassVar[dict[str, Any]] = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = ("m", "v", "vhat") if self.amsgrad else ("m", "v")

    def saved_slots(self) -> Sequence[tuple[str, ...]]:
        return [self.slots[:2], *([self.slots[2:]] if self.amsgrad else [])]

    def step(self, rate: Any, t: Any, gradient: Any, variable: Any, slots: list) -> tuple[Any, list]:
        alpha = rate * K.sqrt(1.0 - K.pow(K.constant(self.beta_2), t)) / (1.0 - K.pow(K.constant(self.beta_1), t))
        m = slots[0] + (gradient - slots[0]) * (1 - self.beta_1)
        v = slots[1] + (K.square(gradient) - slots[1]) * (1 - self.beta_2)
        new = [m, v]
        if self.amsgrad:
            v = K.maximum(slots[2], v)
            new.append(v)
        return variable - alpha * m / (K.sqrt(v) + self.epsilon), new


@export("tf.keras.optimizers.AdamW", "tf.keras.optimizers.experimental.AdamW", placement="device")
class AdamW(Adam):
    """Adam with weight decay.

    Args: learning_rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False, then what `Optimizer` takes.
    """

    default_decay = 0.004

    @classmethod
    def parameters(cls) -> list[str]:
        return ["learning_rate", "weight_decay", *cls.hypers, *_OF_ALL]


@export("tf.keras.optimizers.Adamax", "tf.keras.optimizers.experimental.Adamax", placement="device")
class Adamax(_WithHypers):
    """Adam with the largest gradient seen, decaying, in place of the mean of squares.

    Args: learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, then what `Optimizer` takes.
    """

    hypers: ClassVar[dict[str, Any]] = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
    slots = ("m", "u")

    def step(self, rate: Any, t: Any, gradient: Any, variable: Any, slots: list) -> tuple[Any, list]:
        m = slots[0] + (gradient - slots[0]) * (1 - self.beta_1)
        u = K.maximum(self.beta_2 * slots[1], K.abs(gradient))
        factor = rate / (1.0 - K.pow(K.constant(self.beta_1), t))
        return variable - factor * m / (u + self.epsilon), [m, u]


@export("tf.keras.optimizers.Nadam", "tf.keras.optimizers.experimental.Nadam", placement="device")
class Nadam(_WithHypers):
    """Adam with Nesterov momentum.

    Args: learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, then what `Optimizer` takes.
    """

    hypers: ClassVar[dict[str, Any]] = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
    slots = ("m", "v")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._product = K.variable(1.0, name="u_product")

    def _u(self, t: Any) -> Any:
        return self.beta_1 * (1.0 - 0.5 * K.pow(K.constant(0.96), t))

    def get_updates(self, loss: Any = None, params: Any = None, **kwargs: Any) -> list:
        self._running, self._at = self._product, len(params) + 1
        updates = super().get_updates(loss=loss, params=params, **kwargs)
        self.updates = [*updates, K.update(self._product, self._running)]
        return self.updates

    def shared_weights(self) -> list:
        return [self._product]

    def step(self, rate: Any, t: Any, gradient: Any, variable: Any, slots: list) -> tuple[Any, list]:
        u, after = self._u(t), self._u(t + 1.0)
        # TensorFlow means to multiply once a step, but counts while it traces its graph, which fit() does twice: it multiplies
        # for each variable, save for the k-th of n in step n + k.
        again = K.cast(K.not_equal(t + 1.0, float(self._at)), K.floatx())
        self._at += 1
        product = self._running = self._running * (again * u + (1.0 - again))
        m = slots[0] + (gradient - slots[0]) * (1 - self.beta_1)
        v = slots[1] + (K.square(gradient) - slots[1]) * (1 - self.beta_2)
        m_hat = after * m / (1.0 - product * after) + (1.0 - u) * gradient / (1.0 - product)
        v_hat = v / (1.0 - K.pow(K.constant(self.beta_2), t))
        return variable - m_hat * rate / (K.sqrt(v_hat) + self.epsilon), [m, v]


@export("tf.keras.optimizers.Adagrad", "tf.keras.optimizers.experimental.Adagrad", placement="device")
class Adagrad(_WithHypers):
    """Gradients divided by the root of the sum of their squares so far.

    Args: learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7, then what `Optimizer` takes.
    """

    hypers: ClassVar[dict[str, Any]] = {"initial_accumulator_value": 0.1, "epsilon": 1e-7}
    slots = ("accumulator",)

    def slot_start(self, name: str, variable: Any) -> Any:
        return K.constant(self.initial_accumulator_value, shape=K.int_shape(variable), dtype=K.dtype(variable))

    def step(self, rate: Any, t: Any, gradient: Any, variable: Any, slots: list) -> tuple[Any, list]:
        total = slots[0] + K.square(gradient)
        return variable - rate * gradient / self._root(total), [total]

    def _root(self, total: Any) -> Any:
        return K.sqrt(total + self.epsilon)


@export("tf.keras.optimizers.Adadelta", "tf.keras.optimizers.experimental.Adadelta", placement="device")
class Adadelta(_WithHypers):
    """Steps of the size of recent steps, relative to recent gradients.

    Args: learning_rate=0.001, rho=0.95, epsilon=1e-7, then what `Optimizer` takes.
    """

    hypers: ClassVar[dict[str, Any]] = {"rho": 0.95, "epsilon": 1e-7}
    slots = ("accumulated_grad", "accumulated_delta_var")

    def step(self, rate: Any, t: Any, gradient: Any, variable: Any, slots: list) -> tuple[Any, list]:
        squares = self.rho * slots[0] + (1 - self.rho) * K.square(gradient)
        move = K.sqrt(slots[1] + self.epsilon) * gradient / K.sqrt(squares + self.epsilon)
        return variable - rate * move, [squares, self.rho * slots[1] + (1 - self.rho) * K.square(move)]


@export("tf.keras.optimizers.Lion", placement="device")
class Lion(_WithHypers):
    """Steps of equal size along the sign of a running mean of gradients.

    Args: learning_rate=0.0001, beta_1=0.9, beta_2=0.99, then what `Optimizer` takes.
    """

    default_rate = 0.0001
    hypers: ClassVar[dict[str, Any]] = {"beta_1": 0.9, "beta_2": 0.99}
    slots = ("m",)

    def step(self, rate: Any, t: Any, gradient: Any, variable: Any, slots: list) -> tuple[Any, list]:
        direction = K.sign(slots[0] * self.beta_1 + gradient * (1.0 - self.beta_1))
        return variable - rate * direction, [slots[0] * self.beta_2 + gradient * (1.0 - self.beta_2)]


CLASSES: tuple[type[Optimizer], ...] = (SGD, RMSprop, Adam, AdamW, Adamax, Nadam, Adagrad, Adadelta, Lion)
