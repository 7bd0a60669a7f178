"""The process that measures: workers that die, hang or are interrupted, and what is left of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import golden
import pytest

from plaidml_compat.report.measuring import asking as measuring
from plaidml_compat.report.measuring.asking import MeasuringFailed, measure
from plaidml_compat.report.measuring.measurements import PLACES, Measured

FOLDER = golden.GOLDENS


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
