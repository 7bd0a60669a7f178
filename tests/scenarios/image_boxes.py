"""tf.image.extract_patches, crop_and_resize, draw_bounding_boxes: sizes, edges, dtypes, errors."""

import itertools

import numpy as np
from _images import attempt, levels, noise

X, ONES = noise(2, 9, 11, 3), [1, 1, 1, 1]
BOXES = np.array(
    [
        [0.1, 0.1, 0.8, 0.7],
        [0, 0, 1, 1],
        [-0.2, 0.3, 0.5, 1.4],
        [0.9, 0.8, 0.2, 0.1],
        [0.5, 0.5, 0.5, 0.5],
        [1.2, 1.2, 1.5, 1.6],
        [-0.05, -0.05, 0.3, 0.3],
    ],
    np.float32,
)


def scenario_patches(tf, tmp_path):
    out = {}
    for size, stride, rate, padding in itertools.product((1, 2, 3), (1, 2, 4), (1, 2), ("SAME", "VALID")):
        sizes, strides, rates = [1, size, size + 1, 1], (1, stride, stride + 1, 1), [1, rate, 3 - rate, 1]
        out[f"{size}, {stride}, {rate}, {padding}"] = tf.image.extract_patches(X, sizes, strides, rates, padding)
    for kind in ("uint8", "int32", "float16", "float64", "complex64"):
        out[kind] = tf.image.extract_patches(levels(1, 4, 5, 2).astype(kind), [1, 2, 2, 1], ONES, ONES, "SAME", name="mine")
    out["no room"] = tf.image.extract_patches(X, [1, 10, 10, 1], ONES, ONES, "VALID")
    out["no images"] = tf.image.extract_patches(X[:0], [1, 2, 2, 1], ONES, ONES, "SAME")
    return out


def scenario_crops(tf, tmp_path):
    out, which = {}, [0, 1, 0, 1, 0, 1, 0]
    for size, method in itertools.product(((5, 6), (1, 1), (1, 4), (20, 3)), ("bilinear", "nearest")):
        out[f"{size}, {method}"] = tf.image.crop_and_resize(X, BOXES, which, size, method=method, extrapolation_value=-7)
    for kind in ("uint8", "uint16", "int8", "int32", "int64", "float16", "float64"):
        out[kind] = tf.image.crop_and_resize(levels(2, 9, 11, 3).astype(kind), BOXES, which, [4, 5])
    out["halves"] = tf.image.crop_and_resize(X, [[0.0625, 0.05, 0.4375, 0.45]], [0], [7, 9], "nearest")
    out["no box"] = tf.image.crop_and_resize(X, np.zeros((0, 4), "f"), np.zeros(0, "i"), [3, 3])
    out["lists"] = tf.image.crop_and_resize(X, [[0.1, 0.1, 0.8, 0.8]], np.array([1]), tf.constant([3, 4]), name="mine")
    return out


def scenario_frames(tf, tmp_path):
    boxes = np.stack([BOXES, BOXES[::-1]])
    many = np.tile(boxes, (1, 2, 1)) + np.linspace(0, 0.2, 14, dtype="f")[:, None]
    out = {}
    for channels in (1, 3, 4):
        images = noise(2, 9, 11, channels)
        out[f"{channels}"] = tf.image.draw_bounding_boxes(images, boxes, noise(3, channels))
        out[f"{channels}, own colours"] = tf.image.draw_bounding_boxes(images, many, None)
    out["float16"] = tf.image.draw_bounding_boxes(X.astype("float16"), boxes, [[0.1, 0.2, 0.3]])
    out["wide colours"] = tf.image.draw_bounding_boxes(X, boxes, [[0.1, 0.2, 0.3, 0.4]])
    out["no colours"] = tf.image.draw_bounding_boxes(X, boxes, np.zeros((0, 3), "f"))
    out["no boxes"] = tf.image.draw_bounding_boxes(X, np.zeros((2, 0, 4), "f"), [[1.0, 0.0, 0.0]])
    out["endless"] = tf.image.draw_bounding_boxes(X, [[[-np.inf, 0.1, 0.5, 0.7]], [[0.1, np.nan, 0.5, np.inf]]], [[1.0, 0.0, 0.0]])
    return out


def scenario_errors(tf, tmp_path):
    patches, crop, frames, box = tf.image.extract_patches, tf.image.crop_and_resize, tf.image.draw_bounding_boxes, BOXES[:1]
    frame, red = np.stack([box, box]), [[1.0, 0.0, 0.0]]
    calls = {
        "patches, too large": lambda: patches(X, [1, 12, 2, 1], ONES, ONES, "VALID"),
        "patches, three": lambda: patches(X, [1, 2, 2], ONES, ONES, "VALID"),
        "patches, a number": lambda: patches(X, 2, ONES, ONES, "VALID"),
        "patches, batch": lambda: patches(X, [2, 2, 2, 1], ONES, ONES, "VALID"),
        "patches, channels": lambda: patches(X, [1, 2, 2, 1], [1, 1, 1, 2], ONES, "VALID"),
        "patches, rates": lambda: patches(X, [1, 2, 2, 1], ONES, [2, 1, 1, 1], "VALID"),
        "patches, no stride": lambda: patches(X, [1, 2, 2, 1], [1, 0, 1, 1], ONES, "VALID"),
        "patches, no size": lambda: patches(X, [1, 0, 2, 1], ONES, ONES, "VALID"),
        "patches, padding": lambda: patches(X, [1, 2, 2, 1], ONES, ONES, "same"),
        "patches, pairs": lambda: patches(X, [1, 2, 2, 1], ONES, ONES, [[0, 0]] * 4),
        "patches, one image": lambda: patches(X[0], [1, 2, 2, 1], ONES, ONES, "SAME"),
        "crop, bool": lambda: crop(X > 1, box, [0], [3, 3]),
        "crop, a box": lambda: crop(X, box[0], [0], [3, 3]),
        "crop, no image": lambda: crop(X, box, [2], [3, 3]),
        "crop, negative": lambda: crop(X, box, [-1], [3, 3]),
        "crop, two for one": lambda: crop(X, box, [0, 1], [3, 3]),
        "crop, no size": lambda: crop(X, box, [0], [0, 3]),
        "crop, three sizes": lambda: crop(X, box, [0], [3, 3, 3]),
        "crop, a size": lambda: crop(X, box, [0], 3),
        "crop, method": lambda: crop(X, box, [0], [3, 3], "bicubic"),
        "crop, one image": lambda: crop(X[0], box, [0], [3, 3]),
        "crop, float64 boxes": lambda: crop(X, tf.constant(box, tf.float64), [0], [3, 3]),
        "crop, int64 indices": lambda: crop(X, box, tf.constant([0], tf.int64), [3, 3]),
        "crop, fractions": lambda: crop(X, box, [0], [3.0, 3.0]),
        "frames, bytes": lambda: frames(tf.constant(levels(2, 5, 6, 3)), frame, red),
        "frames, short colour": lambda: frames(X, frame, [[1.0, 0.0]]),
        "frames, a colour": lambda: frames(X, frame, [1.0, 0.0, 0.0]),
        "frames, one box": lambda: frames(X, frame[:1], red),
        "frames, boxes": lambda: frames(X, box, red),
        "frames, channels": lambda: frames(X[..., :2], frame, red),
        "frames, float64 boxes": lambda: frames(X, tf.constant(frame, tf.float64), red),
    }
    return {name: attempt(f) for name, f in calls.items()}
