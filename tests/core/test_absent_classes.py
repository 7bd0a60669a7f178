"""A class that is not served may be named in isinstance and annotations; all else is refused by name, with the reason."""

from __future__ import annotations

from typing import Optional, Union

import pytest

from plaidml_compat import UnsupportedOpError
from plaidml_compat.registry import OPS, RegistrationError, temporary, unsupported


def test_nothing_is_an_instance(tf, refused):
    for kind in (tf.RaggedTensor, tf.IndexedSlices, tf.TensorArray, tf.Operation, tf.distribute.Strategy, tf.keras.callbacks.TensorBoard):
        assert not any(isinstance(x, kind) for x in (3, [1], tf.constant(1), tf.keras.layers.Dense(1), kind))
        assert isinstance(tf.constant(1), (kind, tf.Tensor))
        assert not issubclass(int, kind) and issubclass(kind, kind)
        assert Optional[Union[tf.Tensor, kind]]
    assert tf.RaggedTensor is tf.compat.v1.RaggedTensor and hash(tf.RaggedTensor) and not hasattr(tf.RaggedTensor, "__wrapped__")
    assert refused == []


def test_what_stands_in_its_place_is_an_instance(tf):
    batch = next(iter(tf.data.Dataset.range(3).map(tf.range).ragged_batch(3)))
    assert isinstance(batch, tf.RaggedTensor) and isinstance(batch.component_spec, tf.RaggedTensorSpec)
    assert not isinstance(batch, tf.RaggedTensorSpec) and issubclass(type(batch), tf.RaggedTensor)


def test_all_else_is_refused(tf, refused):
    entry = OPS["tf.RaggedTensor"]
    uses = {
        "tf.RaggedTensor": lambda: tf.RaggedTensor([1], [0, 1]),
        "tf.RaggedTensor.from_row_splits": lambda: tf.RaggedTensor.from_row_splits([1], [0, 1]),
    }
    for name, use in uses.items():
        with pytest.raises(UnsupportedOpError) as caught:
            use()
        assert str(caught.value) == f"{name} is not supported: {entry.reason}. {entry.instead}"
    assert not hasattr(tf.RaggedTensor, "from_tensor")
    with pytest.raises(UnsupportedOpError, match=r"^tf\.RaggedTensor is not supported"):

        class Mine(tf.keras.layers.Layer, tf.RaggedTensor):
            pass

    assert refused == ["tf.RaggedTensor", "tf.RaggedTensor.from_row_splits", "tf.RaggedTensor.from_tensor", "tf.RaggedTensor"]
    with pytest.raises(AttributeError, match=r"^type object 'RaggedTensor' has no attribute '_shape'$"):
        tf.RaggedTensor._shape  # noqa: B018


def test_it_is_not_served_all_the_same():
    from plaidml_compat.report import names

    about = names.about("tf.RaggedTensor")
    assert (about.status, about.reason) == ("unsupported", OPS["tf.RaggedTensor"].reason) and not about.works
    assert not names.may_be_asked_about("tf.Tensor") and not names.may_be_asked_about("tf.ragged.stack")


def test_it_is_declared_once():
    with temporary():
        unsupported("tf.mine.Kind", reason="why", instead="What to do", instances=(list,))
        assert isinstance([], OPS["tf.mine.Kind"].obj)
        with pytest.raises(RegistrationError, match="declared twice"):
            unsupported("tf.RaggedTensor", reason="why", instead="What to do", instances=())


def test_the_base_class_of_legacy_optimizers(tf):
    legacy, own = tf.keras.optimizers.legacy, tf.keras.optimizers
    assert isinstance(legacy.Adam(), legacy.Optimizer) and not isinstance(own.Adam(), legacy.Optimizer)
    assert own.experimental.Adam is own.Adam and own.experimental.Optimizer is own.Optimizer
