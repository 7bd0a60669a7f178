"""The loss of a batch in the graph, with TensorFlow's weighting and masking."""

from __future__ import annotations

from typing import Any

import keras.backend as K
from keras.utils.generic_utils import to_list

from plaidml_compat.tensor import payload

from ..arithmetic import GRAPH
from ..losses.classes import Loss, as_tensor, fit_weights, reduce_losses


def batch_loss(loss: Any, target: Any, y_pred: Any, weight: Any, mask: Any) -> Any:
    """One loss value of the batch, with TensorFlow's weighting: a mask is one more weight here, not a smaller batch."""
    if weight is not None and K.ndim(weight) == 1 and K.ndim(y_pred) == 2:
        weight = K.expand_dims(weight, -1)
    if mask is not None:
        mask = K.cast(mask, K.floatx())
        weight = mask if weight is None else _lined_up(weight, mask) * mask
    if type(loss).__call__ is not Loss.__call__:
        return payload(to_list(loss(as_tensor(target), as_tensor(y_pred), sample_weight=weight))[0])
    values = GRAPH.cast(payload(loss.losses(target, y_pred)))
    out = reduce_losses(GRAPH, values, weight, loss.mask(GRAPH, target, values), loss.reduction)
    return K.mean(out) if K.ndim(out) else out


def _lined_up(weight: Any, mask: Any) -> Any:
    return fit_weights(GRAPH, mask, weight)
