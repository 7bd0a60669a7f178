"""`--profile`: what ran, beside what the code uses; the program's output, exceptions and exit codes are untouched."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys

import pytest

PROFILE = [sys.executable, "-W", "ignore", "-m", "plaidml_compat", "--profile"]

HELPER = """
import tensorflow as tf

def augment(x):
    return tf.image.flip_left_right(tf.abs(x))

def unused(x):
    return tf.image.resize(x, (3, 3))
"""
PROGRAM = """
import os, sys
import plaidml_compat
import tensorflow as tf
from tensorflow.keras import layers
import inside.helper
import numpy as np

x = np.ones((8, 4, 4, 3), "float32")
model = tf.keras.Sequential([layers.Rescaling(2.0, input_shape=(4, 4, 3)), layers.RandomFlip(), layers.Flatten(), layers.Dense(2)])
model.predict(x, batch_size=4, verbose=0)
for batch in tf.data.Dataset.from_tensor_slices(x).map(inside.helper.augment, num_parallel_calls=2).batch(4):
    pass
with plaidml_compat.device_scope("device"):
    tf.image.rot90(x)
    tf.image.flip_up_down(x)
if "never" in sys.argv:
    tf.linalg.svd(x)
if hasattr(tf.linalg, "qr"):
    tf.linalg.qr(x)
tf.image.random_hue(x, 0.1)
if hasattr(os, "fork"):
    if os.fork() == 0:
        sys.exit(0)
    os.wait()
print("output")
import other
raise ValueError("boom")
"""


def run(args, cwd, **kwargs):
    return subprocess.run([*PROFILE, *args], cwd=cwd, capture_output=True, text=True, timeout=120, **kwargs)


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A program with a package beside it and a module elsewhere, run once: its folder, what the process gave, and its JSON."""
    folder, elsewhere = tmp_path_factory.mktemp("program"), tmp_path_factory.mktemp("elsewhere")
    (folder / "inside").mkdir()
    (folder / "inside" / "__init__.py").touch()
    (folder / "inside" / "helper.py").write_text(HELPER)
    (folder / "not_imported.py").write_text("import tensorflow as tf\ntf.image.rgb_to_hsv(1)\n")
    (elsewhere / "other.py").write_text("import tensorflow as tf\nif 0:\n    tf.image.central_crop(1, 1)\n")
    (folder / "train.py").write_text(PROGRAM)
    path = os.pathsep.join([os.environ["PYTHONPATH"], str(elsewhere)])
    out = run(["--profile-json", "p.json", "train.py"], folder, env={**os.environ, "PYTHONPATH": path, "COLUMNS": "100"})
    return folder, out, json.loads((folder / "p.json").read_text())


def test_the_program_ends_as_it_would(program):
    _, out, _ = program
    assert (out.returncode, out.stdout) == (1, "output\n")
    assert out.stderr.index("ValueError: boom") < out.stderr.index("plaidml_compat profile: ")
    assert "plaidml_compat: " not in out.stderr, "the profile stands for the summary"


def test_what_the_code_uses_and_what_ran_are_joined(program):
    folder, _, written = program
    rows = {r["name"]: r for r in written["program"]}
    states = {n: (r["state"], r["rule"], r["ran"], r["fails"]) for n, r in rows.items()}
    assert states["tf.keras.layers.Rescaling"] == ("ran", "device", True, False)
    assert states["tf.keras.layers.RandomFlip"] == ("did not run", "device", False, False), "it does nothing in inference"
    assert states["tf.math.abs"] == ("ran", "device", True, False), "tf.abs in the code"
    assert states["tf.image.rot90"] == ("ran", "host", True, False)
    assert states["tf.image.resize"] == ("did not run", "device", False, False)
    assert states["tf.linalg.svd"] == ("never reached", "not-built", False, True)
    assert states["tf.linalg.qr"] == ("ran", "not-built", True, False), "the program copes"
    assert states["predict_function"] == ("only ran", "", True, False)
    assert states["tf.image.random_hue"] == ("ran", "host", True, False), "no op: it draws, and calls one"
    assert states["tf.keras.layers.Dense"] == ("not counted", "device", False, False)
    assert not {"tf.image.rgb_to_hsv", "tf.image.central_crop"} & set(rows), "neither imported nor of its own folder"
    places = {n: [(os.path.relpath(p["file"], folder), p["line"]) for p in r["places"]] for n, r in rows.items()}
    assert places["tf.math.abs"] == [(os.path.join("inside", "helper.py"), 5)]
    assert places["tf.linalg.qr"] == [("train.py", 19), ("train.py", 20)]
    assert places["predict_function"] == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork")
def test_other_processes_tell_nothing_and_it_is_said_that_they_do_not_count(program):
    _, out, written = program
    assert out.stderr.count("plaidml_compat profile: ") == 1
    (note,) = written["notes"]
    head = out.stderr.partition("plaidml_compat profile: ")[2].partition("\n\n")[0]
    assert "other processes" in note and note in " ".join(head.split())


