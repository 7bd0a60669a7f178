"""What the tests of explain() share: images, a clock, the rows and the advice of a dataset."""

from __future__ import annotations

import json
import threading

import numpy as np

import plaidml_compat
from plaidml_compat.data.explaining import judging
from plaidml_compat.data.explaining.proposals import Pipeline
from plaidml_compat.data.explaining.steps import steps_of
from plaidml_compat.data.running import run_of

IMAGES = np.random.RandomState(0).randint(0, 256, (24, 16, 12, 3)).astype(np.float32)
SHORT = 0.15
"""Seconds to measure where the numbers do not matter."""


class Clock:
    """Time that passes only where a test says so."""

    def __init__(self):
        self.now = 0.0
        self.lock = threading.Lock()

    def __call__(self):
        return self.now

    def spend(self, seconds):
        with self.lock:
            self.now += seconds


def rows(dataset, **kwargs):
    return json.loads(plaidml_compat.explain(dataset, **kwargs).to_json())["rows"]


def advised(dataset, measured=None):
    """What is advised without trying it, by name."""
    node = dataset._node
    found, _ = judging.advise(Pipeline(steps_of(node), run_of(node), measured), 0.0)
    return {a.what: a for a in found}


def joined(code):
    """Code in one line."""
    return "".join(line.strip() for line in code.splitlines())


def spending(clock, seconds, result=lambda x: x):
    """A function of a dataset that takes so long, and is nothing but Python: it is called for each element."""

    def spends(x):
        clock.spend(seconds)
        return result(x.numpy() if hasattr(x, "numpy") else x)

    return spends
