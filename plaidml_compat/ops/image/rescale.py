"""`x * scale + offset` in the type of x: the op of the Rescaling layer."""

from __future__ import annotations

from ... import device
from ...registry import op
from ...tensor import TensorLike


@op("plaidml_compat.rescale", tolerance=1e-6, parity="the same two float operations in the same order: bit-equal on the host")
def rescale(inputs: TensorLike, scale: float, offset: float) -> TensorLike:
    """Multiply, then add.

    Args:
        inputs: any shape, floating point.
        scale: factor, rounded to the inputs' type first.
        offset: summand, likewise.

    Returns:
        The same shape and dtype.
    """
    kind = inputs.dtype.type
    out = inputs * kind(scale)
    if offset:
        out += kind(offset)
    return out


@rescale.kernel("device")
def _(inputs, scale, offset):
    code = f"function (I) -> (O) {{ O = I * {device.literal(scale)} + {device.literal(offset)}; }}"
    return device.tile(code, [("I", inputs)], inputs.shape.dims, device.dtype_name(inputs), "Rescale")
