"""tf.test.compute_gradient: derivatives by gradients and by differences."""

import numpy as np
from _unit_tests import all_said

X = np.array([[0.5, -1.5, 2.0], [0.25, 3.0, 1.0]], np.float32)
Y = np.array([[1.5], [-2.0]], np.float32)
TOLERANCE = {"scenario": 2e-5}


def functions(tf):
    """By name: f, and its arguments."""
    images = np.random.RandomState(1).rand(1, 3, 4, 1).astype(np.float32)
    return {
        "square": (lambda x: x * x, [X]),
        "scalar": (lambda x: x * x, [1.0]),
        "of two": (lambda x, y: tf.sin(x) * y + tf.exp(y), [X, Y]),
        "sum": (lambda x: tf.reduce_sum(x * x * x), [X]),
        "matmul": (lambda x, y: tf.matmul(x, y, transpose_a=True), (X, Y)),
        "without one": (lambda x, y: 2.0 * y, [X, Y]),
        "constant": (lambda x: tf.constant([1.0, 2.0]), [X]),
        "softmax": (lambda x: tf.nn.softmax(x), [X]),
        "flip": (lambda x: tf.image.flip_left_right(x) * x, [images]),
        "resize": (lambda x: tf.image.resize(x, [2, 2]), [images]),
        "brightness": (lambda x: tf.image.adjust_brightness(x, 0.1), [images]),
        "nothing": (lambda x: x[:0], [X]),
        "list": (lambda x: x * tf.constant([1.0, 2.0]), [[3.0, 4.0]]),
    }


def scenario(tf, tmp_path):
    out = {}
    for name, (f, x) in functions(tf).items():
        for bits in ("", "64"):
            if bits and name in ("flip", "resize", "brightness", "constant", "list", "scalar"):
                continue
            arguments = [np.asarray(v, np.float64) for v in x] if bits else x
            for kind, found in zip(("gradient", "difference"), tf.test.compute_gradient(f, arguments)):
                for number, matrix in enumerate(found):
                    out[f"{name} {kind}{bits} {number}"] = matrix
    wide = tf.test.compute_gradient(lambda x: x * x * x, [tf.constant([1.0, 2.0])], delta=0.5)
    out.update({"wide gradient 0": wide[0][0], "wide difference 0": wide[1][0]})
    return out


def scenario_refused(tf, tmp_path):
    gradient = tf.test.compute_gradient
    return all_said(
        {
            "no list": lambda: gradient(tf.square, 1.0),
            "integers": lambda: gradient(tf.square, [1]),
            "integers come out": lambda: gradient(lambda x: tf.cast(x, tf.int32), [1.0]),
        }
    )
