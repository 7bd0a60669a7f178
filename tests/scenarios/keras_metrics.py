"""Metric classes on arrays, over two batches, with and without weights."""

import numpy as np

TOLERANCE = {"*": 2e-5}


def cases():
    rng = np.random.RandomState(0)
    y, p = rng.rand(6, 4).astype("f"), rng.rand(6, 4).astype("f")
    hot = np.eye(4, dtype="f")[rng.randint(0, 4, 6)]
    binary, labels = (rng.rand(6, 4) > 0.5).astype("f"), hot.argmax(1)
    p[3] = [0.5, 0.5, 0.5, 0.5]  # ties: the first one counts
    for name in ("BinaryAccuracy", "Hinge", "SquaredHinge", "BinaryCrossentropy"):
        yield name, {}, binary, p
    for name in ("CategoricalAccuracy", "CategoricalCrossentropy", "CategoricalHinge"):
        yield name, {}, hot, p
    for name in ("SparseCategoricalAccuracy", "SparseCategoricalCrossentropy"):
        yield name, {}, labels, p
    yield "TopKCategoricalAccuracy", {"k": 2}, hot, p
    yield "SparseTopKCategoricalAccuracy", {"k": 2}, labels, p
    yield "Accuracy", {}, labels, labels[::-1].copy()
    for name in [
        "MeanSquaredError",
        "MeanAbsoluteError",
        "MeanAbsolutePercentageError",
        "MeanSquaredLogarithmicError",
        "KLDivergence",
        "Poisson",
        "RootMeanSquaredError",
        "CosineSimilarity",
        "LogCoshError",
    ]:
        yield name, {}, y, p


def confusions():
    for name in ("TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives", "Precision", "Recall", "AUC"):
        yield name, {}
    for kwargs in ({"thresholds": [0.2, 0.6]}, {"top_k": 1}, {"class_id": 1}):
        yield "Precision", kwargs
        yield "Recall", kwargs
    for kwargs in ({"curve": "PR"}, {"num_thresholds": 7}, {"summation_method": "minoring"}, {"thresholds": [0.1, 0.15, 0.7]}):
        yield "AUC", kwargs


def scenario_means(tf, tmp_path):
    weights, out = np.array([0.3, 0.1, 0, 2, 1, 1], "f"), {}
    for name, kwargs, y, p in cases():
        for weighted in (False, True):
            metric = getattr(tf.keras.metrics, name)(**kwargs)
            metric.update_state(y, p, sample_weight=weights if weighted else None)
            metric.update_state(y[:3], p[:3])
            out[f"{name} weighted={weighted}"] = np.asarray(metric.result())
        metric.reset_state()
        out[f"{name} reset"] = np.asarray(metric.result())
        out[f"{name} name"] = np.array(metric.name)
    mean = tf.keras.metrics.Mean()
    mean.update_state([1.0, 2.0, 3.0])
    mean.update_state(5.0, sample_weight=2.0)
    out["Mean"] = np.asarray(mean.result())
    return out


def scenario_confusion(tf, tmp_path):
    rng = np.random.RandomState(2)
    p, y, weights = rng.rand(40, 3).astype("f"), (rng.rand(40, 3) > 0.6).astype("f"), rng.rand(40).astype("f")
    out = {}
    for name, kwargs in confusions():
        for weighted in (False, True):
            metric = getattr(tf.keras.metrics, name)(**kwargs)
            metric.update_state(y, p, sample_weight=weights if weighted else None)
            metric.update_state(y[:9], p[:9])
            out[f"{name} {kwargs} weighted={weighted}"] = np.asarray(metric.result())
    return out
