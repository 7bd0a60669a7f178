"""Eager arithmetic: rounding, casts, reductions, comparisons, on values where implementations tend to differ."""

import numpy as np
from _images import attempt, levels, noise

# Ops with a device kernel run there too; its sums and products are rounded otherwise.
DEVICE_TOLERANCE = {"scenario_functions": 1e-5, "scenario_reductions": 1e-5, "scenario_linear": 1e-5}
OPENCL_ULPS = {"divide": 2.5}  # x / y may be off by so much: OpenCL C 3.0, relative error as ULPs

# Sums and transcendental functions: a few units in the last place.
TOLERANCE = {
    "scenario_functions": 1e-6,
    "scenario_special/pow": 1e-6,
    "scenario_special/softmax": 1e-6,
    "scenario_reductions": 2e-6,
    "scenario_linear": 1e-6,
}

HALVES = np.array([-2.5, -1.5, -0.5, -0.4, 0.5, 1.5, 2.5, 3.5, 1e10], np.float32)


def scenario_rounding(tf, tmp_path):
    functions = {
        "round": tf.round,
        "floor": tf.floor,
        "ceil": tf.math.ceil,
        "sign": tf.sign,
        "abs": tf.abs,
        "negative": tf.negative,
    }
    out = {f"{n}, {t}": f(HALVES.astype(t)) for n, f in functions.items() for t in ("float32", "float64")}
    return {
        **out,
        "round int": tf.round([1, 2]),
        "abs int": tf.abs([-3, 2]),
        "sign int": tf.sign([-3, 0, 2]),
        "sign of nan": tf.sign([np.nan]),
    }


def scenario_cast(tf, tmp_path):
    values, out = np.array([0.0, 0.5, 0.999, 1.0, 1.5, 2.5, 127.7, 254.9, 255.0], np.float32), {}
    for to in ("uint8", "int32", "int64", "float16", "float64", "bool", "int16", "uint16"):
        out[f"float32 to {to}"] = tf.cast(values, to)
    for name in ("uint8", "int32", "int64", "bool", "float64"):
        for to in ("float32", "int32", "uint8", "float16", "bool"):
            out[f"{name} to {to}"] = tf.cast(np.array([0, 1, 3, 200]).astype(name), to)
    out["negative to int"] = tf.cast(np.array([-0.9, -1.0, -1.5], np.float32), tf.int32)
    out["int to uint8, wraps"] = tf.cast(np.array([-1, 256, 300], np.int32), tf.uint8)
    out["number"] = tf.cast(3, tf.float32)
    out["list"] = tf.cast([1.7, -1.7], "int32")
    out["same"] = tf.cast(np.array([1.0, 2.0]), tf.float64)
    out["np dtype"] = tf.cast([1, 2], np.float16)
    out["text"] = attempt(lambda: tf.cast("1", tf.float32))
    out["unknown"] = attempt(lambda: tf.cast(1, "float99"))
    return out


def scenario_reductions(tf, tmp_path):
    x, n, out = noise(3, 4, 5) - 0.5, levels(3, 4, 5).astype("int32"), {}
    for name in ("reduce_mean", "reduce_sum", "reduce_max", "reduce_min", "reduce_prod"):
        f = getattr(tf, name)
        out[name] = f(x)
        for axis in (0, 1, -1, [0, 2], [1, 2], []):
            out[f"{name}, {axis}"] = f(x, axis=axis)
            out[f"{name}, {axis}, kept"] = f(x, axis=axis, keepdims=True)
        out[f"{name}, int"] = f(n % 5, axis=1)
        out[f"{name}, empty"] = f(np.zeros((0, 3), np.float32), axis=0)
    out["mean of int64"] = tf.reduce_mean(np.array([-7, 2, 2, -1]))
    out["mean of int32, large"] = tf.reduce_mean(np.array([2**31 - 1, 2**31 - 1, 5], np.int32))
    out["mean of int16"] = tf.reduce_mean(np.array([[250, 251, 10], [1, 2, 3]], np.int16), axis=1)
    out["min of uint8"] = tf.reduce_min(np.array([[250, 251, 10], [1, 2, 3]], np.uint8), axis=1)
    out["mean of uint8"] = tf.reduce_mean(np.array([250, 251, 10], np.uint8))
    out["sum of uint8"] = tf.reduce_sum(np.array([250, 251, 10], np.uint8))
    out["any"], out["all"] = tf.reduce_any(x > 0.4, axis=1), tf.reduce_all(x > -0.4, axis=[0, 1])
    out["std"], out["variance"] = tf.math.reduce_std(x, axis=1), tf.math.reduce_variance(x)
    out["axis"] = attempt(lambda: tf.reduce_sum(x, axis=3))
    out["any of int"] = attempt(lambda: tf.reduce_any(n))
    out["max with nan"] = tf.reduce_max([1.0, np.nan, 2.0])
    out["list"] = tf.reduce_sum([1, 2, 3])
    return out


def scenario_arg(tf, tmp_path):
    ties = np.array([[1, 3, 3, 0], [2, 2, 2, 2], [0, -1, 5, 5]], np.float32)
    out = {}
    for axis in (0, 1, -1, None):
        out[f"argmax {axis}"], out[f"argmin {axis}"] = tf.argmax(ties, axis=axis), tf.argmin(ties, axis=axis)
    out["int32"] = tf.argmax(ties, axis=1, output_type=tf.int32)
    out["math"] = tf.math.argmax(ties.astype("uint8"), axis=1)
    out["vector"] = tf.argmax([3, 9, 9])
    out["nan"] = tf.argmax([1.0, np.nan, 2.0])
    out["axis 5"] = attempt(lambda: tf.argmax(ties, axis=5))
    out["scalar"] = attempt(lambda: tf.argmax(3.0))
    return out


