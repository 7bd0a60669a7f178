"""explain() advises another order of steps only where functions were seen to do the same there, on several elements."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest
from _explaining import IMAGES, SHORT, advised

import plaidml_compat
from plaidml_compat.data.explaining import judging, measuring, trying
from plaidml_compat.data.explaining.batching import batch_before_map
from plaidml_compat.data.explaining.proposals import Pipeline
from plaidml_compat.data.explaining.steps import steps_of
from plaidml_compat.data.running import run_of

LABELS = np.arange(24) % 4


@pytest.mark.parametrize("measured", [False, True])
def test_layers_that_mix_images_are_not_batched_first(tf, measured):
    L = tf.keras.layers
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)
    for layer, is_advised in ((L.MixUp(), False), (L.CutMix(), False), (L.RandomRotation(0.1), True), (L.RandomErasing(), True)):
        dataset = slices.map(layer).batch(8)
        found = measuring.measure(dataset._node, SHORT) if measured else None
        pipeline = Pipeline(steps_of(dataset._node), run_of(dataset._node), found)
        assert len(list(batch_before_map(pipeline))) == is_advised, layer.name


def test_a_function_that_looks_at_all_of_its_argument_is_not_batched_first(tf):
    def by_mean(x):
        return tf.where(tf.reduce_mean(x) > 100.0, x, -x)

    slices = tf.data.Dataset.from_tensor_slices(IMAGES)
    assert "batch before map" not in advised(slices.map(by_mean).batch(8))
    assert "batch before map" not in advised(slices.map(lambda x: tf.py_function(lambda a: a + 1, [x], tf.float32)).batch(2))
    assert "batch before map" not in advised(slices.map(lambda x: tf.numpy_function(np.negative, [x], tf.float32)).batch(2))


def test_the_real_elements_decide_where_there_are_any(tf):
    """On made-up images, which have no numbers below 0, a batch is as its elements; on these it is not."""

    def doubtful(x):
        return tf.image.flip_left_right(x) * (2.0 if float(tf.reduce_min(x)) < 0 else 1.0)

    dataset = tf.data.Dataset.from_tensor_slices(IMAGES - np.arange(24, dtype=np.float32).reshape(-1, 1, 1, 1) * 5).map(doubtful).batch(8)
    assert "batch before map" in advised(dataset)
    assert "batch before map" not in advised(dataset, measuring.measure(dataset._node, SHORT))


def test_resize_is_not_moved_over_what_counts_pixels(tf):
    L = tf.keras.layers
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)
    small, rotate = L.Resizing(8, 6), L.RandomRotation(0.1)

    def padded(x):
        return tf.image.pad_to_bounding_box(x, 4, 4, 40, 40)

    def cropped_back(x):
        return tf.image.crop_to_bounding_box(tf.image.pad_to_bounding_box(rotate(x), 4, 4, 40, 40), 0, 0, 16, 12)

    for bad in (
        slices.map(lambda x: tf.image.resize(padded(x), (8, 6))),
        slices.map(padded).map(lambda x: tf.image.resize(x, (8, 6))),
        slices.map(cropped_back).map(lambda x: small(x)),
        slices.map(lambda x: small(padded(rotate(x)))),
    ):
        assert not [what for what in advised(bad) if what.startswith("resize before")]


def test_filter_before_a_costly_map(tf):
    rotate = tf.keras.layers.RandomRotation(0.1)
    pairs = tf.data.Dataset.from_tensor_slices((IMAGES, LABELS))
    mapped = pairs.map(lambda a, y: (rotate(a), y))

    def found(dataset):
        return advised(dataset, measuring.measure(dataset._node, SHORT)).get("filter before map")

    by_label = found(mapped.filter(lambda a, y: y < 2))
    assert "leaves some out without a look at what it makes (tried on the first elements)" in by_label.why
    assert by_label.code.index(".filter(") < by_label.code.index(".map(") and "random numbers fall to others" in by_label.results
    assert found(mapped.filter(lambda a, y: tf.reduce_mean(a) > 120.0)) is None
    assert found(pairs.map(lambda a, y: (rotate(a), y + 1)).filter(lambda a, y: y < 2)) is None
    assert found(mapped.filter(lambda a, y: y < 100)) is None


def test_no_advice_on_speed_for_what_fails(tf):
    def picky(x):
        tf.debugging.assert_less(x, tf.constant(3, tf.int64))
        return tf.image.flip_left_right(tf.zeros((4, 4, 3)) + tf.cast(x, tf.float32))

    explained = plaidml_compat.explain(tf.data.Dataset.range(10).map(picky).batch(2), measure=SHORT)
    assert any(note.startswith("the pipeline failed") for note in explained.notes)
    assert "No advice on speed: what fails cannot be compared with what is advised." in explained.notes
    assert not {"batch before map", "map in threads"} & {a.what for a in explained.advice}


def test_results_that_differ_by_themselves_are_not_blamed_on_the_advice(tf, monkeypatch):
    monkeypatch.setattr("plaidml_compat.data.explaining.running_ahead.cores", lambda run: 4)
    monkeypatch.setattr(judging, "speeds", lambda *a: trying.Speeds((100.0,) * 3, (250.0,) * 3))

    def anew(x):
        threading.Event().wait(0.002)  # worth a thread
        return tf.image.flip_left_right(x) * float(os.urandom(1)[0])

    found = plaidml_compat.explain(tf.data.Dataset.from_tensor_slices(IMAGES).map(anew), measure=SHORT)
    (threads,) = (a for a in found.advice if a.what == "map in threads")
    assert threads.results == "not compared: two passes over the pipeline as it is differ too"
    assert threads.gain.startswith("measured here: 2.5x")


def test_results_of_what_draws_are_the_same_for_the_same_draws(tf, monkeypatch):
    monkeypatch.setattr("plaidml_compat.data.explaining.running_ahead.cores", lambda run: 4)
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)
    draws = advised(slices.map(tf.keras.layers.RandomRotation(0.3)))["map in threads"]
    assert draws.results == "the same, for the same random numbers"
    assert advised(slices.map(tf.image.flip_left_right))["map in threads"].results == "the same"


def test_what_is_no_image_has_no_size_to_change(tf):
    d = tf.data.Dataset
    words = d.from_generator(lambda: iter([[1], [1, 2]]), output_signature=tf.TensorSpec((None,), tf.int32))
    for dataset in (d.range(100).batch(2).batch(5), words.padded_batch(3)):
        assert "images of one size" not in advised(dataset, measuring.measure(dataset._node, SHORT))
        assert "images of one size" not in advised(dataset)


def test_whose_thread_it_is_is_not_made_up(tf, monkeypatch):
    monkeypatch.setattr("plaidml_compat.data.explaining.running_ahead.cores", lambda run: 4)
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)
    found = advised(slices.map(tf.image.flip_left_right).prefetch(2).map(tf.image.flip_up_down))
    assert "consumer" not in found["map in threads"].why
    ahead = found["prefetch at the end"].why
    assert "flip_up_down runs in the consumer's thread" in ahead and "flip_left_right" not in ahead
