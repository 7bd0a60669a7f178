"""Profiles against what is known otherwise: clocks and counters in the kernels, cProfile, and sums done by hand."""

from __future__ import annotations

import cProfile
import pstats
import re
import sys
import threading
import time
import warnings

import numpy as np
import pytest
from _profiles import X, Y, model, row

import plaidml_compat
from plaidml_compat import observe, registry
from plaidml_compat.libraries import library
from plaidml_compat.registry import op
from plaidml_compat.tensor import Tensor


def test_seconds_and_calls_are_those_of_a_clock_in_the_kernel(tf, clocked):
    start = time.perf_counter()
    with plaidml_compat.profile() as p:
        for _ in range(20):
            clocked(X)
        time.sleep(0.05)
    around = time.perf_counter() - start
    within = sum(s for s, _ in clocked.took)
    r = row(p, "tf.clocked")
    assert (r.host_calls, r.device_calls, r.kind, r.device_seconds) == (20, 0, "op", 0.0)
    assert within <= r.host_seconds <= around - 0.05
    t = p.totals
    assert t.host_seconds == r.host_seconds and (t.host_calls, t.device_calls, t.steps) == (20, 0, 0)
    assert t.covered_seconds == pytest.approx(r.host_seconds)  # one thread: nothing overlaps
    assert within + 0.05 <= t.wall_seconds <= around
    assert 0.05 <= t.other_seconds == t.wall_seconds - t.covered_seconds
    assert t.device_share == 0.0


def test_calls_and_seconds_are_those_of_cprofile(tf):
    images = np.random.RandomState(1).rand(16, 64, 64, 3).astype("float32")
    resize = registry.OPS["tf.image.resize"]
    tf.image.resize(images, (48, 48))  # imports
    watch = cProfile.Profile()
    with plaidml_compat.profile() as p:
        watch.enable()
        for _ in range(30):
            tf.image.resize(images, (48, 48))
        watch.disable()
    code = resize.host.__code__
    calls, _, _, cumulative, _ = pstats.Stats(watch).stats[code.co_filename, code.co_firstlineno, code.co_name]
    r = row(p, "tf.image.resize")
    assert r.host_calls == calls == 30
    assert cumulative <= r.host_seconds <= p.totals.wall_seconds
    assert cumulative >= 0.5 * r.host_seconds, "a kernel's time is nearly all of an op's"


def test_an_op_within_an_op_counts_once(tf, clocked):
    @op("tf.outer")
    def outer(x: Tensor):
        time.sleep(0.01)
        for _ in range(5):
            clocked(x)
        return x

    with plaidml_compat.profile() as p:
        for _ in range(3):
            outer(X)
        clocked(X)
    assert (row(p, "tf.outer").host_calls, row(p, "tf.clocked").host_calls) == (3, 16)
    within = sum(s for s, _ in clocked.took)
    assert within <= row(p, "tf.clocked").host_seconds <= p.totals.wall_seconds - 0.03
    assert 0.03 <= row(p, "tf.outer").host_seconds <= p.totals.wall_seconds - within
    assert p.totals.host_seconds == pytest.approx(p.totals.covered_seconds, abs=1e-6)


@pytest.mark.parametrize("overlap", [False, True])
def test_five_steps_of_training(fitted, overlap):
    p, around = fitted[overlap]
    step = row(p, "train_function")
    assert (step.kind, step.device_calls, step.host_calls, step.compilations) == ("function", 5, 0, 1)
    # To the device: a batch of images and one of labels. Back: the loss and the accuracy of each picture.
    assert (step.to_device.count, step.to_device.bytes) == (5 * 2, X.nbytes + Y.nbytes)
    assert step.from_device.count == 5 * 2
    assert 0 < step.compile_seconds <= step.device_seconds <= around
    for name in ("tf.keras.layers.Rescaling", "tf.keras.layers.RandomFlip"):
        layer = row(p, name)
        assert (layer.kind, layer.host_calls, layer.device_calls, layer.to_device.count) == ("layer", 5, 0, 0)
        assert sum(place.count for place in layer.places) == 5 and {place.file for place in layer.places} == {model.__code__.co_filename}
    assert [r.name for r in p.rows if r.kind == "function"] == ["train_function"]
    t = p.totals
    assert (t.steps, t.device_calls, t.host_calls, t.compilations, t.to_device) == (5, 0, 10, 1, step.to_device)
    assert t.device_share == pytest.approx(step.device_seconds / sum(r.seconds for r in p.rows))
    assert t.covered_seconds <= t.wall_seconds <= around


