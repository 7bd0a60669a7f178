"""Measuring: numbers that a hand can check, wrong kernels, workers that die, hang or are interrupted, notes, and what is shipped."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import golden
import numpy as np
import pytest

import plaidml_compat
from plaidml_compat import OPS
from plaidml_compat.report.measuring import asking as measuring
from plaidml_compat.report.measuring import worker as measuring_worker
from plaidml_compat.report.measuring.asking import MeasuringFailed, measure
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
    import time

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


# ------------------------------------------------------------------------------------------------- the process itself
def worker_program(code):
    """A worker's program that runs some code, in which `w` is its module, before it begins."""
    begin = "import os, time\nfrom plaidml_compat.report.measuring import worker as w\nw.BATCHES, w._ENOUGH = (4, 2), 0.05"
    return f"{begin}\n{code}\nw.main()"


def as_worker(monkeypatch, code):
    """Workers that run some code, in which `w` is their module, before they begin; and a list of all that were started."""
    monkeypatch.setattr(measuring, "_WORKER", (sys.executable, "-c", worker_program(code)))
    started = []

    class Popen(subprocess.Popen):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            started.append(self)

    monkeypatch.setattr(measuring.subprocess, "Popen", Popen)
    return started


def test_a_measurement_in_a_process_of_its_own(device_id, monkeypatch, capfd):
    started = as_worker(monkeypatch, "")
    seen = []
    names = ["tf.image.flip_left_right", "tf.strings.length"]
    found = measure(device_id, names, lambda *a: seen.append(a), FOLDER)
    assert seen == [(names[0], 0, 2), (names[1], 1, 2), ("", 2, 2)]
    assert (found.device, found.here, sorted(found.rows)) == (device_id, True, sorted(names))
    flip = found.rows[names[0]]
    assert all(flip[p].error == 0 and flip[p].images_per_second > 0 and flip[p].repeatable and not flip[p].note for p in PLACES)
    assert found.rows[names[1]] == {"host": Measured(error=0.0, note="speed: takes no images")}
    assert len(started) == 1 and started[0].poll() is not None
    assert capfd.readouterr() == ("", "")


def test_a_crash_and_a_hang_cost_a_number_each_and_end_nothing(device_id, monkeypatch):
    broken = """
error, at = w.Worker.error, w._at
def crashing(self, entry, place):
    if place == "device":
        self._begins("error", place, "sample 'x'")
        print("noise on standard output", flush=True)
        os.abort()
    return error(self, entry, place)
def hanging(place, check=True):
    if place == "device":
        time.sleep(300)
    return at(place, check)
w.Worker.error, w._at = crashing, hanging
"""
    started = as_worker(monkeypatch, broken)
    of = measure(device_id, ["tf.image.flip_left_right"], goldens=FOLDER, timeout=4).rows["tf.image.flip_left_right"]
    assert of["host"].error == 0 and of["host"].images_per_second > 0 and of["host"].note == ""
    assert (of["device"].error, of["device"].images_per_second) == (None, None)
    crash, hang = of["device"].note.split("; ")
    assert crash == "error: the process died of SIGABRT (sample 'x')"
    assert hang.startswith("speed: no answer within 4 s (float32 4x224x224x3, sample")
    assert len(started) == 3 and all(p.poll() is not None for p in started)


def test_ctrl_c_leaves_nothing(device_id, monkeypatch):
    started = as_worker(monkeypatch, "")

    def interrupted(name, done, count):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure(device_id, ["tf.image.flip_left_right"], interrupted)
    assert len(started) == 1 and started[0].poll() is not None


def test_a_worker_that_nobody_hears_ends(device_id):
    command = [*measuring._WORKER, device_id, str(FOLDER)]
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        assert worker.stdout.readline().startswith(b'{"ready"')
        worker.stdin.write(b'{"name": "tf.keras.layers.RandomRotation", "parts": [["error", "device"]]}\n')
        worker.stdin.flush()
        assert worker.stdout.readline().startswith(b'{"at"')
        worker.stdout.close()
        assert worker.wait(30) == os.EX_IOERR
    finally:
        worker.kill()
        worker.stdin.close()
        worker.wait()


HANGS = """
import subprocess, sys
class Hanging:
    engine = "llvm_cpu"
    def __init__(self, device, folder, say):
        pass
    def places(self):
        return {"tf.x": [["tf.x"], ["host"]]}
    def answer(self, request):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], stdout=subprocess.DEVNULL)
        open(os.environ["PIDS"], "w").write(f"{os.getpid()} {child.pid}")
        time.sleep(300)
from plaidml_compat import device
device.current = lambda: "llvm_cpu.0"
w.Worker = Hanging
"""
"""A worker without PlaidML that hangs, with a process of its own, when it is asked something; tells who they are."""


def gone(pid, seconds=20):
    """Whether a process ends within some seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":  # ended; whoever inherited it has not looked yet
            return True
        time.sleep(0.02)
    return False


def told(path):
    """The processes of a worker that hangs."""
    while not (path.exists() and len(path.read_text().split()) == 2):
        time.sleep(0.02)
    return [int(pid) for pid in path.read_text().split()]


def test_a_worker_that_hangs_ends_with_its_asker(tmp_path):
    asker = (
        "import sys\nfrom plaidml_compat.report.measuring import asking\n"
        f"asking._WORKER = (sys.executable, '-c', {worker_program(HANGS)!r})\nasking.measure('llvm_cpu.0', ['tf.x'])"
    )
    pids = tmp_path / "pids"
    process = subprocess.Popen([sys.executable, "-c", asker], env={**os.environ, "PIDS": str(pids)})
    worker, child = told(pids)
    try:
        process.terminate()
        process.wait(30)
        assert gone(worker)
    finally:
        os.kill(child, signal.SIGKILL)


def test_nothing_that_a_worker_started_outlives_a_hang(monkeypatch, tmp_path):
    monkeypatch.setenv("PIDS", str(tmp_path / "pids"))
    as_worker(monkeypatch, HANGS)
    of = measure("llvm_cpu.0", ["tf.x"], timeout=1).rows["tf.x"]
    assert of["host"].note == "error: no answer within 1 s; speed: no answer within 1 s"
    assert all(gone(pid) for pid in told(tmp_path / "pids"))


def test_wrong_arguments(device_id, monkeypatch, tmp_path):
    started = as_worker(monkeypatch, "")
    with pytest.raises(ValueError, match=r"ops and layers.*received 'tf\.image\.nothing'"):
        measure(device_id, ["tf.image.nothing"])
    with pytest.raises(MeasuringFailed, match="nonsense"):
        measure("nonsense.0")
    with pytest.raises(ValueError, match=r"\.npz.*received"):
        measure(device_id, goldens=tmp_path)
    assert len(started) == 2 and all(p.poll() is not None for p in started)


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
