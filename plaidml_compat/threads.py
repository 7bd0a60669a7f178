"""Threads of the host: how many to use, and one pool that shares out the images of a batch."""

from __future__ import annotations

import contextvars
import functools
import math
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable

from . import control_groups
from .libraries import library

_state = threading.local()
_lock = threading.Lock()
_pool: ThreadPoolExecutor | None = None


@functools.lru_cache(None)
def cores() -> int:
    """Threads that can run at once: the processors this process may use, at most its control groups' quota, rounded up.

    The environment variable PLAIDML_COMPAT_THREADS overrides both.

    Raises:
        ValueError: PLAIDML_COMPAT_THREADS is no positive whole number.
    """
    wanted = os.environ.get("PLAIDML_COMPAT_THREADS")
    if wanted:
        if not wanted.isdigit() or int(wanted) < 1:
            raise ValueError(f"PLAIDML_COMPAT_THREADS must be a whole number of at least 1; received {wanted!r}")
        return int(wanted)
    try:
        n = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows have no affinity
        n = os.cpu_count() or 1
    quota = control_groups.processors()
    return n if quota is None else max(1, min(n, math.ceil(quota)))


def in_worker() -> bool:
    """True in a thread that shares the cores with others already: it must not start more."""
    return getattr(_state, "worker", False)


def mark_worker() -> None:
    """Declare the current thread a worker: `for_each` stays inside it, and so does OpenCV."""
    _state.worker = True


def _forget_pool() -> None:
    global _pool, _lock
    _pool, _lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pool)  # a child has none of the parent's threads


def _shared_pool() -> ThreadPoolExecutor:
    global _pool
    with _lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(cores(), thread_name_prefix="plaidml_compat", initializer=mark_worker)
        return _pool


def limited(most: int, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function; while it runs, `for_each` uses at most so many threads."""

    def inside(*args: Any) -> Any:
        before = getattr(_state, "most", None)
        _state.most = most
        try:
            return function(*args)
        finally:
            _state.most = before

    return inside


def for_each(function: Callable[[int], None], n: int, grain: int = 1) -> None:
    """Call `function(i)` for i below n, shared out over the cores; in a worker, or for few calls, in this thread.

    Args:
        function: releases the GIL for most of its time, or threads do not help.
        n: number of calls.
        grain: calls that are worth a thread.
    """
    threads = 1 if in_worker() else min(getattr(_state, "most", None) or cores(), cores(), n // max(1, grain))
    if threads < 2:
        for i in range(n):
            function(i)
        return

    def part(k: int) -> None:
        for i in range(k * n // threads, (k + 1) * n // threads):
            function(i)

    jobs = [_shared_pool().submit(contextvars.copy_context().run, part, k) for k in range(1, threads)]
    try:
        part(0)
    finally:
        for job in jobs:
            job.exception()  # wait for all: they write into the caller's arrays
    for job in jobs:
        job.result()


@functools.lru_cache(None)
def cv2() -> Any:
    """OpenCV, imported on first use (it takes 0.3 s), with its own threads off: `for_each` shares out the work."""
    module = library("cv2")
    module.setNumThreads(1)
    return module
