"""tf.debugging: which values pass, the classes of the errors, and what they say."""

import numpy as np
from _images import attempt

X = np.array([[1, 2, 3], [4, 5, 6]], np.int32)


def said(cases):
    """What each function returns or raises, with the error's text."""
    out = {}
    for name, f in cases.items():
        try:
            out[name] = np.array(str(f()))
        except Exception as e:
            out[name] = np.array(f"{type(e).__name__}: {getattr(e, 'message', e)}")
    return out


def scenario_binary(tf, tmp_path):
    d, cases = tf.debugging, {}
    for name in ("equal", "none_equal", "less", "less_equal", "greater", "greater_equal"):
        f = getattr(d, "assert_" + name)
        cases[name + " 0"] = lambda f=f: f(X, X)
        cases[name + " 1"] = lambda f=f: f(X, X + 1)
        cases[name + " 2"] = lambda f=f: f(X, X - 1, message="that is it", summarize=2)
        cases[name + " row"] = lambda f=f: f(X, [1, 5, 3], summarize=-1)
        cases[name + " scalar"] = lambda f=f: f(1.5, 1.5)
        cases[name + " nothing"] = lambda f=f: f(np.zeros((0,), np.int32), np.zeros((0,), np.int32))
    cases["text"] = lambda: d.assert_equal(["a", "b"], ["a", "c"])
    cases["no elements shown"] = lambda: d.assert_equal(X, X + 1, summarize=0)
    cases["at the top"] = lambda: tf.assert_less(2, 1, "no")
    return said(cases)


def scenario_classes(tf, tmp_path):
    d = tf.debugging
    cases = {
        "dtypes": lambda: d.assert_equal(tf.constant(1), tf.constant(1.0)),
        "shapes": lambda: d.assert_equal([1, 2], [1, 2, 3]),
        "bool": lambda: d.assert_less([True], [False]),
        "near dtypes": lambda: d.assert_near(tf.constant(1.0), tf.constant(1)),
        "near ints": lambda: d.assert_near(1, 2),
        "numerics of ints": lambda: d.check_numerics([1], "x"),
        "rank kind": lambda: d.assert_rank(1, 1.0),
        "rank rank": lambda: d.assert_rank(1, [1]),
    }
    return {name: attempt(lambda f=f: np.array(str(f()))) for name, f in cases.items()}


def scenario_values(tf, tmp_path):
    d = tf.debugging
    cases = {
        "positive": lambda: d.assert_positive(X),
        "positive 0": lambda: d.assert_positive([1.0, 0.0, 2.0, 3.0], message="m"),
        "non negative": lambda: d.assert_non_negative([-1, 2, 3, 4], summarize=2),
        "negative": lambda: d.assert_negative([-1, 2]),
        "non positive": lambda: d.assert_non_positive([[1]]),
        "sign of nothing": lambda: d.assert_positive(np.zeros(0, np.float32)),
        "near": lambda: d.assert_near([1.0, 2.0], [1.0, 2.0000001]),
        "near numbers": lambda: d.assert_near(1.0, 1.0),
        "numbers that are not near": lambda: d.assert_near(tf.constant(1.0), 2.0),
        "not near": lambda: d.assert_near([1.0, 2.0], [1.0, 2.1], message="far"),
        "near by rtol": lambda: d.assert_near([1.0, 2.0], [1.0, 2.1], rtol=0.1),
        "not near by atol": lambda: d.assert_near([1.0, 2.0], [1.0, 2.1], atol=0.05, rtol=0.0, summarize=1),
        "float64": lambda: d.assert_near(np.ones(2), np.ones(2) + 1e-10),
        "assert": lambda: d.Assert(True, ["x"]),
        "assert not": lambda: d.Assert(False, ["x", X, 1.5]),
        "assert tensor": lambda: tf.Assert(tf.constant(1) > 2, [X, "text"], summarize=-1),
        "assert short": lambda: tf.Assert(tf.constant(1) > 2, [X, "text"], summarize=0),
        "numerics": lambda: d.check_numerics([1.0, 2.0], "x").shape,
        "nan": lambda: d.check_numerics([1.0, np.nan], "look"),
        "inf": lambda: d.check_numerics([1.0, -np.inf], "look"),
        "both": lambda: d.assert_all_finite(np.array([np.inf, np.nan]), "look"),
    }
    out = said(cases)
    for name in ("nan", "inf", "both"):  # around it TensorFlow names its op
        out[name] = np.array(str(out[name]).partition(" [Op")[0].partition("look")[2])
    return out


def scenario_shapes(tf, tmp_path):
    d, x, y = tf.debugging, tf.zeros([2, 3]), tf.ones([3, 4])
    cases = {
        "rank": lambda: d.assert_rank(x, 2) and None,
        "rank 1": lambda: d.assert_rank(x, 1, message="m"),
        "at least": lambda: d.assert_rank_at_least(x, 3),
        "in": lambda: d.assert_rank_in(x, (0, 1)),
        "scalar": lambda: d.assert_scalar(1),
        "no scalar": lambda: d.assert_scalar(x),
        "type": lambda: d.assert_type(x, tf.float32),
        "other type": lambda: d.assert_type(x, "int32", message="m"),
        "integer": lambda: d.assert_integer([1]),
        "no integer": lambda: d.assert_integer(x),
        "shapes": lambda: d.assert_shapes([(x, ("N", "M")), (y, ("M", "K")), (1, ())]),
        "names": lambda: d.assert_shapes([(x, ("N", "M")), (y, ("N", "K"))]),
        "sizes": lambda: d.assert_shapes([(x, (2, 4))], message="m"),
        "digits": lambda: d.assert_shapes([(x, ("2", 3)), (y, "34")]),
        "any": lambda: d.assert_shapes([(x, (None, ".")), (y, ("*", 4)), (x, None), (y, (..., 3, "D"))]),
        "open": lambda: d.assert_shapes([(x, (..., 2))]),
        "open rank": lambda: d.assert_shapes([(tf.zeros([2]), (..., 2, 3))]),
        "rank of shapes": lambda: d.assert_shapes([(x, (2, 3, 1))]),
        "row": lambda: d.assert_shapes([(x, ("N",))]),
        "row of 1": lambda: d.assert_shapes([(3, ("N",)), (tf.zeros([1]), ("N",))]),
        "dots": lambda: d.assert_shapes([(x, (2, ...))]),
        "no shape": lambda: d.assert_shapes([(x, 2)]),
    }
    numeric = {str(v): np.array(d.is_numeric_tensor(v)) for v in (x, 1, tf.constant("a"), tf.constant(True), np.zeros(1))}
    return {**said(cases), **numeric}


def scenario_in_datasets(tf, tmp_path):
    def checked(v):
        tf.debugging.assert_positive(v, message="positive")
        tf.debugging.assert_less(v, 4.0)
        tf.debugging.assert_rank(v, 0)
        tf.Assert(v > 0, [v])
        return tf.debugging.check_numerics(1 / (v - 2), "quotient")

    values, out = tf.data.Dataset.from_tensor_slices([1.0, 3.0, -1.0, 2.0, 5.0, 3.5]).map(checked), {}
    out["spec"], elements = np.array(str(values.element_spec)), iter(values)
    for i in range(6):
        out[str(i)] = attempt(lambda: next(elements))
    return out