def test_the_json_has_the_run(program):
    _, _, written = program
    ran = {r["name"]: r for r in written["rows"]}
    assert written["device"] == "llvm_cpu.0" and written["schema"] == 1
    assert (ran["tf.math.abs"]["host_calls"], ran["tf.image.flip_left_right"]["host_calls"]) == (8, 8)
    assert (ran["predict_function"]["device_calls"], ran["predict_function"]["to_device"]["bytes"]) == (2, 8 * 4 * 4 * 3 * 4)
    assert (ran["tf.image.flip_up_down"]["device_calls"], written["totals"]["device_calls"]) == (1, 1)
    (reason,) = ran["tf.image.rot90"]["reasons"]
    assert (reason["kind"], reason["count"], reason["places"][0]["line"]) == ("fallback", 1, 15)
    assert 0 < written["totals"]["device_share"] <= 1
    assert {r["name"] for r in written["program"] if r["ran"]} == set(ran)


def test_the_table_shows_both(program):
    _, out, written = program
    text = out.stderr[out.stderr.index("plaidml_compat profile: ") :]
    assert max(map(len, text.splitlines())) <= 100
    for line in (
        r"tf\.linalg\.svd +not-built train\.py:18 +never reached\n    ! not-built \(train\.py:18\): ",
        r"tf\.image\.resize +device helper\.py:8 +did not run\n",
        r"tf\.math\.abs +device helper\.py:5 +8 host ",
        r"predict_function +2 steps +\d",
        r"tf\.image\.rot90 +host train\.py:15 +1 host .*\n    ! ran on the host though .*, once \(train\.py:15\): it has no",
    ):
        assert re.search(rf"^  {line}", text, re.MULTILINE), (line, text)
    body = text.partition("\n\n")[2].partition("\n\n")[0]
    names = [line.split()[0] for line in body.splitlines()[1:] if re.match(r"  \w", line)]
    assert names[0] == "tf.linalg.svd", "what fails is first"
    left_out = [r["name"] for r in written["program"] if r["state"] == "not counted"]
    assert f"{len(left_out)} more names in the code work and are not counted" in text and not set(left_out) & set(names)


NAMES = ["abs", "sin", "cos", "exp", "ceil", "floor", "sign", "square", "sqrt", "tan", "tanh", "sinh", "cosh", "erf", "rint", "expm1"]
NAMES += ["sigmoid", "softplus", "reciprocal", "negative", "log1p", "atan", "digamma"]
MANY = "import tensorflow as tf, sys\n" + "".join(f"tf.math.{n}(1.)\n" for n in NAMES)


def test_more_rows_than_are_shown_and_code(tmp_path):
    out = run(["-c", MANY + "if 0: tf.zeros(1)\nsys.exit(3)"], tmp_path, env={**os.environ, "COLUMNS": "100"})
    assert out.returncode == 3
    assert "  ... 4 more (--profile-json FILE has all)" in out.stderr
    assert len(re.findall(r"^  tf\.math\.\w+ +(?:device|host) <string>:\d+ +1 host", out.stderr, re.MULTILINE)) == 20


def test_standard_input_and_no_table(tmp_path):
    out = subprocess.run([*PROFILE[:-1], "--profile-json", "q.json", "-"], input=MANY, cwd=tmp_path, capture_output=True, text=True)
    assert out.stderr.startswith("plaidml_compat: 23 op calls on the host"), "no table was asked for"
    written = json.loads((tmp_path / "q.json").read_text())
    assert written["notes"] == ["The program itself was not scanned: <stdin> is no file."] and len(written["rows"]) == 23


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_module_ends_by_ctrl_c_as_without_a_profile(tmp_path):
    (tmp_path / "mod.py").write_text(MANY + "if 0: tf.zeros(1), tf.ones(1)\nraise KeyboardInterrupt")
    out = run(["--profile-json", "p.json", "-m", "mod"], tmp_path)
    assert out.returncode == -signal.SIGINT
    assert f"... 5 more (all are in {tmp_path / 'p.json'})\n" in out.stderr and "device mod.py:" in out.stderr
    assert {r["name"] for r in json.loads((tmp_path / "p.json").read_text())["program"]} >= {f"tf.math.{n}" for n in NAMES}


def test_code_with_an_error_in_its_syntax(tmp_path):
    out = run(["-c", "x = = 1"], tmp_path)
    assert out.returncode == 1 and "Not scanned: <string>:1: " in out.stderr and "code.py" not in out.stderr


def test_what_cannot_be_scanned_or_written(tmp_path):
    (tmp_path / "s.py").write_text(
        "import tensorflow as tf, os, shutil\ntf.abs(1.)\nopen(__file__, 'w').write('x = =')\nshutil.rmtree('out')\n"
    )
    (tmp_path / "out").mkdir()
    out = run(["--profile-json", "out/p.json", "s.py"], tmp_path)
    assert out.returncode == 0 and "Traceback" not in out.stderr
    assert "plaidml_compat: the profile was not written: " in out.stderr
    place = r"\s?".join(map(re.escape, f"{tmp_path / 's.py'}:1:"))  # a long path is broken where the line ends
    assert re.search(f" Not scanned: {place} ", " ".join(out.stderr.split())) and "tf.math.abs" in out.stderr
