"""Calling layers and models: on data, on symbolic tensors, user-written layers and models, training passed explicitly."""

import numpy as np

TOLERANCE = {"*": 2e-5}


def fixed(weights):
    """The same weights everywhere: small numbers that depend on their place."""
    return [
        (np.sin(np.arange(w.size) + i).reshape(w.shape) * 0.4 + (1.0 if str(w.ndim) == "1" and i % 2 else 0.0)).astype("f")
        for i, w in enumerate(weights)
    ]


def images(n=6):
    return np.random.RandomState(0).rand(n, 6, 6, 3).astype("f")


def scenario_ops_in_functional_models(tf, tmp_path):
    x = tf.keras.Input((6, 6, 3))
    h = tf.nn.relu(x * 2.0 - 1.0) / 3.0
    h = tf.concat([h, 1.0 - x], axis=-1)
    h = tf.reduce_mean(h[:, 1:5], axis=[1, 2])
    h = tf.keras.backend.square(h)
    model = tf.keras.Model(x, tf.keras.layers.Dense(2)(h))
    model.set_weights(fixed(model.get_weights()))
    shapes = [tuple(t.shape) for t in (x, h, model.output)]
    out = {"predict": model.predict(images(), verbose=0), "call": np.asarray(model(images())), "shapes": np.array(str(shapes))}
    model.compile("sgd", "mse")
    model.fit(images(), np.ones((6, 2), "f"), verbose=0)
    out["trained"] = model.get_weights()[0]
    return out


