"""tf.random.gamma and stateless_gamma: parameters below, at and above one, several at once, every type, errors."""

import numpy as np
from _images import attempt

ALPHAS = (1e-3, 0.1, 0.2, 0.5, 0.999, 1.0, 1.0001, 1.5, 3.0, 100.0)


def pair(seed):
    return np.array(seed, np.int64)


def scenario_types(tf, tmp_path):
    return {
        f"{dtype}, {alpha}, {seed}": tf.random.stateless_gamma([40], pair(seed), alpha, dtype=dtype)
        for dtype in ("float16", "float32", "float64")
        for alpha in ALPHAS
        for seed in ((1, 2), (-5, 2**40))
    }


def scenario_several(tf, tmp_path):
    gamma = tf.random.stateless_gamma
    return {
        "two": gamma([7, 5, 2], pair((3, 4)), [0.5, 1.5]),
        "one by one": gamma([2], pair((3, 4)), [0.5, 1.5]),
        "scale": gamma([4, 3, 2], pair((3, 4)), [[0.5], [1.0], [1.5]], beta=[[0.5, 4.0]]),
        "one scale": gamma([4], pair((3, 4)), 1.0, beta=4.0),
        "tiny": gamma([4], pair((3, 4)), 1e-5, beta=1e30),
        "number": gamma([], pair((3, 4)), 0.3),
        "none": gamma([0, 2], pair((3, 4)), [0.3, 0.4]),
        "no alpha": gamma([3, 0], pair((3, 4)), np.zeros(0, "float32")),
        "zero": gamma([5], pair((3, 4)), 0.0),
        "negative": gamma([5], pair((3, 4)), -2.0),
    }


def scenario_errors(tf, tmp_path):
    gamma = tf.random.stateless_gamma
    calls = {
        "alpha does not fit": lambda: gamma([3, 5], pair((1, 2)), [1.0, 2.0]),
        "alpha could be broadcast": lambda: gamma([2, 3], pair((1, 2)), [[1.0, 1.0, 1.0]]),
        "alpha is larger": lambda: gamma([2], pair((1, 2)), [[1.0, 1.0]]),
        "beta does not fit": lambda: gamma([3], pair((1, 2)), [1.0, 2.0, 3.0], beta=[1.0, 2.0]),
        "seed": lambda: gamma([3], np.zeros(3, "int64"), 1.0),
        "dtype": lambda: gamma([3], pair((1, 2)), 1, dtype="int32"),
    }
    return {k: attempt(f) for k, f in calls.items()}


def scenario_stateful(tf, tmp_path):
    tf.random.set_seed(9)
    gamma = tf.random.gamma
    out = {f"{dtype}, {alpha}": gamma([20], alpha, dtype=dtype, seed=3) for dtype in ("float16", "float32", "float64") for alpha in ALPHAS}
    alphas = np.array([[0.5], [1.0], [1.5]], "float32")
    return {
        **out,
        "both broadcast": gamma([2, 3], alphas, beta=[0.5, 4.0]),
        "sizes and a tensor": gamma((tf.constant(2), 3), 0.5),
        "a tensor": gamma(tf.constant([2, 3]), 0.5),
        "a shape": gamma(tf.TensorShape([2]), 0.5),
        "integer": gamma([2], 3),
        "wider": gamma([2], np.float64(0.3)),
        "no alpha": gamma([2], np.zeros(0, "float32")),
        "none": gamma([2, 0], 0.5),
        "negative": gamma([2], -1.0),
        "zero": gamma([2], 0.0),
        "seed": gamma([2], 1.5, seed=np.int64(5)),
    }


def scenario_stateful_errors(tf, tmp_path):
    gamma = tf.random.gamma
    calls = {
        "a number for a shape": lambda: gamma(3, 0.5),
        "a matrix for a shape": lambda: gamma([[2, 3]], 0.5),
        "negative": lambda: gamma([-1], 0.5),
        "unknown": lambda: gamma([None, 2], 0.5),
        "fractions": lambda: gamma([2.0], 0.5),
        "int64": lambda: gamma(tf.constant([2], tf.int64), 0.5),
        "beta does not fit": lambda: gamma([2], [1.0, 2.0], beta=[1.0, 2.0, 3.0]),
        "alpha of another dtype": lambda: gamma([2], tf.constant(1.0, tf.float64)),
        "beta of another dtype": lambda: gamma([2], 1.0, beta=tf.constant(1)),
        "dtype": lambda: gamma([2], 1, dtype="int32"),
        "text": lambda: gamma([2], "a"),
    }
    return {k: attempt(f) for k, f in calls.items()}
