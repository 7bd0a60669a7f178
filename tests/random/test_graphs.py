"""Whose numbers come when in graphs within graphs: what is warned of, and what no golden shows."""

from __future__ import annotations

import gc
import sys
import warnings
import weakref

import numpy as np
import pytest


def _drawn(tf, function, n=6):
    tf.random.set_seed(42)
    return [float(x) for x in tf.data.Dataset.range(n).map(function)]


def test_numbers_that_cannot_be_told_are_warned_of_once(tf):
    def u():
        return tf.random.uniform([])

    def until(i):
        s = tf.zeros([])
        while u() < 0.9:
            s += 1
        return s

    def returns(i):
        x = u()
        if i > 0:
            if x > 0.5:
                return x
            x += u()
        return x + u()

    for function in (until, returns):
        with pytest.warns(UserWarning, match="may not be TensorFlow's") as caught:
            _drawn(tf, function)
        assert {w.filename for w in caught} == {__file__}
        with warnings.catch_warnings(record=True) as again:
            warnings.simplefilter("default")
            _drawn(tf, function)
            _drawn(tf, function)
        assert len({w.lineno for w in again}) == len(again) == 1


def test_branches_in_one_line(tf):
    def u():
        return tf.random.uniform([])

    def apart(i):
        if u() > 0.5:
            return u()
        return -u()

    want = _drawn(tf, apart)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        got = _drawn(tf, lambda i: u() if u() > 0.5 else -u())
    if sys.version_info >= (3, 11):
        assert got == want
        assert not caught
    else:
        assert caught


def test_code_without_a_source_draws_in_the_graph_around_it(tf):
    scope = {"tf": tf}
    exec("def f(i):\n    u = tf.random.uniform([])\n    if u > 0.5:\n        return tf.random.uniform([])\n    return u", scope)
    straight = _drawn(tf, lambda i: tf.stack([tf.random.uniform([]), tf.random.uniform([])])[1])
    assert _drawn(tf, scope["f"])[0] == straight[0]


def test_a_library_asking_tensors_is_no_branch(tf):
    def asks(i):
        np.asarray([bool(v) for v in (tf.random.uniform([]) > 0.5,)])
        return tf.random.uniform([])

    straight = _drawn(tf, lambda i: tf.stack([tf.random.uniform([]), tf.random.uniform([])])[1])
    assert _drawn(tf, asks) == straight


def test_functions_keep_neither_arguments_nor_frames(tf):
    class Image:
        pass

    seen = []

    @tf.function
    def draw(image):
        seen.append(weakref.ref(image))
        own = Image()
        seen.append(weakref.ref(own))
        x = tf.random.uniform([])
        if x >= 0:
            x = x + tf.random.uniform([])
        return x

    tf.random.set_seed(1)
    draw(Image())
    gc.collect()
    assert [r() for r in seen] == [None, None]


def test_an_error_leaves_the_graph(tf):
    @tf.function
    def fails(x):
        tf.random.uniform([])
        raise KeyError(x)

    tf.random.set_seed(1)
    want = [float(tf.random.uniform([])) for _ in range(2)]
    tf.random.set_seed(1)
    got = []
    for _ in range(2):
        with pytest.raises(KeyError):
            fails(1)
        with pytest.raises(TypeError):
            fails()
        with pytest.raises(ValueError, match="no"):
            tf.map_fn(lambda v: (_ for _ in ()).throw(ValueError("no")), tf.range(2))
        got.append(float(tf.random.uniform([])))
    assert got == want


def test_a_pass_goes_on_within_branches(tf):
    def f(i):
        x = tf.random.uniform([])
        if x > 0.5:
            x += tf.random.uniform([])
        for _ in tf.range(2):
            x += tf.random.uniform([])
        return x, tf.cond(x > 1, lambda: tf.random.uniform([]), lambda: -tf.random.uniform([]))

    tf.random.set_seed(42)
    dataset = tf.data.Dataset.range(8).map(f)
    whole = [tuple(map(float, e)) for e in dataset]
    assert len(set(whole)) == 8
    for n in range(8):
        first = iter(dataset)
        for _ in range(n):
            next(first)
        second = iter(dataset)
        second.restore_state(first.save_state())
        assert [tuple(map(float, e)) for e in second] == whole[n:]
