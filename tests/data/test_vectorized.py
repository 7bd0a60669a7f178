"""Vectorized functions: which ones are, that they give what the function gives element by element, and what they leave alone."""

from __future__ import annotations

import collections
import inspect
import io
import random

import numpy as np
import pytest

import plaidml_compat
from plaidml_compat import ops, registry
from plaidml_compat.data.function import UserFunction
from plaidml_compat.registry import OPS, Op
from plaidml_compat.tensor import Tensor

ops.load()
ELEMENTWISE = sorted({op.name for op in OPS.values() if isinstance(op, Op) and op.elementwise})
MORE = {"tf.cast": ("float64", "int32", "bool", "float16"), "tf.clip_by_value": ((-1, 3),)}
MORE.update({"tf.math.floordiv": (3,), "tf.math.floormod": (-3, 5)})
KINDS = {"float": ("float32", "float64", "float16"), "int": ("int32", "int8"), "uint": ("uint8", "uint32"), "complex": ("complex64",)}
Pair = collections.namedtuple("Pair", "image label")


def stacks(op):
    """Stacks of 64 elements for each tensor argument, in every dtype that the op takes; huge, tiny and broken numbers too."""
    words = next(iter(op.accepts.values()), "float int uint").split()
    for dtype in [d for w in words if w != "string" for d in KINDS.get(w, (w,))]:
        r = np.random.RandomState(1)
        columns = []
        for _ in op.tensor_args:
            a = r.uniform(0 if dtype.startswith("u") else -100, 100, (64, 2, 3))
            if np.dtype(dtype).kind == "f":
                a[::7, 0, 0], a[1::7, 0, 1], a[2::9, 1, 1], a[3::9, 1, 2] = np.nan, np.inf, 1e-30, -0.0
            columns.append(a.astype(dtype) if dtype != "bool" else a > 0)
        yield columns


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise_ops_do_not_depend_on_the_size(name):
    """What `elementwise=True` declares: the same bits for one element and for a stack of them."""
    op = OPS[name]
    compared = 0
    with np.errstate(all="ignore"):
        for columns in stacks(op):
            for extra in MORE.get(name, ((),)):
                rest = extra if isinstance(extra, tuple) else (extra,)
                if callable(op.elementwise):  # a divisor that is the same for all
                    columns = columns[:1]
                if columns[0].dtype.kind == "u":
                    rest = tuple(abs(r) if isinstance(r, int) else r for r in rest)
                finite = [np.nan_to_num(c, posinf=9, neginf=-9) if extra == "int32" and c.dtype.kind == "f" else c for c in columns]
                whole = np.asarray(op.obj(*map(Tensor, finite), *rest))
                parts = np.stack([np.asarray(op.obj(*(Tensor(c[i]) for c in finite), *rest)) for i in range(64)])
                assert whole.tobytes() == parts.tobytes() and whole.dtype == parts.dtype, (columns[0].dtype, extra)
                compared += 1
    assert compared


def test_all_that_is_claimed_is_known():
    assert {"tf.math.add", "tf.cast", "tf.math.truediv", "tf.math.less", "tf.math.logical_and"} <= set(ELEMENTWISE)
    assert not {"tf.image.resize", "tf.math.exp", "tf.reduce_sum"} & set(ELEMENTWISE)


X = np.random.RandomState(0).uniform(-3, 3, (7, 4, 2)).astype(np.float32)
Y = np.arange(7)


