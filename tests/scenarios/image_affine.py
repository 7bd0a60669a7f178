"""tf.keras.preprocessing.image: affine transforms, channel shifts and brightness of one image, given and drawn, and what they refuse."""

import inspect

import numpy as np
from _images import attempt, levels, noise
from _signatures import parameters

TOLERANCE = {"*": 2e-7}
LAST = {"row_axis": 0, "col_axis": 1, "channel_axis": 2}
STEPS = {
    "nothing": {},
    "theta": dict(theta=30),
    "quarter": dict(theta=90),
    "shift": dict(tx=1.25, ty=-0.5),
    "whole shift": dict(tx=1, ty=2),
    "shear": dict(shear=20.0),
    "zoom": dict(zx=0.5, zy=0.5),
    "zoom one": dict(zy=1.7),
    "all": dict(theta=-17.0, tx=0.7, ty=1.1, shear=9.0, zx=1.2, zy=0.8),
}
FUNCTIONS = """
apply_affine_transform apply_brightness_shift apply_channel_shift random_brightness random_channel_shift random_rotation random_shear
random_shift random_zoom
""".split()


def scenario_affine(tf, tmp_path):
    f, out = tf.keras.preprocessing.image.apply_affine_transform, {}
    for name, step in STEPS.items():
        out["last, " + name] = f(noise(5, 8, 3), **step, **LAST)
        out["first, " + name] = f(noise(2, 7, 4, seed=1), **step)
        out["levels, " + name] = f(levels(6, 6, 1), **step, **LAST)
    for fill in ("constant", "nearest", "reflect", "wrap"):
        out["fill, " + fill] = f(noise(5, 6, 2), theta=40, tx=2, fill_mode=fill, cval=0.25, **LAST)
    for order in (0, 1, 2, 3):
        out[f"order {order}"] = f(noise(6, 5, 3), theta=25, order=order, **LAST)
    out["columns before rows"] = f(noise(4, 6, 3), theta=25, tx=1, row_axis=1, col_axis=0, channel_axis=2)
    out["double"] = f(noise(4, 6, 3).astype("float64"), theta=25, tx=1, **LAST)
    out["whole numbers"] = f(np.arange(48).reshape(4, 4, 3), theta=90, **LAST)
    out["by place"] = f(noise(4, 6, 3), 25, 1, 0, 0, 1, 1, 0, 1, 2, "wrap", 0.0, 1)
    return out


def scenario_drawn(tf, tmp_path):
    image, out = tf.keras.preprocessing.image, {}
    np.random.seed(4)
    calls = {
        "rotation": lambda x, **how: image.random_rotation(x, 60, **how),
        "shift": lambda x, **how: image.random_shift(x, 0.4, 0.2, **how),
        "shear": lambda x, **how: image.random_shear(x, 30, **how),
        "zoom": lambda x, **how: image.random_zoom(x, (0.5, 1.4), **how),
        "no zoom": lambda x, **how: image.random_zoom(x, (1, 1), **how),
    }
    for name, call in calls.items():
        out[name + ", last"] = call(noise(5, 7, 3), **LAST)
        out[name + ", first"] = call(noise(3, 5, 7, seed=2))
        out[name + ", options"] = call(noise(5, 7, 3), fill_mode="constant", cval=0.5, interpolation_order=3, **LAST)
    out["channels"] = image.random_channel_shift(noise(5, 7, 3), 0.4, channel_axis=2)
    out["channels of levels"] = image.random_channel_shift(levels(3, 5, 7), 40)
    out["brightness"] = image.random_brightness(noise(5, 7, 3), (0.5, 1.5))
    out["brightness, not scaled"] = image.random_brightness(levels(5, 7, 3), (0.5, 1.5), scale=False)
    out["next draw"] = np.random.rand()
    return out


def scenario_colours(tf, tmp_path):
    shift, brightness, out = tf.keras.preprocessing.image.apply_channel_shift, tf.keras.preprocessing.image.apply_brightness_shift, {}
    for by in (0.3, -0.2, 1, 5, -5, 250, 300, np.float64(0.3), np.float32(0.25), np.int64(-5)):
        for kind, x in {"float32": noise(2, 3, 4), "uint8": levels(2, 3, 4), "int8": levels(2, 3, 4).astype("int8")}.items():
            out[f"{kind} and {type(by).__name__} {by}"] = shift(x, by, channel_axis=2)
    out["half"] = shift(noise(2, 3, 4).astype("float16"), 1e6)
    out["first"] = shift(noise(2, 3, 4), 0.3)
    images = {
        "levels": levels(5, 6, 3),
        "gray": levels(5, 6, 1),
        "alpha": levels(5, 6, 4),
        "fractions": noise(5, 6, 3),
        "signed": noise(5, 6, 3) * 2 - 1,
        "wide": levels(5, 6, 3) * np.float32(1.5),
        "wide numbers": levels(5, 6, 3).astype("int32") * 7 - 100,
        "narrow": levels(5, 6, 3).astype("float64") / 2 + 20,
        "constant": np.full((3, 3, 3), 7.0, "float32"),
    }
    for name, x in images.items():
        for by in (0, 0.4, 1.0, 1.7):
            for scale in (True, False):
                out[f"{name}, {by}, {scale}"] = brightness(x, by, scale)
        out[name + ", default"] = brightness(x, 0.6)
    return out


def scenario_refused(tf, tmp_path):
    image, x = tf.keras.preprocessing.image, noise(4, 5, 3)
    f = image.apply_affine_transform
    cases = {
        "same axes": lambda: f(x, theta=3, row_axis=0, col_axis=0, channel_axis=2),
        "no axis": lambda: f(x, row_axis=0, col_axis=1, channel_axis=3),
        "negative axis": lambda: f(x, row_axis=0, col_axis=1, channel_axis=-1),
        "channels between": lambda: f(x, row_axis=0, col_axis=2, channel_axis=1),
        "two axes": lambda: f(x[0], theta=3),
        "fill": lambda: f(x, theta=3, fill_mode="blur"),
        "order": lambda: f(x, theta=3, order=7),
        "zoom": lambda: image.random_zoom(x, (1, 2, 3)),
        "brightness": lambda: image.random_brightness(x, (1,)),
        "brightness of one number": lambda: image.random_brightness(x, 0.5),
        "brightness of two channels": lambda: image.apply_brightness_shift(noise(4, 5, 2), 0.5),
    }
    return {name: attempt(case) for name, case in cases.items()}


def scenario_signatures(tf, tmp_path):
    image = tf.keras.preprocessing.image
    out = {name: parameters(getattr(image, name)) for name in FUNCTIONS}
    for name in ("Iterator", "NumpyArrayIterator", "DirectoryIterator", "ImageDataGenerator"):
        out[name] = parameters(getattr(image, name).__init__, 1)
        for method, found in inspect.getmembers(getattr(image, name), callable):
            if not method.startswith("_") and method not in ("__class__", "prefetch"):
                out[f"{name}.{method}"] = parameters(found, 1)
    out["bases"] = np.array([issubclass(getattr(image, n + "Iterator"), tf.keras.utils.Sequence) for n in ("", "NumpyArray", "Directory")])
    return out
