"""BatchNormalization as in TensorFlow: frozen layers infer, and the moving variance is corrected for images only."""

from __future__ import annotations

from typing import Any

import keras.backend as K
from keras.layers import BatchNormalization

from ..calls.user_code import RAN_FROZEN
from ..patching import backport, patch


def _call(self: Any, inputs: Any, training: Any = None) -> Any:
    """Normalise by the batch's statistics in training, by the moving ones in inference and where the layer is frozen."""
    if not self.trainable:
        training = False
        self.__dict__[RAN_FROZEN] = True
    shape = K.int_shape(inputs)
    axis = self.axis % len(shape)
    axes = [i for i in range(len(shape)) if i != axis]
    spread = [shape[axis] if i == axis else 1 for i in range(len(shape))]

    def lined_up(v: Any) -> Any:
        return K.reshape(v, spread)

    def normalised(mean: Any, variance: Any) -> Any:
        out = (inputs - mean) / K.sqrt(variance + self.epsilon)
        if self.scale:
            out = out * lined_up(self.gamma)
        return out + lined_up(self.beta) if self.center else out

    def inference() -> Any:
        return normalised(lined_up(self.moving_mean), lined_up(self.moving_variance))

    if training is not None and not training:
        return inference()
    mean = K.mean(inputs, axis=axes, keepdims=True)
    variance = K.mean(K.square(inputs - mean), axis=axes, keepdims=True)
    kept = variance
    if len(shape) == 4 or (len(shape) == 5 and axis in (1, 4)):
        # TensorFlow's fused kernel, which serves these shapes, keeps the unbiased estimate.
        count = K.cast(K.prod([K.shape(inputs)[i] for i in axes]), K.floatx())
        kept = variance * (count / K.maximum(count - 1.0, 1.0))
    size = (shape[axis],)
    self.add_update(
        [
            K.moving_average_update(self.moving_mean, K.reshape(mean, size), self.momentum),
            K.moving_average_update(self.moving_variance, K.reshape(kept, size), self.momentum),
        ],
        inputs,
    )
    return K.in_train_phase(normalised(mean, variance), inference, training=training)


@backport
def batch_normalization() -> None:
    """Symptom: frozen BatchNormalization layers go on learning; the moving variance of vectors differs from TensorFlow's."""
    patch(BatchNormalization, "call", _call)
