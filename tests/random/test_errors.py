"""tf.errors: classes, bases, constructors."""

from __future__ import annotations

import pickle

import pytest


def test_classes_and_codes(tf):
    e = tf.errors.InvalidArgumentError(None, None, "no good")
    assert str(e) == e.message == "no good" and e.error_code == tf.errors.INVALID_ARGUMENT == 3
    assert e.node_def is None and e.op is None
    assert isinstance(e, tf.errors.OpError) and tf.errors.OpError.__bases__ == (Exception,)
    assert not isinstance(e, (ValueError, OSError))
    assert tf.errors.OutOfRangeError(None, None, "").error_code == 11


@pytest.mark.parametrize("name", ["NotFoundError", "OutOfRangeError", "UnimplementedError", "DataLossError", "CancelledError"])
def test_they_can_be_pickled(tf, name):
    e = pickle.loads(pickle.dumps(getattr(tf.errors, name)("node", "op", "what")))
    assert type(e) is getattr(tf.errors, name) and (e.node_def, e.op, e.message) == ("node", "op", "what")
    general = pickle.loads(pickle.dumps(tf.errors.OpError(None, None, "x", 9)))
    assert general.error_code == 9
