"""tf.keras.optimizers.legacy: the same optimizers with `decay`, and epsilon where the older formulas had it."""

from __future__ import annotations

from typing import Any

import keras.backend as K

from plaidml_compat.registry import export

from . import classes


class _Legacy:
    """Marks an optimizer as legacy."""

    legacy = True


@export("tf.keras.optimizers.legacy.SGD", placement="device")
class SGD(_Legacy, classes.SGD):
    """Gradient descent. Args: learning_rate=0.01, momentum=0.0, nesterov=False, name, then `decay` and clipping by keyword."""


@export("tf.keras.optimizers.legacy.RMSprop", placement="device")
class RMSprop(_Legacy, classes.RMSprop):
    """RMSprop. Args: learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False, name, then by keyword."""

    def _root(self, inside: Any) -> Any:
        return K.sqrt(inside + self.epsilon) if self.momentum else K.sqrt(inside) + self.epsilon


@export("tf.keras.optimizers.legacy.Adam", placement="device")
class Adam(_Legacy, classes.Adam):
    """Adam. Args: learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False, name, then by keyword."""


@export("tf.keras.optimizers.legacy.Adamax", placement="device")
class Adamax(_Legacy, classes.Adamax):
    """Adamax. Args: learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, name, then by keyword."""


@export("tf.keras.optimizers.legacy.Adagrad", placement="device")
class Adagrad(_Legacy, classes.Adagrad):
    """Adagrad. Args: learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7, name, then by keyword."""

    def _root(self, total: Any) -> Any:
        return K.sqrt(total) + self.epsilon


@export("tf.keras.optimizers.legacy.Adadelta", placement="device")
class Adadelta(_Legacy, classes.Adadelta):
    """Adadelta. Args: learning_rate=0.001, rho=0.95, epsilon=1e-7, name, then by keyword."""
