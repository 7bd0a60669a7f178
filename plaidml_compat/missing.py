"""What is said of a name that TensorFlow has and that is not here, or not where the program looks for it."""

from __future__ import annotations

import difflib
import functools
import sys
from collections.abc import Mapping
from typing import Any

from . import call_sites
from .exceptions import UnsupportedArgumentError, UnsupportedNameError
from .registry import OPS, Unsupported
from .surface import tensorflow_names, version_of

TEXTS_OF_LAYERS = {
    "activation": "tf.keras.activations",
    "initializer": "tf.keras.initializers",
    "regularizer": "tf.keras.regularizers",
    "constraint": "tf.keras.constraints",
}
"""How the names of layers' arguments end that may be texts -> the module whose names these texts are."""
COMPILE = "tf.keras.Model.compile"
_OPTIMIZERS = "tf.keras.optimizers"
TEXTS_OF_COMPILE = {
    "optimizer": _OPTIMIZERS,
    "loss": "tf.keras.losses",
    "metrics": "tf.keras.metrics",
    "weighted_metrics": "tf.keras.metrics",
}
"""The same for the arguments of `COMPILE`."""
FAMILIES = frozenset((*TEXTS_OF_LAYERS.values(), *TEXTS_OF_COMPILE.values()))
"""The modules whose `get` and `deserialize` find something by its text."""


def not_built(name: str) -> tuple[str, str]:
    """Why a name of TensorFlow's that nobody has built is not here, and what there is."""
    return f"TensorFlow {version_of(name)} has it, this version of plaidml_compat does not have it yet", _alternative(name)


def why_missing(name: str) -> tuple[str, str]:
    """Why a name of TensorFlow's is not here, and what there is: as it was declared, else because nobody has built it."""
    entry = OPS.get(name)
    return (entry.reason, entry.instead) if isinstance(entry, Unsupported) else not_built(name)


def not_in_keras(name: str) -> tuple[str, str]:
    """Why Keras's own module lacks what is served below `tf.keras`, and what to do."""
    reason = f"`import keras` gives Keras 2.2.4, which has no {name}; it is served as tf.{name}"
    return reason, "Import keras from TensorFlow: from tensorflow import keras"


def _alternative(name: str) -> str:
    """The nearest of what there is in the same part of TensorFlow, or where that is listed."""
    parent, _, own = name.rpartition(".")
    have = sorted(n.rpartition(".")[2] for n, e in OPS.items() if n.rpartition(".")[0] == parent and e.kind != "unsupported")
    if not have:
        return ""
    if len(have) <= 12:
        return f"Of {parent} there are: {', '.join(have)}"
    near = difflib.get_close_matches(own, have, 3, 0.75)
    nearest = f"The nearest that there are: {', '.join(f'{parent}.{n}' for n in near)}. " if near else ""
    return f"{nearest}`plaidml-compat matrix --family {parent}` lists all of {parent}"


def no_attribute(obj: Any, owner: str, name: str) -> AttributeError:
    """The error for an attribute that an object lacks: it says so where TensorFlow's has it and the program itself asks for it.

    For the use of `__getattr__` alone: who asks is the caller of its caller.

    Args:
        obj: the object.
        owner: TensorFlow's name of its class.
        name: of the attribute.
    """
    full = f"{owner}.{name}"
    known = isinstance(OPS.get(full), Unsupported) or full in tensorflow_names()
    if known and not call_sites.is_engine(sys._getframe(2).f_code.co_filename):
        return UnsupportedNameError(full, *why_missing(full))
    return AttributeError(f"{type(obj).__name__!r} object has no attribute {name!r}")


def named(family: str, identifier: Any) -> tuple[str, str, str] | None:
    """What TensorFlow means by a text such as `"ftrl"` that nothing here answers to; who asks has looked for that.

    Args:
        family: the module whose names the texts are, e.g. `"tf.keras.optimizers"`.
        identifier: the text.

    Returns:
        The name in full, why it is not here, and what to do; `None` for what is declared here, and for what TensorFlow does not know.
    """
    full = _texts(family).get(_text(family, identifier)) if isinstance(identifier, str) else None
    if full is None:
        return None
    entry = OPS.get(full)
    return (full, *why_missing(full)) if entry is None or isinstance(entry, Unsupported) else None


def refuse_named(family: str, identifier: Any) -> None:
    """Refuse a text by which TensorFlow finds what is not here.

    Raises:
        UnsupportedArgumentError: it is one.
    """
    __tracebackhide__ = True
    found = named(family, identifier)
    if found is not None:
        full, reason, advice = found
        raise UnsupportedArgumentError(full, f"{reason}; received {identifier!r}", advice)


@functools.lru_cache(None)
def _texts(family: str) -> Mapping[str, str]:
    """The names that TensorFlow has in a family, by the texts that it finds them by."""
    start, names = f"{family}.", tensorflow_names()
    own = (n[len(start) :] for n, (kind, _) in names.items() if n.startswith(start) and kind != "M")
    return {_text(family, n): start + n for n in own if "." not in n}


def _text(family: str, text: str) -> str:
    """TensorFlow looks for optimizers alone without regard to capitals."""
    return text.lower() if family == _OPTIMIZERS else text
