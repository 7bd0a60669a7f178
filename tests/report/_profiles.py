"""What the tests of profiles run: images, a small model, and how to find an op's row."""

from __future__ import annotations

import numpy as np

X = np.random.RandomState(0).rand(20, 8, 8, 3).astype("float32")
Y = np.arange(20, dtype="int32") % 3


def row(p, name):
    (found,) = [r for r in p.rows if r.name == name]
    return found


def model(tf):
    L = tf.keras.layers
    made = tf.keras.Sequential([L.Rescaling(1 / 255.0, input_shape=X.shape[1:]), L.RandomFlip(seed=1), L.Flatten(), L.Dense(3)])
    made.compile("sgd", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return made
