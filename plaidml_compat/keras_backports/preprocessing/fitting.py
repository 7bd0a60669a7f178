"""What an ImageDataGenerator measures of images: mean, standard deviation and the matrix that whitens."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np


def measure(generator: Any, x: Any, augment: bool, rounds: int, seed: int | None) -> None:
    """Set what the generator centres, normalizes and whitens by; see its `fit`."""
    x = np.array(x, dtype=generator.dtype)
    if x.ndim != 4:
        raise ValueError(f"ImageDataGenerator.fit: the images should have rank 4; received an array with shape {x.shape}")
    axis = generator.channel_axis
    if x.shape[axis] not in (1, 3, 4):
        warnings.warn(
            f'Expected input to be images (as Numpy array) following the data format convention "{generator.data_format}" (channels on '
            f"axis {axis}), i.e. expected either 1, 3 or 4 channels on axis {axis}. However, it was passed an array with shape {x.shape} "
            f"({x.shape[axis]} channels).",
            stacklevel=3,
        )
    if seed is not None:
        np.random.seed(seed)
    if generator.rescale:
        x *= generator.rescale
    if augment:
        x = np.array([generator.random_transform(image) for _ in range(rounds) for image in x], dtype=generator.dtype)
    others = (0, generator.row_axis, generator.col_axis)
    if generator.featurewise_center:
        generator.mean = np.mean(x, axis=others, keepdims=True)[0]
        x -= generator.mean
    if generator.featurewise_std_normalization:
        generator.std = np.std(x, axis=others, keepdims=True)[0]
        x /= generator.std + 1e-6
    if generator.zca_whitening:
        rows = x.reshape(len(x), -1)
        u, s, _ = np.linalg.svd(rows.T, full_matrices=False)
        # Python's numbers leave the matrix the images' element type.
        generator.zca_whitening_matrix = (u * (float(np.sqrt(len(rows))) / (s + float(generator.zca_epsilon)))).dot(u.T)
