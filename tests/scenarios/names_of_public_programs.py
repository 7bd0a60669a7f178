"""What public programs call around their computations: control dependencies, names of TensorFlow 1, shifts of bits."""

import numpy as np
from _datasets import told


def scenario_control_dependencies(tf, tmp_path):
    ran = []
    out = {}
    with tf.control_dependencies([tf.constant(1), lambda: ran.append("a"), tf.debugging.assert_equal(1, 1)]) as nothing:
        out["inside"] = tf.constant(2) * 3
        with tf.control_dependencies(None), tf.control_dependencies([]):
            out["within"] = tf.constant(4)
    tf.control_dependencies([lambda: ran.append("b")])
    with tf.compat.v1.control_dependencies([tf.no_op(), lambda: ran.append("c")]):
        pass

    @tf.function
    def checked(x):
        with tf.control_dependencies([tf.debugging.assert_positive(x)]):
            return tf.identity(x) + 1

    out["function"] = checked(tf.constant([1.0, 2.0]))
    out["mapped"] = next(iter(tf.data.Dataset.range(2).skip(1).map(checked)))
    cases = {"refused": lambda: checked(tf.constant([-1.0]))}
    return {**out, "ran": np.array(str((ran, nothing))), **told(cases)}


def scenario_names_of_tensorflow_1(tf, tmp_path):
    v1 = tf.compat.v1
    out = {}
    for name in ("abs", "concat", "where_v2", "random_uniform", "image.flip_left_right", "nn.relu", "test.TestCase", "test.main"):
        of_2 = {"where_v2": "where", "random_uniform": "random.uniform"}.get(name, name)
        a, b = v1, tf
        for part in name.split("."):
            a = getattr(a, part)
        for part in of_2.split("."):
            b = getattr(b, part)
        out[name] = np.array(a is b)
    out["keras"] = np.array(v1.keras.layers.Dense is tf.keras.layers.Dense)
    v1.set_random_seed(5)
    out["drawn"] = tf.random.uniform([3])
    v1.random.set_random_seed(np.int64(6))
    out["drawn again"] = tf.random.uniform([3])
    v1.enable_eager_execution()
    v1.enable_v2_behavior()
    out["eager"] = np.array(str((v1.executing_eagerly(), v1.executing_eagerly_outside_functions())))
    return out


def scenario_dimensions(tf, tmp_path):
    c = tf.compat
    shape = tf.TensorShape([None, 3, 4])
    d = [c.dimension_at_index(shape, i) for i in (0, 1, -1)]
    said = [d, [str(x) for x in d], [x.value for x in d], [c.dimension_value(x) for x in (*d, 5, None)]]
    said += [d[1] + 2, 2 + d[1], 9 - d[1], d[2] // d[1], 7 % d[1], d[1] * d[0], d[1] == 3, d[1] == d[2], d[0] == 3, d[1] != 3, d[1] < 4]
    said += [d[0] < 4, d[1] >= d[2], d[1].is_compatible_with(d[0]), d[1].is_compatible_with(4), int(d[1]), [10, 20, 30, 40][d[1]]]
    said += [bool(d[0]), bool(d[1]), c.dimension_at_index(tf.TensorShape(None), 7), d[1] == "x"]
    said += [c.v1.dimension_value(d[1]), c.v1.Dimension(4) == d[2], c.v1.dimension_at_index(shape, 1), isinstance(d[0], c.v1.Dimension)]
    cases = {
        "negative": lambda: c.v1.Dimension(-1),
        "text": lambda: c.v1.Dimension("x"),
        "float": lambda: c.v1.Dimension(1.5),
        "hash": lambda: hash(d[1]),
        "axis": lambda: c.dimension_at_index(shape, 3),
        "list": lambda: c.dimension_at_index([1, 2], 0),
        "sum": lambda: d[1] + "x",
        "quotient": lambda: d[1] / 2,
    }
    return {"said": np.array(str(said)), **told(cases)}


def scenario_shifts(tf, tmp_path):
    out = {}
    for dtype in ("int8", "uint8", "int16", "int32", "uint32", "int64"):
        x = np.array([-1, 5, 127, 1, -77], np.int64).astype(dtype)
        for places in (0, 1, 7, 8, 31, 32, 63, 100):
            y = np.full(5, places).astype(dtype)
            out[f"{dtype} {places}"] = tf.stack([tf.bitwise.left_shift(x, y), tf.bitwise.right_shift(x, y)])
    x = np.array([-1, 5], np.int32)
    out["negative"] = tf.stack([f(x, np.array([-1, -2], np.int32)) for f in (tf.bitwise.left_shift, tf.bitwise.right_shift)])
    cases = {
        "floats": lambda: tf.bitwise.left_shift(1.0, 1.0),
        "dtypes": lambda: tf.bitwise.right_shift(tf.constant(1), tf.constant(1, tf.int64)),
        "shapes": lambda: tf.bitwise.left_shift([1, 2], [1, 2, 3]),
    }
    return {**out, **told(cases)}


def scenario_dynamic_stitch(tf, tmp_path):
    cases = {
        "negative": lambda: tf.dynamic_stitch([[0, -1]], [[1.0, 2.0]]),
        "start": lambda: tf.dynamic_stitch([[0, 1]], [[1.0]]),
        "rows": lambda: tf.dynamic_stitch([[0], [1]], [[1.0], [[2.0]]]),
        "count": lambda: tf.dynamic_stitch([[0], [1]], [[1.0]]),
        "nothing": lambda: tf.dynamic_stitch([], []),
        "dtype of indices": lambda: tf.dynamic_stitch([[0.0]], [[1.0]]),
        "dtypes": lambda: tf.dynamic_stitch([[0], [1]], [tf.constant([1.0]), tf.constant([2])]),
    }
    out = {"none": tf.dynamic_stitch([tf.zeros([0], tf.int32)], [tf.zeros([0, 2])])}
    out["lists"] = tf.dynamic_stitch([[1, 0], 2], [[1.0, 2.0], 3])
    return {**out, **told(cases)}
