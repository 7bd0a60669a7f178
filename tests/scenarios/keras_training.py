"""A small CNN from equal weights on equal data: first losses, histories, evaluate, predict, weights for samples and classes."""

import numpy as np

TOLERANCE = {"*": 1e-5}


def data():
    rng = np.random.RandomState(0)
    x, y = rng.rand(40, 16, 16, 3).astype("f"), rng.randint(0, 5, 40)
    shapes = ((3, 3, 3, 8), (8,), (8 * 7 * 7, 16), (16,), (16, 5), (5,))
    return x, y, [rng.randn(*s).astype("f") * 0.1 for s in shapes]


def cnn(tf, start, activation=None):
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            layers.Conv2D(8, 3, activation="relu", input_shape=(16, 16, 3)),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(16, activation="relu"),
            layers.Dense(5, activation=activation),
        ]
    )
    model.set_weights(start)
    return model


def history(h):
    return {"names": np.array(list(h.history)), **{k: np.array(v) for k, v in h.history.items()}}


def scenario_first_losses(tf, tmp_path):
    x, y, start = data()
    model = cnn(tf, start)
    model.compile(tf.keras.optimizers.Adam(), tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return {"losses": np.array([model.train_on_batch(x[i : i + 8], y[i : i + 8])[0] for i in range(0, 40, 8)])}


def scenario_datasets(tf, tmp_path):
    x, y, start = data()
    model = cnn(tf, start)
    model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    train = tf.data.Dataset.from_tensor_slices((x, y)).batch(8)
    valid = tf.data.Dataset.from_tensor_slices((x[:12], y[:12])).batch(8)
    out = history(model.fit(train, epochs=2, validation_data=valid, verbose=0))
    out["evaluate"] = np.array(model.evaluate(valid, verbose=0))
    out["predict"] = np.asarray(model.predict(valid, verbose=0))
    out["steps"] = np.array(model.fit(train.repeat(), epochs=2, steps_per_epoch=3, verbose=0).history["loss"])
    out["weighted"] = np.array(
        model.fit(tf.data.Dataset.from_tensor_slices((x, y, np.arange(40, dtype="f") % 3)).batch(16), verbose=0).history["loss"]
    )
    return out


def scenario_sample_weights(tf, tmp_path):
    x, y, start = data()
    model = cnn(tf, start, "softmax")
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["acc"], weighted_metrics=["sparse_categorical_crossentropy"])
    weights = (np.arange(40) % 3).astype("f")
    return history(model.fit(x, y, batch_size=16, epochs=2, shuffle=False, sample_weight=weights, verbose=0))


def scenario_class_weights(tf, tmp_path):
    x, y, start = data()
    model = cnn(tf, start, "softmax")
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    weights = {0: 1.0, 1: 2.0, 2: 0.5, 3: 0.0, 4: 1.0}
    return history(model.fit(x, y, batch_size=16, shuffle=False, class_weight=weights, validation_split=0.2, verbose=0))


def scenario_one_hot(tf, tmp_path):
    x, y, start = data()
    model = cnn(tf, start, "softmax")
    model.compile(
        tf.keras.optimizers.RMSprop(0.01),
        "categorical_crossentropy",
        metrics=["accuracy", tf.keras.metrics.AUC(), tf.keras.metrics.Recall()],
    )
    return history(model.fit(x, np.eye(5)[y], batch_size=8, epochs=2, shuffle=False, verbose=0))


def scenario_confident(tf, tmp_path):
    """A softmax that rounds to 0 and 1: the loss comes from the logits."""
    x, y, start = data()
    model = cnn(tf, [w * 30 for w in start], "softmax")
    model.compile(tf.keras.optimizers.SGD(1e-9), "sparse_categorical_crossentropy", metrics=["accuracy"])
    loss, accuracy = model.train_on_batch(x, y)
    return {"loss over 1e5": np.array(loss / 1e5), "accuracy": np.array(accuracy)}


def scenario_binary(tf, tmp_path):
    rng = np.random.RandomState(3)
    x, y = rng.randn(24, 4).astype("f"), rng.randint(0, 2, 24)
    out = {}
    for name, loss, activation in (
        ("sigmoid", "binary_crossentropy", "sigmoid"),
        ("logits", tf.keras.losses.BinaryCrossentropy(from_logits=True), None),
        ("hinge", "hinge", "tanh"),
        ("huber", tf.keras.losses.Huber(0.3), None),
        ("log_cosh", "log_cosh", None),
    ):
        model = tf.keras.Sequential([tf.keras.layers.Dense(1, activation=activation, input_shape=(4,))])
        model.set_weights([np.linspace(-1, 1, 4, dtype="f")[:, None], np.array([0.2], "f")])
        model.compile(tf.keras.optimizers.SGD(0.5), loss, metrics=["accuracy"])
        for k, v in history(model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)).items():
            out[f"{name} {k}"] = v
        out[f"{name} kernel"] = model.get_weights()[0]
    return out


def scenario_two_outputs(tf, tmp_path):
    rng = np.random.RandomState(4)
    n = rng.rand(12, 3).astype("f")
    a, b = tf.keras.Input((3,), name="a"), tf.keras.Input((3,), name="b")
    first = tf.keras.layers.Dense(2, kernel_initializer="ones", kernel_regularizer=tf.keras.regularizers.l2(0.1), name="first")(a)
    second = tf.keras.layers.Dense(1, kernel_initializer="ones", name="second")(a * 2.0 - tf.reduce_mean(b, axis=-1, keepdims=True))
    model = tf.keras.Model([a, b], [first, second])
    model.compile(
        "sgd", {"first": "mse", "second": "mae"}, metrics={"first": ["mae"], "second": "mse"}, loss_weights={"first": 0.5, "second": 2.0}
    )
    return history(model.fit({"a": n, "b": n}, {"first": n[:, :2], "second": n[:, 0]}, batch_size=5, shuffle=False, epochs=2, verbose=0))


def scenario_batch_normalization(tf, tmp_path):
    rng = np.random.RandomState(5)
    x, y = rng.rand(16, 6, 6, 3).astype("f"), rng.rand(16, 2).astype("f")
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [layers.Conv2D(3, 3, input_shape=(6, 6, 3)), layers.BatchNormalization(), layers.Flatten(), layers.Dense(2)]
    )
    model.set_weights(
        [
            rng.randn(*w.shape).astype("f") * 0.3 if i not in (5,) else np.abs(rng.randn(*w.shape)).astype("f")
            for i, w in enumerate(model.get_weights())
        ]
    )
    out = {"inference": np.asarray(model(x)), "training": np.asarray(model(x, training=True))}
    model.compile("sgd", "mse")
    out.update(history(model.fit(x, y, batch_size=8, epochs=2, shuffle=False, validation_data=(x, y), verbose=0)))
    out["moving mean"], out["moving variance"] = model.layers[1].get_weights()[2:]
    return out
