"""explain() of a dataset: advice for those that need it, and none for others."""

from __future__ import annotations

import ast
import threading

import pytest
from _explaining import IMAGES, SHORT, Clock, advised, joined, spending

import plaidml_compat
from plaidml_compat.data.explaining import judging, measuring, trying


def test_a_good_pipeline_gets_no_advice(tf):
    flip = tf.keras.layers.RandomFlip()
    dataset = tf.data.Dataset.from_tensor_slices(IMAGES).map(lambda x: tf.image.resize(x, (8, 8)), num_parallel_calls=tf.data.AUTOTUNE)
    dataset = dataset.cache().shuffle(24).batch(8).map(flip, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)
    assert advised(dataset).keys() <= {"batch before map"}  # the resize, whose results are kept
    assert not advised(tf.data.Dataset.range(8).map(lambda x: x * 2).batch(4))


def test_batch_before_map(tf):
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)
    flip, crop = tf.keras.layers.RandomFlip(), tf.keras.layers.Resizing(8, 6)
    found = advised(slices.map(flip).map(crop).map(lambda x: x / 255.0).batch(8))["batch before map"]
    ast.parse(found.code)
    assert joined(found.code) == (
        "dataset = (tf.data.Dataset.from_tensor_slices(...).batch(8).map(flip).map(crop).map(lambda x: x / 255.0))"
    )
    assert found.gain == "not measured" and found.before is None and "random numbers" in found.results
    deterministic = advised(slices.map(lambda x: tf.image.flip_left_right(x)).batch(8))["batch before map"]
    assert deterministic.results.startswith("the same")
    for name, function in {
        "elementwise": lambda x: x + 1.0,  # applied to whole batches already
        "one draw for all": lambda x: tf.image.random_brightness(x, 0.2),
        "first axis": lambda x: tf.reverse(x, [0]),
        "sum": lambda x: tf.reduce_sum(x),
        "refuses": lambda x: tf.ensure_shape(x, (16, 12, 3)),
    }.items():
        assert "batch before map" not in advised(slices.map(function).batch(8)), name


def test_resize_before_what_works_on_every_pixel(tf):
    L = tf.keras.layers
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)
    rotate, small, large = L.RandomRotation(0.1), L.Resizing(8, 6), L.Resizing(32, 24)
    found = advised(slices.map(lambda x: rotate(x)).map(lambda x: small(x)).batch(4))
    (advice,) = [a for what, a in found.items() if what.startswith("resize before")]
    assert advice.what == "resize before tf.keras.layers.RandomRotation" and "16x12" in advice.why and "8x6" in advice.why
    assert "pixels change" in advice.results
    (within,) = [a for what, a in advised(slices.map(lambda x: small(rotate(x)))).items() if what.startswith("resize before")]
    assert not within.code and "within the function" in within.gain
    crop = L.CenterCrop(12, 10)
    for good in (
        slices.map(lambda x: small(x)).map(lambda x: rotate(x)),
        slices.map(lambda x: rotate(x)).map(lambda x: large(x)),
        slices.map(lambda x: small(crop(x))),
    ):
        assert not [what for what in advised(good) if what.startswith("resize before")]


def test_cache_before_what_is_random(tf):
    flip = tf.keras.layers.RandomFlip()
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)

    def resized(x):
        return tf.image.resize(x, (8, 6))

    found = advised(slices.shuffle(24).map(resized).map(flip).batch(4))["cache before random steps"]
    assert ".map(resized).cache().shuffle(24).map(" in joined(found.code)
    assert "cache before random steps" not in advised(slices.map(resized).cache().map(flip).batch(4))
    assert "cache before random steps" not in advised(slices.map(resized).batch(4))
    assert "cache before random steps" not in advised(slices.repeat().map(resized).map(flip))


def test_what_cache_would_repeat_is_warned_of(tf):
    flip = tf.keras.layers.RandomFlip()
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)
    found = advised(slices.map(flip).cache().batch(4))["random before cache"]
    assert found.is_warning and ".cache().map(" in found.code and "Warning" in found.lines()[0]
    assert "random before cache" not in advised(slices.cache().map(flip).batch(4))
    assert advised(slices.shuffle(24).cache())["shuffle before cache"].code.endswith(".cache().shuffle(24)")
    for fine in (
        slices.cache().shuffle(24),
        slices.shuffle(24).cache().shuffle(24),
        slices.shuffle(9, reshuffle_each_iteration=False).cache(),
    ):
        assert "shuffle before cache" not in advised(fine)


def test_shuffles(tf):
    names = tf.data.Dataset.range(5000)
    big = names.map(lambda x: tf.zeros((64, 64, 3)) + float(len(str(x.numpy()))))
    assert ".shuffle(4000).map(" in joined(advised(big.shuffle(4000))["shuffle before the elements are large"].code)
    assert "shuffle before the elements are large" not in advised(names.shuffle(4000))
    assert ".shuffle(40).batch(4)" in advised(names.batch(4).shuffle(10))["shuffle before batch"].code
    for fine in (names.shuffle(10).batch(4), names.batch(4).unbatch().shuffle(10)):
        assert "shuffle before batch" not in advised(fine)


