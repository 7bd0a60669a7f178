"""The loss classes of tf.keras.losses: a loss function with options, a reduction and a name."""

from __future__ import annotations

from typing import Any, ClassVar

import keras.backend as K

from plaidml_compat.registry import export
from plaidml_compat.tensor import Tensor, is_symbolic, payload

from ..arithmetic import GRAPH, HOST, place
from . import functions


@export("tf.keras.losses.Reduction")
class Reduction:
    """How the losses of a batch become one number."""

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """Every value."""
        return cls.AUTO, cls.NONE, cls.SUM, cls.SUM_OVER_BATCH_SIZE

    @classmethod
    def validate(cls, key: str) -> None:
        """Raise ValueError for a word that is no reduction."""
        if key not in cls.all():
            raise ValueError(f"Invalid Reduction Key: {key}. Expected keys are {cls.all()!r}")


def fit_weights(m: Any, losses: Any, weights: Any) -> Any:
    """`weights` with a last axis of size 1 more or less, so that it lines up with `losses`, as TensorFlow does."""
    n, k = len(m.shape(losses)), len(m.shape(weights))
    if k == 0 or k == n:
        return weights
    if k - n == 1:
        return m.squeeze_last(weights)
    if n - k == 1:
        return m.expand_last(weights)
    return weights


def reduce_losses(m: Any, losses: Any, weights: Any, mask: Any, reduction: str) -> Any:
    """Weighted losses as one number (or unreduced): where there is a mask, the mean is over what it lets through."""
    if mask is not None:
        mask = m.cast(mask)
        if reduction in (Reduction.AUTO, Reduction.SUM_OVER_BATCH_SIZE):
            valid = K.mean(mask) if m.symbolic else mask.mean(dtype=mask.dtype)
            mask = mask / valid
        weights = mask if weights is None else fit_weights(m, mask, m.cast(weights)) * mask
    if weights is not None:
        losses = losses * fit_weights(m, losses, m.cast(weights))
    if reduction == Reduction.NONE:
        return losses
    if m.symbolic:
        return K.sum(losses) if reduction == Reduction.SUM else K.mean(losses)
    total = losses.sum(dtype=losses.dtype)
    return total if reduction == Reduction.SUM else total / losses.dtype.type(max(losses.size, 1))


@export("tf.keras.losses.Loss", placement="device")
class Loss:
    """Base class of losses: subclasses implement `call(y_true, y_pred)`, one value a sample.

    Args:
        reduction: `"auto"` and `"sum_over_batch_size"` (mean), `"sum"` or `"none"`.
        name: what messages call it.
    """

    def __init__(self, reduction: str = Reduction.AUTO, name: str | None = None) -> None:
        Reduction.validate(reduction)
        self.reduction = reduction
        self.name = name

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The losses, one a sample (or a sample and position)."""
        raise NotImplementedError("Must be implemented in subclasses.")

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss of a batch: an eager tensor for arrays, symbolic for symbolic values.

        Args:
            y_true: targets.
            y_pred: predictions.
            sample_weight: a factor, or factors, that broadcast against the losses.
        """
        wrap = isinstance(y_true, Tensor) or isinstance(y_pred, Tensor) or not (is_symbolic(y_true) or is_symbolic(y_pred))
        m, (weights,) = place(sample_weight)
        losses = self.losses(y_true, y_pred)
        m = GRAPH if is_symbolic(losses) or m.symbolic else HOST
        out = reduce_losses(m, m.cast(losses), weights, self.mask(m, y_true, losses), self.reduction)
        return Tensor(out if m.symbolic else HOST.cast(out)) if wrap else out

    def losses(self, y_true: Any, y_pred: Any) -> Any:
        """What `call` gives, without its Tensor. User-written classes see Tensors."""
        if type(self).__module__ != __name__:
            y_true, y_pred = as_tensor(y_true), as_tensor(y_pred)
        return payload(self.call(y_true, y_pred))

    def mask(self, m: Any, y_true: Any, losses: Any) -> Any:
        """1 where a loss counts, 0 where it does not, or `None`."""
        return None

    def get_config(self) -> dict:
        """What the constructor needs to make an equal loss."""
        return {"reduction": self.reduction, "name": self.name}

    @classmethod
    def from_config(cls, config: dict) -> Loss:
        """A loss from its `get_config()`."""
        return cls(**config)


def as_tensor(x: Any) -> Any:
    """A Tensor, eager or symbolic."""
    return x if x is None or isinstance(x, Tensor) else Tensor(x if is_symbolic(x) else HOST.cast(x))


