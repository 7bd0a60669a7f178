"""Arguments that TensorFlow's layers and functions have got since Keras 2.2.4: served where they change nothing, else refused by name."""

from __future__ import annotations

import functools
import inspect
import sys
from typing import Any, Callable

import keras.layers as layers
from keras.layers.convolutional import _Conv
from keras.utils import generic_utils

from plaidml_compat.missing import refuse_named
from plaidml_compat.registry import CALLS, OPS, Limit, declared_arguments, limit_calls, taken

from ..patching import backport, patch, wrapping

_LAYERS = "tf.keras.layers."
_RECURRENT = tuple(_LAYERS + n for n in ("LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM2D"))


def _flag(name: str, reason: str, advice: str) -> Limit:
    """A limit of an argument that is off unless it is given, and changes nothing where it is."""
    return Limit(f"`{name}` {reason}", _given(name, None, bool), advice=advice)


def _only(name: str, default: Any, reason: str, advice: str) -> Limit:
    """A limit of an argument of which the default alone is served."""
    return Limit(f"`{name}` {reason}", _given(name, default, lambda value: value is not default and value != default), advice=advice)


def _given(name: str, default: Any, when: Callable[[Any], bool]) -> Callable[..., bool]:
    def limit(**given: Any) -> bool:
        return bool(when(given.get(name, default)))

    limit.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)]
    )
    return limit


_NO_RAGGED = "needs tf.RaggedTensor, which is not there"
_PAD = "Pad the elements to one size, with Dataset.padded_batch"
limit_calls(
    *(f"{_LAYERS}{c.__name__}" for c in vars(layers).values() if isinstance(c, type) and issubclass(c, _Conv)),
    limits=[
        _only(
            "groups",
            1,
            "other than 1: PlaidML has no grouped convolutions",
            "Split the channels with tf.split and join the results of a layer for each with tf.keras.layers.Concatenate",
        )
    ],
)
limit_calls(
    _LAYERS + "BatchNormalization",
    limits=[
        _flag("renorm", "(batch renormalization) is not built", "Leave it out"),
        _only("virtual_batch_size", None, "is not built", "Train with batches of that size"),
        _only("adjustment", None, "is not built", "Leave it out"),
        Limit("`synchronized` and `fused` change nothing on one device", lambda synchronized=False, fused=None: False),
        Limit("several axes are not built", lambda axis=-1: isinstance(axis, (list, tuple)) and len(axis) > 1, advice="Give one axis"),
    ],
)
limit_calls(
    _LAYERS + "UpSampling2D",
    limits=[
        Limit(
            "`interpolation` is 'nearest' or 'bilinear' in a PlaidML graph",
            lambda interpolation="nearest": interpolation in ("area", "bicubic", "gaussian", "lanczos3", "lanczos5", "mitchellcubic"),
            advice="Use one of these, or tf.image.resize in Dataset.map",
        )
    ],
)
limit_calls(
    *_RECURRENT,
    limits=[
        _flag("time_major", "is not built", "Put the batch first, with tf.keras.layers.Permute or tf.transpose"),
        _flag("zero_output_for_mask", "is not built", "Multiply the output by the mask"),
    ],
)
limit_calls(
    _LAYERS + "Bidirectional",
    limits=[_only("backward_layer", None, "is not built", "Call both layers and join the results with tf.keras.layers.Concatenate")],
)
limit_calls(_LAYERS + "Embedding", limits=[_flag("sparse", "would give a tf.SparseTensor, which no model here takes", "Leave it out")])
limit_calls(
    _LAYERS + "GaussianNoise",
    _LAYERS + "GaussianDropout",
    limits=[_only("seed", None, "is not served: the device draws", "Leave it out")],
)
limit_calls(
    _LAYERS + "InputLayer",
    "tf.keras.Input",
    limits=[
        _flag("ragged", _NO_RAGGED, _PAD),
        _only("type_spec", None, "is not served", "Give `shape` and `dtype`"),
        Limit(
            "a model's inputs are numbers",
            lambda dtype=None: getattr(dtype, "name", dtype) == "string",
            advice="Turn texts into numbers in Dataset.map",
        ),
    ],
)
limit_calls(
    "tf.keras.layers.Layer",
    limits=[
        _flag("dynamic", "is not built: a PlaidML graph calls no Python", "Write the layer with tf functions that have a device kernel"),
        Limit(
            "`rng_type` other than 'legacy_stateful' and `force_generator` draw other numbers, which are not built",
            lambda rng_type=None, force_generator=False: bool(force_generator) or rng_type not in (None, "legacy_stateful"),
            advice="Leave it out",
        ),
        Limit("`autocast` and `implementation` change nothing here", lambda autocast=True, implementation=None: False),
    ],
)
limit_calls(
    "tf.keras.models.clone_model",
    limits=[_only("clone_function", None, "is not built", "Build the new model from the layers' configurations")],
)
limit_calls(
    "tf.keras.backend.sparse_categorical_crossentropy",
    limits=[_only("ignore_class", None, "is not built here", "Use tf.keras.losses.SparseCategoricalCrossentropy(ignore_class=...)")],
)
limit_calls(
    "tf.keras.backend.rnn",
    limits=[
        _flag("time_major", "is not built", "Put the batch first"),
        _flag("zero_output_for_mask", "is not built", "Multiply the output by the mask"),
        _only("return_all_outputs", True, "is not built", "Take the last output"),
    ],
)
limit_calls(
    "tf.keras.preprocessing.image.ImageDataGenerator", limits=[_only("interpolation_order", 1, "other than 1 is not built", "Leave it out")]
)
limit_calls(
    "tf.keras.preprocessing.image.random_brightness",
    "tf.keras.preprocessing.image.apply_brightness_shift",
    limits=[_only("scale", True, "is not built", "Use tf.image.adjust_brightness")],
)
limit_calls(
    "tf.keras.preprocessing.text.one_hot",
    "tf.keras.preprocessing.text.hashing_trick",
    "tf.keras.preprocessing.text.Tokenizer",
    limits=[_only("analyzer", None, "is not built", "Split the texts before, and join the words with `split`")],
)
limit_calls("tf.keras.utils.Progbar", limits=[_only("unit_name", "step", "is not built", "Leave it out")])
limit_calls(
    "tf.keras.callbacks.CallbackList",
    limits=[
        _flag("add_history", "is not built", "Add tf.keras.callbacks.History() to the list"),
        _flag("add_progbar", "is not built", "Add tf.keras.callbacks.ProgbarLogger() to the list"),
        _only("model", None, "is not built", "Call set_model(model)"),
    ],
)
limit_calls(
    "tf.keras.utils.plot_model",
    limits=[
        *(_flag(n, "is not built", "Leave it out") for n in ("show_dtype", "expand_nested", "show_layer_activations", "show_trainable")),
        _only("dpi", 96, "other than 96 is not built", "Leave it out"),
        _only("layer_range", None, "is not built", "Plot a model of these layers alone"),
    ],
)
limit_calls(
    *(f"tf.keras.{m}.{f}" for m in ("initializers", "layers", "activations") for f in ("serialize", "deserialize")),
    limits=[Limit("configurations have the form of Keras 2.2.4 here, whatever this says", lambda use_legacy_format=False: False)],
)
limit_calls(
    _LAYERS + "InputSpec",
    limits=[
        _flag("allow_last_axis_squeeze", "is not built", "Leave it out"),
        Limit("`name` changes nothing", lambda name=None: False),
    ],
)
_ELSEWHERE = {"tf.keras.layers.Layer", "tf.keras.Input", "tf.keras.models.save_model"}
"""What other backports check."""
_FAMILIES = ("activations", "initializers", "regularizers", "constraints")


