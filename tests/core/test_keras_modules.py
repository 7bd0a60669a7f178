"""`import keras` gives Keras 2.2.4: a name that it lacks is refused with the same words as in tf.keras, however it is asked for."""

from __future__ import annotations

import importlib
import importlib.util
import sys

import pytest

from plaidml_compat import UnsupportedNameError
from plaidml_compat.registry import OPS


def test_what_is_declared(tf, refused):
    import keras

    name = "tf.keras.layers.StringLookup"
    words = f"{name} is not supported: {OPS[name].reason}. {OPS[name].instead}"
    with pytest.raises(UnsupportedNameError) as asked:
        keras.layers.StringLookup  # noqa: B018
    with pytest.raises(ImportError) as imported:
        from keras.layers import StringLookup  # noqa: F401
    assert str(asked.value) == str(imported.value) == words and not hasattr(keras.layers, "StringLookup")
    assert refused == [name] * 3


@pytest.mark.parametrize(
    ("statement", "name", "word"),
    [
        ("from keras.metrics import RecallAtPrecision", "tf.keras.metrics.RecallAtPrecision", "does not have it yet"),
        ("from keras.utils import FeatureSpace", "tf.keras.utils.FeatureSpace", "does not have it yet"),
        ("from keras import saving", "keras.saving", "served as tf.keras.saving. Import keras from TensorFlow"),
        ("import keras.saving", "keras.saving", "which has no keras.saving"),
        ("from keras.optimizers import schedules", "keras.optimizers.schedules", "served as tf.keras.optimizers.schedules"),
        ("import keras.src.layers", "keras.src", "keras.src is private, and `import keras` gives Keras 2.2.4"),
        ("from keras.src.engine import base_layer", "keras.src", "Use the public names: from tensorflow import keras"),
        ("import keras; keras.mixed_precision", "keras.mixed_precision", "gives Keras 2.2.4"),
        ("import keras; keras.src", "keras.src", "private"),
        ("import tensorflow as tf; tf.keras.__internal__.layers", "tf.keras.__internal__", "private modules are not served"),
        ("import tensorflow as tf; tf.__internal__", "tf.__internal__", "private modules are not served"),
        ("from keras.ops import add", "keras.ops", "does not have it"),
    ],
)
def test_however_it_is_asked_for(tf, refused, statement, name, word):
    with pytest.raises((ImportError, UnsupportedNameError)) as caught:
        exec(compile(statement, __file__, "exec"), {})
    assert str(caught.value).startswith(f"{name} is not supported: ") and word in str(caught.value)
    assert refused == [name]


def test_other_names_are_pythons_matter(tf, refused):
    import keras

    with pytest.raises(AttributeError, match=r"^module 'keras\.layers' has no attribute 'Nothing'$"):
        keras.layers.Nothing  # noqa: B018
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'keras\.nothing'"):
        importlib.import_module("keras.nothing")
    assert importlib.util.find_spec("keras.src") is None and not hasattr(keras.layers, "__wrapped__")
    dir(tf.keras.layers), dir(keras.layers), hasattr(tf.keras.layers, "Nothing")
    assert refused == [] and not hasattr(tf.keras.layers, "StringLookup") and refused == ["tf.keras.layers.StringLookup"]


def test_it_is_undone(tf):
    """Without these words Keras says what it says alone."""
    import keras.losses
    import keras.optimizers

    from plaidml_compat.facade import keras_modules
    from plaidml_compat.journal import Journal

    before = len(sys.meta_path), keras.losses.__getattr__
    journal = Journal()
    keras_modules.install(journal)
    assert len(sys.meta_path) == before[0] + 1 and keras.losses.__getattr__ is not before[1]
    journal.undo()
    assert len(sys.meta_path) == before[0] and keras.losses.__getattr__ is before[1]
