"""Which type an expression of eager tensors, arrays and Python numbers has, or the class of the error."""

import numpy as np

# Ops with a device kernel run there too, and give the same numbers.
DEVICE_TOLERANCE = {}
OPENCL_ULPS = {"float32 ** 2": 16}  # pow may be off by so much: OpenCL C 3.0, relative error as ULPs


def attempt(f):
    """Result of f(), or the class name of its error."""
    try:
        return f()
    except Exception as e:
        return np.array(type(e).__name__)


def described(f):
    """Dtype and values (to five digits) of f() in text, or the class name of its error."""
    result = attempt(f)
    a = np.asarray(result)
    values = [v if a.dtype.kind in "SU" else f"{float(v) + 0.0:.5g}" for v in a.ravel()]
    kind = "" if a.dtype.kind in "SU" else "Python's " if isinstance(result, bool) else f"{a.dtype} {a.shape} "
    return kind + " ".join(map(str, values))


def table(functions, arguments):
    """For each function its results for all arguments, in text."""
    return {n: np.array([f"{k}: {described(lambda: f(*a))}" for k, a in arguments.items()], "S") for n, f in functions.items()}


def scenario(tf, tmp_path):
    i, f = tf.constant([7, -7]), tf.constant([1.5, -2.5])
    whole, d, u, b = (
        tf.constant([3, 4], tf.int64),
        tf.constant([0.5, 2.0], tf.float64),
        tf.constant([250, 3], tf.uint8),
        tf.constant([True, False]),
    )
    n32, n64 = np.array([1.5, 2.5], np.float32), np.array([1.5, 2.5])
    ni64, ni32, nu8 = np.array([2, 3]), np.array([2, 3], np.int32), np.array([2, 3], np.uint8)
    cases = {
        "int + int": lambda: i + 1,
        "int + float": lambda: i + 1.5,
        "float + int": lambda: f + 1,
        "1.5 + int": lambda: 1.5 + i,
        "1 - float": lambda: 1 - f,
        "scalar int + 1.5": lambda: tf.constant(1) + 1.5,
        "int / int": lambda: i / 2,
        "int32 / int32": lambda: i / tf.constant([2, 4]),
        "int // int": lambda: i // 2,
        "int % int": lambda: i % 3,
        "float // float": lambda: f // 1.0,
        "float % float": lambda: f % 2.0,
        "uint8 / uint8": lambda: u / u,
        "uint8 + int": lambda: u + 10,
        "uint8 + 300": lambda: u + 300,
        "uint8 - -1": lambda: u - (-1),
        "uint8 * 1.0": lambda: u * 1.0,
        "int64 / int64": lambda: whole / whole,
        "int32 + int64": lambda: i + whole,
        "float32 + float64": lambda: f + d,
        "float32 + int32": lambda: f + i,
        "float32 + array32": lambda: f + n32,
        "float32 + array64": lambda: f + n64,
        "array64 + float32": lambda: n64 + f,
        "float32 * array of int64": lambda: f * ni64,
        "int32 + array of int64": lambda: i + ni64,
        "int32 + array of int32": lambda: i + ni32,
        "int32 + array of float64": lambda: i + n64,
        "uint8 + array of uint8": lambda: u + nu8,
        "float32 + np.float64": lambda: f + np.float64(1.5),
        "float32 + np.int64": lambda: f + np.int64(2),
        "int32 + np.int64": lambda: i + np.int64(2),
        "int32 + np.float32": lambda: i + np.float32(2),
        "float64 + 1.5": lambda: d + 1.5,
        "float32 + list": lambda: f + [1, 2],
        "float32 + list of floats": lambda: f + [1.5, 2.5],
        "int32 + list of floats": lambda: i + [1.5, 2.5],
        "float32 ** 2": lambda: f**2,
        "float32 ** 0.5": lambda: tf.abs(f) ** 0.5,
        "int32 ** 2": lambda: i**2,
        "2 ** int32": lambda: 2 ** tf.constant([1, 3]),
        "- uint8": lambda: -u,
        "abs(int32)": lambda: abs(i),
        "bool + bool": lambda: b + b,
        "bool & bool": lambda: b & tf.constant([True, True]),
        "~ bool": lambda: ~b,
        "bool + 1": lambda: b + 1,
        "int32 < 1.5": lambda: i < 1.5,
        "int32 < 1": lambda: i < 1,
        "float32 > int32": lambda: f > i,
        "int32 == int32": lambda: i == tf.constant([7, 1]),
        "int32 == float32": lambda: i == f,
        "int32 == 7": lambda: i == 7,
        "int32 == 7.5": lambda: i == 7.5,
        "int32 != text": lambda: i != "a",
        "float32 == None": lambda: np.array(f == None),  # noqa: E711
        "shapes": lambda: f + tf.constant([1.0, 2.0, 3.0]),
        "matmul": lambda: tf.constant([[1.0, 2.0]]) @ tf.constant([[3.0], [4.0]]),
        "float ** int tensor": lambda: f ** tf.constant([2, 2]),
        "add": lambda: tf.add(1, 2.5),
        "add floats": lambda: tf.add(1.5, 2),
        "multiply arrays": lambda: tf.multiply(n64, 2),
        "add arrays": lambda: tf.add(n64, n32),
        "maximum": lambda: tf.maximum(f, 0),
        "maximum of int and float": lambda: tf.maximum(i, 0.5),
        "divide": lambda: tf.divide(7, 2),
        "divide tensors": lambda: tf.divide(i, 2),
        "truediv": lambda: tf.math.truediv(u, u),
        "floordiv": lambda: tf.math.floordiv(i, tf.constant([2, 2])),
        "floormod": lambda: tf.math.floormod(i, tf.constant([3, 3])),
        "int / 0": lambda: i / 0,
        "int // 0": lambda: i // 0,
        "float / 0": lambda: f / 0,
        "float // 0": lambda: f // 0,
    }
    return {k.replace("/", "over"): attempt(v) for k, v in cases.items()}


