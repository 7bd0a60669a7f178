"""RandomRotation: the pixels, called eagerly and in Dataset.map, for every fill mode, interpolation and way of seeding."""

import numpy as np
from _images import attempt, levels, made, noise

# 1e-4 of the range.
TOLERANCE = {"*": 1e-4, "scenario_uint8": 0.0255, "scenario_dtypes": 0.0255, "scenario_errors": 0}
VARIANTS = {name: [{"workers": 1}, {"workers": 4}] for name in ("scenario_map", "scenario_map_images", "scenario_map_no_seeds")}
FILLS = ("reflect", "wrap", "constant", "nearest")


def calls(tf, x, count=3, training=True, **how):
    """The results of a layer called three times."""
    layer = tf.keras.layers.RandomRotation(**{"seed": 42, **how})
    return np.stack([layer(x, training=training) for _ in range(count)])


def scenario_bilinear(tf, tmp_path):
    return {f: calls(tf, noise(8, 9, 12, 3), factor=0.1, fill_mode=f) for f in FILLS}


def scenario_nearest(tf, tmp_path):
    return {f: calls(tf, noise(8, 9, 12, 3), factor=0.1, fill_mode=f, interpolation="nearest") for f in FILLS}


def scenario_whole_turn(tf, tmp_path):
    return {
        f"{f}, {i}": calls(tf, noise(8, 11, 7, 1), factor=1.0, fill_mode=f, interpolation=i) for f in FILLS for i in ("bilinear", "nearest")
    }


def scenario_asymmetric(tf, tmp_path):
    factors = {"up": (0.1, 0.3), "down": (-0.3, -0.1), "both": (-0.2, 0.3), "fixed": (0.125, 0.125), "quarter": (0.25, 0.25), "zero": 0.0}
    out = {f"{n}, {f}": calls(tf, noise(4, 8, 8, 3), factor=v, fill_mode=f) for n, v in factors.items() for f in FILLS}
    return {**out, **{f"{n}, nearest": calls(tf, noise(4, 8, 8, 3), factor=v, interpolation="nearest") for n, v in factors.items()}}


def scenario_fill_value(tf, tmp_path):
    how = {"factor": (0.1, 0.4), "fill_mode": "constant"}
    out = {
        f"{v}, {i}": calls(tf, noise(3, 7, 9, 3), **how, fill_value=v, interpolation=i)
        for v in (0.0, 0.5, 1.0)
        for i in ("bilinear", "nearest")
    }
    return {**out, "other mode": calls(tf, noise(3, 7, 9, 3), factor=0.4, fill_value=0.5)}


def scenario_shapes(tf, tmp_path):
    shapes = [
        (8, 9, 12, 1),
        (1, 17, 5, 3),
        (2, 8, 8, 4),
        (13, 6, 3),
        (1, 1, 9, 3),
        (3, 9, 1, 3),
        (2, 1, 1, 1),
        (2, 2, 3, 2),
        (1, 64, 48, 3),
    ]
    return {f"{s}, {i}": calls(tf, noise(*s), 2, factor=0.2, interpolation=i) for s in shapes for i in ("bilinear", "nearest")}


def scenario_uint8(tf, tmp_path):
    x = levels(5, 10, 9, 3)
    return {f: calls(tf, x, factor=0.2, fill_mode=f) for f in FILLS}


def scenario_dtypes(tf, tmp_path):
    out = {}
    for name in ("uint8", "int32", "float16", "float64"):
        x = levels(4, 6, 7, 3).astype(name)
        out[name] = tf.keras.layers.RandomRotation(0.2, seed=5)(x, training=True)
        out[name + " plain"] = tf.keras.layers.RandomRotation(0.2, seed=5)(x, training=False)
    out["as uint8"] = tf.keras.layers.RandomRotation(0.2, seed=5, dtype="uint8", interpolation="nearest")(levels(4, 6, 7, 3), training=True)
    return out


def scenario_training(tf, tmp_path):
    layer, x = tf.keras.layers.RandomRotation(0.2, seed=6), noise(3, 6, 7, 3)
    return {"not training": layer(x, training=False), "training": layer(x, training=True), "plain": layer(x)}


