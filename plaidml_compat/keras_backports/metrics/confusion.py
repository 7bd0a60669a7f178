"""Metrics made of true and false positives and negatives: Precision, Recall, AUC and the counts themselves."""

from __future__ import annotations

from typing import Any

import keras.backend as K
import numpy as np

from plaidml_compat.registry import Limit, export, limit_calls
from plaidml_compat.tensor import Tensor, as_array

from ..arithmetic import HOST
from ..losses.classes import fit_weights
from .base import Metric

_LOWEST = -1e10


def _prepared(y_true: Any, y_pred: Any, sample_weight: Any, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, predictions and weights of one shape.

    Raises:
        ValueError: shapes that differ, or predictions outside 0 to 1.
    """
    t, p = HOST.cast(y_true), HOST.cast(y_pred)
    if t.ndim - p.ndim == 1 and t.shape[-1] == 1:
        t = t[..., 0]
    elif p.ndim - t.ndim == 1 and p.shape[-1] == 1:
        p = p[..., 0]
    if t.shape != p.shape:
        raise ValueError(f"{name}: Shapes {t.shape} (y_true) and {p.shape} (y_pred) are incompatible")
    if p.size and not (p.min() >= 0 and p.max() <= 1):
        raise ValueError(f"{name}: predictions must be >= 0 and <= 1; received values from {p.min()} to {p.max()}")
    if sample_weight is None:
        return t, p, np.ones_like(p)
    w = fit_weights(HOST, p, HOST.cast(sample_weight))
    return t, p, np.broadcast_to(w, p.shape).astype(p.dtype)


def _only_best(p: np.ndarray, k: int) -> np.ndarray:
    """All but the k largest of the last axis become very small; of equal ones the first stay."""
    order = np.argsort(-p, axis=-1, kind="stable")[..., :k]
    keep = np.zeros(p.shape, bool)
    np.put_along_axis(keep, order, True, axis=-1)
    return np.where(keep, p, np.float32(_LOWEST))


class _Counts(Metric):
    """Keeps counts at thresholds; `counted` says which."""

    counted: tuple[str, ...] = ()
    true_positives: Any
    true_negatives: Any
    false_positives: Any
    false_negatives: Any

    def __init__(
        self, thresholds: Any = None, name: str | None = None, dtype: Any = None, top_k: int | None = None, class_id: int | None = None
    ) -> None:
        super().__init__(name, dtype)
        self.init_thresholds, self.top_k, self.class_id = thresholds, top_k, class_id
        default = 0.5 if top_k is None else _LOWEST
        values = [default] if thresholds is None else list(thresholds) if isinstance(thresholds, (list, tuple)) else [thresholds]
        bad = [v for v in values if thresholds is not None and (v is None or not 0 <= v <= 1)]
        if bad:
            raise ValueError(f"Threshold values must be in [0, 1]. Received: {bad}")
        self.thresholds = values
        for c in self.counted:
            setattr(self, c, self.add_weight(c, (len(values),)))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account."""
        t, p, w = _prepared(y_true, y_pred, sample_weight, self.name)
        if self.top_k is not None:
            p = _only_best(p, self.top_k)
        if self.class_id is not None:
            t, p, w = t[..., self.class_id], p[..., self.class_id], w[..., self.class_id]
        positive = t.astype(bool)
        for i, threshold in enumerate(self.thresholds):
            found = p > np.float32(threshold)
            cells = {
                "true_positives": positive & found,
                "false_positives": ~positive & found,
                "false_negatives": positive & ~found,
                "true_negatives": ~positive & ~found,
            }
            for c in self.counted:
                state = getattr(self, c)
                more = np.zeros(len(self.thresholds), np.float32)
                more[i] = (w * cells[c]).sum(dtype=np.float32)
                state.assign_add(more)

    def _shown(self, values: np.ndarray) -> Tensor:
        values = np.asarray(values, self._dtype)
        return Tensor(np.asarray(values[0]) if len(self.thresholds) == 1 else values)

    def get_config(self) -> dict:
        """What the constructor needs to make an equal metric."""
        return {**super().get_config(), "thresholds": self.init_thresholds, "top_k": self.top_k, "class_id": self.class_id}


def _ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a / b, and 0 where b is 0."""
    return np.divide(a, b, out=np.zeros_like(a), where=b != 0)


@export("tf.keras.metrics.Precision", placement="device")
class Precision(_Counts):
    """Part of the predicted positives that are positive."""

    counted = ("true_positives", "false_positives")

    def __init__(
        self, thresholds: Any = None, top_k: int | None = None, class_id: int | None = None, name: str | None = None, dtype: Any = None
    ) -> None:
        super().__init__(thresholds, name, dtype, top_k, class_id)

    def result(self) -> Tensor:
        """The precision so far."""
        tp, fp = as_array(self.true_positives), as_array(self.false_positives)
        return self._shown(_ratio(tp, tp + fp))


@export("tf.keras.metrics.Recall", placement="device")
class Recall(_Counts):
    """Part of the positives that are predicted."""

    counted = ("true_positives", "false_negatives")

    def __init__(
        self, thresholds: Any = None, top_k: int | None = None, class_id: int | None = None, name: str | None = None, dtype: Any = None
    ) -> None:
        super().__init__(thresholds, name, dtype, top_k, class_id)

    def result(self) -> Tensor:
        """The recall so far."""
        tp, fn = as_array(self.true_positives), as_array(self.false_negatives)
        return self._shown(_ratio(tp, tp + fn))


class _OneCount(_Counts):
    """One of the counts."""

    def result(self) -> Tensor:
        """The count so far."""
        return self._shown(as_array(getattr(self, self.counted[0])))

    def get_config(self) -> dict:
        config = super().get_config()
        return {k: v for k, v in config.items() if k not in ("top_k", "class_id")}


@export("tf.keras.metrics.TruePositives", placement="device")
class TruePositives(_OneCount):
    """Number of positives predicted positive."""

    counted = ("true_positives",)


@export("tf.keras.metrics.TrueNegatives", placement="device")
class TrueNegatives(_OneCount):
    """Number of negatives predicted negative."""

    counted = ("true_negatives",)


@export("tf.keras.metrics.FalsePositives", placement="device")
class FalsePositives(_OneCount):
    """Number of negatives predicted positive."""

    counted = ("false_positives",)


@export("tf.keras.metrics.FalseNegatives", placement="device")
class FalseNegatives(_OneCount):
    """Number of positives predicted negative."""

    counted = ("false_negatives",)


limit_calls(
    "tf.keras.metrics.AUC",
    limits=[
        Limit(
            "`multi_label` is not built",
            lambda multi_label=False, num_labels=None, label_weights=None: bool(multi_label or num_labels or label_weights is not None),
            advice="Make one AUC for each label",
        )
    ],
)


@export("tf.keras.metrics.AUC", placement="device")
class AUC(Metric):
    """Area under the ROC or the precision-recall curve, from counts at evenly spread thresholds.

    Args:
        num_thresholds: how many.
        curve: `"ROC"` or `"PR"`.
        summation_method: `"interpolation"`, `"minoring"` or `"majoring"`.
        name: name.
        dtype: type of the result.
        thresholds: thresholds to use instead.
        multi_label: refused.
        num_labels: refused.
        label_weights: refused.
        from_logits: predictions are logits.

    Raises:
        ValueError: an unknown word, or too few thresholds.
        NotImplementedError: several labels.
    """

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = "auc",
        dtype: Any = None,
        thresholds: Any = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Any = None,
        from_logits: bool = False,
    ) -> None:
        super().__init__(name or "auc", dtype)
        self.curve, self.summation_method = str(curve).upper(), str(summation_method).lower()
        if self.curve not in ("ROC", "PR"):
            raise ValueError(f'Invalid AUC curve value: "{curve}". Expected values are ["PR", "ROC"]')
        if self.summation_method not in ("interpolation", "minoring", "majoring"):
            raise ValueError(
                f'Invalid AUC summation method value: "{summation_method}". Expected values are ["interpolation", "majoring", "minoring"]'
            )
        if thresholds is None and num_thresholds <= 1:
            raise ValueError(f"Argument `num_thresholds` must be an integer > 1. Received: num_thresholds={num_thresholds}")
        self._given, self._even = thresholds, True
        inner = sorted(thresholds) if thresholds is not None else [(i + 1) / (num_thresholds - 1) for i in range(num_thresholds - 2)]
        self.num_thresholds = len(inner) + 2
        if thresholds is not None:
            self._even = np.allclose(np.array([0.0, *inner, 1.0]), np.linspace(0, 1, self.num_thresholds), atol=K.epsilon())
        self._thresholds = np.array([0.0 - K.epsilon(), *inner, 1.0 + K.epsilon()])
        self._from_logits = from_logits
        for c in ("true_positives", "true_negatives", "false_positives", "false_negatives"):
            setattr(self, c, self.add_weight(c, (self.num_thresholds,)))

    @property
    def thresholds(self) -> list[float]:
        """The thresholds."""
        return list(self._thresholds)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account."""
        if self._from_logits:
            y_pred = 1 / (1 + np.exp(-HOST.cast(y_pred)))
        t, p, w = (v.reshape(-1) for v in _prepared(y_true, y_pred, sample_weight, self.name))
        yes, no = (t != 0) * w, (t == 0) * w
        if self._even:
            bucket = np.maximum(np.ceil(p * np.float32(self.num_thresholds - 1)) - 1, 0).astype(np.int64)
            tp, fp = (np.bincount(bucket, v, self.num_thresholds)[::-1].cumsum()[::-1] for v in (yes, no))
        else:
            above = p[None, :] > self._thresholds.astype(np.float32)[:, None]
            tp, fp = (above * yes).sum(1), (above * no).sum(1)
        for name, more in (
            ("true_positives", tp),
            ("false_positives", fp),
            ("true_negatives", no.sum() - fp),
            ("false_negatives", yes.sum() - tp),
        ):
            getattr(self, name).assign_add(more.astype(np.float32))

    def result(self) -> Tensor:
        """The area so far."""
        tp, tn, fp, fn = (as_array(getattr(self, n)) for n in ("true_positives", "true_negatives", "false_positives", "false_negatives"))
        if self.curve == "PR" and self.summation_method == "interpolation":
            return Tensor(np.asarray(_area_pr(tp, fp, fn), self._dtype))
        recall = _ratio(tp, tp + fn)
        x, y = (_ratio(fp, fp + tn), recall) if self.curve == "ROC" else (recall, _ratio(tp, tp + fp))
        if self.summation_method == "interpolation":
            heights = (y[:-1] + y[1:]) / 2
        else:
            heights = (np.minimum if self.summation_method == "minoring" else np.maximum)(y[:-1], y[1:])
        return Tensor(np.asarray(((x[:-1] - x[1:]) * heights).sum(), self._dtype))

    def get_config(self) -> dict:
        """What the constructor needs to make an equal metric."""
        config = {"num_thresholds": self.num_thresholds, "curve": self.curve, "summation_method": self.summation_method}
        more = {} if self._given is None else {"thresholds": list(self._given)}
        return {**super().get_config(), **config, **more, "from_logits": self._from_logits}


def _area_pr(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray) -> Any:
    """Area under the precision-recall curve, counts taken as linear between thresholds."""
    p = tp + fp
    dtp, dp = tp[:-1] - tp[1:], np.maximum(p[:-1] - p[1:], 0)
    slope = _ratio(dtp, dp)
    intercept = tp[1:] - slope * p[1:]
    both = (p[:-1] > 0) & (p[1:] > 0)
    ratio = np.where(both, _ratio(p[:-1], np.maximum(p[1:], 0)), 1).astype(np.float32)
    return _ratio(slope * (dtp + intercept * np.log(ratio)), np.maximum(tp[1:] + fn[1:], 0)).sum()
