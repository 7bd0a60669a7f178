"""What `training` is in calls on data where nobody says: the learning phase that is set, else the default of the layer's `call`."""

from __future__ import annotations

import inspect
import sys
from typing import Any

import keras.backend as K
from keras.engine.network import Network
from keras.layers import Lambda, Wrapper

from ..patching import backport, patch, wrapping
from .contagion import is_preprocessing, is_user_code
from .mode import for_data, training_mode
from .walk import takes_training

_BACKEND = "plaidml.keras.backend"


def phase_set() -> int | None:
    """The learning phase, if the program has set it."""
    phase = sys.modules[_BACKEND]._in_train_phase
    return phase if isinstance(phase, int) else None


def default_training(layer: Any) -> bool | None:
    """What `training` is where neither the caller nor a call around says; `None`: each layer inside decides."""
    while isinstance(layer, Wrapper) and not is_user_code(type(layer)):
        layer = layer.layer
    own = is_user_code(type(layer))
    if (isinstance(layer, (Network, Lambda)) and not own) or not takes_training(layer):
        return None
    phase = phase_set()
    if phase is not None:
        return bool(phase)
    if not own:
        return is_preprocessing(layer)
    parameter = inspect.signature(layer.call).parameters.get("training")
    return None if parameter is None or parameter.default is parameter.empty else parameter.default


@backport
def phase_of_calls_on_data() -> None:
    """Symptom: `K.in_train_phase(x, y)` in a layer that is called on data waits for a learning phase that nobody feeds."""

    @wrapping(sys.modules[_BACKEND], "learning_phase")
    def learning_phase(original: Any) -> Any:
        phase = original()
        return phase if isinstance(phase, int) or not for_data() else int(bool(training_mode.get()))

    patch(K, "learning_phase", sys.modules[_BACKEND].learning_phase)
