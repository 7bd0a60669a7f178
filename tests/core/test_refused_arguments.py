"""What TensorFlow 2.15 takes and this package refuses is an event, room by room; what it serves, or TensorFlow refuses too, is none."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import plaidml_compat
from plaidml_compat import UnsupportedArgumentError, UnsupportedNameError, UnsupportedOpError, errors

X = np.random.RandomState(0).rand(2, 8, 8, 3).astype(np.float32)

LAYERS = """
tf.keras.layers.Conv2D | L.Conv2D(8, 3, groups=2)
tf.keras.layers.Conv1D | L.Conv1D(8, 3, groups=2)
tf.keras.layers.UpSampling2D | L.UpSampling2D(2, interpolation="bicubic")
tf.keras.layers.BatchNormalization | L.BatchNormalization(renorm=True)
tf.keras.layers.BatchNormalization | L.BatchNormalization(virtual_batch_size=2)
tf.keras.layers.BatchNormalization | L.BatchNormalization(axis=[1, 3])
tf.keras.layers.Bidirectional | L.Bidirectional(L.LSTM(3), backward_layer=L.LSTM(3, go_backwards=True))
tf.keras.layers.LSTM | L.LSTM(3, time_major=True)
tf.keras.layers.LSTM | L.LSTM(3, zero_output_for_mask=True)
tf.keras.layers.GRU | L.GRU(3, time_major=True)
tf.keras.layers.SimpleRNN | L.SimpleRNN(3, time_major=True)
tf.keras.layers.RNN | L.RNN(L.LSTMCell(3), time_major=True)
tf.keras.layers.Embedding | L.Embedding(10, 3, sparse=True)
tf.keras.layers.GaussianNoise | L.GaussianNoise(0.1, seed=3)
tf.keras.layers.InputLayer | L.InputLayer((4,), ragged=True)
tf.keras.Input | tf.keras.Input((4,), ragged=True)
tf.keras.Input | tf.keras.Input(type_spec=tf.TensorSpec((None, 4)))
tf.keras.Input | tf.keras.Input((4,), dtype="string")
tf.keras.layers.InputSpec | L.InputSpec(shape=(None, 3), allow_last_axis_squeeze=True)
tf.keras.layers.Dense | L.Dense(3, dynamic=True)
tf.keras.layers.RandomFlip | L.RandomFlip(rng_type="stateless")
tf.keras.layers.RandomFlip | L.RandomFlip(force_generator=True)
tf.keras.layers.Conv2D | L.Conv2D(4, 3, (1, 1), "same", None, (1, 1), 2, "relu")
tf.keras.layers.SeparableConv2D | L.SeparableConv2D(4, 3, groups=2)
tf.keras.layers.DepthwiseConv2D | L.DepthwiseConv2D(3, groups=2)
tf.keras.layers.Conv3DTranspose | L.Conv3DTranspose(4, 3, groups=2)
tf.keras.layers.BatchNormalization | L.BatchNormalization(adjustment=lambda shape: 1)
tf.keras.layers.SimpleRNN | L.SimpleRNN(3, zero_output_for_mask=True)
tf.keras.layers.ConvLSTM2D | L.ConvLSTM2D(3, 3, time_major=True)
tf.keras.layers.GaussianNoise | L.GaussianNoise(0.1, 3)
tf.keras.layers.GaussianDropout | L.GaussianDropout(0.1, seed=3)
tf.keras.layers.Embedding | L.Embedding(10, 3, "uniform", None, None, None, False, None, True)
tf.keras.layers.Bidirectional | L.Bidirectional(L.LSTM(3), "concat", None, L.LSTM(3, go_backwards=True))
tf.keras.Input | L.Input((4,), ragged=True)
tf.keras.layers.RandomContrast | L.RandomContrast(0.1)(np.ones((1, 2, 3, 4, 3), "f"), training=True)
tf.keras.activations.mish | L.Dense(3, activation="mish")
tf.keras.activations.leaky_relu | tf.keras.activations.get("leaky_relu")
tf.keras.initializers.variance_scaling | L.Dense(3, kernel_initializer="variance_scaling")
tf.keras.regularizers.OrthogonalRegularizer | L.Dense(3, kernel_regularizer="OrthogonalRegularizer")
tf.keras.constraints.radial_constraint | L.Conv2D(3, 3, kernel_constraint="radial_constraint")
"""
MODELS = """
tf.keras.optimizers.Ftrl | model().compile("ftrl", "mse")
tf.keras.losses.categorical_focal_crossentropy | model().compile("sgd", "categorical_focal_crossentropy")
tf.keras.losses.CategoricalFocalCrossentropy | tf.keras.losses.get("CategoricalFocalCrossentropy")
tf.keras.metrics.F1Score | model(metrics=["F1Score"]).fit(np.ones((1, 4), "f"), np.ones((1, 3), "f"), verbose=0)
tf.keras.metrics.F1Score | tf.keras.metrics.get("F1Score")
tf.keras.metrics.AUC | tf.keras.metrics.AUC(multi_label=True)
tf.keras.metrics.AUC | tf.keras.metrics.AUC(num_labels=2)
tf.keras.metrics.AUC | tf.keras.metrics.AUC(label_weights=[1.0, 2.0])
tf.keras.optimizers.SGD | tf.keras.optimizers.SGD(use_ema=True)
tf.keras.optimizers.Optimizer.get_config | tf.keras.optimizers.SGD(lambda: 0.1).get_config()
tf.keras.Model.save | model().save("m.keras")
tf.keras.Model.save | model().save("folder")
tf.keras.Model.save | model().save("m.h5", save_format="tf")
tf.keras.models.save_model | tf.keras.models.save_model(model(), "a.keras")
tf.keras.callbacks.ModelCheckpoint | tf.keras.callbacks.ModelCheckpoint("c.keras")
tf.keras.callbacks.BackupAndRestore | tf.keras.callbacks.BackupAndRestore("b", save_before_preemption=True)
tf.keras.models.clone_model | tf.keras.models.clone_model(model(), clone_function=lambda layer: layer)
tf.keras.models.clone_model | tf.keras.models.clone_model(model(), None, lambda layer: layer)
tf.keras.callbacks.CallbackList | tf.keras.callbacks.CallbackList([], add_history=True)
tf.keras.callbacks.CallbackList | tf.keras.callbacks.CallbackList([], True)
tf.keras.callbacks.CallbackList | tf.keras.callbacks.CallbackList([], add_progbar=True)
tf.keras.callbacks.CallbackList | tf.keras.callbacks.CallbackList([], model=model())
tf.keras.utils.Progbar | tf.keras.utils.Progbar(3, unit_name="x")
tf.keras.utils.Progbar | tf.keras.utils.Progbar(3, 30, 1, 0.05, None, "x")
tf.keras.utils.plot_model | tf.keras.utils.plot_model(model(), "p.png", show_dtype=True)
tf.keras.utils.plot_model | tf.keras.utils.plot_model(model(), "p.png", True, True)
tf.keras.utils.plot_model | tf.keras.utils.plot_model(model(), expand_nested=True)
tf.keras.utils.plot_model | tf.keras.utils.plot_model(model(), show_layer_activations=True)
tf.keras.utils.plot_model | tf.keras.utils.plot_model(model(), show_trainable=True)
tf.keras.utils.plot_model | tf.keras.utils.plot_model(model(), dpi=50)
tf.keras.utils.plot_model | tf.keras.utils.plot_model(model(), layer_range=["a", "b"])
tf.keras.preprocessing.text.one_hot | tf.keras.preprocessing.text.one_hot("a b", 9, analyzer=str.split)
tf.keras.preprocessing.text.hashing_trick | tf.keras.preprocessing.text.hashing_trick("a b", 9, analyzer=str.split)
tf.keras.preprocessing.text.Tokenizer | tf.keras.preprocessing.text.Tokenizer(analyzer=str.split)
tf.keras.backend.rnn | tf.keras.backend.rnn(lambda x, s: (x, s), tf.constant(X[0]), [tf.zeros((8, 3))], time_major=True)
tf.keras.backend.rnn | tf.keras.backend.rnn(None, None, None, zero_output_for_mask=True)
tf.keras.backend.rnn | tf.keras.backend.rnn(None, None, None, return_all_outputs=False)
tf.keras.backend.sparse_categorical_crossentropy | tf.keras.backend.sparse_categorical_crossentropy(X, X, ignore_class=1)
tf.keras.optimizers.legacy.Adam | tf.keras.optimizers.legacy.Adam(use_ema=True)
tf.keras.optimizers.SGD | tf.keras.optimizers.SGD(0.1, 0.9, False, None, None, None, None, True)
tf.keras.layers.Dense | L.Dense(3)(np.ones((2, 0), "f"))
"""
DATA = """
tf.data.Dataset.unbatch | list(tf.data.Dataset.range(4).map(tf.range).ragged_batch(2).unbatch())
tf.data.Dataset.batch | list(tf.data.Dataset.range(4).window(2).batch(2))
tf.data.Dataset.from_generator | tf.data.Dataset.from_generator(list, output_signature=tf.SparseTensorSpec([1], tf.int32))
tf.data.Dataset.load | list(tf.data.Dataset.load("saved"))
tf.io.gfile | tf.io.gfile.exists("gs://bucket/x")
tf.train.Checkpoint | tf.train.Checkpoint(v=tf.Variable(["a"])).write("ck")
tf.train.Checkpoint.restore | tf.train.Checkpoint(v=tf.Variable(1.0)).restore("theirs")
"""
OPS = """
tf.gather | tf.gather(X, [[0], [1]], batch_dims=1, axis=1)
tf.linalg.matmul | tf.matmul(X, X, adjoint_b=True)
tf.bfloat16 | tf.cast(X, tf.bfloat16)
tf.bfloat16 | tf.constant(1.0, tf.bfloat16)
tf.bfloat16 | tf.zeros((2,), tf.bfloat16)
tf.bfloat16 | tf.bitcast(X, tf.bfloat16)
tf.bfloat16 | tf.io.serialize_tensor(tf.constant(X, tf.bfloat16))
tf.bfloat16 | tf.io.decode_raw(tf.constant([b"abcd"]), tf.bfloat16)
tf.random.normal | tf.random.normal((2,), dtype=tf.bfloat16)
tf.linalg.matmul | tf.matmul(X, X, False, False, True)
tf.linalg.matmul | tf.matmul(X, X, output_type=tf.float32)
tf.random.Generator.from_seed | tf.random.Generator.from_seed(1, alg="threefry")
tf.random.Generator | tf.random.Generator(state=[1, 2, 3], alg="threefry")
tf.random.stateless_uniform | tf.random.stateless_uniform((2,), (1, 2), alg="threefry")
"""
NO_EVENT = """
L.Conv2D(4, 3, groups=1)(X)
L.BatchNormalization(fused=True, synchronized=True, renorm=False)(X)
L.LSTM(3, time_major=False)(X[0])
L.Embedding(10, 3, sparse=False)
L.GaussianNoise(0.1, seed=None)
L.Dense(3, autocast=False, dynamic=False)
L.RandomFlip(rng_type="legacy_stateful", seed=1)
tf.keras.Input((4,), ragged=False)
model().save("m.h5", save_format="h5")
tf.keras.models.save_model(model(), "b.h5", save_format="h5")
tf.keras.models.clone_model(model(), clone_function=None)
tf.keras.initializers.deserialize({"class_name": "HeNormal", "config": {}}, use_legacy_format=True)
tf.keras.layers.serialize(L.Dense(3), use_legacy_format=True)
L.Conv2D(4, 3, (1, 1), "same", None, (1, 1), 1, "relu")(X)
L.Dense(3, implementation=2, name="own", dtype="float32")
tf.keras.optimizers.Adam(use_ema=False, ema_momentum=0.9, ema_overwrite_frequency=None)
tf.keras.callbacks.CallbackList([], False, False, None)
L.InputSpec(None, (None, 3), name="spec")
tf.random.stateless_normal((2,), (1, 2), alg="philox")
tf.gather(X, [0], None, 1, 0, "g")
tf.gather(X, [0], axis=1, validate_indices=True, batch_dims=0, name="g")
tf.matmul(X, X, transpose_b=True, a_is_sparse=True, output_type=None)
"""
THEIRS = """
ValueError | L.Dense(3, activation="nonsense")
ValueError | tf.keras.optimizers.get("nonsense")
TypeError | L.Dense(3, nonsense=3)
TypeError | L.Dense(3, groups=1)
TypeError | tf.gather(X, [0], nonsense=3)
UnimplementedError | tf.io.gfile.exists("s3://bucket/x")
InvalidArgumentError | L.RandomContrast(0.1)(np.ones((4, 3), "f"), training=True)
"""


@pytest.fixture
def run(tf, tmp_path, monkeypatch):
    """Run a line; what it raised, and the names of the ops that were refused."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "dataset_spec.pb").touch()
    (tmp_path / "theirs.data-00000-of-00001").touch()
    seen = []
    end = plaidml_compat.subscribe(lambda event: seen.append((event.op, event.reason)) if event.kind == "refused" else None)

    def model(**how):
        made = tf.keras.Sequential([tf.keras.layers.Dense(3, input_shape=(4,))])
        made.compile("sgd", "mse", **how)
        return made

    names = {"tf": tf, "L": tf.keras.layers, "np": np, "X": X, "model": model}

    def run(line):
        seen.clear()
        raised = None
        try:
            eval(line, names)
        except Exception as e:
            raised = e
        return raised, list(seen)

    yield run
    end()


