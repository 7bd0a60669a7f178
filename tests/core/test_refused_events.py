"""What this package refuses is an event, also where the program catches the error or only asks."""

from __future__ import annotations

import contextlib
import copy
import pickle
import threading

import numpy as np
import pytest

import plaidml_compat
from plaidml_compat import PlacementError, UnsupportedOpError


@pytest.fixture
def refused():
    """The (op, placement, file, line) of the refusals so far."""
    seen = []

    def reader(event):
        if event.kind == "refused":
            seen.append((event.op, event.placement, *event.site))

    end = plaidml_compat.subscribe(reader)
    yield seen
    end()


def here():
    import sys

    return sys._getframe(1).f_lineno


def test_a_missing_name_that_is_only_asked_for(tf, refused):
    assert not hasattr(tf.linalg, "svd")
    line = here() - 1
    assert refused == [("tf.linalg.svd", "", __file__, line)]


def test_a_name_is_told_as_the_program_wrote_it_where_several_have_one_reason(tf, refused):
    from plaidml_compat.report.profile.collecting import profile

    asked = {"tf.keras.layers.MultiHeadAttention", "tf.keras.layers.GroupNormalization", "tf.test.benchmark_config"}
    with profile() as running:
        assert not hasattr(tf.keras.layers, "MultiHeadAttention")
        assert not hasattr(tf.keras.layers, "GroupNormalization")
        assert not hasattr(tf.test, "benchmark_config")
    assert {r[0] for r in refused} == asked
    assert {r.name for r in running.rows} == asked


def test_a_summary_tells_what_was_refused(tf):
    with plaidml_compat.Summary() as summary:
        for _ in range(2):
            hasattr(tf.linalg, "svd")
    line = here() - 1
    (row,) = summary.refusals()
    assert (row["op"], row["placement"], row["file"], row["line"], row["count"]) == ("tf.linalg.svd", "", __file__, line, 2)
    assert "does not have it yet" in row["reason"] and "tf.linalg" in row["advice"]
    head, said = summary.text().split("\n", 1)
    assert head == "plaidml_compat: no op ran, 2 refused"
    assert f"tf.linalg.svd: refused at test_refused_events.py:{line}, 2 times: TensorFlow" in said and "-> " in said


def test_an_error_that_is_caught_in_a_thread(tf, refused):
    def work():
        with contextlib.suppress(Exception):
            tf.data.Dataset.range(3).sparse_batch(2, [1])

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert [r[:3] for r in refused] == [("tf.data.Dataset.sparse_batch", "", __file__)]


def test_a_placement_error(tf, refused):
    x = tf.keras.Input((4, 4, 3))
    h = tf.keras.layers.Conv2D(3, 1)(x)
    with pytest.raises(PlacementError):
        tf.keras.layers.Equalization()(h)
    assert [r[:2] for r in refused] == [("tf.keras.layers.Equalization", "device")]
    with plaidml_compat.device_scope("device"):
        plaidml_compat.install(fallback="error")
        try:
            with pytest.raises(PlacementError):
                tf.image.rot90(np.zeros((2, 2, 1), np.float32))
        finally:
            plaidml_compat.install(fallback="warn")
    assert refused[-1][:2] == ("tf.image.rot90", "device")


def test_listing_a_module_asks_for_nothing(tf, refused):
    assert "svd" not in dir(tf.linalg)
    assert refused == []


@pytest.mark.parametrize("cls", [UnsupportedOpError, PlacementError])
def test_an_error_from_another_process_did_not_happen_here(tf, refused, cls):
    error = cls("tf.x", "why.", "What to do")
    assert [r[0] for r in refused] == ["tf.x"]
    for again in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(again) is cls and str(again) == str(error) and again.args == error.args
        assert (again.op, again.reason, again.advice) == ("tf.x", "why", "What to do")
    assert len(refused) == 1


def functions(tf):
    """Functions of a dataset that ask for what is missing: for whole batches, for each element, and one that returns its argument."""

    def to_floats(x):
        hasattr(tf.image, "psnr")
        return tf.cast(x, tf.float32) / 255.0

    def flipped(x):
        hasattr(tf.image, "psnr")
        return tf.image.flip_up_down(x)

    def same(x):
        hasattr(tf.image, "psnr")
        return x

    return [to_floats, flipped, same]


@pytest.mark.parametrize("which", range(3))
def test_in_a_function_of_a_dataset_however_it_is_run(tf, refused, which):
    images = np.zeros((4, 5, 6, 3), np.uint8)
    list(tf.data.Dataset.from_tensor_slices(images).map(functions(tf)[which]))
    assert {r[0] for r in refused} == {"tf.image.psnr"} and all(r[2] == __file__ for r in refused)


def test_explaining_a_dataset_refuses_nothing(tf, refused):
    dataset = tf.data.Dataset.from_tensor_slices(np.zeros((4, 5, 6, 3), np.uint8)).map(functions(tf)[0])
    refused.clear()
    plaidml_compat.explain(dataset, measure=0.05)
    assert refused == []
