"""The example programs run unmodified; what they print is compared with what TensorFlow 2.15 printed (recorded.json)."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
EXAMPLES = HERE.parent.parent / "examples"
RECORDED = json.loads((HERE / "recorded.json").read_text())
PROGRAMS = ("a_load_folder", "b_augment_dataset", "c_arrays", "d_train_cnn", "d_predict")


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    pytest.importorskip("skimage")
    folder = tmp_path_factory.mktemp("examples") / "photos"
    subprocess.run([sys.executable, EXAMPLES / "make_photos.py", folder, *RECORDED["make_photos"]], check=True, capture_output=True)
    return folder


def run(name, *args):
    done = subprocess.run(
        [sys.executable, "-m", "plaidml_compat", EXAMPLES / f"{name}.py", *args],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=args[0].parent,
    )
    assert done.returncode == 0, done.stderr
    return done


def lines_of(text):
    return [line for line in text.splitlines() if not line.startswith("devices:")]


def test_no_mention_of_us():
    for name in PROGRAMS:
        text = (EXAMPLES / f"{name}.py").read_text()
        assert "plaidml" not in text.lower(), name


def test_the_photographs_are_those_of_the_recording(photos):
    digest = hashlib.sha256()
    for file in sorted(photos.rglob("*.jpg")):
        digest.update(file.read_bytes())
    assert digest.hexdigest() == RECORDED["photographs"]


@pytest.mark.parametrize("name", ["a_load_folder", "b_augment_dataset", "c_arrays"])
def test_prints_what_tensorflow_prints(name, photos):
    """Shapes, dtypes, class names, the order of files and classes, and batch means to a thousandth of a level."""
    done = run(name, photos)
    ours, theirs = lines_of(done.stdout), lines_of(RECORDED["output"][name])
    numbers = re.compile(r"\d+\.\d+")
    assert [numbers.sub("#", line) for line in ours] == [numbers.sub("#", line) for line in theirs]
    for mine, his in zip(ours, theirs):
        np.testing.assert_allclose([float(n) for n in numbers.findall(mine)], [float(n) for n in numbers.findall(his)], rtol=0, atol=0.0011)
    assert "plaidml_compat:" in done.stderr
    if name == "a_load_folder":
        assert re.search(r"devices: \[.*llvm_cpu\.0", done.stdout)
    if name == "b_augment_dataset":
        assert re.search(r"tf\.keras\.layers\.RandomRotation +host +8 ", done.stderr)


def test_trains_saves_and_predicts_the_same_in_a_new_process(photos, tmp_path):
    model, first, second = tmp_path / "model.h5", tmp_path / "first.npy", tmp_path / "second.npy"
    done = run("d_train_cnn", photos, "--save", model, "--predictions", first)
    assert "history: ['accuracy', 'loss', 'val_accuracy', 'val_loss']" in done.stdout
    accuracies = {k: json.loads(v) for k, v in re.findall(r"^(accuracy|val_accuracy): (\[.*\])$", done.stdout, re.M)}
    assert [len(a) for a in accuracies.values()] == [2, 2]
    assert accuracies["accuracy"][1] > 0.5, "six classes: it has learnt something"
    evaluated = re.search(r"evaluate: loss (\d+\.\d+) accuracy (\d+\.\d+)", done.stdout)
    assert float(evaluated[2]) == pytest.approx(accuracies["val_accuracy"][-1], abs=2e-3)
    logits = np.load(first)
    assert logits.shape == (RECORDED["pictures"], 6) and np.isfinite(logits).all()
    predicted = float(re.search(r"predict: \(\d+, 6\) accuracy (\d+\.\d+)", done.stdout)[1])
    labels = np.repeat(np.arange(6), RECORDED["pictures"] // 6)
    assert predicted == pytest.approx((logits.argmax(axis=1) == labels).mean(), abs=1e-3)

    done = run("d_predict", photos.parent / model, photos, "--predictions", second)
    np.testing.assert_allclose(np.load(second), logits, rtol=0, atol=1e-5 * abs(logits).max())
    assert re.search(r"tf\.keras\.layers\.Rescaling +host", done.stderr)
