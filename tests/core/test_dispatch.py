"""Choosing a placement: the device when asked, the host with one warning when it cannot, an error where errors were asked for."""

from __future__ import annotations

import pickle
import subprocess
import sys
import textwrap
import threading
import warnings

import numpy as np
import pytest

import plaidml_compat
from plaidml_compat import (
    FallbackWarning,
    PlacementError,
    SlowOpWarning,
    UnsupportedOpError,
    cost,
    dispatch,
    event_warnings,
    observe,
    registry,
)
from plaidml_compat.arguments import Spec
from plaidml_compat.registry import Limit, op
from plaidml_compat.tensor import Tensor


@pytest.fixture
def events():
    seen = []
    end = observe.subscribe(seen.append)
    event_warnings.forget_warnings()
    yield seen
    end()


@pytest.fixture
def dummy():
    with registry.temporary():

        @op("tf.dummy_negate")
        def dummy_negate(x: Tensor):
            return -x

        yield dummy_negate


X = np.arange(6, dtype=np.float32).reshape(2, 3)


def test_the_planned_placement_never_warns(tf, dummy, events):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dummy(X)
    assert [(e.kind, e.placement) for e in events] == [("run", "host")]


def test_device_scope_runs_the_device_kernel(tf, dummy, events):
    dummy.kernel("device")(lambda x: x * -1.0)
    dummy.kernels[0] = registry.Kernel(lambda x: pytest.fail("the host kernel ran"), "host")
    with plaidml_compat.device_scope("device"):
        out = dummy(X)
    np.testing.assert_array_equal(out, -X)
    assert ("run", "device") in [(e.kind, e.placement) for e in events]


def test_a_kernel_is_compiled_once_per_shape(tf, dummy, events):
    dummy.kernel("device")(lambda x: x * -1.0)
    with plaidml_compat.device_scope("device"):
        for _ in range(3):
            dummy(X)
        dummy(X[:1])
    assert [e.kind for e in events].count("compile") == 2


def test_without_a_device_kernel_the_host_runs_and_says_so(tf, dummy, events):
    with (
        pytest.warns(
            FallbackWarning, match=r"tf\.dummy_negate ran on the host although the device was asked for: it has no device kernel"
        ) as caught,
        plaidml_compat.device_scope("device"),
    ):
        out = dummy(X)
    np.testing.assert_array_equal(out, -X)
    assert caught[0].filename == __file__
    assert caught[0].message.op == "tf.dummy_negate"
    assert [(e.kind, e.placement) for e in events] == [("fallback", "host"), ("run", "host")]


def test_a_limit_refuses_with_its_own_words(tf, dummy, events):
    dummy.kernel("device", limits=[Limit("rank 2 is too much", lambda x: x.ndim == 2, advice="Flatten it")])(lambda x: x * -1.0)
    with plaidml_compat.device_scope("device"):
        with pytest.warns(FallbackWarning, match=r"rank 2 is too much\. Flatten it"):
            dummy(X)
        dummy(X.ravel())
    said = [(e.kind, e.placement) for e in events if e.kind in ("fallback", "run")]
    assert said == [("fallback", "host"), ("run", "host"), ("run", "device")]


def test_a_limit_sees_shapes_and_dtypes_never_data(tf, dummy):
    seen = []
    dummy.kernel("device", limits=[Limit("never", lambda x: seen.append(x) or False)])(lambda x: x * -1.0)
    with plaidml_compat.device_scope("device"):
        dummy(X)
    assert seen == [Spec((2, 3), "float32")]


def test_fallback_error_raises(tf, dummy, monkeypatch):
    monkeypatch.setattr(dispatch.defaults, "fallback", "error")
    with plaidml_compat.device_scope("device"), pytest.raises(PlacementError, match="it has no device kernel"):
        dummy(X)


