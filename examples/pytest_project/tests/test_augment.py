"""Nothing here is flagged."""

import unittest

import numpy as np
import pytest
import tensorflow as tf
from pictures import augmented, thumbnails


@pytest.mark.parametrize("size", [4, 8])
def test_thumbnails(batch, size):
    small = thumbnails(batch, size)
    assert small.shape == (4, size, size, 3) and np.min(small) >= 0 and np.max(small) <= 1


def test_the_pictures_stay_the_same_but_for_mirroring(batch):
    for before, after in zip(batch, (picture for two in augmented(batch) for picture in two)):
        assert np.array_equal(after, before) or np.array_equal(after, before[:, ::-1])


class TestArithmetic(unittest.TestCase):
    def test_mean(self):
        self.assertEqual(float(tf.reduce_mean(tf.constant([1.0, 3.0]))), 2.0)
