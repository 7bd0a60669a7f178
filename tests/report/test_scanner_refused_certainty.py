"""Calls are said to be refused only where that is certain: arguments behind a star, defaults, keywords that do not arrive."""

from __future__ import annotations

import pytest

from plaidml_compat import registry
from plaidml_compat.registry import Limit, limit_calls


def test_what_stands_behind_a_star_has_no_place(lines):
    assert lines('tf.keras.layers.UpSampling2D(*size, None, "bicubic")\ntf.keras.layers.UpSampling2D(2, None, *more, "bicubic")') == []
    assert lines('tf.keras.layers.UpSampling2D(*size, interpolation="bicubic")') == [1]
    assert lines('tf.keras.layers.Conv2D(*sizes, groups=2)\ntf.keras.layers.UpSampling2D(2, None, "bicubic", *more)') == [1, 2]


def test_a_default_counts_where_nothing_else_can_have_been_given(lines):
    with registry.temporary():
        limit_calls("tf.keras.layers.Dense", limits=[Limit("both", lambda units, use_bias=True: units == 7 and use_bias)])
        program = """
        tf.keras.layers.Dense(7)
        tf.keras.layers.Dense(7, *more)
        tf.keras.layers.Dense(units=7, **more)
        tf.keras.layers.Dense(*more, units=7)
        tf.keras.layers.Dense(7, "relu", bias)
        tf.keras.layers.Dense(7, "relu", True)
        """
        assert lines(program) == [1, 6]


def test_arguments_without_a_known_place_may_be_any(lines):
    """The optimizers' constructors are `(*args, **kwargs)`."""
    with registry.temporary():
        limit_calls("tf.keras.optimizers.SGD", limits=[Limit("both", lambda nesterov=False, momentum=0.0: nesterov and not momentum)])
        program = """
        tf.keras.optimizers.SGD(nesterov=True)
        tf.keras.optimizers.SGD(0.1, 0.9, nesterov=True)
        tf.keras.optimizers.SGD(*more, nesterov=True)
        tf.keras.optimizers.SGD(nesterov=True, momentum=0.0)
        """
        assert lines(program) == [1, 4]


def test_a_limit_may_be_that_nothing_is_given(lines):
    with registry.temporary():
        limit_calls("tf.keras.layers.Flatten", limits=[Limit("needed", lambda data_format=None: data_format is None)])
        assert lines('tf.keras.layers.Flatten()\ntf.keras.layers.Flatten("channels_last")\ntf.keras.layers.Flatten') == [1]


def test_a_class_and_an_op_of_one_name_stay_apart(lines):
    """`tf.keras.layers.add` is not `tf.add`, whose limits are its own."""
    with registry.temporary():
        limit_calls("tf.add", limits=[Limit("seven", lambda y=0: y == 7)])
        assert lines("tf.add(x, 7)\ntf.math.add(x, 7)\ntf.keras.layers.add([x], 7)") == [1, 2]


def test_keywords_that_are_declared_are_taken_where_they_arrive(tf, lines):
    with registry.temporary():
        limit_calls("tf.image.flip_left_right", parameters="picture=image")
        program = """
        tf.keras.layers.InputLayer((3,), dynamic=False)
        tf.keras.layers.Dense(3, dynamic=False)
        tf.image.flip_left_right(picture=x)
        tf.image.flip_left_right(painting=x)
        """
        assert lines(program) == [1, 4]
    with pytest.raises(TypeError):
        tf.keras.layers.InputLayer((3,), dynamic=False)
