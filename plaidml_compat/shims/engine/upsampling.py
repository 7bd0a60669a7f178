"""Makes bilinear upsampling TensorFlow's: half-pixel centres, the edge repeated."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from plaidml_compat.shims.backend_patch import BACKEND, patch_backend
from plaidml_compat.shims.registry import shim


@shim("S16.resize_images", BACKEND)
def bilinear_upsampling(backend: ModuleType) -> None:
    """Symptom: `UpSampling2D(interpolation="bilinear")` has other centres than TensorFlow and loses the last row (any version)."""
    resize_as_shipped = backend.resize_images

    def resize_images(x: Any, height_factor: int, width_factor: int, data_format: str, interpolation: str = "nearest") -> Any:
        """Images enlarged by whole factors."""
        factors = height_factor, width_factor
        whole = all(isinstance(f, (int, np.integer)) and f > 0 for f in factors)
        if interpolation != "bilinear" or not whole or data_format not in ("channels_first", "channels_last"):
            return resize_as_shipped(x, height_factor, width_factor, data_format, interpolation=interpolation)
        first = 2 if data_format == "channels_first" else 1
        for axis, factor in zip((first, first + 1), factors):
            x = _enlarge(backend, x, axis, int(factor))
        return x

    patch_backend("resize_images", resize_images)


def _enlarge(backend: Any, x: Any, axis: int, factor: int) -> Any:
    """`x` of rank 4, `factor` times as long along an axis.

    Each element adds to the 2 * factor results around it. Next to an edge, where weights of elements outside are missing, dividing by the
    sum of the weights comes to the same as repeating the edge; no size need be known for that.
    """
    if factor == 1:
        return x
    half, reach = factor // 2, 2 * factor - factor % 2
    weights = 1 - np.abs((np.arange(reach) - half + 0.5) / factor - 0.5)
    tile = backend.ptile
    sizes, one = ["A", "B", "C", "D"], ["1"] * 4
    at, alone, enlarged = list("abcd"), ["0"] * 4, list(sizes)
    place = f"{factor}*{at[axis]} + k - {half}"
    enlarged[axis] = one[axis] = f"{factor}*{sizes[axis]}"
    alone[axis] = place
    target = list(at)
    target[axis] = place
    code = f"""function (I[{", ".join(sizes)}], W[K]) -> (O) {{
        S[{", ".join(target)} : {", ".join(enlarged)}] = +(I[{", ".join(at)}] * W[k]);
        N[{", ".join(alone)} : {", ".join(one)}] = +(W[k]), {at[axis]} < {sizes[axis]};
        O = S / N; }}"""
    dims = [factor * d if i == axis else d for i, d in enumerate(x.shape.dims)]
    kernel = backend.variable(weights, dtype=backend.dtype(x))
    return tile.Operation(code, [("I", x), ("W", kernel)], [("O", tile.Shape(x.shape.dtype, dims))], name="Enlarge").sole_output()
