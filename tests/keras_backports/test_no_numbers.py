"""What would have no numbers is refused by the name that the program used, and counted; nothing ends the process."""

from __future__ import annotations

import numpy as np
import pytest

import plaidml_compat


def ones(*shape):
    return np.ones(shape, np.float32)


REFUSED = {
    "tf.keras.layers.Dense": lambda tf, L: L.Dense(0)(ones(1, 8)),
    "tf.keras.layers.Conv2D": lambda tf, L: L.Conv2D(4, 9)(ones(1, 8, 8, 3)),
    "tf.keras.layers.MaxPooling2D": lambda tf, L: tf.keras.Sequential([L.MaxPooling2D(3), L.MaxPooling2D(3)])(ones(1, 8, 8, 3)),
    "tf.keras.layers.RepeatVector": lambda tf, L: L.RepeatVector(0)(tf.keras.Input((8,))),
    "tf.keras.layers.ConvLSTM2D": lambda tf, L: L.ConvLSTM2D(2, 9)(ones(1, 2, 8, 8, 3)),
    "tf.keras.layers.DepthwiseConv2D": lambda tf, L: L.DepthwiseConv2D(3, depth_multiplier=0)(ones(1, 8, 8, 3)),
    "tf.keras.layers.Lambda": lambda tf, L: L.Lambda(lambda x: tf.keras.backend.repeat(x, 0))(tf.keras.Input((3,))),
    "tf.keras.backend.conv2d": lambda tf, L: tf.keras.backend.conv2d(tf.ones((1, 8, 8, 3)), tf.ones((9, 9, 3, 2))),
    "tf.keras.backend.zeros": lambda tf, L: tf.keras.backend.zeros((3, 0)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_name_and_counted_once(tf, refused, name):
    with pytest.raises(plaidml_compat.UnsupportedOpError, match="would have no numbers"):
        REFUSED[name](tf, tf.keras.layers)
    assert refused == [name]


def test_sizes_below_zero_are_no_sizes(tf):
    layers = tf.keras.layers
    for call in (
        lambda: layers.Layer().add_weight(name="w", shape=(-1, 3)),
        lambda: layers.Cropping3D(5)(ones(1, 8, 8, 8, 3)),
        lambda: tf.keras.backend.variable(ones(3))[5:1],
    ):
        with pytest.raises(ValueError, match=r"Dimension -\d must be >= 0|no numbers"):
            call()


def test_a_layer_after_a_refused_one_is_named_itself(tf):
    layers = tf.keras.layers
    with pytest.raises(ValueError, match=r"tf\.keras\.layers\.Dense"):
        layers.Dense(0)(ones(1, 2))
    with pytest.raises(ValueError, match=r"tf\.keras\.backend\.zeros"):
        tf.keras.backend.zeros((0,))
    assert layers.Dense(2)(ones(1, 2)).shape == (1, 2)
