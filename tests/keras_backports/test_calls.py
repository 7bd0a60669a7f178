"""Tensors that users see, K.* on them, cached functions, user layers, and saving of ops inside models."""

from __future__ import annotations

import numpy as np
import pytest

A = np.random.RandomState(0).rand(2, 4).astype("f")


def test_inputs_and_outputs_are_tensors(tf):
    x = tf.keras.Input((8, 8, 3), batch_size=5, name="pictures")
    y = tf.keras.layers.Conv2D(4, 3)(x)
    assert isinstance(x, tf.Tensor) and isinstance(y, tf.Tensor)
    assert x.shape == (5, 8, 8, 3) and x.dtype == tf.float32 and y.shape == (5, 6, 6, 4)
    assert tf.keras.backend.int_shape(y) == (5, 6, 6, 4) and tf.keras.backend.is_keras_tensor(y)
    model = tf.keras.Model(x, y)
    assert isinstance(model.output, tf.Tensor) and isinstance(model.layers[1].output, tf.Tensor)


def test_backend_functions(tf):
    K = tf.keras.backend
    mean = K.mean(tf.constant(A), axis=-1)
    assert isinstance(mean, tf.Tensor) and mean.is_eager
    np.testing.assert_allclose(mean, A.mean(-1), rtol=1e-6)
    variable = K.variable(A)
    assert not isinstance(K.square(variable), tf.Tensor)  # plain Keras stays plain
    x = tf.keras.Input((4,))
    np.testing.assert_allclose(K.function([x], [variable * x])([A])[0], A * A, rtol=1e-6)
    gradient = K.gradients(K.sum(K.square(x)), x)
    np.testing.assert_allclose(K.function([x], gradient)([A])[0], 2 * A, rtol=1e-6)


def test_ops_in_a_model_are_saved(tf, tmp_path):
    x = tf.keras.Input((4,))
    h = tf.concat([x[:, 1:3] * 2, tf.cast(tf.constant([[1, 2]]), tf.float32) + x[:, :2]], axis=-1)
    model = tf.keras.Model(x, tf.keras.backend.square(h))
    want = np.concatenate([A[:, 1:3] * 2, A[:, :2] + [[1, 2]]], -1) ** 2
    np.testing.assert_allclose(model.predict(A, verbose=0), want, rtol=1e-5)
    assert [layer.name for layer in model.layers].count("tf.math.multiply") <= 1
    model.save(tmp_path / "ops.h5")
    np.testing.assert_allclose(tf.keras.models.load_model(tmp_path / "ops.h5", compile=False).predict(A, verbose=0), want, rtol=1e-5)


def test_second_call_makes_no_function(tf, monkeypatch):
    import keras.backend as K

    layer = tf.keras.layers.Dense(3)
    model = tf.keras.Sequential([tf.keras.layers.Dense(3, input_shape=(4,))])
    first = layer(A), model(A)

    def refuse(*args, **kwargs):
        raise AssertionError("a function was made again")

    monkeypatch.setattr(K, "function", refuse)
    again = layer(A), model(A)
    for a, b in zip(first, again):
        np.testing.assert_array_equal(a, b)
    with pytest.raises(AssertionError, match="made again"):
        model(A, training=True)


def test_weights_set_later_are_seen(tf):
    layer = tf.keras.layers.Dense(3)
    layer(A)
    layer.set_weights([np.ones((4, 3)), np.zeros(3)])
    np.testing.assert_allclose(layer(A), A.sum(1, keepdims=True) + np.zeros(3), rtol=1e-6)


def test_dropout_follows_training(tf):
    ones = np.ones((4, 500), "f")
    layer = tf.keras.layers.Dropout(0.5)
    assert np.array_equal(layer(ones), ones) and np.array_equal(layer(ones, training=False), ones)
    assert 0.3 < (layer(ones, training=True).numpy() == 0).mean() < 0.7
    model = tf.keras.Sequential([tf.keras.Input((500,)), layer])
    assert np.array_equal(model(ones), ones) and (model(ones, training=True).numpy() == 0).any()
    x = tf.keras.Input((500,))
    always = tf.keras.Model(x, model(x, training=True))
    assert (always.predict(ones, verbose=0) == 0).any()


def test_augmentation_alone_needs_no_graph(tf, monkeypatch):
    import keras.backend as K

    monkeypatch.setattr(K, "placeholder", lambda *a, **k: pytest.fail("a graph was made"))
    model = tf.keras.Sequential([tf.keras.layers.RandomFlip("horizontal", seed=1), tf.keras.layers.Rescaling(1 / 255.0)])
    x = np.random.RandomState(0).randint(0, 255, (32, 5, 6, 3)).astype("uint8")
    still, flipped = model(x, training=False).numpy(), model(x).numpy()
    np.testing.assert_allclose(still, x / np.float32(255), rtol=1e-6)
    turned = [not np.array_equal(a, b) for a, b in zip(still, flipped)]
    assert 0 < sum(turned) < 32  # Sequential without training: the layers augment, as in TensorFlow
    for t, a, b in zip(turned, still, flipped):
        np.testing.assert_array_equal(b, a[:, ::-1] if t else a)
    monkeypatch.undo()
    model.summary()
    assert model.output_shape == (None, 5, 6, 3)


