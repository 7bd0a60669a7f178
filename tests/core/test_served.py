"""Functions that are no ops: their calls are events where somebody asks, and they are what they were in every other way."""

from __future__ import annotations

import inspect
import io
import pickle
import timeit
import traceback
import warnings

import numpy as np
import pytest

import plaidml_compat
from plaidml_compat import libraries, observe, registry
from plaidml_compat.random import eager


@pytest.fixture
def calls():
    heard = []
    end = observe.subscribe(heard.append, wants=["call", "import"])
    yield heard
    end()


def test_calls_of_a_program_are_events_and_its_own_are_not(tf, calls):
    tf.random.uniform((3,))
    eager.uniform((3,))  # as this package calls it
    assert [(e.kind, e.op, e.placement) for e in calls] == [("call", "tf.random.uniform", "host")]
    assert calls[0].seconds > 0 and calls[0].start > 0 and calls[0].thread


def test_every_name_of_a_function_is_the_same_object_and_counts_under_the_first(tf, calls):
    assert tf.io.encode_jpeg is tf.image.encode_jpeg
    tf.io.encode_jpeg(np.zeros((2, 2, 3), "uint8"))
    assert [e.op for e in calls if e.kind == "call"] == ["tf.image.encode_jpeg"]


def test_which_are_counted(tf):
    counted = {e.name for e in registry.entries() if isinstance(e, registry.Export) and e.is_counted}
    assert {"tf.random.normal", "tf.keras.utils.save_img", "tf.image.random_hue", "tf.io.encode_jpeg", "tf.map_fn"} - counted == {
        "tf.io.encode_jpeg"  # tf.image.encode_jpeg
    }
    others = {"tf.data.Dataset.map", "tf.device", "tf.keras.losses.mean_squared_error", "tf.random.Generator", "tf.__version__"}
    assert not others & counted


def test_an_error_counts_and_passes(tf, calls):
    with pytest.raises(TypeError, match="path-like") as e:
        tf.keras.utils.load_img(3)
    assert [c.op for c in calls if c.kind == "call"] == ["tf.keras.utils.load_img"]
    names = [f.name for f in traceback.extract_tb(e.value.__traceback__)]
    assert names[-2:] == ["tf.keras.utils.load_img", "load_img"]


def test_they_are_pickled_documented_and_signed_as_before(tf):
    for function, plain in ((tf.random.uniform, eager.uniform), (tf.image.random_flip_left_right, None)):
        assert pickle.loads(pickle.dumps(function)) is function
        assert inspect.signature(function) == inspect.signature(inspect.unwrap(function)) and inspect.getdoc(function)
        assert plain is None or inspect.unwrap(function) is plain


def test_warnings_name_the_line_of_the_program(tf):
    image = io.BytesIO()
    tf.keras.utils.save_img(image, np.zeros((2, 2, 3)), file_format="png")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        tf.keras.utils.load_img(image, grayscale=True)
    assert [w.filename for w in caught] == [__file__]


def test_it_costs_nothing_while_nobody_asks(tf):
    function = tf.executing_eagerly
    served, plain = (min(timeit.repeat(f, number=20000, repeat=5)) / 20000 for f in (function, inspect.unwrap(function)))
    assert served - plain < 1e-6


def test_imports_are_events_of_their_own(calls, monkeypatch, tmp_path):
    (tmp_path / "a_slow_library.py").write_text("import time; time.sleep(0.02)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    first = libraries.library("a_slow_library")
    assert libraries.library("a_slow_library") is first
    (event,) = calls
    assert (event.kind, event.op) == ("import", "a_slow_library") and event.seconds >= 0.02
    monkeypatch.delitem(__import__("sys").modules, "a_slow_library")


def test_what_makes_a_dataset_is_told_with_its_own_arguments(tf, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one").mkdir()
    tf.keras.utils.save_img("one/x.png", np.zeros((2, 2, 3)))
    told = str(plaidml_compat.explain(tf.keras.utils.image_dataset_from_directory(".", image_size=(8, 8), seed=1)))
    assert "image_size=(8, 8), seed=1)" in " ".join(told.split()) and "interpolation" not in told
