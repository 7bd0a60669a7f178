"""Names of models that are not served say why and what to do, on classes too; TensorFlow's private modules name the public ones."""

from __future__ import annotations

import importlib

import pytest

import plaidml_compat


def model(tf):
    return tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,))])


@pytest.mark.parametrize("name", ["export", "add_metric", "compiled_loss", "distribute_strategy", "dtype_policy"])
def test_a_method_is_refused_once_on_a_class_and_on_a_model(tf, refused, name):
    for owner in (tf.keras.Model, model(tf)):
        refused.clear()
        with pytest.raises(plaidml_compat.UnsupportedNameError, match=rf"tf\.keras\.Model\.{name} is not supported: .*\. [A-Z]"):
            getattr(owner, name)
        assert refused == [f"tf.keras.Model.{name}"]


def test_a_subclass_may_have_it(tf, refused):
    class Own(tf.keras.Model):
        def export(self):
            return 3

    assert Own().export() == 3 and callable(Own.export)
    assert not hasattr(tf.keras.Model, "no_such_thing")
    assert refused == []


@pytest.mark.parametrize("name", ["applications.EfficientNetB0", "mixed_precision.set_global_policy", "applications.MobileNetV3Small"])
def test_the_most_used_have_a_way_out(tf, name):
    owner = tf.keras
    with pytest.raises(plaidml_compat.UnsupportedNameError, match=r"Use |Leave it out") as caught:
        for part in name.split("."):
            owner = getattr(owner, part)
    assert caught.value.op == f"tf.keras.{name}" and caught.value.advice


def test_the_private_module_of_unit_tests_is_the_public_one(tf, refused):
    from tensorflow.python.platform import test

    assert test.TestCase is tf.test.TestCase and test.main is tf.test.main
    assert importlib.import_module("tensorflow.python.platform.test").TestCase is tf.test.TestCase
    assert refused == []


@pytest.mark.parametrize("module", ["tensorflow.python.framework.test_util", "tensorflow.python.ops.array_ops", "tensorflow.python.keras"])
def test_other_private_modules_are_refused_with_the_public_names(tf, refused, module):
    with pytest.raises(ImportError, match=r"private modules are not served.*tf\.test\.TestCase"):
        importlib.import_module(module)
    assert refused == [".".join(["tf", *module.split(".")[1:3]])]


def test_layers_of_operators_keep_their_names_in_files(tf, tmp_path):
    i = tf.keras.Input((3,))
    made = tf.keras.Model(i, [i + 1, tf.add(i, 1)])
    made.save(str(tmp_path / "m.h5"))
    again = tf.keras.models.load_model(str(tmp_path / "m.h5"), compile=False)
    assert [v.name for v in again.layers] == [v.name for v in made.layers]
