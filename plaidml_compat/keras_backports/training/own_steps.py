"""Refuses models whose class has training steps of its own: TensorFlow would call them, the graph of Keras 2.2.4 does not."""

from __future__ import annotations

from typing import Any

from plaidml_compat.exceptions import UnsupportedOpError

from ..calls.contagion import is_user_code

_LOSSES = ("compute_loss", "compute_metrics", "metrics")
_CALLED = {
    "train": ("train_step", "make_train_function", *_LOSSES),
    "test": ("test_step", "make_test_function", *_LOSSES),
    "predict": ("predict_step", "make_predict_function"),
}
"""Methods that TensorFlow calls in a step, and the property that tells it whose results to show."""
METHODS = frozenset(name for names in _CALLED.values() for name in names)
WHY = "a model here is trained by a graph that does not call it"
ADVICE = "Express it by compile(loss=..., metrics=...), add_loss() or layers of your own, or train by train_on_batch in a loop"


def refuse_own_steps(model: Any, mode: str) -> None:
    """Refuse a model whose class defines what TensorFlow would call in a step.

    Args:
        model: a Keras model.
        mode: `"train"`, `"test"` or `"predict"`.

    Raises:
        UnsupportedOpError: it does.
    """
    for cls in filter(is_user_code, type(model).__mro__):
        for name in _CALLED[mode]:
            if name in vars(cls):
                raise UnsupportedOpError(
                    f"tf.keras.Model.{name}",
                    f"the class {cls.__qualname__} defines it, and {WHY}",
                    ADVICE,
                )
