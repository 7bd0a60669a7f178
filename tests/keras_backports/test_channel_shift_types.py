"""apply_channel_shift gives the element types that NumPy 1 gives an array plus a number."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.mark.parametrize(
    ("images", "intensity", "expected"),
    [
        ("int8", np.uint16(300), "int16"),
        ("int8", np.uint64(40000), "int32"),
        ("int16", np.uint32(32768), "int32"),
        ("uint8", np.int64(-5), "int16"),
        ("float16", 200, "float16"),
        ("float16", 300, "float32"),
        ("float32", 40000, "float32"),
        ("float32", 70000, "float64"),
        ("float32", np.int64(-40000), "float64"),
        ("uint8", np.float32(0.5), "float32"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_channel_shift_types(tf, images, intensity, expected):
    image = np.arange(12).reshape(2, 2, 3).astype(images)
    shifted = tf.keras.preprocessing.image.apply_channel_shift(image, intensity, 2)
    assert shifted.dtype == expected
    # As much as there is room for, up or down: the result is clipped to what the image had.
    np.testing.assert_array_equal(shifted, np.clip(image.astype("float64") + float(intensity), 0, 11))
