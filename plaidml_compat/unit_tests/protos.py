"""Assertions of test cases that two protocol buffers, such as `tf.train.Example`, are the same."""

from __future__ import annotations

import difflib
import math
import unittest
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from google.protobuf import descriptor_pool, text_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

__tracebackhide__ = True
__unittest = True

_DIGITS = {FieldDescriptor.TYPE_FLOAT: 6, FieldDescriptor.TYPE_DOUBLE: 7}
"""What floats are rounded to before they are compared as text."""
_MANY_LETTERS = 2**16
"""Longer texts are compared in short."""
_GRAPH_DEF_VERSION = 1645
"""TensorFlow 2.15.1's."""


class ProtoAssertions(unittest.TestCase):
    """`assertProtoEquals`, `assertProtoEqualsVersion`."""

    def assertProtoEquals(
        self, expected_message_maybe_ascii: Any, message: Any, msg: Any = None, relative_tolerance: float | None = None
    ) -> None:
        """Assert that a message is as expected; where it is not, floats are rounded first, in both.

        Args:
            expected_message_maybe_ascii: a message, or one as text.
            message: the actual one.
            msg: what a failure says beside.
            relative_tolerance: by how much floats may differ, relative to the larger one; by default not at all, once rounded.
        """
        expected = expected_message_maybe_ascii
        if isinstance(expected, (str, bytes)) and not isinstance(expected, type(message)):
            expected = text_format.Merge(expected, type(message)(), descriptor_pool=descriptor_pool.Default())
        elif not isinstance(expected, type(message)):
            raise AssertionError(f"Can't compare protos of type {type(expected)} and {type(message)}.")
        if not _equal(expected, message):
            self._assert_same_text(expected, message, msg, relative_tolerance)

    def assertProtoEqualsVersion(
        self, expected: str, actual: Any, producer: int = _GRAPH_DEF_VERSION, min_consumer: int = 0, msg: Any = None
    ) -> None:
        """Assert that a graph's message is as a text says, with these versions in front."""
        versions = f"versions {{ producer: {producer} min_consumer: {min_consumer} }};\n"
        self.assertProtoEquals(versions + expected, actual, msg=msg)

    def _assert_same_text(self, a: Any, b: Any, msg: Any, relative_tolerance: float | None) -> None:
        for message in (a, b):
            missing = message.FindInitializationErrors()
            if missing:
                self.fail(f"Initialization errors: {missing}\n{message}")
            _round_numbers(message)
        if relative_tolerance is not None:
            _take_over_near(b, a, relative_tolerance)
        first, second = (text_format.MessageToString(m, descriptor_pool=descriptor_pool.Default()) for m in (a, b))
        if max(len(first), len(second)) < _MANY_LETTERS:
            self.assertMultiLineEqual(first, second, msg=msg)
        elif first != second:
            lines = "".join(difflib.unified_diff(first.splitlines(True), second.splitlines(True)))
            self.fail(f"{msg} :\n{lines}")


def _equal(a: Any, b: Any) -> bool:
    """Whether two messages, or what their fields hold, are the same; repeated fields in order."""
    a, b = _parts(a), _parts(b)
    if not isinstance(a, dict) or not isinstance(b, dict):
        return bool(a == b)
    return a.keys() == b.keys() and all(_equal(a[key], b[key]) for key in a)


def _parts(held: Any) -> Any:
    if isinstance(held, Message):
        return {field.number: value for field, value in held.ListFields()}
    if isinstance(held, Mapping):
        return dict(held.items())
    return dict(enumerate(held)) if isinstance(held, Iterable) and not isinstance(held, str) else held


def _is_repeated(field: Any) -> bool:
    # The newest protobuf warns of `label`, older ones have nothing else.
    return field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED


def _messages(field: Any, value: Any) -> Iterator[Any]:
    """The messages that a field holds."""
    if field.type not in (FieldDescriptor.TYPE_MESSAGE, FieldDescriptor.TYPE_GROUP):
        return
    if field.message_type.GetOptions().map_entry:
        if field.message_type.fields_by_number[2].type == FieldDescriptor.TYPE_MESSAGE:
            yield from value.values()
    elif _is_repeated(field):
        yield from value
    else:
        yield value


def _round_numbers(message: Any) -> None:
    """Round the floats of a message, in place."""
    for field, value in message.ListFields():
        digits = _DIGITS.get(field.type)
        if digits is not None and _is_repeated(field):
            value[:] = [round(x, digits) for x in value]
        elif digits is not None:
            setattr(message, field.name, round(value, digits))
        for inner in _messages(field, value):
            _round_numbers(inner)


def _take_over_near(expected: Any, actual: Any, tolerance: float) -> None:
    """Set floats of one message to those of the other that they are near."""
    for (field, wanted), (other, found) in zip(expected.ListFields(), actual.ListFields()):
        if field.type in _DIGITS and _is_repeated(field):
            for i, (x, y) in enumerate(zip(wanted, found)):
                if _is_near(x, y, tolerance):
                    found[i] = x
        elif field.type in _DIGITS and _is_near(wanted, found, tolerance):
            setattr(actual, other.name, wanted)
        for inner, inner_other in zip(_messages(field, wanted), _messages(other, found)):
            _take_over_near(inner, inner_other, tolerance)


def _is_near(x: float, y: float, tolerance: float) -> bool:
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) == math.isnan(y)
    if math.isinf(x) or math.isinf(y):
        return x == y
    return abs(x - y) <= tolerance * max(abs(x), abs(y))
