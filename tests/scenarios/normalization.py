"""Normalization: adapting to arrays and datasets, its weights, inverting, in Dataset.map and in models; configurations and errors."""

import numpy as np
from _images import attempt, levels, made, noise

# adapt() adds in another order than TensorFlow; what it finds is compared with tolerances relative to its size.
LARGE = {f"{name}, {what}": 5e-3 for name in ("levels", "images") for what in ("variance", "weight 1")}
TOLERANCE = {"*": 1e-6, "scenario_adapt": 2e-4, "scenario_models": 1e-5, "scenario_inverted": 1e-4, **LARGE}
DEVICE_TOLERANCE = {"*": 2e-6, "scenario_adapt": 2e-4, "scenario_inverted": 1e-3, **LARGE}
OPENCL_ULPS = {"*": 2.5}  # its division may be off by so much: OpenCL C 3.0, relative error as ULPs
ROWS = noise(50, 4, top=9)


def weights(layer):
    return {f"weight {i}": w for i, w in enumerate(layer.get_weights())}


def prefixed(name, values):
    return {f"{name}, {k}": v for k, v in values.items()}


def scenario_adapt(tf, tmp_path):
    slices = tf.data.Dataset.from_tensor_slices
    cases = {
        "rows": (-1, ROWS, {}),
        "batches of 7": (-1, ROWS, {"batch_size": 7}),
        "steps": (-1, ROWS, {"steps": 2}),
        "steps of 10": (-1, ROWS, {"steps": 3, "batch_size": 10}),
        "one axis": (None, np.arange(5.0), {}),
        "each of 32": (-1, np.arange(64.0), {}),
        "first axis": (0, noise(32, 3), {}),
        "list": (None, [0.0, 2.0], {}),
        "list of lists": (-1, [[0, 2], [3, 4], [5, 9]], {}),
        "levels": (-1, levels(9, 4, 5, 3), {}),
        "tensor": (-1, tf.constant(ROWS), {}),
        "two axes": ((1, 3), noise(5, 4, 3, 2), {}),
        "negative axes": ([-1, -2], noise(5, 4, 3, 2), {}),
        "every axis": ((0, 1), noise(32, 2), {}),
        "dataset": (-1, slices(ROWS).batch(8), {}),
        "dataset of rows": (-1, slices(ROWS), {}),
        "dataset of numbers": (None, slices([1.0, 2, 3, 6]), {}),
        "dataset with batch_size": (-1, slices(ROWS).batch(8), {"batch_size": 3}),
        "steps of a dataset": (-1, slices(ROWS).batch(8).repeat(), {"steps": 9}),
        "images": (-1, slices(levels(9, 4, 5, 3)).batch(4), {}),
        "far from 0": (-1, noise(40, 2) + 1000, {}),
    }
    out = {}
    for name, (axis, data, how) in cases.items():
        layer = tf.keras.layers.Normalization(axis=axis)
        layer.adapt(data, **how)
        out.update(prefixed(name, {**weights(layer), "mean": layer.mean, "variance": layer.variance}))
    return {**out, "adapted": np.array(layer.is_adapted), "before": np.array(tf.keras.layers.Normalization().is_adapted)}


def scenario_states(tf, tmp_path):
    x = np.ones((2, 3), "float32")
    layer = tf.keras.layers.Normalization()
    out = {"not adapted": layer(x)}
    layer.adapt(noise(10, 3))
    out["adapted"] = layer(x)
    layer.adapt(noise(10, 3, seed=4))
    out["adapted again"] = layer(x)
    layer.reset_state()
    out.update({"reset": layer(x), "is adapted": np.array(layer.is_adapted), **prefixed("reset", weights(layer))})
    layer.update_state(noise(4, 3, seed=5))
    out.update({"updated": layer(x), **prefixed("updated", weights(layer))})
    layer.finalize_state()
    out["finalized"] = layer(x)
    layer.set_weights([np.zeros(3), np.ones(3) * 4, 9])
    out.update({"set": layer(x), **prefixed("set", weights(layer))})
    built = tf.keras.layers.Normalization(axis=(1, 2))
    built.build((None, 4, 3))
    names = np.array([w.name.rpartition("/")[2] for w in built.weights])
    return {**out, "names": names, "trainable": np.array(len(built.trainable_weights)), **prefixed("built", weights(built))}


def scenario_inverted(tf, tmp_path):
    there, back = tf.keras.layers.Normalization(), tf.keras.layers.Normalization(invert=True)
    x = noise(6, 4, 5, 3, top=255)
    for layer in (there, back):
        layer.adapt(x)
    y = there(x)
    zero = {"mean": [1.0, 2.0, 3.0], "variance": [0.0, 1e-20, 4.0]}
    return {
        "there": y,
        "back": back(y),
        "no variance": tf.keras.layers.Normalization(**zero)(x) * np.float32([1e-9, 1e-9, 1]),
        "no variance, inverted": tf.keras.layers.Normalization(**zero, invert=True)(x),
    }


