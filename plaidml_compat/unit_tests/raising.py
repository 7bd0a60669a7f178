"""Assertions of test cases on errors, their classes and what they say, and on how a text begins."""

from __future__ import annotations

import contextlib
import logging
import re
import unittest
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, Callable, Union

from ..errors import InvalidArgumentError, OpError

__tracebackhide__ = True
__unittest = True

log = logging.getLogger("plaidml_compat")
Expected = Union[str, Callable[[Any], Any]]
"""A pattern that is found in an error's text, or a function that says yes about the error."""


class RaisingAssertions(unittest.TestCase):
    """`assertRaisesWithPredicateMatch`, `assertRaisesOpError`, `assertRaisesIncompatibleShapesError`, `assertStartsWith`."""

    @contextlib.contextmanager
    def assertRaisesWithPredicateMatch(self, exception_type: Any, expected_err_re_or_predicate: Expected) -> Iterator[None]:
        """A block that must raise an error of a class, about which a function says yes, or in whose text a pattern is found.

        Args:
            exception_type: its class.
            expected_err_re_or_predicate: the function or the pattern.
        """
        matches = expected_err_re_or_predicate if callable(expected_err_re_or_predicate) else _finder(expected_err_re_or_predicate)
        try:
            yield
            self.fail(exception_type.__name__ + " not raised")
        except Exception as e:
            if not isinstance(e, exception_type) or not matches(e):
                raise AssertionError(f"Exception of type {type(e)}: {e}") from e

    def assertRaisesOpError(self, expected_err_re_or_predicate: Expected) -> AbstractContextManager[None]:
        """A block that must raise a `tf.errors.OpError`."""
        return self.assertRaisesWithPredicateMatch(OpError, expected_err_re_or_predicate)

    def assertRaisesIncompatibleShapesError(self, exception_type: Any = InvalidArgumentError) -> AbstractContextManager[None]:
        """A block that must raise an error about shapes that do not fit."""
        wordings = r"Incompatible shapes|Dimensions must be equal|required broadcastable shapes"
        return self.assertRaisesWithPredicateMatch(exception_type, wordings)

    def assertStartsWith(self, actual: str, expected_start: str, msg: Any = None) -> None:
        """Assert that a text begins with another."""
        if not actual.startswith(expected_start):
            self.fail(f"{actual!r} does not start with {expected_start!r}" + (f" : {msg!r}" if msg else ""))


def _finder(pattern: str) -> Callable[[Any], Any]:
    def matches(error: Any) -> Any:
        text = error.message if isinstance(error, OpError) else str(error)
        log.info("Searching within error strings: '%s' within '%s'", pattern, text)
        return re.search(pattern, text)

    return matches