def test_sizes_that_change(tf):
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)
    assert "24 elements in batches of 5" in advised(slices.batch(5))["batches of one size"].why
    for fine in (slices.batch(6), slices.batch(5, drop_remainder=True), slices.repeat().batch(5)):
        assert "batches of one size" not in advised(fine)
    height = tf.keras.layers.RandomHeight(0.3)
    stretched = slices.batch(6).map(lambda x: height(x))
    assert "RandomHeight" in advised(stretched)["images of one size"].why
    assert "images of one size" not in advised(stretched.map(lambda x: tf.image.resize(x, (8, 8))))
    seen = measuring.measure(stretched._node, SHORT)
    assert f"{len(seen.shapes)} different sizes were seen" in advised(stretched, seen)["images of one size"].why


def test_prefetch_and_threads(tf, monkeypatch):
    monkeypatch.setattr("plaidml_compat.data.explaining.running_ahead.cores", lambda run: 4)
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)
    crop = tf.keras.layers.Resizing(8, 6)
    assert {"map in threads", "prefetch at the end"} <= advised(slices.map(crop)).keys()
    threaded = slices.map(crop, num_parallel_calls=2)
    assert not {"map in threads", "prefetch at the end"} & advised(threaded).keys()
    assert "prefetch at the end" not in advised(slices.map(crop).prefetch(1))
    assert not {"map in threads", "prefetch at the end"} & advised(slices.map(lambda x: x + 1.0)).keys()
    # Measured: only where the function takes the time.
    clock = Clock()
    fast = slices.map(crop).batch(4).map(spending(clock, 0.01), num_parallel_calls=2)
    assert "map in threads" not in advised(fast, measuring.measure(fast._node, 0.5, clock))
    slow = slices.map(spending(clock, 0.01)).batch(4)
    assert "map in threads" in advised(slow, measuring.measure(slow._node, 0.5, clock))


def test_a_gain_is_one_that_was_measured_and_no_gain_no_advice(tf, monkeypatch):
    crop = tf.keras.layers.Resizing(8, 6)
    dataset = tf.data.Dataset.from_tensor_slices(IMAGES).map(crop).batch(4)
    for rates, is_advised in (((100.0, 250.0), True), ((100.0, 80.0), False)):
        monkeypatch.setattr(judging, "speeds", lambda before, after, seconds: trying.Speeds((rates[0],) * 3, (rates[1],) * 3))
        found = plaidml_compat.explain(dataset, measure=SHORT)
        batched = [a for a in found.advice if a.what == "batch before map"]
        assert bool(batched) == is_advised
        if is_advised:
            assert batched[0].gain == "measured here: 2.5x (100 -> 250 elements/s)"
            assert (batched[0].before, batched[0].after) == rates and "compared here" in batched[0].results
        else:
            assert any("tried batch before map" in note and "no clear gain (100 -> 80" in note for note in found.notes)


def test_speeds_are_those_of_the_two_pipelines(tf):
    clock = Clock()
    slow = tf.data.Dataset.range(40).map(spending(clock, 0.010))
    fast = tf.data.Dataset.range(40).map(spending(clock, 0.004))
    found = trying.speeds(slow._node, fast._node, 20.0, clock)
    assert found.is_clear and found.middle(found.before) == pytest.approx(100, rel=0.1)
    assert found.middle(found.after) == pytest.approx(250, rel=0.1)
    assert not trying.speeds(fast._node, slow._node, 20.0, clock).is_clear
    some = tf.data.Dataset.from_tensors([4.0, 2.0])
    assert (
        trying.difference(some._node, some.map(lambda x: x + 1)._node) == (True, 0.25)
        and not trying.difference(slow._node, slow.batch(2)._node)[0]
    )


def test_a_cache_is_tried_as_later_passes_have_it(tf):
    flip = tf.keras.layers.RandomFlip()

    def slowly(x):
        threading.Event().wait(0.003)
        return tf.image.resize(x, (8, 6))

    dataset = tf.data.Dataset.from_tensor_slices(IMAGES).map(slowly).map(flip).batch(4)
    found = {a.what: a for a in plaidml_compat.explain(dataset, measure=0.6).advice}["cache before random steps"]
    assert found.after > 1.5 * found.before and "in the passes after the first" in found.gain


def test_what_is_given_is_checked(tf):
    dataset = tf.data.Dataset.range(3)
    with pytest.raises(ValueError, match=r"`measure` is True, False or a number of seconds above 0; received -1"):
        plaidml_compat.explain(dataset, measure=-1)
    with pytest.raises(TypeError, match="`data` is for models"):
        plaidml_compat.explain(dataset, data=IMAGES)
    with pytest.raises(TypeError, match="an iterator is not: pass the dataset"):
        plaidml_compat.explain(iter(dataset))
    with pytest.raises(TypeError, match=r"put the layer into a tf\.keras\.Sequential"):
        plaidml_compat.explain(tf.keras.layers.RandomFlip())
