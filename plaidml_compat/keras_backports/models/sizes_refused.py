"""Sizes that TensorFlow's layers refuse, with its errors; Keras 2.2.4 takes them, and PlaidML ends the process or returns something."""

from __future__ import annotations

import inspect
import math
from typing import Any, Callable

import keras.backend as K
import keras.layers as layers
from keras.layers import convolutional, pooling
from keras.utils import conv_utils

from plaidml_compat.errors import InvalidArgumentError, as_op_error

from ..patching import backport, patch, wrapping

_MAY_NOT_BE_ZERO = ("kernel_size", "pool_size", "dilation_rate", "size")


def _of_data(message: str) -> BaseException:
    """What TensorFlow raises for data, which in its graphs is a ValueError."""
    return as_op_error(ValueError(message), InvalidArgumentError)


@backport
def tuples_of_sizes() -> None:
    """Symptom: `Conv2D(4, 0)` ends the process, `MaxPooling2D(0)` is a ZeroDivisionError."""
    original = conv_utils.normalize_tuple

    def normalize_tuple(value: Any, n: int, name: str, allow_zero: bool | None = None) -> tuple:
        """`n` sizes from one or as many.

        Raises:
            ValueError: there are more or fewer, or sizes that cannot be.
        """
        found = original(value, n, name)
        zero = name not in _MAY_NOT_BE_ZERO if allow_zero is None else allow_zero
        wrong = {v for v in found if v < 0 or (v == 0 and not zero)}
        if wrong:
            raise ValueError(
                f"The `{name}` argument must be a tuple of {n} integers. Received: {value} including {wrong} that does not satisfy the "
                f"requirement `{'>=' if zero else '>'} 0`."
            )
        return found

    patch(conv_utils, "normalize_tuple", normalize_tuple)


@backport
def sizes_at_construction() -> None:
    """Symptom: `Conv2D(0, 3)`, `LSTM(0)` and `Embedding(0, 3)` end the process when they are called."""

    def units(given: dict) -> None:
        if isinstance(given.get("units"), (int, float)) and given["units"] < 0:
            raise ValueError(f"Received an invalid value for `units`, expected a positive integer. Received: units={given['units']}")

    def cell_units(given: dict) -> None:
        if given.get("units") is not None and given["units"] <= 0:
            raise ValueError(f"Received an invalid value for argument `units`, expected a positive integer, got {given['units']}.")

    def dims(given: dict) -> None:
        first, second = given.get("input_dim"), given.get("output_dim")
        if first is not None and second is not None and (first <= 0 or second <= 0):
            raise ValueError(
                f"Both `input_dim` and `output_dim` should be positive, Received input_dim = {first} and output_dim = {second}"
            )

    def permutation(given: dict) -> None:
        if "dims" in given and sorted(given["dims"]) != list(range(1, len(given["dims"]) + 1)):
            raise ValueError(
                "Invalid permutation argument `dims` for Permute Layer. The set of indices in `dims` must be consecutive and start from "
                f"1. Received dims={given['dims']}"
            )

    _checking_arguments(layers.Dense, units)
    for cls in (layers.SimpleRNNCell, layers.GRUCell, layers.LSTMCell):
        _checking_arguments(cls, cell_units)
    _checking_arguments(layers.Embedding, dims)
    _checking_arguments(layers.Permute, permutation)

    @wrapping(convolutional._Conv, "__init__")
    def __init__(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if self.filters is not None and self.filters <= 0:
            raise ValueError(f"Invalid value for argument `filters`. Expected a strictly positive value. Received filters={self.filters}.")
        if 0 in self.strides:
            raise ValueError(f"The argument `strides` cannot contains 0(s). Received: {self.strides}")


def _checking_arguments(cls: Any, check: Callable[[dict], None]) -> None:
    _, *names = inspect.signature(cls.__init__).parameters

    @wrapping(cls, "__init__")
    def __init__(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        check({**dict(zip(names, args)), **kwargs})
        original(self, *args, **kwargs)


@backport
def sizes_at_calls() -> None:
    """Symptom: `ZeroPadding2D(-1)` crops, `Reshape((3,))` of 8 numbers gives 3, `Cropping2D(5)` of 8 rows is "Out of memory"."""

    def strides(self: Any, shape: tuple) -> None:
        least = min(self.strides)
        if least <= 0:
            raise _of_data(f"Stride must be > 0, but got {least}")
        self.compute_output_shape(shape)  # which refuses inputs that are too small

    def padding(self: Any, shape: tuple) -> None:
        for pair in self.padding:
            if min(pair) < 0:
                raise _of_data(f"Paddings must be non-negative: {pair[0]} {pair[1]}")

    def times(self: Any, shape: tuple) -> None:
        if self.n < 0:
            raise _of_data(f"Expected multiples[1] >= 0, but got {self.n}")

    def size(self: Any, shape: tuple) -> None:
        if min(self.size if isinstance(self.size, (list, tuple)) else (self.size,)) <= 0:
            raise _of_data(f"The `size` of UpSampling1D must be positive. Received: {self.size}")

    def cropping(self: Any, shape: tuple) -> None:
        first = 2 if self.data_format == "channels_first" else 1
        pairs = self.cropping if isinstance(self.cropping[0], (tuple, list)) else (self.cropping,)
        if any(n is not None and sum(pair) >= n for n, pair in zip(shape[first:], pairs)):
            raise ValueError(
                f"Argument `cropping` must be greater than the input shape. Received: inputs.shape={shape}, and cropping={self.cropping}"
            )

    def reshaping(self: Any, shape: tuple) -> None:
        least = min((n for n in self.target_shape if n != -1), default=1)
        if least < 0:
            raise _of_data(f"Size {list(self.target_shape).index(least) + 1} must be non-negative, not {least}")
        if None in shape[1:]:
            return
        have, want = math.prod(shape[1:]), math.prod(n for n in self.target_shape if n != -1)
        if have != want and (-1 not in self.target_shape or not want or have % want):
            raise _of_data(
                f"total size of new array must be unchanged: Input to reshape is a tensor with {have} values, but the requested shape "
                f"has {want}. input_shape = {list(shape[1:])}, output_shape = {list(self.target_shape)}"
            )

    for cls in (pooling._Pooling1D, pooling._Pooling2D, pooling._Pooling3D):
        _checking_call(cls, strides)
    for cls in (layers.ZeroPadding2D, layers.ZeroPadding3D):
        _checking_call(cls, padding)
    for cls in (layers.Cropping1D, layers.Cropping2D):
        _checking_call(cls, cropping)
    _checking_call(layers.RepeatVector, times)
    _checking_call(layers.UpSampling1D, size)
    _checking_call(layers.Reshape, reshaping)

    @wrapping(layers.ConvLSTM2D, "build")
    def build(original: Any, self: Any, input_shape: Any) -> None:
        if self.filters <= 0:
            raise _of_data(f"filter depth must be stricly positive, got {self.filters}")
        original(self, input_shape)


def _checking_call(cls: type, check: Callable[[Any, tuple], None]) -> None:
    @wrapping(cls, "call")
    def call(original: Any, self: Any, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        check(self, K.int_shape(inputs))
        return original(self, inputs, *args, **kwargs)
