"""install() and uninstall(): idempotent, thread-safe, in any order with Keras, refusing conflicts, leaving nothing behind."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest


def run(code: str, ok: bool = True, **env: str) -> str:
    """Run code in a new process; its output."""
    import os

    got = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, env={**os.environ, **env})
    assert (got.returncode == 0) is ok, got.stdout + got.stderr
    return got.stdout + got.stderr


def test_it_returns_one_line_and_prints_nothing():
    out = run("import plaidml_compat; info = plaidml_compat.install(device='llvm_cpu.0'); print(info)")
    lines = out.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("plaidml_compat on llvm_cpu.0: ") and "keras 2.2.4" in lines[0]


def test_it_leaves_the_process_as_it_was():
    run("""
        import sys, warnings, os, numpy as np, collections, inspect, yaml, h5py, random
        state, seed = np.random.get_state()[1].tolist(), np.random.seed
        modules = {m: set(dir(m)) for m in (np, collections, inspect, yaml, h5py, random)}
        import six.moves
        before = (list(sys.meta_path), list(warnings.filters), os.environ.get("KERAS_BACKEND"))
        import plaidml_compat
        plaidml_compat.install()
        for m, names in modules.items():
            assert set(dir(m)) == names, (m, set(dir(m)) ^ names)
        assert list(warnings.filters) == before[1]
        plaidml_compat.uninstall()
        after = [f for f in sys.meta_path if "six" not in type(f).__name__.lower()]
        assert after == [f for f in before[0] if "six" not in type(f).__name__.lower()], sys.meta_path
        assert list(warnings.filters) == before[1]
        assert os.environ.get("KERAS_BACKEND") == before[2]
        assert np.random.get_state()[1].tolist() == state and np.random.seed is seed
        assert not plaidml_compat.is_installed()
    """)


def test_twice_and_from_threads():
    run("""
        import threading, sys, plaidml_compat
        found = []
        threads = [threading.Thread(target=lambda: found.append(plaidml_compat.install())) for _ in range(4)]
        [t.start() for t in threads]; [t.join() for t in threads]
        assert len({str(f) for f in found}) == 1 and len(found) == 4
        n = len(sys.meta_path)
        import tensorflow as tf
        first = tf.keras.layers.RandomFlip
        plaidml_compat.install(); plaidml_compat.install(fallback='allow')
        assert len(sys.meta_path) == n and tf.keras.layers.RandomFlip is first and plaidml_compat.install().fallback == 'allow'
        plaidml_compat.uninstall(); plaidml_compat.uninstall()
        plaidml_compat.install()
        import tensorflow as tf2
        assert tf2.keras.layers.RandomFlip is first
    """)


@pytest.mark.parametrize("first", ["import plaidml", "import keras", "import keras.layers, keras.models; import plaidml.keras.backend"])
def test_after_plaidml_or_keras(first):
    run(
        f"""
        import sys, warnings
        {"import collections, collections.abc, inspect" if "keras" in first else ""}
        try:
            {first}
        except Exception as e:  # Keras 2.2.4 does not import on its own on every Python
            print("skipped", e); raise SystemExit
        import plaidml_compat; plaidml_compat.install()
        import tensorflow as tf, numpy as np
        m = tf.keras.Sequential([tf.keras.layers.RandomFlip(input_shape=(4, 4, 1)), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1)])
        m.compile("sgd", "mse")
        m.fit(np.zeros((4, 4, 4, 1)), np.zeros((4, 1)), verbose=0)
    """,
        KERAS_BACKEND="plaidml.keras.backend",
        PLAIDML_DEVICE_IDS="llvm_cpu.0",
    )


def test_keras_on_another_backend_is_refused():
    out = run("""
        import sys, types
        keras = types.ModuleType("keras"); keras.__version__ = "2.2.4"
        backend = types.ModuleType("keras.backend"); backend.backend = lambda: "theano"; keras.backend = backend
        sys.modules["keras"], sys.modules["keras.backend"] = keras, backend
        import plaidml_compat
        try: plaidml_compat.install()
        except RuntimeError as e: print(e)
    """)
    assert "runs on 'theano'" in out and "before `import keras`" in out


def test_an_imported_tensorflow_is_refused():
    out = run("""
        import sys, types
        sys.modules["tensorflow"] = types.ModuleType("tensorflow")
        import plaidml_compat
        try: plaidml_compat.install(shadow_tensorflow=True)
        except RuntimeError as e: print(e)
    """)
    assert "imported in this process already" in out and "python -m plaidml_compat script.py" in out


def test_an_installed_tensorflow_is_not_shadowed_unless_told_to(tmp_path):
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow" / "__init__.py").write_text("raise SystemExit('the real one was imported')")
    out = run(f"""
        import sys; sys.path.insert(0, {str(tmp_path)!r})
        import plaidml_compat
        try: plaidml_compat.install()
        except RuntimeError as e: print(e)
        plaidml_compat.install(shadow_tensorflow=True)
        import tensorflow as tf
        print(tf.__version__)
    """)
    assert "install(shadow_tensorflow=True)" in out and "2.15.1+plaidml" in out


@pytest.mark.parametrize(
    "call, words",
    [
        ("device='opencl_nothing.0'", "there is no device 'opencl_nothing.0'. Usable here: "),
        ("placement='gpu'", "placement must be one of 'auto', 'host', 'device'; received 'gpu'"),
        ("fallback='never'", "fallback must be one of 'allow', 'warn', 'error'; received 'never'"),
    ],
)
def test_wrong_arguments(call, words):
    out = run(f"""
        import plaidml_compat
        try: plaidml_compat.install({call})
        except ValueError as e: print(e)
        assert not plaidml_compat.is_installed()
        plaidml_compat.install()
    """)
    assert words in out


def test_device_ids_of_the_environment_are_taken():
    assert "on llvm_cpu.0" in run("import plaidml_compat; print(plaidml_compat.install())", PLAIDML_DEVICE_IDS="llvm_cpu.0")
    out = run("import plaidml_compat; print(plaidml_compat.install())", ok=False, PLAIDML_DEVICE_IDS="opencl_gone.0")
    assert "there is no device 'opencl_gone.0'" in out


def test_saved_plaidml_settings_are_taken(tmp_path):
    (tmp_path / ".plaidml").write_text('{"PLAIDML_DEVICE_IDS": ["llvm_cpu.0"], "PLAIDML_EXPERIMENTAL": true}')
    out = run("import plaidml_compat; print(plaidml_compat.install())", HOME=str(tmp_path), PLAIDML_EXPERIMENTAL="1")
    assert "on llvm_cpu.0" in out


def test_keras_json_is_honoured_but_for_its_backend(tmp_path):
    (tmp_path / ".keras").mkdir()
    (tmp_path / ".keras" / "keras.json").write_text(
        '{"backend": "theano", "floatx": "float64", "epsilon": 1e-5, "image_data_format": "channels_last"}'
    )
    out = run(
        "import plaidml_compat; plaidml_compat.install(); import keras; print(keras.backend.floatx(), keras.backend.epsilon())",
        KERAS_HOME=str(tmp_path / ".keras"),
    )
    assert "float64 1e-05" in out


def test_packages_register_entries_through_their_entry_point(tmp_path):
    info = tmp_path / "my_ops-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-ops\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[plaidml_compat.ops]\nmine = my_ops\n")
    (tmp_path / "my_ops.py").write_text(
        "from plaidml_compat import op\nfrom plaidml_compat.tensor import TensorLike\n"
        "@op('tf.image.my_halve')\ndef my_halve(image: TensorLike):\n    '''Halves.'''\n    return image / 2\n"
    )
    out = run(f"""
        import sys; sys.path.insert(0, {str(tmp_path)!r})
        import plaidml_compat; plaidml_compat.install()
        import tensorflow as tf
        print(tf.image.my_halve([4.0]).numpy())
    """)
    assert "[2.]" in out


def test_a_second_install_changes_only_what_is_passed():
    run("""
        import plaidml_compat
        plaidml_compat.install(fallback="error", placement="device")
        again = plaidml_compat.install()
        assert (again.fallback, again.placement) == ("error", "device")
        again = plaidml_compat.install(fallback="allow")
        assert (again.fallback, again.placement) == ("allow", "device")
        plaidml_compat.uninstall()
        from plaidml_compat import dispatch, event_warnings
        assert (dispatch.defaults.fallback, dispatch.defaults.placement) == ("warn", "auto") and not event_warnings.silenced
        again = plaidml_compat.install()
        assert (again.fallback, again.placement) == ("warn", "auto")
    """)
