"""tf.test.TestCase's assertions on arrays and nests: which pass, the classes of the errors, and what they say."""

import collections

import numpy as np
from _unit_tests import all_said, case_of

X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], np.float32)
NAN = np.array([1.0, np.nan, np.inf], np.float32)
Point = collections.namedtuple("Point", "x y")


def scenario_close(tf, tmp_path):
    t, close = case_of(tf), {}
    for name in ("assertAllClose", "assertNotAllClose", "assertAllCloseAccordingToType"):
        f = getattr(t, name)
        close[name + " same"] = lambda f=f: f(X, tf.constant(X))
        close[name + " other"] = lambda f=f: f(X, X + [[0, 0, 1e-2], [0, 0, 0]])
        close[name + " loose"] = lambda f=f: f(X, X + 1e-2, rtol=1e-2, atol=1e-2)
        close[name + " scalars"] = lambda f=f: f(1.0, tf.constant(1.5), msg="that is it")
        close[name + " shapes"] = lambda f=f: f(X, X[0], msg="m")
        close[name + " large shapes"] = lambda f=f: f(np.zeros((2, 3)), np.zeros((1, 10, 10, 10)))
        close[name + " nan"] = lambda f=f: f(NAN, tf.constant(NAN))
        close[name + " nan here"] = lambda f=f: f(NAN, [1.0, 2.0, np.inf])
        close[name + " integers"] = lambda f=f: f(tf.constant([1, 2]), [1, 3])
        close[name + " lists of tensors"] = lambda f=f: f([tf.constant(1.0), tf.constant(2.0)], [1.0, 2.1])
        close[name + " texts"] = lambda f=f: f(["a"], ["b"])
        close[name + " halves"] = lambda f=f: f(X.astype(np.float16), X + np.float32(2e-3))
        close[name + " complex"] = lambda f=f: f(np.array([1 + 1j]), np.array([1 + 2j]))
        close[name + " variable"] = lambda f=f: f(tf.Variable([1.0, 2.0]), [1.0, 2.0])
        close[name + " empty"] = lambda f=f: f([], tf.zeros([0]))
    return all_said(close)


def scenario_nests(tf, tmp_path):
    t, f = case_of(tf), case_of(tf).assertAllClose
    nest = {"a": tf.constant([1.0, 2.0]), "b": (3.0, {"c": [tf.constant(4)]})}
    ordered = collections.OrderedDict([("b", (3.0, {"c": [4]})), ("a", [1.0, 2.0])])
    return all_said(
        {
            "dictionaries": lambda: f(nest, ordered),
            "deep": lambda: f(nest, {**ordered, "b": (3.0, {"c": [5]})}, msg="deep"),
            "keys": lambda: f({"a": 1}, {"b": 1}, msg="m"),
            "deep keys": lambda: f([{"a": 1}], [{"a": 1, "b": 2}]),
            "to a list": lambda: f({"a": 1}, [1]),
            "from a list": lambda: f([(1, 2), {"d": 3}], [(1, 2), (3,)], msg="m"),
            "lengths": lambda: f([[1, 2], [3]], [[1, 2], [3], [4]]),
            "uneven": lambda: f([[1.0, 2.0], [3.0]], [[1.0, 2.0], [3.0]]),
            "uneven others": lambda: f([[1.0, 2.0], [3.0]], [[1.0, 2.5], [3.0]]),
            "named": lambda: f(Point(1.0, tf.constant([2.0])), Point(1.0, [2.0])),
            "named others": lambda: f(Point(1.0, 2.0), Point(1.0, 3.0)),
            "named and dictionary": lambda: f(Point(1.0, 2.0), {"x": 1.0, "y": 2.0}),
            "tuple and list": lambda: f((1.0, [2.0]), [1.0, (2.0,)]),
            "tuple of arrays": lambda: f((X, X[0]), (X, X[0] + 1)),
            "none": lambda: f(None, None),
            "none and number": lambda: f(None, 1.0),
            "not close": lambda: t.assertNotAllClose(nest, ordered),
            "dict equal": lambda: t.assertDictEqual({"a": 1, "b": "x"}, {"b": "x", "a": 1}),
            "dict of tensors": lambda: t.assertDictEqual({"a": tf.constant([1, 2])}, {"a": tf.constant([1, 2])}),
            "dict of floats": lambda: t.assertDictEqual({"a": np.float32([1, 2])}, {"a": tf.constant([1.0, 2.0000001])}),
            "dict of others": lambda: t.assertDictEqual({"a": tf.constant([1, 2])}, {"a": tf.constant([1, 3])}),
            "dict of other floats": lambda: t.assertDictEqual({"a": tf.constant([1.0])}, {"a": tf.constant([2.0])}),
            "dict of keys": lambda: t.assertDictEqual({"a": tf.constant([1.0])}, {"b": tf.constant([2.0])}),
        }
    )