def test_ops_on_the_device_one_by_one(tf):
    flip = tf.keras.layers.RandomFlip(seed=1)
    with warnings.catch_warnings(), plaidml_compat.profile() as p, plaidml_compat.device_scope("device"):
        for _ in range(3):
            tf.math.abs(X)
        warnings.simplefilter("ignore")
        flip(X)
        flip(X)
    r = row(p, "tf.math.abs")
    assert (r.device_calls, r.host_calls, r.kind) == (3, 0, "op")
    assert (r.to_device.count, r.to_device.bytes, r.from_device.count, r.from_device.bytes) == (3, 3 * X.nbytes, 3, 3 * X.nbytes)
    assert 0 < r.compile_seconds <= r.device_seconds and r.compilations == 1
    # What its op's kernel copies and compiles counts under the layer's name, as its runs do.
    layer = row(p, "tf.keras.layers.RandomFlip")
    assert (layer.device_calls, layer.from_device.count, layer.from_device.bytes) == (2, 2, 2 * X.nbytes)
    assert {r.name for r in p.rows} == {"tf.math.abs", "tf.keras.layers.RandomFlip"}
    assert (p.totals.steps, p.totals.device_share) == (0, 1.0)


def test_ops_in_a_graph_are_built_and_run_in_its_steps(tf):
    with plaidml_compat.profile() as p:
        made = tf.keras.Sequential([tf.keras.layers.Lambda(lambda x: tf.math.abs(x), input_shape=(3,))])
        made.predict(np.ones((2, 3), "float32"))
    r = row(p, "tf.math.abs")
    assert (r.built, r.host_calls, r.device_calls, r.seconds) == (1, 0, 0, 0.0)
    assert row(p, "predict_function").device_calls == 1


def test_worker_threads_count(tf, clocked):
    dataset = tf.data.Dataset.range(40).map(lambda i: clocked(i, 0.005), num_parallel_calls=4).prefetch(2)
    clocked.took.clear()  # of trial runs
    with plaidml_compat.profile() as p:
        assert len(list(dataset)) == 40
    r, t = row(p, "tf.clocked"), p.totals
    assert r.host_calls == 40 == len(clocked.took)
    assert len({thread for _, thread in clocked.took}) > 1 and threading.get_ident() not in {thread for _, thread in clocked.took}
    assert sum(s for s, _ in clocked.took) <= r.host_seconds <= 4 * t.wall_seconds
    assert t.covered_seconds < t.host_seconds, "threads overlap"
    assert t.covered_seconds <= t.wall_seconds


def test_a_function_applied_to_stacks_counts_once_a_stack(tf):
    dataset = tf.data.Dataset.range(500).map(lambda x: x * 3 + 1).batch(100)
    with plaidml_compat.profile() as p:
        list(dataset)
    assert {r.name: r.host_calls for r in p.rows} == {"tf.math.multiply": 5, "tf.math.add": 5}


def test_trial_runs_do_not_count(tf, clocked):
    with plaidml_compat.profile() as p:
        dataset = tf.data.Dataset.range(3).map(clocked)
        assert dataset.element_spec.dtype == tf.int64
        assert p.rows == []
        list(dataset)
    assert len(clocked.took) > 3 and row(p, "tf.clocked").host_calls == 3


def test_reasons_and_lines_of_fallbacks(tf):
    plaidml_compat.install(fallback="allow")
    try:
        with plaidml_compat.profile() as p, plaidml_compat.device_scope("device"):
            for _ in range(2):
                tf.image.rot90(X)
            tf.image.rot90(X)
    finally:
        plaidml_compat.install(fallback="warn")
    (reason,) = row(p, "tf.image.rot90").reasons
    line = test_reasons_and_lines_of_fallbacks.__code__.co_firstlineno + 5
    assert (reason.kind, reason.count, reason.reason) == ("fallback", 3, "it has no device kernel")
    assert "device_scope" in reason.advice
    assert [(place.file, place.line, place.count) for place in reason.places] == [(__file__, line, 2), (__file__, line + 1, 1)]
    assert p.totals.fallbacks == 3 and row(p, "tf.image.rot90").host_calls == 3


def test_what_is_refused_is_told_though_it_was_caught(tf):
    with plaidml_compat.profile() as p:
        for _ in range(2):
            assert not hasattr(tf.linalg, "svd")
    r = row(p, "tf.linalg.svd")
    assert (r.number_of("refused"), r.host_calls, p.totals.refused) == (2, 0, 2)
    assert {place.file for place in r.reasons[0].places} == {__file__}


def test_slow_ops_say_why(tf, monkeypatch):
    monkeypatch.setattr("plaidml_compat.cost.slower_on_device", lambda *_: plaidml_compat.cost.Slow("it was measured so", "Do not"))
    with warnings.catch_warnings(), plaidml_compat.profile() as p, plaidml_compat.device_scope("device"):
        warnings.simplefilter("ignore")
        tf.math.abs(X)
    (reason,) = row(p, "tf.math.abs").reasons
    assert (reason.kind, reason.reason, reason.advice, reason.count) == ("slow", "it was measured so", "Do not", 1)


