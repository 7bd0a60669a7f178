"""apply_affine_transform, and random rotations, shifts, shears and zooms of one image, about its centre."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from plaidml_compat.libraries import library
from plaidml_compat.registry import export

_NAME = "apply_affine_transform"


@export("tf.keras.preprocessing.image.apply_affine_transform")
def apply_affine_transform(
    x: Any,
    theta: float = 0,
    tx: float = 0,
    ty: float = 0,
    shear: float = 0,
    zx: float = 1,
    zy: float = 1,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> np.ndarray:
    """Turn, shift, shear and zoom one image about its centre.

    Args:
        x: an array with three axes.
        theta: angle of rotation, in degrees.
        tx: shift along the rows.
        ty: shift along the columns.
        shear: angle of shearing, in degrees.
        zx: zoom along the rows.
        zy: zoom along the columns.
        row_axis: which axis of `x` the rows are.
        col_axis: which axis the columns are.
        channel_axis: which axis the channels are: the first or the last.
        fill_mode: what is outside: `"constant"`, `"nearest"`, `"reflect"` or `"wrap"`.
        cval: the constant of `"constant"`.
        order: order of the splines that interpolate.

    Raises:
        ValueError: `x` does not have three axes, or the axes are not these three, or the channels are between the others.
    """
    _check(np.ndim(x), (row_axis, col_axis, channel_axis))
    steps = []
    if theta != 0:
        angle = np.deg2rad(theta)
        steps.append(np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]))
    if tx != 0 or ty != 0:
        steps.append(np.array([[1, 0, tx], [0, 1, ty], [0, 0, 1]]))
    if shear != 0:
        angle = np.deg2rad(shear)
        steps.append(np.array([[1, -np.sin(angle), 0], [0, np.cos(angle), 0], [0, 0, 1]]))
    if zx != 1 or zy != 1:
        steps.append(np.array([[zx, 0, 0], [0, zy, 0], [0, 0, 1]]))
    if not steps:
        return x
    x = np.asarray(x)
    matrix = _about_centre(functools.reduce(np.dot, steps), x.shape[row_axis], x.shape[col_axis])
    if col_axis > row_axis:
        # TensorFlow's coordinates are (x, y), the array's (row, column). It exchanges them once the centre is in, so that of an image
        # that is not square the height's half is counted along the columns.
        matrix = matrix[[1, 0, 2]][:, [1, 0, 2]]
    transform = library("scipy.ndimage").affine_transform
    channels = [
        transform(c, matrix[:2, :2], matrix[:2, 2], order=order, mode=fill_mode, cval=cval) for c in np.moveaxis(x, channel_axis, 0)
    ]
    return np.stack(channels, axis=channel_axis)


def _check(rank: int, axes: tuple[int, int, int]) -> None:
    said = f"received row_axis={axes[0]}, col_axis={axes[1]}, channel_axis={axes[2]}"
    if len(set(axes)) != 3:
        raise ValueError(f"{_NAME}: 'row_axis', 'col_axis', and 'channel_axis' must be distinct; {said}")
    if set(axes) != {0, 1, 2}:
        raise ValueError(f"{_NAME}: the axes must be 0, 1 and 2, in any order; {said}")
    if rank != 3:
        raise ValueError(f"{_NAME}: the image must have three axes; received one with {rank}")
    if axes[2] == 1:
        raise ValueError(f"{_NAME}: the channels must be the first or the last axis; {said}")


def _about_centre(matrix: np.ndarray, rows: int, columns: int) -> np.ndarray:
    x, y = rows / 2 - 0.5, columns / 2 - 0.5
    return np.dot(np.dot(np.array([[1, 0, x], [0, 1, y], [0, 0, 1]]), matrix), np.array([[1, 0, -x], [0, 1, -y], [0, 0, 1]]))


@export("tf.keras.preprocessing.image.random_rotation", draws=True)
def random_rotation(
    x: Any,
    rg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """Turn one image by up to `rg` degrees either way; the other arguments are those of `apply_affine_transform`."""
    theta = np.random.uniform(-rg, rg)
    return apply_affine_transform(x, theta, 0, 0, 0, 1, 1, row_axis, col_axis, channel_axis, fill_mode, cval, interpolation_order)


@export("tf.keras.preprocessing.image.random_shift", draws=True)
def random_shift(
    x: Any,
    wrg: float,
    hrg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """Shift one image by up to these parts of its width and height; the other arguments are those of `apply_affine_transform`."""
    shape = np.shape(x)
    tx = np.random.uniform(-hrg, hrg) * shape[row_axis]
    ty = np.random.uniform(-wrg, wrg) * shape[col_axis]
    return apply_affine_transform(x, 0, tx, ty, 0, 1, 1, row_axis, col_axis, channel_axis, fill_mode, cval, interpolation_order)


@export("tf.keras.preprocessing.image.random_shear", draws=True)
def random_shear(
    x: Any,
    intensity: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """Shear one image by up to `intensity` degrees either way; the other arguments are those of `apply_affine_transform`."""
    shear = np.random.uniform(-intensity, intensity)
    return apply_affine_transform(x, 0, 0, 0, shear, 1, 1, row_axis, col_axis, channel_axis, fill_mode, cval, interpolation_order)


@export("tf.keras.preprocessing.image.random_zoom", draws=True)
def random_zoom(
    x: Any,
    zoom_range: Any,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """Zoom one image in each direction by a number between these two; the other arguments are those of `apply_affine_transform`.

    Raises:
        ValueError: `zoom_range` is not two numbers.
    """
    if len(zoom_range) != 2:
        raise ValueError(f"random_zoom: `zoom_range` should be a tuple or list of two floats; received {zoom_range}")
    zx, zy = (1, 1) if zoom_range[0] == 1 and zoom_range[1] == 1 else np.random.uniform(zoom_range[0], zoom_range[1], 2)
    return apply_affine_transform(x, 0, 0, 0, 0, zx, zy, row_axis, col_axis, channel_axis, fill_mode, cval, interpolation_order)
