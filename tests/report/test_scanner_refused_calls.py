"""Calls that are refused are foreseen, from what is declared: their values, texts for what is not here, methods of models."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from plaidml_compat import registry
from plaidml_compat.registry import Limit, limit_calls
from plaidml_compat.report import names

FAULTY = """
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
layers.Conv2D(8, 3, groups=2)
layers.Convolution2D(8, 3, groups=2)
layers.UpSampling2D(2, None, "bicubic")
layers.Embedding(10, 3, sparse=True)
layers.Dense(3, "mish")
layers.Dense(3, kernel_constraint="radial_constraint")
keras.Input((4,), ragged=True)
keras.metrics.AUC(multi_label=True)
keras.callbacks.ModelCheckpoint("a.keras", monitor=unknown)
model = keras.Sequential([layers.Dense(3)])
model.compile("ftrl", "mse")
model.compile(keras.optimizers.SGD(), loss="categorical_focal_crossentropy", metrics=["mae", "F1Score"])
model.compile("sgd", "mse", metrics=["F1Score"])
model.save("a.keras")
model.save("a", save_format="tf")
tf.keras.models.save_model(model, "folder")
tf.gather(values, rows, batch_dims=1)
tf.matmul(a, b, adjoint_b=True)
tf.matmul(a, b, False, False, True)
tf.gather(values, rows, None, 0, 1)
layers.Dense(3, dynamic=True)
layers.RandomFlip(rng_type="stateless")
layers.LSTM(3, dynamic=True)
keras.optimizers.SGD(use_ema=True)
tf.random.Generator.from_seed(1, alg="threefry")
tf.random.stateless_uniform([2], [1, 2], alg="threefry")
"""
SOUND = """
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
layers.Conv2D(8, 3, groups=1)
layers.Conv2D(8, 3, groups=n)
layers.Conv2D(8, 3, **settings)
layers.UpSampling2D(2, None, "bilinear")
layers.Embedding(10, 3, sparse=False)
layers.BatchNormalization(fused=True, synchronized=True, renorm=False)
layers.LSTM(3, time_major=False)
layers.Dense(3, "relu", autocast=False)
layers.Dense(3, activation="my_own")
layers.Dense(3, name="mish")
keras.Input((4,), ragged=False)
keras.callbacks.ModelCheckpoint("a", save_weights_only=True)
keras.callbacks.ModelCheckpoint("a", save_weights_only=only)
keras.callbacks.ModelCheckpoint("a", **how)
keras.callbacks.ModelCheckpoint(name)
model = keras.Sequential([layers.Dense(3)])
model.compile("sgd", "mse", metrics=["accuracy", own])
model.save("a.h5")
model.save("a", save_format="h5")
model.save("a", save_format=given)
model.save(name)
model.summary(expand_nested=True, show_trainable=True, layer_range=["a", "b"])
keras.applications.MobileNetV2(weights=None, classifier_activation=None)
tf.gather(values, rows, batch_dims=0)
class Own(keras.Model):
    def save(self, path):
        pass
