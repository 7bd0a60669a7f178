"""The example package of an extension: installed without the network, it is there after install(); a broken one does no harm."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent.parent / "examples" / "extension"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder with the package installed in it."""
    pytest.importorskip("setuptools", minversion="70.1")
    source, target = tmp_path_factory.mktemp("source") / "extension", tmp_path_factory.mktemp("site")
    shutil.copytree(SOURCE, source)  # a build leaves files behind
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--no-index", "--target", target, source]
    done = subprocess.run([*command, "--disable-pip-version-check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def run(site, code, *arguments, ok=True):
    """Run a program that finds the package; returns what it printed and its messages."""
    path = os.pathsep.join([str(site), os.environ["PYTHONPATH"]])
    command = [sys.executable, *(arguments or ("-W", "error", "-c", textwrap.dedent(code)))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env={**os.environ, "PYTHONPATH": path}, cwd=site)
    assert (done.returncode == 0) == ok, done.stdout + done.stderr
    return done


def test_its_own_tests_pass(site):
    tests = SOURCE / "tests"
    done = run(site, "", "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={tests}", "-c", os.devnull, str(tests))
    assert re.search(r"^6 passed", done.stdout, re.M), done.stdout


def test_what_it_declares_is_everywhere(site):
    out = run(
        site,
        """
        import json, sys
        import plaidml_compat
        assert "vignette" not in sys.modules
        plaidml_compat.install("llvm_cpu.0")
        import keras
        import tensorflow as tf
        import vignette
        from plaidml_compat import registry
        found = {e.name: e for e in registry.entries() if e.module and e.module.startswith("vignette")}
        assert plaidml_compat.vignette_images is vignette.vignette_images
        assert tf.keras.layers.RandomVignette is keras.layers.RandomVignette is vignette.RandomVignette
        assert keras.utils.get_custom_objects()["RandomVignette"] is vignette.RandomVignette
        print(json.dumps({n: [e.kind, e.summary, len(e.samples())] for n, e in found.items()}))
        plaidml_compat.uninstall()
        assert not hasattr(keras.layers, "RandomVignette")
        """,
    ).stdout
    assert json.loads(out) == {
        "plaidml_compat.vignette_images": [
            "op",
            "`images * (1 - strength * r**2)`, where `r` is the distance from the centre, 1 in the corners.",
            2,
        ],
        "keras.layers.RandomVignette": ["layer", "Darkens images towards their corners by a random amount, during training.", 1],
    }


def test_dispatch_limits_and_warnings(site):
    run(
        site,
        """
        import warnings
        import numpy as np
        import plaidml_compat
        from plaidml_compat import FallbackWarning, Summary
        plaidml_compat.install("llvm_cpu.0")
        images, strength = np.ones((2, 3, 4, 1), np.float32), np.array([0, 1], np.float32)
        with Summary() as summary:
            host = plaidml_compat.vignette_images(images, strength)
            with plaidml_compat.device_scope("device"):
                device = plaidml_compat.vignette_images(images, strength)
                with warnings.catch_warnings(record=True) as caught:
                    warnings.simplefilter("always")
                    empty = plaidml_compat.vignette_images(images[:0], strength[:0])
        np.testing.assert_allclose(host, device, atol=1e-4)
        name = "plaidml_compat.vignette_images"
        assert summary.runs == {(name, "host"): 2, (name, "device"): 1}, summary.runs
        (warning,) = caught
        assert warning.category is FallbackWarning and str(warning.message).startswith(f"{name} ran on the host")
        """,
    )


def broken(folder, name, code):
    """An installed package whose module is this code."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[plaidml_compat.ops]\nmine = {name}\n")
    if code is not None:
        package = folder / name
        package.mkdir()
        (package / "__init__.py").write_text(f"from . import first\n{textwrap.dedent(code)}")
        (package / "first.py").write_text(f"from plaidml_compat import export\nexport('plaidml_compat.{name}_first')(1)\n")
    return folder


LIMITS = """
from plaidml_compat.registry import Limit, limit_calls
limit_calls({!r}, limits=[Limit("two are too many", lambda num_parallel_calls=None: num_parallel_calls == 2)])
"""
DECLARES = "from plaidml_compat import export\nexport({!r})(1)"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (None, "ModuleNotFoundError: No module named 'bad_ops'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        (DECLARES.format("tf.image.flip_left_right"), "RegistrationError: tf.image.flip_left_right is declared twice"),
        (DECLARES.format("image.mine"), "RegistrationError: names must be TensorFlow's"),
        (LIMITS.format("tf.data.Dataset.bach"), "RegistrationError: limit_calls: tf.data.Dataset.bach: nothing is served under it"),
    ],
)
def test_a_broken_package_is_named_and_left_out(tmp_path, code, why):
    broken(tmp_path, "bad_ops", code)
    broken(tmp_path, "good_ops", LIMITS.format("tf.data.Dataset.batch"))
    out = run(
        tmp_path,
        """
        import warnings
        import plaidml_compat
        for _ in range(2):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                plaidml_compat.install("llvm_cpu.0")
            (warning,) = caught
            assert warning.category is plaidml_compat.PlaidMLCompatWarning and warning.filename == "<string>", warning
            print(warning.message)
            assert plaidml_compat.good_ops_first == 1
            assert not hasattr(plaidml_compat, "bad_ops_first")
            import tensorflow as tf
            assert tf.image.flip_left_right([[[1], [2]]]).numpy().tolist() == [[[2], [1]]]
            assert len(tf.data.Dataset.range(4).batch(2, num_parallel_calls=1)) == 2
            try:
                tf.data.Dataset.range(4).batch(2, num_parallel_calls=2)
            except plaidml_compat.UnsupportedArgumentError as e:
                print(e.op, e.reason)
            plaidml_compat.uninstall()
        """,
    ).stdout
    assert out.count("The package bad-ops is left out: its entry point mine = bad_ops") == 2 and out.count(why) == 2
    assert "pip uninstall bad-ops" in out
    assert out.count("tf.data.Dataset.batch two are too many; received num_parallel_calls=2") == 2


def test_a_kernel_that_a_broken_package_gave_a_built_in_op_is_left_out_too(tmp_path):
    kernel = """
    from plaidml_compat.ops.image.invert import invert_images as op
    @op.kernel("device", on="opencl")
    def _(images, inverted, largest): ...
    1 / 0
    """
    broken(tmp_path, "bad_ops", textwrap.dedent(kernel))
    run(
        tmp_path,
        """
        import warnings
        import plaidml_compat
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            plaidml_compat.install("llvm_cpu.0")
        assert "ZeroDivisionError" in str(caught[0].message), caught[0].message
        from plaidml_compat.ops.image.invert import invert_images
        assert invert_images.kernels and not [k for k in invert_images.kernels if k.on], invert_images.kernels
        """,
    )


def test_a_repaired_package_comes_with_the_next_install(tmp_path):
    broken(tmp_path, "bad_ops", "1 / 0")
    run(
        tmp_path,
        f"""
        import warnings
        import plaidml_compat
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            plaidml_compat.install("llvm_cpu.0")
        plaidml_compat.uninstall()
        with open({str(tmp_path / "bad_ops" / "__init__.py")!r}, "w") as f:
            f.write("from . import first  # mended")
        plaidml_compat.install("llvm_cpu.0")
        assert plaidml_compat.bad_ops_first == 1
        """,
    )