class FunctionLoss(Loss):
    """A loss class made of a loss function and its options; subclasses declare both, and the constructor takes them."""

    function: Any = None
    default_name = ""
    options: ClassVar[dict[str, Any]] = {}

    def __init__(self, **kwargs: Any) -> None:
        reduction, name = kwargs.pop("reduction", Reduction.AUTO), kwargs.pop("name", self.default_name)
        super().__init__(reduction, name)
        self._options = {**self.options, **kwargs}

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The losses, one a sample (or a sample and position)."""
        y_true, y_pred = _line_up(y_true, y_pred)
        return type(self).function(y_true, y_pred, **self._options)

    def mask(self, m: Any, y_true: Any, losses: Any) -> Any:
        """1 where a loss counts, for losses with `ignore_class`."""
        ignored = self._options.get("ignore_class")
        if ignored is None:
            return None
        y_true = m.cast(payload(y_true) if m.symbolic else y_true)
        if len(m.shape(y_true)) > len(m.shape(losses)):
            y_true = m.squeeze_last(y_true)
        return functions.valid_labels(m, y_true, ignored, losses)

    def get_config(self) -> dict:
        """What the constructor needs to make an equal loss."""
        return {**super().get_config(), **self._options}


def _line_up(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """The one of two that has a last axis of size 1 more loses it, as in TensorFlow."""
    m, (t, p) = place(y_true, y_pred)
    a, b = m.shape(t), m.shape(p)
    if len(a) - len(b) == 1 and a[-1] == 1:
        return m.squeeze_last(t), p
    if len(b) - len(a) == 1 and b[-1] == 1:
        kept = getattr(p, "_keras_logits", None) if m.symbolic else None
        p = m.squeeze_last(p)
        if kept is not None:
            p._keras_logits = m.squeeze_last(kept)
        return t, p
    return t, p


def _declare(class_name: str, function: Any, default_name: str, **options: Any) -> type:
    """A loss class whose constructor takes `options` (with these defaults), `reduction` and `name`, in TensorFlow's order."""
    names = [*options, "reduction", "name"]

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        if len(args) > len(names):
            raise TypeError(f"{class_name}() takes at most {len(names)} arguments ({', '.join(names)}); received {len(args)}")
        for name, value in zip(names, args):
            if name in kwargs:
                raise TypeError(f"{class_name}() got multiple values for argument {name!r}")
            kwargs[name] = value
        unknown = set(kwargs) - set(names)
        if unknown:
            raise TypeError(f"{class_name}() got an unexpected keyword argument {sorted(unknown)[0]!r}; it takes {', '.join(names)}")
        FunctionLoss.__init__(self, **kwargs)

    doc = (function.__doc__ or "").partition("\n")[0]
    body = {
        "__doc__": f"{doc}\n\nArgs: {', '.join(names)}; see `{function.__name__}`.",
        "__module__": __name__,
        "__init__": __init__,
        "function": staticmethod(function),
        "default_name": default_name,
        "options": options,
    }
    cls = type(class_name, (FunctionLoss,), body)
    globals()[class_name] = cls
    return export(f"tf.keras.losses.{class_name}", placement="device")(cls)


_declare("MeanSquaredError", functions.mean_squared_error, "mean_squared_error")
_declare("MeanAbsoluteError", functions.mean_absolute_error, "mean_absolute_error")
_declare("MeanAbsolutePercentageError", functions.mean_absolute_percentage_error, "mean_absolute_percentage_error")
_declare("MeanSquaredLogarithmicError", functions.mean_squared_logarithmic_error, "mean_squared_logarithmic_error")
_declare("Hinge", functions.hinge, "hinge")
_declare("SquaredHinge", functions.squared_hinge, "squared_hinge")
_declare("CategoricalHinge", functions.categorical_hinge, "categorical_hinge")
_declare("Huber", functions.huber, "huber_loss", delta=1.0)
_declare("LogCosh", functions.log_cosh, "log_cosh")
_declare("KLDivergence", functions.kl_divergence, "kl_divergence")
_declare("Poisson", functions.poisson, "poisson")
_declare("BinaryCrossentropy", functions.binary_crossentropy, "binary_crossentropy", from_logits=False, label_smoothing=0.0, axis=-1)
_declare(
    "CategoricalCrossentropy",
    functions.categorical_crossentropy,
    "categorical_crossentropy",
    from_logits=False,
    label_smoothing=0.0,
    axis=-1,
)
_declare(
    "SparseCategoricalCrossentropy",
    functions.sparse_categorical_crossentropy,
    "sparse_categorical_crossentropy",
    from_logits=False,
    ignore_class=None,
)
_declare(
    "BinaryFocalCrossentropy",
    functions.binary_focal_crossentropy,
    "binary_focal_crossentropy",
    apply_class_balancing=False,
    alpha=0.25,
    gamma=2.0,
    from_logits=False,
    label_smoothing=0.0,
    axis=-1,
)
_declare("CosineSimilarity", functions.cosine_similarity, "cosine_similarity", axis=-1)


def loss_classes() -> dict[str, type]:
    """Class name -> loss class, of those declared here."""
    return {n: c for n, c in globals().items() if isinstance(c, type) and issubclass(c, Loss) and c not in (Loss, FunctionLoss)}
