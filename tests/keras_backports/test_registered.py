"""Registered classes and functions: configurations as TensorFlow 2.15 writes them are read, and HDF5 files hold all that is registered."""

from __future__ import annotations

import json

import numpy as np
import pytest


@pytest.fixture
def own(tf):
    """A layer, an activation, a schedule and an optimizer, registered; what was registered is forgotten at the end."""
    known = tf.keras.utils.get_custom_objects()
    before, register = dict(known), tf.keras.saving.register_keras_serializable

    @register("test_registered")
    class Mine(tf.keras.layers.Dense):
        pass

    @register("test_registered")
    def twice(x):
        return x * 2

    @register("test_registered")
    class Rate(tf.keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            return 0.125

        def get_config(self):
            return {}

    @register("test_registered")
    class Descent(tf.keras.optimizers.SGD):
        pass

    yield {"Mine": Mine, "twice": twice, "Rate": Rate, "Descent": Descent}
    known.clear()
    known.update(before)


def test_tensorflows_form_is_read(tf, own):
    function = {"module": "builtins", "class_name": "function", "config": "test_registered>twice", "registered_name": "function"}
    zeros = {"module": "keras.initializers", "class_name": "Zeros", "config": {}, "registered_name": None}
    inner = {"name": "m", "trainable": True, "dtype": "float32", "units": 2, "activation": function, "bias_initializer": zeros}
    mine = {"module": "there", "class_name": "Mine", "config": inner, "registered_name": "test_registered>Mine"}
    again = tf.keras.layers.deserialize(mine)
    assert type(again) is own["Mine"] and again.activation is own["twice"]
    wrapped = {"module": "keras.layers", "class_name": "TimeDistributed", "config": {"name": "t", "layer": mine}, "registered_name": None}
    assert type(tf.keras.layers.deserialize(wrapped).layer) is own["Mine"]
    rate = {"module": "there", "class_name": "Rate", "config": {}, "registered_name": "test_registered>Rate"}
    assert type(tf.keras.optimizers.schedules.deserialize(rate)) is own["Rate"]
    descent = {"class_name": "Descent", "config": {"learning_rate": rate}, "registered_name": "test_registered>Descent"}
    assert type(tf.keras.optimizers.deserialize(descent)) is own["Descent"]
    with pytest.raises(ValueError, match="Unknown layer: Mine"):
        tf.keras.layers.deserialize({**mine, "registered_name": None})


def test_a_file_holds_all_that_is_registered(tf, own, tmp_path):
    import h5py

    inputs = tf.keras.Input((4, 3))
    outputs = tf.keras.layers.TimeDistributed(own["Mine"](2, activation=own["twice"]))(inputs)
    outputs = tf.keras.layers.Bidirectional(tf.keras.layers.RNN([tf.keras.layers.LSTMCell(2)]))(outputs)
    model = tf.keras.Model(inputs, outputs)
    model.compile(own["Descent"](own["Rate"]()), "mse", metrics=["mae"])
    x = np.ones((1, 4, 3), np.float32)
    model.save(str(tmp_path / "model.h5"))
    with h5py.File(tmp_path / "model.h5") as file:
        text = file.attrs["model_config"], file.attrs["training_config"]
    named = [json.dumps(json.loads(t)).count("test_registered>") for t in text]
    again = tf.keras.models.load_model(str(tmp_path / "model.h5"))
    assert named == [2, 2] and type(again.layers[1].layer) is own["Mine"] and type(again.optimizer) is own["Descent"]
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))


def test_what_is_registered_within_a_scope_stays(tf, own):
    known = tf.keras.utils.get_custom_objects()
    known["test_registered>Mine"] = 1
    with tf.keras.utils.custom_object_scope({"x": 1, "test_registered>Mine": 2}):
        tf.keras.utils.register_keras_serializable("test_registered", "late")(own["twice"])
        assert known["x"] == 1 and known["test_registered>Mine"] == 2
    assert "x" not in known and known["test_registered>Mine"] == 1 and known["test_registered>late"] is own["twice"]
    assert tf.keras.utils.get_registered_name(own["twice"]) == "test_registered>late"
