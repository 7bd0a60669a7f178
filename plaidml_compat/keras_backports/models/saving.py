"""Model.save and load_model: HDF5 only; training configurations as TensorFlow writes them."""

from __future__ import annotations

import inspect
import json
import os
from typing import Any

import h5py
import keras
import keras.engine.saving as saving
import keras.models
import keras.optimizers
from keras.engine.network import Network
from keras.layers import InputLayer
from keras.utils.generic_utils import CustomObjectScope

from plaidml_compat.registry import Limit, limit_calls
from plaidml_compat.tensor import Tensor

from ..losses.classes import Loss
from ..losses.functions import LOSSES
from ..metrics.base import Metric
from ..metrics.functions import METRICS
from ..optimizers import saved_state
from ..optimizers.base import Optimizer
from ..patching import backport, patch, wrapping
from ..training.compiling import compiled
from .registering import configuration, registered_name, registered_object
from .weight_files import HDF5, readable


def _is_other_file(filepath: Any, save_format: Any = None) -> bool:
    """Whether a model would be saved in a format other than HDF5."""
    if save_format is not None:
        return save_format in ("tf", "tensorflow", "keras")
    if not isinstance(filepath, (str, bytes, os.PathLike)):
        return False
    return not os.fsdecode(filepath).endswith(HDF5)


_ONLY_HDF5 = "a name that does not end with '.h5' stands for the .keras format or TensorFlow's SavedModel, which are not built"
_TO_HDF5 = "Save to HDF5: give it a name that ends with '.h5'"
_NO_OTHER_FILE = Limit(_ONLY_HDF5, _is_other_file, advice=_TO_HDF5)
limit_calls("tf.keras.Model.save", limits=[_NO_OTHER_FILE], parameters="filepath overwrite save_format")
limit_calls("tf.keras.models.save_model", limits=[_NO_OTHER_FILE])
limit_calls(
    "tf.keras.callbacks.ModelCheckpoint",
    limits=[
        Limit(
            _ONLY_HDF5,
            lambda filepath, save_weights_only=False: not save_weights_only and _is_other_file(filepath),
            advice=_TO_HDF5,
        )
    ],
    parameters="filepath monitor verbose save_best_only save_weights_only mode save_freq options initial_value_threshold",
)


def _save(
    self: Any, filepath: Any, overwrite: bool = True, save_format: str | None = None, *, include_optimizer: bool = True, **kwargs: Any
) -> None:
    """Save the model to an HDF5 file.

    Args:
        filepath: a name that ends with `.h5`, or an h5py group.
        overwrite: ask before an existing file is replaced when false.
        save_format: `"h5"`, or `None`.
        include_optimizer: save the optimizer's state as well.
        **kwargs: `signatures`, `options` and `save_traces`, which change nothing in an HDF5 file.

    Raises:
        TypeError: another keyword.
        UnsupportedArgumentError: another format.
        NotImplementedError: a subclassed model: it has no configuration to save.
    """
    _refuse_keywords("save_model", kwargs, ("signatures", "options", "save_traces"))
    if save_format not in (None, "h5", "hdf5"):
        raise ValueError(f"Unknown `save_format`: {save_format!r}. Expected one of 'keras', 'tf', 'h5'")
    if not getattr(self, "_is_graph_network", False) and not isinstance(self, keras.models.Sequential):
        raise NotImplementedError(
            "Saving the model to HDF5 format requires the model to be a Functional model or a Sequential model. It does not work for "
            "subclassed models, because such models are defined via the body of a Python method, which isn't safely serializable. "
            "Consider saving the weights alone: model.save_weights('name.h5')"
        )
    path = os.fspath(filepath) if isinstance(filepath, os.PathLike) else filepath
    if isinstance(path, str):
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    saving.save_model(self, path, overwrite, include_optimizer)


def _refuse_keywords(function: str, given: dict, known: tuple[str, ...]) -> None:
    for name in given:
        if name not in known:
            raise TypeError(f"{function}() got an unexpected keyword argument {name!r}")


