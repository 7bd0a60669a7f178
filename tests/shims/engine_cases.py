"""Cases for wrong results of the engine itself."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from shim_cases import case, gradient, numeric_gradient

X = np.random.RandomState(0).rand(4, 3) + 0.5
Z = np.random.RandomState(1).rand(5, 3) - 0.5
B = np.array([0.3, -0.7, 1.1])


@case("S11", lambda: X.sum(0) + 2 * B)
def gradient_of_a_bias() -> Any:
    import keras.backend as K

    return gradient(lambda b: K.sum(K.variable(X) * b) + K.sum(b * b), B)


@case("S11", lambda: X.sum(0) + Z.sum(0) + 2 * B)
def gradient_of_a_bias_of_two_tensors() -> Any:
    import keras.backend as K

    return gradient(lambda b: K.sum(K.variable(X) * b) + K.sum(K.variable(Z) * b) + K.sum(b * b), B)


@case("S11", lambda: X.sum(0) + Z.sum(0) + 2 * B)
def gradient_of_a_bias_with_unknown_sizes() -> Any:
    import keras.backend as K

    b, x, z = K.variable(B), K.placeholder((None, 3)), K.placeholder((None, 3))
    loss = K.sum(x * b) + K.sum(z * b) + K.sum(b * b)
    return K.function([x, z], K.gradients(loss, [b]))([X, Z])[0]


@case("S11", lambda: X.sum() + 2 * 1.5)
def gradient_of_a_scalar() -> Any:
    import keras.backend as K

    return gradient(lambda s: K.sum(K.variable(X) * s) + s * s, 1.5).sum()


@case("S11", lambda: numeric_gradient(lambda b: np.minimum(X, b).sum() + (b * b).sum(), B + 0.5))
def gradient_of_a_bound() -> Any:
    import keras.backend as K

    return gradient(lambda b: K.sum(K.clip(K.variable(X), None, b)) + K.sum(b * b), B + 0.5)


@case("S11", lambda: numeric_gradient(lambda b: (X**b).sum() + (b * b).sum(), B), tolerance=1e-4)
def gradient_of_an_exponent() -> Any:
    import keras.backend as K

    return gradient(lambda b: K.sum(K.pow(K.variable(X), b)) + K.sum(b * b), B)


@case("S11", lambda: (X > 1).sum(0) + 2 * B)
def gradient_of_a_branch() -> Any:
    import keras.backend as K

    x = K.variable(X)
    return gradient(lambda b: K.sum(K.switch(x > 1.0, b, x)) + K.sum(b * b), B)


@case("S11", lambda: numeric_gradient(_variance_and_mean, X), tolerance=1e-3)
def gradient_of_a_variance() -> Any:
    import keras.backend as K

    def loss(x: Any) -> Any:
        mean = K.mean(x, axis=0, keepdims=True)
        return K.sum(K.var(x, axis=0)) + K.sum(mean * mean * mean) + K.sum(K.square(x) * mean)

    return gradient(loss, X)


def _variance_and_mean(x: Any) -> float:
    mean = x.mean(0, keepdims=True)
    return float(x.var(0).sum() + (mean**3).sum() + (x**2 * mean).sum())


@case("S12", lambda: np.stack([X**2, 2**X, X % 0.4, 3.0 % X, X + X]), tolerance=1e-4)
def operators() -> Any:
    import keras.backend as K

    x = K.variable(X)
    return K.get_value(K.stack([x**2, 2.0**x, x % 0.4, 3.0 % x, X.astype("float32") + x], 0))


@case("S12", lambda: X @ X.T)
def matrix_operator() -> Any:
    import keras.backend as K

    return K.get_value(K.variable(X) @ K.variable(X.T))


@case("S12", lambda: 4)
def iteration_ends() -> Any:
    import keras.backend as K

    return len(list(itertools.islice(K.variable(X), 9)))


@case("S12.lists", lambda: X + B)
def list_operand() -> Any:
    import keras.backend as K

    return K.get_value(K.variable(X) + list(B))


@contextlib.contextmanager
def _kept_numpy_state() -> Iterator[None]:
    state = np.random.get_state()
    try:
        yield
    finally:
        np.random.set_state(state)


@case("S13", lambda: np.random.RandomState(5).rand(3))
def seeded_functions_leave_numpy_alone() -> Any:
    import keras.backend as K

    with _kept_numpy_state():
        np.random.seed(5)
        K.random_uniform((2,), seed=1)
        K.random_normal((2,), seed=2)
        K.truncated_normal((2,), seed=3)
        K.random_uniform_variable((2,), 0, 1, seed=4)
        K.random_normal_variable((2,), 0, 1, seed=5)
        K.dropout(K.variable(X), 0.5, seed=6)
        return np.random.rand(3)


@case("S13", lambda: np.zeros(5))
def zero_is_a_seed() -> Any:
    import keras.backend as K

    draws = [
        lambda: K.random_uniform((3,), seed=0),
        lambda: K.random_normal((3,), seed=0),
        lambda: K.truncated_normal((3,), seed=0),
        lambda: K.random_uniform_variable((3,), 0, 1, seed=0),
        lambda: K.dropout(K.variable(np.ones(64)), 0.5, seed=0),
    ]
    return [np.abs(K.get_value(d()) - K.get_value(d())).max() for d in draws]


@case("S13", lambda: np.random.RandomState(7).uniform(2, 3, 4))
def numbers_of_a_seed_are_numpys() -> Any:
    import keras.backend as K

    with _kept_numpy_state():
        np.random.seed(1)
        first = K.get_value(K.random_uniform_variable((4,), 2, 3, seed=7))
        follows = np.random.RandomState(1).rand() == np.random.rand()
        return first if follows else "moved NumPy's generator"


@case("S14", lambda: np.array([[2.0, 2.0], [4.0, 4.0]]), unsafe=True)
def threads_get_their_own_results() -> Any:
    import keras.backend as K

    x = K.placeholder((2,))
    double = K.function([x], [x * 2.0])
    double([np.zeros(2)])
    invoke, results = double._invoker.invoke, {}

    def slow_invoke() -> Any:
        time.sleep(0.1)  # the other thread sets its input and output now
        return invoke()

    double._invoker.invoke = slow_invoke

    def call(number: int) -> None:
        results[number] = double([np.full(2, number)])[0]

    threads = [threading.Thread(target=call, args=(n,)) for n in (1, 2)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    for thread in threads:
        thread.join()
    return [results[1], results[2]]


@case("S15", lambda: [1, 2, 2, 3, 3, 5])
def updates_happen_after_outputs() -> Any:
    import keras.backend as K

    v, w = K.variable([1.0, 2.0]), K.variable([1.0, 1.0])
    outputs = K.function([], [v * 1.0], updates=[(v, v + 1.0), (w, w * v + v + 1.0)])([])
    return np.concatenate([outputs[0], K.get_value(v), K.get_value(w)])


@case("S15", lambda: "raises PlaidMLKerasException", unsafe=True)
def update_of_another_shape_is_refused() -> Any:
    import keras.backend as K

    v = K.variable(np.ones((3, 4)))
    K.function([], [], updates=[K.update(v, K.concatenate([v, v]))])([])


@case("S15", lambda: "raises PlaidMLKerasException", unsafe=True)
def update_of_a_shape_known_later_is_refused() -> Any:
    import keras.backend as K

    v, x = K.variable(np.ones((3, 4))), K.placeholder((None, 4))
    K.function([x], [], updates=[K.update(v, x * 2.0)])([np.ones((5, 4))])


@case("S19", lambda: np.stack([M @ M, np.exp(M) @ np.exp(M)]))
def matrix_times_itself() -> Any:
    import keras.backend as K

    m = K.variable(M)
    return np.stack([K.get_value(K.dot(m, m)), K.get_value(K.dot(K.exp(m), K.exp(m)))])


@case("S19", lambda: np.einsum("bdi,bdj->bij", M[None], M[None]))
def batch_product_with_itself() -> Any:
    import keras.backend as K

    m = K.variable(M[None])
    return K.get_value(K.batch_dot(m, m, [1, 1]))


M = np.random.RandomState(2).rand(4, 4)


@case("S24", lambda: np.stack([-B, 6 - B, 4 - B, 5 - (1 - B), (1 - B) - 2 + 3]))
def constant_minus_tensor() -> Any:
    import keras.backend as K

    b = K.variable(B)
    results = [0.0 - b, (1.0 - b) + 5.0, (1 - b) + 3, 5.0 - (1.0 - b), (1.0 - b) - 2.0 + 3.0]
    return np.stack([K.get_value(r) for r in results])


@case("S25", lambda: np.stack([0 * B, B, 0 * B]), unsafe=True)
def zero_times_tensor() -> Any:
    import keras.backend as K

    b = K.variable(B)
    return np.stack([K.get_value(r) for r in (b * 0.0, b + 0.0 * b, b * 0)])


@case("S26", lambda: "float32 float32 float32")
def types_of_mixed_operands() -> Any:
    import keras.backend as K

    b = K.variable(B)
    return " ".join(K.dtype(v) for v in (b + 1, b * np.ones(3), 2 - b))


@case("S8", "Unknown")
def error_of_an_operation() -> Any:
    import keras.backend as K
    import plaidml.tile

    x = K.variable(B)
    operation = plaidml.tile.Operation("function (I) -> (O) { O = I + Unbound; }", [("I", x)], [("O", x.shape)], "Sum")
    try:
        K.get_value(operation.sole_output())
    except Exception as error:
        return type(error).__name__ if "'Sum'" in str(error) else f"{type(error).__name__}: {error}"
    return "no error"


@case("S31", "raises NoNumbersError")
def results_without_numbers() -> Any:
    import keras.backend as K

    return K.get_value(K.variable(X)[2:2])


@case("S31", "raises NoNumbersError")
def variables_without_numbers() -> Any:
    import keras.backend as K

    return K.get_value(K.variable(X[:0]))


@case("S32", "interrupted")
def ctrl_c_in_a_deletion() -> Any:
    import signal
    import time

    import plaidml

    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in processes of the background
    value = plaidml.Integer(1)
    value._free = lambda _: signal.raise_signal(signal.SIGINT)
    try:
        del value
        time.sleep(3)
    except KeyboardInterrupt:
        return "interrupted"
    return "ignored"
