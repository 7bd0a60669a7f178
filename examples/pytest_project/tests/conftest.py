"""Pictures for the tests. TensorFlow is imported here already, as many projects do."""

import numpy as np
import pytest
import tensorflow as tf


@pytest.fixture(autouse=True)
def seed():
    """The same random numbers in every run."""
    tf.random.set_seed(1)


@pytest.fixture
def batch():
    """Four pictures of noise."""
    return np.random.RandomState(1).uniform(0, 255, (4, 16, 16, 3)).astype("float32")