def scenario_seeds(tf, tmp_path):
    return {str(s): calls(tf, noise(4, 5, 6, 1), factor=0.5, seed=s) for s in (0, 1, 123456789, 2**40)}


def scenario_no_seeds(tf, tmp_path):
    tf.keras.utils.set_random_seed(3)
    first, second = tf.keras.layers.RandomRotation(0.3), tf.keras.layers.RandomRotation(0.3)
    x = noise(4, 5, 5, 1)
    return {"second": second(x, training=True), "first": first(x, training=True), "first again": first(x, training=True)}


def scenario_map(tf, tmp_path, workers=None):
    layer = tf.keras.layers.RandomRotation(0.2, seed=11)
    dataset = tf.data.Dataset.from_tensor_slices(noise(22, 6, 7, 3)).batch(4)
    dataset = dataset.map(lambda x: layer(x, training=True), num_parallel_calls=workers)
    return {f"epoch {e}": np.concatenate([np.asarray(x) for x in dataset]) for e in range(2)}


def scenario_map_images(tf, tmp_path, workers=None):
    layer = tf.keras.layers.RandomRotation(0.2, seed=12, fill_mode="nearest")
    dataset = tf.data.Dataset.from_tensor_slices((noise(25, 5, 6, 1), np.arange(25, dtype="int32")))
    dataset = dataset.map(lambda x, y: (layer(x, training=True), y), num_parallel_calls=workers)
    out = {f"epoch {e}": np.stack([np.asarray(x) for x, _ in dataset]) for e in range(2)}
    return {**out, "eagerly afterwards": layer(noise(3, 5, 6, 1), training=True)}


def scenario_map_no_seeds(tf, tmp_path, workers=None):
    tf.keras.utils.set_random_seed(8)
    layers = tf.keras.layers
    augment = tf.keras.Sequential(
        [layers.RandomFlip("horizontal"), layers.RandomRotation(0.1), layers.RandomFlip("vertical"), layers.RandomRotation(0.3)]
    )
    dataset = (
        tf.data.Dataset.from_tensor_slices(noise(22, 6, 5, 3)).batch(4).map(lambda x: augment(x, training=True), num_parallel_calls=workers)
    )
    return {f"epoch {e}": np.concatenate([np.asarray(x) for x in dataset]) for e in range(2)}


def scenario_config(tf, tmp_path):
    layer = tf.keras.layers.RandomRotation((-0.2, 0.3), fill_mode="constant", interpolation="nearest", fill_value=0.25, seed=9, name="turn")
    again = tf.keras.layers.RandomRotation.from_config(layer.get_config())
    x, config = noise(4, 5, 6, 1), layer.get_config()
    out = {k: np.array(config[k]) for k in ("factor", "fill_mode", "fill_value", "interpolation", "seed", "name")}
    return {
        **out,
        "layer": layer(x, training=True),
        "again": again(x, training=True),
        "shape": np.array(layer.compute_output_shape((None, 4, 5, 3))[1:]),
    }


def scenario_errors(tf, tmp_path):
    make = tf.keras.layers.RandomRotation
    return {
        "factor": made(lambda: make(factor=(0.3, 0.1))),
        "negative factor": made(lambda: make(factor=-0.1)),
        "factor text": made(lambda: make(factor="a")),
        "factor of three": made(lambda: make(factor=(0.1, 0.2, 0.3))),
        "no factor": made(lambda: make()),
        "factor 2": attempt(lambda: make(factor=2.0, seed=1)(np.zeros((1, 2, 2, 1), "float32"), training=True)),
        "fill_mode": made(lambda: make(0.1, fill_mode="mirror")),
        "interpolation": made(lambda: make(0.1, interpolation="cubic")),
        "2-D": attempt(lambda: make(0.1, seed=1)(noise(3, 4), training=True)),
        "5-D": attempt(lambda: make(0.1, seed=1)(noise(1, 2, 3, 4, 1), training=True)),
        "empty batch": attempt(lambda: make(0.1, seed=1)(noise(0, 3, 4, 1), training=True)),
    }
