"""What models and layers are, beyond calling and training them: names, weights, regularizers, upsampling."""

import numpy as np

TOLERANCE = {"*": 2e-5}


def filled(weights):
    """The same small numbers everywhere."""
    return [(np.sin(np.arange(w.size) + i).reshape(w.shape) * 0.4).astype("f") for i, w in enumerate(weights)]


def scenario_bilinear_upsampling(tf, tmp_path):
    out = {}
    for key, shape, size, known in (
        ("twice", (1, 2, 2, 1), 2, True),
        ("uneven", (2, 3, 4, 2), (3, 2), True),
        ("row", (1, 1, 4, 2), (5, 3), True),
        ("unknown", (2, 4, 3, 3), (4, 1), False),
    ):
        x = (np.arange(np.prod(shape)).reshape(shape) ** 1.3).astype("f")
        layer = tf.keras.layers.UpSampling2D(size, interpolation="bilinear")
        i = tf.keras.Input(shape[1:] if known else (None, None, shape[3]))
        out[key] = tf.keras.Model(i, layer(i)).predict(x, verbose=0)
    return out


def scenario_training_through_upsampling(tf, tmp_path):
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            tf.keras.Input((4, 5, 2)),
            layers.Conv2D(3, 3, padding="same"),
            layers.UpSampling2D((2, 3), interpolation="bilinear"),
            layers.Conv2D(1, 3, activation="tanh"),
        ]
    )
    model.set_weights(filled(model.get_weights()))
    model.compile(tf.keras.optimizers.SGD(0.1), "mse")
    r = np.random.RandomState(0)
    model.fit(r.rand(6, 4, 5, 2).astype("f"), r.rand(6, 6, 13, 1).astype("f"), batch_size=3, epochs=2, shuffle=False, verbose=0)
    return {str(i): w for i, w in enumerate(model.get_weights())}


def scenario_activity_regularizers(tf, tmp_path):
    layers, l1, l2 = tf.keras.layers, tf.keras.regularizers.l1(0.1), tf.keras.regularizers.l2(0.2)
    out = {}
    for key, stack in (
        ("dense", lambda: [layers.Dense(2, kernel_initializer="ones", activity_regularizer=l1)]),
        ("layer", lambda: [layers.Dense(2, kernel_initializer="ones"), layers.ActivityRegularization(0.1, 0.2)]),
        (
            "two",
            lambda: [
                layers.Dense(2, kernel_initializer="ones", activity_regularizer=l1, kernel_regularizer=l2),
                layers.Dense(2, kernel_initializer="ones", activity_regularizer=l2),
            ],
        ),
    ):
        for batch_size in (1, 4):
            model = tf.keras.Sequential([tf.keras.Input((3,)), *stack()])
            model.compile(tf.keras.optimizers.SGD(0.01), "mse")
            x, y = np.ones((4, 3), "f"), np.ones((4, 2), "f")
            out[f"{key}-{batch_size}"] = np.array(model.evaluate(x, y, batch_size=batch_size, verbose=0))
            model.fit(x, y, batch_size=batch_size, verbose=0)
            out[f"{key}-{batch_size}-trained"] = model.get_weights()[0]
    nested = tf.keras.Sequential(
        [tf.keras.Input((3,)), tf.keras.Sequential([layers.Dense(2, kernel_initializer="ones", activity_regularizer=l1)])]
    )
    nested.compile("sgd", "mse")
    out["nested"] = np.array(nested.evaluate(np.ones((4, 3), "f"), np.ones((4, 2), "f"), verbose=0))
    return out


def scenario_names(tf, tmp_path):
    layers, keras = tf.keras.layers, tf.keras

    class MyBlock(layers.Layer):
        def call(self, x):
            return x

    def made():
        found = [layers.Dense(2), layers.Dense(2), layers.Conv2D(2, 3), layers.BatchNormalization(), layers.UpSampling2D(2)]
        found += [layers.RandomFlip(), layers.Rescaling(2.0), layers.RandomFlip(), layers.Dense(1, name="mine"), MyBlock(), layers.ReLU()]
        i = keras.Input((8,))
        models = [keras.Sequential(), keras.Model(i, layers.Dense(2)(i)), keras.Sequential(), keras.Model(i, layers.Dense(2)(i))]
        return " ".join(v.name for v in [*found, *models]) + " " + models[1].layers[0].name

    tf.keras.backend.clear_session()
    first = made()
    second = made()
    tf.keras.backend.clear_session()
    model = keras.Sequential([layers.Dense(3, input_shape=(4,)), layers.Dense(2)])
    found = [model.get_layer("dense").units, model.get_layer("dense_1").units]
    return {"first": np.array(first), "second": np.array(second), "again": np.array(model.name), "found": np.array(found)}


def raised(call):
    """Class and text of the error of a call."""
    try:
        call()
    except Exception as e:
        return f"{type(e).__name__}"
    return "nothing"


