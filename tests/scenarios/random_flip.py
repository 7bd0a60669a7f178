"""RandomFlip: the pixels, hence the flips, called eagerly and in Dataset.map, for every way of seeding."""

import numpy as np
from _images import attempt, levels, made, noise

# Ops with a device kernel run there too, and give the same numbers.
DEVICE_TOLERANCE = {}

# The same numbers for any number of workers.
VARIANTS = {name: [{"workers": 1}, {"workers": 4}] for name in ("scenario_map", "scenario_map_images", "scenario_map_no_seeds")}


def dtype(x):
    return np.array(np.asarray(x).dtype.name)


def scenario_eager(tf, tmp_path):
    out = {}
    for mode in ("horizontal", "vertical", "horizontal_and_vertical"):
        for name, x in {
            "float": noise(8, 5, 6, 3),
            "uint8": levels(4, 4, 7, 1),
            "image": noise(6, 5, 3),
            "batch of one": noise(1, 3, 4, 4),
        }.items():
            layer = tf.keras.layers.RandomFlip(mode, seed=42)
            for call in range(3):
                out[f"{mode}, {name}, {call}"] = layer(x, training=True)
    return out


def scenario_default(tf, tmp_path):
    layer = tf.keras.layers.RandomFlip(seed=0)
    x = noise(16, 2, 2, 1)
    return {"training": layer(x, training=True), "plain": layer(x), "not training": layer(x, training=False), "list": layer(x[:3].tolist())}


def scenario_seeds(tf, tmp_path):
    x, out = noise(16, 1, 2, 1), {}
    for seed in (1, 123456789, 2**31 - 1, 2**40):
        layer = tf.keras.layers.RandomFlip("horizontal", seed=seed)
        out[str(seed)] = np.stack([layer(x, training=True) for _ in range(2)])
    return out


def scenario_no_seeds(tf, tmp_path):
    tf.keras.utils.set_random_seed(3)
    first, second = tf.keras.layers.RandomFlip("horizontal"), tf.keras.layers.RandomFlip("vertical")
    x = noise(16, 2, 2, 1)
    # Called in the other order than they were made in.
    return {"second": second(x, training=True), "first": first(x, training=True), "first again": first(x, training=True)}


def scenario_dtypes(tf, tmp_path):
    out = {}
    for name in ("uint8", "int32", "int64", "float16", "float32", "float64"):
        x = levels(4, 3, 4, 3).astype(name)
        y = tf.keras.layers.RandomFlip("horizontal", seed=5)(x, training=True)
        out[name], out[name + " plain"] = y, tf.keras.layers.RandomFlip("horizontal", seed=5)(x, training=False)
        out[name + " as uint8"] = tf.keras.layers.RandomFlip("horizontal", seed=5, dtype="uint8")(x, training=True)
    return out


def scenario_map(tf, tmp_path, workers=None):
    layer = tf.keras.layers.RandomFlip("horizontal_and_vertical", seed=11)
    dataset = tf.data.Dataset.from_tensor_slices(noise(22, 3, 4, 3)).batch(4)
    dataset = dataset.map(lambda x: layer(x, training=True), num_parallel_calls=workers)
    return {f"epoch {e}": np.concatenate([np.asarray(x) for x in dataset]) for e in range(2)}


def scenario_map_images(tf, tmp_path, workers=None):
    layer = tf.keras.layers.RandomFlip("horizontal", seed=12)
    dataset = tf.data.Dataset.from_tensor_slices((levels(25, 2, 3, 1), np.arange(25, dtype="int32")))
    dataset = dataset.map(lambda x, y: (layer(x, training=True), y), num_parallel_calls=workers)
    out = {f"epoch {e}": np.stack([np.asarray(x) for x, _ in dataset]) for e in range(2)}
    return {**out, "eagerly afterwards": layer(noise(9, 1, 2, 1), training=True)}


def scenario_map_no_seeds(tf, tmp_path, workers=None):
    tf.keras.utils.set_random_seed(8)
    augment = tf.keras.Sequential([tf.keras.layers.RandomFlip("horizontal"), tf.keras.layers.RandomFlip("vertical")])
    dataset = (
        tf.data.Dataset.from_tensor_slices(noise(22, 3, 4, 3)).batch(4).map(lambda x: augment(x, training=True), num_parallel_calls=workers)
    )
    return {f"epoch {e}": np.concatenate([np.asarray(x) for x in dataset]) for e in range(2)}


def scenario_config(tf, tmp_path):
    layer = tf.keras.layers.RandomFlip("vertical", seed=9, name="turn")
    again = tf.keras.layers.RandomFlip.from_config(layer.get_config())
    x = noise(8, 2, 2, 1)
    config = layer.get_config()
    out = {k: np.array(config[k]) for k in ("mode", "seed", "name", "trainable")}
    return {
        **out,
        "layer": layer(x, training=True),
        "again": again(x, training=True),
        "shape": np.array(layer.compute_output_shape((None, 4, 5, 3))[1:]),
    }


def scenario_errors(tf, tmp_path):
    make = tf.keras.layers.RandomFlip
    return {
        "mode": made(lambda: make(mode="x")),
        "mode None": made(lambda: make(mode=None)),
        "mode 3": made(lambda: make(mode=3)),
        "2-D": attempt(lambda: make(seed=1)(noise(3, 4), training=True)),
        "5-D": attempt(lambda: make(seed=1)(noise(1, 2, 3, 4, 1), training=True)),
        "unknown argument": made(lambda: make(sneed=1)),
        "empty batch": attempt(lambda: make(seed=1)(noise(0, 3, 4, 1), training=True)),
        "seed negative": attempt(lambda: make(seed=-1)(noise(8, 1, 2, 1), training=True)),
        "seed float": attempt(lambda: make(seed=1.5)(noise(8, 1, 2, 1), training=True)),
    }
