"""Learning rate schedules: functions of the number of steps done, computed on the host in float32 as TensorFlow does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from plaidml_compat.registry import export
from plaidml_compat.tensor import Tensor, as_array

from ..models.registering import configuration, registered_object, under_its_name

_F = np.float32


@export("tf.keras.optimizers.schedules.LearningRateSchedule")
class LearningRateSchedule:
    """Base class: subclasses implement `__call__(step)` and `get_config()`."""

    def __call__(self, step: Any) -> Any:
        """The learning rate after `step` updates."""
        raise NotImplementedError(f"Learning rate schedule '{type(self).__name__}' must override `__call__(self, step)`.")

    def get_config(self) -> dict:
        """What the constructor needs to make an equal schedule."""
        raise NotImplementedError(
            f"Learning rate schedule '{type(self).__name__}' must override `get_config()` in order to be serializable."
        )

    @classmethod
    def from_config(cls, config: dict) -> LearningRateSchedule:
        """A schedule from its `get_config()`."""
        return cls(**config)


def _step(step: Any) -> Any:
    return _F(as_array(step))


class _Declared(LearningRateSchedule):
    """Keeps its constructor's arguments as its configuration."""

    def __init__(self, **config: Any) -> None:
        self._config = config

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_config"][name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}") from None

    def __call__(self, step: Any) -> Tensor:
        """The learning rate after `step` updates, a float32 scalar tensor."""
        return Tensor(np.asarray(self.value(_step(step)), np.float32))

    def value(self, step: Any) -> Any:
        """The same as a number."""
        raise NotImplementedError

    def get_config(self) -> dict:
        """What the constructor needs to make an equal schedule."""
        return dict(self._config)


@export("tf.keras.optimizers.schedules.ExponentialDecay")
class ExponentialDecay(_Declared):
    """initial_learning_rate * decay_rate ^ (step / decay_steps); with `staircase` the exponent is rounded down."""

    def __init__(
        self, initial_learning_rate: float, decay_steps: int, decay_rate: float, staircase: bool = False, name: str | None = None
    ) -> None:
        super().__init__(
            initial_learning_rate=initial_learning_rate, decay_steps=decay_steps, decay_rate=decay_rate, staircase=staircase, name=name
        )

    def value(self, step: Any) -> Any:
        p = step / _F(self.decay_steps)
        return _F(self.initial_learning_rate) * np.power(_F(self.decay_rate), np.floor(p) if self.staircase else p)


@export("tf.keras.optimizers.schedules.InverseTimeDecay")
class InverseTimeDecay(_Declared):
    """initial_learning_rate / (1 + decay_rate * step / decay_steps)."""

    def __init__(
        self, initial_learning_rate: float, decay_steps: int, decay_rate: float, staircase: bool = False, name: str | None = None
    ) -> None:
        super().__init__(
            initial_learning_rate=initial_learning_rate, decay_steps=decay_steps, decay_rate=decay_rate, staircase=staircase, name=name
        )

    def value(self, step: Any) -> Any:
        p = step / _F(self.decay_steps)
        return _F(self.initial_learning_rate) / (_F(1) + _F(self.decay_rate) * (np.floor(p) if self.staircase else p))


@export("tf.keras.optimizers.schedules.PolynomialDecay")
class PolynomialDecay(_Declared):
    """From initial_learning_rate to end_learning_rate within decay_steps, along a power of the time left; `cycle` starts over."""

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str | None = None,
    ) -> None:
        super().__init__(
            initial_learning_rate=initial_learning_rate,
            decay_steps=decay_steps,
            end_learning_rate=end_learning_rate,
            power=power,
            cycle=cycle,
            name=name,
        )

    def value(self, step: Any) -> Any:
        steps = _F(self.decay_steps)
        if self.cycle:
            steps = steps * (_F(1) if step == 0 else np.ceil(step / steps))
        else:
            step = min(step, steps)
        first, last = _F(self.initial_learning_rate), _F(self.end_learning_rate)
        return (first - last) * np.power(_F(1) - step / steps, _F(self.power)) + last


