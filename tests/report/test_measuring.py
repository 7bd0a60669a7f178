"""Measuring: numbers that a hand can check, wrong kernels, notes, and what is shipped."""

from __future__ import annotations

import dataclasses
import json
import time

import golden
import numpy as np
import pytest

import plaidml_compat
from plaidml_compat import OPS
from plaidml_compat.report.measuring import worker as measuring_worker
from plaidml_compat.report.measuring.measurements import PLACES, Measured, Measurements, shipped

FOLDER = golden.GOLDENS
HUE = "tf.image.adjust_hue"


@pytest.fixture
def worker(tf, device_id, monkeypatch):
    """A worker in this process, on small batches."""
    monkeypatch.setattr(measuring_worker, "BATCHES", (4, 2))
    monkeypatch.setattr(measuring_worker, "_ENOUGH", 0.05)
    before = plaidml_compat.install()
    yield measuring_worker.Worker(device_id, FOLDER, lambda answer: None)
    plaidml_compat.install(device_id, before.placement, before.fallback)


def replace_host(monkeypatch, name, function):
    entry = OPS[name]
    host, *others = entry.kernels
    monkeypatch.setattr(entry, "kernels", [dataclasses.replace(host, function=function(host.function)), *others])


# ------------------------------------------------------------------------------------------------------------- error
def test_the_error_is_the_largest_difference_from_the_goldens(worker, tf):
    with np.load(FOLDER / f"{HUE}.npz") as want:
        by_hand = max(
            np.abs(np.asarray(tf.image.adjust_hue(*s.args, **s.kwargs)).astype(float) - want[f"{s.id}/0"].astype(float)).max()
            for s in OPS[HUE].samples()
        )
    assert by_hand > 0
    assert worker.error(OPS[HUE], "host") == {"error": by_hand}


@pytest.mark.parametrize("place", PLACES)
def test_a_wrong_kernel_is_seen(worker, monkeypatch, place):
    entry = OPS["tf.math.reduce_max"]
    right = worker.error(entry, place)
    assert right == {"error": 0.0}
    wrong = [dataclasses.replace(k, function=lambda *a, right=k.function, **b: right(*a, **b) + 0.25) for k in entry.kernels]
    monkeypatch.setattr(entry, "kernels", [w if k.placement == place else k for k, w in zip(entry.kernels, wrong)])
    assert worker.error(entry, place) == {"error": 0.25}


def test_what_is_not_numbers_is_said(worker, monkeypatch):
    replace_host(monkeypatch, "tf.image.flip_left_right", lambda right: lambda image: right(image)[..., :1, :])
    found = worker.error(OPS["tf.image.flip_left_right"], "host")
    assert "error" not in found and "differs: tf.image.flip_left_right" in found["note"] and "shape" in found["note"]


def test_other_draws_are_no_small_error(worker, monkeypatch):
    from plaidml_compat import random

    uniform = random.LayerGenerator.uniform
    monkeypatch.setattr(random.LayerGenerator, "uniform", lambda self, *a, **k: uniform(self, *a, **k) + np.float32(1e-3))
    found = worker.error(OPS["tf.keras.layers.RandomBrightness"], "host")
    assert "error" not in found and "draws other numbers" in found["note"]


def test_samples_beyond_a_limit_are_counted(worker):
    found = worker.error(OPS["tf.math.reduce_min"], "device")
    assert found == {"error": 0.0, "note": "beyond a limit: 1 of 3 samples"}


def test_a_refusal_that_is_not_declared_is_a_problem(worker, monkeypatch):
    from plaidml_compat import PlacementError

    def refuse(right):
        def kernel(image):
            raise PlacementError("tf.image.flip_left_right", "just so", "nothing")

        return kernel

    replace_host(monkeypatch, "tf.image.flip_left_right", refuse)
    found = worker.error(OPS["tf.image.flip_left_right"], "host")
    assert "error" not in found and "PlacementError" in found["note"] and "(4 of 4 samples)" in found["note"]


@pytest.mark.parametrize(
    ("name", "folder", "note"),
    [
        ("tf.math.exp", FOLDER, "it has no samples of its own"),
        ("plaidml_compat.rotate", FOLDER, "it has no samples of its own; tf.keras.layers.RandomRotation has, which applies it"),
        ("tf.image.flip_up_down", None, "goldens are not here"),
    ],
)
def test_why_there_is_no_error(worker, name, folder, note):
    worker.folder = folder
    assert worker.error(OPS[name], "host") == {"note": note}


def test_a_golden_of_other_samples_is_not_compared_with(worker, tmp_path):
    worker.folder = tmp_path
    found = worker.error(OPS["tf.image.flip_up_down"], "host")
    assert "error" not in found and "the golden is missing" in found["note"]


# ------------------------------------------------------------------------------------------------------------- speed
def test_the_rate_is_that_of_the_clock(worker, monkeypatch):
    def sleeping(right):
        def kernel(image):
            time.sleep(0.1)
            return right(image)

        return kernel

    replace_host(monkeypatch, "tf.image.flip_left_right", sleeping)
    found = worker.speed(OPS["tf.image.flip_left_right"], "host", ["host"])
    assert 4 / 0.3 < found["images_per_second"] < 4 / 0.1
    assert found["repeatable"] is True and found["call"].startswith("float32 4x224x224x3, sample")