def scenario_equal(tf, tmp_path):
    t, equal = case_of(tf), {}
    for name in ("assertAllEqual", "assertNotAllEqual"):
        f = getattr(t, name)
        equal[name + " same"] = lambda f=f: f(X, tf.constant(X))
        equal[name + " other"] = lambda f=f: f(tf.constant([[1, 2], [3, 4]]), [[1, 2], [3, 5]], msg="that is it")
        equal[name + " scalars"] = lambda f=f: f(3, tf.constant(4))
        equal[name + " shapes"] = lambda f=f: f(X, [1, 2], "m")
        equal[name + " broadcast"] = lambda f=f: f(np.ones((2, 2)), 1.0)
        equal[name + " large shapes"] = lambda f=f: f(np.zeros((2, 3)), np.zeros((1, 10, 10, 10)))
        equal[name + " nan"] = lambda f=f: f(NAN, tf.constant(NAN))
        equal[name + " nan here"] = lambda f=f: f(NAN, [1.0, 2.0, np.inf])
        equal[name + " texts"] = lambda f=f: f(tf.constant(["a", "b"]), [b"a", b"b"])
        equal[name + " texts and str"] = lambda f=f: f(tf.constant(["a", "é"]), ["a", "é"])
        equal[name + " other texts"] = lambda f=f: f(tf.constant(["a", "b"]), ["a", "c"])
        equal[name + " a text"] = lambda f=f: f(tf.constant("ab"), b"ab")
        equal[name + " a str"] = lambda f=f: f("ab", tf.constant("ab"))
        equal[name + " another text"] = lambda f=f: f(tf.constant("ab"), b"ac")
        equal[name + " booleans"] = lambda f=f: f([True, False], tf.constant([True, True]))
        equal[name + " shapes of tensors"] = lambda f=f: f(tf.zeros([2, 3]).shape, [2, 3])
        equal[name + " lists of tensors"] = lambda f=f: f([tf.constant(1), tf.constant(2)], (1, 2))
        equal[name + " uneven"] = lambda f=f: f([[1, 2], [3]], [[1, 2], [3]])
        equal[name + " variable"] = lambda f=f: f(tf.Variable([1, 2]), [1, 2])
        equal[name + " nothing"] = lambda f=f: f([], [])
    return all_said(equal)


def scenario_near(tf, tmp_path):
    t = case_of(tf)
    return all_said(
        {
            "near": lambda: t.assertNear(1.0, 1.05, 0.1),
            "not near": lambda: t.assertNear(1.0, 1.5, 0.1, msg="m"),
            "not near at all": lambda: t.assertNear(1.0, 1.5, 0.1),
            "infinite": lambda: t.assertNear(np.inf, np.inf, 0.1),
            "nan": lambda: t.assertNear(np.nan, np.nan, 0.1),
            "near tensors": lambda: t.assertNear(tf.constant(1.0), tf.constant(1.0), 0.1),
            "array": lambda: t.assertArrayNear([1.0, 2.0], tf.constant([1.0, 2.05]), 0.1),
            "array not near": lambda: t.assertArrayNear([1.0, 2.0], [1.0, 2.5], 0.1),
            "array lengths": lambda: t.assertArrayNear([1.0, 2.0], [1.0], 0.1, msg="m"),
            "ndarray": lambda: t.assertNDArrayNear(X, X + 1e-3, 0.1),
            "ndarray not near": lambda: t.assertNDArrayNear(X, X + 1, 0.1, msg="m"),
            "ndarray not near at all": lambda: t.assertNDArrayNear(X, X + 1, 0.1),
        }
    )
