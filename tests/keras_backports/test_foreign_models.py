"""Models that the real TensorFlow 2.15 saved (tests/data_files/make_models.py), and files of earlier versions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

FILES = Path(__file__).parents[1] / "data_files"


@pytest.fixture(scope="module")
def recorded():
    with np.load(FILES / "tensorflow_model.npz") as data:
        return dict(data)


def test_a_model_of_tensorflow(tf, recorded):
    model = tf.keras.models.load_model(FILES / "tensorflow_model.h5")
    np.testing.assert_allclose(model.predict(recorded["images"], verbose=0), recorded["predicted"], rtol=0, atol=1e-5)
    np.testing.assert_allclose(model.evaluate(recorded["images"], recorded["labels"], verbose=0), recorded["evaluated"], atol=1e-5)
    assert float(model.optimizer.learning_rate) == np.float32(0.01)
    assert model.metrics_names == ["loss", "accuracy", "mae"]
    model.fit(recorded["images"], recorded["labels"], verbose=0)


def test_its_configuration_and_weights(tf, recorded):
    model = tf.keras.models.model_from_json(str(recorded["json"]))
    model.load_weights(FILES / "tensorflow_model.h5")
    np.testing.assert_allclose(model.predict(recorded["images"], verbose=0), recorded["predicted"], rtol=0, atol=1e-5)


def test_it_is_saved_again(tf, recorded, tmp_path):
    model = tf.keras.models.load_model(FILES / "tensorflow_model.h5")
    model.save(tmp_path / "again.h5", save_format="h5")
    again = tf.keras.models.load_model(tmp_path / "again.h5")
    np.testing.assert_array_equal(again.predict(recorded["images"], verbose=0), model.predict(recorded["images"], verbose=0))


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [("groups", 2, "groups=2"), ("dtype", {"class_name": "Policy", "config": {"name": "mixed_float16"}}, "mixed_float16")],
)
def test_what_cannot_be_loaded_is_refused(tf, key, value, said):
    config = tf.keras.layers.Conv2D(4, 3, name="conv", input_shape=(8, 8, 4)).get_config()
    with pytest.raises(ValueError, match=said):
        tf.keras.layers.deserialize({"class_name": "Conv2D", "config": {**config, key: value}})


def test_functions_in_the_graph_are_refused(tf):
    layer = {"class_name": "TFOpLambda", "name": "tf.math.add", "config": {"name": "tf.math.add", "function": "math.add"}}
    with pytest.raises(ValueError, match="load_weights"):
        tf.keras.layers.deserialize(layer)
