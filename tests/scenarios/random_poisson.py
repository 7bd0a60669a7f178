"""tf.random.poisson: rates from zero to what a type can hold, every type, errors."""

import numpy as np
from _images import attempt

TYPES = ("float16", "float32", "float64", "int32", "int64")


def scenario_types(tf, tmp_path):
    tf.random.set_seed(9)
    rates = np.array([-1.0, 0.0, 1e-3, 0.5, 3.0, 9.99, 10.0, 11.5, 100.0, 1000.0])
    out = {f"{kind}": tf.random.poisson([2000], rates, dtype=kind, seed=3) for kind in TYPES}
    out.update({f"rates {kind}": tf.random.poisson([9], tf.constant(rates.astype(kind)), seed=3) for kind in TYPES})
    out.update({f"infinite {kind}": tf.random.poisson([2], [np.inf, -np.inf, 2.0], dtype=kind, seed=3) for kind in TYPES})
    lams = (3.0, 3, np.float32(3), np.array(3, "f"), np.array(3.0), np.int64(3), np.uint8(3), tf.constant(3.0), tf.constant(3))
    out["at the limit"] = tf.random.poisson([50], 65500.0, dtype="float16", seed=3)
    out["large"] = tf.random.poisson([500], [1e6, 1e9], dtype="int32", seed=3)
    out["as an image"] = tf.random.poisson([3], np.arange(24, dtype="float32").reshape(2, 4, 3), seed=3)
    out["no rate"] = tf.random.poisson([3], np.zeros(0, "float32"))
    out["in turn"] = np.stack([tf.random.poisson([5], lam, dtype=d, seed=4) for d in (tf.float32, "float32") for lam in lams])
    out["levels"] = tf.random.poisson([3], np.uint8(7), seed=3)
    return out


def scenario_errors(tf, tmp_path):
    poisson = tf.random.poisson
    calls = {
        "a number for a shape": lambda: poisson(3, 0.5),
        "negative": lambda: poisson([-1], 0.5),
        "fractions": lambda: poisson([2.0], 0.5),
        "int64": lambda: poisson(tf.constant([2], tf.int64), 0.5),
        "dtype": lambda: poisson([2], 1, dtype="uint8"),
        "bfloat16": lambda: poisson([2], 1, dtype="bfloat16"),
        "rate's dtype": lambda: poisson([2], tf.constant(1, tf.uint8)),
        "text": lambda: poisson([2], "a"),
    }
    return {k: attempt(f) for k, f in calls.items()}
