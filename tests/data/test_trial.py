"""The trial run of a mapped function: once, on the host, unseen; and the specs that it tells."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest


def values(dataset):
    return [np.asarray(x).tolist() for x in dataset]


def test_spec_of_a_mapped_function_is_found_without_an_element(tf):
    seen = []

    def source():
        seen.append(1)
        yield np.zeros((5, 4, 3))

    dataset = tf.data.Dataset.from_generator(source, output_signature=tf.TensorSpec((None, 4, 3), tf.float32))
    mapped = dataset.map(lambda x: {"sum": tf.reduce_sum(x, axis=[1, 2]), "x": tf.cast(x, "int32")}).batch(2)
    assert mapped.element_spec == {
        "sum": tf.TensorSpec((None, None), tf.float32),
        "x": tf.TensorSpec((None, None, 4, 3), tf.int32),
    }
    assert not seen


def test_spec_of_a_function_that_refuses_zeros(tf):
    def picky(x):
        if not float(tf.reduce_max(x)):
            raise ValueError("zeros")
        return tf.cast(x, "int32")

    dataset = tf.data.Dataset.from_tensor_slices(np.ones((2, 3), np.float32)).map(picky)
    assert dataset.element_spec == tf.TensorSpec((None,), tf.int32)
    assert len(values(dataset)) == 2


def test_trial_runs_are_neither_counted_nor_drawn(tf):
    import plaidml_compat
    from plaidml_compat.random import layer_generator

    generator = layer_generator(1)
    events = []
    end = plaidml_compat.subscribe(events.append)
    try:
        dataset = tf.data.Dataset.from_tensor_slices(np.zeros((4, 2, 2, 1), np.float32)).batch(2)
        dataset = dataset.map(lambda x: tf.image.flip_left_right(x) + generator.uniform(()))
        assert dataset.element_spec.shape == (None, 2, 2, 1)
        assert not events and generator.counter == 1
        list(dataset)
        assert len([e for e in events if e.op == "tf.image.flip_left_right"]) == 2
    finally:
        end()


def unknown(tf, *specs):
    """A dataset of which only the specs are known, and which must not be read."""

    def source():
        raise AssertionError("an element was made")
        yield

    signature = tuple(tf.TensorSpec(shape, dtype) for shape, dtype in specs)
    return tf.data.Dataset.from_generator(source, output_signature=signature if len(signature) > 1 else signature[0])


@pytest.mark.parametrize(
    "make",
    [
        lambda tf: tf.data.Dataset.from_tensor_slices(np.ones((6, 8, 9, 3), np.float32)),
        lambda tf: tf.data.Dataset.from_tensor_slices(np.ones((6, 8, 9, 3), np.float32)).batch(4),
        lambda tf: unknown(tf, ((None, None, None, 3), "float32")),
        lambda tf: unknown(tf, ((), "string")),
    ],
    ids=["known", "batch", "all unknown", "text"],
)
def test_a_function_that_takes_zeros_runs_once(tf, make):
    calls = []

    def function(x):
        calls.append(x)
        return x

    dataset = make(tf).map(function)
    assert len(calls) == 1
    later = dataset.map(lambda x: x).filter(lambda x: True).prefetch(1).batch(2)
    for d in (dataset, later, later.unbatch()):
        d.element_spec, repr(d), d.cardinality()
    assert len(calls) == 1


def test_a_function_that_refuses_zeros_is_not_tried_again_for_its_spec(tf):
    calls = []

    def function(x):
        calls.append(x)
        raise ValueError("zeros")

    dataset = unknown(tf, ((None, None, None, 3), "float32")).map(function)
    tried = len(calls)
    assert 1 <= tried <= 3
    later = dataset.map(lambda x: x).batch(2).map(lambda x: x)
    assert "?" in repr(dataset) and "?" in repr(later)
    assert len(calls) == tried
    assert len(calls) == 1 or len({c.shape for c in calls}) == tried


def test_made_up_arrays_are_small(tf):
    tracemalloc.start()
    try:
        calls = []

        def function(x):
            calls.append(x.shape)
            raise ValueError("whatever the size")

        for spec in ((None, None, None, 3), (None, None, None, None, 3), (None, None, 512), (None, 100_000, 100), (None,) * 6):
            unknown(tf, (spec, "float32")).map(function)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(calls) >= 5  # the one with large known sizes too: its real elements are no smaller
    assert most < 2 * 4 * 100_000 * 100 + (1 << 24)
    assert max(np.prod(c) for c in calls if c[1:2] != (100_000,)) <= 1 << 22


@pytest.mark.parametrize(
    "function",
    [
        lambda p: Path(p.numpy().decode()).read_bytes(),
        lambda p: {b"cat": 0}[p.numpy()],
        lambda p: [0, 1][int(p.numpy().decode())],
        lambda p: exit(1),
        lambda p: p.numpy()[0],
        lambda p: undefined,  # noqa: F821
    ],
)
def test_what_fails_on_empty_texts_alone_never_surfaces(tf, function):
    dataset = tf.data.Dataset.from_tensor_slices(["cat"]).map(function)
    assert "?" in repr(dataset) and len(dataset) == 1


@pytest.mark.parametrize(
    "function", [lambda x: 1 // int(x), lambda x: x / x, lambda x: np.log(x) / x.numpy(), lambda x: [1, 2][int(x) - 7]]
)
def test_what_fails_on_zeros_alone_never_surfaces(tf, function, recwarn):
    dataset = tf.data.Dataset.from_tensor_slices(np.full(2, 7, np.int32)).map(function)
    assert len(dataset) == 2 and not recwarn.list
    assert len(values(dataset)) == 2


def inner(x, border):
    return x[border[0] : -border[0], border[1] : -border[1]]


SPECS = {
    "same": (lambda tf, x: x, (None, None, 3)),
    "resized": (lambda tf, x: tf.image.resize(x, (224, 224)), (224, 224, 3)),
    "resized, not square": (lambda tf, x: tf.image.resize(x, (192, 256)), (192, 256, 3)),
    "to 3:4": (lambda tf, x: tf.image.resize(x, (150, 200)), (150, 200, 3)),
    "every second": (lambda tf, x: x[::2, ::2], (None, None, 3)),
    "every fifth row": (lambda tf, x: x[::4], (None, None, 3)),
    "inner 7/8": (lambda tf, x: inner(x, tf.shape(x) // 16), (None, None, 3)),
    "without a border": (lambda tf, x: x[20:-20, 20:-20], (None, None, 3)),
    "cut out": (lambda tf, x: tf.image.crop_to_bounding_box(x, 0, 0, 512, 600), (512, 600, 3)),
    "turned": (lambda tf, x: tf.transpose(x, (1, 0, 2)), (None, None, 3)),
    "flat": (lambda tf, x: tf.reshape(x, (-1,)), (None,)),
    "rows": (lambda tf, x: tf.reshape(x, (-1, 3)), (None, 3)),
    "twice": (lambda tf, x: tf.concat([x, x], 0), (None, None, 3)),
    "batch of one": (lambda tf, x: x[None], (1, None, None, 3)),
    "means": (lambda tf, x: tf.reduce_mean(x, (0, 1)), (3,)),
    "one number": (lambda tf, x: tf.reduce_mean(x), ()),
    "one hot": (lambda tf, x: tf.one_hot(1, 10), (10,)),
}


@pytest.mark.parametrize("name", SPECS)
def test_spec_of_images_of_unknown_size(tf, name):
    """As TensorFlow tells it, from one run."""
    function, want = SPECS[name]
    dataset = unknown(tf, ((None, None, 3), "float32")).map(lambda x: function(tf, x))
    assert tuple(dataset.element_spec.shape) == want
    decoded = unknown(tf, ((), "string")).map(lambda p: tf.cast(tf.io.decode_jpeg(tf.io.read_file(p), 3), "float32"))
    assert tuple(decoded.element_spec.shape) == (None, None, 3)
    assert tuple(decoded.map(lambda x: function(tf, x)).element_spec.shape) == want
    at_once = unknown(tf, ((), "string")).map(lambda p: function(tf, tf.cast(tf.io.decode_jpeg(tf.io.read_file(p), 3), "float32")))
    assert tuple(at_once.element_spec.shape) == want


def test_spec_of_batches(tf):
    batches = unknown(tf, ((None, 224, 224, 3), "float32"), ((None,), "int32"))
    weighted = batches.map(lambda x, y: (x * tf.cast(y, "float32")[:, None, None, None], tf.one_hot(y, 2)))
    assert [tuple(s.shape) for s in weighted.element_spec] == [(None, 224, 224, 3), (None, 2)]
    spec = batches.map(lambda x, y: (x[:, ::2], x[::2])).element_spec
    assert [tuple(s.shape) for s in spec] == [(None, 112, 224, 3), (None, 224, 224, 3)]


def test_padded_batches_and_their_labels_have_one_batch_size(tf):
    batches = unknown(tf, ((None, None, 8), "float32"), ((None,), "float32"))
    spec = batches.map(lambda x, y: x * y[:, None, None]).element_spec
    assert tuple(spec.shape) == (None, None, 8)


def test_trial_runs_stay_on_the_host(tf):
    """Also a layer's own placement: the device would compile for sizes that never come."""
    from plaidml_compat import device_kernels

    dataset = tf.data.Dataset.from_tensor_slices(np.zeros((8, 6, 7, 1), np.float32)).batch(3)
    layer, before = tf.keras.layers.Rescaling(2.0, placement="device"), set(device_kernels._functions)
    with tf_scope():
        mapped = dataset.map(layer).map(lambda x: tf.image.flip_left_right(x))
    assert tuple(mapped.element_spec.shape) == (None, 6, 7, 1)
    assert set(device_kernels._functions) == before


def tf_scope():
    import plaidml_compat

    return plaidml_compat.device_scope("device")
