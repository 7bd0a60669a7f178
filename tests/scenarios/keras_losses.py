"""Loss classes on arrays: values, reductions, weights, smoothing, logits, ignored classes."""

import numpy as np

TOLERANCE = {"*": 2e-5}
NAMES = [
    "MeanSquaredError",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredLogarithmicError",
    "Hinge",
    "SquaredHinge",
    "CategoricalHinge",
    "Huber",
    "LogCosh",
    "KLDivergence",
    "Poisson",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "BinaryFocalCrossentropy",
    "CosineSimilarity",
]


def data():
    rng = np.random.RandomState(0)
    hot = np.eye(4, dtype="f")[rng.randint(0, 4, 6)]
    p = rng.rand(6, 4).astype("f")
    p[0], p[1] = [0, 1, 0, 1], [1, 0, 0, 0]  # what the clipping is for
    weights = rng.rand(6).astype("f")
    weights[2] = 0
    return hot, p, (rng.randn(6, 4) * 8).astype("f"), weights


def scenario_classes(tf, tmp_path):
    hot, p, _, weights = data()
    out = {}
    for name in NAMES:
        for reduction in ("auto", "sum", "none"):
            loss = getattr(tf.keras.losses, name)(reduction=reduction)
            out[f"{name} {reduction}"] = np.asarray(loss(hot, p))
            out[f"{name} {reduction} weighted"] = np.asarray(loss(hot, p, sample_weight=weights))
    return out


def scenario_logits(tf, tmp_path):
    hot, p, logits, _ = data()
    out = {}
    for name in ("BinaryCrossentropy", "CategoricalCrossentropy", "BinaryFocalCrossentropy"):
        cls = getattr(tf.keras.losses, name)
        out[f"{name} logits"] = np.asarray(cls(from_logits=True)(hot, logits))
        out[f"{name} smoothed"] = np.asarray(cls(label_smoothing=0.1)(hot, p))
        out[f"{name} smoothed logits"] = np.asarray(cls(from_logits=True, label_smoothing=0.1)(hot, logits))
    return out


def scenario_sparse(tf, tmp_path):
    hot, p, logits, weights = data()
    labels, out = hot.argmax(1), {}
    cls = tf.keras.losses.SparseCategoricalCrossentropy
    for given, x in ((True, logits), (False, p)):
        out[f"logits={given}"] = np.asarray(cls(from_logits=given)(labels, x))
        out[f"logits={given} column weighted"] = np.asarray(cls(from_logits=given)(labels[:, None], x, weights))
        out[f"logits={given} ignored"] = np.asarray(cls(from_logits=given, ignore_class=1)(labels, x))
        out[f"logits={given} none"] = np.asarray(cls(from_logits=given, reduction="none")(labels, x))
    rng = np.random.RandomState(1)
    maps, wanted = rng.randn(2, 3, 3, 4).astype("f"), rng.randint(0, 4, (2, 3, 3))
    out["images"] = np.asarray(cls(from_logits=True, reduction="none")(wanted, maps))
    out["images mean"] = np.asarray(cls(from_logits=True)(wanted[..., None], maps))
    return out
