"""Saving and loading, callbacks, names in histories, compile's keywords, and that uninstall() undoes it all."""

from __future__ import annotations

import inspect
import subprocess
import sys
import textwrap

import numpy as np
import pytest

X, Y = np.random.RandomState(0).rand(20, 4).astype("f"), np.random.RandomState(1).randint(0, 3, 20)


@pytest.fixture
def model(tf):
    return make(tf)


def make(tf):
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(8, activation="relu"), tf.keras.layers.Dense(3)])
    schedule = tf.keras.optimizers.schedules.ExponentialDecay(0.01, 2, 0.9)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(tf.keras.optimizers.Adam(schedule), loss, metrics=["accuracy", tf.keras.metrics.SparseTopKCategoricalAccuracy(k=2)])
    return model


def test_saved_model_trains_on(tf, model, tmp_path):
    model.fit(X, Y, verbose=0)
    model.save(tmp_path / "m.h5")
    loaded = tf.keras.models.load_model(str(tmp_path / "m.h5"))
    assert loaded.evaluate(X, Y, verbose=0, return_dict=True) == model.evaluate(X, Y, verbose=0, return_dict=True)
    a = model.fit(X, Y, epochs=2, shuffle=False, verbose=0).history
    b = loaded.fit(X, Y, epochs=2, shuffle=False, verbose=0).history
    assert list(a) == list(b) == ["loss", "accuracy", "sparse_top_k_categorical_accuracy"]
    np.testing.assert_allclose(a["loss"], b["loss"], rtol=1e-6)
    assert tf.keras.models.load_model(tmp_path / "m.h5", compile=False).optimizer is None


@pytest.mark.parametrize("name", ["m.keras", "folder"])
def test_other_formats_are_refused(tf, model, tmp_path, name):
    with pytest.raises(ValueError, match=r"'\.h5'"):
        model.save(tmp_path / name)
    with pytest.raises(ValueError, match=r"'\.h5'"):
        tf.keras.callbacks.ModelCheckpoint(str(tmp_path / name))
    assert not list(tmp_path.iterdir())


def test_files_that_are_no_models(tf, model, tmp_path):
    (tmp_path / "bad.h5").write_text("no HDF5")
    for load in (tf.keras.models.load_model, model.load_weights):
        with pytest.raises(OSError, match=r"bad\.h5"):
            load(tmp_path / "bad.h5")
        with pytest.raises(OSError, match=r"missing\.h5"):
            load(tmp_path / "missing.h5")


def test_file_from_an_own_class(tf, tmp_path):
    class Scale(tf.keras.layers.Layer):
        def __init__(self, factor=2.0, **kwargs):
            super().__init__(**kwargs)
            self.factor = factor

        def build(self, input_shape):
            self.w = self.add_weight("w", shape=(input_shape.as_list()[-1],), initializer="ones")

        def call(self, x):
            return x * self.w * self.factor

        def get_config(self):
            return {**super().get_config(), "factor": self.factor}

    model = tf.keras.Sequential([tf.keras.Input((4,)), Scale(3.0)])
    model.compile("sgd", "mse")
    model.fit(X, X, verbose=0)
    model.save(tmp_path / "own.h5")
    loaded = tf.keras.models.load_model(tmp_path / "own.h5", custom_objects={"Scale": Scale})
    np.testing.assert_allclose(loaded.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-6)


