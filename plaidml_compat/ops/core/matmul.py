"""The matrix product, of matrices and of batches of them: tf.matmul."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import device
from ...registry import Limit, Sample, limit_calls, op
from ...tensor import TensorLike, broadcasts
from ._checks import invalid


def _samples() -> Iterator[Sample]:
    r = np.random.RandomState(4)
    for left, right in (((2, 3), (3, 4)), ((2, 2, 3), (2, 3, 2)), ((3, 1, 2, 3), (2, 3, 2)), ((1, 2, 3), (4, 3, 1))):
        yield Sample(f"{left}-{right}".replace(" ", ""), (r.rand(*left).astype(np.float32), r.rand(*right).astype(np.float32)))
    yield Sample("transposed", (r.rand(2, 3, 2), r.rand(2, 4, 3)), {"transpose_a": True, "transpose_b": True})
    yield Sample("int32", (r.randint(-9, 9, (2, 3)).astype(np.int32), r.randint(-9, 9, (3, 2)).astype(np.int32)))
    yield Sample("pixels", (r.rand(2, 4, 5, 3).astype(np.float32), r.rand(3, 4).astype(np.float32)))


def _check(a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False, **rest: Any) -> None:
    left, right = tuple(a.shape), tuple(b.shape)
    if len(left) < 2 or len(right) < 2:
        raise invalid(f"tf.linalg.matmul: both must be matrices or batches of them; received shapes {left} and {right}")
    inner = left[-2 if transpose_a else -1], right[-1 if transpose_b else -2]
    if None not in inner and inner[0] != inner[1]:
        raise invalid(f"tf.linalg.matmul: matrix size-incompatible: {inner[0]} columns, {inner[1]} rows; received {left} and {right}")
    if not broadcasts(left[:-2], right[:-2]):
        raise invalid(f"tf.linalg.matmul: the sizes of the batches do not fit; received shapes {left} and {right}")


@op(
    "tf.linalg.matmul",
    "tf.matmul",
    agree=("a", "b"),
    accepts="float complex int32 int64",
    check=_check,
    samples=_samples,
    tolerance=1e-6,
    parity="to 1e-6 for products of a few numbers of size 1: sums in another order",
)
def matmul(
    a: TensorLike,
    b: TensorLike,
    transpose_a: bool = False,
    transpose_b: bool = False,
    name: str | None = None,
) -> TensorLike:
    """Matrix product over the last two axes, with broadcasting of the others.

    Args:
        a: (..., n, k), float, complex, int32 or int64.
        b: (..., k, m), the same dtype.
        transpose_a: a is (..., k, n).
        transpose_b: b is (..., m, k).
        name: not used.

    Returns:
        (..., n, m), the same dtype.

    Raises:
        InvalidArgumentError: a rank below 2, sizes that do not fit, or other dtypes.
    """
    a = np.swapaxes(a, -1, -2) if transpose_a else a
    b = np.swapaxes(b, -1, -2) if transpose_b else b
    return a @ b


limit_calls(
    "tf.linalg.matmul",
    limits=[
        Limit(
            "`adjoint_a` and `adjoint_b` are not built",
            lambda adjoint_a=False, adjoint_b=False: bool(adjoint_a or adjoint_b),
            advice="Use transpose_a and transpose_b, which are the same for real numbers",
        ),
        Limit("`output_type` is not built", lambda output_type=None: output_type is not None, advice="Use tf.cast"),
    ],
    parameters="a b transpose_a transpose_b adjoint_a adjoint_b a_is_sparse b_is_sparse output_type name",
    without_effect=("a_is_sparse", "b_is_sparse"),  # they change the time it takes
)


@matmul.kernel("device")
def _(a, b, transpose_a=False, transpose_b=False, name=None):
    rank = max(a.shape.ndims, b.shape.ndims)
    dims: list = [None] * rank
    axes: list = [f"n{i}" for i in range(rank - 2)]
    sizes: list = [""] * rank
    declared, read = {}, {}
    for letter, value, transposed in (("A", a, transpose_a), ("B", b, transpose_b)):
        own = list(value.shape.dims)
        matrix = ["i", "k"] if letter == "A" else ["k", "j"]
        index = axes[rank - len(own) :] + (matrix[::-1] if transposed else matrix)
        for n in range(len(own)):
            axis = n + rank - len(own)
            if axis >= rank - 2:
                if index[n] != "k":
                    target = rank - 2 if index[n] == "i" else rank - 1
                    dims[target], sizes[target] = own[n], f"{letter}{n}"
            elif isinstance(own[n], int) and own[n] == 1:
                index[n] = "0"
            if axis < rank - 2 and (dims[axis] is None or index[n] != "0"):
                dims[axis], sizes[axis] = own[n], f"{letter}{n}"
        declared[letter], read[letter] = ", ".join(f"{letter}{n}" for n in range(len(own))), ", ".join(index)
    # On llvm_cpu a contraction that reads one tensor twice, as in matmul(x, x), is wrong: B is read through an alias.
    code = f"""function (A[{declared["A"]}], B[{declared["B"]}]) -> (O) {{
        T = reshape(B, 1, 1, {declared["B"]});
        C = reshape(T, {declared["B"]});
        O[{", ".join([*axes, "i", "j"])} : {", ".join(sizes)}] = +(A[{read["A"]}] * C[{read["B"]}]);
    }}"""
    return device.tile(code, [("A", a), ("B", b)], dims, device.dtype_name(a), "MatMul")
