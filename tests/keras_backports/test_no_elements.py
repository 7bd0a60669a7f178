"""Layers and models called on batches without elements give what TensorFlow gives; without numbers in their elements they are refused."""

from __future__ import annotations

import numpy as np
import pytest


def test_no_elements_in_no_elements_out(tf):
    L = tf.keras.layers
    model = tf.keras.Sequential([L.Flatten(input_shape=(4, 4, 3)), L.Dense(2)])
    assert model(np.zeros((0, 4, 4, 3), np.float32)).shape == (0, 2)
    assert L.Dense(3)(np.zeros((0, 2), np.float32)).shape == (0, 3)

    class Own(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = L.Dense(2)

        def call(self, x):
            return self.dense(x)

    assert Own()(np.zeros((0, 3), np.float32)).shape == (0, 2)


def test_nothing_is_learned_from_it(tf):
    layer = tf.keras.layers.BatchNormalization()
    layer(np.ones((2, 3), np.float32))
    before = [w.copy() for w in layer.get_weights()]
    assert layer(np.zeros((0, 3), np.float32), training=True).shape == (0, 3)
    for a, b in zip(before, layer.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_elements_without_numbers_are_refused(tf):
    with pytest.raises(ValueError, match=r"an axis of an input has size 0.*received shapes \(2, 0, 4, 3\)"):
        tf.keras.layers.Conv2D(2, 1)(np.zeros((2, 0, 4, 3), np.float32))