def test_unbuilt_models(tf):
    model = tf.keras.Sequential([tf.keras.layers.Flatten(), tf.keras.layers.Dense(3)])
    assert not model.built
    assert model(np.ones((2, 3, 3, 1))).shape == (2, 3) and model.built and len(model.weights) == 2
    model.summary()
    assert model(np.ones((5, 3, 3, 1))).shape == (5, 3)
    other = tf.keras.Sequential([tf.keras.layers.Flatten(), tf.keras.layers.Dense(3)])
    other.build((None, 6, 6, 3))
    assert other.output_shape == (None, 3)
    third = tf.keras.Sequential([tf.keras.layers.Flatten(), tf.keras.layers.Dense(3)])
    third.compile("adam", "mse")
    third.fit(np.ones((4, 2, 2)), np.ones((4, 3)), verbose=0)
    assert third.metrics_names == ["loss"]


def test_wrong_shape_names_the_layer(tf):
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3)], name="mine")
    functional = tf.keras.Model(model.input, model.output, name="other")
    with pytest.raises(ValueError, match='"other" is incompatible'):
        functional(np.ones((2, 5)))
    with pytest.raises(ValueError, match="expects 1 input"):
        functional([A, A])


def test_sequential_takes_inputs(tf):
    for first in (tf.keras.Input((4,)), tf.keras.layers.Input((4,)), tf.keras.layers.InputLayer(input_shape=(4,))):
        model = tf.keras.Sequential([first, tf.keras.layers.Dense(2)])
        assert model.built and model.output_shape == (None, 2) and len(model.layers) == 1
    model = tf.keras.Sequential()
    model.add(tf.keras.Input((4,)))
    model.add(tf.keras.layers.Dense(2))
    model.add(tf.keras.layers.Dense(7))
    model.pop()
    assert model.output_shape == (None, 2)
    with pytest.raises(TypeError, match="must be an instance of class Layer"):
        model.add(tf.keras.layers.Dense(2)(tf.keras.Input((4,))))


def test_layer_results_differ_from_their_body(tf):
    """Inside a layer, ops extend the graph: they are no layers of the model."""

    class Twice(tf.keras.layers.Layer):
        def call(self, x):
            return x * 2.0 + 1.0

    x = tf.keras.Input((4,))
    model = tf.keras.Model(x, Twice()(x))
    assert len(model.layers) == 2
    np.testing.assert_allclose(model.predict(A, verbose=0), A * 2 + 1, rtol=1e-6)
    np.testing.assert_allclose(Twice()(A), A * 2 + 1, rtol=1e-6)


def test_arguments_are_fed_or_compared(tf, monkeypatch):
    import keras.backend as K

    made = []
    function = K.function
    monkeypatch.setattr(K, "function", lambda *args, **kwargs: made.append(1) or function(*args, **kwargs))

    class Own(tf.keras.layers.Layer):
        def build(self, input_shape):
            self.w = self.add_weight(name="w", shape=(4,), initializer="ones")

        def call(self, x, table=None, options=None, factor=1.0):
            return x * self.w * table * (options.factor if options else factor)

    class Options:  # has no value of its own to compare
        factor = 2.0

    layer = Own()
    for i in range(3):
        np.testing.assert_allclose(layer(A, table=np.full(4, float(i))), A * i, rtol=1e-6)
    assert len(made) == 1  # fed, not built in
    for i in range(3):
        np.testing.assert_allclose(layer(A, table=np.ones(4), factor=float(i)), A * i, rtol=1e-6)
    assert len(made) == 4
    options = Options()
    np.testing.assert_allclose(layer(A, table=np.ones(4), options=options), A * 2, rtol=1e-6)
    options.factor = 5.0
    np.testing.assert_allclose(layer(A, table=np.ones(4), options=options), A * 5, rtol=1e-6)
    for i in range(80):
        layer(A, table=np.ones(4), factor=i / 7)
    assert len(layer._plaidml_compat_functions) <= 64


def test_deep_models(tf):
    x = tf.keras.Input((4,))
    h = x
    for _ in range(400):
        h = h * 1.01
    np.testing.assert_allclose(tf.keras.Model(x, h).predict(A, verbose=0), A * 1.01**400, rtol=1e-3)
    h = x
    for _ in range(150):
        h = tf.keras.layers.Dense(4, activation="relu", kernel_initializer="identity")(h)
    model = tf.keras.Model(x, h)
    model.compile("sgd", "mse")
    np.testing.assert_allclose(model.predict(A, verbose=0), A, rtol=1e-5)


def test_classes_are_not_kept(tf):
    import gc
    import weakref

    def use():
        class Own(tf.keras.layers.Layer):
            def build(self, input_shape):
                super().build(input_shape)

            def call(self, x):
                return super().call(x) * 2.0

        Own()(A)
        return weakref.ref(Own)

    classes = [use() for _ in range(3)]
    gc.collect()
    assert [c() for c in classes] == [None] * 3
