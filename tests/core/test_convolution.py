"""tf.nn.conv2d of no channels; what depthwise_conv2d refuses, as its sizes are odd in TensorFlow. Other numbers: scenario convolution."""

from __future__ import annotations

import numpy as np
import pytest

from plaidml_compat import UnsupportedArgumentError


def test_strides_with_dilations_are_refused(tf):
    with pytest.raises(UnsupportedArgumentError, match="another size"):
        tf.nn.depthwise_conv2d(np.ones((1, 7, 9, 1), "f"), np.ones((3, 3, 1, 1), "f"), [1, 2, 2, 1], "SAME", dilations=[2, 2])


def test_images_without_channels_have_sums_of_nothing(tf):
    got = tf.nn.conv2d(np.ones((1, 4, 4, 0), "f"), np.ones((2, 2, 3, 5), "f"), 1, "SAME").numpy()
    assert got.shape == (1, 4, 4, 5)
    assert not got.any()