@export("tf.keras.optimizers.schedules.PiecewiseConstantDecay")
class PiecewiseConstantDecay(_Declared):
    """values[i] up to and including step boundaries[i], the last value beyond.

    Raises:
        ValueError: there is not one value more than boundaries.
    """

    def __init__(self, boundaries: Sequence[float], values: Sequence[float], name: str | None = None) -> None:
        if len(boundaries) != len(values) - 1:
            raise ValueError(
                f"The length of boundaries should be 1 less than the length of values. Received: boundaries={boundaries} of length "
                f"{len(boundaries)}, and values={values} of length {len(values)}."
            )
        super().__init__(boundaries=list(boundaries), values=list(values), name=name)

    def value(self, step: Any) -> Any:
        return next((v for b, v in zip(self.boundaries, self.values) if step <= b), self.values[-1])


@export("tf.keras.optimizers.schedules.CosineDecay", "tf.keras.experimental.CosineDecay")
class CosineDecay(_Declared):
    """Half a cosine from the initial rate to alpha times it within decay_steps, after an optional linear warm-up."""

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = 0.0,
        name: str | None = None,
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        super().__init__(
            initial_learning_rate=initial_learning_rate,
            decay_steps=decay_steps,
            alpha=alpha,
            name=name,
            warmup_target=warmup_target,
            warmup_steps=warmup_steps,
        )

    def value(self, step: Any) -> Any:
        start, steps, warm = _F(self.initial_learning_rate), _F(self.decay_steps), _F(self.warmup_steps)
        top = start if self.warmup_target is None else _F(self.warmup_target)
        step = min(step, steps + (warm if self.warmup_target is not None else _F(0)))
        if self.warmup_target is not None:
            if step < warm:
                return (top - start) * (step / warm) + start
            step = step - warm
        part = _F(0.5) * (_F(1) + np.cos(_F(np.pi) * (step / steps)))
        return top * ((_F(1) - _F(self.alpha)) * part + _F(self.alpha))


@export("tf.keras.optimizers.schedules.CosineDecayRestarts", "tf.keras.experimental.CosineDecayRestarts")
class CosineDecayRestarts(_Declared):
    """Cosine decay that starts over, each time t_mul times as long and m_mul times as high."""

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: int,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str | None = None,
    ) -> None:
        super().__init__(
            initial_learning_rate=initial_learning_rate,
            first_decay_steps=first_decay_steps,
            t_mul=t_mul,
            m_mul=m_mul,
            alpha=alpha,
            name=name,
        )

    def value(self, step: Any) -> Any:
        done, t_mul = step / _F(self.first_decay_steps), _F(self.t_mul)
        if self.t_mul == 1.0:
            restart = np.floor(done)
            done = done - restart
        else:
            restart = np.floor(np.log(_F(1) - done * (_F(1) - t_mul)) / np.log(t_mul))
            passed = (_F(1) - t_mul**restart) / (_F(1) - t_mul)
            done = (done - passed) / t_mul**restart
        part = _F(0.5) * _F(self.m_mul) ** restart * (_F(1) + np.cos(_F(np.pi) * done))
        return _F(self.initial_learning_rate) * ((_F(1) - _F(self.alpha)) * part + _F(self.alpha))


@export("tf.keras.optimizers.schedules.serialize")
def serialize(learning_rate_schedule: LearningRateSchedule) -> dict:
    """Name and configuration of a schedule."""
    return configuration(learning_rate_schedule)


@export("tf.keras.optimizers.schedules.deserialize")
def deserialize(config: dict, custom_objects: dict | None = None) -> LearningRateSchedule:
    """A schedule from `serialize`.

    Raises:
        ValueError: there is no such schedule.
    """
    config = under_its_name(config)
    name = config["class_name"]
    cls = registered_object(name, custom_objects, globals())
    if not (isinstance(cls, type) and issubclass(cls, LearningRateSchedule)):
        raise ValueError(f"Unknown learning rate schedule: {name!r}")
    return cls.from_config(config["config"])
