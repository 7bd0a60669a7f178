"""Under pytest-xdist, what one worker has worked out is there for the other ones, and for their controller."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any, Callable

import pytest

from ..writing_files import writing

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]

_INPUT = "plaidml_shared"


class Sharing:
    """A plugin of pytest's, in workers and their controller: a folder of the controller's, which is gone when the run is over.

    A worker on another machine does not find it, and works for itself; so does the only process of a run.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config, self._made = config, ""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """A worker is about to be started."""
        self._made = self._made or tempfile.mkdtemp(prefix="plaidml_compat-")
        node.workerinput[_INPUT] = self._made

    def pytest_unconfigure(self) -> None:
        """Nobody needs it any more."""
        if self._made:
            shutil.rmtree(self._made, ignore_errors=True)

    def once(self, what: list[str], make: Callable[[], Any]) -> Any:
        """What the first process that asks has made, fit for JSON; the others wait for it.

        Args:
            what: it is about.
            make: gives it.
        """
        folder = self._made or getattr(self._config, "workerinput", {}).get(_INPUT, "")
        if not os.path.isdir(folder):
            return make()
        place = os.path.join(folder, hashlib.sha256(json.dumps(what).encode()).hexdigest())
        with _alone(place + ".lock"):
            if not os.path.exists(place):
                text = json.dumps(make())
                with writing(place) as f:
                    f.write(text.encode())
            with open(place, encoding="utf-8") as f:
                return json.load(f)


@contextlib.contextmanager
def _alone(place: str) -> Iterator[None]:
    """One process at a time; one that dies leaves it to the next."""
    with open(place, "w") as f:
        if fcntl is not None:
            fcntl.flock(f.fileno(), fcntl.LOCK_EX)
        yield
