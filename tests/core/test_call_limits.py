"""What is declared of calls is enforced for every name, by keyword and by place, whoever declared it and whenever."""

from __future__ import annotations

import inspect

import golden
import numpy as np
import pytest

import plaidml_compat
from plaidml_compat import UnsupportedArgumentError, call_limits, registry
from plaidml_compat.registry import CALLS, Limit, RegistrationError, call_limit, call_parameters, export, layer, limit_calls, op
from plaidml_compat.tensor import TensorLike

X = np.ones((2, 2), np.float32)


@pytest.fixture(autouse=True)
def _forget(tf):  # first all that install() declares
    with registry.temporary():
        yield


def found(tf, name):
    """What is served under a name, and whether its first argument is an object."""
    owner, served = None, tf
    for part in name.split(".")[1:]:
        owner, served = served, getattr(served, part)
    is_method = isinstance(owner, type) and inspect.isfunction(inspect.getattr_static(owner, name.rpartition(".")[2]))
    return served, is_method


def bad(argument):
    """A limit of an argument that may not be "bad"."""
    when = {"k": lambda k=None: k == "bad", "name": lambda name=None: name == "bad"}[argument]
    return Limit("it is bad", when, advice="Be good")


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


# ------------------------------------------------------------------------------------------- declared by others, later
@pytest.fixture
def declared(tf):
    """Entries of every kind, and limits of their own parameters and of others; calls that are refused, and that are not."""

    @op("tf.image.limited_op", "tf.limited_op")
    def limited_op(image: TensorLike, name=None):
        return image

    @export("tf.limited_export", "tf.keras.utils.limited_export")
    def limited_export(a, k=None):
        return a, k

    @export("tf.LimitedClass")
    class LimitedClass:
        def __init__(self, k=None):
            self.k = k

        def method(self, k=None):
            return k

        @classmethod
        def made(cls, k=None):
            return k

        @staticmethod
        def plain(k=None):
            return k

    @export("tf.data.Dataset.limited_method")
    def limited_method(self, a, k=None):
        return self, a, k

    from plaidml_compat.layers.base import PreprocessingLayer

    @layer("keras.layers.LimitedLayer")
    class LimitedLayer(PreprocessingLayer):
        def __init__(self, k=None, **kwargs):
            super().__init__(**kwargs)
            self.k = k

    return LimitedLayer


def test_limits_declared_after_install(tf, declared):
    np.testing.assert_array_equal(tf.limited_op(X, "bad"), X)  # what binding calls needs to know is kept
    limit_calls("tf.limited_op", limits=[bad("name")])
    limit_calls("keras.layers.LimitedLayer", limits=[bad("k"), bad("name")], parameters="k own name", without_effect=["own"])
    methods = [f"tf.LimitedClass{n}" for n in ("", ".method", ".made", ".plain")]
    limit_calls("tf.limited_export", "tf.data.Dataset.limited_method", *methods, "tf.image.random_crop", limits=[bad("k")])
    limit_calls(
        "tf.keras.metrics.Metric.update_state",
        "tf.test.TestCase.assertAllClose",
        "tf.keras.layers.Dense",
        "tf.keras.utils.to_categorical",
        limits=[bad("k")],
    )
    import keras

    data, cls = tf.data.Dataset.range(3), tf.LimitedClass
    refused = {
        "op": (lambda k: tf.image.limited_op(X, name=k), lambda k: tf.limited_op(X, k)),
        "export": (lambda k: tf.limited_export(1, k=k), lambda k: keras.utils.limited_export(1, k)),
        "class": (lambda k: cls(k=k), cls),
        "method": (lambda k: cls().method(k=k), lambda k: cls().method(k)),
        "made": (lambda k: cls.made(k=k), cls.made),
        "plain": (lambda k: cls.plain(k=k), cls.plain),
        "dataset": (lambda k: data.limited_method(1, k=k), lambda k: data.limited_method(1, k)),
        "layer": (lambda k: declared(k=k), declared, lambda k: declared(name=k), lambda k: declared(None, 3, k)),
        "keras": (lambda k: tf.keras.layers.Dense(3, k=k), lambda k: tf.keras.utils.to_categorical([1], k=k)),
        "others": (lambda k: tf.image.random_crop(X, (1, 1), k=k), lambda k: tf.keras.metrics.Metric.update_state(None, k=k)),
        "made on use": (lambda k: tf.test.TestCase().assertAllClose(1, 1, k=k),),
    }
    wrong = []
    for what, calls in refused.items():
        for number, call in enumerate(calls):
            try:
                call("bad")
                wrong.append((what, number))
            except UnsupportedArgumentError as e:
                assert e.reason.startswith("it is bad")
    assert wrong == []
    tf.test.TestCase().assertAllClose(1, 1, k="good")
    assert tf.limited_export(1, "good") == (1, "good") and cls("good").k == cls().method("good") == cls.made("good") == "good"
    assert data.limited_method(1, "good") == (data, 1, "good")
    made = declared("good", None, "good")
    assert (made.k, made.name) == ("good", "good") and tf.keras.layers.Dense(3, k="good").units == 3
    np.testing.assert_array_equal(tf.limited_op(X, "good"), X)


