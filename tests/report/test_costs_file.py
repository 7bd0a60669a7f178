"""benchmarks/ops.py: what it puts into costs.json, and what it leaves there."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from plaidml_compat.report.measuring.measurements import Measured, Measurements

FILE = Path(__file__).parent.parent.parent / "benchmarks" / "ops.py"


@pytest.fixture
def ops(tmp_path, monkeypatch):
    """The benchmark, with a costs.json of its own: one measurement of tf.a and tf.b on each engine."""
    spec = importlib.util.spec_from_file_location("benchmark_of_ops", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "COSTS", tmp_path / "costs.json")
    module.COSTS.write_text(module.text([made("llvm_cpu", a=1.0, b=2.0).to_dict(), made("opencl", a=3.0, b=4.0).to_dict()]))
    return module


def made(engine, machine="2 cores", **rates):
    rows = {f"tf.{n}": {"host": Measured(rate)} for n, rate in rates.items()}
    return Measurements(machine, f"{engine}.0", engine, "2026-11-23", "0.1", True, rows)


def rates(ops):
    found = [Measurements.from_dict(m) for m in json.loads(ops.COSTS.read_text())["measurements"]]
    return {m.engine: {n: of["host"].images_per_second for n, of in m.rows.items()} for m in found}


def test_a_whole_measurement_replaces_its_engines(ops):
    ops.merge(made("opencl", machine="another", c=5.0), part=False)
    assert rates(ops) == {"llvm_cpu": {"tf.a": 1.0, "tf.b": 2.0}, "opencl": {"tf.c": 5.0}}


def test_a_part_replaces_its_rows(ops):
    ops.merge(made("llvm_cpu", b=7.0), part=True)
    assert rates(ops) == {"llvm_cpu": {"tf.a": 1.0, "tf.b": 7.0}, "opencl": {"tf.a": 3.0, "tf.b": 4.0}}


def test_numbers_of_two_machines_are_not_mixed(ops):
    before = ops.COSTS.read_text()
    with pytest.raises(SystemExit, match=r"2 cores with llvm_cpu\.0, this on another with llvm_cpu\.0: measure all"):
        ops.merge(made("llvm_cpu", machine="another", b=7.0), part=True)
    assert ops.COSTS.read_text() == before


def test_the_shipped_file_is_as_it_is_written(ops):
    shipped = FILE.parent.parent / "plaidml_compat" / "costs.json"
    assert shipped.read_text() == ops.text(json.loads(shipped.read_text())["measurements"])