Own().save("a.keras")
"""


def test_what_a_run_would_refuse(refused):
    found = refused(FAULTY)
    assert [line for line, *_ in found] == [n for n in range(4, 30) if n != 13]
    by_line = {line: rest for line, *rest in found}
    assert by_line[4][:2] == ["tf.keras.layers.Conv2D", "unsupported"] and by_line[4][2].startswith("`groups`")
    assert by_line[8][1:] == [
        "not-built",
        "activation='mish' means tf.keras.activations.mish: TensorFlow 2.15.1 has it, this version of plaidml_compat does not have it yet",
    ]
    assert by_line[14][0] == "tf.keras.Model.compile" and "optimizer='ftrl' means tf.keras.optimizers.Ftrl" in by_line[14][2]
    assert "metrics='F1Score'" in by_line[16][2]
    assert by_line[17][0] == "tf.keras.Model.save" and ".keras format" in by_line[17][2]


VALUES = (True, False, 2, "2", [1, 2], "a.keras", "string", "bicubic", "stateless", "threefry", "tf")


def by_keyword_and_place(name, limit):
    """Calls that meet a limit with one argument and what it must have beside that, by keyword and, where it alone decides, by place."""
    defaults = {n: p.default for n, p in inspect.signature(limit.when).parameters.items()}
    for argument in defaults:
        others = {n: "a" for n, default in defaults.items() if default is inspect.Parameter.empty and n != argument}
        value = next((v for v in VALUES if limit.when(**{argument: v}, **others)), None)
        if value is None:
            continue
        yield f"{name}({', '.join(f'{n}={v!r}' for n, v in {argument: value, **others}.items())})"
        order = registry.call_parameters(name) or ()
        if argument in order and len(defaults) == 1:
            method = ["self"] if isinstance(names.served(name.rpartition(".")[0]), type) else []
            yield f"{name}({', '.join([*method, *('x' for _ in order[: order.index(argument)]), repr(value)])})"


def test_every_declared_limit_is_foreseen(tf, refused):
    programs, met = [], set()
    for name, limits in registry.CALLS.items():
        for limit in limits if name.startswith("tf.") else ():
            calls = list(by_keyword_and_place(name, limit))
            programs += calls
            met |= {(name, limit.reason)} if calls else set()
    missed = {(n, x.reason) for n, limits in registry.CALLS.items() for x in limits if n.startswith("tf.")} - met
    assert not missed, "give VALUES one that meets it"
    found = {line for line, *_ in refused("import tensorflow as tf\n" + "\n".join(programs))}
    assert [call for i, call in enumerate(programs) if i + 2 not in found] == []
    assert sum("(x, " in call for call in programs) > 10


def test_nothing_is_said_of_what_is_not_certain(told):
    assert [(f.use.line, f.rule, f.reason) for f in told(SOUND) if f.reason] == []


def test_a_run_agrees(tf, tmp_path, monkeypatch):
    """Each line of the first program raises, and none of those of the second that can be run."""
    from plaidml_compat import UnsupportedArgumentError

    monkeypatch.chdir(tmp_path)
    values = {"unknown": "loss", "values": [[1.0]], "rows": [[0]], "a": [[1.0]], "b": [[1.0]], "n": 1, "settings": {}, "name": "b.h5"}
    values.update(only=True, own="mae", given="h5", how={"save_weights_only": True})
    exec("\n".join(FAULTY.split("\n")[:4]), values)
    for line in FAULTY.strip().split("\n")[3:]:
        if line.startswith("model = "):
            exec(line, values)
            values["model"].build((None, 4))
            continue
        with pytest.raises(UnsupportedArgumentError):
            exec(line, values)
            values["model"].fit(np.ones((1, 4), np.float32), np.ones((1, 3), np.float32), verbose=0)
    values["model"] = tf.keras.Sequential([tf.keras.layers.Dense(3, input_shape=(4,), name="a")])
    for line in SOUND.partition("class Own")[0].strip().split("\n"):
        if "my_own" not in line and not line.startswith(("model = ", "tf.gather")):
            exec(line.replace('"b"]', '"a"]'), values)


# ------------------------------------------------------------------------------------------------------ where they stand
def test_places_are_those_of_tensorflow(lines):
    program = """
    tf.matmul(a, b, False, False, True)
    tf.matmul(a, b, True, True)
    tf.gather(values, rows, None, 0, 1)
    tf.gather(values, rows, None, 1)
    """
    assert lines(program) == [1, 3]


def test_a_method_is_given_its_object_by_python(lines):
    with registry.temporary():
        limit_calls("tf.data.Dataset.shuffle", limits=[Limit("seven", lambda buffer_size=0: buffer_size == 7)])
        limit_calls("tf.data.Dataset.from_tensors", limits=[Limit("seven", lambda tensors=0: tensors == 7)])
        limit_calls("tf.keras.Model.load_weights", limits=[Limit("seven", lambda filepath=0: filepath == 7)], parameters="filepath by_name")
        limit_calls("tf.random.Generator.from_seed", limits=[Limit("seven", lambda seed=0: seed == 7)])
        limit_calls("tf.keras.Model.save_weights", limits=[Limit("seven", lambda filepath=0: filepath == 7)])
        program = """
        d = tf.data.Dataset.range(9)
        d.shuffle(7)
        d.shuffle(3, 7)
        d.shuffle(buffer_size=7)
        tf.data.Dataset.shuffle(d, 7)
        tf.data.Dataset.shuffle(7, 3)
        d.from_tensors(7)
        tf.random.Generator.from_seed(7)
        tf.random.Generator.from_seed(3, "philox")
        m = tf.keras.Sequential()
        m.save_weights(7)
        m.save_weights(3, 7)
        tf.keras.Model.save_weights(m, 7)
        m.load_weights(7)
        tf.keras.Model.load_weights(m, 7)
        tf.keras.Model.load_weights(7, 3)
        """
        assert lines(program) == [2, 4, 5, 7, 8, 11, 13, 14, 15]


def test_methods_of_datasets_are_told_of_also_where_nothing_is_refused(told):
    program = "import tensorflow as tf\nd = tf.data.Dataset.range(9).shuffle(3)\n"
    before = [(f.use.name, f.rule) for f in told(program)]
    with registry.temporary():
        limit_calls("tf.data.Dataset.shuffle", limits=[Limit("seven", lambda buffer_size=0: buffer_size == 7)])
        assert [(f.use.name, f.rule) for f in told(program)] == before and ("tf.data.Dataset.shuffle", "host") in before


def test_limits_of_methods_are_foreseen_on_instances_of_any_class(lines):
    with registry.temporary():
        limit_calls("tf.keras.metrics.Metric.reset_state", limits=[Limit("seven", lambda seven=0: seven == 7)])
        limit_calls("tf.keras.metrics.Mean.update_state", limits=[Limit("seven", lambda values=0: values == 7)])
        limit_calls("tf.keras.metrics.Metric.update_state", limits=[Limit("replaced", lambda values=0: values == 7)])
        limit_calls("tf.test.TestCase.assertAllClose", limits=[Limit("seven", lambda a=0, rtol=0: 7 in (a, rtol))])
        program = """
        tf.keras.metrics.Sum().reset_state(seven=7)
        m = tf.keras.metrics.Mean()
        m.update_state(7)
        m.update_state(3, 7)
        tf.keras.metrics.Sum().update_state(values=7)
        class T(tf.test.TestCase):
            def test(self):
                self.assertAllClose(7, 7.0)
                self.assertAllClose(1, 7)
                self.assertAllClose(1, 1, 7)
                self.assertAllClose(1, 1, rtol=7)
                self.assertAllEqual(7, 7)
        class Own(tf.test.TestCase):
            def test(self):
                self.assertAllClose(7, 7)
        class Owner(Own):
            def assertAllClose(self, a, b):
                pass
        """
        found = lines(program)
    assert found == [1, 3, 8, 10, 11]


def test_other_names_of_a_function_of_keras(refused):
    program = "import keras\nkeras.engine.input_layer.Input((3,), ragged=True)\nkeras.Input((3,), ragged=True)\n"
    assert [line for line, *_ in refused(program)] == [2, 3]


def test_what_is_declared_of_a_class_holds_for_those_derived_from_it(lines):
    program = """
    tf.keras.layers.Dense(3, dynamic=True)
    tf.keras.layers.RandomFlip(rng_type="stateless")
    tf.keras.layers.LSTM(3, dynamic=True)
    tf.keras.layers.Dense(3, dynamic=False)
    tf.keras.layers.RandomFlip(rng_type="legacy_stateful")
    tf.keras.layers.Dense(3, autocast=False)
    tf.keras.layers.Dense(3, **dynamic)
    """
    assert lines(program) == [1, 2, 3]


def test_an_argument_that_a_class_has_itself_is_not_that_of_its_base(lines):
    with registry.temporary():
        limit_calls("tf.keras.layers.Layer", limits=[Limit("seven", lambda units=0, kept=0: 7 in (units, kept))])
        program = """
        tf.keras.layers.Dense(7)
        tf.keras.layers.Dense(units=7)
        tf.keras.layers.Flatten(kept=7)
        tf.keras.layers.Dense(3, kept=7)
        """
        assert lines(program) == [3, 4]
