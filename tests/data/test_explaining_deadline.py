"""explain() of a dataset ends in time and within memory, whatever the pipeline does, and says why there is no number."""

from __future__ import annotations

import contextvars
import threading
import time

import pytest
from _explaining import IMAGES, SHORT

import plaidml_compat
from plaidml_compat.data.explaining import deadline, measuring


def explained(dataset, seconds=SHORT):
    """The explanation as text in one line, and how long it took."""
    begun = time.perf_counter()
    text = " ".join(str(plaidml_compat.explain(dataset, measure=seconds)).split())
    return text, time.perf_counter() - begun


def test_what_is_run_gives_its_result_or_its_error_in_this_context():
    variable = contextvars.ContextVar("variable", default=0)
    variable.set(3)
    assert deadline.run_for(5.0, lambda: variable.get() + 1) == 4
    with pytest.raises(ZeroDivisionError):
        deadline.run_for(5.0, lambda: 1 / 0)


def test_python_code_is_stopped():
    before = threading.active_count()

    def forever():
        while True:
            pass

    with pytest.raises(deadline.Stopped, match=r"it took more than 0\.05 s$") as caught:
        deadline.run_for(0.05, forever)
    assert caught.value.beyond == "" and threading.active_count() == before


def test_memory_is_bounded():
    held = []

    def grow():
        while True:
            held.append(bytearray(b"x") * (1 << 20))

    with pytest.raises(deadline.Stopped, match=r"it took more than 0\.1 GB of memory"):
        deadline.run_for(60.0, grow, most=100_000_000)
    assert len(held) < 4000


def test_what_is_blocked_is_left_and_ends_when_it_returns(monkeypatch):
    monkeypatch.setattr(deadline, "_PATIENCE", 0.05)
    go_on, after = threading.Event(), []

    def blocked():
        go_on.wait(30)
        after.append(1)

    before = set(threading.enumerate())
    with pytest.raises(deadline.Stopped, match="a thread is left until that returns"):
        deadline.run_for(0.05, blocked)
    (thread,) = set(threading.enumerate()) - before
    go_on.set()
    thread.join(10)
    assert not thread.is_alive() and not after


def test_a_buffer_that_takes_too_long_to_fill(tf):
    before = set(threading.enumerate())
    text, took = explained(tf.data.Dataset.range(10**15).shuffle(10**9).map(lambda v: v + 1).batch(10**6))
    assert f"no element came within {SHORT:g} s" in text and took < 5
    assert not set(threading.enumerate()) - before


def test_a_generator_that_stalls(tf, monkeypatch):
    monkeypatch.setattr(deadline, "_PATIENCE", 0.05)
    go_on = threading.Event()

    def numbers():
        yield 1
        go_on.wait(30)
        yield 2

    text, took = explained(tf.data.Dataset.from_generator(numbers, output_signature=tf.TensorSpec((), tf.int64)), 1.0)
    go_on.set()
    assert "one element came within 1 s, and no other" in text and "a thread is left" in text and took < 5


def test_advice_that_does_not_end_is_not_given(tf, monkeypatch):
    from plaidml_compat.data.explaining import judging

    def speeds(*args):
        while True:
            pass

    monkeypatch.setattr(judging, "speeds", speeds)
    dataset = tf.data.Dataset.from_tensor_slices(IMAGES).map(tf.image.flip_left_right).batch(4)
    assert measuring.measure(dataset._node, SHORT).rate
    text, _ = explained(dataset)
    assert "not advised, there was no end to it: it took more than" in text


def test_a_function_that_takes_long_is_not_tried_for_batches(tf):
    calls = []

    def slow(x):
        calls.append(1)
        threading.Event().wait(0.15)
        return tf.image.flip_left_right(x)

    dataset = tf.data.Dataset.from_tensors(tf.zeros((4, 4, 3))).repeat(16).map(slow).batch(4)
    begun = len(calls)
    assert "batch before map" not in {a.what for a in plaidml_compat.explain(dataset).advice}
    assert len(calls) - begun <= 4
