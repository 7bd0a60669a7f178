"""Makes functions that rearrange tensors take TensorFlow's arguments, and refuse what they cannot do."""

from __future__ import annotations

import builtins
import functools
import math
from types import ModuleType
from typing import Any

from plaidml_compat.shims.backend_patch import BACKEND, patch_backend
from plaidml_compat.shims.registry import shim


@shim("S16.dot", BACKEND)
def mismatched_product(backend: ModuleType) -> None:
    """Symptom: `dot` of (3, 4) and (5, 4) returns numbers instead of raising (any version)."""
    dot_unchecked = backend.dot

    def dot(x: Any, y: Any, name: str | None = None) -> Any:
        """The product of two tensors: the last axis of x with the last but one of y."""
        if x.shape.ndims and y.shape.ndims:
            inner = x.shape.dims[-1], y.shape.dims[-min(2, y.shape.ndims)]
            if all(isinstance(size, int) for size in inner) and inner[0] != inner[1]:
                raise ValueError(f"dot: the shapes {x.shape.dims} and {y.shape.dims} do not match")
        return dot_unchecked(x, y, name=name)

    patch_backend("dot", dot)


@shim("S16.reshape", BACKEND)
def mismatched_reshape(backend: ModuleType) -> None:
    """Symptom: `reshape` of 12 elements to (5, 5) returns memory that is not its own (any version)."""
    reshape_unchecked = backend.reshape

    def reshape(x: Any, shape: Any) -> Any:
        """The same elements in another shape; one size may be -1."""
        old, new = x.shape.dims, tuple(shape)
        if all(isinstance(size, int) and size > 0 for size in (*old, *new)) and math.prod(old) != math.prod(new):
            raise ValueError(f"reshape: {old} has {math.prod(old)} elements, {new} has {math.prod(new)}")
        return reshape_unchecked(x, new)

    patch_backend("reshape", reshape)


@shim("S16.gather", BACKEND)
def gather_out_of_range(backend: ModuleType) -> None:
    """Symptom: `gather` with an index out of range reads foreign memory; other index types raise (any version).

    As on TensorFlow's GPU devices nothing raises; here the nearest row is taken.
    """
    gather_unchecked = backend.gather

    def gather(reference: Any, indices: Any) -> Any:
        """The rows of `reference` with the given indices."""
        rows = reference.shape.dims[0]
        indices = backend.cast(indices, "int32")
        if isinstance(rows, int):
            indices = backend.clip(indices, 0, rows - 1)
        return gather_unchecked(reference, indices)

    patch_backend("gather", gather)


@shim("S16.repeat", BACKEND)
def repetitions(backend: ModuleType) -> None:
    """Symptom: `repeat_elements(x, 2, axis=-1)` and `tile(x, 2)` fail (any version)."""
    repeat_unsigned, tile_all_axes = backend.repeat_elements, backend.tile

    def repeat_elements(x: Any, rep: int, axis: int) -> Any:
        """Each element `rep` times along an axis."""
        return repeat_unsigned(x, rep, axis % x.shape.ndims)

    def tile(x: Any, n: Any) -> Any:
        """The tensor repeated n times along each axis; an int is for all of them."""
        return tile_all_axes(x, [n] * x.shape.ndims if isinstance(n, int) else list(n))

    patch_backend("repeat_elements", repeat_elements)
    patch_backend("tile", tile)


@shim("S16.pool", BACKEND)
def pool_without_strides(backend: ModuleType) -> None:
    """Symptom: NameError `rank` in `pool` without strides (any version)."""
    pool_with_strides = backend.pool

    @functools.wraps(pool_with_strides)
    def pool(x: Any, pool_size: Any, strides: Any = None, *args: Any, **kwargs: Any) -> Any:
        return pool_with_strides(x, pool_size, strides or (1,) * len(pool_size), *args, **kwargs)

    patch_backend("pool", pool)


@shim("S16.one_hot", BACKEND)
def one_hot_type(backend: ModuleType) -> None:
    """Symptom: `one_hot` says it is float32 and is boolean on the device (any version)."""
    one_hot_boolean = backend.one_hot

    def one_hot(indices: Any, num_classes: int) -> Any:
        """1 at each index, 0 elsewhere."""
        hot = one_hot_boolean(indices, num_classes)
        return backend.op.cast(hot, hot.shape.dtype)

    patch_backend("one_hot", one_hot)


@shim("S16.missing", BACKEND)
def missing_functions(backend: ModuleType) -> None:
    """Symptom: `K.slice`, `K.separable_conv1d`, `K.in_top_k` and `K.set_epsilon` are absent (any version)."""
    from keras.backend.common import set_epsilon

    def slice(x: Any, start: Any, size: Any) -> Any:
        """The part of x that begins at `start`; a size of -1 reaches to the end."""
        stops = [None if n == -1 else begin + n for begin, n in zip(start, size)]
        return x[tuple(builtins.slice(begin, stop) for begin, stop in zip(start, stops))]

    def separable_conv1d(
        x: Any,
        depthwise_kernel: Any,
        pointwise_kernel: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
    ) -> Any:
        """A separable convolution along one axis, computed as one along two of which the first has size 1."""
        step, dilation = (v if isinstance(v, int) else v[0] for v in (strides, dilation_rate))
        data_format = data_format or backend.image_data_format()
        if padding == "causal":
            x = backend.temporal_padding(x, (dilation * (depthwise_kernel.shape.dims[0] - 1), 0))
            padding = "valid"
        axis = 1 if data_format == "channels_last" else 2
        x, depthwise_kernel, pointwise_kernel = (
            backend.expand_dims(v, a) for v, a in ((x, axis), (depthwise_kernel, 0), (pointwise_kernel, 0))
        )
        result = backend.separable_conv2d(x, depthwise_kernel, pointwise_kernel, (step, step), padding, data_format, (dilation, dilation))
        return backend.squeeze(result, axis)

    def in_top_k(predictions: Any, targets: Any, k: int) -> Any:
        """Whether fewer than k predictions are larger than the one for the target."""
        hot = backend.one_hot(backend.cast(targets, "int32"), predictions.shape.dims[-1])
        of_target = backend.sum(hot * predictions, axis=-1, keepdims=True)
        larger = backend.sum(backend.cast(predictions > of_target, backend.floatx()), axis=-1)
        return backend.less(larger, float(k))

    for function in (slice, separable_conv1d, in_top_k):
        patch_backend(function.__name__, function)
    patch_backend("set_epsilon", set_epsilon)