def classes(tf):
    layers = tf.keras.layers

    class Affine(layers.Layer):
        def __init__(self, units=3, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, input_shape):
            self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="ones", trainable=True)
            self.b = self.add_weight(shape=(self.units,), initializer="zeros", trainable=True)

        def call(self, inputs):
            assert inputs.shape[-1] == self.w.shape[0]
            return tf.matmul(inputs, self.w) + self.b

    class Block(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.conv = layers.Conv2D(4, 3, padding="same")
            self.norm = layers.BatchNormalization()
            self.heads = [layers.Dense(5, kernel_regularizer=tf.keras.regularizers.l2(0.1))]

        def call(self, x, training=None):
            h = tf.nn.relu(self.norm(self.conv(x), training=training))
            h = self.heads[0](tf.reduce_mean(h, axis=[1, 2]))
            if training:
                h = h * 1.5
            return h

    class Net(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.block, self.norm, self.last = Block(), layers.BatchNormalization(), Affine(2)

        def call(self, x, training=False):
            h = self.norm(self.block(x, training=training), training=training)
            if training:
                h = h - 0.5
            return self.last(h)

    return Affine, Block, Net


def scenario_own_layers(tf, tmp_path):
    affine, block, _ = classes(tf)
    model = tf.keras.Sequential([tf.keras.Input((6, 6, 3)), block(), affine()])
    model.set_weights(fixed(model.get_weights()))
    out = {
        "shape": np.array(model.output_shape[1:]),
        "weights": np.array([len(model.trainable_weights), len(model.weights)]),
        "inference": np.asarray(model(images())),
        "training": np.asarray(model(images(), training=True)),
    }
    model.set_weights(fixed(model.get_weights()))
    model.compile("sgd", "mse")
    h = model.fit(
        images(), np.ones((6, 3), "f"), batch_size=3, epochs=2, shuffle=False, verbose=0, validation_data=(images(), np.ones((6, 3), "f"))
    )
    out.update({k: np.array(v) for k, v in h.history.items()})
    out.update({f"weight {i}": w for i, w in enumerate(model.get_weights())})
    return out


def scenario_own_models(tf, tmp_path):
    net = classes(tf)[2]()
    net(images())
    start = fixed([w for w in net.get_weights()])
    net.set_weights([np.abs(w) for w in start])
    out = {"inference": np.asarray(net(images())), "predict": net.predict(images(), verbose=0)}
    net.compile(tf.keras.optimizers.SGD(0.05, momentum=0.9), "mse", metrics=["mae"])  # Adam would blow rounding up: a bias before a norm
    h = net.fit(
        images(), np.ones((6, 2), "f"), batch_size=3, epochs=2, shuffle=False, verbose=0, validation_data=(images(), np.ones((6, 2), "f"))
    )
    out.update({k: np.array(v) for k, v in h.history.items()})
    out["after"] = net.predict(images(), verbose=0)
    return out


def scenario_layers_on_data(tf, tmp_path):
    layers, x = tf.keras.layers, images()
    norm = layers.BatchNormalization()
    out = {
        "add": np.asarray(layers.Add()([x, x])),
        "pool": np.asarray(layers.MaxPooling2D()(x)),
        "dropout off": np.asarray(layers.Dropout(0.5)(x)),
        "norm": np.asarray(norm(x, training=True)),
        "lambda": np.asarray(layers.Lambda(lambda v: tf.reduce_mean(v, axis=-1))(x)),
        "flatten": np.asarray(layers.Flatten()(x.astype("float64"))),
    }
    out["moving mean"], out["moving variance"] = (np.asarray(w) for w in norm.get_weights()[2:])
    return out


def scenario_frozen_base(tf, tmp_path):
    layers = tf.keras.layers
    base = tf.keras.Sequential([layers.Conv2D(3, 3, input_shape=(6, 6, 3)), layers.BatchNormalization(), layers.GlobalAveragePooling2D()])
    base.trainable = False
    x = tf.keras.Input((6, 6, 3))
    model = tf.keras.Model(x, layers.Dense(2)(base(x, training=False)))
    model.set_weights([np.abs(w) for w in fixed(model.get_weights())])
    before = base.get_weights()
    model.compile("sgd", "mse")
    model.fit(images(), np.zeros((6, 2), "f"), batch_size=3, epochs=2, shuffle=False, verbose=0)
    return {
        "predict": model.predict(images(), verbose=0),
        "training": np.asarray(model(images(), training=True)),
        "moved": np.array([float(np.abs(a - b).max()) for a, b in zip(before, base.get_weights())]),
        "part": np.asarray(tf.keras.Model(base.input, base.layers[0].output)(images())),
    }


def scenario_added_losses(tf, tmp_path):
    x = tf.keras.Input((3,))
    h = tf.keras.layers.Dense(2, kernel_initializer="ones")(x)
    model = tf.keras.Model(x, h)
    model.add_loss(0.1 * tf.reduce_mean(tf.square(h)))
    model.compile("sgd", "mse", metrics=["mae"])
    data = np.random.RandomState(1).rand(8, 3).astype("f")
    h = model.fit(data, np.zeros((8, 2), "f"), batch_size=4, epochs=2, shuffle=False, verbose=0)
    return {k: np.array(v) for k, v in h.history.items()}


def scenario_own_losses(tf, tmp_path):
    def half(y_true, y_pred):
        return 0.5 * tf.reduce_mean(tf.square(y_true - y_pred), axis=-1)

    def worst(y_true, y_pred):
        return tf.reduce_max(tf.abs(y_true - y_pred))

    class Scaled(tf.keras.losses.Loss):
        def call(self, y_true, y_pred):
            return 3.0 * tf.reduce_mean(tf.abs(y_true - y_pred), axis=-1)

    data = np.random.RandomState(1).rand(10, 3).astype("f")
    out = {}
    for name, loss in (("function", half), ("class", Scaled())):
        model = tf.keras.Sequential([tf.keras.layers.Dense(2, kernel_initializer="ones", input_shape=(3,))])
        model.compile("sgd", loss, metrics=[worst, half])
        h = model.fit(data, data[:, :2], batch_size=4, epochs=2, shuffle=False, verbose=0, sample_weight=np.arange(10.0))
        out.update({f"{name} {k}": np.array(v) for k, v in h.history.items()})
    return out


def scenario_normalization(tf, tmp_path):
    layers, out = tf.keras.layers, {}
    rng = np.random.RandomState(6)
    for name, shape, axis in (
        ("vectors", (5,), -1),
        ("sequences", (4, 5), -1),
        ("channels first", (3, 5), 1),
        ("one channel", (4, 4, 1), -1),
    ):
        model = tf.keras.Sequential([tf.keras.Input(shape), layers.BatchNormalization(axis=axis), layers.Flatten(), layers.Dense(2)])
        model.set_weights([np.abs(w) for w in fixed(model.get_weights())])
        model.compile("sgd", "mse")
        x = rng.rand(6, *shape).astype("f")
        out[f"{name} loss"] = np.array(model.fit(x, np.ones((6, 2), "f"), batch_size=3, epochs=2, shuffle=False, verbose=0).history["loss"])
        for i, w in enumerate(model.get_weights()):
            out[f"{name} {i}"] = w
    # Frozen after it was built, and compiled again: it infers and does not learn.
    model.layers[0].trainable = False
    model.compile("sgd", "mse")
    before = model.get_weights()
    out["frozen loss"] = np.array(model.fit(x, np.ones((6, 2), "f"), batch_size=3, epochs=2, shuffle=False, verbose=0).history["loss"])
    out["frozen moved"] = np.array([float(np.abs(a - b).max()) for a, b in zip(before, model.get_weights())])
    out["frozen training"] = np.asarray(model(x, training=True))
    return out
