"""explain() says where each layer will run and why; what it says is what then happens."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

import plaidml_compat
from plaidml_compat import observe, registry
from plaidml_compat.tensor import TensorLike

X = np.random.RandomState(0).rand(4, 8, 7, 3).astype(np.float32)


def table(model):
    """name -> (where, depth), and the explanation."""
    found = plaidml_compat.explain(model)
    return {r.name: (r.where, r.depth) for r in found.rows}, found


def ran(model, x=X):
    """The layers whose ops run, or are built into the graph, for a training step, with their placements."""
    seen = set()
    y = np.zeros_like(model.predict(x, verbose=0))
    end = observe.subscribe(lambda e: seen.add((e.op.rpartition(".")[2], e.placement)) if e.kind in ("run", "build") else None)
    try:
        model.compile("sgd", "mse")
        model.train_on_batch(x, y)
    finally:
        end()
    return seen


def test_a_sequential_model(tf):
    L = tf.keras.layers
    model = tf.keras.Sequential(
        [
            L.RandomFlip(name="flip", input_shape=X.shape[1:]),
            L.Conv2D(2, 3, name="conv"),
            L.Rescaling(2.0, name="scale"),
            L.Flatten(name="flat"),
        ],
        name="net",
    )
    where, found = table(model)
    assert where == {"flip": ("host", 0), "conv": ("device", 0), "scale": ("device", 0), "flat": ("device", 0)}
    assert [r.shape for r in found.rows] == [(None, 8, 7, 3), (None, 6, 5, 2), (None, 6, 5, 2), (None, 60)]
    assert found.rows[2].why == "not at the head of the model: conv is on the device"
    # What Rescaling does in the middle went into the graph when the model was made; what RandomFlip does happens in each step.
    assert ran(model) == {("RandomFlip", "host")}
    text = str(found)
    assert repr(found) == text and text.splitlines()[0].startswith("net on ")
    assert max(map(len, text.splitlines())) <= 100
    assert all(row.name in text and row.kind in text for row in found.rows) and "a Keras layer" in text
    data = json.loads(found.to_json())
    assert data["title"] == found.title
    assert data["rows"][1] == {
        "name": "conv",
        "kind": "Conv2D",
        "where": "device",
        "why": "a Keras layer",
        "shape": [None, 6, 5, 2],
        "depth": 0,
        "dtype": "float32",
        "seconds": None,
    }
    assert data["advice"] == data["notes"] == []


def test_nested_models_are_indented(tf):
    L = tf.keras.layers
    inputs = L.Input(X.shape[1:], name="images")
    h = tf.keras.Sequential([L.RandomFlip(name="flip"), L.Rescaling(2.0, name="scale")], name="augment")(inputs)
    inner = tf.keras.Sequential([L.Rescaling(2.0, name="late"), L.Conv2D(2, 1, name="conv")], name="inner")
    h = inner(L.Conv2D(3, 1, name="first")(h))
    both = L.Pipeline([L.Rescaling(1.0, name="early"), L.Conv2D(1, 1, name="second")], name="both")(inputs)
    model = tf.keras.Model(inputs, [h, L.TimeDistributed(L.Dense(2, name="dense"), name="each")(both)])
    where, found = table(model)
    assert where == {
        "images": ("", 0),
        "augment": ("host", 0),
        "flip": ("host", 1),
        "scale": ("host", 1),
        "first": ("device", 0),
        "inner": ("device", 0),
        "late": ("device", 1),
        "conv": ("device", 1),
        "both": ("host and device", 0),
        "early": ("host", 1),
        "second": ("device", 1),
        "each": ("device", 0),
        "dense": ("device", 1),
    }
    lines = str(found).splitlines()
    assert any(line.startswith("  flip ") for line in lines) and any(line.startswith("augment ") for line in lines)
    names = [r.name for r in found.rows]
    assert names.index("flip") == names.index("augment") + 1


def test_a_subclassed_model_once_it_is_built(tf):
    L = tf.keras.layers

    class Net(tf.keras.Model):
        def __init__(self):
            super().__init__(name="net")
            self.augment = tf.keras.Sequential(
                [L.RandomFlip(name="flip"), L.Rescaling(2.0, placement="device", name="kept")], name="augment"
            )
            self.rest = [L.Conv2D(2, 3, name="conv"), L.Flatten(name="flat")]
            self.spare = L.Dense(3, name="spare")

        def call(self, inputs, training=None):
            x = self.augment(inputs, training=training)
            for layer in self.rest:
                x = layer(x)
            return x

    model = Net()
    with pytest.raises(ValueError, match=r"the model 'net' is not built.*model\.build"):
        plaidml_compat.explain(model)
    model.compile("sgd", "mse")
    model.predict(X, verbose=0)
    where, found = table(model)
    assert where == {
        "augment": ("host and device", 0),
        "flip": ("host", 1),
        "kept": ("device", 1),
        "conv": ("device", 0),
        "flat": ("device", 0),
        "spare": ("", 0),
    }
    assert [r.why for r in found.rows if r.name in ("kept", "spare")] == ["placement='device' was asked for", "never called"]
    assert ran(model) >= {("RandomFlip", "host"), ("Rescaling", "device")}


def test_a_layer_called_at_the_head_and_elsewhere(tf):
    L = tf.keras.layers
    inputs = L.Input(X.shape[1:])
    flip = L.RandomFlip(name="flip")
    model = tf.keras.Model(inputs, L.concatenate([flip(inputs), flip(L.Conv2D(3, 1)(inputs))]))
    where, _ = table(model)
    assert where["flip"] == ("host and device", 0)


def test_a_wish_for_the_device_that_could_not_be_fulfilled(tf):
    from plaidml_compat.layers.base import PreprocessingLayer

    with registry.temporary():

        @registry.op("plaidml_compat.dummy_host_only")
        def host_only(images: TensorLike):
            return images

        class DummyHostOnly(PreprocessingLayer):
            def apply(self, inputs):
                return host_only(inputs)

        with pytest.warns(plaidml_compat.FallbackWarning):
            model = tf.keras.Sequential(
                [DummyHostOnly(placement="device", input_shape=X.shape[1:], name="wish"), tf.keras.layers.Flatten()]
            )
        _, found = table(model)
    assert found.rows[0].where == "host"
    assert "although placement='device' was asked for: it has no device kernel" in found.rows[0].why


def test_device_scope_is_a_reason_too(tf):
    with plaidml_compat.device_scope("device"):
        model = tf.keras.Sequential([tf.keras.layers.RandomFlip(input_shape=X.shape[1:]), tf.keras.layers.Flatten()])
    (row, _) = plaidml_compat.explain(model).rows
    assert (row.where, row.why) == ("device", "the device was asked for where it was called")


def test_what_is_no_model_is_refused(tf):
    with pytest.raises(TypeError, match=r"expected a Keras model or a tf\.data\.Dataset; received 3 of type int"):
        plaidml_compat.explain(3)
    with pytest.raises(ValueError, match="not built"):
        plaidml_compat.explain(tf.keras.Sequential([tf.keras.layers.RandomFlip()]))


def test_explaining_prints_and_changes_nothing(tf, capsys):
    L = tf.keras.layers
    model = tf.keras.Sequential([L.RandomFlip(seed=1, input_shape=X.shape[1:]), L.Flatten(), L.Dense(1)])
    model.compile("sgd", "mse")
    before = model.to_json(), [w.tobytes() for w in model.get_weights()], model.layers[0]._generator.counter
    plaidml_compat.explain(model)
    assert capsys.readouterr() == ("", "")
    assert before == (model.to_json(), [w.tobytes() for w in model.get_weights()], model.layers[0]._generator.counter)


def test_it_asks_for_install_first():
    code = "import plaidml_compat\ntry: plaidml_compat.explain(None)\nexcept RuntimeError as e: print(e)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "call plaidml_compat.install() first" in out


def _head_and_convolution(tf, **kwargs):
    L = tf.keras.layers
    return tf.keras.Sequential(
        [L.RandomFlip(seed=1, input_shape=X.shape[1:], name="flip"), L.Conv2D(2, 3, name="conv"), L.Flatten(), L.Dense(1)], **kwargs
    )


def test_measuring_a_model(tf):
    """The head as in training, the device as in predicting; nothing is changed by it, and nothing counted."""
    model = _head_and_convolution(tf)
    model.compile("sgd", "mse")
    before = [w.tobytes() for w in model.get_weights()], model.layers[0]._generator.counter
    with plaidml_compat.Summary() as summary:
        found = plaidml_compat.explain(model, measure=0.1, data=X)
    assert not summary.runs
    seconds = {r.name: r.seconds for r in found.rows}
    assert seconds["flip"] > 0 and seconds["conv"] is None
    assert "for a batch of 4:" in found.notes[0] and "on the device for predicting" in found.notes[0]
    assert before == ([w.tobytes() for w in model.get_weights()], model.layers[0]._generator.counter)
    assert "on_arrays" not in vars(model.layers[0])
    assert "made of zeros" in plaidml_compat.explain(model, measure=0.01).notes[0]
    assert max(map(len, str(found).splitlines())) <= 100


def test_a_model_of_unknown_sizes_wants_data(tf):
    L = tf.keras.layers
    model = tf.keras.Sequential([L.Conv2D(2, 3, input_shape=(None, None, 3)), L.GlobalAveragePooling2D()])
    assert "give a batch" in plaidml_compat.explain(model, measure=0.01).notes[0]
    assert "for a batch of 4:" in plaidml_compat.explain(model, measure=0.01, data=X).notes[0]
    with pytest.raises(ValueError, match="expected shape"):
        plaidml_compat.explain(model, measure=0.01, data=X[..., :1])


def test_advice_where_the_head_takes_much_of_a_step(tf, monkeypatch):
    from plaidml_compat.keras_backports.models import explaining, measuring

    model = _head_and_convolution(tf)
    flip = id(model.layers[0])
    for host, is_advised in ((0.5, True), (0.01, False)):
        monkeypatch.setattr(explaining, "measure", lambda *a: measuring.Costs(batch=4, host={flip: host}, step=0.5))
        advice = plaidml_compat.explain(model, measure=1.0).advice
        assert [a.what for a in advice] == (["layers at the head into Dataset.map"] if is_advised else [])
        assert all(a.gain == "not measured" and "50%" in a.why for a in advice)


def test_advice_where_a_layer_was_measured_to_be_slow_on_the_device(tf):
    from plaidml_compat import cost, device

    L = tf.keras.layers
    slow = any(cost.slower_on_device(o.name, device.current_engine()) for o in registry.OPS["tf.keras.layers.RandomFlip"].ops)
    asked = tf.keras.Sequential([L.RandomFlip(placement="device", input_shape=X.shape[1:], name="flip"), L.Flatten()])
    advice = plaidml_compat.explain(asked).advice
    assert [a.what for a in advice] == (["flip on the host"] if slow else [])
    assert all("placement='device' was asked for" in a.why for a in advice)
    late = tf.keras.Sequential([L.Conv2D(3, 1, input_shape=X.shape[1:]), L.RandomFlip(placement="device"), L.Flatten()])
    assert not plaidml_compat.explain(late).advice and not plaidml_compat.explain(_head_and_convolution(tf)).advice


def test_data_without_elements_is_refused(tf):
    """PlaidML would end the process."""
    model = _head_and_convolution(tf)
    with pytest.raises(ValueError, match=r"`data` is empty.*received an array of shape \(0, 8, 7, 3\)"):
        plaidml_compat.explain(model, measure=0.01, data=X[:0])


def test_the_code_that_takes_the_head_out_does_that(tf, monkeypatch):
    from plaidml_compat.keras_backports.models import explaining, measuring

    L = tf.keras.layers

    def advice(model):
        hosted = {id(v.layer): 0.5 for v in explaining._hoisted(model).values()}
        monkeypatch.setattr(explaining, "measure", lambda *a: measuring.Costs(batch=4, host=hosted, step=0.5))
        (found,) = plaidml_compat.explain(model, measure=1.0).advice
        return found

    model = tf.keras.Sequential(
        [L.RandomFlip(input_shape=X.shape[1:], name="flip"), L.Rescaling(2.0, name="scale"), L.Conv2D(2, 3), L.Flatten(), L.Dense(1)]
    )
    found = advice(model)
    assert "random numbers" in found.results and found.why.startswith("flip, scale took")
    names = {"tf": tf, "model": model, "dataset": tf.data.Dataset.from_tensor_slices((X, np.zeros((4, 1), np.float32))).batch(2)}
    exec(found.code.replace("compile(...)", "compile('sgd', 'mse')"), names)
    rest, head = names["rest"], names["head"]
    np.testing.assert_array_equal(rest.predict(head(X, training=False), verbose=0), model.predict(X, verbose=0))
    assert [v.name for v in rest.layers] == [v.name for v in model.layers[2:]]

    still = tf.keras.Sequential([L.Rescaling(2.0, input_shape=X.shape[1:], name="scale"), L.Flatten(), L.Dense(1)])
    assert advice(still).results.startswith("the same;") and "random" not in advice(still).results
    one, two = L.Input(X.shape[1:]), L.Input(X.shape[1:])
    both = tf.keras.Model([one, two], L.Flatten()(L.add([L.RandomFlip(name="left")(one), L.RandomFlip(name="right")(two)])))
    assert not advice(both).code and "Make the model without them, and call them there with training=True" in advice(both).why
