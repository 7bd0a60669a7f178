"""`matrix` at the command line: formats, files whole or not at all, stale ones, and how it ends."""

from __future__ import annotations

import importlib
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import plaidml_compat
from plaidml_compat import cli
from plaidml_compat.cli import matrix as command
from plaidml_compat.report import names
from plaidml_compat.report.matrix.formats import markdown as matrix_markdown
from plaidml_compat.report.measuring import asking as measuring
from plaidml_compat.report.measuring.measurements import Measured, Measurements

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = [sys.executable, "-m", "plaidml_compat", "matrix"]
PROG = "plaidml-compat matrix"


@pytest.fixture
def run(device_id, capsys):
    """Runs it in this process; returns exit code, standard output and standard error."""
    plaidml_compat.install(device_id)

    def run(*arguments):
        capsys.readouterr()
        try:
            code = command.main([str(a) for a in arguments], PROG)
        except SystemExit as e:
            code = e.code
        return (code, *capsys.readouterr())

    return run


def test_compatibility_md_is_what_this_version_says():
    """In a process of its own: other tests declare names, too. Where it is stale, the message has the command that writes it."""
    out = subprocess.run(
        [*OURS, "--built-in", "--check", "COMPATIBILITY.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert out.returncode == 0, out.stderr
    assert (out.stdout, out.stderr) == ("", "")
    assert (ROOT / "COMPATIBILITY.md").stat().st_size < 450_000


def test_formats(run, tmp_path):
    code, out, err = run("--format", "json")
    assert (code, err) == (0, "")
    assert len(json.loads(out)["rows"]) == len(names.all_names())
    code, out, _ = run("--format", "markdown", "--family", "tf.nest")
    assert out.startswith("# Compatibility\n") and "Only a part: families: tf.nest." in out
    code, out, _ = run("--format", "html", "--family", "tf.nest")
    assert out.lower().startswith("<!doctype html>") and "tf.nest.flatten" in out
    code, out, _ = run()
    assert "names: TensorFlow" in out and "\x1b" not in out
    for name, start in (("x.json", "{"), ("x.MD", "#"), ("x.htm", "<!"), ("x.txt", "status")):
        assert run("--family", "tf.nest", "-o", tmp_path / name) == (0, "", "")
        assert (tmp_path / name).read_text().startswith(start)
    assert run("--family", "tf.nest", "-o", tmp_path / "x.data", "--format", "json")[0] == 0
    assert json.loads((tmp_path / "x.data").read_text()) == json.loads((tmp_path / "x.json").read_text())


def test_names_and_filters(run):
    code, out, _ = run("tf.image.resize", "tf.image.ssim")
    assert code == 0 and out.startswith("tf.image.resize: device (op)\n") and "\ntf.image.ssim: not built (function)\n" in out
    code, out, _ = run("tf.image.resiz")
    assert code == 1 and out.startswith("tf.image.resiz: unknown\n") and "did you mean 'resize'?" in " ".join(out.split())
    assert run("tf.nothing.*") == (1, "No name fits.\n", "")
    code, out, _ = run("--status", "unsupported", "--family", "tf.io")
    assert code == 0 and "tf.io.match_filenames_once" in out and "tf.io.read_file" not in out
    assert run("--status", "not-built", "--family", "tf.io") == run("--status", "not built", "--family", "tf.io")
    assert run("--status", "unknown")[0] == 2
    assert run("--all")[1].count("\n") > len(names.all_names())
    code, out, err = run("--family", "tf.imgae")
    assert (code, out) == (2, "") and "did you mean 'tf.image'" in err


def test_wrong_arguments(run, tmp_path):
    code, out, err = run("--device", "nonsense")
    with pytest.raises(ValueError) as e:
        plaidml_compat.device.choose("nonsense")
    assert (code, out, err) == (2, "", f"{PROG}: error: {e.value}\n")
    code, _, err = run("-o", tmp_path / "x.pdf")
    assert code == 2 and ".md" in err and "x.pdf" in err
    code, _, err = run("-o", tmp_path / "missing" / "x.md")
    assert code == 2 and "No such file" in err
    code, _, err = run("--check", tmp_path / "x.md")
    assert code == 2 and "No such file" in err
    code, _, err = run("--check", tmp_path, "--format", "text")
    assert code == 2 and "cannot be read" in err
    code, _, err = run("--goldens", "/nonexistent", "tf.cast")
    assert code == 2 and "--goldens is for --measure" in err
    assert list(tmp_path.iterdir()) == []


def test_a_device_has_the_columns_of_its_engine(run, device_id):
    code, out, _ = run("--device", device_id, "--format", "json")
    found = json.loads(out)
    engine = plaidml_compat.device.engine_of(device_id)
    assert (code, found["about"]["device"], found["about"]["engine"]) == (0, device_id, engine)
    assert {e for r in found["rows"] for e in r["in_model"]["engines"]} == {engine}
    assert {m["engine"] for m in found["about"]["measurements"]} <= {engine} and found["schema"] == 1


def test_a_file_is_never_half_written(run, tmp_path, monkeypatch):
    (tmp_path / "x.md").write_text("before")

    def broken(found, reading):
        raise RuntimeError("broken")

    monkeypatch.setattr(matrix_markdown, "render", broken)
    with pytest.raises(RuntimeError):
        run("-o", tmp_path / "x.md")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["before"]


@pytest.mark.parametrize("rest", [["--family", "tf.image", "--family", "tf.io"], ["tf.image.*"]])
@pytest.mark.parametrize("name", ["a table.md", "page.html", "x.txt"])
def test_a_stale_file_is_told_with_what_writes_it(run, tmp_path, name, rest):
    file = tmp_path / name
    run(*rest, "-o", file)
    assert run(*rest, "--check", file) == (0, "", "")
    fresh = file.read_bytes()
    lines = fresh.decode().splitlines(keepends=True)
    number = next(i for i, x in enumerate(lines) if "tf.image.resize" in x)
    file.write_text("".join([*lines[:number], lines[number].replace("tf.image.resize", "tf.image.size", 1), *lines[number + 1 :]]))
    code, out, err = run(*rest, "--check", file)
    assert (code, out) == (1, "")
    told = err.splitlines()
    assert told[1].startswith(f"line {number + 1} - ") and "tf.image.size" in told[1]
    assert told[2].startswith(f"line {number + 1} + ") and "tf.image.resize" in told[2]
    start = f"Write it anew: {PROG} "
    assert told[-1].startswith(start)
    assert run(*shlex.split(told[-1][len(start) :]))[0] == 0
    assert file.read_bytes() == fresh


def test_a_file_that_ends_early_is_stale(run, tmp_path):
    run("--family", "tf.nest", "-o", tmp_path / "x.md")
    whole = (tmp_path / "x.md").read_text()
    (tmp_path / "x.md").write_text(whole[: len(whole) // 2])
    assert run("--family", "tf.nest", "--check", tmp_path / "x.md")[0] == 1
    (tmp_path / "x.md").write_text(whole + "\n")
    assert run("--family", "tf.nest", "--check", tmp_path / "x.md")[0] == 1


# ---------------------------------------------------------------------------------------------------------- measuring
@pytest.fixture
def measured(monkeypatch):
    """What `measure` was asked; it finds 5 images a second for tf.cast."""
    asked = []

    def measure(device_id, names, progress, goldens):
        asked.append((device_id, names, goldens))
        engine = plaidml_compat.device.engine_of(device_id)
        found = {"tf.cast": {"host": Measured(5.0, 0.0, True)}}
        return Measurements("a test", device_id, engine, "2026-11-24", "0.1", True, found)

    monkeypatch.setattr(measuring, "measure", measure)
    return asked


def test_measuring(run, measured, device_id):
    code, out, err = run("--measure", "--device", device_id, "--format", "json", "--goldens", "here")
    assert (code, err, measured) == (0, "", [(device_id, None, "here")])
    found = json.loads(out)
    assert found["totals"]["measured_here"] == 1
    (here,) = [m for m in found["about"]["measurements"] if m["here"]]
    assert (here["machine"], here["device"]) == ("a test", device_id)
    cast = next(r for r in found["rows"] if r["name"] == "tf.cast")
    assert [c["images_per_second"] for c in cast["measured"] if c["measurement"] == here["id"]] == [5.0]


def test_measuring_some(run, measured, device_id):
    alias = "tf.keras.layers.experimental.preprocessing.RandomFlip"
    code, out, _ = run("--measure", "--device", device_id, "cast", alias, "tf.float32")
    assert code == 0 and measured == [(device_id, ["tf.cast", "tf.keras.layers.RandomFlip"], None)]
    assert "  measured        host 5 images/s, error 0, repeatable\n" in out
    code, _, err = run("--measure", "--device", device_id, "tf.float32")
    assert code == 2 and "none of these names" in err and len(measured) == 1


# ------------------------------------------------------------------------------------------------------ how it ends
def test_a_reader_that_goes_away():
    child = subprocess.Popen([*OURS, "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout.readline() == b"{\n"
    child.stdout.close()
    said = child.stderr.read()
    child.stderr.close()
    assert (child.wait(120), said) == (141, b"")


@pytest.mark.parametrize("name", [n for n in cli.COMMANDS if n != "run"])
def test_ctrl_c(monkeypatch, capsys, name):
    def stopped(arguments, prog):
        raise KeyboardInterrupt

    monkeypatch.setattr(importlib.import_module(f"plaidml_compat.cli.{name}"), "main", stopped)
    assert (cli.main([name]), *capsys.readouterr()) == (130, "", "\nstopped\n")


def test_a_full_disk(run, monkeypatch):
    with open("/dev/full", "w") as full:
        child = subprocess.run([*OURS, "--format", "json"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=120)
    assert child.returncode == 2 and child.stderr.endswith("cannot be written to standard output: No space left on device\n")


def test_colours_are_for_terminals(run, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" not in run("tf.cast")[1]
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "\x1b[" in run("tf.cast")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("tf.cast")[1]
