"""Models and layers that users write: activations of tf.*, layers in lists, `training` that inner layers inherit, build, add_loss."""

import numpy as np

TOLERANCE = {"*": 2e-5}

X = np.random.RandomState(0).rand(8, 6, 6, 3).astype("f")
Y = np.random.RandomState(1).rand(8, 2).astype("f")


def fixed(weights):
    """The same weights everywhere: small positive numbers that depend on their place."""
    scale = [0.5 if w.ndim == 1 else 1.0 / np.prod(w.shape[:-1]) for w in weights]
    pairs = enumerate(zip(weights, scale))
    return [((np.abs(np.sin(np.arange(w.size) + i)) + 0.2).reshape(w.shape) * s).astype("f") for i, (w, s) in pairs]


def trained(tf, model, prefix=""):
    """What training and inference give from fixed weights."""
    model.set_weights(fixed(model.get_weights()))
    out = {f"{prefix}call": np.asarray(model(X)), f"{prefix}call_training": np.asarray(model(X, training=True))}
    model.set_weights(fixed(model.get_weights()))
    model.compile(tf.keras.optimizers.SGD(0.05), "mse")
    history = model.fit(X, Y, batch_size=4, epochs=2, shuffle=False, verbose=0).history
    out[f"{prefix}loss"] = np.array(history["loss"])
    out[f"{prefix}predict"] = model.predict(X, verbose=0)
    out[f"{prefix}evaluate"] = np.array(model.evaluate(X, Y, verbose=0))
    out[f"{prefix}weights"] = np.concatenate([np.ravel(w) for w in model.get_weights()])
    out[f"{prefix}counts"] = np.array([len(model.layers), len(model.weights), len(model.trainable_weights)])
    return out


def scenario_activations_of_tf(tf, tmp_path):
    layers = tf.keras.layers
    out = {}
    for name, activation in {
        "relu": tf.nn.relu,
        "softmax": tf.nn.softmax,
        "own": lambda v: v * tf.sigmoid(v),
    }.items():
        model = tf.keras.Sequential(
            [
                layers.Conv2D(4, 3, activation=activation, input_shape=(6, 6, 3)),
                layers.Activation(activation),
                layers.Flatten(),
                layers.Dense(2, activation=activation),
            ]
        )
        out.update(trained(tf, model, name + "_"))
        if name == "own":
            continue
        assert model.layers[0].activation is activation
        assert [v.get_config()["activation"] for v in model.layers if hasattr(v, "activation")] == [name] * 3
        model.save(str(tmp_path / "m.h5"))
        loaded = tf.keras.models.load_model(str(tmp_path / "m.h5"))
        out[name + "_loaded"] = loaded.predict(X, verbose=0)
    return out


def scenario_layers_in_containers(tf, tmp_path):
    layers = tf.keras.layers

    class Blocks(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.first = layers.Conv2D(3, 3)
            self.blocks = []
            for _ in range(2):
                self.blocks.append(layers.Conv2D(3, 1, activation="tanh"))
                self.blocks.append(layers.BatchNormalization())
            self.named = {"pool": layers.GlobalAveragePooling2D(), "out": layers.Dense(2)}

        def call(self, inputs):
            x = self.first(inputs)
            for layer in self.blocks:
                x = layer(x)
            return self.named["out"](self.named["pool"](x))

    class Block(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = [layers.Dense(4), (layers.BatchNormalization(), layers.Dense(2))]

        def call(self, inputs):
            dense, (norm, out) = self.inner
            return out(norm(dense(inputs)))

    model = Blocks()
    model(X)
    out = trained(tf, model, "model_")
    model.save_weights(str(tmp_path / "w.h5"))
    again = Blocks()
    again(X)
    again.load_weights(str(tmp_path / "w.h5"))
    out["loaded"] = again.predict(X, verbose=0)
    out.update(trained(tf, tf.keras.Sequential([layers.Flatten(input_shape=(6, 6, 3)), Block()]), "layer_"))
    return out


def scenario_inner_layers_inherit_training(tf, tmp_path):
    layers = tf.keras.layers

    def inner():
        return tf.keras.Sequential([layers.Flatten(), layers.Dense(4), layers.BatchNormalization(), layers.Dropout(0.0)])

    class Silent(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.part, self.out = inner(), layers.Dense(2)

        def call(self, inputs):
            return self.out(self.part(inputs))

    class Takes(Silent):
        def call(self, inputs, training=False):
            return self.out(self.part(inputs)) + (1.0 if training else 0.0)

    class Passes(Silent):
        def call(self, inputs, training=None):
            return self.out(self.part(inputs, training=training))

    class Always(Silent):
        def call(self, inputs, training=False):
            return self.out(self.part(inputs, training=True))

    out = {}
    for cls in (Silent, Takes, Passes, Always):
        model = cls()
        model(X)
        out.update(trained(tf, model, cls.__name__))
    unbuilt = Silent()
    unbuilt.compile("sgd", "mse")
    unbuilt.fit(X, Y, verbose=0)
    out["unbuilt"] = np.array(unbuilt.predict(X, verbose=0).shape)
    return out


def scenario_a_class_in_a_functional_model(tf, tmp_path):
    layers = tf.keras.layers

    class Norm(layers.Layer):
        def __init__(self):
            super().__init__()
            self.part = tf.keras.Sequential([layers.Dense(4), layers.BatchNormalization()])

        def call(self, inputs):
            return self.part(inputs)

    class Adds(layers.Layer):
        def call(self, inputs, training=None):
            if training:
                return inputs + 1.0
            return inputs

    x = tf.keras.Input((6, 6, 3))
    h = Adds()(Norm()(layers.Flatten()(x)))
    return trained(tf, tf.keras.Model(x, layers.Dense(2)(h)))


def scenario_build(tf, tmp_path):
    class Two(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.out, self.unused, self.deep = tf.keras.layers.Dense(2), tf.keras.layers.Dense(5), tf.keras.layers.Dense(4)

        def call(self, inputs):
            return self.out(self.deep(inputs))

    model = Two()
    model.build((None, 3))
    lines = []
    model.summary(print_fn=lines.append)
    model.set_weights(fixed(model.get_weights()))
    return {
        "shapes": np.array(str([tuple(w.shape) for w in model.get_weights()])),
        "unused": np.array("0 (unused)" in "\n".join(lines)),
        "call": np.asarray(model(X[:, 0, 0])),
        "predict": model.predict(X[:, 0, 0], verbose=0),
    }


def scenario_add_loss(tf, tmp_path):
    class Activity(tf.keras.layers.Layer):
        def call(self, inputs):
            self.add_loss(tf.reduce_sum(inputs) * 0.01)
            return inputs * 2.0

    class Whole(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.flat, self.part, self.out = tf.keras.layers.GlobalAveragePooling2D(), Activity(), tf.keras.layers.Dense(2)

        def call(self, inputs):
            x = self.part(self.flat(inputs))
            self.add_loss(tf.reduce_mean(x))
            return self.out(x)

    layer = Activity()
    out = {"layer": np.asarray(layer(X)), "once": np.array([float(v) for v in layer.losses])}
    layer(X[:2])
    out["again"] = np.array([float(v) for v in layer.losses])
    model = Whole()
    model(X)
    out["model"] = np.array(sorted(float(v) for v in model.losses))
    out.update(trained(tf, model, "trained_"))
    return out
