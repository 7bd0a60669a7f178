"""Convolutions and pooling as in TensorFlow: `keepdims`, and a ValueError where the input is too small."""

from __future__ import annotations

from typing import Any

import keras.backend as K
import keras.layers as layers
from keras.layers import convolutional, pooling
from keras.utils.conv_utils import conv_output_length

from plaidml_compat.shims.engine.sizes import NoNumbersError

from ..calls.noted import in_eager_call
from ..patching import backport, wrapping


@backport
def inputs_too_small() -> None:
    """Symptom: a kernel larger than the image ends in PlaidML's "Invalid output size", a pool in an image without pixels."""
    for cls in (convolutional._Conv, convolutional._SeparableConv, convolutional.DepthwiseConv2D):
        _checking_size(cls)
    for cls in (pooling._Pooling1D, pooling._Pooling2D, pooling._Pooling3D):
        _checking_pool(cls)


def _checking_size(cls: Any) -> None:
    @wrapping(cls, "build")
    def build(original: Any, self: Any, input_shape: Any) -> None:
        sizes = input_shape[2:] if self.data_format == "channels_first" else input_shape[1:-1]
        transposed = isinstance(self, (layers.Conv2DTranspose, layers.Conv3DTranspose))
        if not transposed and len(sizes) == len(self.kernel_size):
            _refuse_empty(
                self,
                input_shape,
                [
                    conv_output_length(n, k, self.padding, s, d)
                    for n, k, s, d in zip(sizes, self.kernel_size, self.strides, self.dilation_rate)
                ],
            )
        original(self, input_shape)


def _checking_pool(cls: Any) -> None:
    @wrapping(cls, "compute_output_shape")
    def compute_output_shape(original: Any, self: Any, input_shape: Any) -> tuple:
        shape = original(self, input_shape)
        _refuse_empty(self, input_shape, shape[1:])
        return shape


def _refuse_empty(layer: Any, input_shape: Any, sizes: Any) -> None:
    if any(n is not None and n <= 0 for n in sizes):
        if in_eager_call():  # where TensorFlow's results have no numbers
            raise NoNumbersError(max(n, 0) if n is not None else None for n in sizes)
        raise ValueError(
            f"One of the dimensions in the output is <= 0 due to downsampling in {layer.name}. Consider increasing the input size. "
            f"Received input shape {list(input_shape)} which would produce output shape with a zero or negative value in a dimension."
        )


@backport
def kept_axes() -> None:
    """Symptom: `GlobalAveragePooling2D(keepdims=True)` is "Keyword argument not understood"."""
    for rank in (1, 2, 3):
        _keeping(getattr(pooling, f"_GlobalPooling{rank}D"), rank)
        for kind in ("Average", "Max"):
            _keeping_results(getattr(pooling, f"Global{kind}Pooling{rank}D"), rank)


def _axes(layer: Any, rank: int) -> list[int]:
    first = 2 if layer.data_format == "channels_first" else 1
    return list(range(first, first + rank))


def _keeping(cls: Any, rank: int) -> None:
    @wrapping(cls, "__init__")
    def __init__(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        keepdims = bool(kwargs.pop("keepdims", False))
        original(self, *args, **kwargs)
        self.keepdims = keepdims

    @wrapping(cls, "compute_output_shape")
    def compute_output_shape(original: Any, self: Any, input_shape: Any) -> tuple:
        shape = list(original(self, input_shape))
        if getattr(self, "keepdims", False):
            for axis in _axes(self, rank):
                shape.insert(axis, 1)
        return tuple(shape)

    @wrapping(cls, "get_config")
    def get_config(original: Any, self: Any) -> dict:
        config = original(self)
        return {**config, "keepdims": True} if getattr(self, "keepdims", False) else config


def _keeping_results(cls: Any, rank: int) -> None:
    @wrapping(cls, "call")
    def call(original: Any, self: Any, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        out = original(self, inputs, *args, **kwargs)
        if getattr(self, "keepdims", False):
            for axis in _axes(self, rank):
                out = K.expand_dims(out, axis)
        return out