def scenario_map(tf, tmp_path):
    layer = tf.keras.layers.Normalization()
    layer.adapt(levels(9, 4, 5, 3))
    dataset = tf.data.Dataset.from_tensor_slices(levels(6, 4, 5, 3, seed=2))
    fresh = tf.keras.layers.Normalization(mean=3.0, variance=[1.0, 4.0, 9.0])
    return {
        "images": np.stack([np.asarray(x) for x in dataset.map(layer)]),
        "batches": np.concatenate([np.asarray(x) for x in dataset.batch(4).map(layer, num_parallel_calls=2)]),
        "given": np.stack([np.asarray(x) for x in dataset.map(lambda x: fresh(x))]),
    }


def scenario_models(tf, tmp_path):
    layers = tf.keras.layers
    norm = layers.Normalization()
    norm.adapt(ROWS)
    dense = layers.Dense(2, kernel_initializer="ones")
    model = tf.keras.Sequential([norm, dense])
    out = {"adapted before": model.predict(ROWS, verbose=0), "input": np.array([-1 if n is None else n for n in model.output_shape])}
    late = layers.Normalization(axis=(1, 3))
    images = noise(5, 4, 6, 3, top=255)
    inputs = tf.keras.Input((4, 6, 3))
    late_model = tf.keras.Model(inputs, layers.Conv2D(2, 3, kernel_initializer="ones")(late(inputs)))
    late.adapt(images)
    late_model.compile()
    out["adapted after"] = late_model.predict(images, verbose=0)
    first = layers.Conv2D(2, 1, kernel_initializer="ones", input_shape=(4, 6, 3))
    given = tf.keras.Sequential([first, layers.Normalization(mean=50, variance=[9, 4])])
    out["in the middle"] = given.predict(images, verbose=0)
    path = str(tmp_path / "model.h5")
    shaped = tf.keras.Sequential([tf.keras.Input((4,)), norm, dense])  # TensorFlow cannot load the first one: its shape is not known
    for name, made_model, data in (("sequential", shaped, ROWS), ("functional", late_model, images), ("given", given, images)):
        made_model.save(path)
        loaded = tf.keras.models.load_model(path, compile=False)
        out[f"{name} loaded"] = loaded.predict(data, verbose=0)
        made_model.save_weights(path)
        other = type(made_model).from_config(made_model.get_config())
        other.load_weights(path)
        out[f"{name} weights loaded"] = other.predict(data, verbose=0)
    return out


def scenario_config(tf, tmp_path):
    make = tf.keras.layers.Normalization
    given = make(axis=[1, -1], mean=np.array([[1.0, 2]]), variance=[[3, 4], [5, 6]], invert=True, name="n")
    config = given.get_config()
    again = make.from_config(config)
    x = noise(3, 2, 5, 2)
    return {
        **{k: np.array(config[k]) for k in ("axis", "mean", "variance", "invert", "name", "trainable", "dtype")},
        "keys": np.array(sorted(config)),
        "again": again(x),
        "no axis": np.array(len(make(axis=None).get_config()["axis"])),
        "nothing": np.array(make().get_config()["mean"] is None),
        "shape": np.array(given.compute_output_shape((2, 4, 5))),
    }


def scenario_errors(tf, tmp_path):
    make, x = tf.keras.layers.Normalization, noise(2, 3)
    slices = tf.data.Dataset.from_tensor_slices
    out = {
        "mean alone": made(lambda: make(mean=1.0)),
        "variance alone": made(lambda: make(variance=1.0)),
        "axis 1.5": made(lambda: make(axis=1.5)),
        "axis 2": attempt(lambda: make(axis=2)(x)),
        "axis -3": attempt(lambda: make(axis=(-3,))(x)),
        "scalar": attempt(lambda: make()(np.float32(3))),
        "list": attempt(lambda: make()([1.0, 2.0])),
        "list of lists": attempt(lambda: make()([[1.0, 2.0]])),
        "four means": attempt(lambda: make(mean=[1.0] * 4, variance=1.0)(x)),
        "two by three means": attempt(lambda: make(mean=np.ones((2, 3)), variance=1.0)(x)),
        "integers": attempt(lambda: make(mean=1.0, variance=1.0, dtype="uint8")(x)),
        "update before build": attempt(lambda: make().update_state(x)),
        "unknown argument": made(lambda: make(sneed=1)),
        "size not known": attempt(lambda: make().build((None, None))),
    }
    adapting = {
        "given": (make(mean=1.0, variance=1.0), x),
        "one axis": (make(), np.arange(5.0)),
        "part of a batch": (make(axis=0), noise(33, 3)),
        "numbers": (make(), slices([1.0, 2.0])),
        "empty": (make(), np.zeros((0, 3))),
        "empty dataset": (make(), slices(np.zeros((0, 3))).batch(2)),
        "pairs": (make(), slices((x, x)).batch(2)),
        "infinite": (make(), slices(x).batch(2).repeat()),
        "generator": (make(), (x for _ in range(2))),
        "nothing": (make(), None),
    }
    for name, (layer, data) in adapting.items():
        out[f"adapt, {name}"] = attempt(lambda layer=layer, data=data: np.array(layer.adapt(data) is None))
    return out
