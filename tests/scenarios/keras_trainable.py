"""When `trainable` counts: at once in eager calls, with the next compile() in training; and arrays passed next to a layer's input."""

import numpy as np

TOLERANCE = {"*": 2e-5}

X = np.random.RandomState(0).rand(64, 4).astype("f") * 10
Y = np.zeros((64, 1), "f")


def fixed(model, seed=0):
    """The same weights everywhere."""
    r = np.random.RandomState(seed)
    model.set_weights([r.rand(*w.shape) + 0.1 if w.ndim == 1 else r.randn(*w.shape) * 0.3 for w in model.get_weights()])
    return model


def made(tf):
    layers = tf.keras.layers
    model = fixed(tf.keras.Sequential([tf.keras.Input((4,)), layers.Dense(3), layers.BatchNormalization(), layers.Dense(1)]))
    model.compile(tf.keras.optimizers.SGD(0.01), "mse")
    return model


def steps(model, n=2):
    return np.array([float(model.train_on_batch(X, Y)) for _ in range(n)])


def scenario_freezing_waits_for_compile(tf, tmp_path):
    out = {}
    for layer in (0, 1):
        for when in ("before", "predicted", "between", "compiled", "thawed"):
            model = made(tf)
            if when == "predicted":
                model.predict(X, verbose=0)
            if when in ("between", "compiled"):
                steps(model, 1)
            if when == "thawed":
                model.layers[layer].trainable = False
                model.compile(tf.keras.optimizers.SGD(0.01), "mse")
                steps(model, 1)
            model.layers[layer].trainable = when == "thawed"
            if when in ("compiled", "thawed"):
                model.compile(tf.keras.optimizers.SGD(0.01), "mse")
            out[f"{layer} {when} losses"] = steps(model)
            assert model.layers[layer].trainable is (when == "thawed")
            for i, w in enumerate(model.get_weights()):
                out[f"{layer} {when} {i}"] = w
    return out


def scenario_frozen_base(tf, tmp_path):
    layers, out = tf.keras.layers, {}
    for kind in ("sequential", "functional"):
        base = fixed(tf.keras.Sequential([tf.keras.Input((4,)), layers.Dense(3), layers.BatchNormalization()]), 5)
        base.trainable = False
        head = layers.Dense(1, kernel_initializer="ones")
        x = tf.keras.Input((4,))
        model = tf.keras.Sequential([base, head]) if kind == "sequential" else tf.keras.Model(x, head(base(x)))
        for trainable in (False, True):
            base.trainable = trainable
            model.compile(tf.keras.optimizers.SGD(0.001), "mse")
            out[f"{kind} {trainable} losses"] = steps(model)
            for i, w in enumerate(base.get_weights()):
                out[f"{kind} {trainable} {i}"] = w
    return out


def scenario_frozen_part_of_another_model(tf, tmp_path):
    layers, out = tf.keras.layers, {}
    judge = fixed(tf.keras.Sequential([tf.keras.Input((4,)), layers.Dense(3), layers.BatchNormalization(), layers.Dense(1)]), 1)
    judge.compile(tf.keras.optimizers.SGD(0.01), "mse")
    judge.trainable = False
    painter = fixed(tf.keras.Sequential([tf.keras.Input((2,)), layers.Dense(4)]), 2)
    z = tf.keras.Input((2,))
    both = tf.keras.Model(z, judge(painter(z)))
    both.compile(tf.keras.optimizers.SGD(0.01), "mse")
    noise = np.random.RandomState(1).rand(8, 2).astype("f")
    for k in range(2):
        out[f"judge {k}"] = float(judge.train_on_batch(X[:8], np.ones((8, 1))))
        out[f"both {k}"] = float(both.train_on_batch(noise, np.zeros((8, 1))))
    for i, w in enumerate(judge.get_weights() + painter.get_weights()):
        out[f"weight {i}"] = w
    return out


def scenario_freezing_eagerly(tf, tmp_path):
    out = {}
    for name, model in (
        ("layer", fixed(tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.BatchNormalization()]), 3)),
        ("model", fixed(tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3), tf.keras.layers.BatchNormalization()]), 4)),
    ):
        norm = model.layers[-1]
        called = norm if name == "layer" else model
        for i, trainable in enumerate((True, False, True)):
            norm.trainable = trainable
            out[f"{name} {i}"] = np.asarray(called(X, training=True))
            out[f"{name} {i} mean"] = norm.get_weights()[2]
    return out


def scenario_arrays_next_to_inputs(tf, tmp_path):
    class Table(tf.keras.layers.Layer):
        def build(self, input_shape):
            self.w = self.add_weight(name="w", shape=(1,), initializer="ones")

        def call(self, x, table=None, by_value=False):
            return x * self.w * (float(table[500]) if by_value else tf.reduce_sum(table[400:600]))

    out = {}
    lstm = tf.keras.layers.LSTM(3, recurrent_activation="sigmoid")
    words = np.random.RandomState(0).rand(250, 6, 2).astype("f")
    lstm.build((None, 6, 2))
    lstm.set_weights([np.random.RandomState(i).randn(*w.shape) for i, w in enumerate(lstm.get_weights())])
    for length in (6, 2, 4):
        mask = np.ones((250, 6), bool)
        mask[100:150, length:] = False
        out[f"mask {length}"] = np.asarray(lstm(words, mask=mask))
        state = [tf.fill((250, 3), 0.1 * length), tf.ones((250, 3))]
        out[f"state {length}"] = np.asarray(lstm(words, mask=tf.constant(mask), initial_state=state))
    table, layer = np.zeros(2000, "f"), Table()
    for value in (1.0, 7.0):
        table[500] = value
        out[f"table {value}"] = np.asarray(layer(np.ones((2, 3), "f"), table=table))
        out[f"tensor {value}"] = np.asarray(layer(np.ones((2, 3), "f"), table=tf.constant(table)))
        out[f"by value {value}"] = np.asarray(layer(np.ones((2, 3), "f"), table=table, by_value=True))
    return out