def scenario_weights(tf, tmp_path):
    layers = tf.keras.layers
    tf.keras.backend.clear_session()
    model = tf.keras.Sequential(
        [tf.keras.Input((6, 6, 2)), layers.Conv2D(3, 3), layers.BatchNormalization(), layers.Flatten(), layers.Dense(2)]
    )
    model.set_weights(filled(model.get_weights()))
    out = {}
    for name in ("variables", "trainable_variables", "non_trainable_variables", "trainable_weights", "non_trainable_weights"):
        found = sorted(getattr(model, name), key=lambda w: w.name)
        out[name] = np.array(" ".join(f"{w.name}{tuple(w.shape)}{w.dtype.name}" for w in found))
    out["counts"] = np.array([sum(np.prod(w.shape) for w in v) for v in (model.trainable_weights, model.non_trainable_weights)])
    dense = model.get_layer("dense")
    kernel = dense.kernel
    out["kernel"] = np.array([len(kernel.shape), kernel.shape[0], kernel.shape[-1], kernel.dtype == tf.float32, kernel.dtype == "float32"])
    out["numpy"], out["array"] = kernel.numpy(), np.array(dense.bias)
    kernel.assign(kernel.numpy() * 2)
    dense.bias.assign_add([1.0, 2.0])
    dense.bias.assign_sub(np.ones(2))
    out["assigned"], out["bias"] = model.get_weights()[-2], dense.trainable_variables[1].numpy()
    out["predicts"] = model.predict(np.ones((1, 6, 6, 2), "f"), verbose=0)
    weights = model.get_weights()
    out["errors"] = np.array(
        " ".join(
            raised(f)
            for f in (
                lambda: model.set_weights(weights[:1]),
                lambda: model.set_weights([*weights, weights[0]]),
                lambda: model.set_weights([weights[0].T, *weights[1:]]),
                lambda: model.set_weights(weights),
                lambda: dense.set_weights(weights[:1]),
                lambda: dense.set_weights([weights[-1], weights[-2]]),
                lambda: kernel.assign(np.ones(3)),
            )
        )
    )
    out["unchanged"] = model.get_weights()[0]
    dense.trainable = False
    out["frozen"] = np.array([len(model.trainable_variables), len(model.non_trainable_variables), len(dense.variables)])
    return out


def scenario_unfitted_model(tf, tmp_path):
    model = tf.keras.Sequential([tf.keras.layers.Dense(2, input_shape=(3,))])
    before = f"{model.history} {model.stop_training} {model.metrics_names}"
    model.compile("sgd", "mse", metrics=["mae"])
    history = model.fit(np.ones((2, 3)), np.ones((2, 2)), verbose=0)
    return {"before": np.array(before), "after": np.array([model.history is history, model.stop_training])}


def scenario_arguments(tf, tmp_path):
    layers, keras = tf.keras.layers, tf.keras
    x = np.ones((4, 3), "f")

    def fitted(loss, shape):
        model = keras.Sequential([layers.Dense(2, input_shape=(3,), activation="sigmoid")])
        model.compile("sgd", loss)
        return model.fit(x, np.ones(shape), verbose=0)

    out = {
        "targets": np.array(
            " ".join(raised(lambda n=n, s=s: fitted(n, s)) for n in ("mse", "huber", "poisson") for s in ((4, 5), (4, 1), (4,)))
        ),
        "small": np.array(
            " ".join(
                raised(lambda layer=layer, shape=shape: keras.Sequential([keras.Input(shape), layer]))
                for layer, shape in (
                    (layers.Conv2D(2, 5), (3, 3, 1)),
                    (layers.Conv2D(2, 3), (3, 3, 1)),
                    (layers.SeparableConv2D(2, 5), (3, 3, 1)),
                    (layers.DepthwiseConv2D(5), (3, 3, 1)),
                    (layers.Conv1D(2, 5), (3, 1)),
                    (layers.MaxPooling2D(5), (3, 3, 1)),
                    (layers.Conv2D(2, 5, padding="same"), (3, 3, 1)),
                    (layers.Conv2DTranspose(2, 5), (3, 3, 1)),
                )
            )
        ),
    }
    image = (np.arange(2 * 3 * 4 * 2).reshape(2, 3, 4, 2) % 7).astype("f")
    for name in ("GlobalAveragePooling2D", "GlobalMaxPooling2D"):
        out[name] = keras.Sequential([keras.Input((3, 4, 2)), getattr(layers, name)(keepdims=True)]).predict(image, verbose=0)
    values = np.array([[-5.0, -1.5, -0.2, 0.0, 0.3, 4.0]], "f")
    for name in ("swish", "gelu"):
        out[name] = keras.Sequential([keras.Input((6,)), layers.Activation(name)]).predict(values, verbose=0)
    i, r = keras.initializers, keras.regularizers
    out["constant"] = i.Constant(2)((2, 2)).numpy()
    out["initializers"] = np.array(
        " ".join(type(i.get(n)).__name__ for n in ("HeNormal", "HeUniform", "GlorotUniform", "GlorotNormal", "LecunNormal", "LecunUniform"))
    )
    out["scaled"] = np.array([abs(i.HeUniform()((50, 8)).numpy()).max() <= (6 / 50) ** 0.5, i.GlorotNormal()((4, 3)).shape == (4, 3)])
    out["regularizers"] = np.array(
        [float(f(tf.constant([[1.0, -2.0]]))) for f in (r.L1(0.1), r.L2(0.1), r.l2(l2=0.2), r.l1(0.3), r.L1L2(0.1, 0.2))]
    )
    out["groups"] = keras.Sequential([keras.Input((3, 4, 2)), layers.Conv2D(2, 2, groups=1, kernel_initializer="ones")]).predict(
        image, verbose=0
    )
    return out