def scenario_constants(tf, tmp_path):
    cases = {
        "int": lambda: tf.constant(3),
        "float": lambda: tf.constant(3.5),
        "bool": lambda: tf.constant(True),
        "text": lambda: tf.constant("ab"),
        "texts": lambda: tf.constant(["a", "bcd"]),
        "list": lambda: tf.constant([1, 2, 3]),
        "mixed list": lambda: tf.constant([1, 2.5]),
        "array64": lambda: tf.constant(np.array([1.5])),
        "array of int64": lambda: tf.constant(np.array([1, 2])),
        "big int": lambda: tf.constant(2**40),
        "big int64": lambda: tf.constant(2**40, tf.int64),
        "float as int": lambda: tf.constant(1.5, tf.int32),
        "int as float": lambda: tf.constant(3, tf.float32),
        "int as uint8": lambda: tf.constant(200, tf.uint8),
        "300 as uint8": lambda: tf.constant(300, tf.uint8),
        "array of float to int": lambda: tf.constant(np.array([1.7, -1.7]), tf.int32),
        "bool as float": lambda: tf.constant(True, tf.float32),
        "text as float": lambda: tf.constant("a", tf.float32),
        "shape": lambda: tf.constant(2.0, shape=(2, 3)),
        "reshape": lambda: tf.constant([1, 2, 3, 4], shape=(2, 2)),
        "wrong shape": lambda: tf.constant([1, 2, 3], shape=(2, 2)),
        "ragged": lambda: tf.constant([[1], [2, 3]]),
        "empty": lambda: tf.constant([]),
        "empty rows": lambda: tf.constant([[], []]),
        "None": lambda: tf.constant(None),
        "complex": lambda: tf.constant(1 + 2j),
        "np.float32": lambda: tf.constant(np.float32(1.5)),
        "np.int64": lambda: tf.constant(np.int64(5)),
        "range": lambda: tf.constant(range(3)),
        "tuple of tensors": lambda: tf.convert_to_tensor((tf.constant(1), tf.constant(2))),
        "tensor and number": lambda: tf.convert_to_tensor([tf.constant(1.0), 2]),
        "to another dtype": lambda: tf.convert_to_tensor(tf.constant(1), tf.float32),
        "hint": lambda: tf.convert_to_tensor([1, 2], dtype_hint=tf.float32),
        "index": lambda: tf.constant([[1, 2], [3, 4]])[1, 0],
        "slice": lambda: tf.constant([[1, 2, 3], [3, 4, 5]])[:, ::-1],
        "newaxis": lambda: tf.constant([1, 2])[:, tf.newaxis],
        "ellipsis": lambda: tf.constant([[1, 2], [3, 4]])[..., 0],
        "tensor index": lambda: tf.constant([1, 2, 3])[tf.constant(1)],
        "out of range": lambda: tf.constant([1, 2])[5],
        "mask": lambda: tf.constant([1, 2, 3])[tf.constant([True, False, True])],
        "assignment": lambda: tf.constant([1, 2]).__setitem__(0, 3),
        "bool of one": lambda: np.array(bool(tf.constant(3))),
        "bool of many": lambda: np.array(bool(tf.constant([1, 2]))),
        "int()": lambda: np.array(int(tf.constant(3.7))),
        "float()": lambda: np.array(float(tf.constant(3))),
        "len": lambda: np.array(len(tf.constant([1, 2, 3]))),
        "len of scalar": lambda: np.array(len(tf.constant(1))),
        "iterate scalar": lambda: np.array(list(tf.constant(1))),
        "iterate": lambda: np.array([int(v) for v in tf.constant([4, 5])]),
        "hash": lambda: np.array(hash(tf.constant(1))),
    }
    return {k: attempt(v) for k, v in cases.items()}