def _objects(value: Any) -> Any:
    """Losses and metrics as configurations, the way TensorFlow writes them."""
    if isinstance(value, (Loss, Metric)):
        return configuration(value)
    if isinstance(value, dict):
        return {k: _objects(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_objects(v) for v in value]
    if isinstance(value, Tensor):
        return value.numpy()
    return registered_name(value) if inspect.isfunction(value) else value


def _compile_from(model: Any, config: dict, custom: dict) -> None:
    """Compile a loaded model as its file says."""

    def known(value: Any) -> Any:
        if isinstance(value, dict) and value.get("class_name") == "MeanMetricWrapper":  # TensorFlow's, for a metric given by name
            name, function = value["config"]["name"], value["config"].get("fn")
            return name if name in METRICS or name in LOSSES or name in ("accuracy", "acc", "crossentropy", "ce") else known(function)
        if isinstance(value, dict) and "class_name" in value:
            return value
        if isinstance(value, dict):
            return {k: known(v) for k, v in value.items()}
        if isinstance(value, list):
            return [known(v) for v in value]
        return (registered_object(value, custom) or value) if isinstance(value, str) else value

    optimizer = dict(config["optimizer_config"])
    if registered_object(optimizer["class_name"], custom) is None:  # TensorFlow 2.15 writes "Custom>Adam"
        optimizer["class_name"] = optimizer["class_name"].rpartition(">")[2]
    model.compile(
        optimizer=keras.optimizers.deserialize(optimizer, custom_objects=custom),
        loss=known(config.get("loss")) or None,
        metrics=known(config.get("metrics")) or None,
        loss_weights=config.get("loss_weights"),
        weighted_metrics=known(config.get("weighted_metrics")) or None,
        sample_weight_mode=config.get("sample_weight_mode"),
    )


@backport
def saving_models() -> None:
    """Symptom: loss and metric objects cannot be saved or loaded; other formats end in an error from HDF5."""
    patch(Network, "save", _save)

    def save_model(model: Any, filepath: Any, overwrite: bool = True, save_format: str | None = None, **kwargs: Any) -> None:
        """Save a model to an HDF5 file: `model.save(filepath, ...)`."""
        model.save(filepath, overwrite, save_format, **kwargs)

    patch(keras.models, "save_model", save_model)

    @wrapping(saving, "_serialize_model")
    def serialize(original: Any, model: Any, f: Any, include_optimizer: bool = True) -> None:
        compiled(model, required=False)
        kept = model.__dict__.get("loss"), model.__dict__.get("metrics")
        optimizer = getattr(model, "optimizer", None)
        if optimizer is None:
            original(model, f, include_optimizer)
            _name_class(f, "model_config", model)
            return
        own = isinstance(optimizer, Optimizer)
        weights = optimizer.weights
        try:
            object.__setattr__(model, "loss", _objects(kept[0]))
            object.__setattr__(model, "metrics", _objects(kept[1]))
            if own:
                optimizer.weights = []  # which Keras would write in an order of its own
            original(model, f, include_optimizer)
        finally:
            optimizer.weights = weights
            object.__setattr__(model, "loss", kept[0])
            object.__setattr__(model, "metrics", kept[1])
        _name_class(f, "model_config", model)
        if include_optimizer:
            _name_class(f, "training_config", optimizer, "optimizer_config")
        if own and include_optimizer:
            saved_state.write(optimizer, f)

    @wrapping(saving, "_deserialize_model")
    def deserialize(original: Any, f: Any, custom_objects: Any = None, compile: bool = True) -> Any:
        custom = dict(custom_objects or {})
        with CustomObjectScope(custom):
            model = original(f, custom, False)
            raw = f.get("training_config") if compile else None
            if compile and raw is None:
                import warnings

                warnings.warn(
                    "No training configuration found in the save file, so the model was *not* compiled. Compile it manually.", stacklevel=4
                )
            if raw is not None:
                _compile_from(model, json.loads(raw.decode() if isinstance(raw, bytes) else raw), custom)
                _restore_optimizer(model, f)
        return model

    for module in (saving, keras.models):
        _guard_loading(module)

    @wrapping(keras.models.Sequential, "get_config")
    def get_config(original: Any, self: Any) -> dict:
        # Keras leaves the input layer out: a model whose first layer has no input_shape would lose its shape.
        config = original(self)
        if self._layers and isinstance(self._layers[0], InputLayer):
            first = self._layers[0]
            config["layers"] = [{"class_name": "InputLayer", "config": first.get_config()}, *config["layers"]]
        return config


def _name_class(file: Any, key: str, obj: Any, *path: str) -> None:
    """Write the registered name of an object's class into a configuration that Keras has written to a file."""
    name = registered_name(type(obj))
    if name == type(obj).__name__:
        return
    config = inner = json.loads(file[key])
    for part in path:
        inner = inner[part]
    inner["class_name"] = name
    file[key] = json.dumps(config).encode()


def _restore_optimizer(model: Any, f: Any) -> None:
    if "optimizer_weights" not in f or not model.built:
        return
    model._make_train_function()
    try:
        saved_state.read(model.optimizer, f)
    except ValueError:
        import warnings

        warnings.warn(
            "Error in loading the saved optimizer state. As a result, your model is starting with a freshly initialized optimizer.",
            stacklevel=5,
        )


def _guard_loading(module: Any) -> None:
    @wrapping(module, "load_model")
    def load_model(
        original: Any, filepath: Any, custom_objects: Any = None, compile: bool = True, safe_mode: bool = True, **kwargs: Any
    ) -> Any:
        _refuse_keywords("load_model", kwargs, ("options",))
        if not isinstance(filepath, (str, bytes, os.PathLike, dict, h5py.Group)):
            raise OSError(
                f"load_model: `filepath` must be the name of an HDF5 file, or one that h5py has opened; received {filepath!r:.80}. "
                "Unable to load model"
            )
        readable(filepath, "load_model")
        return original(os.fspath(filepath) if isinstance(filepath, os.PathLike) else filepath, custom_objects, compile)
