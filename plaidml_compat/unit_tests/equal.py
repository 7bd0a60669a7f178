"""Assertions of test cases that values, shapes, element types, devices and dictionaries are the same."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import as_dtype
from ..tensor import Tensor
from ..variable import Variable
from .device_names import canonical_name
from .near import NearAssertions
from .values import RaggedBatch, assertion

__tracebackhide__ = True
__unittest = True


class EqualAssertions(NearAssertions):
    """`assertAllEqual`, `assertNotAllEqual`, `assertDictEqual`, `assertShapeEqual`, `assertDTypeEqual`, `assertDeviceEqual`."""

    @assertion
    def assertAllEqual(self, a: Any, b: Any, msg: Any = None) -> None:
        """Assert that two arrays or tensors have the same shape and values; where both are NaN they have.

        Args:
            a: the expected one: a tensor, an array, or what can be made one.
            b: the actual one.
            msg: what a failure says beside.
        """
        if isinstance(a, RaggedBatch) or isinstance(b, RaggedBatch):
            self.assertEqual(self._GetPyList(a), self._GetPyList(b), msg)
            self._assertSameRaggedRank(a, b, msg)
            return
        msg = msg or ""
        a, b = (self._GetNdArray(v) for v in self.evaluate_if_both_tensors(a, b))
        held = f" Contents: {b!r}. \n{msg}." if b.ndim <= 3 or b.size < 500 else f" {msg}"
        self.assertEqual(a.shape, b.shape, f"Shape mismatch: expected {a.shape}, got {b.shape}.{held}")
        same = a == b
        if as_dtype(a.dtype).is_floating:
            same = np.logical_or(same, np.logical_and(np.isnan(a), np.isnan(b)))
        if np.all(same):
            return
        said, x, y = [msg], a, b
        if a.ndim:
            other = np.logical_not(same)
            x, y = a[other], b[other]
            said.append(f"not equal where = {np.where(other)}")
        said += [f"not equal lhs = {x!r}", f"not equal rhs = {y!r}"]
        if a.dtype.kind != b.dtype.kind and {a.dtype.kind, b.dtype.kind} <= set("USO"):  # texts and bytes may be the same for all that
            a, b = (np.array([v.encode() if isinstance(v, str) else v for v in held.flat]) for held in (a, b))
        np.testing.assert_array_equal(a, b, err_msg="\n".join(said))

    @assertion
    def assertNotAllEqual(self, a: Any, b: Any, msg: Any = None) -> None:
        """Assert that `assertAllEqual` would fail."""
        try:
            self.assertAllEqual(a, b)
        except AssertionError:
            return
        raise AssertionError(f"The two values are equal at all elements. {msg or ''}")

    @assertion
    def assertDictEqual(self, a: Any, b: Any, msg: Any = None) -> None:
        """Assert that two dictionaries of arrays, tensors or anything else are the same, floats nearly.

        Args:
            a: the expected one.
            b: the actual one.
            msg: what a failure says beside.
        """
        try:
            super().assertDictEqual(a, b, msg)
        except Exception:  # values that are arrays raise anything
            self.assertSameElements(a.keys(), b.keys())
            for key, value in a.items():
                near = np.issubdtype(self._GetNdArray(value).dtype, np.floating)
                (self.assertAllClose if near else self.assertAllEqual)(value, b[key], msg=key)

    def assertShapeEqual(self, input_a: Any, input_b: Any, msg: Any = None) -> None:
        """Assert that two arrays or tensors have the same shape.

        Raises:
            TypeError: one is something else.
        """
        for name, value in (("input_a", input_a), ("input_b", input_b)):
            if not isinstance(value, (np.ndarray, np.generic, Tensor)) or isinstance(value, Variable):
                raise TypeError(f"{name} must be a Numpy ndarray, Numpy scalar, or a Tensor.Instead received {type(value)}")
        a, b = (v.shape.as_list() if isinstance(v, Tensor) else v.shape for v in (input_a, input_b))
        self.assertAllEqual(a, b, msg=msg)

    @assertion
    def assertDTypeEqual(self, target: Any, expected_dtype: Any) -> None:
        """Assert that an array or tensor has this element type."""
        self.assertEqual(self._GetNdArray(target).dtype, expected_dtype)

    def assertDeviceEqual(self, device1: Any, device2: Any, msg: Any = None) -> None:
        """Assert that two names of devices, as `tensor.device` gives them, mean the same.

        Raises:
            ValueError: one is no name of a device.
        """
        device1, device2 = canonical_name(device1), canonical_name(device2)
        self.assertEqual(device1, device2, f"Devices {device1} and {device2} are not equal. {msg}")
