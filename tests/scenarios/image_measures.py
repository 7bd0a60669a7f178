"""tf.image: gradients, total variation, YUV and YIQ."""

from _images import attempt, levels, noise

TOLERANCE = {"scenario_edges": 2e-6, "scenario_variation": 2e-4, "scenario_colours": 1e-6}
A, BYTES = noise(2, 13, 15, 3), levels(2, 13, 15, 3)


def scenario_edges(tf, tmp_path):
    out = {}
    for name, x in {
        "float": tf.constant(A),
        "one row": tf.constant(A[:, :1]),
        "bytes": tf.constant(BYTES),
        "int32": tf.constant(BYTES, tf.int32),
    }.items():
        out[f"{name}, dy"], out[f"{name}, dx"] = tf.image.image_gradients(x)
    return out


def scenario_variation(tf, tmp_path):
    images = {"batch": A, "image": A[0], "float64": A.astype("float64"), "int32": BYTES.astype("int32"), "row": A[:, :1], "none": A[:0]}
    return {name: tf.image.total_variation(tf.constant(x)) for name, x in images.items()}


def scenario_colours(tf, tmp_path):
    out = {}
    for name in ("rgb_to_yuv", "yuv_to_rgb", "rgb_to_yiq", "yiq_to_rgb"):
        for what, x in {"batch": A, "image": A[0], "pixels": A[0, 0], "float64": A.astype("float64"), "list": [[0.1, 0.2, 0.3]]}.items():
            out[f"{name}, {what}"] = getattr(tf.image, name)(x)
        out[f"{name}, bytes"] = attempt(lambda f=getattr(tf.image, name): f(BYTES))
        out[f"{name}, four"] = attempt(lambda f=getattr(tf.image, name): f(noise(2, 3, 4)))
    return out


def scenario_errors(tf, tmp_path):
    x = tf.constant(A)
    calls = {
        "gradients of one": lambda: tf.image.image_gradients(x[0]),
        "variation of rows": lambda: tf.image.total_variation(x[0, 0]),
        "variation of bytes": lambda: tf.image.total_variation(tf.constant(BYTES)),
    }
    return {name: attempt(f) for name, f in calls.items()}
