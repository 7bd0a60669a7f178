"""How models with layers of the user's own run when they are called on data: what makes a function, what runs anew, what is left behind."""

from __future__ import annotations

import numpy as np
import pytest

X = np.random.RandomState(0).rand(2, 4).astype("f")


@pytest.fixture
def made(tf, monkeypatch):
    """The names of the functions of the device made so far."""
    import keras.backend as K

    names, function = [], K.function
    monkeypatch.setattr(K, "function", lambda *a, **k: names.append(k.get("name")) or function(*a, **k))
    return names


def layers_of(tf):
    """A layer that counts how often its code runs, and one that draws too."""

    class Counts(tf.keras.layers.Layer):
        runs = 0

        def call(self, x):
            self.runs += 1
            return x * 2.0

    class Draws(Counts):
        def call(self, x):
            return super().call(x) + tf.random.uniform([])

    return Counts, Draws


def test_one_function_for_what_a_graph_holds(tf, made):
    Counts, _ = layers_of(tf)
    model = tf.keras.Sequential([tf.keras.layers.Dense(4, name="a"), Counts(), tf.keras.layers.Dense(2, name="b")], name="mine")
    first = model(X)
    runs = model.layers[1].runs
    for _ in range(3):
        np.testing.assert_array_equal(model(X), first)
    assert made == ["mine (called)"] and model.layers[1].runs == runs


def test_only_what_draws_runs_anew(tf, made):
    _, Draws = layers_of(tf)
    model = tf.keras.Sequential([tf.keras.layers.Dense(4, name="a"), Draws(), tf.keras.layers.Dense(2, name="b")])
    model(X)
    runs, functions = model.layers[1].runs, list(made)
    assert functions == ["a (called)", "b (called)"]
    results = [model(X).numpy() for _ in range(3)]
    assert not np.array_equal(results[0], results[1]) and not np.array_equal(results[1], results[2])
    assert made == functions and model.layers[1].runs == runs + 3


def test_weights_keep_a_drawing_layer_on_the_device(tf, made):
    class Weighted(tf.keras.layers.Layer):
        def build(self, input_shape):
            self.w = self.add_weight(name="w", shape=(4,), initializer="ones")

        def call(self, x, low=0.0):
            return x * self.w + tf.random.uniform(tf.shape(x), low, 1.0)

    layer = Weighted(name="own")
    layer(X)
    functions = list(made)
    tf.random.set_seed(1)
    got = layer(X)
    layer.set_weights([np.zeros(4)])
    tf.random.set_seed(1)
    np.testing.assert_allclose(got, X + layer(X), rtol=1e-6)
    assert made == functions and functions[-1] == "own (called)"
    with pytest.raises(Exception, match="bounds get their values when the model runs"):

        class Whole(Weighted):
            def call(self, x):
                return x * self.w + tf.cast(tf.random.uniform([], 0, tf.cast(x[0, 0], "int32") + 2, dtype="int32"), "float32")

        Whole()(X)


def test_the_graph_draws_in_training_steps(tf):
    _, Draws = layers_of(tf)
    model = tf.keras.Sequential([Draws()])
    model(X)
    results = [model.predict(X, verbose=0) for _ in range(2)]
    assert not np.array_equal(*results)


def test_generators_of_a_layer(tf):
    """Numbers that would be drawn once, when the graph is made, are drawn with each call."""
    generator = tf.random.Generator.from_seed(1)

    class Draws(tf.keras.layers.Layer):
        def call(self, x):
            return x + generator.uniform([])

    model = tf.keras.Sequential([Draws()])
    model(X)
    generator.reset_from_seed(1)
    got = [model(X).numpy() for _ in range(3)]
    again = tf.random.Generator.from_seed(1)
    np.testing.assert_allclose(got, [X + again.uniform([]).numpy() for _ in range(3)], rtol=1e-6)


def test_a_build_that_failed_leaves_nothing(tf):
    class Asks(tf.keras.layers.Layer):
        asks = True

        def call(self, x):
            return x * 2.0 if self.asks and tf.reduce_mean(x) > 0.0 else x

    before, after = tf.keras.layers.Dense(4), tf.keras.layers.Dense(2)
    model = tf.keras.Sequential([before, Asks(), after])
    shape = model(X).shape
    assert shape == (2, 2) and not model.inputs and not model.built
    assert not before._inbound_nodes and len(model.weights) == 4
    model.compile("sgd", "mse")
    for _ in range(2):  # the same reason each time
        with pytest.raises(NotImplementedError, match="symbolic"):
            model.fit(X, np.zeros((2, 2)), verbose=0)
    model.layers[1].asks = False  # mended: another model of these layers is built
    model.add(tf.keras.layers.Dense(3))
    assert model(X).shape == (2, 3) and model.built


