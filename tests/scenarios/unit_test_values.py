"""tf.test.TestCase's assertions on ranges, sets, shapes, dtypes, devices, texts, protos and errors, and what `evaluate` returns."""

import numpy as np
from _unit_tests import all_said, case_of

X = np.arange(24, dtype=np.float32).reshape(2, 3, 4)


def scenario_bounds(tf, tmp_path):
    t, bounds = case_of(tf), {}
    for name in ("Greater", "GreaterEqual", "Less", "LessEqual"):
        f = getattr(t, "assertAll" + name)
        for value in (-1, 0, 5, 23, 24.5):
            bounds[f"{name} {value}"] = lambda f=f, value=value: f(tf.constant(X), value)
        bounds[name + " tensor"] = lambda f=f: f(X, tf.constant(50.0))
        bounds[name + " nothing"] = lambda f=f: f([], 1)
        bounds[name + " lists"] = lambda f=f: f([[1, 2], [3, 4]], 2)
    inside = t.assertAllInRange
    for case, args in {
        "closed": (0, 23),
        "above": (0, 22.5),
        "below": (1, 30),
        "open below": (0, 23, True, False),
        "open above": (0, 23, False, True),
        "many": (100, 200),
        "open": (-1, 24, True, True),
    }.items():
        bounds["range " + case] = lambda args=args: inside(tf.constant(X), *args)
    bounds["range scalar"] = lambda: inside(5, 0, 4)
    bounds["range integers"] = lambda: inside([1, 2, 9], 0, 4)
    bounds["range booleans"] = lambda: inside([True], 0, 1)
    bounds["range texts"] = lambda: inside(["a"], "a", "b")
    bounds["range nan"] = lambda: inside([[1.0, np.nan], [np.nan, 2.0]], 0, 4)
    bounds["range one nan"] = lambda: inside(np.float32(np.nan), 0, 4)
    bounds["set"] = lambda: t.assertAllInSet(tf.constant([1, 2, 1]), [1, 2, 3])
    bounds["set of a set"] = lambda: t.assertAllInSet([[1], [2]], {1, 2})
    bounds["set others"] = lambda: t.assertAllInSet(tf.constant([1, 5, 4, 5]), (1, 2))
    bounds["set of texts"] = lambda: t.assertAllInSet(["a", "b"], ["a"])
    bounds["set of booleans"] = lambda: t.assertAllInSet([True, False], [True])
    return all_said(bounds)


def scenario_kinds(tf, tmp_path):
    t, host = case_of(tf), "/job:localhost/replica:0/task:0/device:CPU:0"
    return all_said(
        {
            "dtype": lambda: t.assertDTypeEqual(tf.constant(1.0), np.float32),
            "dtype of TensorFlow": lambda: t.assertDTypeEqual(tf.constant(1.0), tf.float32),
            "dtype text": lambda: t.assertDTypeEqual([1.0], "float64"),
            "other dtype": lambda: t.assertDTypeEqual(np.int8(1), np.float32),
            "other dtype of TensorFlow": lambda: t.assertDTypeEqual(np.int8(1), tf.float32),
            "shape": lambda: t.assertShapeEqual(X, tf.constant(X)),
            "other shape": lambda: t.assertShapeEqual(X[0], tf.constant(X), msg="m"),
            "shape of scalars": lambda: t.assertShapeEqual(np.float32(1), tf.constant(2)),
            "shape of list": lambda: t.assertShapeEqual([1], tf.constant([2])),
            "shape of number": lambda: t.assertShapeEqual(X, 2),
            "shape of variable": lambda: t.assertShapeEqual(X, tf.Variable(X)),
            "device": lambda: t.assertDeviceEqual(tf.constant(1.0).device, host),
            "device short": lambda: t.assertDeviceEqual("/cpu:0", "/device:CPU:0"),
            "device without number": lambda: t.assertDeviceEqual("gpu", "/device:GPU:*"),
            "device none": lambda: t.assertDeviceEqual(None, ""),
            "device others": lambda: t.assertDeviceEqual("/job:worker/GPU:1", "/device:CPU:0", msg="m"),
            "device twice": lambda: t.assertDeviceEqual("/GPU:1/CPU:0", "/device:CPU:0"),
            "device unknown": lambda: t.assertDeviceEqual("/nowhere:1", "/device:CPU:0"),
            "device of two kinds": lambda: t.assertDeviceEqual("/device:GPU:1/device:CPU:0", "/device:CPU:0"),
            "starts": lambda: t.assertStartsWith("abc", "ab"),
            "starts otherwise": lambda: t.assertStartsWith("abc", "b"),
            "starts otherwise with a message": lambda: t.assertStartsWith("abc", "b", msg="m"),
            "items": lambda: t.assertItemsEqual([1, 2], [2, 1]),
            "other items": lambda: t.assertItemsEqual([1, 2], [2, 3]),
        }
    )


