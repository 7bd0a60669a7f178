"""Cases for functions of the Keras backend that PlaidML computes wrongly or refuses."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
from shim_cases import case, gradient, numeric_gradient

X = np.random.RandomState(0).rand(4, 3) - 0.5
LARGE = np.array([[1000.0, 1000.0, 0.0], [1.0, 2.0, 3.0]])
PROBABILITIES = np.array([[0.2, 0.7], [0.9, 0.4]])
TARGETS = np.array([[0.0, 1.0], [1.0, 1.0]])


def _value(function: Any) -> Any:
    import keras.backend as K

    return K.get_value(function(K))


def _softmax(x: Any, axis: int) -> Any:
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


@case("S16.softplus", lambda: np.logaddexp(0, [-100.0, -20.0, 0.0, 19.0, 100.0]))
def softplus() -> Any:
    return _value(lambda K: K.softplus(K.variable([-100.0, -20.0, 0.0, 19.0, 100.0])))


@case("S16.softplus", lambda: [0.0, 0.5, 1.0, 1.0])
def softplus_gradient() -> Any:
    import keras.backend as K

    return gradient(lambda x: K.sum(K.softplus(x)), np.array([-200.0, 0.0, 20.0, 200.0]))


@case("S16.relu", lambda: [[0, 0, 1], [0.1, 0.1, 1], [0, 0, 1]])
def relu_gradient_at_zero() -> Any:
    import keras.backend as K

    at = np.array([-1.0, 0.0, 2.0])
    options: list[dict[str, float]] = [{}, {"alpha": 0.1}, {"max_value": 6.0}]
    return [gradient(lambda x, o=o: K.sum(K.relu(x, **o)), at) for o in options]


@case("S16.numbers", lambda: np.log(2.0) * np.ones(2))
def function_of_a_number() -> Any:
    return _value(lambda K: K.variable(np.ones(2)) * K.log(2.0))


@case("S16.stop_gradient", lambda: X)
def stop_gradient() -> Any:
    import keras.backend as K

    return gradient(lambda x: K.sum(x * K.stop_gradient(x)), X)


@case("S16.logsumexp", lambda: np.logaddexp.reduce(LARGE, 1))
def logsumexp() -> Any:
    return _value(lambda K: K.logsumexp(K.variable(LARGE), axis=1))


@case("S16.logsumexp", lambda: _softmax(LARGE, 1))
def logsumexp_gradient() -> Any:
    import keras.backend as K

    return gradient(lambda x: K.sum(K.logsumexp(x, axis=1)), LARGE)


@case("S16.l2_normalize", lambda: [[0, 0], [0.6, 0.8]])
def l2_normalize_zeros() -> Any:
    return _value(lambda K: K.l2_normalize(K.variable([[0.0, 0.0], [3.0, 4.0]]), axis=1))


@case("S16.boolean", lambda: [1, 0, 1, 0, 1, 0, 0, 1, 0], unsafe=True)
def reductions_of_booleans() -> Any:
    def function(K: Any) -> Any:
        b = K.variable([0.0, 1.0, 0.0]) > 0.5
        whole = [K.cast(f(b, axis=-1), "float32") for f in (K.max, K.min, K.argmax)]
        joined = K.cast(K.concatenate([b, b]), "float32")
        return K.concatenate([K.reshape(v, (-1,)) for v in (*whole, joined)])

    return _value(function)


@case("S16.softmax", lambda: _softmax(X, 0))
def softmax_of_first_axis() -> Any:
    return _value(lambda K: K.softmax(K.variable(X), axis=0))


@case("S16.cumulative", lambda: [np.cumsum(X, -1), np.cumprod(X, -1)])
def cumulative_sum_of_last_axis() -> Any:
    return [_value(lambda K: K.cumsum(K.variable(X), axis=-1)), _value(lambda K: K.cumprod(K.variable(X), axis=-1))]


@case("S16.repeat", lambda: [*np.repeat(X, 2, -1).ravel(), *np.tile(X, 2).ravel()[:6]])
def repeat_last_axis_and_tile() -> Any:
    repeated = _value(lambda K: K.repeat_elements(K.variable(X), 2, axis=-1))
    return [*repeated.ravel(), *_value(lambda K: K.tile(K.variable(X), 2)).ravel()[:6]]


@case("S16.pool", lambda: np.array([[[4.0], [5.0]]])[None])
def pool_without_strides() -> Any:
    image = np.arange(6.0).reshape(1, 2, 3, 1)
    return _value(lambda K: K.pool(K.variable(image), (2, 2)))


@case("S16.one_hot", lambda: [[0, 2], [2, 0]])
def arithmetic_with_one_hot() -> Any:
    def function(K: Any) -> Any:
        hot = K.one_hot(K.variable([1, 0], dtype="int32"), 2)
        return hot + hot

    return _value(function)


@case("S16.dot", "raises ValueError", unsafe=True)
def dot_of_unequal_sizes() -> Any:
    return _value(lambda K: K.dot(K.variable(np.ones((3, 4))), K.variable(np.ones((5, 4)))))


@case("S16.reshape", "raises ValueError", unsafe=True)
def reshape_to_another_size() -> Any:
    return _value(lambda K: K.reshape(K.variable(np.ones((3, 4))), (2, 2)))


@case("S16.gather", lambda: [X[0], X[3], X[3]], unsafe=True)
def gather_beyond_the_end() -> Any:
    return _value(lambda K: K.gather(K.variable(X), K.variable([0, 3, 4], dtype="int64")))


@case("S16.missing", lambda: X[1:3, 1:])
def slice_function() -> Any:
    return _value(lambda K: K.slice(K.variable(X), [1, 1], [2, -1]))


@case("S16.missing", lambda: [1, 0, 1])
def in_top_k() -> Any:
    predictions = [[0.1, 0.6, 0.3], [0.7, 0.2, 0.1], [0.3, 0.3, 0.4]]
    return _value(lambda K: K.in_top_k(K.variable(predictions), K.variable([2, 2, 1]), 2))


@case("S16.missing", lambda: np.stack([np.convolve(X[:, c], KERNEL[::-1, c, 0], "valid") for c in range(3)], 1)[None])
def separable_conv1d() -> Any:
    pointwise = np.eye(3)[None]
    return _value(lambda K: K.separable_conv1d(K.variable(X[None]), K.variable(KERNEL), K.variable(pointwise)))


KERNEL = np.random.RandomState(3).rand(2, 3, 1)


@case("S16.variable", lambda: [[1, 0], [1, 255], [7, 0]])
def variables_of_other_types() -> Any:
    import keras.backend as K

    values = [K.variable([1, 0], dtype="bool"), K.variable([1, 255], dtype="uint8"), K.variable([7, 0], dtype="uint16")]
    return [K.get_value(v) for v in values]


@case("S16.variable", "a constraint")
def variable_with_a_constraint() -> Any:
    import keras.backend as K

    return K.variable(1.0, constraint="a constraint").constraint


@case("S16.constant", lambda: [[1, 2], [3, 4]])
def constant_from_a_nested_list() -> Any:
    return _value(lambda K: K.constant([[1, 2], [3, 4]]))


@case("S16.set_value", lambda: [3, 4])
def set_value_to_a_list() -> Any:
    def function(K: Any) -> Any:
        variable = K.variable([1, 2], dtype="int32")
        K.set_value(variable, [3.0, 4.0])
        return variable

    return _value(function)


@case("S16.types", lambda: [7, 9], unsafe=True)
def output_of_8_bits() -> Any:
    import keras.backend as K

    x = K.placeholder((2,), dtype="uint8")
    return K.function([x], [K.identity(x)])([np.array([7, 9], "uint8")])[0]


@case("S16.types", "float16")
def type_of_float16_sums() -> Any:
    import keras.backend as K

    half = K.placeholder((2,), dtype="float16")
    return K.dtype(half + half)


@case("S16.random_uniform", lambda: [10, 11, 12, 13, 14])
def whole_random_numbers() -> Any:
    return sorted(set(_value(lambda K: K.random_uniform((500,), 10, 15, dtype="int32", seed=1)).tolist()))


@case("S16.crossentropy_axis", lambda: -np.log(_softmax(X, 0)[[0, 1, 2], [0, 1, 2]]), tolerance=1e-4)
def crossentropy_of_the_first_axis() -> Any:
    def function(K: Any) -> Any:
        return K.sparse_categorical_crossentropy(K.variable([0, 1, 2]), K.variable(X), from_logits=True, axis=0)

    return _value(function)


def _crossentropy(p: Any) -> float:
    return float(-(5 * (TARGETS * np.log(p) + (1 - TARGETS) * np.log(1 - p))).sum())


@case("S16.binary_crossentropy", lambda: numeric_gradient(_crossentropy, PROBABILITIES), tolerance=1e-3)
def gradient_of_weighted_binary_crossentropy() -> Any:
    import keras.backend as K

    targets = K.variable(TARGETS)
    return gradient(lambda p: K.sum(5.0 * K.binary_crossentropy(targets, p)), PROBABILITIES)


@case("S16.binary_crossentropy", lambda: [[100, 0], [0, 100]], tolerance=1e-4)
def binary_crossentropy_of_large_logits() -> Any:
    logits = [[100.0, 100.0], [-100.0, -100.0]]
    targets = [[0.0, 1.0], [0.0, 1.0]]
    return _value(lambda K: K.binary_crossentropy(K.variable(targets), K.variable(logits), from_logits=True))


def _normalized(x: Any, axis: int, gamma: Any) -> Any:
    axes = tuple(a for a in range(x.ndim) if a != axis % x.ndim)
    shape = [-1 if a == axis % x.ndim else 1 for a in range(x.ndim)]
    y = (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-3)
    return y * np.reshape(gamma, shape)


CUBES = np.random.RandomState(4).rand(2, 3, 3, 2, 3)
GAMMA = np.array([1.0, 2.0, 3.0])


@case("S16.batch_normalization", lambda: _normalized(CUBES, 1, GAMMA), tolerance=1e-4)
def batch_normalization_of_axis_1() -> Any:
    import keras.backend as K

    x, gamma, beta = K.variable(CUBES), K.variable(GAMMA), K.variable(np.zeros(3))
    return K.get_value(K.normalize_batch_in_training(x, gamma, beta, [0, 2, 3, 4])[0])


@case("S16.batch_normalization", lambda: [*_normalized(X[:, :1], 1, [2.0]).ravel(), X[:, :1].mean(), 1])
def batch_normalization_of_one_channel() -> Any:
    import keras.backend as K

    x, gamma, beta = K.variable(X[:, :1]), K.variable([2.0]), K.variable([0.0])
    result, mean, variance = K.normalize_batch_in_training(x, gamma, beta, [0])
    return [*K.get_value(result).ravel(), *K.get_value(mean).ravel(), len(K.int_shape(variance))]


@case("S16.rnn_mask", lambda: [[1, 1, 4, 4], [0, 2, 2, 5]])
def recurrence_with_a_mask() -> Any:
    import keras.backend as K

    steps = K.variable(np.array([[1, 9, 3, 9], [9, 2, 9, 3]], "float32")[..., None])
    mask = K.variable(np.array([[1, 0, 1, 0], [0, 1, 0, 1]]), dtype="bool")

    def step(x: Any, states: Any) -> Any:
        return states[0] + x, [states[0] + x]

    start = K.variable(np.zeros((2, 1)))
    return K.get_value(K.rnn(step, steps, [start], mask=mask)[1])[..., 0]


@case("S21", "softsign elu expand_dims")
def names_of_functions() -> Any:
    import keras.backend as K

    return " ".join(f.__name__ for f in (K.softsign, K.elu, K.expand_dims))


@case("S30", "")
def name_scope_after_an_error() -> Any:
    import keras.backend as K

    with contextlib.suppress(ValueError), K.name_scope("left"):
        raise ValueError
    import plaidml.keras.backend as backend

    left = "/".join(backend._NAME_SCOPE_STACK)
    backend._NAME_SCOPE_STACK.clear()
    return left


@case("S28", "float64")
def float_type_of_the_engine() -> Any:
    import keras.backend as K
    import plaidml

    seen, original = [], plaidml.set_floatx
    plaidml.set_floatx = lambda dtype: seen.append(dtype.name.lower())
    try:
        K.set_floatx("float64")
        K.set_floatx("float32")
    finally:
        plaidml.set_floatx = original
    return seen[0]


def _upsampled() -> np.ndarray:
    """Half-pixel centres, written out for two elements an axis, three times along the first and twice along the second."""
    rows = np.array([[1, 0], [1, 0], [2 / 3, 1 / 3], [1 / 3, 2 / 3], [0, 1], [0, 1]])
    columns = np.array([[1, 0], [0.75, 0.25], [0.25, 0.75], [0, 1]])
    return rows @ np.array([[0.0, 1.0], [2.0, 5.0]]) @ columns.T


@case("S16.resize_images", _upsampled, tolerance=1e-6)
def bilinear_upsampling() -> Any:
    import keras.backend as K

    x = K.variable(np.array([[0.0, 1.0], [2.0, 5.0]])[None, None])
    return K.get_value(K.resize_images(x, 3, 2, "channels_first", interpolation="bilinear"))[0, 0]