def test_errors_of_the_users_code_are_its_own(tf):
    class Fails(tf.keras.layers.Layer):
        def call(self, x):
            raise KeyError("mine")

    model = tf.keras.Sequential([tf.keras.layers.Dense(2), Fails()])
    for _ in range(2):
        with pytest.raises(KeyError, match="mine"):
            model(X)


def test_learning_phase_that_is_set(tf, monkeypatch):
    """TensorFlow 2.15: it goes before the defaults of `call`, and after what the caller says."""
    import keras.backend as K
    import plaidml.keras.backend as plaidml_backend

    class ByDefault(tf.keras.layers.Layer):
        def call(self, x, training=True):
            return x * 2.0 if training else x

    class Phase(tf.keras.layers.Layer):
        def call(self, x, training=None):
            return K.in_train_phase(x * 2.0, x, training=training)

    ones = np.ones((1, 4), "f")
    for make in (ByDefault, Phase):
        models = [make(), tf.keras.Sequential([make()]), tf.keras.Sequential([tf.keras.Sequential([make()])])]
        for model in models:
            default = 2.0 if make is ByDefault else 1.0
            for phase, want in ((None, default), (0, 1.0), (1, 2.0), (0, 1.0), (None, default)):
                monkeypatch.setattr(plaidml_backend, "_in_train_phase", phase)
                got = [float(np.max(model(ones, training=t))) for t in (None, True, False)]
                assert got == [want, 2.0, 1.0], (make, phase, type(model))
    dropout = tf.keras.Sequential([tf.keras.layers.Dropout(0.999999)])
    assert np.max(dropout(ones)) == 1.0
    monkeypatch.setattr(plaidml_backend, "_in_train_phase", 1)
    assert np.max(dropout(ones)) == 0.0


def test_a_model_built_by_a_call_learns(tf):
    """The graph for fit, which a call on data builds, asks the learning phase all the same."""
    model = tf.keras.Sequential([tf.keras.layers.Dropout(0.999999), tf.keras.layers.Dense(1, kernel_initializer="ones")])
    assert np.max(model(X)) > 0
    model.compile(tf.keras.optimizers.SGD(0.0), "mae")
    assert model.train_on_batch(np.ones((2, 4)), np.zeros((2, 1))) == 0.0
    assert model.evaluate(np.ones((2, 4)), np.zeros((2, 1)), verbose=0) == 4.0


def test_a_model_made_by_code_that_runs_on_data(tf):
    class Makes(tf.keras.Model):
        inner = None

        def call(self, x):
            if self.inner is None:
                i = tf.keras.Input((4,))
                self.inner = tf.keras.Model(i, tf.keras.layers.Dropout(0.999999)(tf.keras.layers.GaussianNoise(0.0)(i)))
            return self.inner(x)

    outer = Makes()
    np.testing.assert_array_equal(outer(X), X)
    inner = outer.inner
    inner.compile("sgd", "mae")
    assert inner.train_on_batch(np.ones((2, 4)), np.zeros((2, 4))) == 0.0
    assert inner.evaluate(np.ones((2, 4)), np.zeros((2, 4)), verbose=0) == 1.0


def test_a_list_within_a_dictionary_stays_one(tf):
    """In `build` and in `call`, as in TensorFlow."""
    seen = []

    class Weighted(tf.keras.layers.Layer):
        def build(self, input_shape):
            seen.append({k: [s.rank for s in v] for k, v in input_shape.items()})
            self.w = self.add_weight(name="w", shape=(3,), initializer="ones")

        def call(self, inputs):
            seen.append(type(inputs["a"]))
            return inputs["a"][0] * self.w + inputs["a"][1]

    result = Weighted()({"a": [np.ones((2, 3)), np.full((2, 3), 2.0)]})
    assert result.numpy().tolist() == [[3.0] * 3] * 2 and seen == [{"a": [2, 2]}, list]
