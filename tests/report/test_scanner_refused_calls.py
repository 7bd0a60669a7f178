"""Calls that are refused are foreseen, from what is declared: their values, texts for what is not here, methods of models."""

from __future__ import annotations

import ast
import textwrap

import numpy as np
import pytest


@pytest.fixture
def refused(tf):
    """(line, name, reason) of what is said to fail in a program."""
    from plaidml_compat.report.scanner import judging, resolving
    from plaidml_compat.report.scanner.rules import FAILS

    def refused(program):
        tree = ast.parse(textwrap.dedent(program).lstrip("\n"))
        found = [judging.judge(use, "x.py") for use in resolving.uses(tree)]
        return [(f.use.line, f.use.name, f.rule, f.reason) for f in found if f.rule in FAILS]

    return refused


FAULTY = """
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
layers.Conv2D(8, 3, groups=2)
layers.Convolution2D(8, 3, groups=2)
layers.UpSampling2D(2, None, "bicubic")
layers.Embedding(10, 3, sparse=True)
layers.Dense(3, "mish")
layers.Dense(3, kernel_constraint="radial_constraint")
keras.Input((4,), ragged=True)
keras.metrics.AUC(multi_label=True)
keras.callbacks.ModelCheckpoint("a.keras", monitor=unknown)
model = keras.Sequential([layers.Dense(3)])
model.compile("ftrl", "mse")
model.compile(keras.optimizers.SGD(), loss="categorical_focal_crossentropy", metrics=["mae", "F1Score"])
model.compile("sgd", "mse", metrics=["F1Score"])
model.save("a.keras")
model.save("a", save_format="tf")
tf.keras.models.save_model(model, "folder")
tf.gather(values, rows, batch_dims=1)
tf.matmul(a, b, adjoint_b=True)
"""
SOUND = """
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
layers.Conv2D(8, 3, groups=1)
layers.Conv2D(8, 3, groups=n)
layers.Conv2D(8, 3, **settings)
layers.UpSampling2D(2, None, "bilinear")
layers.Embedding(10, 3, sparse=False)
layers.BatchNormalization(fused=True, synchronized=True, renorm=False)
layers.LSTM(3, time_major=False)
layers.Dense(3, "relu", autocast=False)
layers.Dense(3, activation="my_own")
layers.Dense(3, name="mish")
keras.Input((4,), ragged=False)
keras.callbacks.ModelCheckpoint("a", save_weights_only=True)
keras.callbacks.ModelCheckpoint("a", save_weights_only=only)
keras.callbacks.ModelCheckpoint("a", **how)
keras.callbacks.ModelCheckpoint(name)
model = keras.Sequential([layers.Dense(3)])
model.compile("sgd", "mse", metrics=["accuracy", own])
model.save("a.h5")
model.save("a", save_format="h5")
model.save("a", save_format=given)
model.save(name)
model.summary(expand_nested=True, show_trainable=True, layer_range=["a", "b"])
keras.applications.MobileNetV2(weights=None, classifier_activation=None)
tf.gather(values, rows, batch_dims=0)
class Own(keras.Model):
    def save(self, path):
        pass
Own().save("a.keras")
"""


def test_what_a_run_would_refuse(refused):
    found = refused(FAULTY)
    assert [line for line, *_ in found] == [n for n in range(4, 22) if n != 13]
    by_line = {line: rest for line, *rest in found}
    assert by_line[4][:2] == ["tf.keras.layers.Conv2D", "unsupported"] and by_line[4][2].startswith("`groups`")
    assert by_line[8][1:] == [
        "not-built",
        "activation='mish' means tf.keras.activations.mish: TensorFlow 2.15.1 has it, this version of plaidml_compat does not have it yet",
    ]
    assert by_line[14][0] == "tf.keras.Model.compile" and "optimizer='ftrl' means tf.keras.optimizers.Ftrl" in by_line[14][2]
    assert "metrics='F1Score'" in by_line[16][2]
    assert by_line[17][0] == "tf.keras.Model.save" and ".keras format" in by_line[17][2]


def test_nothing_is_said_of_what_is_not_certain(refused):
    assert refused(SOUND) == []


def test_a_run_agrees(tf, tmp_path, monkeypatch):
    """Each line of the first program raises, and none of those of the second that can be run."""
    from plaidml_compat import UnsupportedArgumentError

    monkeypatch.chdir(tmp_path)
    values = {"unknown": "loss", "values": [[1.0]], "rows": [[0]], "a": [[1.0]], "b": [[1.0]], "n": 1, "settings": {}, "name": "b.h5"}
    values.update(only=True, own="mae", given="h5", how={"save_weights_only": True})
    exec("\n".join(FAULTY.split("\n")[:4]), values)
    for line in FAULTY.strip().split("\n")[3:]:
        if line.startswith("model = "):
            exec(line, values)
            values["model"].build((None, 4))
            continue
        with pytest.raises(UnsupportedArgumentError):
            exec(line, values)
            values["model"].fit(np.ones((1, 4), np.float32), np.ones((1, 3), np.float32), verbose=0)
    values["model"] = tf.keras.Sequential([tf.keras.layers.Dense(3, input_shape=(4,), name="a")])
    for line in SOUND.partition("class Own")[0].strip().split("\n"):
        if "my_own" not in line and not line.startswith(("model = ", "tf.gather")):
            exec(line.replace('"b"]', '"a"]'), values)
