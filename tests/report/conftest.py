"""An op with a clock of its own, the profile of a training, programs to scan."""

from __future__ import annotations

import threading
import time

import pytest
from _profiles import X, Y, model

import plaidml_compat
from plaidml_compat import registry
from plaidml_compat.registry import op
from plaidml_compat.report import names
from plaidml_compat.tensor import Tensor


@pytest.fixture
def clocked():
    """An op that sleeps, with its own clock: seconds and thread of each call."""
    took = []
    with registry.temporary():

        @op("tf.clocked")
        def clocked_host(x: Tensor, seconds: float = 0.002):
            start = time.perf_counter()
            time.sleep(seconds)
            took.append((time.perf_counter() - start, threading.get_ident()))
            return x

        clocked_host.took = took
        yield clocked_host


@pytest.fixture(scope="package")
def fitted(device_id):
    """The profile of five steps of training, by `fit` with and without overlap, and how long `fit` took."""
    plaidml_compat.install(device_id)
    import tensorflow as tf

    profiles = {}
    for overlap in (False, True):
        made = model(tf)
        with plaidml_compat.overlapping(overlap):
            start = time.perf_counter()
            with plaidml_compat.profile(sites=True) as p:
                made.fit(X, Y, batch_size=4, epochs=1, verbose=0)
            profiles[overlap] = p, time.perf_counter() - start
    return profiles


@pytest.fixture
def missing(tf):
    """A name that is not built, as the registry says."""
    return next(n for n in names.all_names() if n.startswith("tf.image.") and names.about(n).status == "not built")


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a file of the current folder."""
    monkeypatch.chdir(tmp_path)

    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return name

    return write
