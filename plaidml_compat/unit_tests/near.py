"""Assertions of test cases that numbers are near each other: `assertAllClose` and its kin."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from .values import RaggedBatch, Values, assertion

__tracebackhide__ = True
__unittest = True

_CUSTOM = ("bfloat16", "float8_e5m2", "float8_e4m3fn")
"""Element types that NumPy takes from elsewhere, and compares as float32."""


class NearAssertions(Values):
    """`assertNear`, `assertArrayNear`, `assertNDArrayNear`, `assertAllClose`, `assertAllCloseAccordingToType`, `assertNotAllClose`."""

    @assertion
    def assertNear(self, f1: Any, f2: Any, err: Any, msg: Any = None) -> None:
        """Assert that two numbers differ by no more than `err`."""
        more = "" if msg is None else f" ({msg})"
        self.assertTrue(f1 == f2 or math.fabs(f1 - f2) <= err, "%f != %f +/- %f%s" % (f1, f2, err, more))  # noqa: UP031

    @assertion
    def assertArrayNear(self, farray1: Any, farray2: Any, err: Any, msg: Any = None) -> None:
        """Assert that numbers of two lists differ by no more than `err` each."""
        self.assertEqual(len(farray1), len(farray2), msg=msg)
        for f1, f2 in zip(farray1, farray2):
            self.assertNear(float(f1), float(f2), err, msg=msg)

    @assertion
    def assertNDArrayNear(self, ndarray1: Any, ndarray2: Any, err: Any, msg: Any = None) -> None:
        """Assert that the norm of the difference of two arrays is less than `err`."""
        self.assertTrue(np.linalg.norm(ndarray1 - ndarray2) < err, msg=msg)

    @assertion
    def assertAllClose(self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: Any = None) -> None:
        """Assert that two nests of arrays or tensors are near each other: by no more than `atol + rtol * abs(b)` apart.

        Args:
            a: the expected one: tensors, arrays, numbers, in lists, tuples, named tuples and dictionaries.
            b: the actual one.
            rtol: relative tolerance.
            atol: absolute tolerance.
            msg: what a failure says beside.

        Raises:
            ValueError: one of the two is a dictionary, at the same place, and the other is not; or lengths differ.
        """
        self._assertAllCloseRecursive(a, b, rtol, atol, [], msg)

    @assertion
    def assertAllCloseAccordingToType(
        self,
        a: Any,
        b: Any,
        rtol: float = 1e-6,
        atol: float = 1e-6,
        float_rtol: float = 1e-6,
        float_atol: float = 1e-6,
        half_rtol: float = 1e-3,
        half_atol: float = 1e-3,
        bfloat16_rtol: float = 1e-2,
        bfloat16_atol: float = 1e-2,
        msg: Any = None,
    ) -> None:
        """`assertAllClose` of two arrays with tolerances that fit the less precise of the two.

        Args:
            a: the expected one.
            b: the actual one.
            rtol: relative tolerance, as are the others of that name.
            atol: absolute tolerance, as are the others of that name.
            float_rtol: for float32.
            float_atol: for float32.
            half_rtol: for float16.
            half_atol: for float16.
            bfloat16_rtol: for bfloat16.
            bfloat16_atol: for bfloat16.
            msg: what a failure says beside.
        """
        a, b = (self._GetNdArray(v) for v in self.evaluate_if_both_tensors(a, b))
        kinds = {a.dtype.name, b.dtype.name}
        for names, relative, absolute in (
            ({"float32", "complex64"}, float_rtol, float_atol),
            ({"float16"}, half_rtol, half_atol),
            ({"bfloat16"}, bfloat16_rtol, bfloat16_atol),
        ):
            if kinds & names:
                rtol, atol = max(rtol, relative), max(atol, absolute)
        self.assertAllClose(a, b, rtol=rtol, atol=atol, msg=msg)

    @assertion
    def assertNotAllClose(self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: Any = None) -> None:
        """Assert that `assertAllClose` would fail."""
        try:
            self.assertAllClose(a, b, rtol=rtol, atol=atol, msg=msg)
        except AssertionError:
            return
        raise AssertionError(f"The two values are close at all elements. {msg or ''}")

    def _assertAllCloseRecursive(self, a: Any, b: Any, rtol: float, atol: float, path: list[str], msg: Any) -> None:
        if isinstance(a, RaggedBatch) or isinstance(b, RaggedBatch):
            self._assertRaggedClose(a, b, rtol, atol, msg)
            return
        where, msg = "".join(f"[{p}]" for p in path), msg or ""
        a, b = (v._asdict() if hasattr(v, "_asdict") else v for v in (a, b))
        if isinstance(a, Mapping) != isinstance(b, Mapping):
            raise ValueError(f"Can't compare dict to non-dict, a{where} vs b{where}. {msg}")
        different = f"Mismatched value: a{where} is different from b{where}. {msg}"
        if isinstance(a, Mapping):
            keys = f"mismatched keys: a{where} has keys {a.keys()}, but b{where} has keys {b.keys()}. {msg}"
            self.assertCountEqual(a.keys(), b.keys(), msg=keys)
            for key in a:
                self._assertAllCloseRecursive(a[key], b[key], rtol, atol, [*path, key], msg)
        elif isinstance(a, (list, tuple)):
            try:
                self._assertArrayLikeAllClose(a, b, rtol, atol, different)
            except (ValueError, TypeError, NotImplementedError):
                if len(a) != len(b):
                    raise ValueError(f"Mismatched length: a{where} has {len(a)} items, but b{where} has {len(b)} items. {msg}") from None
                for i, (part, other) in enumerate(zip(a, b)):
                    self._assertAllCloseRecursive(part, other, rtol, atol, [*path, str(i)], msg)
        else:
            try:
                self._assertArrayLikeAllClose(a, b, rtol, atol, different)
            except TypeError as e:
                kinds = f"Error: a{where} has {type(a)}, but b{where} has {type(b)}. {msg}"
                e.args = (f"{e.args[0] if len(e.args) == 1 else e} : {kinds}",)
                raise

    def _assertArrayLikeAllClose(self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: Any = None) -> None:
        a, b = (self._GetNdArray(v) for v in self.evaluate_if_both_tensors(a, b))
        held = f" with contents {b}" if a.shape != b.shape and (b.ndim <= 3 or b.size < 500) else ""
        self.assertEqual(a.shape, b.shape, f"Shape mismatch: expected {a.shape}, got {b.shape}{held}.")
        kind = a.dtype
        a, b = (v.astype(np.float32) if v.dtype.name in _CUSTOM else v for v in (a, b))
        if not b.ndim:  # what NumPy 1, TensorFlow 2.15's, computes tolerances of scalars in
            rtol, atol = np.float64(rtol), np.float64(atol)
        if np.allclose(a, b, rtol=rtol, atol=atol):
            return
        said = [msg]
        with np.errstate(invalid="ignore"):  # infinite values less each other
            apart = np.logical_or(np.abs(a - b) > atol + rtol * np.abs(b), np.isnan(a) != np.isnan(b))
            x, y = (a[apart], b[apart]) if a.ndim else (a, b)
            if a.ndim:
                said.append(f"not close where = {np.where(apart)}")
            said.append(f"not close lhs = {x}")
            said.append(f"not close rhs = {y}")
            said.append(f"not close dif = {np.abs(x - y)}")
            said.append(f"not close tol = {atol + rtol * np.abs(y)}")
        said.append(f"dtype = {kind}, shape = {a.shape}")
        np.testing.assert_allclose(a, b, rtol=rtol, atol=atol, err_msg="\n".join(said), equal_nan=True)

    def _assertRaggedClose(self, a: Any, b: Any, rtol: float, atol: float, msg: Any) -> None:
        self._assertListClose(self._GetPyList(a), self._GetPyList(b), rtol, atol, msg, "value")
        self._assertSameRaggedRank(a, b, msg)

    def _assertSameRaggedRank(self, a: Any, b: Any, msg: Any) -> None:
        if not isinstance(a, (list, tuple)) and not isinstance(b, (list, tuple)):
            first, second = (v.ragged_rank if isinstance(v, RaggedBatch) else 0 for v in (a, b))
            self.assertEqual(first, second, msg)

    def _assertListClose(self, a: Any, b: Any, rtol: float, atol: float, msg: Any, path: str) -> None:
        self.assertEqual(type(a), type(b))
        if isinstance(a, list):
            self.assertLen(a, len(b), f"Length differs for {path}")
            for i, (part, other) in enumerate(zip(a, b)):
                self._assertListClose(part, other, rtol, atol, msg, f"{path}[{i}]")
        else:
            self._assertAllCloseRecursive(a, b, rtol, atol, list(path), msg)  # TensorFlow too shows the path letter by letter
