"""`devices` and `doctor`: what they say of this machine, of Mesa's software OpenCL, and of machines in which something is missing."""

from __future__ import annotations

import glob
import json
import os
import subprocess
import sys

import pytest

from plaidml_compat import device, opencl
from plaidml_compat.cli import devices, doctor, packages, trials

OURS = [sys.executable, "-m", "plaidml_compat"]
RUSTICL = {"RUSTICL_ENABLE": "llvmpipe", "RUSTICL_DEVICE_TYPE": "gpu"}
needs_rusticl = pytest.mark.skipif(
    not (glob.glob(f"{opencl.VENDORS}/*rusticl*") and opencl.has_library()),
    reason="Mesa's rusticl is not installed (mesa-opencl-icd, ocl-icd-opencl-dev)",
)


def run(args, **environment):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("RUSTICL_", "PLAIDML_CONFIG_FILE", "OCL_ICD"))}
    return subprocess.run([*OURS, *args], capture_output=True, text=True, timeout=300, env={**kept, "COLUMNS": "100", **environment})


def listed(**environment):
    out = run(["devices", "--json"], **environment)
    assert out.returncode == 0, out.stderr
    return json.loads(out.stdout)


def test_the_embedded_device_is_listed():
    found = listed()
    assert any(d["id"] == "llvm_cpu.0" and d["usable"] for d in found["devices"])
    out = run(["devices"])
    assert out.returncode == 0 and "llvm_cpu.0" in out.stdout and "yes" in out.stdout
    assert out.stderr == ""


@needs_rusticl
def test_a_device_without_a_configuration_and_with_the_one_we_print(tmp_path):
    found = listed(**RUSTICL)
    d = next(d for d in found["devices"] if "llvmpipe" in d["id"])
    assert not d["usable"]
    assert "no hardware configuration" in d["reason"] and "devices --config" in d["advice"]
    assert "PLAIDML_CONFIG_FILE" in run(["devices"], **RUSTICL).stdout

    out = run(["devices", "--config"], **RUSTICL)
    assert out.returncode == 0, out.stderr
    file = tmp_path / "config.json"
    file.write_text(out.stdout)
    found = listed(PLAIDML_CONFIG_FILE=str(file), **RUSTICL)
    assert next(e for e in found["devices"] if e["id"] == d["id"])["usable"]
    assert run(["devices", "--config"], PLAIDML_CONFIG_FILE=str(file), **RUSTICL).returncode == 2
    assert run(["devices", "--config", "nonsense"], **RUSTICL).returncode == 2

    out = run(["doctor", "--json"], PLAIDML_CONFIG_FILE=str(file), **RUSTICL)
    assert out.returncode == 0, out.stdout
    states = {c["name"]: c for c in json.loads(out.stdout)["checks"]}
    assert states[d["id"]]["state"] == "ok" and "matrix product is right" in states[d["id"]]["found"]


@needs_rusticl
def test_an_opencl_processor_is_skipped_with_a_reason():
    d = next(d for d in listed(RUSTICL_ENABLE="llvmpipe")["devices"] if "llvmpipe" in d["description"])
    assert not d["usable"] and d["id"] == ""
    assert "type CPU" in d["reason"] and "llvm_cpu.0" in d["advice"]


@needs_rusticl
def test_drivers_without_a_device_are_kept_from_plaidml():
    """PlaidML reads a count that such a driver leaves unwritten. While it looks, it must find no such driver, and the others."""
    code = """
import json, os
from plaidml_compat import opencl
with opencl.without_empty_drivers():
    inside = os.environ.get("OCL_ICD_VENDORS")
    files = sorted(os.listdir(inside or opencl.VENDORS))
print(json.dumps([files, "OCL_ICD_VENDORS" in os.environ, bool(inside) and os.path.exists(inside)]))
"""
    for enabled in ({}, RUSTICL):
        files, still_set, still_there = json.loads(run(["--quiet", "-c", code], **enabled).stdout)
        assert bool(files) == bool(enabled), "without RUSTICL_ENABLE, rusticl has no device"
        assert all("rusticl" in f for f in files), "Mesa's other driver has no device here"
        assert not still_set and not still_there


def test_no_libopencl(monkeypatch):
    monkeypatch.setattr(opencl, "has_library", lambda name="libOpenCL.so": False)
    (problem,) = devices.opencl_problems()
    assert "libOpenCL.so" in problem.what and "ocl-icd-opencl-dev" in problem.cure
    monkeypatch.setattr(opencl, "has_library", lambda name="libOpenCL.so": name.endswith(".1"))
    (problem,) = devices.opencl_problems()
    assert "libOpenCL.so.1 but no libOpenCL.so" in problem.what and "ocl-icd-opencl-dev" in problem.cure
    gpu = opencl.OpenCLDevice("Fast 9000", "Maker", "GPU")
    monkeypatch.setattr(opencl, "drivers", lambda: (opencl.Driver("f.icd", "l.so", ("P",), (gpu,)),))
    row = next(d for d in devices.survey()["devices"] if "Fast 9000" in d["description"])
    assert not row["usable"] and "ocl-icd-opencl-dev" in row["advice"]


