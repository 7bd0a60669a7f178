"""tf.keras.optimizers.legacy: the same optimizers with `decay`, and epsilon where the older formulas had it."""

from __future__ import annotations

from typing import Any

import keras.backend as K

from plaidml_compat.registry import export

from . import base, classes


@export("tf.keras.optimizers.legacy.Optimizer", placement="device")
class Optimizer(base.Optimizer):
    """Base class of the legacy optimizers; those of one's own are written as `tf.keras.optimizers.Optimizer` tells."""

    legacy = True


@export("tf.keras.optimizers.legacy.SGD", placement="device")
class SGD(Optimizer, classes.SGD):
    """Gradient descent. Args: learning_rate=0.01, momentum=0.0, nesterov=False, name, then `decay` and clipping by keyword."""


@export("tf.keras.optimizers.legacy.RMSprop", placement="device")
class RMSprop(Optimizer, classes.RMSprop):
    """RMSprop. Args: learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False, name, then by keyword."""

    def _root(self, inside: Any) -> Any:
        return K.sqrt(inside + self.epsilon) if self.momentum else K.sqrt(inside) + self.epsilon


@export("tf.keras.optimizers.legacy.Adam", placement="device")
class Adam(Optimizer, classes.Adam):
    """Adam. Args: learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False, name, then by keyword."""


@export("tf.keras.optimizers.legacy.Adamax", placement="device")
class Adamax(Optimizer, classes.Adamax):
    """Adamax. Args: learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, name, then by keyword."""


@export("tf.keras.optimizers.legacy.Adagrad", placement="device")
class Adagrad(Optimizer, classes.Adagrad):
    """Adagrad. Args: learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7, name, then by keyword."""

    def _root(self, total: Any) -> Any:
        return K.sqrt(total) + self.epsilon


@export("tf.keras.optimizers.legacy.Adadelta", placement="device")
class Adadelta(Optimizer, classes.Adadelta):
    """Adadelta. Args: learning_rate=0.001, rho=0.95, epsilon=1e-7, name, then by keyword."""