@backport
def later_arguments() -> None:
    """Symptom: `BatchNormalization(fused=True)` or `Embedding(sparse=False)` is "Keyword argument not understood", and nobody counts it."""
    for name in CALLS:
        module_name, _, attribute = name.rpartition(".")
        module = sys.modules.get("keras" + module_name[len("tf.keras") :])
        served = getattr(module, attribute, None)
        if served is None or name in OPS or name in _ELSEWHERE:  # this package's own check for themselves
            continue
        if isinstance(served, type):
            _checking(served, "__init__", name)
        else:
            _checking(module, attribute, name)


def _checking(owner: Any, attribute: str, name: str) -> None:
    """Have a function of Keras refuse what is declared, and leave out what it does not know."""
    parameters = list(inspect.signature(getattr(owner, attribute)).parameters)
    declared = declared_arguments(name)

    @wrapping(owner, attribute)
    def checked(original: Any, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        given = {**dict(zip(parameters, args)), **kwargs}
        if not declared.isdisjoint(given):
            left = taken(name, given, parameters)
            kwargs = {n: value for n, value in kwargs.items() if n in left}
        return original(*args, **kwargs)


@backport
def arguments_of_every_layer() -> None:
    """Symptom: `Dense(3, autocast=False)` is "Keyword argument not understood"."""
    _checking(layers.Layer, "__init__", "tf.keras.layers.Layer")


@backport
def texts_for_what_is_not_here() -> None:
    """Symptom: `Dense(3, activation="mish")` is "Unknown activation function", and nobody counts it."""
    for family in _FAMILIES:
        _naming(sys.modules[f"keras.{family}"], f"tf.keras.{family}")


def _naming(module: Any, family: str) -> None:
    @functools.wraps(generic_utils.deserialize_keras_object)
    def deserialize_keras_object(identifier: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(identifier, *args, **kwargs)
        except ValueError:
            refuse_named(family, identifier["class_name"] if isinstance(identifier, dict) else identifier)
            raise

    original = module.deserialize_keras_object
    patch(module, "deserialize_keras_object", deserialize_keras_object)
