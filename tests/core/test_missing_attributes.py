"""Attributes that TensorFlow's objects have and ours lack: the error says so, and it counts where the program itself asks."""

from __future__ import annotations

import re

import pytest

import plaidml_compat
from plaidml_compat import UnsupportedOpError
from plaidml_compat.registry import OPS


@pytest.fixture
def refused():
    seen = []
    end = plaidml_compat.subscribe(lambda e: seen.append((e.op, e.site[0])) if e.kind == "refused" else None)
    yield seen
    end()


def objects(tf):
    model = tf.keras.Sequential([tf.keras.layers.Dense(2, input_shape=(3,))])
    return {
        "tf.Variable.scatter_nd_update": tf.Variable([1.0, 2.0]),
        "tf.Tensor.eval": tf.constant(1.0),
        "tf.keras.optimizers.Optimizer.apply_gradients": tf.keras.optimizers.Adam(),
        "tf.keras.Model.export": model,
        "tf.keras.layers.Layer.add_metric": model.layers[0],
    }


def test_what_is_missing_says_so(tf, refused):
    for full, obj in objects(tf).items():
        name = full.rpartition(".")[2]
        declared = OPS.get(full)
        why = re.escape(declared.reason) if declared is not None else "TensorFlow .* has it"
        with pytest.raises(UnsupportedOpError, match=rf"{full} is not supported: {why}"):
            getattr(obj, name)
        assert refused == [(full, __file__)]
        refused.clear()
        with pytest.raises(AttributeError, match=rf"^'{type(obj).__name__}' object has no attribute 'nothing_of_that_name'$"):
            obj.nothing_of_that_name  # noqa: B018
    assert refused == []


def test_a_library_that_looks_is_no_refusal(tf, refused):
    model = objects(tf)["tf.keras.Model.export"]
    model.compile("adam", "mse")
    model.fit([[1.0, 2.0, 3.0]], [[1.0, 2.0]], verbose=0)
    model.get_config(), model.count_params(), repr(model), str(model.optimizer)
    assert refused == []


def test_an_error_of_a_property_is_its_own(tf):
    with pytest.raises(AttributeError, match=r"has no inbound nodes|never been called"):
        tf.keras.layers.Dense(2).output  # noqa: B018
