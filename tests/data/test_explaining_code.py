"""explain() of a dataset: steps as the user wrote them, and the code that is printed."""

from __future__ import annotations

import ast
import functools
import gc
import importlib
import pkgutil
import weakref

import numpy as np
import pytest
import resume_cases
from _explaining import IMAGES, joined, rows

from plaidml_compat import registry
from plaidml_compat.data.explaining.calls import call_of, chain_of
from plaidml_compat.registry import Limit, limit_calls


def code_of(dataset):
    return joined(chain_of(dataset._node))


def plus(x, k=1):
    return x + k


class Plus:
    def __call__(self, x):
        return x + 5

    def twice(self, x):
        return x + 10


def test_lambdas_in_one_line_are_told_apart(tf):
    k = 3
    dataset = tf.data.Dataset.range(3).map(lambda x: x + 1).map(lambda x: x + 2).map(lambda x: x * k).filter(lambda x: x + 1 > k)
    steps = [r["step"] for r in rows(dataset)[1:]]
    assert steps == ["map(lambda x: x + 1)", "map(lambda x: x + 2)", "map(lambda x: x * k)", "filter(lambda x: x + 1 > k)"]


def test_what_one_call_makes_is_named_after_it(tf, tmp_path, monkeypatch):
    for i in range(3):
        (tmp_path / f"{i}.txt").write_text("x")
    monkeypatch.chdir(tmp_path)
    dataset = tf.data.Dataset.list_files("*.txt", seed=2)
    assert [r["step"] for r in rows(dataset)] == ["list_files: from_tensor_slices", "list_files('*.txt', seed=2)"]
    lines = tf.data.TextLineDataset(["0.txt"]).batch(2)
    assert [r["step"] for r in rows(lines)] == ["TextLineDataset: TensorSlice", "TextLineDataset(['0.txt'])", "batch(2)"]
    assert code_of(lines) == "dataset = tf.data.TextLineDataset(['0.txt']).batch(2)"
    assert code_of(tf.data.TextLineDataset(dataset)) == "dataset = tf.data.TextLineDataset(tf.data.Dataset.list_files('*.txt', seed=2))"


def test_methods_with_limits_are_told_as_others(tf):
    no_seven = Limit("seven", lambda buffer_size=0: buffer_size == 7)
    with registry.temporary():
        limit_calls("tf.data.Dataset.shuffle", limits=[no_seven])
        assert rows(tf.data.Dataset.range(3).shuffle(2))[1]["step"] == "shuffle(2)"
    assert rows(tf.data.Dataset.range(3).shuffle(2))[1]["step"] == "shuffle(2)"


def test_functions_of_our_own_are_not_shown(tf):
    numbers = tf.data.Dataset.range(9)
    grouped = numbers.group_by_window(lambda x: x % 2, lambda k, d: d.batch(2), window_size=2)
    assert call_of(grouped._node) == "group_by_window(lambda x: x % 2, lambda k, d: d.batch(2), window_size=2)"
    bucketed = numbers.bucket_by_sequence_length(plus, [3, 5], [2, 2, 2])
    assert call_of(bucketed._node) == "bucket_by_sequence_length(plus, [3, 5], [2, 2, 2])"
    names = {f["name"] for dataset in (grouped, bucketed) for r in rows(dataset) for f in r["functions"]}
    assert "plus" in names and not names & {"converted", "batched", "bucket"}


def scope(tf):
    """What the pipelines are made of, beside this module's functions."""
    return {"tf": tf, "d": tf.data.Dataset, "plused": Plus(), "doubled": tf.keras.layers.Rescaling(2.0)}


