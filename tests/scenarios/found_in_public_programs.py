"""Forms of calls that were found in public programs and test-suites, and had been wrong or refused here."""

import numpy as np
from _images import attempt

TOLERANCE = {"a little": 1e-7}
IMAGES = np.arange(48, dtype="float32").reshape(2, 4, 3, 2)
SHIFT = np.array([[1, 0, 1, 0, 1, 0, 0, 0]], "float32")


def scenario_fill_values(tf, tmp_path):
    """Programs make a tensor of the fill value first."""
    values = {
        "tensor": tf.constant(2.0),
        "float32": np.float32(2),
        "array": np.array(2.0),
        "int": 3,
        "bool": True,
        "int64": np.int64(3),
        "int tensor": tf.constant(2),
        "float64 tensor": tf.constant(2.0, tf.float64),
        "list": [0.0],
        "vector": tf.constant([1.0]),
        "text": "a",
        "none": None,
    }

    def warped(value, mode, interpolation):
        return tf.raw_ops.ImageProjectiveTransformV3(
            images=IMAGES, transforms=SHIFT, output_shape=[4, 3], fill_value=value, interpolation=interpolation, fill_mode=mode
        )

    return {
        f"{name}, {mode}, {interpolation}": attempt(lambda v=value, m=mode, i=interpolation: warped(v, m, i))
        for name, value in values.items()
        for mode, interpolation in (("CONSTANT", "NEAREST"), ("CONSTANT", "BILINEAR"), ("WRAP", "BILINEAR"))
    }


def scenario_layers_of_several(tf, tmp_path):
    """The segmentation tutorial's `map(Augment())`: each component of an element is an argument of the layer."""

    class Augment(tf.keras.layers.Layer):
        def __init__(self, seed=42):
            super().__init__()
            self.augment_inputs = tf.keras.layers.RandomFlip(mode="horizontal", seed=seed)
            self.augment_labels = tf.keras.layers.RandomFlip(mode="horizontal", seed=seed)

        def call(self, inputs, labels):
            return self.augment_inputs(inputs), self.augment_labels(labels)

    class Weighted(tf.keras.layers.Layer):
        def call(self, images, labels, weights=None, training=None):
            return images + (0 if weights is None else weights[:, None, None, None]), labels, "trains" if training else "does not"

    pairs = tf.data.Dataset.from_tensor_slices((IMAGES, IMAGES * 2))
    labels = tf.data.Dataset.from_tensor_slices((IMAGES, [1, 2]))
    three = tf.data.Dataset.from_tensor_slices((IMAGES, [1, 2], [0.5, 1.5])).batch(2)
    datasets = {
        "pairs": pairs.batch(1).repeat(4).map(Augment()),
        "one by one": pairs.repeat(4).map(Augment()),
        "labels": labels.batch(2).map(Weighted()),
        "weights": three.map(Weighted()),
    }
    out = {
        f"{name}, {i}, {j}": np.asarray(part)
        for name, dataset in datasets.items()
        for i, element in enumerate(dataset.as_numpy_iterator())
        for j, part in enumerate(element)
    }
    out["too many"] = attempt(lambda: three.map(Augment()))
    return out


def scenario_full_saturation(tf, tmp_path):
    """The smallest colour of every pixel is exactly 0, the largest as it was."""
    image = np.random.RandomState(1).rand(2, 40, 50, 3).astype("float32") * 255
    full = np.asarray(tf.image.adjust_saturation(image, 3000.0))
    levels = np.asarray(tf.image.adjust_saturation(image.astype("uint8"), 3.0))
    some = np.asarray(tf.image.adjust_saturation(image / 255, 0.7))
    return {
        "smallest": full.min(-1),
        "largest": full.max(-1),
        "of levels": np.stack([levels.min(-1), levels.max(-1)]),
        "a little": np.stack([some.min(-1), some.max(-1)]),
    }


