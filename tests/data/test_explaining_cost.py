"""explain() of a dataset: what each step costs."""

from __future__ import annotations

import sys
import threading
import time
from types import SimpleNamespace

import pytest
from _explaining import SHORT, Clock, spending

import plaidml_compat
from plaidml_compat.data.explaining import measuring
from plaidml_compat.data.explaining.stopwatch import Stage
from plaidml_compat.data.running import run_of


def test_own_time_of_each_step(tf):
    clock = Clock()
    dataset = tf.data.Dataset.range(50).map(spending(clock, 0.010)).batch(5).map(spending(clock, 0.005)).prefetch(1)
    found = measuring.measure(dataset._node, 3.0, clock)
    each = {path: stage.each for path, stage in found.stages.items()}
    assert each[(0, 0, 0)] == pytest.approx(0.010) and each[(0,)] == pytest.approx(0.005)
    assert each[(0, 0)] == each[(0, 0, 0, 0)] == 0 and not found.problem
    assert 0 <= found.stages[(0, 0, 0)].elements - 5 * found.stages[(0,)].elements <= 10
    explained = plaidml_compat.explain(dataset.take(3), measure=SHORT)
    assert sum(r.share for r in explained.rows) == pytest.approx(1.0) and sum(r.is_bottleneck for r in explained.rows) == 1


def test_own_time_in_threads(tf):
    """Work in threads is the step's, also where the consumer waits meanwhile; waiting is no work."""
    dataset = tf.data.Dataset.range(2000).map(spending(SimpleNamespace(spend=lambda s: threading.Event().wait(s)), 0.004), 4)
    found = measuring.measure(dataset.batch(2)._node, 0.4)
    mapped, batched = found.stages[(0,)], found.stages[()]
    assert 0.0039 <= mapped.each < 0.1 and mapped.calls >= mapped.elements > 10
    assert mapped.waits > 0 and batched.work < mapped.work / 4


def test_time_is_up_also_before_the_first_element(tf):
    clock = Clock()
    dataset = tf.data.Dataset.range(1000).map(spending(clock, 1.0)).shuffle(1000).prefetch(1)
    found = measuring.measure(dataset._node, 5.0, clock)
    assert "no element came within 5 s" in found.problem and found.rate is None
    assert clock.now < 10 and found.stages[(0, 0)].each == pytest.approx(1.0)


def test_few_elements(tf):
    one = measuring.measure(tf.data.Dataset.range(1).map(spending(Clock(), 0.0))._node, SHORT)
    assert one.problem == "" and one.timed >= 1 and one.rate
    single = measuring.measure(tf.data.Dataset.from_generator(lambda: iter([1]), output_signature=tf.TensorSpec((), tf.int64))._node, SHORT)
    assert single.problem.startswith("there is one element only") and single.rate is None
    assert measuring.measure(tf.data.Dataset.range(0)._node, SHORT).problem == "there is no element"
    text = str(plaidml_compat.explain(tf.data.Dataset.range(0), measure=SHORT))
    assert "there is no element" in text


def test_an_error_of_the_users_function_is_told(tf):
    def bad(x):
        if int(x) == 3:
            raise ValueError("three is too many")
        return x

    text = " ".join(str(plaidml_compat.explain(tf.data.Dataset.range(9).map(bad, num_parallel_calls=2), measure=SHORT)).split())
    assert "the pipeline failed: ValueError: three is too many" in text
    assert "in the function given to tf.data.Dataset.map at" in text and "for the element 3" in text


def test_the_rate_is_that_of_the_pipeline_without_instruments(tf):
    """By hand it is the same, up to what another load of the machine makes of it; with instruments it was a fifth."""
    dataset = tf.data.Dataset.range(10**6).map(lambda x: x + 1).batch(2)
    found = measuring.measure(dataset._node, 0.6)
    assert not found.with_instruments and found.timed
    elements = dataset._node.begin(run_of(dataset._node))
    next(elements)
    begun, n = time.perf_counter(), 0
    while time.perf_counter() - begun < 0.3:
        next(elements)
        n += 1
    elements.close()
    assert n / 3 < found.rate * 0.3 < n * 3
    title = plaidml_compat.explain(dataset, measure=1.0).title
    assert "elements/s" in title and "without timing steps" in title


def test_a_generator_of_the_users_is_measured_in_its_one_pass(tf):
    dataset = tf.data.Dataset.from_generator(lambda: iter(range(10**7)), output_signature=tf.TensorSpec((), tf.int64))
    assert "while steps were timed, which takes time too" in plaidml_compat.explain(dataset, measure=SHORT).title


def test_counts_from_many_threads_are_all_there():
    stage, first = Stage(), []

    def count():
        for _ in range(20_000):
            stage.add(work=1.0, waits=2.0, elements=3, calls=4)
        first.append(stage.notes("function") is not None)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        workers = [threading.Thread(target=count) for _ in range(6)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    finally:
        sys.setswitchinterval(before)
    assert (stage.work, stage.waits, stage.elements, stage.calls) == (120_000, 240_000, 360_000, 480_000)
    assert sum(first) == 1
