"""ctrl-C stops a program at once, wherever in a dataset it falls."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest
from _threads import looked_at, none_left

pytestmark = pytest.mark.usefixtures("heeds_ctrl_c")

PROGRAM = """
    import os, sys, threading, time
    import numpy as np
    import plaidml_compat
    import plaidml_compat.data as data

    first = threading.Lock()

    def begun():
        if first.acquire(blocking=False):
            os.write(1, b"begun\\n")

    def asleep(x):
        if int(x):  # not in the trial run
            begun()
            time.sleep(60)
            os.write(1, b"done\\n")
        return x

    def computing(x):
        if int(x):
            begun()
            np.sort(np.random.rand(60_000_000))  # seconds without a look at signals
            os.write(1, b"done\\n")
        return x

    def generate():
        yield from range(1, 9)

    numbers = data.Dataset.from_generator(generate, "int32")

    def a_map():
        list(numbers.map(asleep, num_parallel_calls=2))

    def a_tuned_map():
        list(numbers.map(asleep, num_parallel_calls=-1))

    def a_prefetch():
        list(numbers.map(asleep).prefetch(2))

    def many_steps():
        step = numbers.map(asleep, num_parallel_calls=2)
        list(data.Dataset.zip((step, step.prefetch(1), step.map(lambda x: x, num_parallel_calls=2).prefetch(3))).prefetch(1))

    def a_long_computation():
        list(numbers.map(computing, num_parallel_calls=2).prefetch(1))

    def the_loop():
        for x in numbers.map(lambda x: x if int(x) < 3 else asleep(x), num_parallel_calls=2).prefetch(1):
            if int(x) == 2:
                time.sleep(60)

    def fit():
        plaidml_compat.install("llvm_cpu.0")
        import tensorflow as tf
        model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(1,))])
        model.compile("sgd", "mse")
        def pair(x):
            if int(x) > 7:  # the first steps are compiled and done
                asleep(x)
            x = tf.reshape(tf.cast(x, tf.float32), (1, 1))
            return x, x
        model.fit(numbers.map(pair, num_parallel_calls=2).prefetch(1), verbose=0, steps_per_epoch=8)

    try:
        globals()[sys.argv[1]]()
    except KeyboardInterrupt:
        os.write(1, b"stopped\\n")
        sys.exit(7)
"""

PLACES = ["a_map", "a_tuned_map", "a_prefetch", "many_steps", "a_long_computation", "the_loop", "fit"]


@pytest.mark.parametrize("place", PLACES)
def test_ctrl_c_stops_at_once(place):
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM), place]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "begun\n", process.stderr.read()
            time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=50)
            assert (process.returncode, out) == (7, "stopped\n"), f"it waited for the function: {err}"
        finally:
            process.kill()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_wherever_it_falls(tf, monkeypatch):
    """At a hundred moments of a pipeline that never rests: between any two steps of the consumer's thread."""
    d = tf.data.Dataset
    step = d.range(10**6).map(looked_at, num_parallel_calls=2).prefetch(3)
    dataset = d.zip((step, step.shuffle(5))).batch(2).map(lambda x, y: looked_at(x) + y, num_parallel_calls=-1).prefetch(1)
    moments = random.Random(5)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    again = []
    monkeypatch.setattr("plaidml_compat.interrupts._interrupt", lambda: again.append(1))
    late = []
    try:
        for _ in range(100):
            moment = moments.uniform(1e-5, 8e-3)
            due = time.monotonic() + moment
            try:
                signal.setitimer(signal.ITIMER_REAL, moment)
                for _ in dataset:
                    if again or time.monotonic() > due + 2:
                        break  # it fell into a function whose exceptions Python ignores
            except KeyboardInterrupt:
                pass
            if again or time.monotonic() < due + 2:
                late.append(time.monotonic() - due)
            again.clear()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert len(late) >= 95
    assert sorted(late)[50] < 0.5, "most of them, also on a busy machine"
    assert none_left()


def test_one_that_falls_where_python_ignores_errors_comes_again(tf):
    """While an iterator is dropped, whose threads are waited for."""
    blocked, go_on = threading.Event(), threading.Event()

    def function(x):
        if int(x) == 3:
            blocked.set()
            go_on.wait(20)
        return x

    go_on.set()  # for the trial of the function
    dataset = tf.data.Dataset.range(1, 9).map(function, num_parallel_calls=2)
    blocked.clear()
    go_on.clear()
    iterator = iter(dataset)
    next(iterator)
    assert blocked.wait(10)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            del iterator
            time.sleep(60)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        go_on.set()


def test_an_iterator_goes_on_after_it(tf):
    """Nothing is lost to a ctrl-C that falls where the iterator waits."""
    go_on = threading.Event()

    def function(x):
        if int(x) == 3:
            go_on.wait(20)
        return x

    go_on.set()  # for the trial of the function
    dataset = tf.data.Dataset.range(1, 9).map(function, num_parallel_calls=2)
    go_on.clear()
    iterator = iter(dataset)
    got = [int(next(iterator)), int(next(iterator))]
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(KeyboardInterrupt):
            next(iterator)
    finally:
        signal.signal(signal.SIGALRM, before)
    go_on.set()
    assert got + [int(x) for x in iterator] == list(range(1, 9))
