"""What is said of a use: whether it works here, where it runs, what is wrong with it, and what to do."""

from __future__ import annotations

import functools

from ...facade.names import canonical, children, closest, is_module
from ...missing import not_in_keras
from ...surface import tensorflow_names, versions
from .. import names
from ..keras_objects import object_status
from ..names import About
from . import plain_keras
from .arguments_taken import refused
from .calls_refused import refusal
from .imports import SEPARATE_PACKAGES
from .known import called, misspelt, tf_path
from .rules import of_status
from .uses import Finding, Use

_PRIVATE = {
    "tensorflow.python": "tf.python",
    "tensorflow.core": "tf.core",
    "tensorflow.tools": "tf.tools",
    "tensorflow.tsl": "tf.tsl",
    "tf.__internal__": "tf.__internal__",
    "tf.keras.__internal__": "tf.keras.__internal__",
    "keras.src": "keras.src",
}
"""What programs are not meant to use, and how its names begin."""


def judge(use: Use, path: str, engine: str | None = None) -> Finding:
    """What is to be said about one use; needs `install()`.

    Args:
        use: as `resolving.uses` found it.
        path: the file that it is in.
        engine: the PlaidML engine that the program is to run on, `"llvm_cpu"` or `"opencl"`; `None`: any.

    Returns:
        The finding. Its reason is empty for what works, and where the program has asked for the device, runs there.
    """
    rule, reason, suggestion = (
        _defined(use)
        or _missing(use)
        or refusal(use)
        or _wrong_argument(use)
        or _in_a_graph(use)
        or _on_the_device(use, engine)
        or (_where(use.name), "", "")
    )
    return Finding(path, use, rule, reason, suggestion)


def _where(name: str) -> str:
    """Where something that is here runs."""
    about = names.about(name)
    return about.status if about.works else object_status(tf_path(name), plain_keras.reached(name))


def _defined(use: Use) -> tuple[str, str, str] | None:
    """What is said of a method that the program defines in TensorFlow's place."""
    if not use.defined:
        return None
    from ...keras_backports.training import own_steps

    return "unsupported", f"the class defines it, and {own_steps.WHY}", own_steps.ADVICE


def _missing(use: Use) -> tuple[str, str, str] | None:
    """What is said of a name that is not here."""
    name = use.name
    if name in SEPARATE_PACKAGES:
        return (
            "unsupported",
            "it is a package of its own that computes with the real TensorFlow",
            "Do without it: tf.data, tf.image and tf.keras.layers do most of what image programs want from it",
        )
    for inside, start in _PRIVATE.items():
        if f"{canonical(name)}.".startswith(f"{start}."):
            public = _public(name, start)
            return "unsupported", f"{inside} is private", f"Use {public}" if public else "Use TensorFlow's public names"
    about = names.about(name)
    if plain_keras.is_name(name):
        return _missing_in_keras(name, about)
    if about.works:
        return None
    if about.status == "unknown":
        return "unknown", _unknown(name), ""
    return of_status(about.status), about.reason, about.instead


def _missing_in_keras(name: str, about: About) -> tuple[str, str, str] | None:
    if plain_keras.has(name):
        return None
    if about.works:
        return ("unsupported", *not_in_keras(name))
    if about.status == "unknown":
        near = _closest(tf_path(name)).replace("'tf.", "'")
        return "unknown", f"neither Keras 2.2.4 nor TensorFlow has it{near}", ""
    return of_status(about.status), about.reason, about.instead


def _unknown(name: str) -> str:
    meant = misspelt(tf_path(name))
    near = f"; did you mean {meant!r}?" if meant else _closest(name)
    return f"TensorFlow {' and '.join(versions())} have no such name{near}"


@functools.lru_cache(None)
def _closest(name: str) -> str:
    """The name that may have been meant."""
    parts = name.split(".")
    depth = next((i for i in range(1, len(parts)) if not is_module(".".join(parts[: i + 1]))), None)
    if depth is None:
        return ""
    parent, rest = ".".join(parts[:depth]), "".join(f".{p}" for p in parts[depth + 1 :])
    listed = children(parent) if is_module(parent) else ()
    # What is suggested works, the whole of it.
    near = closest(parts[depth], listed, lambda child: names.about(f"{parent}.{child}{rest}").works)
    return near.replace("did you mean '", f"did you mean '{parent}.")


@functools.lru_cache(None)
def _public(name: str, start: str) -> str:
    """The public name of something that a program takes from TensorFlow's inside; empty where that is not clear."""
    inside = f"tf{'.keras' * start.startswith('keras')}{canonical(name)[len(start) :]}"
    if "." in inside and (names.about(inside).works or inside in tensorflow_names()):
        return inside
    last = name.rpartition(".")[2]
    ends = [n for n in tensorflow_names() if n.endswith(f".{last}") and not is_module(n)]
    wanted = [n for n in ends if n.startswith("tf.keras.") == ("keras." in name)]
    return min(wanted, key=lambda n: (n.count("."), n), default="")


def _wrong_argument(use: Use) -> tuple[str, str, str] | None:
    """What is said of a keyword argument that is not taken here."""
    if not use.keywords:
        return None
    wrong = [k for k in use.keywords if refused(tf_path(use.name), called(use.name), k)]
    if not wrong:
        return None
    said = ", ".join(f"`{k}`" for k in wrong)
    reason = f"the argument {said} is not taken here" if len(wrong) == 1 else f"the arguments {said} are not taken here"
    return "unsupported", reason, "Leave it out where it is given its default value; other values cannot be had here"


def _in_a_graph(use: Use) -> tuple[str, str, str] | None:
    """What is said of an op that is called on a symbolic value, and has no device kernel."""
    if not use.in_graph:
        return None
    about = names.about(use.name)
    return ("unsupported", about.reason, about.instead) if about.kind == "op" and about.status == "host" else None


def _on_the_device(use: Use, engine: str | None) -> tuple[str, str, str] | None:
    """What is said where the program asks for the device, and that is slow or cannot be."""
    about = names.about(use.name)
    if not use.on_device or about.kind not in ("op", "layer"):
        return None
    if about.status == "host":
        raises = "; in a model, but for its head, it raises PlacementError" if about.kind == "layer" else ""
        return "host", f"the device is asked for, and it will run on the host with a warning: {about.reason}{raises}", about.instead
    for slow in about.slow:
        if engine in (None, slow.engine):
            return "slow", slow.reason, slow.advice
    return None
