"""Takes over models that plain Keras compiled, before install() or between uninstall() and install()."""

from __future__ import annotations

from typing import Any

from ..losses.functions import LOSSES
from ..metrics.functions import METRICS
from ..optimizers.foreign import converted


def adopt(model: Any) -> None:
    """Compile a model anew with what Keras' own compile() left on it; which weights train stays as it was."""
    weights = list(getattr(model, "_collected_trainable_weights", None) or ())
    model.compile(
        converted(model.optimizer, weights or list(model.trainable_weights)),
        loss=_known(model.loss) or None,
        metrics=_known(getattr(model, "metrics", None)) or None,
        loss_weights=getattr(model, "loss_weights", None),
        weighted_metrics=_known(getattr(model, "weighted_metrics", None)) or None,
        sample_weight_mode=getattr(model, "sample_weight_mode", None),
    )
    if weights:
        model._collected_trainable_weights = weights


def _known(value: Any) -> Any:
    """Keras' own functions become TensorFlow's of that name."""
    if isinstance(value, dict):
        return {k: _known(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_known(v) for v in value]
    if getattr(value, "__module__", None) in ("keras.losses", "keras.metrics"):
        name = getattr(value, "__name__", "")
        return METRICS.get(name) or LOSSES.get(name) or value
    return value
