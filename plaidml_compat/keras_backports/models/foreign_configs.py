"""Configurations that TensorFlow 2.x wrote, in .h5 files and JSON, as Keras 2.2.4 reads them."""

from __future__ import annotations

import inspect
from typing import Any

import keras.layers
from keras.engine.base_layer import Layer
from keras.engine.network import Network
from keras.utils.generic_utils import get_custom_objects

from plaidml_compat.exceptions import UnsupportedArgumentError

from ..calls.contagion import is_user_code
from ..patching import backport, patch

# What later versions of Keras added, with the value that means what Keras 2.2.4 does anyhow.
_WITHOUT_EFFECT = {
    "adjustment": (None,),
    "autocast": (True, None),
    "build_input_shape": None,
    "dynamic": (False, None),
    "fused": None,
    "groups": (1,),
    "implementation": None,
    "jit_compile": None,
    "ragged": (False, None),
    "renorm": (False, None),
    "renorm_clipping": (None,),
    "renorm_momentum": None,
    "sparse": (False, None),
    "synchronized": (False, None),
    "time_major": (False, None),
    "use_legacy_config": None,
    "virtual_batch_size": (None,),
    "zero_output_for_mask": (False, None),
}
_OF_EVERY_LAYER = {"input_shape", "batch_input_shape", "batch_size", "dtype", "name", "trainable", "weights"}


def translated(config: Any, custom_objects: Any = None) -> Any:
    """A layer's or model's `{"class_name": ..., "config": ...}` without what Keras 2.2.4 does not know.

    Args:
        config: as TensorFlow or Keras wrote it; left as it is.
        custom_objects: the user's classes by name.

    Raises:
        ValueError: it asks for something that Keras 2.2.4 cannot do.
    """
    if not isinstance(config, dict) or not isinstance(config.get("config"), (dict, list)):
        return config
    name = config["class_name"]
    known = {**get_custom_objects(), **(custom_objects or {})}
    name = "Model" if name == "Functional" and name not in known else name
    if ">" in name and name not in known:
        name = name.rpartition(">")[2]  # as `register_keras_serializable` puts it: "package>Name"
    if name in ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"):
        raise UnsupportedArgumentError(
            "tf.keras.models.load_model",
            f"the layer {config.get('name')!r} is a TensorFlow function called on a tensor of the model "
            f"({config['config'].get('function')}); such layers cannot be read from TensorFlow's files; received a layer of class {name}",
            "Build the model with the same code here and take the weights alone (load_weights)",
        )
    found = known.get(name) or getattr(keras.layers, name, None)
    inner = config["config"]
    if isinstance(found, type) and issubclass(found, Layer) and not is_user_code(found) and isinstance(inner, dict):
        inner = _of_layer(found, name, inner)
    elif name in ("Sequential", "Model") and isinstance(inner, dict):
        inner = {k: v for k, v in inner.items() if k != "build_input_shape"}
    return {**config, "class_name": name, "config": inner}


def _of_layer(cls: type, name: str, config: dict) -> dict:
    config = dict(config)
    dtype = config.get("dtype")
    if isinstance(dtype, dict):  # a policy
        dtype = config["dtype"] = dtype.get("config", {}).get("name", "float32")
    if isinstance(dtype, str) and dtype.startswith("mixed_"):
        raise UnsupportedArgumentError(
            "tf.keras.models.load_model",
            f"the layer {config.get('name')!r} has the policy {dtype!r}, and mixed precision is not supported here",
            "Build the model with the same code here, without a policy, and take the weights alone (load_weights)",
        )
    if issubclass(cls, Network):
        return config
    if name == "BatchNormalization" and isinstance(config.get("axis"), (list, tuple)) and len(config["axis"]) == 1:
        config["axis"] = config["axis"][0]
    accepted = _accepted(cls)
    for key in [k for k in config if k not in accepted]:
        if key not in _WITHOUT_EFFECT:
            continue
        without_effect = _WITHOUT_EFFECT[key]
        if without_effect is not None and config[key] not in without_effect:
            raise UnsupportedArgumentError(
                "tf.keras.models.load_model",
                f"the layer {config.get('name')!r} of class {name} was saved with {key}={config[key]!r}, which Keras 2.2.4 does not have",
                f"Only {key}={without_effect[0]!r} can be loaded",
            )
        del config[key]
    return config


def _accepted(cls: type) -> set[str]:
    """Names of the arguments that the class and those it passes keywords on to take."""
    names = set(_OF_EVERY_LAYER)
    for c in cls.__mro__:
        if "__init__" not in vars(c) or c is Layer:
            continue
        parameters = inspect.signature(vars(c)["__init__"]).parameters
        names.update(parameters)
        if not any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
            break
    return names


@backport
def configs_of_tensorflow() -> None:
    """Symptom: `load_model` of a file that TensorFlow wrote: "Unknown layer: Functional", "Keyword argument not understood"."""
    original = keras.layers.deserialize

    def deserialize(config: Any, custom_objects: Any = None) -> Any:
        """A layer or model from its configuration."""
        return original(translated(config, custom_objects), custom_objects=custom_objects)

    patch(keras.layers, "deserialize", deserialize)