def lines(text):
    return [line.split(" | ") for line in text.strip().splitlines()]


@pytest.mark.parametrize("room", [LAYERS, MODELS, DATA, OPS], ids=["layers", "models", "data", "ops"])
def test_refusals_are_events(run, room):
    wrong = []
    for name, line in lines(room):
        raised, seen = run(line)
        if not isinstance(raised, UnsupportedOpError) or isinstance(raised, AttributeError):
            wrong.append((line, repr(raised)))
        elif [op for op, _ in seen] != [name] or raised.op != name or not raised.reason:
            wrong.append((line, raised.op, seen))
    assert not wrong


def test_what_is_served_is_no_event(run):
    assert [(line, found) for (line,) in lines(NO_EVENT) if (found := run(line)) != (None, [])] == []


def test_what_tensorflow_refuses_too_keeps_its_class(run):
    for name, line in lines(THEIRS):
        raised, seen = run(line)
        assert type(raised).__name__ == name and not isinstance(raised, UnsupportedOpError) and not seen, line


def test_the_argument_is_in_the_message_and_programs_catch_what_they_did(run):
    raised, _ = run("L.Conv2D(8, 3, groups=2)")
    assert type(raised) is UnsupportedArgumentError and isinstance(raised, (ValueError, TypeError, NotImplementedError))
    assert str(raised).startswith("tf.keras.layers.Conv2D: `groups` other than 1") and "received groups=2. Split" in str(raised)
    again = pickle.loads(pickle.dumps(raised))
    assert type(again) is type(raised) and str(again) == str(raised) and again.op == raised.op


def test_a_property_that_builds_a_layer_is_not_taken_for_missing(tf):
    class Builder:
        @property
        def layer(self):
            return tf.keras.layers.Conv2D(8, 3, groups=2)

    with pytest.raises(UnsupportedArgumentError):
        getattr(Builder(), "layer", None)
    assert not hasattr(tf.image, "psnr")
    with pytest.raises(UnsupportedNameError):
        _ = tf.image.psnr


def test_an_error_of_a_users_function_says_the_op(tf):
    """In the class that TensorFlow gives such errors `op` is a property of its own."""
    made = errors.as_op_error(UnsupportedArgumentError("tf.x", "why", "What to do"))
    assert isinstance(made, tf.errors.InvalidArgumentError) and (made.op, made.reason) == ("tf.x", "why")
    assert (pickle.loads(pickle.dumps(made)).op, errors.as_op_error(ValueError("a")).op) == ("tf.x", None)