def functions(tf):
    mean = np.array([0.5, -0.25], np.float32)
    return {
        "scale": lambda x, y: (tf.cast(x, tf.float32) / 255.0, y),
        "a number on the left": lambda x, y: (1.0 - x, 3 * y),
        "a captured array": lambda x, y: (x - mean, y),
        "a captured tensor": lambda x, y: (x * tf.constant([2.0, 0.5]), y),
        "a list": lambda x, y: (x - [1.0, 2.0], y),
        "ranks that differ": lambda x, y: (x * tf.cast(y, tf.float32), y),
        "a constant of higher rank": lambda x, y: (tf.cast(y, tf.float32) + np.ones((2, 3), np.float32), y),
        "a dictionary": lambda x, y: {"b": x + 1.0, "a": y},
        "a named tuple": lambda x, y: Pair(tf.abs(x), y),
        "one only": lambda x, y: tf.maximum(x, 0.0),
        "twice the same": lambda x, y: (x + 1.0,) * 2,
        "a constant beside": lambda x, y: (x * 2.0, 7, [1, 2]),
        "comparisons": lambda x, y: (x > 0.5, tf.logical_and(x > 0.0, x < 1.0)),
        "shape": lambda x, y: x / float(x.shape[0] * len(x.shape)),
        "equal": lambda x, y: (y == 3, x != 0.5),
        "by dtype": lambda x, y: x + 1.0 if x.dtype == tf.float32 else x,
        "an attempt": lambda x, y: x + 1.0 if hasattr(x, "name") else x - 1.0,
        "whole numbers": lambda x, y: (x, y // 2 + y % 3),
        "bounds": lambda x, y: tf.clip_by_value(x, -1.0, 0.5),
        "nested": lambda x, y: ((x + 1.0, (y,)), {"a": -x}),
    }


def others(tf):
    seen = []
    return {
        "numpy": lambda x, y: (Tensor(np.sin(x.numpy())), y + 1) if hasattr(x, "numpy") else x,
        "an array function": lambda x, y: np.sin(x) + (y + 1).numpy(),
        "a reduction": lambda x, y: x - tf.reduce_mean(x),
        "an index": lambda x, y: x[0] + 1.0,
        "an index made of it": lambda x, y: tf.constant(X)[y] + x,
        "a decision": lambda x, y: x + 1.0 if y > 3 else x,
        "a draw": lambda x, y: x + tf.random.uniform((), seed=3),
        "a layer": (lambda layer: lambda x, y: layer(x[..., None] + 1.0))(tf.keras.layers.RandomFlip(seed=2)),
        "nothing but a note": lambda x, y: (seen.append(1), x)[1],
        "division of integers": lambda x, y: (x + 1.0, 12 // (y + 1)),
        "a tensor in a list": lambda x, y: tf.stack([x, x + 1.0]),
    }


def compared(tf, function, make):
    """Elements and specs of the same pipeline with the function vectorized, if it can be, and not."""
    dataset = make(tf, function)
    tf.random.set_seed(4)
    elements = list(make(tf, function).as_numpy_iterator())
    with pytest.MonkeyPatch.context() as m:
        m.setattr(UserFunction, "is_vectorized", property(lambda self: False, lambda self, value: None), raising=False)
        tf.random.set_seed(4)
        plain = make(tf, function)
        assert repr(plain.element_spec) == repr(dataset.element_spec)
        expected = list(plain.as_numpy_iterator())
    return elements, expected


def flat(nest):
    if isinstance(nest, dict):
        return [leaf for k in sorted(nest) for leaf in flat(nest[k])]
    return [leaf for part in nest for leaf in flat(part)] if isinstance(nest, tuple) else [nest]


PIPELINES = {
    "map": lambda tf, f: tf.data.Dataset.from_tensor_slices((X, Y)).map(f),
    "batch": lambda tf, f: tf.data.Dataset.from_tensor_slices((X, Y)).map(f).batch(3),
    "threads": lambda tf, f: tf.data.Dataset.from_tensor_slices((X, Y)).map(f, num_parallel_calls=2).batch(2, drop_remainder=True),
    "shuffle": lambda tf, f: tf.data.Dataset.from_tensor_slices((X, Y)).shuffle(5, seed=1).map(f).repeat(2).batch(4),
    "shuffled after": lambda tf, f: tf.data.Dataset.from_tensor_slices((X, Y)).map(f).shuffle(5, seed=1).batch(4),
    "of a generator": lambda tf, f: tf.data.Dataset.from_tensor_slices((X, Y)).filter(lambda x, y: y != 2).map(f).batch(4),
}


@pytest.mark.parametrize("pipeline", sorted(PIPELINES))
def test_same_elements(tf, pipeline):
    for name, function in {**functions(tf), **others(tf)}.items():
        if name == "a layer":
            continue  # its generator goes on from one pipeline to the next
        elements, expected = compared(tf, function, PIPELINES[pipeline])
        assert len(elements) == len(expected) > 0
        for a, b in zip(elements, expected):
            assert type(a) is type(b)
            for x, y in zip(flat(a), flat(b)):
                assert np.asarray(x).dtype == np.asarray(y).dtype and np.shape(x) == np.shape(y), name
                assert np.asarray(x).tobytes() == np.asarray(y).tobytes(), name


def test_which_functions_are(tf):
    source = tf.data.Dataset.from_tensor_slices((X, Y))

    def vectorized(function):
        return source.map(function)._node._function.is_vectorized

    assert {n for n, f in functions(tf).items() if not vectorized(f)} == set()
    assert {n for n, f in others(tf).items() if vectorized(f)} == set()


def test_large_elements_are_not(tf):
    """Threads have something to do there, and a stack would leave the processor's caches."""
    large = tf.data.Dataset.from_tensor_slices(np.zeros((2, 200, 200, 3), np.float32)).map(lambda x: x / 255.0)
    assert not large._node._function.is_vectorized
    unknown = tf.data.Dataset.from_generator(lambda: iter([X[0]]), output_signature=tf.TensorSpec((None, 2))).map(lambda x: x / 2.0)
    assert not unknown._node._function.is_vectorized


def test_an_extension_may_say_so(tf):
    with registry.temporary():

        @registry.op("plaidml_compat.doubled", elementwise=True)
        def doubled(x: TensorLike) -> TensorLike:  # noqa: F821
            """Twice x."""
            return x + x

        dataset = tf.data.Dataset.from_tensor_slices(X).map(lambda x: doubled(x))
        assert dataset._node._function.is_vectorized
        np.testing.assert_array_equal(next(iter(dataset.batch(7))), X + X)


def test_what_it_took_from_elsewhere_stays_as_in_a_trace(tf):
    """As in TensorFlow, which runs the function once: a number of Python's is what it was then."""
    numbers = iter(range(1, 100))
    dataset = tf.data.Dataset.range(4).map(lambda x: x * next(numbers))
    assert [int(x) for x in dataset] == [0, 1, 2, 3]


def test_elements_belong_to_the_receiver(tf):
    dataset = tf.data.Dataset.from_tensor_slices((X, Y)).map(lambda x, y: (x, x * 1.0, x, tf.cast(x, tf.float32), y + 1))
    for elements in (dataset, dataset.batch(3), dataset.shuffle(4, seed=1).batch(3)):
        for e in elements.as_numpy_iterator():
            for i, a in enumerate(e[:4]):
                a[...] = i + 0.5
                assert not any(np.may_share_memory(a, b) for b in (*e[:i], *e[i + 1 : 4]))
    np.testing.assert_array_equal(next(iter(dataset.batch(7)))[0], X)


def test_constants_are_what_they_were(tf):
    """As in a trace: who changes an array or a list later changes nothing."""
    array, numbers = np.array([1.0, 2.0], np.float32), [1.0, 2.0]
    dataset = tf.data.Dataset.from_tensor_slices(np.ones((2, 2), np.float32)).map(lambda x: (x * array, x + numbers))
    array[:], numbers[0] = 9, 9.0
    for product, total in dataset.as_numpy_iterator():
        assert product.tolist() == [1, 2] and total.tolist() == [2, 3]


def test_results_of_a_function_are_apart(tf):
    """Also where it is not vectorized: who gets them may write into each."""
    dataset = tf.data.Dataset.from_tensor_slices(np.arange(6).reshape(2, 3)).map(lambda x: (x, {"b": x, "a": x[:2]}, tf.reduce_sum(x)))
    for x, parts, total in dataset.as_numpy_iterator():
        before = parts["b"].tolist(), parts["a"].tolist(), int(total)
        x[...] = 99
        assert (parts["b"].tolist(), parts["a"].tolist(), int(total)) == before


def test_a_warning_names_the_line_of_the_map(tf, recwarn):
    dataset = tf.data.Dataset.from_tensor_slices(np.arange(4.0)).map(lambda x: tf.math.floor(x))
    line = inspect.currentframe().f_lineno - 1
    with plaidml_compat.device_scope("device"):
        list(dataset.batch(2))
    (warning,) = [w for w in recwarn if "tf.math.floor" in str(w.message)]
    assert (warning.filename, warning.lineno) == (__file__, line)


def test_the_op_runs_once_a_batch(tf):
    dataset = tf.data.Dataset.range(500).map(lambda x: x * 3 + 1).batch(100)
    with plaidml_compat.Summary() as summary:
        list(dataset)
    assert summary.runs["tf.math.add", "host"] == 5


def test_only_what_always_returns_what_it_gets_is_an_identity(tf):
    count, slices = tf.Variable(0), tf.data.Dataset.from_tensor_slices(np.arange(96.0, dtype=np.float32).reshape(8, 2, 2, 3))

    def counted(x):
        count.assign_add(1)
        return x

    def printed(x):
        tf.print("one", output_stream=io.StringIO())
        return x

    functions = {
        "flip": lambda x: tf.image.random_flip_left_right(x),
        "either": lambda x: tf.cond(tf.random.uniform(()) > 0.5, lambda: x, lambda: tf.reverse(x, [0])),
        "NumPy": lambda x: x if np.random.rand() < 0.9 else x * 0,
        "Python": lambda x: x if random.random() < 0.9 else x * 0,
        "counted": counted,
        "printed": printed,
    }
    for seed in range(10):
        tf.random.set_seed(seed)
        np.random.seed(seed)
        random.seed(seed)
        for name, function in functions.items():
            mapped = slices.map(function)
            assert not mapped._node.leaves_as_is, (name, seed)
            assert mapped.batch(4)._node._whole, (name, seed)
    assert slices.map(lambda x: x)._node.leaves_as_is and not slices.map(lambda x: x).batch(4)._node._whole


def test_what_is_printed_is_printed_for_each_element(tf):
    printed = io.StringIO()

    def tells(x):
        tf.print("one", output_stream=printed)
        return x + 1

    assert len(list(tf.data.Dataset.range(3).map(tells))) == 3
    assert printed.getvalue() == "one\n" * 3  # as in TensorFlow: none in the trial