def scenario_mixed(tf, tmp_path):
    i, f, whole, n = tf.constant([7, -7]), tf.constant([1.5, -2.5]), tf.constant([3, 4], tf.int64), np.array([2.0, 3.0])
    pairs = {
        "tensor, number": (i, 1.5),
        "number, tensor": (1.5, i),
        "tensors": (i, f),
        "whole tensors": (i, whole),
        "numbers": (1, 2.5),
        "float first": (1.5, 2),
        "tensor, list": (i, [1.5, 2.5]),
        "list, tensor": ([1.5, 2.5], i),
        "tensor, array": (i, n),
        "array, tensor": (n, i),
        "float, array": (f, n),
        "array, number": (n, 2),
        "arrays": (n, n.astype("float32")),
        "text": (f, "a"),
        "None": (f, None),
        "bool tensor, number": (tf.constant([True, False]), 1),
        "number and bool": (1, True),
        "float and bool": (f, True),
    }
    names = "add subtract multiply divide truediv floordiv floormod pow maximum minimum squared_difference less greater_equal".split()
    functions = {n: getattr(tf.math, n) for n in [*names, "equal", "not_equal"]}
    functions["where"] = lambda x, y: tf.where([True, False], x, y)
    functions.update({"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y, "slash": lambda x, y: x / y})
    functions.update({"double slash": lambda x, y: x // y, "%": lambda x, y: x % y, "**": lambda x, y: x**y, "<": lambda x, y: x < y})
    functions.update({">=": lambda x, y: x >= y, "==": lambda x, y: x == y, "!=": lambda x, y: x != y, "&": lambda x, y: x & y})
    functions.update({"^": lambda x, y: x ^ y})
    return table(functions, pairs)


def scenario_shapes(tf, tmp_path):
    f, three, empty = tf.constant([1.5, -2.5]), tf.constant([1.0, 2.0, 3.0]), tf.zeros((0, 3))
    names = "add subtract multiply divide floordiv floormod pow maximum minimum squared_difference less equal not_equal".split()
    functions = {n: getattr(tf.math, n) for n in names}
    functions.update({"==": lambda x, y: x == y, "!=": lambda x, y: x != y, "where": lambda x, y: tf.where([True, False], x, y)})
    pairs = {"2 and 3": (f, three), "empty": (empty, three), "empty and 2": (empty, f), "scalar": (f, 2.0), "column": (f[:, None], three)}
    pairs.update({"int64": (tf.constant([2**40, 5], tf.int64), tf.constant([3], tf.int64))})
    return table(functions, pairs)


def scenario_types(tf, tmp_path):
    pairs = "add subtract multiply divide floordiv floormod pow maximum minimum squared_difference less equal logical_and".split()
    single = "negative abs square sqrt exp tanh sign sigmoid sin floor round is_nan logical_not argmax".split()
    reductions = ["reduce_sum", "reduce_mean", "reduce_max", "reduce_min", "reduce_prod", "reduce_std", "reduce_variance", "reduce_any"]
    functions = {n: lambda x, f=getattr(tf.math, n): f(x, x) for n in pairs}
    functions.update({n: getattr(tf.math, n) for n in [*single, *reductions]})
    functions.update({"relu": tf.nn.relu, "softmax": tf.nn.softmax, "clip": lambda x: tf.clip_by_value(x, x, x)})
    functions.update(
        {
            "matmul": lambda x: tf.matmul(x, x) if x.dtype != "uint8" else 0,
            "one_hot": lambda x: tf.one_hot(x, 4),
            "where": lambda x: tf.where(x, 1, 2),
        }
    )
    functions.update({"ones_like": tf.ones_like, "zeros_like": tf.zeros_like, "transpose": tf.transpose})
    values = np.array([[1, 2], [3, 1]])
    dtypes = ["float16", "float32", "float64", "int8", "int32", "int64", "uint8", "bool"]
    return table(functions, {t: (tf.constant(values.astype(t)),) for t in dtypes})