def scenario_errors(tf, tmp_path):
    t, errors = case_of(tf), tf.errors

    def raised(context, error=None):
        with context:
            if error is not None:
                raise error

    shape_error = errors.InvalidArgumentError(None, None, "Incompatible shapes: [1]")
    op_error = errors.InvalidArgumentError(None, None, "negative input not supported")
    op, match = t.assertRaisesOpError, t.assertRaisesWithPredicateMatch
    return all_said(
        {
            "op error": lambda: raised(op("negative .* not"), op_error),
            "op error of another text": lambda: raised(op("positive"), op_error),
            "no op error": lambda: raised(op("negative"), ValueError("negative")),
            "nothing": lambda: raised(op("negative")),
            "nothing of a class": lambda: raised(match(ValueError, "x")),
            "match": lambda: raised(match(ValueError, "a.c"), ValueError("xabc")),
            "other text": lambda: raised(match(ValueError, "a.c"), ValueError("xyz")),
            "predicate": lambda: raised(match(ValueError, lambda e: e.args[0] == 3), ValueError(3)),
            "predicate says no": lambda: raised(match(ValueError, lambda e: e.args[0] == 4), ValueError(3)),
            "several classes": lambda: raised(match((ValueError, KeyError), "x"), KeyError("x")),
            "error of the assertion": lambda: raised(match(AssertionError, "not raised")),
            "shapes": lambda: raised(t.assertRaisesIncompatibleShapesError(), shape_error),
            "shapes of a class": lambda: raised(t.assertRaisesIncompatibleShapesError(ValueError), ValueError("Dimensions must be equal")),
            "other shapes": lambda: raised(t.assertRaisesIncompatibleShapesError(), op_error),
            "added": lambda: added(tf, t),
            "with regexp": lambda: raised(t.assertRaisesRegex(ValueError, "abc"), ValueError("abc")),
            "with another regexp": lambda: raised(t.assertRaisesRegex(ValueError, "abc"), ValueError("xyz")),
        }
    )


def added(tf, t):
    with t.assertRaisesIncompatibleShapesError():
        tf.add([1.0, 2.0], [1.0, 2.0, 3.0])


def scenario_protos(tf, tmp_path):
    f = case_of(tf).assertProtoEquals

    def example(*numbers, **texts):
        features = {k: tf.train.Feature(bytes_list=tf.train.BytesList(value=v)) for k, v in texts.items()}
        if numbers:
            features["numbers"] = tf.train.Feature(float_list=tf.train.FloatList(value=numbers))
        return tf.train.Example(features=tf.train.Features(feature=features))

    text = 'features { feature { key: "numbers" value { float_list { value: [1.5, 2.5] } } } }'
    ints = tf.train.Int64List(value=[1, 2])
    return all_said(
        {
            "same": lambda: f(example(1.5, 2.5, a=[b"x"]), example(1.5, 2.5, a=[b"x"])),
            "text": lambda: f(text, example(1.5, 2.5)),
            "bytes": lambda: f(text.encode(), example(1.5, 2.5)),
            "other numbers": lambda: f(text, example(1.5, 3.5)),
            "other numbers with a message": lambda: f(example(1.5), example(3.5), msg="m"),
            "other texts": lambda: f(example(a=[b"x", b"y"]), example(a=[b"x", b"z"])),
            "a rounded number": lambda: f(example(1.5), example(1.50000003)),
            "other keys": lambda: f(example(a=[b"x"]), example(b=[b"x"])),
            "a tolerance": lambda: f(example(1.0, 2.0), example(1.001, 2.001), relative_tolerance=0.01),
            "a small tolerance": lambda: f(example(1.0, 2.0), example(1.001, 2.001), relative_tolerance=1e-5),
            "a tolerance of lists": lambda: f(
                tf.train.FloatList(value=[1.0, np.inf]), tf.train.FloatList(value=[1.001, np.inf]), None, 0.01
            ),
            "a tolerance of nan": lambda: f(tf.train.FloatList(value=[1.0, np.nan]), tf.train.FloatList(value=[1.001, 1.0]), None, 0.01),
            "integers": lambda: f(ints, tf.train.Int64List(value=[1, 3])),
            "same integers": lambda: f("value: [1, 2]", ints),
            "other class": lambda: f(ints, example(1.5)),
            "no proto": lambda: f(3, ints),
        }
    )


def scenario_evaluate(tf, tmp_path):
    t = case_of(tf)
    sparse = tf.SparseTensor([[0, 1], [2, 3]], [1.0, 2.0], [3, 4])
    return all_said(
        {
            "tensor": lambda: t.evaluate(tf.constant([1.0, 2.0])),
            "scalar": lambda: float(t.evaluate(tf.constant(1.5))),
            "text": lambda: t.evaluate(tf.constant("a")),
            "texts": lambda: t.evaluate(tf.constant(["a", "b"])),
            "variable": lambda: t.evaluate(tf.Variable([1, 2])),
            "nest": lambda: t.evaluate({"b": [tf.constant([1])], "a": (tf.constant([2]), None)}),
            "function": lambda: t.evaluate(lambda: {"a": tf.constant([1])}),
            "functions": lambda: t.evaluate([lambda: tf.constant([1]), tf.constant([2])]),
            "none": lambda: t.evaluate(None),
            "array": lambda: t.evaluate(np.zeros(2)),
            "number": lambda: t.evaluate(3),
            "sparse": lambda: t.evaluate(sparse),
            "sparse in a nest": lambda: t.evaluate([sparse, tf.constant([1])]),
            "parts of sparse": lambda: [t.assertAllEqual(a, b) for a, b in zip(t.evaluate(sparse), (sparse.indices, [1, 2], [3, 4]))],
            "sparse equal": lambda: t.assertAllEqual(sparse.values, [1.0, 2.0]),
            "sparse of itself": lambda: t.assertAllClose(sparse, sparse),
            "sparse and dense": lambda: t.assertAllEqual(sparse, tf.sparse.to_dense(sparse)),
            "both tensors": lambda: t.evaluate_if_both_tensors(1, [2]),
        }
    )
