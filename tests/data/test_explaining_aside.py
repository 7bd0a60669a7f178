"""Passes aside leave every step as it was: all classes of steps are looked at, with all that they hold."""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
from itertools import islice

import numpy as np
import pytest
import resume_cases

import plaidml_compat
from plaidml_compat.data.dataset import Dataset
from plaidml_compat.data.explaining.aside import aside
from plaidml_compat.data.explaining.rates import separated
from plaidml_compat.data.nested import Held, StandIn
from plaidml_compat.data.node import Node
from plaidml_compat.data.passes import Pass
from plaidml_compat.data.running import run_of
from plaidml_compat.data.storage.sharding import Sharding
from plaidml_compat.data.transforms.save import Save

LOOKED_UP = {"_known_spec", "_known_index", "_shards", "_folder", "_reading", "_fits", "_plan", "_reader"}
"""What is found out once and is the same for everybody."""
MODULES = [*sorted(m.name for m in pkgutil.iter_modules(resume_cases.__path__)), "others"]


def held(value, seen):
    """What an object holds, as something that `==` compares."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes() if value.dtype != object else repr(value.tolist())
    if id(value) in seen or isinstance(value, Node):
        return id(value)
    seen.add(id(value))
    if isinstance(value, (list, tuple, set, frozenset)):
        return type(value).__name__, [held(v, seen) for v in value]
    if isinstance(value, dict):
        return [(held(k, seen), held(v, seen)) for k, v in value.items()]
    if type(value).__module__.startswith(("plaidml_compat.data", "plaidml_compat.random.traces")):
        names = [*getattr(value, "__dict__", ()), *(n for c in type(value).__mro__ for n in getattr(c, "__slots__", ()))]
        return [(n, held(getattr(value, n, None), seen)) for n in names if n not in LOOKED_UP]
    return value if isinstance(value, (int, float, str, bytes, type(None))) else id(value)


def states(node):
    return {step: [(k, held(v, set())) for k, v in vars(step).items() if k not in LOOKED_UP] for step in (node, *node.above())}


def passed_aside(node):
    """Whether two passes aside left the steps as they were, as far as they come."""
    before = states(node)
    with aside():
        for _ in range(2):
            elements = separated(node).begin(run_of(node))
            with contextlib.suppress(Exception):  # some pipelines end in an error
                list(islice(elements, 40))
            elements.close()
    return [type(step).__name__ for step, was in before.items() if states(node)[step] != was]


def others(tf, tmp_path):
    """Steps that are in none of the cases: those that a reader of shards gets, the one that saves, and files of images."""
    given, numbers = [], tf.data.Dataset.range(6)

    def reader(shards):
        def shard(x):
            given.append(x._node)
            return x

        given.append(shards._node)
        return shards.flat_map(shard)

    numbers.save(str(tmp_path / "shards"), shard_func=lambda x: x % 2)
    list(tf.data.Dataset.load(str(tmp_path / "shards"), reader_func=reader))
    for name in ("a", "b"):
        os.makedirs(tmp_path / "images" / name)
        tf.keras.utils.save_img(str(tmp_path / "images" / name / "0.png"), np.zeros((4, 4, 3)))
    folder, saved = str(tmp_path / "images"), str(tmp_path / "saved")
    save = Save(numbers._node, saved, False, Sharding(None, numbers._node, "save"), numbers.element_spec)
    images = [tf.keras.utils.image_dataset_from_directory(folder, image_size=(4, 4), batch_size=size, seed=1)._node for size in (1, None)]
    return {f"other {i} {type(node).__name__}": node for i, node in enumerate([*given, save, *images])}


def every_case(tf, tmp_path, module):
    if module == "others":
        return others(tf, tmp_path)
    found = {}
    for name, make in importlib.import_module(f"resume_cases.{module}").cases(tf, tmp_path).items():
        try:
            found[name] = make()._node
        except Exception:  # its error comes when it is made
            assert module == "errors"
    return found


@pytest.mark.parametrize("module", MODULES)
def test_steps_are_as_they_were(tf, tmp_path, module):
    for name, node in every_case(tf, tmp_path, module).items():
        files = sorted(tmp_path.rglob("*"))
        assert passed_aside(node) == [], name
        assert sorted(tmp_path.rglob("*")) == files, name


class Log(Node):
    """Keeps what went by."""

    def __init__(self, parent):
        super().__init__(parent)
        self.log = []

    def _begin(self, run, mark):
        return Logged(self.parent.begin(run, mark), self.log)


class Logged(Pass):
    def __init__(self, elements, log):
        super().__init__(elements)
        self._log = log

    def __next__(self):
        element = next(self.parent)
        self._log.append(element)
        return element


class LogOfItsOwn(Log):
    def aside(self, parents):
        made = super().aside(parents)
        made.log = []
        return made


def test_a_step_that_keeps_something_says_how(tf):
    numbers = tf.data.Dataset.range(5)._node
    assert passed_aside(Log(numbers)) == ["Log"]
    kept = LogOfItsOwn(numbers)
    assert passed_aside(kept) == [] and not kept.log
    plaidml_compat.explain(Dataset(kept), measure=0.05)
    assert not kept.log and len(list(Dataset(kept))) == len(kept.log) == 5


def _classes(cls):
    for sub in cls.__subclasses__():
        yield sub
        yield from _classes(sub)


def test_every_class_of_steps_is_among_them(tf, tmp_path):
    nodes = []
    for module in MODULES:
        (tmp_path / module).mkdir()
        nodes += every_case(tf, tmp_path / module, module).values()
    looked_at = {type(step) for node in nodes for step in (node, *node.above())}
    ours = {c for c in _classes(Node) if c.__module__.startswith("plaidml_compat.") and c not in (Held, StandIn)}
    assert {c.__name__ for c in ours - looked_at if not c.__subclasses__()} == set()