def test_a_call_that_gives_other_bits_is_not_repeatable(worker, monkeypatch):
    replace_host(monkeypatch, "tf.image.flip_left_right", lambda right: lambda image: right(image) + np.float32(np.random.rand()))
    assert worker.speed(OPS["tf.image.flip_left_right"], "host", ["host"])["repeatable"] is False


def test_a_layer_that_draws_repeats_with_the_same_seed(worker):
    assert worker.speed(OPS["tf.keras.layers.RandomBrightness"], "host", ["host"])["repeatable"] is True


def test_both_places_are_measured_with_one_call(worker):
    entry = OPS["tf.math.reduce_min"]
    host, device = (worker.speed(entry, p, ["device", "host"]) for p in PLACES)
    assert host["call"] == device["call"] and host["images_per_second"] != device["images_per_second"]


def test_a_call_that_does_nothing_is_not_taken(worker):
    assert "float32 to float32" not in worker.speed(OPS["tf.cast"], "host", ["host"])["call"]


def test_without_opencv_the_device_is_measured_all_the_same(worker, monkeypatch):
    def missing(right):
        def kernel(image):
            raise ImportError("No module named 'cv2'")

        return kernel

    replace_host(monkeypatch, "tf.image.flip_left_right", missing)
    host, device = (worker.speed(OPS["tf.image.flip_left_right"], p, ["device", "host"]) for p in PLACES)
    assert host == {"note": "ImportError: No module named 'cv2'"}
    assert device["images_per_second"] > 0


@pytest.mark.parametrize(
    ("name", "note"), [("tf.strings.length", "takes no images"), ("tf.image.pad_to_bounding_box", "ValueError: .*224x224")]
)
def test_why_there_is_no_rate(worker, name, note):
    import re

    found = worker.speed(OPS[name], "host", ["host"])
    assert list(found) == ["note"] and re.match(note, found["note"])


# ------------------------------------------------------------------------------------------------------- what is kept
def test_json_keeps_everything_but_where_it_was_made():
    rows = {"tf.x": {"host": Measured(12.5, 0.0, False, "a", "b"), "device": Measured(note="none")}}
    made = Measurements("2 cores", "llvm_cpu.0", "llvm_cpu", "2026-11-23", "0.1", True, rows)
    text = json.dumps(made.to_dict())
    assert Measurements.from_dict(json.loads(text)) == dataclasses.replace(made, here=False)
    assert json.loads(text)["rows"]["tf.x"]["device"] == {"note": "none"}


@pytest.mark.parametrize("wrong", [{}, {"schema": 1, "rows": {"tf.x": {"host": {"speed": 1}}}}, {"rows": []}, {"schema": 1, "rows": {}}])
def test_json_of_something_else_is_refused(wrong):
    with pytest.raises(ValueError, match=r"no measurements.*received"):
        Measurements.from_dict(wrong)
    with pytest.raises(ValueError, match=r"schema 1; .*received"):
        Measurements.from_dict({"schema": 2, "rows": {}})


def test_what_is_shipped(tf):
    found = {m.engine: m for m in shipped()}
    assert set(found) == {"llvm_cpu", "opencl"} and len(shipped()) == 2
    for m in found.values():
        assert m.machine and m.device and m.version and not m.here and len(m.date) == len("2026-11-23")
        strange = [n for n in m.rows if n not in OPS or OPS[n].name != n or OPS[n].kind not in ("op", "layer")]
        assert not strange, f"measured, but in the registry under no or another name: {strange}; run benchmarks/ops.py"
        assert all(set(of) <= set(PLACES) for of in m.rows.values())


def test_slow_ops_are_those_of_the_shipped_measurements(tf):
    from plaidml_compat import cost

    rotate = next(m for m in shipped() if m.engine == "llvm_cpu").rows["plaidml_compat.rotate"]
    host, device = (32 / rotate[p].images_per_second for p in PLACES)
    assert cost.seconds("plaidml_compat.rotate", "llvm_cpu") == {"host": host, "device": device}
    assert device > cost.SLOW * host
    slow = cost.slower_on_device("plaidml_compat.rotate", "llvm_cpu")
    assert f"{device * 1e3:.0f} ms" in slow.reason and f"{host * 1e3:.0f} ms" in slow.reason


def test_a_slow_op_is_told_with_the_call_that_was_measured(tf):
    from plaidml_compat import cost

    told = 0
    for m in shipped():
        for name, of in m.rows.items():
            slow = cost.slower_on_device(name, m.engine)
            if slow:
                assert of["device"].call and of["device"].call in slow.reason, name
                told += 1
    assert told > 5


def test_a_layer_is_slow_where_its_ops_are(tf):
    from plaidml_compat.report import names

    about = names.about("tf.keras.layers.RandomRotation")
    assert [(s.op, s.engine) for s in about.slow][:1] == [("plaidml_compat.rotate", "llvm_cpu")]
