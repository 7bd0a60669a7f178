"""tf.nn.conv2d and depthwise_conv2d: sums of weighted neighbours."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import threads
from ...exceptions import UnsupportedArgumentError
from ...registry import op
from ...tensor import TensorLike
from ._checks import invalid, whole_numbers
from ._windows import Windows, pair, unimplemented

_PARITY = "to a few units in the last place of the largest sum: sums in another order"


def _numbers(name: str, what: str, value: Any) -> list[int]:
    numbers = [1] if value is None else whole_numbers(value)
    if len(numbers) not in (1, 2, 4):
        raise ValueError(f"{name}: {what} should be of length 1, 2 or 4; received {value!r}")
    return numbers


def _wide(a: np.ndarray) -> np.ndarray:
    """Halves are summed as floats: in halves the roundings would add up."""
    return a.astype(np.float32) if a.dtype == np.float16 else a


def _check(name: str, images: np.ndarray, filters: np.ndarray, data_format: Any) -> None:
    if filters.ndim != 4:
        raise invalid(f"{name}: filters must have 4 axes; received shapes {images.shape} and {filters.shape}")
    if data_format not in (None, "NHWC"):
        raise unimplemented(f"{name}: channels come last, use tf.transpose; received data_format={data_format!r}")


@op("tf.nn.conv2d", agree=("input", "filters"), accepts="float16 float32 float64 int32", parity=_PARITY)
def conv2d(
    input: TensorLike,
    filters: TensorLike,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> TensorLike:
    """Images of which each pixel is a weighted sum of its neighbours, in all channels.

    Args:
        input: (..., rows, columns, channels).
        filters: (rows, columns, channels, new channels); channels that are a part of the images' make groups.
        strides: pixels from one sum to the next: a number, two, or four.
        padding: `"SAME"`, `"VALID"`, or pairs for (batch, rows, columns, channels).
        data_format: `"NHWC"`.
        dilations: pixels from one neighbour to the next, like `strides`; 1 by default.
        name: ignored.

    Returns:
        (..., new rows, new columns, new channels).

    Raises:
        ValueError: another number of strides or dilations, padding that is a list of another length.
        InvalidArgumentError: shapes, strides or padding that do not fit.
        UnimplementedError: another data format, as in TensorFlow on the processor.
    """
    own = "tf.nn.conv2d"
    _check(own, input, filters, data_format)
    if input.ndim < 4:
        raise invalid(f"{own}: input must have at least 4 axes; received shape {input.shape}")
    images = input.reshape(math.prod(input.shape[:-3]), *input.shape[-3:])
    rows, columns, channels, made = filters.shape
    groups, rest = divmod(images.shape[3], channels) if channels else (0, 1)
    if rest or (groups and made % groups):
        raise invalid(f"{own}: the filters' channels must divide the images'; received shapes {input.shape} and {filters.shape}")
    steps, rates = (pair(own, w, _numbers(own, w, v), unimplemented) for w, v in (("strides", strides), ("dilations", dilations)))
    windows = Windows(own, images.shape[1:3], (rows, columns), steps, rates, padding)
    images, filters, kind = _wide(images), _wide(filters), input.dtype
    out = np.zeros((len(images), *windows.count, made), images.dtype)

    def one(n: int) -> None:
        sums = out[n].reshape(-1, made)
        for i, j, pixels in windows.places(windows.padded(images[n : n + 1])):
            flat = pixels.reshape(-1, groups, channels)
            for group, part in enumerate(np.split(filters[i, j], groups, axis=1)):
                width = part.shape[1]
                sums[:, group * width : (group + 1) * width] += flat[:, group] @ part

    if out.size and groups:
        threads.for_each(one, len(images))
    return out.reshape(input.shape[:-3] + out.shape[1:]).astype(kind, copy=False)


def _weighted(images: np.ndarray, filters: np.ndarray, windows: Windows) -> np.ndarray:
    """(batch, *count, channels, filters for each): weighted sums of the windows, (rows, columns, channels, filters for each)."""
    channels, each = filters.shape[2:]
    out = np.zeros((len(images), *windows.count, channels, each), images.dtype)

    def one(n: int) -> None:
        for i, j, pixels in windows.places(windows.padded(images[n : n + 1])):
            for k in range(each):
                out[n, ..., k] += pixels[0] * filters[i, j, :, k]

    if out.size:
        threads.for_each(one, len(images))
    return out


@op("tf.nn.depthwise_conv2d", agree=("input", "filter"), accepts="float16 float32 float64", parity=_PARITY)
def depthwise_conv2d(
    input: TensorLike,
    filter: TensorLike,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> TensorLike:
    """Images of which each pixel is a weighted sum of its neighbours in the same channel.

    Args:
        input: (batch, rows, columns, channels).
        filter: (rows, columns, channels, filters for each channel).
        strides: four numbers: 1, pixels from one sum to the next in a column and in a row, 1.
        padding: `"SAME"`, `"VALID"`, or pairs for (batch, rows, columns, channels).
        data_format: `"NHWC"`.
        dilations: pixels from one neighbour to the next, two numbers; 1 by default, and where `strides` are not.
        name: ignored.

    Returns:
        (batch, new rows, new columns, channels * filters for each).

    Raises:
        TypeError, ValueError: strides that are no list, another number of dilations, padding that is no list of four pairs.
        InvalidArgumentError: shapes, strides or padding that do not fit.
        UnimplementedError: another data format, as in TensorFlow on the processor.
        UnsupportedArgumentError: strides and dilations above 1.
    """
    own = "tf.nn.depthwise_conv2d"
    _check(own, input, filter, data_format)
    if input.ndim != 4:
        raise invalid(f"{own}: input must have 4 axes; received shape {input.shape}")
    if filter.shape[2] != input.shape[3]:
        raise invalid(f"{own}: images and filter must have as many channels; received shapes {input.shape} and {filter.shape}")
    if not isinstance(strides, (list, tuple)):
        raise TypeError(f"{own}: Expected list for 'strides'; received {strides!r}")
    if len(strides) != 4:
        raise invalid(f"{own}: strides must be four numbers; received {strides!r}")
    steps, rates = pair(own, "strides", whole_numbers(strides)), (1, 1)
    if steps[0] != steps[1]:
        raise invalid(f"{own}: strides of rows and columns must be equal; received {strides!r}")
    if dilations is not None:
        if np.shape(dilations) != (2,):
            raise ValueError(f"{own}: dilations must be two numbers; received {dilations!r}")
        rates = pair(own, "dilations", whole_numbers(dilations))
        if max(rates) > 1 and steps[0] > 1:
            reason = f"TensorFlow makes an image of another size of strides with dilations; received {strides!r} and {dilations!r}"
            raise UnsupportedArgumentError(own, reason, "Take every second or third pixel of the result of strides of 1")
    windows = Windows(own, input.shape[1:3], filter.shape[:2], steps, rates, padding)
    sums = _weighted(_wide(input), _wide(filter), windows).astype(input.dtype, copy=False)
    return sums.reshape(*sums.shape[:3], filter.shape[2] * filter.shape[3])
