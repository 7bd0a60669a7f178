"""tf.image functions on eager tensors: flips, colours, crops, conversions, resizing, and their errors."""

import numpy as np
from _images import attempt, levels, noise

# Ops with a device kernel run there too; its sums and products are rounded otherwise.
DEVICE_TOLERANCE = {"scenario_colour": 1e-5}

TOLERANCE = {"scenario_colour": 1e-6, "scenario_colour_uint8": 0, "scenario_convert": 0, "scenario_resize": 0.0255, "scenario_random": 1e-6}


def both(batch=True):
    """An image and a batch, uint8 and float32."""
    out = {"uint8": levels(5, 6, 3), "float": noise(5, 6, 3)}
    return {**out, "uint8 batch": levels(2, 4, 5, 3), "float batch": noise(2, 5, 4, 1)} if batch else out


def scenario_flip(tf, tmp_path):
    functions = ("flip_left_right", "flip_up_down")
    out = {f"{f}, {n}": getattr(tf.image, f)(x) for f in functions for n, x in both().items()}
    out["2-D"] = attempt(lambda: tf.image.flip_left_right(noise(3, 4)))
    out["5-D"] = attempt(lambda: tf.image.flip_left_right(noise(1, 1, 3, 4, 1)))
    out["int64"] = tf.image.flip_left_right(levels(2, 3, 1).astype("int64"))
    out["list"] = tf.image.flip_up_down([[[1], [2]], [[3], [4]]])
    return out


def scenario_crop(tf, tmp_path):
    out = {}
    for name, x in both().items():
        out[f"central, {name}"] = tf.image.central_crop(x, 0.5)
        out[f"bounding box, {name}"] = tf.image.crop_to_bounding_box(x, 1, 2, 3, 2)
    for fraction in (0.1, 0.34, 0.7, 1.0):
        out[f"central {fraction}"] = tf.image.central_crop(levels(11, 7, 1), fraction)
    out["fraction"] = attempt(lambda: tf.image.central_crop(noise(4, 4, 1), 1.5))
    out["fraction 0"] = attempt(lambda: tf.image.central_crop(noise(4, 4, 1), 0.0))
    out["outside"] = attempt(lambda: tf.image.crop_to_bounding_box(noise(4, 4, 1), 2, 2, 3, 3))
    out["2-D"] = attempt(lambda: tf.image.central_crop(noise(4, 4), 0.5))
    return out


def scenario_convert(tf, tmp_path):
    x, f, out = levels(4, 5, 3), np.linspace(0, 1, 60, dtype=np.float32).reshape(4, 5, 3), {}
    for to in ("float32", "float16", "float64", "uint16", "uint8", "int32"):
        out[f"uint8 to {to}"] = tf.image.convert_image_dtype(x, to)
        out[f"float32 to {to}"] = attempt(lambda to=to: tf.image.convert_image_dtype(f, to))
    out["uint16 to uint8"] = tf.image.convert_image_dtype(np.array([0, 255, 256, 65535], np.uint16), tf.uint8)
    out["saturate"] = tf.image.convert_image_dtype(np.array([0.0, 0.5, 1.0, 1.2, -0.1], np.float32), tf.uint8, saturate=True)
    out["float64 to uint8"] = tf.image.convert_image_dtype(f.astype("float64"), tf.uint8)
    return out


def scenario_colour(tf, tmp_path):
    x, out = noise(2, 5, 6, 3), {}
    for delta in (0.1, -0.4, 0.0):
        out[f"brightness {delta}"] = tf.image.adjust_brightness(x, delta)
    for factor in (0.5, 2.0, 0.0, -1.0):
        out[f"contrast {factor}"] = tf.image.adjust_contrast(x, factor)
    out["contrast image"] = tf.image.adjust_contrast(x[0], 1.5)
    out["gray"], out["gray image"] = tf.image.rgb_to_grayscale(x), tf.image.rgb_to_grayscale(x[0])
    out["rgb"] = tf.image.grayscale_to_rgb(tf.constant(x[..., :1]))
    out["float64"] = tf.image.adjust_brightness(x.astype("float64"), 0.25)
    out["gray of one channel"] = attempt(lambda: tf.image.rgb_to_grayscale(noise(3, 3, 1)))
    out["rgb of three channels"] = attempt(lambda: tf.image.grayscale_to_rgb(tf.constant(noise(3, 3, 3))))
    out["brightness 2-D"] = tf.image.adjust_brightness(noise(3, 3), 0.5)
    out["brightness float16"] = tf.image.adjust_brightness(noise(3, 3, 1).astype("float16"), 0.5)
    out["brightness tensor"] = tf.image.adjust_brightness(x, tf.constant(0.25))
    out["contrast tensor"] = tf.image.adjust_contrast(x, tf.constant(0.25))
    out["contrast 5-D"] = tf.image.adjust_contrast(x[None], 1.5)
    out["brightness 0.3, float64"] = tf.image.adjust_brightness(x.astype("float64"), 0.3)
    out["gray float64"] = tf.image.rgb_to_grayscale(x.astype("float64"))
    out["contrast float64"] = tf.image.adjust_contrast(x.astype("float64"), 1.5)
    out["gray int"] = tf.image.rgb_to_grayscale((x * 1000).astype("int32"))
    out["contrast 2-D"] = attempt(lambda: tf.image.adjust_contrast(noise(3, 3), 2.0))
    return out


def scenario_colour_uint8(tf, tmp_path):
    x, out = levels(2, 5, 6, 3), {}
    for delta in (0.1, -0.4, 0.5):
        out[f"brightness {delta}"] = tf.image.adjust_brightness(x, delta)
    for factor in (0.5, 2.0, 1.1):
        out[f"contrast {factor}"] = tf.image.adjust_contrast(x, factor)
    out["gray"], out["rgb"] = tf.image.rgb_to_grayscale(x), tf.image.grayscale_to_rgb(tf.constant(x[..., :1]))
    return out


def scenario_resize(tf, tmp_path):
    out = {}
    for name, x in {"uint8": levels(2, 9, 7, 3), "float": levels(9, 7, 1).astype("float32")}.items():
        for method in ("bilinear", "nearest"):
            for size in ((4, 5), (13, 20)):
                out[f"{name}, {method}, {size}"] = tf.image.resize(x, size, method=method)
    x = levels(10, 7, 3)
    out["same size"] = tf.image.resize(x, (10, 7))
    out["constant"] = tf.image.resize(x, (4, 3), method=tf.image.ResizeMethod.NEAREST_NEIGHBOR)
    out["method"] = attempt(lambda: tf.image.resize(x, (4, 3), method="cubic"))
    out["size"] = attempt(lambda: tf.image.resize(x, 4))
    out["size 0"] = attempt(lambda: tf.image.resize(x, (0, 4)))
    out["2-D"] = attempt(lambda: tf.image.resize(x[..., 0], (4, 3)))
    out["float size"] = attempt(lambda: tf.image.resize(x, (4.5, 3.0)))
    return out


def scenario_random(tf, tmp_path):
    x, out = noise(5, 6, 3), {}
    tf.random.set_seed(17)
    for name in ("random_flip_left_right", "random_flip_up_down"):
        f = getattr(tf.image, name)
        out[name] = np.stack([f(x) for _ in range(6)])
        out[f"{name}, seed"] = np.stack([f(x, seed=3) for _ in range(6)])
        out[f"{name}, batch"] = f(noise(8, 2, 3, 1), seed=4)
    return out