def test_what_is_declared_anew_is_guarded_and_what_is_forgotten_is_not(tf):
    def declare():
        @export("tf.limited_again")
        def again(k=None):
            return k

    declare()
    with registry.temporary():
        limit_calls("tf.limited_again", limits=[bad("k")])
        declare()
        with pytest.raises(UnsupportedArgumentError):
            tf.limited_again("bad")
    assert tf.limited_again("bad") == "bad" and "tf.limited_again" not in CALLS
    with registry.temporary():
        limit_calls("tf.concat", limits=[Limit("odd", lambda axis=0: axis == 1)])
        with pytest.raises(UnsupportedArgumentError):
            tf.concat([X, X], 1)
    assert tf.concat([X, X], 1).shape == (2, 4)
    with pytest.raises(ZeroDivisionError), registry.all_or_nothing():
        limit_calls("tf.limited_again", limits=[bad("k")])
        raise ZeroDivisionError
    assert tf.limited_again("bad") == "bad"


def test_an_entry_of_which_limits_cannot_be_enforced_is_refused():
    limit_calls("tf.keras.utils.to_categorical", limits=[bad("k")])
    with pytest.raises(RegistrationError, match="no function, class or method"):
        export("tf.keras.utils.to_categorical")(3)
    assert "tf.keras.utils.to_categorical" not in registry.OPS


def test_a_module_that_runs_again_replaces_its_limits():
    def declare(word, module="cell"):
        code = f"limit_calls('tf.gather', limits=[Limit('no {word}', lambda axis=0: axis == {word!r})])"
        exec(code, {"limit_calls": limit_calls, "Limit": Limit, "__name__": module})

    before = len(CALLS["tf.gather"])
    declare("one")
    declare("two")
    assert [limit.reason for limit in CALLS["tf.gather"][before:]] == ["no two"]
    declare("three", "another")
    assert [limit.reason for limit in CALLS["tf.gather"][before:]] == ["no two", "no three"]


def test_limits_of_several_names_come_from_any_iterable_and_hold_for_every_name_of_an_op(tf):
    limit_calls("tf.concat", "tf.stack", limits=(bad(n) for n in ("name",)))
    assert len(CALLS["tf.concat"]) == len(CALLS["tf.stack"]) == 1
    assert CALLS["tf.matmul"] == CALLS["tf.linalg.matmul"] and call_parameters("tf.matmul") == call_parameters("tf.linalg.matmul")
    assert call_parameters("tf.concat") is None and call_parameters("tf.nothing") is None


@pytest.mark.parametrize(
    ("names", "how", "said"),
    [
        (["tf.keras.layers.Conv2d"], {"limits": [bad("k")]}, r"tf\.keras\.layers\.Conv2d: nothing is served under it"),
        (["tf.data.Dataset.bach"], {"limits": [bad("k")]}, "nothing is served"),
        (["tf.image.psnr"], {"limits": [bad("k")]}, "it is not supported at all|nothing is served"),
        (["tf.data.AUTOTUNE"], {"limits": [bad("k")]}, "no function, class or method"),
        (["gather"], {"limits": [bad("k")]}, "received 'gather'"),
        (["tf.gather"], {}, "a name, and limits"),
        ([], {"limits": [bad("k")]}, "a name, and limits"),
        (["tf.gather"], {"parameters": "a b"}, "declared twice: in plaidml_compat.ops.core.joining and in"),
        (["tf.concat"], {"parameters": "values values"}, "named twice"),
        (["tf.concat"], {"limits": [bad("name")], "without_effect": "name"}, "name cannot be without effect"),
        (["tf.concat"], {"limits": [Limit("odd", lambda *a: True)]}, "arguments by name"),
        (["tf.keras.layers.Dense"], {"parameters": "activation units"}, None),
    ],
)
def test_declarations_that_cannot_be_enforced_are_refused(tf, names, how, said):
    before = dict(CALLS)
    if said is None:  # an argument that must be given, behind one that may be left out
        said = "parameters='activation units'"
    with pytest.raises(RegistrationError, match=said):
        limit_calls(*names, **how)
    assert dict(CALLS) == before


def test_whether_a_call_is_certain_to_meet_a_limit():
    limit = Limit("odd", lambda needed, k=None: k == "bad")
    limit_calls("tf.gather", limits=[limit])
    assert call_limit("tf.gather", {"k": "bad", "needed": 1}) is limit
    assert call_limit("tf.gather", {"k": "bad"}) is None  # one without a default must have been given
    assert call_limit("tf.gather", {"k": "bad"}, ["needed"]) is None and call_limit("tf.gather", {"k": "bad"}, None) is None
    always = Limit("never left out", lambda k=None: k is None)
    limit_calls("tf.concat", limits=[always])
    assert call_limit("tf.concat", {}) is always and call_limit("tf.concat", {}, ["k"]) is None
