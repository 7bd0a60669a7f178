"""Cases for what newer Pythons, NumPy, h5py, PyYAML and SciPy broke in Keras."""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
import types
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from shim_cases import before, before_python, case


def _model() -> Any:
    from keras import layers, models

    return models.Sequential([layers.Dense(3, input_shape=(2,)), layers.Reshape((3, 1)), layers.Flatten()])


@case("S2", lambda: np.arange(8.0).reshape(2, 2, 2, 1)[::-1, ::-1])
def kernels_after_install_backend() -> Any:
    import plaidml.keras
    from keras.utils import conv_utils

    path, convert_kernel = list(sys.meta_path), conv_utils.convert_kernel
    try:
        plaidml.keras.install_backend()
        return conv_utils.convert_kernel(np.arange(8.0).reshape(2, 2, 2, 1))
    finally:
        sys.meta_path[:] = path
        conv_utils.convert_kernel = convert_kernel


@case("S3", (1, 4, 4, 3), absent=before_python(3, 11))
def image_generator() -> Any:
    from keras.preprocessing.image import ImageDataGenerator

    return next(ImageDataGenerator().flow(np.zeros((1, 4, 4, 3)), batch_size=1)).shape


@case("S4", np.inf, absent=before("numpy", "2.0"))
def early_stopping() -> Any:
    from keras.callbacks import EarlyStopping

    stopping = EarlyStopping(monitor="loss")
    stopping.on_train_begin()
    return stopping.best


@case("S4", json.dumps([["z", "a"], ["b", "c"]]), absent=before("numpy", "2.0"))
def padded_words() -> Any:
    from keras.preprocessing.sequence import pad_sequences

    return json.dumps(pad_sequences([["a"], ["b", "c"]], dtype=object, value="z").tolist())


@case("S5", 0.0, absent=before("h5py", "3.0"))
def saved_weights() -> Any:
    model, other = _model(), _model()
    with tempfile.TemporaryDirectory() as folder:
        model.save_weights(f"{folder}/weights.h5")
        other.load_weights(f"{folder}/weights.h5")
    return np.abs(model.get_weights()[0] - other.get_weights()[0]).max()


@case("S5", 0.0, absent=before("numpy", "2.2"))
def saved_model() -> Any:
    from keras.models import load_model

    model = _model()
    model.compile("sgd", "mse")
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/model.h5")
        other = load_model(f"{folder}/model.h5")
    return np.abs(model.get_weights()[0] - other.get_weights()[0]).max()


@case("S6", "None|3", absent=before("PyYAML", "6.0"))
def model_from_yaml() -> Any:
    from keras.models import model_from_yaml

    shape = model_from_yaml(_model().to_yaml()).output_shape
    return "|".join(map(str, shape))


@case("S7", 5, absent=before("numpy", "1.24"))
def ragged_dataset() -> Any:
    from keras.datasets import imdb

    sequences = np.empty(3, dtype=object)
    sequences[:] = [[1, 2, 3], [4], [5, 6]]
    get_file = imdb.get_file
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "imdb.npz")
        np.savez(path, x_train=sequences, y_train=np.zeros(3), x_test=sequences, y_test=np.zeros(3))
        imdb.get_file = lambda *args, **kwargs: str(path)
        state = np.random.get_state()
        try:
            (x_train, _), _ = imdb.load_data(num_words=9)
        finally:
            imdb.get_file = get_file
            np.random.set_state(state)
    return max(len(x) for x in x_train) + 1  # a start symbol is added to each


@case("S9", 0, absent=before("scipy", "1.8"))
def warnings_of_affine_transforms() -> Any:
    from keras.preprocessing.image import apply_affine_transform

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        apply_affine_transform(np.zeros((4, 4, 3)), theta=10)
    return sum("interpolation" in str(w.message) for w in caught)


@case("S10", 0.0)
def model_at_a_path() -> Any:
    from keras.models import load_model

    model = _model()
    model.compile("sgd", "mse")
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder, "model.h5"))
        other = load_model(Path(folder, "model.h5"))
    return np.abs(model.get_weights()[0] - other.get_weights()[0]).max()


@case("S18", "no TensorFlow")
def tensorflow_is_left_alone() -> Any:
    from keras.preprocessing.image import ImageDataGenerator

    names = ["tensorflow", "tensorflow.keras", "tensorflow.keras.utils"]
    saved = {name: sys.modules.pop(name, None) for name in names}
    for name in names:
        sys.modules[name] = types.ModuleType(name)
    touched = []
    sys.modules[names[-1]].__getattr__ = lambda name: touched.append(name) or object  # type: ignore[method-assign]
    sys.modules[names[-1]].__path__ = []
    try:
        ImageDataGenerator().flow(np.zeros((1, 4, 4, 3)))
    finally:
        for name, module in saved.items():
            sys.modules.pop(name)
            if module is not None:
                sys.modules[name] = module
    return f"used {touched}" if touched else "no TensorFlow"


@case("S20", 4, absent=before_python(3, 12))
def skipgrams() -> Any:
    import random

    from keras.preprocessing.sequence import skipgrams

    state = random.getstate()
    try:
        return len(skipgrams([1, 2], 4, window_size=1)[0])
    finally:
        random.setstate(state)


@case("S22", lambda: np.arange(8.0).reshape(2, 2, 2, 1)[::-1, ::-1], absent=before("numpy", "1.23"))
def converted_kernel() -> Any:
    from keras.utils.conv_utils import convert_kernel

    return convert_kernel(np.arange(8.0).reshape(2, 2, 2, 1))


@case("S23", (2, 4, 3))
def time_distributed_with_a_batch_size() -> Any:
    from keras import layers

    return layers.TimeDistributed(layers.Dense(3))(layers.Input(batch_shape=(2, 4, 5)))._keras_shape


@case("S17", 0, absent=before_python(3, 8))
def warnings_of_the_first_import() -> Any:
    name, prefix, written = "keras.utils.data_utils", sys.pycache_prefix, sys.dont_write_bytecode
    module = sys.modules.pop(name)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sys.pycache_prefix, sys.dont_write_bytecode = folder, True  # the source is compiled again
        try:
            importlib.import_module(name)
        finally:
            sys.pycache_prefix, sys.dont_write_bytecode = prefix, written
            sys.modules[name] = module
    return sum(issubclass(w.category, SyntaxWarning) for w in caught)
