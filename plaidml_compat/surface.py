"""TensorFlow's public names, as listed in tensorflow_names.txt: what exists there, whether or not it exists here."""

from __future__ import annotations

import functools
from importlib import resources

UNLISTED = ("tf.compat.", "tf.estimator.", "tf.raw_ops.", "tf.summary.")
"""Parts of TensorFlow of which next to nothing is listed."""
V1 = "tf.compat.v1."
"""How the names begin that `v1_names` knows."""


@functools.lru_cache(None)
def _lines() -> tuple[list[str], ...]:
    return tuple(line.split() for line in resources.files(__package__).joinpath("tensorflow_names.txt").read_text().splitlines())


@functools.lru_cache(None)
def tensorflow_names() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Name -> (kind: c class, f function, m method, M module, ...; versions of TensorFlow that have it)."""
    return {name: (kind, tuple(versions.split(","))) for name, kind, versions, *_ in _lines()}


@functools.lru_cache(None)
def v1_names() -> dict[str, str]:
    """Name below tf.compat.v1 -> the name in TensorFlow 2 of the very same object."""
    same = ((name, other) for name, _, _, *v1 in _lines() for others in v1 for other in others.split(","))
    return {f"{V1}{name[len('tf.') :] if other == '=' else other}": name for name, other in same}


def in_tensorflow(name: str) -> bool:
    """True for a public name of TensorFlow; everything in `UNLISTED` counts."""
    return name in tensorflow_names() or name.startswith(UNLISTED) or f"{name}." in UNLISTED


@functools.lru_cache(None)
def versions() -> tuple[str, ...]:
    """The versions of TensorFlow whose names are listed."""
    return tuple(sorted({v for _, having in tensorflow_names().values() for v in having}))


def version_of(name: str) -> str:
    """The oldest known version of TensorFlow that has a name: 2.15.1, whose results count, where it has it."""
    return tensorflow_names().get(name, ("", ("2.15.1",)))[1][0]