def pipelines(tf, d, plused, doubled):
    return {
        "shuffle": lambda: d.range(20).shuffle(10, seed=2, reshuffle_each_iteration=False).batch(3),
        "range": lambda: d.range(2, 20, 3, output_type=tf.int32),
        "padded": lambda: d.range(5).map(lambda x: tf.range(x)).padded_batch(4, padded_shapes=(6,), padding_values=tf.cast(7, tf.int64)),
        "window": lambda: d.range(10).window(3, stride=2, drop_remainder=True).flat_map(lambda w: w.batch(3)),
        "interleave": lambda: d.range(4).interleave(lambda i: d.range(i, i + 5), cycle_length=2, block_length=3),
        "partial": lambda: d.range(3).map(functools.partial(plus, k=4), num_parallel_calls=tf.data.AUTOTUNE, deterministic=False),
        "function": lambda: d.range(3).map(plus).batch(2, num_parallel_calls=2),
        "object": lambda: d.range(3).map(Plus()),
        "method": lambda: d.range(3).map(plused.twice),
        "layer": lambda: d.range(3, output_type=tf.float32).map(doubled),
        "apply": lambda: d.range(4).apply(tf.data.experimental.assert_cardinality(4)).prefetch(tf.data.AUTOTUNE),
        "groups": lambda: d.range(9).group_by_window(lambda x: x % 2, lambda k, g: g.batch(4), window_size=4),
        "chain": lambda: d.range(9).take(7).skip(1).shard(2, 1).repeat(2).enumerate(5).filter(lambda i, x: x > 3),
        "generator": lambda: d.from_generator(lambda: iter([1, 2]), output_signature=tf.TensorSpec([], tf.int32, name="n")),
        "tensors": lambda: d.from_tensors((2.5, b"x", {"a": [1, 2]}, float("inf"))),
        "scan": lambda: d.range(5).scan(np.int64(4), lambda s, x: (s + x, s * x)),
        "random": lambda: d.random(seed=3).take(-1).take(4),
    }


@pytest.mark.parametrize("name", pipelines(None, None, None, None))
def test_the_code_makes_the_pipeline(tf, name):
    names = scope(tf)
    dataset = pipelines(**names)[name]()
    code = chain_of(dataset._node)
    assert "..." not in code
    made = dict(globals(), **names)
    exec(code, made)
    assert repr(made["dataset"]) == repr(dataset)
    assert [n.call.given.keys() for n in made["dataset"]._node.above()] == [n.call.given.keys() for n in dataset._node.above()]
    a, b = list(dataset), list(made["dataset"])
    assert len(a) == len(b) > 0
    for x, y in zip(tf.nest.flatten(a), tf.nest.flatten(b)):
        np.testing.assert_array_equal(x, y)


@pytest.mark.parametrize("module", sorted(m.name for m in pkgutil.iter_modules(resume_cases.__path__)))
def test_the_code_is_python_whatever_the_pipeline(tf, tmp_path, module):
    for name, make in importlib.import_module(f"resume_cases.{module}").cases(tf, tmp_path).items():
        try:
            node = make()._node
        except Exception:  # cases of errors
            assert module == "errors"
            continue
        for step in (node, *node.above()):
            code = chain_of(step)
            ast.parse(code)
            assert code.startswith("dataset = ") and step.call is not None, (name, code)
            assert call_of(step).partition("(")[0].strip().isprintable()


def test_what_cannot_be_written_is_dots(tf):
    d = tf.data.Dataset
    options = [tf.data.Options()]
    assert code_of(d.from_tensor_slices(IMAGES).with_options(options[0])) == (
        "dataset = tf.data.Dataset.from_tensor_slices(...).with_options(options[0])"
    )
    long = d.range(3).map(lambda x: (x + 1111111111) * 1111111111 - 1111111111 * (x + 1111111111) + (x - 1))
    assert code_of(long) == "dataset = tf.data.Dataset.range(3).map(...)" and call_of(long._node) == "map(lambda)"
    looped = d.range(3)
    for k in range(2):
        looped = looped.map(lambda x: x + k)
    for f in (Plus(), Plus()):
        looped = looped.map(f)
    # Each means something else each time: the code would make another pipeline.
    assert (
        code_of(looped.map(lambda x: x + 9))
        == "dataset = tf.data.Dataset.range(3).map(...).map(...).map(...).map(...).map(lambda x: x + 9)"
    )
    assert code_of(d.zip((d.range(3), d.range(4))).batch(2)) == "dataset = tf.data.Dataset.zip((..., ...)).batch(2)"
    assert code_of(d.range(3).concatenate(d.range(4)).batch(2)).startswith("dataset = tf.data.Dataset.concatenate(..., ...).batch(2)")
    given = []
    list(d.range(4).window(2).flat_map(lambda w: given.append(code_of(w.batch(2))) or w.batch(2)))
    assert given and set(given) == {"dataset = dataset.batch(2)"}


def test_nothing_is_kept_alive(tf):
    array, scalar = np.zeros(3), Plus()
    function = functools.partial(plus, k=np.int64(3))
    dataset = tf.data.Dataset.from_tensor_slices(array.tolist()).map(function).take(tf.constant(2))
    kept = [weakref.ref(array), weakref.ref(scalar)]
    dataset = dataset.apply(lambda ds, a=array, s=scalar: ds.batch(2))
    applied = weakref.ref(dataset._node.parent)
    del array, scalar
    gc.collect()
    assert [ref() for ref in kept] == [None, None] and applied() is not None
    assert dataset._node.parent.call.given["count"] == 2