def test_fallback_allow_counts_without_warning(tf, dummy, events, monkeypatch):
    monkeypatch.setattr(dispatch.defaults, "fallback", "allow")
    monkeypatch.setattr(event_warnings, "silenced", {"fallback"})
    with warnings.catch_warnings(), plaidml_compat.device_scope("device"):
        warnings.simplefilter("error")
        dummy(X)
    assert [e.kind for e in events] == ["fallback", "run"]


def test_a_thousand_calls_from_four_workers_warn_once_at_the_users_line(tf, dummy, events):
    data = tf.data.Dataset.range(1000)
    with pytest.warns(FallbackWarning) as caught, plaidml_compat.device_scope("device"):
        data = data.map(lambda i: dummy(i), num_parallel_calls=4)
        line = sys._getframe().f_lineno - 1
        for _ in data:
            pass
    caught = [w for w in caught if issubclass(w.category, FallbackWarning)]
    assert [(w.filename, w.lineno) for w in caught] == [(__file__, line)]
    assert [e.kind for e in events].count("fallback") == 1000


def test_a_slow_placement_warns_with_the_measurement(tf, dummy, events, monkeypatch):
    dummy.kernel("device")(lambda x: x * -1.0)
    engine = "llvm_cpu" if "llvm_cpu" in plaidml_compat.install().device else "opencl"
    rows = {"tf.dummy_negate": {"host": {"images_per_second": 16000}, "device": {"images_per_second": 160}}}
    cost.seconds.cache_clear()
    cost.slower_on_device.cache_clear()
    monkeypatch.setattr(cost, "table", lambda: {"measurements": [{"engine": engine, "rows": rows}]})
    try:
        with (
            plaidml_compat.device_scope("device"),
            pytest.warns(SlowOpWarning, match=r"200 ms, copies included, against 2 ms on the host") as caught,
        ):
            for _ in range(3):
                dummy(X)
    finally:
        cost.seconds.cache_clear()
        cost.slower_on_device.cache_clear()
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_scopes_nest_and_end(tf):
    assert dispatch.current_placement() == "auto"
    with plaidml_compat.device_scope("device"):
        assert dispatch.current_placement() == "device"
        with plaidml_compat.device_scope("host"):
            assert dispatch.current_placement() == "host"
        assert dispatch.current_placement() == "device"
        other = []
        t = threading.Thread(target=lambda: other.append(dispatch.current_placement()))
        t.start()
        t.join()
        assert other == ["auto"]
    assert dispatch.current_placement() == "auto"


def test_an_unknown_placement_is_refused(tf):
    with pytest.raises(ValueError, match=r"placement must be .* 'host', 'device'; received 'gpu'"), plaidml_compat.device_scope("gpu"):
        pass


@pytest.mark.parametrize("cls", [FallbackWarning, SlowOpWarning, UnsupportedOpError, PlacementError])
def test_warnings_and_errors_pickle(cls):
    one = cls("tf.image.rot90", "it is turned", "Turn it back")
    two = pickle.loads(pickle.dumps(one))
    assert (
        type(two) is cls and str(two) == str(one) and (two.op, two.reason, two.advice) == ("tf.image.rot90", "it is turned", "Turn it back")
    )


def test_a_long_compilation_is_announced(tf, caplog, monkeypatch):
    from plaidml_compat import compile_watch

    monkeypatch.setattr(compile_watch, "COMPILE_NOTICE_SECONDS", 0.01)
    import time

    watch = compile_watch.CompileWatch("train_function")
    with watch.call([X]):
        time.sleep(0.2)
    assert "compiling train_function for (2, 3)" in caplog.text
    caplog.clear()
    with watch.call([X]):
        time.sleep(0.05)
    assert caplog.text == ""
    for n in (3, 4):
        with watch.call([np.zeros(n)]):
            pass
    assert "has compiled for 3 different shapes" in caplog.text


