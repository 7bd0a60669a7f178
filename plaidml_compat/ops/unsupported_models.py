"""Names about models that are not served: their methods and attributes, applications, mixed precision; each with what to use instead."""

from __future__ import annotations

from ..registry import unsupported

_MODEL = "tf.keras.Model."
_APPS = "tf.keras.applications."
ONE_DEVICE = "there are no tf.distribute strategies here: PlaidML uses one device"
NO_STRATEGY = "Leave it out; with one device a strategy changes no result"
"""Also what is said of the strategies themselves."""

unsupported(
    _MODEL + "export",
    reason="it writes TensorFlow's SavedModel, which holds TensorFlow's graph, and there is none here",
    instead="Save the model to HDF5 with model.save('name.h5'); a TensorFlow program can load that and export it",
)
unsupported(
    _MODEL + "add_metric",
    "tf.keras.layers.Layer.add_metric",
    reason="metrics that a model or layer adds itself are not built",
    instead="Give the metric to compile(metrics=[...]), or make the value an output of the model",
)
unsupported(
    _MODEL + "compiled_loss",
    _MODEL + "compiled_metrics",
    reason="TensorFlow keeps in it what compile() got; here losses and metrics are made with the graph, when the first batch comes",
    instead="Read model.loss and model.metrics, or what fit() and evaluate(return_dict=True) give",
)
unsupported(
    _MODEL + "distribute_strategy",
    reason=ONE_DEVICE,
    instead=NO_STRATEGY,
)
_ONE_TYPE = "there is no mixed precision here: PlaidML computes in the type in which it keeps the weights"
_ITS_NAME = "Leave it out: the type is tf.keras.backend.floatx(), and layer.compute_dtype"
unsupported(
    _MODEL + "dtype_policy",
    "tf.keras.layers.Layer.dtype_policy",
    "tf.keras.mixed_precision.global_policy",
    "tf.keras.mixed_precision.set_global_policy",
    reason=_ONE_TYPE,
    instead=_ITS_NAME,
)
unsupported(
    "tf.keras.mixed_precision.Policy",
    "tf.keras.mixed_precision.LossScaleOptimizer",
    reason=_ONE_TYPE,
    instead=_ITS_NAME,
    instances=(),
)
unsupported(
    _MODEL + "quantize",
    reason="quantized layers are not built; TensorFlow has the method since 2.21",
    instead="Train and run the model as it is",
)
unsupported(
    *(f"{_APPS}EfficientNetB{n}" for n in range(8)),
    *(f"{_APPS}EfficientNetV2{n}" for n in ("B0", "B1", "B2", "B3", "S", "M", "L")),
    *(f"{_APPS}MobileNetV3{n}" for n in ("Small", "Large")),
    *(f"{_APPS}ConvNeXt{n}" for n in ("Tiny", "Small", "Base", "Large", "XLarge")),
    reason="this model is younger than the applications of Keras 2.2.4, and is not built",
    instead=f"Use {_APPS}MobileNetV2, DenseNet121 or InceptionV3, or build the layers yourself",
)
