"""Gradients clipped: each by its norm or by value, or all together by their norm."""

from __future__ import annotations

from collections.abc import Mapping

import keras.backend as K


def clipped(gradients: list, asked: Mapping[str, float | None], legacy: bool) -> list:
    """The gradients, clipped.

    Args:
        gradients: one a variable.
        asked: `"clipnorm"`, `"clipvalue"` and `"global_clipnorm"` -> the limit, or `None`.
        legacy: whether an optimizer of the older kind asks.
    """
    limits = {kind: limit for kind, limit in asked.items() if limit and limit > 0}
    if legacy:  # these clip by value, then by norm
        kinds = [kind for kind in ("clipvalue", "clipnorm", "global_clipnorm") if kind in limits]
    else:  # of several ways these take one
        kinds = [kind for kind in ("clipnorm", "global_clipnorm", "clipvalue") if kind in limits][:1]
    for kind in kinds:
        gradients = _CLIP[kind](gradients, limits[kind])
    return gradients


def _by_norm(gradients: list, norm: float) -> list:
    return [g * (norm / K.maximum(K.sqrt(K.sum(K.square(g))), norm)) for g in gradients]


def _by_value(gradients: list, value: float) -> list:
    return [K.clip(g, -value, value) for g in gradients]


def _by_norm_of_all(gradients: list, total: float) -> list:
    squares = [K.sum(K.square(g)) for g in gradients]
    size = squares[0]
    for s in squares[1:]:
        size = size + s
    factor = total / K.maximum(K.sqrt(size), total)
    return [g * factor for g in gradients]


_CLIP = {"clipnorm": _by_norm, "clipvalue": _by_value, "global_clipnorm": _by_norm_of_all}
