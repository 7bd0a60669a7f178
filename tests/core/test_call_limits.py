"""What this package declares of calls is enforced for every name, by keyword and by place; places are TensorFlow's."""

from __future__ import annotations

import inspect

import golden
import numpy as np
import pytest

import plaidml_compat
from plaidml_compat import UnsupportedArgumentError, call_limits, registry
from plaidml_compat.registry import CALLS, call_parameters

pytestmark = pytest.mark.usefixtures("tf")  # install() declares


def found(tf, name):
    """What is served under a name, and whether its first argument is an object."""
    owner, served = None, tf
    for part in name.split(".")[1:]:
        owner, served = served, getattr(served, part)
    is_method = isinstance(owner, type) and inspect.isfunction(inspect.getattr_static(owner, name.rpartition(".")[2]))
    return served, is_method


WRONG = (True, False, 2, "bad", "m.keras", "bicubic", "string", [1, 2], "threefry", "tf", object())


def values_refused(name):
    """(limit, argument, value) where that argument alone is refused."""
    for form in call_limits.declared(name).forms:
        missing = {n: "m.h5" for n, default in form.defaults.items() if default is inspect.Parameter.empty}
        for argument in form.defaults:
            for value in WRONG:
                if form.is_met({**missing, argument: value}, ()):
                    yield form.limit, argument, value, missing
                    break


def test_every_declared_limit_refuses_by_keyword_and_by_place(tf):
    seen, wrong, asked = [], [], set()
    end = plaidml_compat.subscribe(lambda event: seen.append(event.reason) if event.kind == "refused" else None)

    def is_refused(how, limit, name, *args, **kwargs):
        seen.clear()
        served, is_method = found(tf, name)
        try:
            served(*([object()] if is_method else []), *args, **kwargs)
        except UnsupportedArgumentError as e:
            if e.reason.startswith(limit.reason) and seen == [e.reason]:
                return
        except Exception as e:
            wrong.append((how, name, limit.reason, repr(e)))
            return
        wrong.append((how, name, limit.reason, list(seen)))

    for name in CALLS:
        declared = call_limits.declared(name)
        places = call_parameters(name) or [n for n in inspect.signature(found(tf, name)[0]).parameters if n != "self"]
        for limit, argument, value, missing in values_refused(name):
            asked.add(id(limit))
            is_refused("by keyword", limit, name, **{**missing, argument: value})
            if argument in places:
                before = places[: places.index(argument)]
                given = [None if (d := declared.default(n)) is inspect.Parameter.empty else d for n in before]
                is_refused("by place", limit, name, *(missing.get(n, v) for n, v in zip(before, given)), value)
    end()
    assert not wrong
    assert len(asked) > 40 and asked == {id(limit) for limits in CALLS.values() for limit in limits}


def test_each_name_was_compared_with_tensorflows_places():
    """See the scenario: an order that is declared wrong fails there."""
    compared = {f"tf.{name}" for name in golden.load_scenario("call_places").NAMES}
    assert {registry.OPS[n].name if n in registry.OPS else n for n in CALLS} == compared


def test_what_tensorflow_takes_by_place_is_known_or_declared(tf):
    wanted = golden.expected("call_places", "scenario", golden.scenario_hash("call_places"))
    lacking = {}
    for name, places in wanted.items():
        served, _ = found(tf, f"tf.{name}")
        declared = call_limits.declared(f"tf.{name}")
        known = declared.arguments | set(declared.ours) | {"name", "dtype", "trainable"}  # which Keras' Layer takes by name
        inits = [vars(c).get("__init__") for c in served.__mro__] if isinstance(served, type) else [served]
        for function in filter(inspect.isfunction, (getattr(f, "host", getattr(f, "__func__", f)) for f in inits)):
            known |= set(inspect.signature(inspect.unwrap(function)).parameters)
        lacking[name] = set(places.item().decode().split()) - known
    assert not {name: left for name, left in lacking.items() if left}


def test_places_are_tensorflows():
    a = np.array([[0, 1], [2, 3]])
    from plaidml_compat.ops.core.joining import gather
    from plaidml_compat.ops.core.matmul import matmul

    with pytest.raises(UnsupportedArgumentError, match="received adjoint_a=True"):
        matmul(a, a, False, False, True)
    np.testing.assert_array_equal(matmul(a, a, False, True, False, False, True, False, None, "n"), a @ a.T)
    np.testing.assert_array_equal(gather(a, [1], None, 1), a[:, [1]])
    np.testing.assert_array_equal(gather(a, [1], axis=1, validate_indices=True, name="n"), a[:, [1]])
    with pytest.raises(UnsupportedArgumentError, match="received batch_dims=1"):
        gather(a, [1], None, 1, 1)
    for args, kwargs, said in (
        ((a, [1], None, 1, 0, "n", 2), {}, "at most 6 arguments by position; received 7"),
        ((a, [1], None), {"indices": [0]}, "multiple values for argument 'indices'"),
        ((a,), {"indices": [1], "nonsense": 3}, "nonsense"),
        ((a, [1], None, 1), {"axis": 1}, "multiple values for argument 'axis'"),
    ):
        with pytest.raises(TypeError, match=said) as raised:
            gather(*args, **kwargs)
        assert not isinstance(raised.value, UnsupportedArgumentError)


def test_keras_layers_take_tensorflows_places(tf):
    L = tf.keras.layers
    conv = L.Conv2D(4, 3, (1, 1), "same", None, (1, 1), 1, "relu", False)
    assert conv.activation is tf.keras.activations.relu and not conv.use_bias
    lstm = L.LSTM(3, *("tanh", "sigmoid", True), *["zeros"] * 3, True, *[None] * 7, 0.5, 0.2, True, False, False, False, False, True)
    assert (lstm.dropout, lstm.return_sequences, lstm.unroll) == (0.5, True, True) and L.GaussianNoise(
        0.1, None, name="noise"
    ).name == "noise"
    assert L.GRU(3, implementation=2, reset_after=False).implementation == 2
    assert tf.keras.optimizers.SGD(0.1, 0.9, True, None, None, None, None, False, 0.9, None, True, "mine").name == "mine"
    assert tf.keras.optimizers.legacy.SGD(0.1, 0.9, True, "mine").name == "mine"
    assert len(tf.keras.preprocessing.text.one_hot(input_text="a b", n=9)) == 2
    assert list(inspect.signature(L.Layer).parameters)[:4] == ["trainable", "name", "dtype", "dynamic"]
    assert list(inspect.signature(tf.gather).parameters)[2] == "validate_indices"


def test_an_error_names_the_class_that_was_called(tf):
    class Own(tf.keras.layers.Dense):
        pass

    for cls, name in (
        (tf.keras.layers.Dense, "tf.keras.layers.Dense"),
        (tf.keras.layers.RandomFlip, "tf.keras.layers.RandomFlip"),
        (Own, "tf.keras.layers.Dense"),
    ):
        with pytest.raises(UnsupportedArgumentError) as raised:
            cls(3, dynamic=True) if issubclass(cls, tf.keras.layers.Dense) else cls(dynamic=True)
        assert raised.value.op == name


def test_a_value_that_cannot_be_shown_or_compared(tf):
    class Big:
        def __repr__(self):
            raise MemoryError("too large")

    for value, said in ((Big(), "received seed=a Big."), (np.array([1, 2]), "received seed=array"), ("x" * 200, f"seed='{'x' * 79}.")):
        with pytest.raises(UnsupportedArgumentError) as raised:
            tf.keras.layers.GaussianNoise(0.1, seed=value)
        assert said in str(raised.value)