def scenario_functions(tf, tmp_path):
    x = np.linspace(-3, 3, 25, dtype=np.float32)
    positive, out = np.abs(x) + np.float32(0.1), {}
    for name in ("sin", "cos", "tanh", "exp", "sigmoid", "square"):
        out[name] = getattr(tf.math, name)(x)
    for name in ("sqrt", "log"):
        out[name] = getattr(tf.math, name)(positive)
    out["pow"] = tf.pow(positive, x / 3)
    out["squared_difference"] = tf.math.squared_difference(x, positive)
    out["softmax"], out["relu"] = tf.nn.softmax(np.stack([x, -x])), tf.nn.relu(x)
    out["sin of int"] = attempt(lambda: tf.sin([1]))
    out["sqrt of int"] = attempt(lambda: tf.sqrt([4]))
    out["sqrt of minus one"] = tf.sqrt(-1.0)
    out["log of 0"] = tf.math.log(0.0)
    return out


def scenario_compare(tf, tmp_path):
    a, b = np.array([1.0, 2.0, np.nan, np.inf], np.float32), np.array([1.0, 3.0, np.nan, -np.inf], np.float32)
    out = {n: getattr(tf, n)(a, b) for n in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "maximum", "minimum")}
    p, q = np.array([True, False, True]), np.array([True, True, False])
    out.update({n: getattr(tf, n)(p, q) for n in ("logical_and", "logical_or")})
    out["logical_not"] = tf.logical_not(p)
    out["is_nan"], out["is_finite"] = tf.math.is_nan(a), tf.math.is_finite(a)
    out["clip"] = tf.clip_by_value(a, 1.5, 2.5)
    out["clip int"] = tf.clip_by_value(np.array([-5, 3, 900], np.int32), 0, 255)
    out["clip uint8"] = tf.clip_by_value(np.array([5, 30, 200], np.uint8), 10, 100)
    out["clip int by float"] = attempt(lambda: tf.clip_by_value(np.array([1, 2], np.int32), 0.5, 1.5))
    out["clip by tensors"] = tf.clip_by_value(a[:2], [0.0, 2.5], [0.5, 2.7])
    out["where"] = tf.where(p, [1, 2, 3], [4, 5, 6])
    out["where, scalar"] = tf.where(p, 1.0, [4.0, 5.0, 6.0])
    out["where, indices"] = tf.where(np.array([[True, False], [False, True]]))
    out["where, types"] = attempt(lambda: tf.where(p, 1, 2.5))
    out["and of int"] = attempt(lambda: tf.logical_and([1], [0]))
    return out


def scenario_linear(tf, tmp_path):
    a, b = noise(3, 4), noise(4, 2, seed=1)
    out = {"matmul": tf.matmul(a, b), "transposed": tf.matmul(a, a, transpose_b=True), "batch": tf.matmul(noise(2, 3, 4), noise(2, 4, 5))}
    out["broadcast batch"] = tf.matmul(noise(2, 3, 4), b)
    out["int"] = tf.matmul([[1, 2]], [[3], [4]])
    out["shapes"] = attempt(lambda: tf.matmul(a, a))
    out["vectors"] = attempt(lambda: tf.matmul([1.0, 2.0], [3.0, 4.0]))
    return out


SPECIAL = np.array([np.nan, np.inf, -np.inf, -1, 0, -0.0, 1e30, 2e30, -2e30, 88.5, -104, 100, 0.5, 1, 2, -2.5, 0.1], np.float32)


def scenario_special(tf, tmp_path):
    """NaN, infinities, signed zeros and large numbers."""
    a, b = np.repeat(SPECIAL, len(SPECIAL)), np.tile(SPECIAL, len(SPECIAL))
    pairs = "add subtract multiply divide maximum minimum floordiv floormod equal not_equal less greater_equal squared_difference"
    out = {n: getattr(tf.math, n)(a, b) for n in pairs.split()}
    exact = np.array([np.nan, np.inf, -np.inf, -1, 0, -0.0, 0.5, 1, 2, -2.5], np.float32)
    out["pow"] = tf.pow(*(f(exact, len(exact)) for f in (np.repeat, np.tile)))
    single = ["negative", "abs", "square", "sqrt", "sign", "floor", "ceil", "round", "is_nan", "is_finite"]
    out.update({n: getattr(tf.math, n)(SPECIAL) for n in single})
    out["relu"], out["clip"] = tf.nn.relu(SPECIAL), tf.clip_by_value(SPECIAL, -1.0, 1.0)
    out["clip, bounds swapped"] = tf.clip_by_value(SPECIAL, 1.0, -1.0)
    rows = [[1, np.nan, 2], [np.nan, 1, 0], [np.inf, 1, 2], [-np.inf] * 3, [np.inf, -np.inf, 0], [-3e38] * 3, [np.nan] * 3]
    rows = np.array(rows, np.float32)
    names = ["reduce_sum", "reduce_mean", "reduce_prod", "reduce_max", "reduce_min", "argmax", "argmin"]
    out.update({n: getattr(tf.math, n)(rows, axis=1) for n in names})
    out["softmax"] = tf.nn.softmax(rows)
    out["where"] = tf.where(SPECIAL > 0, SPECIAL, 0.0)
    return out