def test_callbacks(tf, model, tmp_path):
    seen = []

    class Watch(tf.keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            seen.append("batch begin")

        def on_train_batch_end(self, batch, logs=None):
            seen.append(("batch end", sorted(logs)))

        def on_test_end(self, logs=None):
            seen.append("test end")

    class Old(tf.keras.callbacks.Callback):
        def on_batch_end(self, batch, logs=None):
            seen.append("old")

    model.compile("adam", model.loss, metrics=["accuracy"])
    history = model.fit(
        X,
        Y,
        epochs=2,
        batch_size=16,
        validation_data=(X, Y),
        verbose=0,
        callbacks=[
            Watch(),
            Old(),
            tf.keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.h5", monitor="val_accuracy", save_best_only=False),
            tf.keras.callbacks.ModelCheckpoint(str(tmp_path / "w.weights.h5"), save_weights_only=True),
            tf.keras.callbacks.CSVLogger(tmp_path / "log.csv"),
            tf.keras.callbacks.ReduceLROnPlateau(patience=1),
        ],
    )
    assert seen[:3] == ["batch begin", ("batch end", ["accuracy", "loss"]), "old"]
    assert list(history.history) == ["loss", "accuracy", "val_loss", "val_accuracy", "lr"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["1.h5", "2.h5", "log.csv", "w.weights.h5"]
    assert "val_accuracy" in (tmp_path / "log.csv").read_text().splitlines()[0]
    model.evaluate(X, Y, verbose=0, callbacks=[Watch()])
    assert seen[-1] == "test end"


def test_early_stopping_restores_the_best(tf):
    model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(4,))])
    model.compile(tf.keras.optimizers.SGD(50.0), "mse")  # gets worse from the second epoch on
    kept = []
    watch = tf.keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: kept.append(model.get_weights()[0]))
    stop = tf.keras.callbacks.EarlyStopping(monitor="loss", patience=2, restore_best_weights=True)
    history = model.fit(X, Y, batch_size=20, epochs=10, verbose=0, callbacks=[watch, stop])
    assert len(history.history["loss"]) == 3 and stop.best_epoch == 0
    np.testing.assert_array_equal(model.get_weights()[0], kept[0])


def test_learning_rate_callbacks(tf, model):
    model.compile("sgd", model.loss)
    rates = model.fit(X, Y, epochs=2, verbose=0, callbacks=[tf.keras.callbacks.LearningRateScheduler(lambda e, r: 0.1 / (e + 1))]).history[
        "lr"
    ]
    np.testing.assert_allclose(rates, [0.1, 0.05], rtol=1e-6)
    with pytest.raises(NotImplementedError, match="CSVLogger"):
        tf.keras.callbacks.TensorBoard("logs")


def test_compile_keywords(tf, model):
    loss = model.loss
    model.compile("sgd", loss, run_eagerly=True, jit_compile=True, steps_per_execution=4)
    model.fit(X, Y, verbose=0)
    with pytest.raises(TypeError, match="nonsense"):
        model.compile("sgd", loss, nonsense=1)
    with pytest.raises(ValueError, match="Unknown optimizer"):
        model.compile("nonsense", loss)
    with pytest.raises(ValueError, match="Unknown loss"):
        model.compile("sgd", "nonsense")
    with pytest.raises(ValueError, match="same name"):
        model.compile("sgd", loss, metrics=["accuracy", "accuracy"])
    with pytest.raises(ValueError, match="legacy"):
        tf.keras.optimizers.SGD(0.1, decay=0.1)
    with pytest.raises(ValueError, match="At most one"):
        tf.keras.optimizers.SGD(0.1, clipnorm=1.0, global_clipnorm=0.5)


def test_weights_in_one_training_and_not_in_another(tf):
    """The optimizer's state goes on when sample weights come or go."""
    runs = []
    for given in (None, np.ones(20)):
        model = tf.keras.Sequential([tf.keras.layers.Dense(1, kernel_initializer="ones", input_shape=(4,))])
        model.compile(tf.keras.optimizers.SGD(0.01, momentum=0.9), "mse")
        for weights in (None, given, None):
            model.fit(X, Y, batch_size=20, sample_weight=weights, verbose=0)
        runs.append(model.get_weights()[0])
    np.testing.assert_allclose(runs[0], runs[1], rtol=1e-6)


