"""tf.Tensor, TensorShape and DType: conversions, operators, and what a symbolic payload gives."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest


def test_arrays_convert_both_ways_without_a_copy(tf):
    a = np.arange(6, dtype=np.float32)
    t = tf.convert_to_tensor(a)
    assert t.numpy() is a
    assert np.asarray(t) is a
    assert np.shares_memory(np.array(t, copy=False), a)


@pytest.mark.parametrize(
    "value, dtype",
    [
        (1, "int32"),
        (1.5, "float32"),
        (True, "bool"),
        ("a", "string"),
        ([1, 2.5], "float32"),
        (np.float64(1), "float64"),
        (2**40, "int64"),
        ([], "float32"),
    ],
)
def test_python_values_convert_as_in_tensorflow(tf, value, dtype):
    assert tf.constant(value).dtype == dtype


def test_shape_is_a_tensorshape_and_dtype_a_dtype(tf):
    t = tf.zeros((2, 3))
    assert isinstance(t.shape, tf.TensorShape) and t.shape == (2, 3) and t.shape[0] == 2 and t.shape.rank == 2
    assert isinstance(t.dtype, tf.DType) and t.dtype == tf.float32 == np.float32 == t.dtype and repr(t.dtype) == "tf.float32"


def test_symbolic_tensors_have_shape_and_dtype_too(tf):
    from plaidml_compat.tensor import Tensor

    x = tf.keras.layers.Input((4, 5))
    x = x if isinstance(x, Tensor) else Tensor(x)
    assert x.shape == tf.TensorShape([None, 4, 5]) and x.shape[-1] == 5 and x.dtype == tf.float32
    y = 1 - x / 2 + np.ones((4, 5), np.float32)
    assert isinstance(y, Tensor) and not y.is_eager and y.shape == x.shape
    with pytest.raises(AttributeError, match="symbolic tensor"):
        y.numpy()
    with pytest.raises(NotImplementedError, match="symbolic"):
        np.asarray(y)


def test_one_function_runs_on_arrays_and_in_a_graph(tf):
    from plaidml_compat import device
    from plaidml_compat.tensor import Tensor, payload

    def f(x):
        return tf.reduce_mean(tf.nn.relu(3 - x * 2.0)[:, 1:], axis=-1) + tf.cast(2, tf.float32)

    a = np.random.RandomState(0).rand(3, 4).astype(np.float32) * 3
    K = device.backend()
    x = K.placeholder(shape=(3, 4))
    (got,) = K.function([x], [payload(f(Tensor(x)))])([a])
    np.testing.assert_allclose(got, f(tf.constant(a)).numpy(), rtol=1e-6)


def test_mixed_dtypes_are_refused(tf):
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"tf\.math\.add: x and y must have one dtype"):
        tf.constant([1.0]) + tf.constant([1])


def test_tensors_are_not_hashable_but_have_references(tf):
    t = tf.constant(1)
    with pytest.raises(TypeError, match=r"tensor\.ref\(\)"):
        hash(t)
    assert t.ref().deref() is t and t.ref() == t.ref() and len({t.ref(), t.ref()}) == 1


def test_tensors_pickle_and_copy(tf):
    t = tf.constant([1.0, 2.0])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(t)), t)
    np.testing.assert_array_equal(copy.deepcopy(t), t)
    assert pickle.loads(pickle.dumps(tf.float32)) is tf.float32
    assert pickle.loads(pickle.dumps(tf.TensorShape([None, 3]))) == tf.TensorShape([None, 3])


def test_iteration_indexing_and_numbers(tf):
    t = tf.constant([[1, 2], [3, 4]])
    assert [r.numpy().tolist() for r in t] == [[1, 2], [3, 4]]
    assert int(t[1, 0]) == 3 and float(t[0][1]) == 2.0 and len(t) == 2 and list(range(10))[t[0, 0]] == 1
    assert t[:, tf.newaxis].shape == (2, 1, 2) and t[..., -1].numpy().tolist() == [2, 4]
    with pytest.raises(tf.errors.InvalidArgumentError):
        t[5]
    with pytest.raises(TypeError):
        iter(tf.constant(1))


def test_repr(tf):
    assert repr(tf.constant([1, 2])) == "<tf.Tensor: shape=(2,), dtype=int32, numpy=array([1, 2], dtype=int32)>"
    assert str(tf.constant([1, 2])) == "tf.Tensor([1 2], shape=(2,), dtype=int32)"
    assert repr(tf.constant(1.5)) == "<tf.Tensor: shape=(), dtype=float32, numpy=1.5>"
    assert f"{tf.constant(1.25):.1f}" == "1.2"


def test_tensorshape(tf):
    s = tf.TensorShape([None, 3])
    assert s.as_list() == [None, 3] and s.num_elements() is None and not s.is_fully_defined() and s[1:] == (3,)
    assert (
        s.is_compatible_with((5, 3)) and not s.is_compatible_with((5, 4)) and str(s) == "(None, 3)" and repr(s) == "TensorShape([None, 3])"
    )
    assert s + (2,) == (None, 3, 2) and (1, *s) == (1, None, 3)
    unknown = tf.TensorShape(None)
    assert unknown.rank is None and not unknown and unknown.is_compatible_with((1, 2))
    with pytest.raises(ValueError):
        unknown.as_list()
    with pytest.raises(ValueError):
        len(unknown)
    with pytest.raises(ValueError):
        tf.TensorShape([-2])
