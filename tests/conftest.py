"""What holds for every test: no network, no file of the user's home, warnings and seeds of one test unseen by the next."""

from __future__ import annotations

import os
import random
import signal
import socket
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

TESTS = Path(__file__).resolve().parent
for folder in (TESTS, TESTS.parent):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

# Before anything imports keras or plaidml, and for subprocesses too: a home of their own, so that ~/.keras/keras.json, ~/.plaidml
# and saved device choices of whoever runs the tests do not decide results.
_HOME = tempfile.TemporaryDirectory(prefix="plaidml_compat_home")
os.environ["HOME"] = os.environ["KERAS_HOME"] = _HOME.name
os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_CACHE_HOME"] = _HOME.name
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(TESTS.parent), os.environ.get("PYTHONPATH", "")]))
for name in ("KERAS_BACKEND", "PLAIDML_SETTINGS", "PLAIDML_DEVICE_IDS", "PLAIDML_USE_STRIPE"):
    os.environ.pop(name, None)
os.environ["PLAIDML_EXPERIMENTAL"] = "1"

# Rusticl's platform without a device (RUSTICL_ENABLE not set) makes PlaidML read a size nobody wrote and allocate that many bytes, up
# to all there are: OpenCL is left out unless its device is the one to test on.
if "llvm_cpu" in os.environ.get("PLAIDML_COMPAT_TEST_DEVICES", "llvm_cpu") and "RUSTICL_ENABLE" not in os.environ:
    os.environ.setdefault("OCL_ICD_VENDORS", _HOME.name + os.sep)

DEVICES = [d.strip() for d in os.environ.get("PLAIDML_COMPAT_TEST_DEVICES", "llvm_cpu.0").split(",") if d.strip()]
"""Ids of the devices to test on; a part of an id is enough."""

pytest_plugins = ["pytester"]


class NetworkUsed(AssertionError):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Connections to anything but this machine raise."""
    connect = socket.socket.connect

    def local_only(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and str(address[0]) not in ("localhost", "127.0.0.1", "::1"):
            raise NetworkUsed(f"a test tried to reach {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture
def heeds_ctrl_c():
    """Also where the tests run in the background, whose processes ignore it, and have it ignored by those they start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def random_states():
    """Put NumPy's and Python's global generators back."""
    numbers, state = np.random.get_state(), random.getstate()
    yield
    np.random.set_state(numbers)
    random.setstate(state)


def pytest_configure(config):
    if len(DEVICES) != 1:
        raise pytest.UsageError(
            f"a process has one PlaidML device: give PLAIDML_COMPAT_TEST_DEVICES one id and run again for others; received {DEVICES}"
        )


@pytest.fixture(scope="session")
def device_id():
    """The whole id of the device to test on."""
    from plaidml_compat import device

    found = [d.id for d in device.list_devices() if DEVICES[0] in d.id]
    if not found:
        pytest.fail(f"PLAIDML_COMPAT_TEST_DEVICES={DEVICES[0]}: PlaidML has no such device; it has {[d.id for d in device.list_devices()]}")
    return found[0]


@pytest.fixture
def tf(device_id):
    """The facade, installed on the device to test on, as `import tensorflow as tf` gives it; with the seeds of a new process."""
    import importlib

    from golden_calls import forget_seeds

    import plaidml_compat

    plaidml_compat.install(device_id)
    forget_seeds()
    yield importlib.import_module("tensorflow")
    forget_seeds()
