"""The package copes without the ops that are missing, where it can."""

import numpy as np
import pytest
import tensorflow as tf
from pictures.quality import noise_ratio, sharpest, slope


def test_noise_ratio(batch):
    assert float(np.min(noise_ratio(batch, batch + 255.0))) == pytest.approx(0.0, abs=1e-4)


def test_sharpest(batch):
    flat = np.concatenate([batch[:1] * 0, batch[:1]])
    assert sharpest(flat) == 1


@pytest.mark.plaidml(unsupported="skip", reason="gradients of functions that are no models")
def test_slope():
    assert float(slope(lambda x: x * x, tf.constant(3.0))) == 6.0
