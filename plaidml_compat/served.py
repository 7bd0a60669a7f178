"""Functions that are no ops, such as `tf.random.normal`, as programs get them: a call of one is an event where somebody asks for these."""

from __future__ import annotations

import functools
import inspect
import time
from types import CodeType, FunctionType
from typing import Any, cast

from . import observe


def is_counted(name: str, obj: Any, placement: str) -> bool:
    """Whether calls of what is exported under a name are events.

    A class is not, nor a method, a `with` block, a part of a model's graph: Keras compares those with its own functions.
    """
    if placement != "host" or not isinstance(obj, FunctionType) or inspect.isgeneratorfunction(inspect.unwrap(obj)):
        return False
    modules = name.split(".")[:-1]
    return modules[0] == "tf" and not any(part[:1].isupper() for part in modules)


def stands_around(file: str) -> None:
    """Say that what is put around functions as they are served comes from this file of the package, too."""
    _AROUND.add(file)


def is_around(code: CodeType) -> bool:
    """Whether it is the code of what is put around functions, as `counted` does."""
    return code.co_filename in _AROUND


def counted(name: str, function: FunctionType) -> FunctionType:
    """The function as it is served under a name. What calls the plain one, as this package does within its own, makes no event."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True  # what pytest shows ends at the user's line
        if not observe.is_wanted("call"):
            return function(*args, **kwargs)
        start = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            observe.emit(observe.took("call", name, "host", start))

    # Its own name in tracebacks and profilers, which tell functions by their code; it is pickled by the name under which it is found.
    named = cast(FunctionType, call)
    named.__code__ = named.__code__.replace(co_name=name)
    module, _, named.__qualname__ = name.rpartition(".")
    named.__module__ = "tensorflow" + module[len("tf") :]
    return named


_AROUND = {counted.__code__.co_filename}
