"""tf.image.adjust_jpeg_quality and its random forms: qualities, sizes, dtypes, draws eagerly and in Dataset.map, errors."""

import numpy as np
from _images import attempt, levels, noise

Y, X = np.mgrid[:37, :45]
SMOOTH = np.stack([Y * 5, X * 5, (X + Y) * 3], -1).astype("uint8")


def scenario_adjusted(tf, tmp_path):
    out = {}
    images = {"smooth": SMOOTH, "grey": SMOOTH[..., :1], "levels": levels(17, 30, 3), "floats": noise(24, 16, 3) * 1.2 - 0.1}
    for name, image in images.items():
        for quality in (0, 1, 10, 50, 75, 90, 95, 100):
            out[f"{name}, {quality}"] = tf.image.adjust_jpeg_quality(image, quality)
    out["float16"] = tf.image.adjust_jpeg_quality(noise(9, 8, 3).astype("float16"), 60)
    out["int32"] = tf.image.adjust_jpeg_quality(tf.constant(SMOOTH, tf.int32) * 2**23, 60)
    out["a pixel"] = tf.image.adjust_jpeg_quality(SMOOTH[:1, :1], tf.constant(60), name="mine")
    return out


def scenario_random(tf, tmp_path):
    tf.random.set_seed(3)
    out = {"eager": np.stack([tf.image.random_jpeg_quality(SMOOTH, 5, 95, seed=s) for s in (None, 4, 4)])}
    images = tf.data.Dataset.from_tensors(SMOOTH).repeat(4)
    out["mapped"] = np.stack([x for x in images.map(lambda x: tf.image.random_jpeg_quality(x, 5, 95)).as_numpy_iterator()])
    out["batched"] = np.stack([x for x in images.map(lambda x: tf.image.random_jpeg_quality(x, 5, 95)).batch(2).as_numpy_iterator()])
    out["stateless"] = tf.image.stateless_random_jpeg_quality(SMOOTH, 5, 95, (1, 2))
    return out


def scenario_errors(tf, tmp_path):
    calls = {
        "above": lambda: tf.image.adjust_jpeg_quality(SMOOTH, 101),
        "below": lambda: tf.image.adjust_jpeg_quality(SMOOTH, -1),
        "vector": lambda: tf.image.adjust_jpeg_quality(SMOOTH, [50]),
        "batch": lambda: tf.image.adjust_jpeg_quality(SMOOTH[None], 50),
        "four channels": lambda: tf.image.adjust_jpeg_quality(levels(4, 5, 4), 50),
        "turned round": lambda: tf.image.random_jpeg_quality(SMOOTH, 60, 50),
        "range": lambda: tf.image.random_jpeg_quality(SMOOTH, 60, 101),
        "stateless, equal": lambda: tf.image.stateless_random_jpeg_quality(SMOOTH, 60, 60, (1, 2)),
    }
    return {name: attempt(f) for name, f in calls.items()}
