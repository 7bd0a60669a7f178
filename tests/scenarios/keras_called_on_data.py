"""Models called on data that hold layers of the user's own: `training` that nobody gives, random numbers, code that no graph can hold."""

import numpy as np

TOLERANCE = {"*": 1e-6}

X = np.random.RandomState(0).rand(2, 4, 4, 3).astype("f")
ONES = np.ones((1, 2, 2, 3), "f")


def of_every_kind(tf, make):
    """Models around new layers of a kind, by name."""
    layers = tf.keras.layers
    x = tf.keras.Input((2, 2, 3))
    h = tf.keras.Input((2, 2, 3))
    return {
        "alone": make(),
        "sequential": tf.keras.Sequential([make()]),
        "after_a_layer": tf.keras.Sequential([layers.Rescaling(1.0), make()]),
        "nested": tf.keras.Sequential([tf.keras.Sequential([make()]), layers.Activation("linear")]),
        "distributed": layers.TimeDistributed(make()),
        "functional": tf.keras.Model(x, make()(x)),
        "functional_nested": tf.keras.Model(h, tf.keras.Sequential([make()])(h)),
    }


def layers_by_training(tf):
    """Layers that double their inputs in training, each with another default, and layers that hold one."""
    Layer = tf.keras.layers.Layer

    class ByDefault(Layer):
        def call(self, x, training=True):
            return x * 2 if training else x

    class NotByDefault(Layer):
        def call(self, x, training=False):
            return x * 2 if training else x

    class Open(Layer):
        def call(self, x, training=None):
            return x * 2 if training else x

    class Weighted(Layer):
        def build(self, input_shape):
            self.w = self.add_weight(name="w", shape=(1,), initializer="ones")

        def call(self, x, training=True):
            return x * self.w * 2 if training else x * self.w

    class Holder(Layer):
        def __init__(self):
            super().__init__()
            self.inner = ByDefault()

    class Silent(Holder):
        def call(self, x):
            return self.inner(x)

    class OpenAround(Holder):
        def call(self, x, training=None):
            return self.inner(x)

    class Passes(Holder):
        def call(self, x, training=None):
            return self.inner(x, training=training)

    class Says(Holder):
        def call(self, x, training=False):
            return self.inner(x)

    class Keywords(Holder):
        def call(self, x, **kwargs):
            training = kwargs.get("training")
            return self.inner(x) * (1 if training is None else 10 if training else 100)

    class Dropping(Layer):
        def __init__(self):
            super().__init__()
            self.inner = tf.keras.layers.Dropout(0.999999, seed=1)

        def call(self, x, training=True):
            return self.inner(x)

    class Phase(Layer):
        def call(self, x, training=None):
            return tf.keras.backend.in_train_phase(x * 2, x, training=training)

    return [ByDefault, NotByDefault, Open, Weighted, Silent, OpenAround, Passes, Says, Keywords, Dropping, Phase]


def scenario_training_of_calls(tf, tmp_path):
    out = {}
    for cls in layers_by_training(tf):
        for name, model in of_every_kind(tf, cls).items():
            if name == "distributed" and cls.__name__ in ("Keywords", "Phase"):
                continue  # TensorFlow's TimeDistributed hands no `training` to a call with keywords; Phase needs that of the graph
            given = [model(ONES), model(ONES, training=True), model(ONES, training=False), model(ONES, training=None)]
            out[f"{cls.__name__}_{name}"] = np.array([float(tf.reduce_max(v)) for v in given])
    return out


def scenario_training_of_steps(tf, tmp_path):
    """fit, evaluate and predict say what `training` is, whatever the default."""
    out = {}
    for cls in layers_by_training(tf):
        model = tf.keras.Sequential([cls(), tf.keras.layers.GlobalAveragePooling2D()])
        model.compile(tf.keras.optimizers.SGD(0.0), "mae")
        zeros = np.zeros((1, 3), "f")
        out[cls.__name__] = np.array(
            [
                model.fit(ONES, zeros, verbose=0).history["loss"][0],
                model.evaluate(ONES, zeros, verbose=0),
                model.train_on_batch(ONES, zeros),
                np.max(model.predict(ONES, verbose=0)),
            ]
        )
    return out


