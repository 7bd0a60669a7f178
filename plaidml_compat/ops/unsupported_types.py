"""Classes of TensorFlow's that are not served and that programs ask about, in isinstance and annotations: that they may."""

from __future__ import annotations

from ..registry import unsupported
from .unsupported_models import NO_STRATEGY, ONE_DEVICE

unsupported(
    "tf.IndexedSlices",
    "tf.IndexedSlicesSpec",
    reason="it is a gradient by its rows, as tf.GradientTape gives it, and gradients are a part of PlaidML's graphs here",
    instead="Use dense tensors; models train with fit()",
    instances=(),
)
unsupported(
    "tf.TensorArray",
    "tf.TensorArraySpec",
    reason="it is not built; TensorFlow's graphs need it in their loops, and there are no such graphs here",
    instead="Append to a Python list, and join its tensors with tf.stack or tf.concat",
    instances=(),
)
unsupported(
    "tf.Operation",
    reason="there are no graphs of TensorFlow's here: functions on tensors run at once, and models are PlaidML's graphs",
    instead="Call the functions, or build a tf.keras.Model",
    instances=(),
)
unsupported(
    *(
        f"tf.distribute.{name}"
        for name in (
            "DistributedDataset",
            "DistributedIterator",
            "DistributedValues",
            "MirroredStrategy",
            "MultiWorkerMirroredStrategy",
            "OneDeviceStrategy",
            "ParameterServerStrategy",
            "ReplicaContext",
            "Strategy",
            "StrategyExtended",
            "TPUStrategy",
            "experimental.CentralStorageStrategy",
            "experimental.MultiWorkerMirroredStrategy",
            "experimental.ParameterServerStrategy",
            "experimental.TPUStrategy",
        )
    ),
    reason=ONE_DEVICE,
    instead=NO_STRATEGY,
    instances=(),
)
