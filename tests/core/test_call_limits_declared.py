"""What others declare of calls, or what is declared after install(), is enforced too; what contradicts itself is refused."""

from __future__ import annotations

import numpy as np
import pytest

from plaidml_compat import UnsupportedArgumentError, registry
from plaidml_compat.registry import CALLS, Limit, RegistrationError, call_limit, call_parameters, export, layer, limit_calls, op
from plaidml_compat.tensor import TensorLike

X = np.ones((2, 2), np.float32)


@pytest.fixture(autouse=True)
def _forget(tf):  # first all that install() declares
    with registry.temporary():
        yield


def bad(argument):
    """A limit of an argument that may not be "bad"."""
    when = {"k": lambda k=None: k == "bad", "name": lambda name=None: name == "bad"}[argument]
    return Limit("it is bad", when, advice="Be good")


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


def test_an_entry_of_which_limits_cannot_be_enforced_is_refused(tf):
    import keras

    limit_calls("tf.keras.utils.to_categorical", limits=[bad("k")])
    before = keras.utils.to_categorical
    with pytest.raises(RegistrationError, match="no function, class or method"):
        export("tf.keras.utils.to_categorical")(3)
    assert "tf.keras.utils.to_categorical" not in registry.OPS
    assert keras.utils.to_categorical is tf.keras.utils.to_categorical is before


def test_what_an_entry_shares_is_forgotten_where_a_listener_refuses_it():
    def refuse(entry):
        raise RegistrationError("not this one")

    limit_calls("tf.keras.utils.to_categorical", limits=[bad("k")])
    end = registry.on_declare(refuse)
    with pytest.raises(RegistrationError, match="not this one"):
        export("tf.keras.utils.to_categorical", "tf.limited_too")(lambda k=None: k)
    end()
    assert "tf.limited_too" not in CALLS and "tf.limited_too" not in registry.OPS


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