def scenario_training_of_classes(tf, tmp_path):
    """Models that are classes, alone and within a Sequential that is called."""
    ByDefault, *_, Open = layers_by_training(tf)[:3]

    class Silent(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.a, self.b = ByDefault(), Open()

        def call(self, x):
            return self.a(x) + self.b(x) * 100

    class Takes(Silent):
        def call(self, x, training=True):
            return self.a(x) + self.b(x) * 100 + (5 if training else 0)

    out = {}
    for cls in (Silent, Takes):
        for name, model in {"alone": cls(), "sequential": tf.keras.Sequential([cls()])}.items():
            given = [model(ONES), model(ONES, training=True), model(ONES, training=False)]
            out[f"{cls.__name__}_{name}"] = np.array([float(tf.reduce_max(v)) for v in given])
    return out


def scenario_training_in_datasets(tf, tmp_path):
    out = {}
    for cls in layers_by_training(tf):
        model = tf.keras.Sequential([tf.keras.layers.RandomFlip(), cls()])
        dataset = tf.data.Dataset.from_tensors(ONES)
        maps = [dataset.map(lambda v, m=model: m(v)), dataset.map(lambda v, m=model: m(v, training=False))]
        out[cls.__name__] = np.array([float(np.max(v)) for m in maps for v in m.as_numpy_iterator()])
    return out


def drawing_layers(tf):
    """Layers that draw in their call."""
    Layer = tf.keras.layers.Layer

    class Shift(Layer):
        def call(self, x):
            return x + tf.random.uniform([])

    class Noise(Layer):
        def call(self, x):
            return x + tf.random.normal(tf.shape(x), stddev=0.1) + tf.random.uniform([tf.shape(x)[0], 1, 1, 1], 1.0, 2.0)

    class Whole(Layer):
        def call(self, x):
            return x + tf.cast(tf.random.uniform([3], 0, 50, dtype="int32"), "float32") + tf.random.uniform([], seed=7)

    class Weighted(Layer):
        def build(self, input_shape):
            self.w = self.add_weight(name="w", shape=(3,), initializer="ones")

        def call(self, x):
            scale = tf.random.uniform([], 0.0, 0.1 + tf.reduce_mean(x))
            return x * self.w + tf.random.normal(tf.shape(x)) + scale + tf.random.uniform([tf.shape(x)[0], 1, 1, 1], seed=3)

    class Within(Layer):
        def __init__(self):
            super().__init__()
            self.inner, self.dense = Shift(), tf.keras.layers.Dense(3, kernel_initializer="ones")

        def call(self, x):
            return self.dense(self.inner(x)) + tf.random.uniform(tf.shape(x))

    class Image(Layer):
        def call(self, x):
            return tf.image.random_brightness(x, 0.3)

    class Truncated(Layer):
        def call(self, x):
            return x + tf.random.truncated_normal([]) + tf.cast(tf.random.shuffle(tf.range(5))[0], "float32")

    class Branches(Layer):
        def call(self, x):
            return tf.cond(tf.random.uniform([]) < 0.5, lambda: x, lambda: x + 1.0)

    class OfEach(Layer):
        def call(self, x):
            return tf.map_fn(lambda v: v + tf.random.uniform([]), x)

    return [Shift, Noise, Whole, Weighted, Within, Image, Truncated, Branches, OfEach]


def scenario_draws(tf, tmp_path):
    out = {}
    for cls in drawing_layers(tf):
        in_graphs = cls.__name__ not in ("Truncated", "Branches", "OfEach")
        models = {"alone": cls(), "sequential": tf.keras.Sequential([tf.keras.layers.Rescaling(1.0), cls()])}
        models["nested"] = tf.keras.Sequential([tf.keras.Sequential([cls()])])
        if in_graphs:
            x = tf.keras.Input((4, 4, 3))
            models["functional"] = tf.keras.Model(x, cls()(x))
        for name, model in models.items():
            model(X)
            tf.random.set_seed(42)
            out[f"{cls.__name__}_{name}"] = np.stack([np.asarray(model(X)) for _ in range(3)])
            out[f"{cls.__name__}_{name}_of_one"] = np.asarray(model(X[:1]))
            out[f"{cls.__name__}_{name}_first"] = np.asarray(model(X[:, :3], training=True)) if name == "alone" else np.zeros(1)
    return out


def scenario_draws_in_datasets(tf, tmp_path):
    out = {}
    for cls in drawing_layers(tf):
        if cls.__name__ == "OfEach":
            continue  # TensorFlow's numbers depend on how often it has traced the layer
        model = tf.keras.Sequential([cls()])
        model(X)
        for again in ("", "_again"):
            tf.random.set_seed(42)
            dataset = tf.data.Dataset.from_tensors(X).repeat(3).map(lambda v, m=model: m(v))
            out[f"{cls.__name__}{again}"] = np.stack(list(dataset.as_numpy_iterator()))
    return out


def scenario_code_that_no_graph_holds(tf, tmp_path):
    functions = {
        "eye": lambda x: tf.matmul(x, tf.eye(3, batch_shape=[tf.shape(x)[0], 1])),
        "if": lambda x: x * 2 if tf.reduce_mean(x) > 0 else x,
        "numpy": lambda x: tf.constant(np.asarray(x)[:, ::-1]),
        "numpy_function": lambda x: tf.numpy_function(lambda a: a * 2, [x], tf.float32),
        "loop": lambda x: tf.stack([v * float(i) for i, v in enumerate(x)]),
    }

    class Calls(tf.keras.layers.Layer):
        def __init__(self, function):
            super().__init__()
            self.function = function

        def call(self, x):
            return self.function(x)

    out = {}
    for name, function in functions.items():
        dense = tf.keras.layers.Dense(2, kernel_initializer="ones")
        for kind, layer in {"layer": Calls(function), "lambda": tf.keras.layers.Lambda(function)}.items():
            model = tf.keras.Sequential([layer, tf.keras.layers.Flatten(), dense])
            for times in ("", "_again"):
                out[f"{name}_{kind}{times}"] = np.asarray(model(X))
            out[f"{name}_{kind}_other_size"] = np.asarray(model(X[:1]))
    return out


def scenario_updates_and_losses(tf, tmp_path):
    layers = tf.keras.layers

    class Norm(layers.Layer):
        def __init__(self):
            super().__init__()
            self.norm = layers.BatchNormalization()

    class Always(Norm):
        def call(self, x):
            return self.norm(x, training=True)

    class ByDefault(Norm):
        def call(self, x, training=True):
            return self.norm(x)

    class Draws(Norm):
        def call(self, x, training=None):
            return self.norm(x) + tf.random.uniform(tf.shape(x)) * 0.0

    out = {}
    for cls in (Always, ByDefault, Draws):
        model = tf.keras.Sequential([cls()])
        means = []
        for kwargs in ({}, {"training": True}, {"training": False}):
            model(X, **kwargs)
            means.append(np.asarray(model.layers[0].norm.moving_mean))
        out[cls.__name__] = np.stack(means)

    class Adds(layers.Layer):
        def call(self, x):
            self.add_loss(tf.reduce_mean(x))
            return x + tf.random.uniform(tf.shape(x)) * 0.0

    model = tf.keras.Sequential([Adds(), layers.Flatten(), layers.Dense(1, kernel_initializer=tf.keras.initializers.Constant(0.01))])
    model(X)
    out["losses"] = np.array([float(v) for v in model.losses])
    model(X[:1])
    out["losses_again"] = np.array([float(v) for v in model.losses])
    model.compile(tf.keras.optimizers.SGD(0.0), "mae")
    out["fit"] = np.array(model.fit(X, np.zeros((2, 1), "f"), verbose=0).history["loss"])
    out["evaluate"] = np.array(model.evaluate(X, np.zeros((2, 1), "f"), verbose=0))
    model(X[:1])
    out["losses_after"] = np.array([float(v) for v in model.losses])
    return out
