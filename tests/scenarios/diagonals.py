"""tf.linalg.diag, diag_part, set_diag: one diagonal and bands, batches, alignments, sizes, dtypes, errors."""

import itertools

import numpy as np
from _images import attempt

MATRICES = {"3x4": np.arange(24, dtype="f").reshape(2, 3, 4), "4x3": np.arange(12).reshape(4, 3), "square": np.eye(3, dtype=bool)}
BANDS = (0, 1, -1, 2, (-1, 1), (0, 2), (-2, 0), (1, 2), (-2, -1), (-2, 2))
ALIGNMENTS = ("RIGHT_LEFT", "LEFT_RIGHT", "LEFT_LEFT", "RIGHT_RIGHT")


def scenario_parts(tf, tmp_path):
    out = {}
    for (name, m), k, align in itertools.product(MATRICES.items(), BANDS, ALIGNMENTS):
        out[f"{name}, {k}, {align}"] = part = tf.linalg.diag_part(m, k=k, align=align, padding_value=1 if name == "square" else 9)
        out[f"set {name}, {k}, {align}"] = tf.linalg.set_diag(m, tf.zeros_like(part), k=k, align=align)
        out[f"back {name}, {k}, {align}"] = tf.linalg.set_diag(tf.zeros_like(m), part, k=k, align=align)
    out["empty"] = tf.linalg.diag_part(np.zeros((2, 0, 3), "f"))
    out["tensor"] = tf.linalg.diag_part(MATRICES["3x4"], k=tf.constant([-1, 0]))
    out["lists"] = tf.linalg.set_diag([[1.0, 2.0], [3.0, 4.0]], [7, 8])
    return out


def scenario_made(tf, tmp_path):
    out = {}
    for k, align in itertools.product(BANDS, ALIGNMENTS):
        several = k[1] - k[0] + 1 if isinstance(k, tuple) else 0
        shape = (2, several, 3) if several else (2, 3)
        values = np.arange(1, 1 + np.prod(shape), dtype="f").reshape(shape)
        for rows, columns in ((-1, -1), (5, -1), (-1, 6), (3, 7), (7, 3), (2, 2)):
            key = f"{k}, {align}, {rows}, {columns}"
            out[key] = attempt(lambda v=values, k=k, a=align, r=rows, c=columns: tf.linalg.diag(v, "d", k, r, c, 9, a))
    out["integers"] = tf.linalg.diag([1, 2, 3])
    out["empty"] = tf.linalg.diag(np.zeros((2, 0), "f"))
    out["bool"] = tf.linalg.diag(np.array([True, True]))
    return out


def scenario_errors(tf, tmp_path):
    x = np.arange(12, dtype="f").reshape(3, 4)
    calls = {
        "vector": lambda: tf.linalg.diag_part(x[0]),
        "no such diagonal": lambda: tf.linalg.diag_part(x, k=4),
        "none below": lambda: tf.linalg.diag_part(x, k=(-3, 0)),
        "turned round": lambda: tf.linalg.diag_part(x, k=(1, 0)),
        "alignment": lambda: tf.linalg.diag_part(x, align="LEFT"),
        "length": lambda: tf.linalg.set_diag(x, np.zeros(4, "f")),
        "rank": lambda: tf.linalg.set_diag(x, np.zeros((1, 3), "f")),
        "dtype": lambda: tf.linalg.set_diag(x, tf.constant([1, 2, 3])),
        "too few": lambda: tf.linalg.diag(x, k=(0, 1)),
        "no number": lambda: tf.linalg.diag_part(x, padding_value="a"),
    }
    return {name: attempt(f) for name, f in calls.items()}