def test_serialization_of_losses_and_metrics(tf):
    loss = tf.keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1, reduction="sum")
    again = type(loss).from_config(loss.get_config())
    a, b = np.eye(3, dtype="f"), np.random.RandomState(0).rand(3, 3).astype("f")
    assert float(again(a, b)) == float(loss(a, b))
    assert tf.keras.losses.get("mse") is tf.keras.losses.mean_squared_error
    assert type(tf.keras.losses.get("MeanSquaredError")) is tf.keras.losses.MeanSquaredError
    metric = tf.keras.metrics.deserialize(tf.keras.metrics.serialize(tf.keras.metrics.AUC(num_thresholds=7)))
    assert metric.num_thresholds == 7
    optimizer = tf.keras.optimizers.deserialize(
        tf.keras.optimizers.serialize(tf.keras.optimizers.AdamW(0.3, weight_decay=0.2, clipnorm=1.0))
    )
    assert (float(optimizer.learning_rate), optimizer.weight_decay, optimizer.clipnorm) == (pytest.approx(0.3), 0.2, 1.0)
    with pytest.raises(ValueError, match="Invalid Reduction Key"):
        tf.keras.losses.MeanSquaredError(reduction="mean")


def test_uninstall_gives_keras_back(device_id):
    program = f"""
        import plaidml_compat
        plaidml_compat.install({device_id!r})
        plaidml_compat.uninstall()
        import keras, keras.backend as K, plaidml.tile, plaidml.keras.backend as P
        for obj in (keras.losses.mean_squared_error, keras.models.Model.fit, keras.models.Model.compile, keras.optimizers.Adam,
                    keras.layers.Input, K.mean, P.mean, keras.callbacks.EarlyStopping, keras.layers.Layer.__call__,
                    keras.layers.Layer.add_weight, plaidml.tile.Value.__mul__, keras.models.load_model, keras.models.Sequential.add):
            assert not obj.__module__.startswith("plaidml_compat"), obj
            assert not hasattr(obj, "__wrapped__") or "keras" in obj.__module__, obj
        x = keras.layers.Input((4,))
        assert type(keras.layers.Dense(2)(x)) is plaidml.tile.Value
        assert not hasattr(keras.callbacks.Callback, "on_train_batch_end") and not hasattr(keras.losses, "Loss")
        plaidml_compat.install({device_id!r})
        assert type(keras.layers.Input((4,))).__name__ == "Tensor"
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]


def test_clone_of_a_model_that_holds_a_sequential_without_an_input(tf):
    inner = tf.keras.Sequential([tf.keras.layers.Conv2D(2, 3)])
    inputs = tf.keras.Input((16, 12, 3))
    model = tf.keras.Model(inputs, inner(inputs))
    clone = tf.keras.models.clone_model(model)
    assert clone.output_shape == (None, 14, 10, 2)
    clone.set_weights(model.get_weights())
    x = np.random.RandomState(0).rand(2, 16, 12, 3).astype(np.float32)
    np.testing.assert_array_equal(clone.predict(x, verbose=0), model.predict(x, verbose=0))


def test_summary_is_called_as_in_tensorflow(tf):
    assert list(inspect.signature(tf.keras.Model.summary).parameters) == [
        *("self", "line_length", "positions", "print_fn", "expand_nested", "show_trainable", "layer_range")
    ]
    with pytest.raises(ValueError, match="not yet been built"):
        tf.keras.Sequential([tf.keras.layers.Dense(2)]).summary()


def test_an_argument_that_is_missing_is_a_type_error(tf):
    with pytest.raises(TypeError, match="dims"):
        tf.keras.layers.Permute()


def test_a_layer_that_two_others_hold_is_inside_once(tf):
    class Holder(tf.keras.layers.Layer):
        def __init__(self, **held):
            super().__init__()
            self.__dict__.update(held)

    shared = tf.keras.layers.Dense(1)
    first, second = Holder(one=shared), Holder(one=shared)
    assert Holder(a=first, b=second).submodules == (first, second, shared)
