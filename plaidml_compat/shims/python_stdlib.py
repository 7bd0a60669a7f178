"""Gives Keras the standard library's names that later Pythons removed."""

from __future__ import annotations

import collections
import collections.abc
import contextlib
import inspect
import random
import warnings
from collections.abc import Iterator
from types import ModuleType

from plaidml_compat.shims.finder import StandIn, answer_import, stand_in
from plaidml_compat.shims.registry import shim


@shim("S1", "keras.callbacks", around=True)
@contextlib.contextmanager
def collections_iterable(module: ModuleType) -> Iterator[None]:
    """Symptom: `cannot import name 'Iterable' from 'collections'` (Python 3.10 and later).

    Cause: the aliases of the abstract base classes were removed. The name is needed while the module is executed.
    """
    answer_import(module, "collections", StandIn(collections, {"Iterable": collections.abc.Iterable}))
    yield


@shim("S3", "keras.preprocessing.image")
def inspect_getargspec(module: ModuleType) -> None:
    """Symptom: `module 'inspect' has no attribute 'getargspec'` in the image generators (Python 3.11 and later).

    Cause: removed in favour of `getfullargspec`, whose first four fields are the same.
    """
    arg_spec = collections.namedtuple("arg_spec", "args varargs keywords defaults")
    stand_in(module, inspect, getargspec=lambda function: arg_spec(*inspect.getfullargspec(function)[:4]))


@shim("S17", "plaidml.settings", "plaidml.op", "plaidml.keras.backend", "keras.utils.data_utils", around=True)
@contextlib.contextmanager
def literal_comparisons(module: ModuleType) -> Iterator[None]:
    """Symptom: SyntaxWarning `"is" with a literal` at the first import (Python 3.8 and later).

    Cause: `x is 1` and, from Python 3.12, an invalid escape sequence in the source; shown when it is compiled.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        yield


@shim("S20", "keras_preprocessing.sequence")
def random_randint(module: ModuleType) -> None:
    """Symptom: `'float' object cannot be interpreted as an integer` in `skipgrams` (Python 3.12 and later).

    Cause: `random.randint(0, 10e6)`; whole floats were accepted before.
    """
    stand_in(module, random, randint=lambda low, high: random.randint(int(low), int(high)))