def test_lines_that_ran_an_op(tf, clocked):
    def twice(x):
        return clocked(clocked(x))

    line = test_lines_that_ran_an_op.__code__.co_firstlineno + 2
    with plaidml_compat.profile(sites=True) as p, plaidml_compat.profile() as without:
        twice(X)
        clocked(X, 0.02)
        list(tf.data.Dataset.range(3).map(clocked))
    r = row(p, "tf.clocked")
    assert [(place.line - line, place.count) for place in r.places] == [(6, 3), (0, 2), (5, 1)]
    assert sum(place.seconds for place in r.places) == pytest.approx(r.host_seconds)
    assert r.places[2].seconds >= 0.02
    assert row(without, "tf.clocked").places == ()


def test_images_that_are_loaded_count(tf, tmp_path):
    for i in range(3):
        (tmp_path / f"class{i % 2}").mkdir(exist_ok=True)
        tf.keras.utils.save_img(str(tmp_path / f"class{i % 2}" / f"{i}.png"), X[i])
    with plaidml_compat.profile() as p:
        list(tf.keras.utils.image_dataset_from_directory(str(tmp_path), image_size=(4, 4)))
        data = tf.io.read_file(str(tmp_path / "class0" / "0.png"))
        tf.io.decode_png(data)
        tf.data.Dataset.from_tensors(data).map(tf.io.decode_png).element_spec  # noqa: B018 - a trial
    assert {r.name: (r.host_calls, r.kind) for r in p.rows} == {
        # Reading, not the call that lists the folder, nor the functions as a whole: these count once.
        "tf.keras.utils.image_dataset_from_directory": (3, "loading"),
        "tf.io.read_file": (1, "loading"),
        "tf.image.decode_png": (1, "loading"),
    }
    with plaidml_compat.Summary() as summary:
        tf.io.decode_png(data)
    assert not summary.runs


def test_functions_that_are_no_ops_have_rows(tf, tmp_path):
    """Their seconds are those of a clock around them, and what they call is counted by itself."""
    took = time.perf_counter()
    with plaidml_compat.profile(sites=True) as p:
        for _ in range(3):
            tf.random.normal((300, 300))
        tf.io.encode_jpeg((X[0] * 255).astype("uint8"))
        tf.keras.utils.save_img(str(tmp_path / "x.png"), X[0])
        tf.keras.utils.load_img(str(tmp_path / "x.png"))
        list(tf.data.Dataset.from_tensor_slices(X).map(lambda x: tf.image.random_brightness(x, 0.2), num_parallel_calls=2))
        list(tf.data.Dataset.range(2).map(tf.zeros_like))
    took = time.perf_counter() - took
    others = {r.name: r.host_calls for r in p.rows if r.kind == "other"}
    assert others == {
        "tf.random.normal": 3,
        "tf.image.encode_jpeg": 1,
        "tf.keras.utils.save_img": 1,
        "tf.keras.utils.load_img": 1,
        "tf.image.random_brightness": 20,
    }
    line = test_functions_that_are_no_ops_have_rows.__code__.co_firstlineno
    assert [(place.line - line, place.count) for place in row(p, "tf.random.normal").places] == [(5, 3)]
    assert row(p, "tf.image.adjust_brightness").host_calls == 20, "what it calls counts too"
    assert p.totals.other_calls == 26 and p.totals.host_calls == sum(r.host_calls for r in p.rows if r.kind == "op")
    assert 0 < sum(r.seconds for r in p.rows) == pytest.approx(p.totals.host_seconds) and p.totals.covered_seconds <= took


def test_imports_are_no_time_of_the_op_that_makes_them(tf, monkeypatch, tmp_path):
    (tmp_path / "a_library_of_an_op.py").write_text("import time; time.sleep(0.05)\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    with registry.temporary():

        @op("tf.importing")
        def importing(x: Tensor):
            library("a_library_of_an_op")
            return x

        with plaidml_compat.profile() as p:
            importing(X)
            importing(X)
    monkeypatch.delitem(sys.modules, "a_library_of_an_op")
    r = row(p, "tf.importing")
    assert r.host_calls == 2 and r.host_seconds < 0.05 <= p.totals.import_seconds <= p.totals.covered_seconds
    assert [x.name for x in p.rows] == ["tf.importing"]
    assert re.search(r"libraries that ops imported when they first needed them: 0\.\d+ s", str(p))


def test_a_model_or_layer_called_eagerly_has_its_name(tf):
    made = tf.keras.Sequential([tf.keras.layers.Dense(2, input_shape=(3,))], name="small")
    with plaidml_compat.profile() as p:
        made(np.ones((2, 3), "float32"))
        tf.keras.layers.Dense(4, name="wide")(np.ones((2, 3), "float32"))
    assert {r.name: (r.kind, r.device_calls) for r in p.rows} == {"small (called)": ("function", 1), "wide (called)": ("function", 1)}


def test_names_of_one_op_are_one_row(tf):
    with plaidml_compat.profile() as p:
        for name in ("tf.abs", "tf.math.abs", "tf.not_of_this_package"):
            observe.emit(plaidml_compat.Event("run", name, "host", 1.0))
    assert {r.name: r.host_calls for r in p.rows} == {"tf.math.abs": 2, "tf.not_of_this_package": 1}
    assert p.totals.host_seconds == 3.0, "an event without its beginning counts too"
