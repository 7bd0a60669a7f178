"""tf.test.TestCase: absl's test case with TensorFlow's assertions, which seeds all random numbers before each test."""

from __future__ import annotations

import contextlib
import logging
import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Callable

import numpy as np

from ..libraries import library
from ..random import set_seed
from ..random._op_seeds import DEFAULT_GLOBAL_SEED
from .bounds import BoundAssertions
from .checked_threads import CheckedThread
from .equal import EqualAssertions
from .protos import ProtoAssertions
from .raising import RaisingAssertions
from .sessions import EagerSessionWarner, FakeEagerSession
from .temporary import CapturedWrites, captured, folder_of_program

__tracebackhide__ = True
__unittest = True

log = logging.getLogger("plaidml_compat")
_absl: Any = library("absl.testing.absltest").TestCase


class TestCase(EqualAssertions, BoundAssertions, RaisingAssertions, ProtoAssertions, _absl):
    """A test case of programs for TensorFlow, derived from `absl.testing.absltest.TestCase`.

    Before each test, Python's, NumPy's and TensorFlow's random numbers are seeded: they are the same in each run, and TensorFlow's.
    """

    def __init__(self, methodName: str = "runTest") -> None:
        super().__init__(methodName)
        self._threads: list[CheckedThread] = []
        self._tempdir: str | None = None
        self._test_start_time: float | None = None
        self._set_default_seed = True

    def setUp(self) -> None:
        """Seed the random numbers. A method of one's own begins with `super().setUp()`."""
        super().setUp()
        random.seed(DEFAULT_GLOBAL_SEED)
        np.random.seed(DEFAULT_GLOBAL_SEED)
        if self._set_default_seed:
            set_seed(DEFAULT_GLOBAL_SEED)
        if self.id().endswith(".test_session"):  # what looks for tests by their names takes that method for one
            self.skipTest("Not a test.")
        self._test_start_time = time.time()

    def tearDown(self) -> None:
        """Refuse threads that were not joined. A method of one's own ends with `super().tearDown()`."""
        if self._test_start_time is not None:
            log.info("time(%s): %ss", self.id(), round(time.time() - self._test_start_time, 2))
        for thread in self._threads:
            thread.check_termination()
        super().tearDown()

    # -- files and streams
    def get_temp_dir(self) -> str:
        """A folder for the files of this test, there until the program ends."""
        if self._tempdir is None:
            self._tempdir = tempfile.mkdtemp(dir=folder_of_program())
        return self._tempdir

    def captureWritesToStream(self, stream: Any) -> AbstractContextManager[CapturedWrites]:
        """A block whose writes to a stream are kept: `contents()` of what it gives has them.

        Args:
            stream: `sys.stdout`, say; it needs a file descriptor.
        """
        return captured(stream, self.get_temp_dir())

    # -- sessions, which eager programs have none of
    @contextlib.contextmanager
    def session(self, graph: Any = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False) -> Iterator[Any]:
        """A block that changes nothing, for functions run eagerly; what it gives has no attributes."""
        yield EagerSessionWarner()

    @contextlib.contextmanager
    def cached_session(self, graph: Any = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False) -> Iterator[Any]:
        """A block that changes nothing; `run(tensors)` of what it gives evaluates them."""
        yield FakeEagerSession(self)

    @contextlib.contextmanager
    def test_session(self, graph: Any = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False) -> Iterator[Any]:
        """A block that changes nothing; it gives `None`. Deprecated: use `session()` or `cached_session()`."""
        if self.id().endswith(".test_session"):
            self.skipTest(
                'Tests that have the name "test_session" are automatically skipped by TensorFlow test fixture, as the name is reserved for '
                "creating sessions within tests. Please rename your test if you have a test with this name."
            )
        yield None

    # -- threads
    def checkedThread(
        self, target: Callable[..., Any], args: Sequence[Any] | None = None, kwargs: Mapping[str, Any] | None = None
    ) -> CheckedThread:
        """A thread whose error fails the test when it is joined, which it must be.

        Args:
            target: runs in the thread.
            args: its positional arguments.
            kwargs: its keyword arguments.
        """
        made = CheckedThread(self, target, args, kwargs)
        self._threads.append(made)
        return made

    assertRaisesRegexp = _absl.assertRaisesRegex
    assertItemsEqual = _absl.assertCountEqual