def test_importing_the_package_is_cheap():
    code = """
        import sys, time
        start = time.perf_counter()
        import plaidml_compat
        seconds = time.perf_counter() - start
        heavy = [m for m in ("numpy", "keras", "cv2", "plaidml", "tensorflow") if m in sys.modules]
        assert not heavy, heavy
        assert seconds < 0.05, seconds
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


def test_large_static_arguments_are_told_apart(tf):
    with registry.temporary():

        @op("tf.dummy_table")
        def dummy_table(x: Tensor, table):
            return x * table[1500]

        dummy_table.kernel("device")(lambda x, table: x * float(table[1500]))
        one, two = np.zeros(2000, np.float32), np.zeros(2000, np.float32)
        two[1500] = 7
        with plaidml_compat.device_scope("device"):
            assert dummy_table(np.ones(3, np.float32), one).numpy().tolist() == [0, 0, 0]
            assert dummy_table(np.ones(3, np.float32), two).numpy().tolist() == [7, 7, 7]


def test_static_keys():
    from plaidml_compat.device_kernels import static_key

    same = [(np.arange(3), np.arange(3)), ("float32", "float32"), ([1, (2, None)], [1, (2, None)]), (slice(2), slice(2))]
    same.append(({"a": 1}, {"a": 1}))
    for a, b in same:
        assert static_key(a) == static_key(b) and hash(static_key(a)) is not None
    assert static_key(np.dtype("int32")) == static_key(np.int32)
    assert len({static_key(v) for v in (1, 1.0, True, "1", None, np.zeros(1), np.zeros(1, "f"), [1], (1,))}) == 9
    with pytest.raises(TypeError, match="cannot be compiled"):
        static_key(object())


def test_an_op_compiled_again_and_again_says_so_and_stays_bounded(tf, caplog, monkeypatch):
    from plaidml_compat import device_kernels

    monkeypatch.setattr(device_kernels, "_FUNCTIONS_KEPT", 5)
    device_kernels._builds.clear()
    monkeypatch.setattr(device_kernels, "_functions", type(device_kernels._functions)())
    with registry.temporary(), plaidml_compat.device_scope("device"):

        @op("tf.dummy_plus")
        def dummy_plus(x: Tensor, k):
            return x + k

        dummy_plus.kernel("device")(lambda x, k: x + float(k))
        for k in range(9):
            assert float(dummy_plus(np.zeros(2, np.float32), k)[0]) == k
    assert len(device_kernels._functions) == 5
    assert caplog.text.count("tf.dummy_plus has been compiled for 8 combinations") == 1


def test_code_in_a_folder_called_keras_is_the_users(tf, dummy, tmp_path, events):
    folder = tmp_path / "keras"
    folder.mkdir()
    file = folder / "helper.py"
    file.write_text("def run(f, x):\n    return f(x)\n")
    space = {}
    exec(compile(file.read_text(), str(file), "exec"), space)
    with plaidml_compat.device_scope("device"), pytest.warns(FallbackWarning) as caught:
        space["run"](dummy, X)
    assert (caught[0].filename, caught[0].lineno) == (str(file), 2)


def test_ops_run_on_the_device_after_clear_session(tf):
    """It closes the device: what was compiled before is compiled anew."""
    x = np.arange(12, dtype=np.float32).reshape(3, 4)
    for _ in range(2):
        with plaidml_compat.device_scope("device"):
            np.testing.assert_array_equal(tf.reduce_min(x, axis=0), x.min(0))
        tf.keras.backend.clear_session()


def test_kernels_compiled_again_after_clear_session_are_not_too_many(tf, caplog, monkeypatch):
    from plaidml_compat import device_kernels

    monkeypatch.setattr(device_kernels, "_MANY_COMPILATIONS", 2)
    monkeypatch.setattr(device_kernels, "_builds", type(device_kernels._builds)())
    for _ in range(2):
        with plaidml_compat.device_scope("device"):
            tf.reduce_max(X, axis=0)
        tf.keras.backend.clear_session()
    assert "has been compiled for" not in caplog.text