def test_drivers_that_do_not_load(monkeypatch):
    monkeypatch.setattr(opencl, "has_library", lambda name="libOpenCL.so": True)
    monkeypatch.setattr(opencl, "drivers", lambda: (opencl.Driver("/x/broken.icd", "libbroken.so", error="no such file"),))
    (problem,) = devices.opencl_problems()
    assert "/x/broken.icd" in problem.what and "no such file" in problem.what
    monkeypatch.setattr(opencl, "drivers", lambda: ())
    (problem,) = devices.opencl_problems()
    assert "no OpenCL driver" in problem.what


def test_driver_files(tmp_path, monkeypatch):
    (tmp_path / "a.icd").write_text("libnowhere_at_all.so\n")
    (tmp_path / "b.txt").write_text("ignored")
    monkeypatch.setenv("OCL_ICD_VENDORS", str(tmp_path))
    opencl.drivers.cache_clear()
    try:
        (driver,) = opencl.drivers()
    finally:
        opencl.drivers.cache_clear()
    assert driver.library == "libnowhere_at_all.so" and "libnowhere_at_all" in driver.error


def test_an_unknown_default_device_is_a_problem():
    found = listed(PLAIDML_DEVICE_IDS="gone.3")
    assert found["default"] is None
    assert any("gone.3" in p["what"] for p in found["problems"])


# ------------------------------------------------------------------------------------------------------------ doctor
def test_doctor_on_this_machine():
    out = run(["doctor"])
    assert out.returncode == 0, out.stdout
    assert "Nothing is broken" in out.stdout
    assert "llvm_cpu.0  a matrix product is right" in out.stdout
    assert "enum34" in out.stdout and "pip uninstall" in out.stdout
    assert "cures applied" in out.stdout


def test_doctor_with_something_broken():
    out = run(["doctor", "--json"], PLAIDML_DEVICE_IDS="gone.3")
    assert out.returncode == 1
    found = json.loads(out.stdout)
    assert not found["ok"]
    broken = [c for c in found["checks"] if c["state"] == "broken"]
    assert all(c["cure"] for c in broken)
    assert any("gone.3" in c["found"] for c in broken)


def test_every_problem_has_a_cure():
    for check in doctor.checks(120):
        assert check.state == doctor.OK or check.cure, check


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("numpy>=2.0.0", "ok"),
        ("numpy>=99", "broken"),
        ("numpy==1.0", "broken"),
        ("plaidml==0.7.0", "ok"),
        ("nowhere-to-be-found>=1", "broken"),
        ("opencv-python-headless>=5.0.0.93", "ok"),
    ],
)
def test_requirements(text, state):
    check = packages.requirement(text)
    assert check.state == state
    assert state == "ok" or "pip install" in check.cure


def test_a_package_that_does_not_import(tmp_path, monkeypatch):
    (tmp_path / "brokenpack.py").write_text("raise OSError('libX.so: cannot open')")
    (tmp_path / "brokenpack-1.0.dist-info").mkdir()
    (tmp_path / "brokenpack-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: brokenpack\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    check = packages.requirement("brokenpack>=1.0")
    assert check.state == "broken" and "libX.so: cannot open" in check.found


def test_a_device_that_hangs_crashes_or_is_wrong(monkeypatch):
    monkeypatch.setattr(trials, "_PRODUCT", "import time; time.sleep(60)")
    check = trials.product("llvm_cpu.0", 0.5)
    assert check.state == "broken" and "no answer within 0.5 s" in check.found
    monkeypatch.setattr(trials, "_PRODUCT", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    check = trials.product("llvm_cpu.0", 60)
    assert check.state == "broken" and "SIGSEGV" in check.found
    monkeypatch.setattr(trials, "_PRODUCT", "print('[0.5, 1.0]')")
    check = trials.product("llvm_cpu.0", 60)
    assert check.state == "broken" and "wrong by 0.5" in check.found and check.cure


def test_the_configuration_names_the_device():
    info = device.DeviceInfo("opencl_x.0", "Maker (R) Fast [9000] (OpenCL)", False)
    (config,) = devices.configuration(info)["platform"]["hardware_configs"]
    assert config["sel"]["and"]["sel"][0]["name_regex"] == ".*Maker .R. Fast .9000. .OpenCL..*"
    assert config["settings"] == devices.STARTING_SETTINGS
