"""A model whose class defines what TensorFlow calls in a step is refused, rather than trained by something else."""

from __future__ import annotations

import numpy as np
import pytest

X, Y = np.ones((4, 2), np.float32), np.ones((4, 1), np.float32)


def model_with(tf, *methods):
    """A compiled model whose class defines these methods."""

    class Own(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = tf.keras.layers.Dense(1)

        def call(self, x):
            return self.dense(x)

    for name in methods:
        setattr(Own, name, property(lambda self: []) if name == "metrics" else lambda self, data: {"loss": 0.0})
    model = Own()
    model.compile("sgd", "mse")
    return model


def train(model):
    model.fit(X, Y, verbose=0)


def train_on_batch(model):
    model.train_on_batch(X, Y)


def evaluate(model):
    model.evaluate(X, Y, verbose=0)


def predict(model):
    model.predict(X, verbose=0)


@pytest.mark.parametrize(
    ("method", "refused", "taken"),
    [
        ("train_step", (train, train_on_batch), (evaluate, predict)),
        ("make_train_function", (train,), (evaluate, predict)),
        ("test_step", (evaluate,), (train, predict)),
        ("predict_step", (predict,), (train, evaluate)),
        ("compute_loss", (train, evaluate), (predict,)),
        ("metrics", (train, evaluate), (predict,)),
    ],
)
def test_what_would_not_be_called_is_refused(tf, method, refused, taken):
    from plaidml_compat import UnsupportedOpError

    for run in taken:
        run(model_with(tf, method))
    for run in refused:
        with pytest.raises(UnsupportedOpError, match=rf"tf\.keras\.Model\.{method} is not supported: the class .*Own defines it"):
            run(model_with(tf, method))


def test_other_methods_of_a_class_are_its_own_affair(tf):
    model = model_with(tf, "my_step")
    for run in (train, evaluate, predict):
        run(model)


def test_the_metrics_of_own_steps_hide_nothing(tf):
    """Most classes with a `train_step` say by this property what it shows: the model compiles, and the step is what is refused."""
    from plaidml_compat import UnsupportedOpError

    model = model_with(tf, "train_step", "metrics")
    predict(model)
    with pytest.raises(UnsupportedOpError, match=r"tf\.keras\.Model\.train_step is not supported"):
        train(model)
    assert model.metrics == []