def scenario_dtypes_of_layers(tf, tmp_path):
    """A layer of the user's own gets floats in the type that it was made with."""
    layers = tf.keras.layers

    class Doubled(layers.Layer):
        def call(self, inputs):
            return inputs * 2

    class Cast(layers.Layer):
        def call(self, inputs):
            return tf.cast(inputs, self.compute_dtype)

    class OfDictionary(layers.Layer):
        def call(self, inputs, other=None):
            return {"images": inputs["images"] * 2, "labels": inputs["labels"]["a"] * 2, "other": other * 2}

    class Weighted(layers.Layer):
        def build(self, input_shape):
            self.w = self.add_weight(name="w", shape=(3,), initializer="ones")

        def call(self, inputs):
            return inputs["x"] * self.w + inputs["y"]

    made = {
        "default": Doubled(),
        "float16": Doubled(dtype="float16"),
        "float64": Doubled(dtype=tf.float64),
        "uint8": Doubled(dtype="uint8"),
        "cast": Cast(dtype="float16"),
        "cast to uint8": Cast(dtype=tf.uint8),
        "resizing": layers.Resizing(2, 2),
        "resizing16": layers.Resizing(2, 2, dtype="float16"),
        "flip": layers.RandomFlip(),
        "dense": layers.Dense(1),
        "model": tf.keras.Sequential([layers.Dense(1)]),
    }
    told = [f"{n}: {v.dtype} {v.compute_dtype} {v.variable_dtype}" for n, v in made.items()]
    out = {"told": np.array("\n".join(told))}
    for name in ("default", "float16", "float64", "uint8", "cast", "cast to uint8"):
        for dtype in ("float64", "float32", "float16", "uint8", "int64"):
            array = np.array([[1, 2.5]]).astype(dtype)
            out[f"{name}, {dtype}"] = np.asarray(made[name](array))
            out[f"{name}, tensor of {dtype}"] = np.asarray(made[name](tf.constant(array)))
            mapped = tf.data.Dataset.from_tensors(array).map(made[name])
            out[f"{name}, mapped {dtype}"] = np.array(mapped.element_spec.dtype.name)
    element = {"images": np.ones((2, 3)), "labels": {"a": np.array([1, 2])}}
    of_dictionary = OfDictionary()(element, np.ones(2))
    mapped = tf.data.Dataset.from_tensor_slices(element).map(lambda e: OfDictionary()(e, e["labels"]["a"]))
    for i, result in enumerate([of_dictionary, *mapped]):
        out |= {f"of a dictionary, {i}, {k}": np.asarray(v) for k, v in result.items()}
    weighted = Weighted()
    out["weighted"] = np.asarray(weighted({"x": np.ones((2, 3)), "y": np.full((2, 3), 2.0, "float32")}))
    out["weighted, again"] = np.asarray(weighted({"x": np.ones((1, 3)), "y": np.full((1, 3), 3.0, "float32")}))
    return out


def scenario_functions(tf, tmp_path):
    """`tf.function` makes tensors of NumPy's arrays, and of what is returned."""

    def changed(x):
        x[0] = 9
        return x

    def many(x):
        return (x, [1.5, None, True], {"k": b"s"})

    array = np.array([3, 4], "uint8")
    results = {
        "half": attempt(lambda: tf.function(lambda x: x / 2)(array)),
        "float": attempt(lambda: tf.function(lambda x: x * 0.5)(array)),
        "changed": attempt(lambda: tf.function(changed)(array)),
        "sizes": attempt(lambda: tf.function(lambda x: x.shape.as_list())(np.zeros((2, 3)))),
        "dictionary": attempt(lambda: tf.function(lambda d: d["a"].get_shape().as_list())({"a": np.zeros((2, 3))})),
        "scalar": tf.function(lambda x: x)(np.float64(2)),
        "int": tf.function(lambda x: x)(2),
        "text": tf.function(lambda x: x)("a"),
        "none": tf.function(lambda x: x)(None),
        "list": tf.function(lambda x: x)([1, np.array(2)]),
        "many": tf.function(many)(np.array(["a"])),
        "given": tf.function(lambda *a, **k: [isinstance(v, tf.Tensor) for v in (*a, *k.values())])(np.zeros(3), k=np.zeros(2)),
    }
    told = [
        f"{name} {i}: {type(v).__name__ if v is None else v.dtype}"
        for name, result in results.items()
        for i, v in enumerate(tf.nest.flatten(result))
    ]
    out = {
        f"{name}, {i}": np.asarray(v) for name, result in results.items() for i, v in enumerate(tf.nest.flatten(result)) if v is not None
    }
    return {**out, "told": np.array("\n".join(told)), "array": array}
