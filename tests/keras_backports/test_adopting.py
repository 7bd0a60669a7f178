"""Models that plain Keras compiled or trained before install() go on with TensorFlow's methods."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

PLAIN = """
    import plaidml_compat.shims
    plaidml_compat.shims.install()  # what Keras itself needs on this Python
    import keras, numpy as np
    from keras import layers, models
    plain = keras.optimizers.Adam
    X, Y = np.random.RandomState(0).rand(16, 3).astype("f"), np.random.RandomState(1).randint(0, 2, (16, 1))

    def fixed(model):
        model.set_weights([np.sin(np.arange(w.size) + i).reshape(w.shape) * 0.5 + 0.1 for i, w in enumerate(model.get_weights())])
        return model

    def make(optimizer, loss="binary_crossentropy"):
        model = models.Sequential([layers.Dense(4, input_shape=(3,), activation="relu"), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer, loss, metrics=["accuracy", keras.metrics.mean_absolute_error])
        return fixed(model)
"""
# What install() does before it, where it can be done twice.
BEFORE = {"install": PLAIN, "install again": "\n    import plaidml_compat; plaidml_compat.install(); plaidml_compat.uninstall()" + PLAIN}


def run(device_id: str, program: str, before: str = PLAIN) -> None:
    code = textwrap.dedent(before) + textwrap.dedent(program)
    environment = {**os.environ, "KERAS_BACKEND": "plaidml.keras.backend", "PLAIDML_DEVICE_IDS": device_id}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
def test_everything_works_and_numbers_go_on(device_id, tmp_path, before):
    run(
        device_id,
        f"""
        model = make(keras.optimizers.Adam(lr=0.01, decay=1e-2))
        evaluated, predicted = model.evaluate(X, Y, verbose=0), model.predict(X)
        import plaidml_compat
        plaidml_compat.shims.uninstall()
        plaidml_compat.install()
        import tensorflow as tf
        np.testing.assert_allclose(model.predict(X, verbose=0), predicted, rtol=1e-6)
        np.testing.assert_allclose(model.evaluate(X, Y, verbose=0), evaluated, rtol=1e-5)
        assert list(model.evaluate(X, Y, verbose=0, return_dict=True)) == ["loss", "accuracy", "mean_absolute_error"]
        assert type(model.optimizer) is tf.keras.optimizers.legacy.Adam and float(model.optimizer.learning_rate) == np.float32(0.01)
        model.fit(X, Y, verbose=0)
        model.train_on_batch(X, Y)
        model.save({str(tmp_path / "m.h5")!r})
        loaded = tf.keras.models.load_model({str(tmp_path / "m.h5")!r})
        np.testing.assert_allclose(loaded.evaluate(X, Y, verbose=0), model.evaluate(X, Y, verbose=0), rtol=1e-6)
        assert abs(loaded.train_on_batch(X, Y)[0] - model.train_on_batch(X, Y)[0]) < 1e-6
        """,
        before,
    )


OPTIMIZERS = ["SGD(lr=0.1, momentum=0.9)", "RMSprop(lr=0.01)", "Adam(lr=0.01)", "Adamax(lr=0.01)", "Adadelta()", "Adagrad()"]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_optimizers_keep_their_state(device_id, optimizer):
    """Five steps of plain Keras, or two of them and three after install(): the same losses."""
    run(
        device_id,
        f"""
        whole = make(keras.optimizers.{optimizer})
        losses = [whole.train_on_batch(X, Y)[0] for _ in range(5)]
        model, fresh = make(keras.optimizers.{optimizer}), make(keras.optimizers.{optimizer})
        for m in (model, fresh):
            for _ in range(2):
                m.train_on_batch(X, Y)
        import plaidml_compat
        plaidml_compat.install()
        np.testing.assert_allclose([model.train_on_batch(X, Y)[0] for _ in range(3)], losses[2:], rtol=2e-6)
        assert model.optimizer.iterations is not None and int(keras.backend.get_value(model.optimizer.iterations)) == 5
        fresh.optimizer = keras.optimizers.deserialize(keras.optimizers.serialize(fresh.optimizer))
        assert abs(fresh.train_on_batch(X, Y)[0] - losses[2]) < 2e-6
        assert abs(fresh.train_on_batch(X, Y)[0] - losses[3]) > 1e-6  # without its state it goes elsewhere
        """,
    )


def test_several_outputs_objects_and_own_optimizers(device_id):
    run(
        device_id,
        """
        x = layers.Input((3,))
        h = layers.Dense(3)(x)
        model = fixed(models.Model(x, [layers.Dense(1, name="p")(h), layers.Dense(1, name="q")(h)]))
        model.compile("rmsprop", {"p": keras.losses.mse, "q": "mae"}, loss_weights={"p": 1.0, "q": 0.5}, metrics={"p": ["mae"]})
        evaluated = model.evaluate(X, [Y, Y], verbose=0)
        class Own(keras.optimizers.SGD):
            def get_config(self):
                return {**super(Own, self).get_config(), "own": 1}
        own, frozen = make(Own(lr=0.5)), make("sgd", keras.losses.binary_crossentropy)
        frozen.trainable = False  # after compile(): it trains on
        import plaidml_compat
        plaidml_compat.install()
        import tensorflow as tf
        np.testing.assert_allclose(model.evaluate(X, [Y, Y], verbose=0), evaluated, rtol=1e-5)
        history = model.fit(X, [Y, Y], verbose=0).history
        assert list(history) == ["loss", "p_loss", "q_loss", "p_mae"]
        first = own.train_on_batch(X, Y)[0]
        assert own.train_on_batch(X, Y)[0] < first and type(own.optimizer) is Own and own.optimizer.get_config()["own"] == 1
        first = frozen.train_on_batch(X, Y)[0]
        assert frozen.train_on_batch(X, Y)[0] < first
        plain(lr=0.5).get_config()
        """,
    )


def test_compiled_anew_between(device_id):
    run(
        device_id,
        """
        model = make("sgd", "mse")
        import plaidml_compat
        plaidml_compat.install()
        model.compile("adam", "mae")
        model.train_on_batch(X, Y)
        plaidml_compat.uninstall()
        plaidml_compat.shims.install()
        model.compile("sgd", "mse")
        want = model.evaluate(X, Y, verbose=0)
        plaidml_compat.shims.uninstall()
        plaidml_compat.install()
        assert abs(model.evaluate(X, Y, verbose=0) - want) < 1e-6
        assert type(model.optimizer).__name__ == "SGD"
        """,
    )
